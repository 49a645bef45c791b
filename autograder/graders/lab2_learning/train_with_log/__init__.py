"""The item `train_with_log`."""

# CANARY-5b0c2f6e-hidden-grader
