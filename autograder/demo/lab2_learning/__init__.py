"""Lab 2's sample students."""

from __future__ import annotations

from autograder.course.model import Assignment, Course
from autograder.demo.editing import all_instead, instead
from autograder.demo.lab2_learning import unusual
from autograder.demo.students import SampleStudent

_PASTED = {"CNNNet": "my_cnnnet", "train_with_log": "my_train_with_log", "Adam": "my_adam"}


def sample_class(course: Course, assignment: Assignment) -> list[SampleStudent]:
    """Return the class."""
    return [
        SampleStudent("ada", "full solution", lambda folder: None),
        SampleStudent("ben", "unusual full solution: Sequential, functions, NumPy", all_instead(unusual, _PASTED)),
        SampleStudent("dev", "a ReLU before the last log_softmax", instead("FirstNet", _LAST_RELU), {"FirstNet": 1.5}),
        SampleStudent("eva", "Adam without bias correction", instead("Adam", _NO_CORRECTION), {"Adam": 3.0}),
        SampleStudent("fay", "dropout that scales in evaluation", instead("dropout", _SCALES_LATER), {"dropout": 3.33}),
        SampleStudent("gil", "bce_loss with 1e-8 in the logarithm", instead("bce_loss", _EPSILON), {"bce_loss": 2.0}),
        SampleStudent("hana", "macro F1 without absent classes", instead("classification_report", _ABSENT), {"classification_report": 4.29}),
    ]  # fmt: skip


_LAST_RELU = """
class FirstNet(nn.Module):
    def __init__(self, image_size=784):
        super().__init__()
        self.image_size = image_size
        self.fc0 = nn.Linear(image_size, 1000)
        self.fc1 = nn.Linear(1000, 50)
        self.fc2 = nn.Linear(50, 10)

    def forward(self, x):
        x = x.view(-1, self.image_size)
        x = F.relu(self.fc0(x))
        x = F.relu(self.fc1(x))
        x = F.relu(self.fc2(x))
        return F.log_softmax(x, dim=1)
"""
_NO_CORRECTION = """
class Adam:
    def __init__(self, params, lr=0.001, betas=(0.9, 0.999), eps=1e-8):
        self.params, self.lr, self.betas, self.eps = list(params), lr, betas, eps
        self.m = [torch.zeros_like(p) for p in self.params]
        self.v = [torch.zeros_like(p) for p in self.params]

    @torch.no_grad()
    def step(self):
        for p, m, v in zip(self.params, self.m, self.v):
            if p.grad is None:
                continue
            m.mul_(self.betas[0]).add_((1 - self.betas[0]) * p.grad)
            v.mul_(self.betas[1]).add_((1 - self.betas[1]) * p.grad**2)
            p -= self.lr * m / (v.sqrt() + self.eps)

    def zero_grad(self):
        for p in self.params:
            p.grad = None
"""
_SCALES_LATER = """
def dropout(x, p=0.5, training=True):
    if not training:
        return x * (1 - p)
    return x * (torch.rand_like(x) >= p)
"""
_EPSILON = """
def bce_loss(probabilities, targets):
    p = probabilities
    return -(targets * torch.log(p + 1e-8) + (1 - targets) * torch.log(1 - p + 1e-8)).mean()
"""
_ABSENT = """
def classification_report(preds, labels, num_classes):
    cm = torch.zeros(num_classes, num_classes)
    for p, t in zip(preds, labels):
        cm[t, p] += 1
    hits, predicted, support = cm.diagonal(), cm.sum(0), cm.sum(1)
    f1 = 2 * hits / (predicted + support).clamp(min=1)
    return {
        "precision": hits / predicted.clamp(min=1),
        "recall": hits / support.clamp(min=1),
        "f1": f1,
        "support": support,
        "accuracy": (hits.sum() / len(labels)).item(),
        "macro_f1": f1[support > 0].mean().item(),
        "weighted_f1": ((f1 * support).sum() / len(labels)).item(),
    }
"""
