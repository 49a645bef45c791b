"""The item `kl_div`."""

# CANARY-5b0c2f6e-hidden-grader
