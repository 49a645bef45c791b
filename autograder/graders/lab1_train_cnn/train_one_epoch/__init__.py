"""The item `train_one_epoch`."""

# CANARY-5b0c2f6e-hidden-grader
