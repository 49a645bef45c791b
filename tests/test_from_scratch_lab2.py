"""The from-scratch rule of lab 2: losses, dropouts, optimizers and reports of libraries are not there, and what the contract allows is."""

import pytest
import torch

from autograder.grading.items import material
from autograder.sandbox import Place, Sandbox
from tests.test_from_scratch import LIMITS, SETUP

pytestmark = pytest.mark.usefixtures("one_warm_process")
TAKEN = material("lab2_learning", "nll_loss").taken
HELPERS = """
from torch import distributions as D
import scipy.special, scipy.stats, torchvision.ops
class Derived(torch.optim.Adam):
    pass
class Own(torch.optim.Optimizer):
    def __init__(self, params):
        super().__init__(params, {"lr": 0.1})
    def step(self):
        with torch.no_grad():
            for each in self.param_groups[0]["params"]:
                each -= self.param_groups[0]["lr"]
def stepped(optimizer):
    p = nn.Parameter(torch.rand(2, 3))
    p.grad = torch.ones(2, 3)
    optimizer([p]).step()
    return p
def base(name):
    return next(each for each in torch.optim.Optimizer.__subclasses__() if each.__name__ == name)
"""
Q, P = (
    torch.tensor([[0.1, 0.3, 0.6], [0.5, 0.2, 0.3]]).log(),
    torch.tensor([[0.2, 0.3, 0.5], [0.6, 0.3, 0.1]]),
)
# Ways to the library's answer: each is what `f(q, p)` returns, of log-probabilities and probabilities (2, 3).
LIBRARY = (
    "F.nll_loss(q, p.argmax(1))", "nn.NLLLoss()(q, p.argmax(1))", "torch.ops.aten.nll_loss_forward(q, p.argmax(1), None, 1, -100)[0]",
    "F.cross_entropy(q, p.argmax(1))", "D.Categorical(logits=q).log_prob(p.argmax(1))", "torch._C._nn.nll_loss(q, p.argmax(1))",
    "F.mse_loss(q, p)", "nn.MSELoss()(q, p)", "torch.ops.aten.mse_loss(q, p)", "torch._refs.nn.functional.mse_loss(q, p)",
    "torch._decomp.decompositions.mse_loss(q, p)", "torch.vmap(F.mse_loss)(q, p)",
    "F.binary_cross_entropy(p, p.round())", "nn.BCELoss()(p, p.round())", "torch.ops.aten.binary_cross_entropy(p, p)",
    "torch.binary_cross_entropy_with_logits(p.logit(), p)", "nn.BCEWithLogitsLoss()(p.logit(), p)", "D.Bernoulli(p).log_prob(p.round())",
    "torch._decomp.decompositions.binary_cross_entropy(p, p)", "torchvision.ops.sigmoid_focal_loss(p.logit(), p.round())",
    "F.kl_div(q, p)", "nn.KLDivLoss()(q, p)", "torch.kl_div(q, p)", "torch.ops.aten.kl_div(q, p)",
    "D.kl_divergence(D.Bernoulli(p), D.Bernoulli(q.exp()))", "scipy.special.rel_entr(p.numpy(), p.numpy())", "scipy.special.kl_div(0.5, 0.5)",
    "scipy.stats.entropy(p.numpy(), p.numpy())",
    "F.dropout(p)", "nn.Dropout()(p)", "torch.dropout(p, 0.5, True)", "torch.native_dropout(p, 0.5, True)", "torch.dropout_(p.clone(), 0.5, True)",
    "F.dropout1d(p)", "nn.Dropout2d()(p[None, None])", "F.alpha_dropout(p, 0.5, True)", "F.feature_alpha_dropout(p, 0.5, True)",
    "torch.feature_dropout(p, 0.5, True)", "torch._refs.nn.functional.dropout(p)", "torchvision.ops.stochastic_depth(p, 0.5, 'row')",
    "stepped(torch.optim.SGD)", "stepped(torch.optim.Adam)", "stepped(Derived)", "stepped(torch.optim.RMSprop)", "stepped(base('Adagrad'))",
    "stepped(base('SGD'))", "stepped(base('Adam'))", "stepped(lambda w: torch.optim.AdamW(w, fused=True))",
    "__import__('sklearn.metrics').metrics.classification_report([0, 1], [0, 1])",
    "__import__('torchmetrics').functional.classification.multiclass_accuracy(p, p.argmax(1), 3)",
)  # fmt: skip
ALLOWED = (
    "torch.var_mean(p, 0)", "p.std(0)", "torch.bernoulli(p)", "p.clone().bernoulli_(0.5)", "torch.xlogy(p, p)", "q.logsumexp(1)", "stepped(Own)",
    "D.Bernoulli(p).sample()", "scipy.special.xlogy(0.5, 0.5)", "torch.special.entr(p)", "F.one_hot(p.argmax(1))", "F.layer_norm(p, (3,))",
    "torch._foreach_add([p], 1.0)", "np.bincount([1, 2])", "F.l1_loss(q, p)", "q.gather(1, p.argmax(1)[:, None])",
)  # fmt: skip


def outcomes(taken):
    """Return of each expression whether it gives something, or the type of its error."""
    with Sandbox(Place(LIMITS), taken) as sandbox:
        sandbox.run_cell(SETUP + HELPERS, 20)
        found = {}
        for code in (*LIBRARY, *ALLOWED):
            sandbox.run_cell(f"def f(q, p):\n    return {code}", 20)
            reply = sandbox.probe("call", {"item": "f", "args": [Q, P], "kwargs": {}, "seed": 0}, 8)
            found[code] = reply.value["type"] if reply.status == "error" else reply.status
        return found


def test_libraries_answers_are_gone_and_what_is_allowed_is_there():
    whole, bare = outcomes(None), outcomes(TAKEN)
    assert {code: each for code, each in whole.items() if each != "ok"} == {}
    assert {
        code: each for code, each in bare.items() if each != ("ok" if code in ALLOWED else "LibraryCall")
    } == {}
