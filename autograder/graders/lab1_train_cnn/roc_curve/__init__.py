"""The item `roc_curve`."""

# CANARY-5b0c2f6e-hidden-grader
