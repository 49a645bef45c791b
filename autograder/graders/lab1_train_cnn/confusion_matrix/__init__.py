"""The item `confusion_matrix`."""

# CANARY-5b0c2f6e-hidden-grader
