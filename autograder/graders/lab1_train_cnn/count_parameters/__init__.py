"""The item `count_parameters`."""

# CANARY-5b0c2f6e-hidden-grader
