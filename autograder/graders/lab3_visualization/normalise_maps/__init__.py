"""The item `normalise_maps`."""

# CANARY-5b0c2f6e-hidden-grader
