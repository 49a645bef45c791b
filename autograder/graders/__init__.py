"""Hidden graders, one folder an assignment. Nothing in here may be readable from a sandbox or a release, but for what lies in a lab's folder `inside`."""

# CANARY-5b0c2f6e-hidden-grader
