"""The item `cross_entropy`."""

# CANARY-5b0c2f6e-hidden-grader
