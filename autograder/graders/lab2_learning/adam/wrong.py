"""Wrong answers for `Adam`, in the style of students: each must lose the item."""

# CANARY-5b0c2f6e-hidden-grader

import torch


class _Base:
    def __init__(self, params, lr=0.001, betas=(0.9, 0.999), eps=1e-8):
        self.params = list(params)
        self.lr, (self.b1, self.b2), self.eps = lr, betas, eps
        self.m = [torch.zeros_like(p) for p in self.params]
        self.v = [torch.zeros_like(p) for p in self.params]
        self.t = [0] * len(self.params)

    @torch.no_grad()
    def step(self):
        for i, p in enumerate(self.params):
            if p.grad is not None:
                self.t[i] += 1
                self.update(i, p.grad)
                p -= self.lr * self.direction(i)

    def update(self, i, g):
        self.m[i] = self.b1 * self.m[i] + (1 - self.b1) * g
        self.v[i] = self.b2 * self.v[i] + (1 - self.b2) * g**2

    def direction(self, i):
        m, v = self.m[i] / (1 - self.b1 ** self.t[i]), self.v[i] / (1 - self.b2 ** self.t[i])
        return m / (v.sqrt() + self.eps)

    def zero_grad(self):
        for p in self.params:
            p.grad = None


class WeightsDecay(_Base):
    # as AdamW does
    @torch.no_grad()
    def step(self):
        for p in self.params:
            p.mul_(1 - self.lr * 0.01)
        super().step()


class NesterovInside(_Base):
    def direction(self, i):
        m, v = self.m[i] / (1 - self.b1 ** self.t[i]), self.v[i] / (1 - self.b2 ** self.t[i])
        return (self.b1 * m + (1 - self.b1) * self.params[i].grad) / (v.sqrt() + self.eps)


class VarianceInPlaceOfTheSquare(_Base):
    # AdaBelief
    def update(self, i, g):
        self.m[i] = self.b1 * self.m[i] + (1 - self.b1) * g
        self.v[i] = self.b2 * self.v[i] + (1 - self.b2) * (g - self.m[i]) ** 2


class RootNotOfTheCorrection(_Base):
    def direction(self, i):
        m = self.m[i] / (1 - self.b1 ** self.t[i])
        return m / (self.v[i].sqrt() / (1 - self.b2 ** self.t[i]) + self.eps)


class CountsStepsWithoutAGradient(_Base):
    @torch.no_grad()
    def step(self):
        for i, p in enumerate(self.params):
            self.t[i] += 1
            if p.grad is not None:
                self.update(i, p.grad)
                p -= self.lr * self.direction(i)


class ZeroForAMissingGradient(_Base):
    @torch.no_grad()
    def step(self):
        for p in self.params:
            p.grad = torch.zeros_like(p) if p.grad is None else p.grad
        super().step()


class LibraryClass(torch.optim.Adam):
    def __init__(self, params, lr=0.001, betas=(0.9, 0.999), eps=1e-8):
        super().__init__(params, lr=lr, betas=betas, eps=eps)
