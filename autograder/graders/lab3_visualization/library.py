"""What the notebooks rule out: library calls that do a whole task. Where an item is judged under it, they are not there (`bare.py`)."""

# CANARY-5b0c2f6e-hidden-grader

TAKEN = {
    "operators": r"(?!)",  # none of PyTorch's own
    "functions": r"make_grid|create_feature_extractor|get_graph_node_names",
    "modules": ["torchvision.utils", "torchvision.models.feature_extraction"],
    "packages": ["captum"],
}
