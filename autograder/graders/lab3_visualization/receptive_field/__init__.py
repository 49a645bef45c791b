"""The item `receptive_field`."""

# CANARY-5b0c2f6e-hidden-grader
