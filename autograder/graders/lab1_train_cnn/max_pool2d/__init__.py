"""The item `max_pool2d`."""

# CANARY-5b0c2f6e-hidden-grader
