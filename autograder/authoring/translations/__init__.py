"""The course in other languages: which texts there are, and the notebooks, checks and pages made of their translations."""
