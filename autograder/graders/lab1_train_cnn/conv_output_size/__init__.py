"""The item `conv_output_size`."""

# CANARY-5b0c2f6e-hidden-grader
