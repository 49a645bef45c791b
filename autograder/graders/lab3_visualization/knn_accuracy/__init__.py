"""The item `knn_accuracy`."""

# CANARY-5b0c2f6e-hidden-grader
