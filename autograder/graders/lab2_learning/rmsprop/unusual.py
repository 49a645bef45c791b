"""Unusual right answers for `RMSprop`: each must earn every point."""

# CANARY-5b0c2f6e-hidden-grader

import types

import numpy as np
import torch


class OnPyTorchsBaseClass(torch.optim.Optimizer):
    def __init__(self, params, lr=0.01, alpha=0.99, eps=1e-8):
        super().__init__(params, {"lr": lr, "alpha": alpha, "eps": eps})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            for p in group["params"]:
                if p.grad is not None:
                    ms = self.state[p].setdefault("ms", torch.zeros_like(p))
                    ms.mul_(group["alpha"]).addcmul_(p.grad, p.grad, value=1 - group["alpha"])
                    p.addcdiv_(p.grad, ms.sqrt().add_(group["eps"]), value=-group["lr"])


class OldMeanPulledToTheNewSquare:
    def __init__(self, params, lr=0.01, alpha=0.99, eps=1e-8):
        self.cache = [[p, torch.zeros_like(p)] for p in params]
        self.lr, self.alpha, self.eps = lr, alpha, eps

    def step(self):
        for p, mean in self.cache:
            if p.grad is not None:
                mean += (1 - self.alpha) * (p.grad * p.grad - mean)
                p.data -= self.lr * p.grad / (mean**0.5 + self.eps)

    def zero_grad(self):
        for p, _ in self.cache:
            p.grad = None


def closures_and_a_namespace(params, lr=0.01, alpha=0.99, eps=1e-8):
    params, means = list(params), {}

    @torch.no_grad()
    def step():
        for i, p in enumerate(params):
            if p.grad is None:
                continue
            means[i] = torch.lerp(p.grad.square(), means.get(i, torch.zeros_like(p)), alpha)
            p.copy_(p - p.grad / (means[i].sqrt() + eps) * lr)

    def zero_grad():
        for p in params:
            if p.grad is not None:
                p.grad.detach_().zero_()

    return types.SimpleNamespace(step=step, zero_grad=zero_grad)


class RootBeforeDividing:
    # the gradient is overwritten by the step
    def __init__(self, params, lr=0.01, alpha=0.99, eps=1e-8):
        self.params, self.settings, self.ms = tuple(params), (lr, alpha, eps), {}

    def step(self):
        lr, alpha, eps = self.settings
        with torch.no_grad():
            for p in self.params:
                if p.grad is None:
                    continue
                old = self.ms.get(id(p))
                new = (1 - alpha) * p.grad.pow(2)
                self.ms[id(p)] = new if old is None else old.mul(alpha) + new
                p.grad.mul_(lr).div_(torch.sqrt(self.ms[id(p)]) + eps)
                p -= p.grad

    def zero_grad(self):
        for p in self.params:
            p.grad = torch.zeros_like(p)


class InNumPy:
    def __init__(self, params, lr=0.01, alpha=0.99, eps=1e-8):
        self.params, self.lr, self.alpha, self.eps = list(params), lr, alpha, eps
        self.ms = [0.0] * len(self.params)

    def step(self):
        for i, p in enumerate(self.params):
            if p.grad is not None:
                g = p.grad.numpy()
                self.ms[i] = self.alpha * self.ms[i] + (1 - self.alpha) * g**2
                p.data -= torch.from_numpy(np.asarray(self.lr * g / (np.sqrt(self.ms[i]) + self.eps)))

    def zero_grad(self):
        for p in self.params:
            p.grad = None


class WithForeach:
    def __init__(self, params, lr=0.01, alpha=0.99, eps=1e-8):
        self.params = [*params]
        self.ms = [torch.zeros_like(p) for p in self.params]
        self.lr, self.alpha, self.eps = lr, alpha, eps

    @torch.no_grad()
    def step(self):
        live = [(p, p.grad, m) for p, m in zip(self.params, self.ms) if p.grad is not None]
        if live:
            params, grads, means = map(list, zip(*live))
            torch._foreach_mul_(means, self.alpha)
            torch._foreach_addcmul_(means, grads, grads, 1 - self.alpha)
            roots = torch._foreach_sqrt(means)
            torch._foreach_add_(roots, self.eps)
            torch._foreach_addcdiv_(params, grads, roots, -self.lr)

    def zero_grad(self):
        for p in self.params:
            p.grad = None
