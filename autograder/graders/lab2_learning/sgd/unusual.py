"""Unusual right answers for `SGD`: each must earn every point."""

# CANARY-5b0c2f6e-hidden-grader

import types

import numpy as np
import torch


class OnPyTorchsBaseClass(torch.optim.Optimizer):
    def __init__(self, params, lr, momentum=0.0, weight_decay=0.0):
        super().__init__(params, {"lr": lr, "momentum": momentum, "weight_decay": weight_decay})

    @torch.no_grad()
    def step(self, closure=None):
        for group in self.param_groups:
            for p in group["params"]:
                if p.grad is None:
                    continue
                d_p = p.grad
                if group["weight_decay"] != 0:
                    d_p = d_p.add(p, alpha=group["weight_decay"])
                if group["momentum"] != 0:
                    state = self.state[p]
                    if "buffer" not in state:
                        state["buffer"] = d_p.clone()
                    else:
                        state["buffer"].mul_(group["momentum"]).add_(d_p)
                    d_p = state["buffer"]
                p.add_(d_p, alpha=-group["lr"])


class LearningRateInTheBuffer:
    # the velocity is the step itself, and begins at 0
    def __init__(self, params, lr, momentum=0.0, weight_decay=0.0):
        self.params, self.rate, self.rho, self.decay = [*params], lr, momentum, weight_decay
        self.velocity = [torch.zeros_like(p) for p in self.params]

    def step(self):
        for p, v in zip(self.params, self.velocity):
            if p.grad is not None:
                v.mul_(self.rho).add_(p.grad + self.decay * p.data, alpha=-self.rate)
                p.data += v

    def zero_grad(self):
        for p in self.params:
            if p.grad is not None:
                p.grad.zero_()


def closures_and_a_namespace(params, lr, momentum=0.0, weight_decay=0.0):
    params, buffers = tuple(params), {}

    def step():
        with torch.no_grad():
            for i, p in enumerate(params):
                if p.grad is None:
                    continue
                p.grad += weight_decay * p
                buffers[i] = p.grad.clone() if i not in buffers else momentum * buffers[i] + p.grad
                p.copy_(p - lr * buffers[i])

    def zero_grad():
        for p in params:
            p.grad = torch.zeros_like(p)

    return types.SimpleNamespace(step=step, zero_grad=zero_grad)


class WithForeach:
    def __init__(self, params, lr, momentum=0.0, weight_decay=0.0):
        self.params = list(params)
        self.lr, self.m, self.wd, self.buffers = lr, momentum, weight_decay, {}

    @torch.no_grad()
    def step(self):
        live = [p for p in self.params if p.grad is not None]
        if not live:
            return
        grads = torch._foreach_add([p.grad for p in live], live, alpha=self.wd)
        for p, g in zip(live, grads):
            self.buffers[id(p)] = g + self.m * self.buffers.get(id(p), torch.zeros_like(g))
        torch._foreach_add_(live, [self.buffers[id(p)] for p in live], alpha=-self.lr)

    def zero_grad(self, set_to_none=True):
        for p in self.params:
            p.grad = None


class InNumPy:
    def __init__(self, params, lr, momentum=0.0, weight_decay=0.0):
        self.settings = lr, momentum, weight_decay
        self.slots = [{"p": p, "v": None} for p in params]

    def step(self):
        lr, rho, decay = self.settings
        for slot in self.slots:
            p = slot["p"]
            if p.grad is None:
                continue
            g = p.grad.numpy() + decay * p.detach().numpy()
            slot["v"] = g if slot["v"] is None else rho * slot["v"] + g
            p.data.copy_(torch.from_numpy(np.asarray(p.detach().numpy() - lr * slot["v"])))

    def zero_grad(self):
        for slot in self.slots:
            slot["p"].grad = None


class StateOnTheParameter:
    def __init__(self, params, lr, momentum=0.0, weight_decay=0.0):
        self.params = [p for p in params if p.requires_grad]
        self.__dict__.update(lr=lr, momentum=momentum, weight_decay=weight_decay)

    def step(self):
        for p in filter(lambda each: each.grad is not None, self.params):
            self._step_one(p)

    @torch.no_grad()
    def _step_one(self, p):
        g = torch.add(p.grad, p, alpha=self.weight_decay)
        p.buffer = torch.add(g, getattr(p, "buffer", torch.zeros(())).to(p), alpha=self.momentum)
        p -= self.lr * p.buffer

    def zero_grad(self):
        [setattr(p, "grad", None) for p in self.params]
