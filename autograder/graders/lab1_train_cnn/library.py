"""The from-scratch rule: which library calls do the whole job. Where an item is judged under it, they are not there (`bare.py`)."""

# CANARY-5b0c2f6e-hidden-grader

# PyTorch's operators below all their names; attention is a softmax in one call.
_OPERATORS = (
    r"conv(?!ert)|max_pool|softmax|nll_loss|cross_entropy|trapezoid|trapz|attention|(^|(?<!leaky)_)relu_?$"
)
# Python code of the same; so that an alias, a decomposition or a reference of PyTorch's own is the same thing.
_FUNCTIONS = r"_?(convolve\w*|correlate\w*|relu_?|(log_)?softmax\w*|nll_loss\w*|cross_entropy\w*|trapz|(cumulative_)?trapezoid)"

TAKEN = {
    "operators": _OPERATORS,
    "functions": _FUNCTIONS,
    "modules": ["numpy", "scipy.special", "torch._refs", "torch._decomp"],
    "packages": [
        "sklearn",
        "torchmetrics",
        "scipy.signal",
        "scipy.ndimage",
        "scipy.integrate",
        "torch.distributions",
    ],
}
