"""What the graders of several labs share."""

# CANARY-5b0c2f6e-hidden-grader
