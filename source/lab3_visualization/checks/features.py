from collections import OrderedDict

import torch
from torch import nn

_five_features = _t(
    [
        [1.5, 0, 2.5, 1.5, 0, 3, 1, 0],
        [0, 1.5, 1.5, 0, 1, 0, 0, 1],
        [0.5, 0, 0.5, 0, 0, 9, 0, 5],
        [0, 0, 0, 0, 1, 5, 3, 7],
        [4.5, 0.5, 0.5, 0.5, 0, 0, 1, 1],
    ]
)


def _features_in_batches(features):
    for before in (True, False):
        model, images = _Watched().train(before), _five()
        call = f"features(model, images, batch_size=2), five images, the model in {'training' if before else 'evaluation'} mode"
        got = features(model, images, batch_size=2)
        _require_evaluation(call, model)
        _require_as_found(call, model, before)
        if max(model.sizes, default=0) > 2:
            raise Wrong(call, Words(f"a batch of {max(model.sizes)} images"), Words("at most 2 at once"), "`images.split(batch_size)` cuts the images into batches.")
        slips = [
            (torch.Size([5, 3]), "That is what comes *out* of the last linear layer, the scores. Keep what goes into it: a hook is called with (module, inputs, output), and `inputs[0]` is it."),
            (torch.Size([1, 8]), "That is the last batch alone. Collect the parts in a list, and join them with `torch.cat`."),
            (torch.Size([2, 8]), "That is one batch alone. Collect the parts in a list, and join them with `torch.cat`."),
            (torch.Size([4, 8]), "An image is missing. The last batch is smaller, and counts, too."),
            (torch.Size([5, 6]), "These are the pixels. Keep what goes into the last linear layer."),
        ]
        _compare(call, got, _five_features, slips, "Here what goes into `last` is the output of the ReLU, flattened to eight numbers for each image.")
        if got.grad_fn is not None:
            raise Wrong(call, Words("features that hold a graph"), Words("plain numbers"), "Put the pass inside `with torch.no_grad():`.")


def _last_of_two(features):
    call = "features(model, images) with a model of two linear layers, 6 → 2 → 3, two images"
    body = nn.Sequential(OrderedDict(flatten=nn.Flatten(), first=nn.Linear(6, 2, bias=False), relu=nn.ReLU()))
    model = nn.Sequential(OrderedDict(body=body, head=nn.Sequential(nn.Linear(2, 3)), end=nn.LogSoftmax(dim=1))).eval()
    with torch.no_grad():
        model.body.first.weight.copy_(_t([[1, 0, 0, 0, 0, 0], [0, 0, 1, 0, 0, -1]]))
    got = features(model, _five()[:2])
    slips = [
        (torch.Size([2, 6]), "That goes into the *first* linear layer. Of all `nn.Linear` in `model.modules()`, take the last."),
        (torch.Size([2, 3]), "That comes out of the last layers. Keep what goes into the last *linear* one, `inputs[0]` of its hook."),
        (_t([[1, 2], [0, -1]]), "That comes out of the first linear layer. Keep what goes into the last one."),
    ]
    _compare(call, got, _t([[1, 2], [0, 0]]), slips, "Of all `nn.Linear` in `model.modules()`, take the last, and keep what goes into it.")
    _require_as_found(call, model, False)


EXAMPLES["features"] = [_features_in_batches, _last_of_two]
MORE_WORDS["features"] = (
    (
        "IndexError",
        "list index out of range",
        "The list of linear layers is empty. `model.modules()` goes into layers inside layers, `model.children()` does not; and it is an `nn.Linear` that is looked for.",
    ),
    ("AttributeError|TypeError", "tuple", "`inputs` is a tuple, also where there is one input: take `inputs[0]`."),
)

HINTS["features"] = (
    "The last linear layer turns some numbers of an image into scores. Where do these numbers pass by, so that they can be kept?",
    "`[m for m in model.modules() if isinstance(m, nn.Linear)][-1]` is the layer. A forward hook is called with (module, inputs, output); `inputs` is a tuple, and `inputs[0]` is (n, D). One hook is enough for all batches.",
    "Let the hook append `inputs[0].detach().clone()` to a list. In `try:`, in evaluation mode and without gradients, send each part of `images.split(batch_size)` through the network; in `finally:`, remove the hook and restore the mode. `torch.cat` joins the list.",
)
