import torch
from torch import nn

_conv_of_two = _t([[[[1.5, -1.5], [2.5, 1.5]], [[-1, 3], [1, -1]]], [[[-0.5, 1.5], [1.5, -0.5]], [[1, -1], [-1, 1]]]])
_scores_of_two = _t([[9.5, 4, -5], [5, 1, -2.5]])


def _captured(capture_activations):
    names = ["body.conv", "last"]
    for before in (True, False):
        model, images = _Watched().train(before), _five()[:2]
        call = f'capture_activations(model, images, ["body.conv", "last"]), two images, the model in {"training" if before else "evaluation"} mode'
        got = capture_activations(model, images, names)
        _require_evaluation(call, model)
        _require_as_found(call, model, before)
        if not torch.equal(images, _five()[:2]):
            raise Wrong(call, Words("the images were changed"), Words("the images as they were"), "Inputs must stay as they are.")
        if not isinstance(got, dict):
            raise Wrong(call, got, Words("a dictionary {name: output}"), "Fill a dictionary in the hooks, and return it behind the pass.")
        if set(got) != set(names):
            raise Wrong(call, list(got), names, "The dictionary has the names that were asked for, no fewer and no more. In a loop, each hook needs a name of its own: `lambda module, inputs, output, name=name: …`, or a function that makes the hook.")
        slips = [
            (_conv_of_two.clamp(min=0), "These numbers have been through the ReLU behind the layer, which works *in place*: it wrote over the tensor that you kept. Keep a copy, `output.detach().clone()`."),
            (_scores_of_two, "That is what another layer gave: every hook writes under the last name of the loop. Each hook needs a name of its own: `name=name` as a default, or a function that makes the hook."),
            (_five()[:2], "That is what goes *into* the layer. A forward hook is called with (module, inputs, output): keep the output."),
            (torch.Size([2, 2, 2]), "That is one image, without the axis of the batch. Keep all images, (N, …)."),
            (_conv_of_two[:1], "Only the first image is there. Keep the whole batch, (N, …)."),
        ]
        _compare(f'{call}; ["body.conv"]', got["body.conv"], _conv_of_two, slips, "Keep what the layer gives, in the moment when it gives it.")
        _compare(f'{call}; ["last"]', got["last"], _scores_of_two, (), "The last layer's output are the scores, after a pass in evaluation mode.")
        if any(value.grad_fn is not None for value in got.values()):
            raise Wrong(call, Words("outputs that hold a graph"), Words("plain numbers"), "Put the pass inside `with torch.no_grad():`, or keep `output.detach()`.")


def _unknown_names(capture_activations):
    model = _Watched()
    call = 'capture_activations(model, images, ["body.conv", "conv"])'
    advice = "`conv` alone is no name here; it is `body.conv`. Look all names up first, `dict(model.named_modules())[name]`: that raises the KeyError before anything runs."
    _require_key_error(call, lambda: capture_activations(model, _five(), ["body.conv", "conv"]), (), advice)
    if model.modes:
        raise Wrong(call, Words("a pass through the network before the KeyError"), Words("no pass"), advice)
    _require_as_found(call, model, True)


class _Failing(nn.Module):
    """A network that raises in its pass, behind its first layer."""

    def __init__(self):
        super().__init__()
        self.first = nn.Linear(3, 2)

    def forward(self, x):
        self.first(x)
        raise RuntimeError("made to fail")


def _after_an_error(capture_activations):
    model, call = _Failing(), "capture_activations(model, images, [\"first\"]) with a model whose forward raises an error"
    try:
        capture_activations(model, torch.ones(2, 3), ["first"])
    except RuntimeError as error:
        if "made to fail" not in str(error):
            raise
    else:
        raise Wrong(call, Words("no error"), Words("the model's own error"), "Do not swallow errors: `try: … finally: …` without an `except` removes the hooks and lets the error through.")
    _require_as_found(call, model, True)


def _under_no_grad(capture_activations):
    model = _Watched()
    with torch.no_grad():
        capture_activations(model, _five(), ["last"])
        on = torch.is_grad_enabled()
    if on:
        raise Wrong("capture_activations(…) under torch.no_grad()", Words("gradients are switched on afterwards"), Words("switched off, as before"), "`with torch.no_grad():` leaves things as it found them; torch.set_grad_enabled(True) does not.")


EXAMPLES["capture_activations"] = [_captured, _unknown_names, _after_an_error, _under_no_grad]
MORE_WORDS["capture_activations"] = (
    *_DOTTED,
    (
        "TypeError",
        r"positional argument",
        "A forward hook is called with three things, (module, inputs, output). Does yours take them all? And call `model(images)`, with the whole batch.",
    ),
)

HINTS["capture_activations"] = (
    "`register_forward_hook` hangs a function on a module, to be called whenever that module has computed something. What must this function do with what it is given, and who takes it off again?",
    "First look every name up in `dict(model.named_modules())`. Then a hook for each, which writes `output.detach().clone()` under its name; a list of the handles. Then the pass, in evaluation mode without gradients; and in `finally:` remove all handles and restore the mode.",
    "A function `keep(name)` that defines a hook and returns it gives each hook a name of its own. Note `model.training` before anything else. In `try:` hang up the hooks, call `model.eval()`, and inside `with torch.no_grad():` make the pass; `finally:` takes every handle in turn, `handle.remove()`, and gives the noted mode to `model.train(…)`.",
)
