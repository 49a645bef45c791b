"""The item `classification_report`."""

# CANARY-5b0c2f6e-hidden-grader
