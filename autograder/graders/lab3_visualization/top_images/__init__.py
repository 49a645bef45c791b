"""The item `top_images`."""

# CANARY-5b0c2f6e-hidden-grader
