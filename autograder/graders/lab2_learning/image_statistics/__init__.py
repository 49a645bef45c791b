"""The item `image_statistics`."""

# CANARY-5b0c2f6e-hidden-grader
