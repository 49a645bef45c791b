"""Wrong answers for `EarlyStopping`, in the style of students: each must lose the item."""

# CANARY-5b0c2f6e-hidden-grader

import copy

import torch


class _Right:
    def __init__(self, patience=3, min_delta=0.0):
        self.patience, self.min_delta, self.best, self.count = patience, min_delta, float("inf"), 0

    def better(self, val_loss):
        return val_loss < self.best - self.min_delta

    def keep(self, model):
        self.state = copy.deepcopy(model.state_dict())

    def update(self, val_loss, model):
        if self.better(val_loss):
            self.best, self.count = val_loss, 0
            self.keep(model)
        else:
            self.count += 1
        return self.count >= self.patience

    def restore(self, model):
        model.load_state_dict(self.state)


class shallow_copy(_Right):
    def keep(self, model):
        self.state = copy.copy(model.state_dict())


class matrices_only(_Right):
    # biases and buffers stay
    def restore(self, model):
        for name, p in model.named_parameters():
            if p.dim() > 1:
                p.data.copy_(self.state[name])


class restores_at_the_end_by_itself(_Right):
    # the model is changed in `update`
    def update(self, val_loss, model):
        stop = super().update(val_loss, model)
        if self.count:
            self.restore(model)
        return stop


class waits_from_the_first_epoch(_Right):
    def update(self, val_loss, model):
        self.epochs = getattr(self, "epochs", 0) + 1
        super().update(val_loss, model)
        return self.epochs >= self.patience


class window_of_losses(_Right):
    # compares with the loss `patience` epochs ago
    def update(self, val_loss, model):
        self.losses = [*getattr(self, "losses", []), val_loss]
        super().update(val_loss, model)
        return len(self.losses) > self.patience and self.losses[-1] > self.losses[-1 - self.patience]


class rounded_losses(_Right):
    def better(self, val_loss):
        return round(val_loss, 2) < round(self.best - self.min_delta, 2) if self.best < 1e9 else True


class default_patience_of_five(_Right):
    def __init__(self, patience=5, min_delta=0.0):
        super().__init__(patience, min_delta)


class default_min_delta(_Right):
    def __init__(self, patience=3, min_delta=0.001):
        super().__init__(patience, min_delta)


class arguments_swapped(_Right):
    def __init__(self, min_delta=0.0, patience=3):
        super().__init__(patience, min_delta)


class method_left_out(_Right):
    restore = None


class buffers_replaced_by_fresh_ones(_Right):
    def restore(self, model):
        super().restore(model)
        for module in model.modules():
            if isinstance(module, torch.nn.BatchNorm1d):
                module.reset_running_stats()


class best_as_text(_Right):
    def update(self, val_loss, model):
        self.best = float(self.best)
        stop = super().update(val_loss, model)
        self.best = f"{self.best:.3f}"
        return stop
