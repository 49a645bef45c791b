"""The item `capture_activations`."""

# CANARY-5b0c2f6e-hidden-grader
