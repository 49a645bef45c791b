"""Unusual right answers for `EarlyStopping`: each must earn every point."""

# CANARY-5b0c2f6e-hidden-grader

import copy
import io
import math
from dataclasses import dataclass, field

import numpy as np
import torch
from torch import nn


class deep_copy_of_the_state:
    def __init__(self, patience=3, min_delta=0.0):
        self.patience, self.min_delta = patience, min_delta
        self.best, self.bad, self.kept = None, 0, None

    def update(self, val_loss, model):
        if self.best is None or self.best - val_loss > self.min_delta:
            self.best, self.bad, self.kept = float(val_loss), 0, copy.deepcopy(model.state_dict())
            return False
        self.bad += 1
        return bool(self.bad == self.patience)

    def restore(self, model):
        return model.load_state_dict(self.kept)


class whole_model_copied:
    def __init__(self, patience=3, min_delta=0.0):
        self.history, self.patience, self.min_delta = [], patience, min_delta

    def update(self, val_loss, model):
        self.history.append(val_loss)
        if len(self.history) == 1 or val_loss < self.best - self.min_delta:
            self.best, self.at, self.model = val_loss, len(self.history), copy.deepcopy(model)
        return np.bool_(len(self.history) - self.at >= self.patience)

    def restore(self, model):
        with torch.no_grad():
            for mine, kept in zip(model.parameters(), self.model.parameters(), strict=True):
                mine.copy_(kept)
            for mine, kept in zip(model.buffers(), self.model.buffers(), strict=True):
                mine.copy_(kept)


@dataclass
class patience_counted_down:
    patience: int = 3
    min_delta: float = 0.0
    best: float = math.inf
    left: int = field(init=False)

    def __post_init__(self):
        self.left = self.patience

    def update(self, val_loss, model):
        improved = val_loss + self.min_delta < self.best
        self.left = self.patience if improved else self.left - 1
        if improved:
            self.best = val_loss
            self._file = io.BytesIO()
            torch.save(model.state_dict(), self._file)
        return not self.left > 0

    def restore(self, model):
        self._file.seek(0)
        model.load_state_dict(torch.load(self._file))


class best_as_a_tensor(nn.Module):
    def __init__(self, patience=3, min_delta=0.0):
        super().__init__()
        self.patience, self.min_delta = patience, min_delta
        self.best = torch.tensor(float("inf"), dtype=torch.float64)
        self.waits = torch.tensor(0)

    def update(self, val_loss, model):
        loss = torch.tensor(val_loss, dtype=torch.float64)
        if loss < self.best - self.min_delta:
            self.best, self.waits = loss, self.waits * 0
            self.kept = [each.detach().clone() for each in (*model.parameters(), *model.buffers())]
        else:
            self.waits = self.waits + 1
        return self.waits >= self.patience

    @torch.no_grad()
    def restore(self, model):
        for place, kept in zip((*model.parameters(), *model.buffers()), self.kept, strict=True):
            place.copy_(kept)


class best_as_a_property:
    def __init__(self, patience=3, min_delta=0.0):
        self._patience, self._delta, self._records = patience, min_delta, []
        self._epoch = 0

    @property
    def best(self):
        return self._records[-1][0]

    def update(self, val_loss, model):
        self._epoch += 1
        if not self._records or val_loss < self.best - self._delta:
            self._records.append((val_loss, self._epoch, copy.deepcopy(model.state_dict())))
        return int(self._epoch - self._records[-1][1] >= self._patience)

    def restore(self, model):
        _, _, state = self._records[-1]
        for name, value in model.state_dict().items():
            value.copy_(state[name])


def made_by_a_function(patience=3, min_delta=0.0):
    class Stopper:
        best = float("inf")
        count = 0

        def update(self, val_loss, model):
            if val_loss >= self.best - min_delta:
                self.count = self.count + 1
                print("not better", self.count)
            else:
                self.best, self.count = val_loss, 0
                self.kept = {name: tensor.clone() for name, tensor in model.state_dict().items()}
            return self.count >= patience

        def restore(self, model):
            own = model.state_dict()
            own.update({name: tensor.clone() for name, tensor in self.kept.items()})
            model.load_state_dict(own)

    return Stopper()


class lower_loss_kept_anyway:
    # a loss that is lower, though by less than min_delta, is the best, and the count goes on
    def __init__(self, patience=3, min_delta=0.0):
        self.patience, self.min_delta, self.best, self.count = patience, min_delta, float("inf"), 0

    def update(self, val_loss, model):
        self.count = 0 if val_loss < self.best - self.min_delta else self.count + 1
        if val_loss < self.best:
            self.best, self.kept = val_loss, copy.deepcopy(model.state_dict())
        return self.count >= self.patience

    def restore(self, model):
        model.load_state_dict(self.kept)
