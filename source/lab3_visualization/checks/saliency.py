import torch
from torch import nn

_saliency_weight = _t(
    [
        [[[1, 0, 0], [2, 0, 1]], [[0, 0, -3], [1, 1, 0]]],
        [[[0.5, -2, 1], [0, 3, -1]], [[-1, 1.5, 0], [2, -0.5, -4]]],
    ]
)  # (2 labels, 2 channels, 2, 3)


class _Scored(nn.Module):
    """A linear network for images (2, 2, 3) and two labels, behind dropout."""

    def __init__(self, bend=False):
        super().__init__()
        self.drop, self.last, self.bend = nn.Dropout(0.5), nn.Linear(12, 2, bias=False), bend
        self.modes = []
        with torch.no_grad():
            self.last.weight.copy_(_saliency_weight.flatten(start_dim=1))

    def forward(self, x):
        if x.shape[1:] != (2, 2, 3):
            raise Wrong("the model, by your code", Words(f"a call with a tensor of shape {tuple(x.shape)}"), Words("a batch of one image, (1, 2, 2, 3)"), "The network takes batches: `image.unsqueeze(0)` makes one of an image.")
        self.modes.append(self.training or self.drop.training)
        scores = self.last(self.drop(x).flatten(start_dim=1))
        return scores.square() if self.bend else scores


_saliency_image = _t([[[1, 1, 0], [1, 0, 0]], [[0, 0, -1], [0, 1, 0]]])
_saliency_map = _t([[1, 2, 1], [2, 3, 4]])


def _salient(label, expected, slips, bend=False, advice="The score of `label` alone, backward to the image, then the largest absolute value over the channels."):
    def example(saliency):
        for before in (True, False):
            model, image = _Scored(bend).train(before), _saliency_image.clone()
            call = f"saliency(model, image, {label}) with an image of shape (2, 2, 3)"
            got = saliency(model, image, label)
            _require_evaluation(call, model)
            _require_as_found(call, model, before)
            if image.requires_grad or image.grad is not None or not torch.equal(image, _saliency_image):
                raise Wrong(call, Words("the image was changed, or records gradients now"), Words("the image as it was"), "Work on a copy of your own: `image.detach().clone().requires_grad_()`.")
            _compare(call, got, expected, slips, advice)
            if got.grad_fn is not None:
                raise Wrong(call, Words("a map that holds a graph"), Words("plain numbers"), "`.detach()` takes the numbers out of the graph.")

    return example


EXAMPLES["saliency"] = [
    _salient(
        1,
        _saliency_map,
        [
            (_t([[1, 0, 3], [2, 1, 1]]), "That is the gradient of the largest score. Take the score of `label`, whatever the network thinks."),
            (_t([[1.5, 2, 3], [3, 3, 4]]), "That is the gradient of all scores together. Take the score of `label` alone."),
            (_t([[1.5, 3.5, 1], [2, 3.5, 5]]), "The channels are added up. Take the largest of them: `amax(dim=0)`."),
            (_t([[0.75, 1.75, 0.5], [1, 1.75, 2.5]]), "That is the mean over the channels. Take the largest: `amax(dim=0)`."),
            (_t([[0.5, 0.5, 1], [2, 2.5, 5]]), "The channels are added up before the absolute value. First abs, then the largest over the channels."),
            (_t([[0.5, 1.5, 1], [2, 3, -1]]), "The absolute value is missing: a pixel that lowers the score matters as much as one that raises it."),
            (_t([[0.5, 1.5, 1], [2, 3, 1]]), "First the absolute value, then the largest over the channels: a large negative gradient counts."),
            (_t([[0, 1 / 3, 0], [1 / 3, 2 / 3, 1]]), "The map is scaled to 0 … 1. Return the gradients as they are; scaling is for the picture."),
            (_t([[0.5, 2, 0], [0, 0.5, 0]]), "That is gradient times image. Return the gradient alone."),
            (_saliency_weight[1].abs(), "The channels are still there. Take the largest of them: `amax(dim=0)`."),
            (_saliency_map.unsqueeze(0), "The axis of the batch is still there. Return (H, W)."),
        ],
    ),
    _salient(
        0,
        14 * _t([[1, 0, 3], [2, 1, 1]]),
        [
            (4 * _saliency_map, "That is label 1. The score of `label` is the network's output at [0, label]."),
            (_t([[1, 0, 3], [2, 1, 1]]), "The gradient is to be taken at the image that is given, with its numbers."),
        ],
        bend=True,
        advice="With this network, a score is the square of a sum: 7² for label 0, so the gradient is 2 · 7 times a weight.",
    ),
]
MORE_WORDS["saliency"] = (
    (
        "RuntimeError",
        "does not require grad|leaf",
        "The image must record: `image.detach().clone().requires_grad_()`, *before* the pass through the network, and without `torch.no_grad()` around it.",
    ),
    (
        "AttributeError|TypeError",
        "NoneType",
        "There is no gradient. Only the tensor on which you called `requires_grad_()` has one (`batch.grad`), not one computed from it.",
    ),
)

HINTS["saliency"] = (
    "In training, one asks how the loss changes with the weights. Here: how does one score change with the pixels? Which tensor must record, then?",
    "Make a batch of one from a copy of the image, and let it record: `batch = image.detach().clone().unsqueeze(0).requires_grad_()`. After the pass in evaluation mode, take the score `model(batch)[0, label]`. `torch.autograd.grad(score, batch)` gives a tuple with its gradient, and leaves the weights alone.",
    "The gradient is (1, C, H, W), as the batch is. Of its only image, the absolute value and then `amax(dim=0)` lead from (C, H, W) to (H, W). Before the pass `model.eval()`, with the mode noted; in `finally:` the noted mode goes to `model.train(…)`.",
)
