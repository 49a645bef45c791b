"""Unusual right answers for `Adam`: each must earn every point."""

# CANARY-5b0c2f6e-hidden-grader

import math
import types

import numpy as np
import torch


class OnPyTorchsBaseClass(torch.optim.Optimizer):
    def __init__(self, params, lr=0.001, betas=(0.9, 0.999), eps=1e-8):
        super().__init__(params, {"lr": lr, "betas": betas, "eps": eps})

    @torch.no_grad()
    def step(self, closure=None):
        for group in self.param_groups:
            beta1, beta2 = group["betas"]
            for p in group["params"]:
                if p.grad is None:
                    continue
                state = self.state[p]
                if not state:
                    state.update(step=0, m=torch.zeros_like(p), v=torch.zeros_like(p))
                state["step"] += 1
                state["m"].mul_(beta1).add_(p.grad, alpha=1 - beta1)
                state["v"].mul_(beta2).addcmul_(p.grad, p.grad, value=1 - beta2)
                size = group["lr"] / (1 - beta1 ** state["step"])
                root = (state["v"].sqrt() / math.sqrt(1 - beta2 ** state["step"])).add_(group["eps"])
                p.addcdiv_(state["m"], root, value=-size)


class PowersKept:
    # the powers of the betas are products that grow with each step
    def __init__(self, params, lr=0.001, betas=(0.9, 0.999), eps=1e-8):
        self.slots = [[p, torch.zeros_like(p), torch.zeros_like(p), 1.0, 1.0] for p in params]
        self.lr, (self.b1, self.b2), self.eps = lr, betas, eps

    def step(self):
        for slot in self.slots:
            p, m, v, *_ = slot
            if p.grad is None:
                continue
            slot[3], slot[4] = slot[3] * self.b1, slot[4] * self.b2
            m += (1 - self.b1) * (p.grad - m)
            v += (1 - self.b2) * (p.grad * p.grad - v)
            p.data -= self.lr * (m / (1 - slot[3])) / ((v / (1 - slot[4])) ** 0.5 + self.eps)

    def zero_grad(self):
        for p, *_ in self.slots:
            if p.grad is not None:
                p.grad.zero_()


def closures_and_a_namespace(params, lr=0.001, betas=(0.9, 0.999), eps=1e-8):
    params, moments, counts = list(params), {}, {}

    @torch.no_grad()
    def step():
        for i, p in enumerate(params):
            if p.grad is None:
                continue
            counts[i] = counts.get(i, 0) + 1
            old = moments.get(i, (torch.zeros_like(p), torch.zeros_like(p)))
            moments[i] = tuple(
                torch.lerp(new, mean, beta) for new, mean, beta in zip((p.grad, p.grad.square()), old, betas)
            )
            m, v = (each / (1 - beta ** counts[i]) for each, beta in zip(moments[i], betas))
            p.copy_(p - lr * m / (v.sqrt() + eps))

    def zero_grad():
        for p in params:
            p.grad = torch.zeros_like(p)

    return types.SimpleNamespace(step=step, zero_grad=zero_grad)


class BiasInTheAverage:
    # means weighed by what the weights add up to need no correction
    def __init__(self, params, lr=0.001, betas=(0.9, 0.999), eps=1e-8):
        self.state = {p: {"sums": [0.0, 0.0], "weights": [0.0, 0.0]} for p in params}
        self.lr, self.betas, self.eps = lr, betas, eps

    def step(self):
        with torch.no_grad():
            for p, state in self.state.items():
                if p.grad is None:
                    continue
                for k, new in enumerate((p.grad, p.grad**2)):
                    state["sums"][k] = self.betas[k] * state["sums"][k] + new
                    state["weights"][k] = self.betas[k] * state["weights"][k] + 1
                m, v = (a / b for a, b in zip(state["sums"], state["weights"]))
                p.sub_(self.lr * m / (v.sqrt() + self.eps))

    def zero_grad(self):
        for p in self.state:
            p.grad = None


class InNumPy:
    def __init__(self, params, lr=0.001, betas=(0.9, 0.999), eps=1e-8):
        self.params, self.lr, self.betas, self.eps = list(params), lr, betas, eps
        self.m, self.v, self.t = ([0] * len(self.params) for _ in range(3))

    def step(self):
        b1, b2 = self.betas
        for i, p in enumerate(self.params):
            if p.grad is None:
                continue
            g = p.grad.numpy()
            self.t[i] += 1
            self.m[i] = b1 * self.m[i] + (1 - b1) * g
            self.v[i] = b2 * self.v[i] + (1 - b2) * g**2
            m, v = self.m[i] / (1 - b1 ** self.t[i]), self.v[i] / (1 - b2 ** self.t[i])
            p.data.sub_(torch.from_numpy(np.asarray(self.lr * m / (np.sqrt(v) + self.eps))))

    def zero_grad(self):
        for p in self.params:
            p.grad = None


class OneOptimizerForEachParameter:
    class One:
        def __init__(self, p, lr, betas, eps):
            self.p, self.lr, (self.b1, self.b2), self.eps = p, lr, betas, eps
            self.gradients = []

        def step(self):
            # the means are sums over all gradients so far
            self.gradients.append(self.p.grad.clone())
            t = len(self.gradients)
            m = sum((1 - self.b1) * self.b1 ** (t - 1 - i) * g for i, g in enumerate(self.gradients))
            v = sum((1 - self.b2) * self.b2 ** (t - 1 - i) * g**2 for i, g in enumerate(self.gradients))
            m, v = m / (1 - self.b1**t), v / (1 - self.b2**t)
            with torch.no_grad():
                self.p.add_(-self.lr * m / (v.sqrt() + self.eps))

    def __init__(self, params, lr=0.001, betas=(0.9, 0.999), eps=1e-8):
        self.parts = [self.One(p, lr, betas, eps) for p in params]

    def step(self):
        for each in self.parts:
            if each.p.grad is not None:
                each.step()

    def zero_grad(self):
        for each in self.parts:
            each.p.grad = None
