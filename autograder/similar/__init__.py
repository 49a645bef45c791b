"""Similar submissions: which pairs of a class are alike beyond what the task explains. A matter for people, never a grade."""
