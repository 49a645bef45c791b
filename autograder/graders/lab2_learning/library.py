"""The from-scratch rule: which library calls do the whole job. Where an item is judged under it, they are not there (`bare.py`)."""

# CANARY-5b0c2f6e-hidden-grader

# PyTorch's operators below all their names. Of lab 1's list only `relu` is left out: it does no task of this lab.
_OPERATORS = (
    r"conv(?!ert)|max_pool|softmax|nll_loss|cross_entropy|attention|trapezoid|trapz"
    r"|mse_loss|kl_div|dropout|_fused_(sgd|adam|adagrad)"
)
_OPTIMIZERS = (
    "asgd|adadelta|adafactor|adagrad|adam|adamw|adamax|muon|nadam|radam|rmsprop|rprop|sgd|sparse_adam"
)
# Python code of the same; so that an alias, a decomposition or a reference of PyTorch's own is the same thing. What the classes
# of `torch.optim` step with is gone; they can be made, and be bases. Distributions may be drawn from, but for those of classes.
_FUNCTIONS = (
    r"_?(convolve\w*|correlate\w*|(log_)?softmax\w*|nll_loss\w*|cross_entropy\w*|trapz|(cumulative_)?trapezoid"
    r"|mse_loss\w*|binary_cross_entropy\w*|kl_div\w*|rel_entr|(\w+_)?dropout\w*|kl_\w+_\w+|\w*Categorical\w*"
    rf"|stochastic_depth|drop_block\w*|((single|multi)_tensor_|fused_)?({_OPTIMIZERS}))"
)

TAKEN = {
    "operators": _OPERATORS,
    "functions": _FUNCTIONS,
    "modules": [
        "numpy",
        "scipy.special",
        "torch._refs",
        "torch._decomp",
        "torch.distributions",
        "torch.optim",
        "torchvision.ops",
    ],
    "packages": ["sklearn", "torchmetrics", "scipy.signal", "scipy.ndimage", "scipy.integrate"],
}
