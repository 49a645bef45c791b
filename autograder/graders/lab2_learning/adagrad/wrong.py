"""Wrong answers for `Adagrad`, in the style of students: each must lose the item."""

# CANARY-5b0c2f6e-hidden-grader

import torch


class _Base:
    def __init__(self, params, lr=0.01, eps=1e-10):
        self.params, self.lr, self.eps = list(params), lr, eps
        self.sums = [torch.zeros_like(p) for p in self.params]

    @torch.no_grad()
    def step(self):
        for p, total in zip(self.params, self.sums):
            if p.grad is not None:
                total += p.grad**2
                self.move(p, total)

    def move(self, p, total):
        p -= self.lr * p.grad / (total.sqrt() + self.eps)

    def zero_grad(self):
        for p in self.params:
            p.grad = None


class LargerOfRootAndEps(_Base):
    def move(self, p, total):
        p -= self.lr * p.grad / total.sqrt().clamp(min=self.eps)


class NormOfTheTensor(_Base):
    # one sum for all elements of a tensor
    def move(self, p, total):
        p -= self.lr * p.grad / (total.sum().sqrt() + self.eps)


class SumOfTheStepsTaken(_Base):
    # the sum is of what is left of the gradients
    def move(self, p, total):
        step = p.grad / (total.sqrt() + self.eps)
        total += step**2
        p -= self.lr * step


class SmallEps(_Base):
    def __init__(self, params, lr=0.01, eps=1e-12):
        super().__init__(params, lr, eps)


class SumsStartAgainAfterClearing(_Base):
    def zero_grad(self):
        for p, total in zip(self.params, self.sums):
            p.grad = None
            total.zero_()


class LibraryClass(torch.optim.Adagrad):
    def __init__(self, params, lr=0.01, eps=1e-10):
        super().__init__(params, lr=lr, eps=eps)
