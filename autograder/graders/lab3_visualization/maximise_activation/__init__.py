"""The item `maximise_activation`."""

# CANARY-5b0c2f6e-hidden-grader
