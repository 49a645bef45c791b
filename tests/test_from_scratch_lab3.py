"""The from-scratch rule of lab 3: PCA, neighbours, cosines, grids and feature extractors of libraries are not there, and what the contract allows is."""

import pytest
import torch

from autograder.grading.items import material
from autograder.sandbox import Place, Sandbox
from tests.test_from_scratch import LIMITS, SETUP

pytestmark = pytest.mark.usefixtures("one_warm_process")
TAKEN = material("lab3_visualization", "pca").taken
HELPERS = """
import torchvision, torchvision.utils
import scipy.spatial
def hooked(model):
    kept = []
    with model.register_forward_hook(lambda module, given, output: kept.append(output)):
        model(torch.rand(2, 1, 4, 5))
    return kept[0].detach()
"""
A, B = (
    torch.tensor([[0.1, 0.3, 0.6], [0.5, 0.2, 0.3], [0.9, 0.4, 0.1], [0.2, 0.8, 0.7]]),
    torch.tensor([[0.2, 0.3, 0.5], [0.6, 0.3, 0.1], [0.4, 0.9, 0.8], [0.1, 0.1, 0.5]]),
)
# Ways to the library's answer: each is what `f(a, b)` returns, of two matrices (4, 3).
LIBRARY = (
    "torch.pca_lowrank(a, 2)[0]", "torch._lowrank.pca_lowrank(a, 2)[0]",
    "F.cosine_similarity(a, b)", "nn.CosineSimilarity()(a, b)", "torch.cosine_similarity(a[:, None], b[None], 2)",
    "torch.ops.aten.cosine_similarity(a, b)", "F.cosine_embedding_loss(a, b, torch.ones(4))",
    "torchvision.utils.make_grid(a[None, None])", "getattr(torchvision.utils.make_grid, '__wrapped__', torchvision.utils.make_grid)(a[None, None])",
    "__import__('sklearn.decomposition').decomposition.PCA(2).fit_transform(a.numpy())",
    "__import__('sklearn.neighbors').neighbors.NearestNeighbors(n_neighbors=2).fit(a.numpy()).kneighbors(b.numpy())",
    "__import__('sklearn.metrics').metrics.pairwise.cosine_similarity(a.numpy(), b.numpy())",
    "__import__('torchvision.models.feature_extraction').models.feature_extraction.get_graph_node_names(nn.Sequential(nn.ReLU()))",
    "__import__('torchvision.models._utils').models._utils.IntermediateLayerGetter(nn.Sequential(nn.ReLU()), {'0': 'x'})",
)  # fmt: skip
ALLOWED = (
    "torch.cdist(a, b)", "F.normalize(a, dim=1) @ F.normalize(b, dim=1).T", "a.topk(2).indices", "torch.linalg.svd(a)[1]",
    "torch.linalg.eigh(a.T @ a)[0]", "torch.svd(a)[1]", "torch.cov(a.T)", "torch.bincount(torch.tensor([1, 1, 2]))", "torch.mode(a, 1)[0]",
    "F.pairwise_distance(a, b)", "torch.from_numpy(np.linalg.svd(a.numpy())[1])", "torch.as_tensor(scipy.spatial.KDTree(a.numpy()).query(b.numpy())[1])",
    "hooked(nn.Sequential(nn.Conv2d(1, 2, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.LogSoftmax(1)))",
)  # fmt: skip


def outcomes(taken):
    """Return of each expression whether it gives something, or the type of its error."""
    with Sandbox(Place(LIMITS), taken) as sandbox:
        sandbox.run_cell(SETUP + HELPERS, 20)
        found = {}
        for code in (*LIBRARY, *ALLOWED):
            sandbox.run_cell(f"def f(a, b):\n    return {code}", 20)
            reply = sandbox.probe("call", {"item": "f", "args": [A, B], "kwargs": {}, "seed": 0}, 8)
            found[code] = reply.value["type"] if reply.status == "error" else reply.status
        return found


def test_libraries_answers_are_gone_and_what_is_allowed_is_there():
    whole, bare = outcomes(None), outcomes(TAKEN)
    assert {code: each for code, each in whole.items() if each != "ok"} == {}
    assert {code: bare[code] for code in LIBRARY if bare[code] != "LibraryCall"} == {}
    assert {code: bare[code] for code in ALLOWED if bare[code] != "ok"} == {}
