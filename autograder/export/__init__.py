"""Grades out: for spreadsheets, learning systems and classrooms; and a report for the instructor."""
