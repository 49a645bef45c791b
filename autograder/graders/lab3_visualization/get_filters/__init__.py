"""The item `get_filters`."""

# CANARY-5b0c2f6e-hidden-grader
