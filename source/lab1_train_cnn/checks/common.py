"""What several items use."""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


def _digits_like(count):
    """Two made-up images, or one, with values that are easy to repeat."""
    i = torch.arange(28.0)
    images = torch.stack([(i[:, None] * 3 + i * 5) % 13 - 6, (i[:, None] // 5 * 7 + i // 4 * 5) % 11 - 5])
    return images.reshape(2, 1, 28, 28)[:count]


_inputs = _t([[1, 2], [-1, 0.5], [2, -1], [0, 1], [-2, -2]])
_targets = torch.tensor([0, 1, 2, 1, 0])


def _require_all(call, model):
    if 0 < model.samples < 5:  # none where a copy of the model is asked
        raise Wrong(call, Words(f"{model.samples} of 5 samples went through the model"), Words("all of them"), "Does the loop over the batches end early, by a `return` or `break` inside it?")


class _Small(nn.Module):
    """A linear network that keeps a diary: its mode and whether gradients were recorded, at each forward pass."""

    def __init__(self, images=False):
        super().__init__()
        self.linear, self.images = nn.Linear(2, 3), images
        self.modes, self.recording, self.samples = [], [], 0
        with torch.no_grad():
            self.linear.weight.copy_(_t([[0.5, -0.5], [0.25, 1.0], [-1.0, 0.0]]))
            self.linear.bias.copy_(_t([0.1, 0.0, -0.1]))

    def forward(self, x):
        if self.images and x.shape[1:] != (1, 1, 2):
            raise Wrong("the model, by your code", Words(f"a call with a tensor of shape {tuple(x.shape)}"), Words("a batch of images, (N, 1, 1, 2)"), "Hand the images on to the model as they come: not flattened, and with no axis added or taken.")
        self.modes.append(self.training)
        self.samples += len(x)
        scores = self.linear(x.flatten(1))
        self.recording.append(scores.requires_grad)
        return scores


def _loader():
    return DataLoader(TensorDataset(_inputs, _targets), batch_size=2)


def _image_loader(size=3):
    images = _t([[1, 2], [-1, 0.5], [2, -1], [0, 1], [-2, -2], [3, 0], [1, -1.5]]).reshape(7, 1, 1, 2)
    return DataLoader(TensorDataset(images, torch.tensor([1, 2, 0, 0, 2, 0, 1])), batch_size=size)


_z = _t([[1, 2, 3], [0, 0, 0.5]])
_S1 = _t([[0.09003, 0.24473, 0.66524], [0.27407, 0.27407, 0.45186]])
_S0 = _t([[0.73106, 0.8808, 0.92414], [0.26894, 0.1192, 0.07586]])
_L1 = _t([[-2.40761, -1.40761, -0.40761], [-1.29438, -1.29438, -0.79438]])
_L0 = _t([[-0.31326, -0.12693, -0.07889], [-1.31326, -2.12693, -2.57889]])
_Z = "z = [[1, 2, 3], [0, 0, 0.5]]"
_logits = _t([[2, 1, 0.5], [0, 3, 1], [1, 1, 4], [0.5, 0, 2]])
