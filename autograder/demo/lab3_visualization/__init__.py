"""Lab 3's sample students."""

from __future__ import annotations

from autograder.course.model import Assignment, Course
from autograder.demo.editing import all_instead, instead
from autograder.demo.lab3_visualization import unusual
from autograder.demo.students import SampleStudent


def sample_class(course: Course, assignment: Assignment) -> list[SampleStudent]:
    """Return the class."""
    return [
        SampleStudent("ada", "full solution", lambda folder: None),
        SampleStudent("ben", "unusual full solution: copies, NumPy, an optimizer", all_instead(unusual, {})),
        SampleStudent("dev", "activations kept without a copy", instead("capture_activations", _NO_COPY), {"capture_activations": 11.67}),
        SampleStudent("eva", "gradients left in the weights", instead("saliency", _BACKWARD), {"saliency": 4.5}),
        SampleStudent("fay", "PCA without centring", instead("pca", _NOT_CENTRED), {"pca": 4.36}),
        SampleStudent("gil", "NaN for a row of zeros", instead("cosine_similarity", _ZERO_BY_ZERO), {"cosine_similarity": 3.75}),
        SampleStudent("hana", "votes that tie go to the smallest label", instead("knn_accuracy", _SMALLEST), {"knn_accuracy": 3.75}),
    ]  # fmt: skip


_NO_COPY = """
def capture_activations(model, images, names):
    modules = dict(model.named_modules())
    layers = {name: modules[name] for name in names}
    kept, handles, was_training = {}, [], model.training

    def keep(name):
        def hook(module, inputs, output):
            kept[name] = output

        return hook

    try:
        for name, layer in layers.items():
            handles.append(layer.register_forward_hook(keep(name)))
        model.eval()
        with torch.no_grad():
            model(images)
    finally:
        for handle in handles:
            handle.remove()
        model.train(was_training)
    return kept
"""
_BACKWARD = """
def saliency(model, image, label):
    was_training = model.training
    model.eval()
    x = image.clone().unsqueeze(0).requires_grad_()
    model(x)[0, label].backward()
    model.train(was_training)
    return x.grad[0].abs().amax(dim=0)
"""
_NOT_CENTRED = """
def pca(x, k):
    _, S, Vh = torch.linalg.svd(x, full_matrices=False)
    return x @ Vh[:k].T, Vh[:k], (S**2 / (S**2).sum())[:k]
"""
_ZERO_BY_ZERO = """
def cosine_similarity(a, b):
    return a @ b.T / (a.norm(dim=1, keepdim=True) * b.norm(dim=1))
"""
_SMALLEST = """
def knn_accuracy(train_x, train_y, test_x, test_y, k):
    labels = train_y[torch.cdist(test_x, train_x).topk(k, largest=False).indices]
    return (labels.mode(dim=1).values == test_y).float().mean().item()
"""
