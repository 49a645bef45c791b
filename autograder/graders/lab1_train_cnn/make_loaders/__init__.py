"""The item `make_loaders`."""

# CANARY-5b0c2f6e-hidden-grader
