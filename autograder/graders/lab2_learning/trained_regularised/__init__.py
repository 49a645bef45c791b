"""The item `trained_regularised`."""

# CANARY-5b0c2f6e-hidden-grader
