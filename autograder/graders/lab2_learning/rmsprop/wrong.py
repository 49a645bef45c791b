"""Wrong answers for `RMSprop`, in the style of students: each must lose the item."""

# CANARY-5b0c2f6e-hidden-grader

import torch


class _Base:
    def __init__(self, params, lr=0.01, alpha=0.99, eps=1e-8):
        self.params = list(params)
        self.lr, self.alpha, self.eps = lr, alpha, eps
        self.ms = [torch.zeros_like(p) for p in self.params]

    @torch.no_grad()
    def step(self):
        for i, p in enumerate(self.params):
            if p.grad is not None:
                self.ms[i] = self.alpha * self.ms[i] + (1 - self.alpha) * p.grad**2
                self.move(p, self.ms[i])

    def move(self, p, ms):
        p -= self.lr * p.grad / (ms.sqrt() + self.eps)

    def zero_grad(self):
        for p in self.params:
            p.grad = None


class LargerOfRootAndEps(_Base):
    def move(self, p, ms):
        p -= self.lr * p.grad / ms.sqrt().clamp(min=self.eps)


class EpsTakenAway(_Base):
    def move(self, p, ms):
        p -= self.lr * p.grad / (ms.sqrt() - self.eps)


class VarianceAroundTheMean(_Base):
    # centred, as PyTorch offers as well
    def move(self, p, ms):
        self.means = getattr(self, "means", {})
        self.means[p] = self.alpha * self.means.get(p, 0.0) + (1 - self.alpha) * p.grad
        p -= self.lr * p.grad / ((ms - self.means[p] ** 2).sqrt() + self.eps)


class RootOfTheAverageOnly(_Base):
    # one scale for a whole tensor
    def move(self, p, ms):
        p -= self.lr * p.grad / (ms.mean().sqrt() + self.eps)


class MeanFadesWithoutAGradient(_Base):
    @torch.no_grad()
    def step(self):
        for i, p in enumerate(self.params):
            g = torch.zeros_like(p) if p.grad is None else p.grad
            self.ms[i] = self.alpha * self.ms[i] + (1 - self.alpha) * g**2
            p -= self.lr * g / (self.ms[i].sqrt() + self.eps)


class LibraryClass(torch.optim.RMSprop):
    def __init__(self, params, lr=0.01, alpha=0.99, eps=1e-8):
        super().__init__(params, lr=lr, alpha=alpha, eps=eps)
