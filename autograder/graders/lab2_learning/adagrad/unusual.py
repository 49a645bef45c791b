"""Unusual right answers for `Adagrad`: each must earn every point."""

# CANARY-5b0c2f6e-hidden-grader

import types

import numpy as np
import torch


class OnPyTorchsBaseClass(torch.optim.Optimizer):
    def __init__(self, params, lr=0.01, eps=1e-10):
        super().__init__(params, {"lr": lr, "eps": eps})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            for p in group["params"]:
                if p.grad is not None:
                    total = self.state[p].setdefault("sum", torch.zeros_like(p))
                    total.addcmul_(p.grad, p.grad)
                    p.addcdiv_(p.grad, total.sqrt().add_(group["eps"]), value=-group["lr"])


class SumsFromTheBeginning:
    def __init__(self, params, lr=0.01, eps=1e-10):
        self.pairs = [(p, torch.zeros_like(p)) for p in params]
        self.lr, self.eps = lr, eps

    def step(self):
        for p, total in self.pairs:
            if p.grad is not None:
                total += p.grad.abs() ** 2
                p.data -= self.lr * p.grad / (total**0.5 + self.eps)

    def zero_grad(self):
        for p, _ in self.pairs:
            if p.grad is not None:
                p.grad.zero_()


def closures_and_a_namespace(params, lr=0.01, eps=1e-10):
    params, sums = list(params), {}

    @torch.no_grad()
    def step():
        for i, p in enumerate(params):
            if p.grad is None:
                continue
            square = p.grad.square()
            sums[i] = sums[i] + square if i in sums else square
            p.copy_(p - p.grad / (sums[i].sqrt() + eps) * lr)

    def zero_grad():
        for p in params:
            p.grad = None

    return types.SimpleNamespace(step=step, zero_grad=zero_grad)


class AllGradientsKept:
    # nothing is summed beforehand
    def __init__(self, params, lr=0.01, eps=1e-10):
        self.seen = {p: [] for p in params}
        self.lr, self.eps = lr, eps

    def step(self):
        for p, gradients in self.seen.items():
            if p.grad is not None:
                gradients.append(p.grad.clone())
                norm = torch.stack(gradients).norm(dim=0)
                with torch.no_grad():
                    p -= self.lr * gradients[-1] / (norm + self.eps)

    def zero_grad(self):
        for p in self.seen:
            p.grad = torch.zeros_like(p)


class RootsKept:
    # the root of the sum is brought up to date by Pythagoras
    def __init__(self, params, lr=0.01, eps=1e-10):
        self.params, self.lr, self.eps, self.roots = tuple(params), lr, eps, {}

    @torch.no_grad()
    def step(self):
        for p in self.params:
            if p.grad is not None:
                self.roots[p] = torch.hypot(self.roots.get(p, torch.zeros_like(p)), p.grad)
                p.sub_(p.grad.mul(self.lr).div(self.roots[p].add(self.eps)))

    def zero_grad(self):
        for p in self.params:
            p.grad = None


class InNumPy:
    def __init__(self, params, lr=0.01, eps=1e-10):
        self.params, self.lr, self.eps = list(params), lr, eps
        self.sums = [0.0] * len(self.params)

    def step(self):
        for i, p in enumerate(self.params):
            if p.grad is not None:
                g = p.grad.numpy()
                self.sums[i] = self.sums[i] + g**2
                p.data -= torch.from_numpy(np.asarray(self.lr * g / (np.sqrt(self.sums[i]) + self.eps)))

    def zero_grad(self):
        for p in self.params:
            p.grad = None
