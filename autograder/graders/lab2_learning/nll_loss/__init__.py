"""The item `nll_loss`."""

# CANARY-5b0c2f6e-hidden-grader
