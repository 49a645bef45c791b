"""Hidden graders of lab 1: references, misconceptions and tests."""

# CANARY-5b0c2f6e-hidden-grader
