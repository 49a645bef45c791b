"""The from-scratch rule: which library calls do the whole job. Where an item is judged under it, they are not there (`bare.py`)."""

# CANARY-5b0c2f6e-hidden-grader

TAKEN = {
    # PyTorch's operators below all their names. `cdist`, `topk` and what is in `torch.linalg` are allowed.
    "operators": r"cosine_similarity|cosine_embedding",
    # Python code of the same, which no operator does at once, and what hands out a network's inner results ready made.
    "functions": r"pca_lowrank|make_grid|IntermediateLayerGetter",
    "modules": ["torch._lowrank", "torchvision.utils", "torchvision.models._utils"],
    "packages": ["sklearn", "torchmetrics", "captum", "torchvision.models.feature_extraction"],
}
