"""Hidden graders of lab 3: what a trained network sees."""

# CANARY-5b0c2f6e-hidden-grader
