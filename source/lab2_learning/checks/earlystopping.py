import torch
from torch import nn


class _Counted(nn.Module):
    """A network with a weight and a buffer, which say the epoch."""

    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(3))
        self.register_buffer("running", torch.zeros(2))

    def train_to(self, epoch):
        with torch.no_grad():
            self.weight.fill_(epoch)
            self.running.fill_(10 * epoch)


def _stops(call, stopper, losses, expected, best, slips):
    """Follow losses, with a network trained on meanwhile; return it."""
    model, said = _Counted(), []
    for epoch, loss in enumerate(losses, 1):
        model.train_to(epoch)
        answer = stopper.update(loss, model)
        _compare(f"{call}; a weight after update {epoch} (each is its epoch)", model.weight[0], _t(float(epoch)), (), "`update` leaves the model as it is. It is `restore` that changes it, when the training asks for it.")
        if isinstance(answer, torch.Tensor) and answer.numel() == 1:
            answer = answer.item()
        if not isinstance(answer, int) and type(answer).__module__ != "numpy":
            raise Wrong(f"{call}; update({loss}, model)", answer, Words("True or False"), "`update` returns True when it is time to stop, else False. Is a `return` reached in every case?")
        said.append(bool(answer))
    call += f"; the answers of update to the losses {', '.join(map(str, losses))}"
    if said != expected:
        words = "Count the epochs since the best one: the count begins anew with each better epoch."
        raise Wrong(call, said, expected, next((better for wrong, better in slips if said == wrong), words))
    value = _number(stopper.best)
    if best is None:  # where a loss was lower by less than min_delta, it may be either
        return model
    if value is None or abs(value - best) > 1e-6:
        raise Wrong(call + "; then best", stopper.best, best, "`best` is the loss of the best epoch so far, as a number. It changes only with an epoch that is better by more than min_delta.")
    return model


def _stopping(EarlyStopping):
    call, no, yes = "EarlyStopping(patience=2)", False, True
    stopper = EarlyStopping(patience=2)
    slips = [
        ([no, no, no, no, yes, yes], "The count is not set back. After a better epoch it begins at 0 again."),
        ([no] * 6, "It does not stop. Compare with the best loss so far, not with the loss before, and stop when the count has reached `patience`, not passed it."),
        ([no, no, yes, no, yes, yes], "It stops after a single worse epoch. Count them, and stop when the count has reached `patience`."),
        ([no, no, yes, yes, yes, yes], "It takes a larger loss for the better one. A smaller loss is better."),
        ([yes, yes, no, yes, no, no], "That says whether the epoch was better. `update` says whether it is time to stop."),
        ([yes, yes, yes, yes, yes, no], "That says whether to go on. `update` says whether it is time to stop: the other way round."),
        ([no, yes, yes, yes, yes, yes], "No epoch counts as better. Begin with best = infinity, and compare with it: is val_loss smaller?"),
    ]
    model = _stops(call, stopper, [1.0, 0.8, 0.9, 0.7, 0.75, 0.72], [no, no, no, no, no, yes], 0.7, slips)
    stopper.restore(model)
    call += "; restore(model) after six epochs, of which the fourth was the best"
    slips = [(_t([6.0] * 3), "These are the weights of the last epoch. Does `restore` put back what was kept, and was that a copy? `state_dict()` holds the tensors themselves, which the training goes on changing: keep copies (`.clone()`, `copy.deepcopy`).")]
    _compare(call + "; the weights (each is its epoch)", model.weight, _t([4.0] * 3), slips, "The weights of the best epoch are wanted: copy them in `update` when an epoch is better, and put them back in `restore`.")
    buffer = "The weights are back, a buffer is not. Buffers (running means of batch normalisation, say) belong to the network: `state_dict()` holds both."
    _compare(call + "; a buffer (ten times its epoch)", model.running, _t([40.0] * 2), (), buffer)
    model.train_to(7)
    stopper.restore(model)
    _compare(call + ", once more after another epoch; the weights", model.weight, _t([4.0] * 3), (), "What was put back is tied to the copy, and training has changed both. Copy the numbers into the model: `load_state_dict` does.")


def _small_steps(EarlyStopping):
    no, yes = False, True
    slips = [
        ([no] * 5, "min_delta is not used, or goes the wrong way. An epoch counts as better only where its loss is below best − min_delta."),
        ([no, no, yes, yes, yes], "The third epoch is better by 0.2. min_delta is a difference of losses, and no share of them: better is val_loss < best − min_delta."),
        ([no, yes, yes, yes, yes], "The first epoch is better in any case: begin with best = infinity. And are `patience` and `min_delta` taken in this order?"),
    ]
    _stops("EarlyStopping(2, 0.1)", EarlyStopping(2, 0.1), [5.0, 5.2, 4.8, 4.75, 4.78], [no, no, no, no, yes], None, slips)


def _without_arguments(EarlyStopping):
    no, yes = False, True
    slips = [
        ([no] * 7, "Without an argument, `patience` is 3."),
        ([no, no, no, no, no, yes, yes], "Without an argument, `patience` is 3: three epochs in a row."),
        ([no, no, no, no, yes, yes, yes], "The fourth epoch is better, if only by a little: without an argument, min_delta is 0, and nothing is rounded."),
    ]
    _stops("EarlyStopping()", EarlyStopping(), [0.5, 0.4, 0.45, 0.39995, 0.6, 0.41, 0.45], [no, no, no, no, no, no, yes], 0.39995, slips)


EXAMPLES["EarlyStopping"] = [_stopping, _small_steps, _without_arguments]
MORE_WORDS["EarlyStopping"] = (
    (
        "RuntimeError",
        "Missing key",
        "The copy lacks something that the model has. `model.state_dict()` holds everything, weights and buffers; model.parameters() gives the weights alone.",
    ),
    (
        "AttributeError",
        "has no attribute 'best'",
        "Give the object its attribute `best` in `__init__`, for example infinity: any first loss is better.",
    ),
)

HINTS["EarlyStopping"] = (
    "What must the object remember from one epoch to the next? Three things: the best loss, how many epochs have passed since, and the weights of that epoch.",
    "Begin with best = infinity, so that the first epoch is better. In `update`: is val_loss below best − min_delta? Then note the loss, copy the weights, set the count to 0; else count one up. What is returned in both cases?",
    "`copy.deepcopy(model.state_dict())` is a copy of weights and buffers that training cannot change, and `model.load_state_dict(kept)` puts it back. Return `self.count >= self.patience`.",
)
