"""Wrong answers for `SGD`, in the style of students: each must lose the item."""

# CANARY-5b0c2f6e-hidden-grader

import torch


class _Base:
    def __init__(self, params, lr, momentum=0.0, weight_decay=0.0):
        self.params = list(params)
        self.lr, self.momentum, self.weight_decay = lr, momentum, weight_decay
        self.v = [torch.zeros_like(p) for p in self.params]

    def zero_grad(self):
        for p in self.params:
            if p.grad is not None:
                p.grad.zero_()


class TensorsReplacedInTheList(_Base):
    # the list gets new tensors, the network keeps the old ones
    @torch.no_grad()
    def step(self):
        for i, p in enumerate(self.params):
            if p.grad is not None:
                self.v[i] = self.momentum * self.v[i] + p.grad + self.weight_decay * p
                self.params[i] = p - self.lr * self.v[i]


class GraphInTheBuffer(_Base):
    # nothing keeps autograd from recording the buffer
    def step(self):
        for i, p in enumerate(self.params):
            if p.grad is not None:
                self.v[i] = self.momentum * self.v[i] + p.grad + self.weight_decay * p
                p.data -= self.lr * self.v[i].data


class BufferIsTheGradient(_Base):
    # the first buffer is no copy, and `zero_grad` clears it
    def __init__(self, params, lr, momentum=0.0, weight_decay=0.0):
        super().__init__(params, lr, momentum, weight_decay)
        self.v = {}

    @torch.no_grad()
    def step(self):
        for p in self.params:
            if p.grad is not None:
                p.grad.add_(p, alpha=self.weight_decay)
                if p in self.v:
                    self.v[p].mul_(self.momentum).add_(p.grad)
                else:
                    self.v[p] = p.grad
                p.sub_(self.lr * self.v[p])


class BufferMovesWithoutAGradient(_Base):
    # a parameter without a gradient rolls on
    @torch.no_grad()
    def step(self):
        for v, p in zip(self.v, self.params):
            g = torch.zeros_like(p) if p.grad is None else p.grad
            v.mul_(self.momentum).add_(g + self.weight_decay * p)
            p.sub_(self.lr * v)


class MomentumOnlyWithDecay(_Base):
    # `zero_grad` is right
    @torch.no_grad()
    def step(self):
        for v, p in zip(self.v, self.params):
            if p.grad is not None:
                v.mul_(self.momentum if self.weight_decay else 0).add_(p.grad + self.weight_decay * p)
                p.sub_(self.lr * v)


class DecayOnlyWithMomentum(_Base):
    @torch.no_grad()
    def step(self):
        for v, p in zip(self.v, self.params):
            if p.grad is None:
                continue
            if self.momentum:
                v.mul_(self.momentum).add_(p.grad + self.weight_decay * p)
                p.sub_(self.lr * v)
            else:
                p.sub_(self.lr * p.grad)


class NoDefaults:
    # momentum and weight decay must be given
    def __init__(self, params, lr, momentum, weight_decay):
        self.inner = _Base(params, lr, momentum, weight_decay)
        self.zero_grad = self.inner.zero_grad

    @torch.no_grad()
    def step(self):
        for v, p in zip(self.inner.v, self.inner.params):
            if p.grad is not None:
                v.mul_(self.inner.momentum).add_(p.grad + self.inner.weight_decay * p)
                p.sub_(self.inner.lr * v)


class LibraryClass(torch.optim.SGD):
    def __init__(self, params, lr, momentum=0.0, weight_decay=0.0):
        super().__init__(params, lr=lr, momentum=momentum, weight_decay=weight_decay)


class StepUnderAnotherName(_Base):
    def update(self):
        pass


class LearningRateSquared(_Base):
    @torch.no_grad()
    def step(self):
        for v, p in zip(self.v, self.params):
            if p.grad is not None:
                v.mul_(self.momentum).add_(self.lr * (p.grad + self.weight_decay * p))
                p.sub_(self.lr * v)
