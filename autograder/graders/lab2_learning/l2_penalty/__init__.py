"""The item `l2_penalty`."""

# CANARY-5b0c2f6e-hidden-grader
