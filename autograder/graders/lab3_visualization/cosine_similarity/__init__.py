"""The item `cosine_similarity`."""

# CANARY-5b0c2f6e-hidden-grader
