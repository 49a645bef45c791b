"""The item `channel_dropout`."""

# CANARY-5b0c2f6e-hidden-grader
