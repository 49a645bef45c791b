"""Hidden graders of lab 2: first networks, losses, optimizers, regularisation."""

# CANARY-5b0c2f6e-hidden-grader
