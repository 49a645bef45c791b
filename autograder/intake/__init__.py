"""What was handed in becomes known cells, or words for whoever handed it in."""
