"""The item `precision_recall_f1`."""

# CANARY-5b0c2f6e-hidden-grader
