"""Reference and misconceptions of `EarlyStopping`: stops when nothing got better for some epochs, and gives the best weights back."""

# CANARY-5b0c2f6e-hidden-grader

from autograder.graders.kit.changes import changes_of

LEAST_MISCONCEPTIONS = 15


class EarlyStopping:
    def __init__(self, patience=3, min_delta=0.0):
        self.patience = patience
        self.min_delta = min_delta
        self.best = float("inf")
        self.count = 0
        self.state = None

    def update(self, val_loss, model):
        if val_loss < self.best - self.min_delta:
            self.best = val_loss
            self.count = 0
            self.state = {name: value.clone() for name, value in model.state_dict().items()}
        else:
            self.count += 1
        return self.count >= self.patience

    def restore(self, model):
        model.load_state_dict(self.state)


reference = EarlyStopping
instead = changes_of(EarlyStopping)
_SAVED = "{name: value.clone() for name, value in model.state_dict().items()}"
_SAVING = f"            self.state = {_SAVED}\n"

weights_not_copied = instead(
    "After `restore` the model has its latest weights. You keep the model's own tensors, in which training goes on (`state_dict()`, a copy of its dict, and the model itself are no copies of them), or `restore` writes nothing into the model. Keep `copy.deepcopy(model.state_dict())`, and load that.",
    {_SAVED: "model.state_dict()"},
)
buffers_forgotten = instead(
    "You keep the parameters, and not the buffers: batch norm's running statistics belong to the best epoch too. Take `model.state_dict()`.",
    {"state_dict().items()": "named_parameters()", "(self.state)": "(self.state, strict=False)"},
)
latest_weights_kept = instead(
    "You keep the weights of each epoch, so that the last ones come back. Keep them only where the loss is the best so far.",
    {_SAVING: "", "        if val_loss": f"        self.state = {_SAVED}\n        if val_loss"},
)
weights_of_the_first_epoch = instead(
    "You keep the weights once, and not again when a later epoch is better. Keep them at each new best.",
    {_SAVING: f"            if self.state is None:\n                self.state = {_SAVED}\n"},
)
worse_weights_kept = instead(
    "You keep the weights where the loss is worse. Keep them where it is the best so far.",
    {_SAVING: "", "self.count += 1": f"self.count += 1\n            self.state = {_SAVED}"},
)
restored_by_handing_over = instead(
    "You put the kept tensors themselves into the model, so that training goes on in them, and a second `restore` brings no best weights back. Copy them into the model: `load_state_dict` does.",
    {
        "model.load_state_dict(self.state)": "for name, value in [*model.named_parameters(), *model.named_buffers()]:\n            value.data = self.state[name]"
    },
)
count_never_reset = instead(
    "Your count goes on after an improvement. It counts epochs in a row: set it back to 0 at each new best.",
    {"            self.count = 0\n": ""},
)
stops_too_late = instead(
    "You do not stop after `patience` epochs that were not better: one epoch later, as `>` in place of `>=` does, or never. When the count of them reaches `patience`, `update` returns True.",
    {">= self.patience": "> self.patience"},
)
stops_too_early = instead(
    "You stop one epoch early. Count the epochs that were not better, from 0 at each new best, and stop when there are `patience` of them.",
    {"            self.count = 0\n": "            self.count = 1\n"},
)
compared_with_the_epoch_before = instead(
    "You compare with the epoch before. Compare with the best loss so far: losses may fall again, and be no better than that.",
    {"self.count += 1": "self.count += 1\n            self.best = val_loss"},
)
min_delta_ignored = instead(
    "You do not use min_delta: an improvement that is smaller than min_delta does not count as one.",
    {" - self.min_delta": ""},
)
min_delta_added = instead(
    "You add min_delta to the best loss, so that a loss which is a little worse counts as better. Take it away: better is `val_loss < best - min_delta`.",
    {"best - self": "best + self"},
)
min_delta_as_a_share = instead(
    "You take min_delta for a share of the best loss. It is a difference of losses: better is `val_loss < best - min_delta`.",
    {"self.best - self.min_delta": "self.best - self.min_delta * min(abs(self.best), 1e9)"},
)
any_change_counts = instead(
    "You compare the size of the difference, so that a loss which rises counts as better, too. Better is lower: `val_loss < best - min_delta`.",
    {"val_loss < self.best - self.min_delta": "abs(self.best - val_loss) > self.min_delta"},
)
larger_is_better = instead(
    "You wait for a larger value, as one does with an accuracy. `update` gets a loss: smaller is better.",
    {'float("inf")': '-float("inf")', "val_loss < self.best - self": "val_loss > self.best + self"},
)
best_begins_at_zero = instead(
    "No loss is ever better than your best. Begin with infinity, not with 0, so that the first epoch is the best so far; and smaller is better, `<`.",
    {'float("inf")': "0.0"},
)
best_begins_at_one = instead(
    "Your best loss begins at 1, and losses may be larger. Begin with infinity, so that the first epoch is the best so far.",
    {'float("inf")': "1.0"},
)
best_of_the_first_epoch = instead(
    "You write down the loss of the first epoch, and no better one after it. Set `self.best` at each new best.",
    {"self.best = val_loss": "self.best = self.best if self.state else val_loss"},
)
best_never_set = instead(
    "You do not write the new best loss down, so that every epoch counts as better. Set `self.best` where the loss is better.",
    {"            self.best = val_loss\n": ""},
)
best_is_the_latest = instead(
    "Your `best` holds the latest loss, and you compare with another number. It is to be the loss of the best epoch.",
    {
        "val_loss < self.best - self.min_delta": "val_loss < getattr(self, 'lowest', self.best) - self.min_delta",
        "            self.best = val_loss\n": "            self.lowest = val_loss\n",
        "        return self.count": "        self.best = val_loss\n        return self.count",
    },
)
nothing_returned_before_the_end = instead(
    "Your `update` returns None where training goes on. Return False there.",
    {"return self.count >= self.patience": "if self.count >= self.patience:\n            return True"},
)
improvement_returned = instead(
    "Your `update` says whether the epoch was better. It is to say whether to stop: True after `patience` epochs that were not.",
    {"self.count >= self.patience": "self.count == 0"},
)
going_on_returned = instead(
    "Your `update` says whether to go on. It is to say whether to stop: turn the comparison round.",
    {"self.count >= self": "self.count < self"},
)
patience_fixed = instead(
    "You wait three epochs, whatever `patience` is. Keep the argument, and compare the count with it.",
    {"self.patience = patience": "self.patience = 3"},
)
counted_twice = instead(
    "You count an epoch twice. Count only the epochs that were not better.",
    {"self.count += 1": "self.count += 2"},
)
generator_kept = instead(
    "You keep `model.parameters()`, which is a generator of the model's own tensors and no copy, and cannot be loaded. Keep a copy of `model.state_dict()`.",
    {_SAVED: "model.parameters()"},
)
arguments_of_update_swapped = instead(
    "Your `update` takes the model first. It is called with the loss, then the model.",
    {"val_loss, model": "model, val_loss"},
)
