"""What stand-ins for `softmax` and `log_softmax` give where the library's own are taken away."""

# CANARY-5b0c2f6e-hidden-grader

import torch


def of_each(*tensors):
    """Return both functions' answers for these tensors, along each of their dimensions."""
    asked = [(z, along) for z in tensors for along in range(z.ndim)]
    return {
        "softmax": [[z, along, torch.softmax(z.double(), along).to(z.dtype)] for z, along in asked],
        "log_softmax": [[z, along, torch.log_softmax(z.double(), along).to(z.dtype)] for z, along in asked],
    }
