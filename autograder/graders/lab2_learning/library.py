"""The from-scratch rule: which library calls do the whole job. Where an item is judged under it, they are not there (`bare.py`)."""

# CANARY-5b0c2f6e-hidden-grader

# PyTorch's operators below all their names; lab 1's list holds as well.
_OPERATORS = (
    r"conv(?!ert)|max_pool|softmax|nll_loss|cross_entropy|attention|trapezoid|trapz"
    r"|mse_loss|kl_div|dropout|_fused_(sgd|adam|adagrad|adamw)"
)
# Python code of the same; so that an alias, a decomposition or a reference of PyTorch's own is the same thing.
_FUNCTIONS = (
    r"_?(convolve\w*|correlate\w*|(log_)?softmax\w*|nll_loss\w*|cross_entropy\w*|trapz|(cumulative_)?trapezoid"
    r"|mse_loss\w*|binary_cross_entropy\w*|kl_div\w*|rel_entr|(\w+_)?dropout\w*"
    # what the classes of `torch.optim` step with; the classes themselves can be made, and be bases
    r"|_(single|multi)_tensor_\w+|_fused_(sgd|adam|adamw|adagrad)|a?sgd|adagrad|adadelta|adafactor|[nr]?adam\w*|sparse_adam"
    r"|rmsprop|rprop|muon)"
)

TAKEN = {
    "operators": _OPERATORS,
    "functions": _FUNCTIONS,
    "modules": ["numpy", "scipy.special", "torch._refs", "torch._decomp", "torch.optim"],
    "packages": [
        "sklearn",
        "torchmetrics",
        "scipy.signal",
        "scipy.ndimage",
        "scipy.integrate",
        "torch.distributions",
    ],
}
