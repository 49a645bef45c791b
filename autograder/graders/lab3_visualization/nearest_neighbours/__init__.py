"""The item `nearest_neighbours`."""

# CANARY-5b0c2f6e-hidden-grader
