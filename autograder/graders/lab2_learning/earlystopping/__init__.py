"""The item `EarlyStopping`."""

# CANARY-5b0c2f6e-hidden-grader
