"""The item `make_grid`."""

# CANARY-5b0c2f6e-hidden-grader
