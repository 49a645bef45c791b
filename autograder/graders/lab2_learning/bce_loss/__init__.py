"""The item `bce_loss`."""

# CANARY-5b0c2f6e-hidden-grader
