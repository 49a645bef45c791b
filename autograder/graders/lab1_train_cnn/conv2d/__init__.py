"""The item `conv2d`."""

# CANARY-5b0c2f6e-hidden-grader
