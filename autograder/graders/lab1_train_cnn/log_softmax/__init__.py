"""The item `log_softmax`."""

# CANARY-5b0c2f6e-hidden-grader
