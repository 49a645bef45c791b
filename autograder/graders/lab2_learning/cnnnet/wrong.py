"""Wrong answers for `CNNNet`, in the style of students: each must lose the item."""

# CANARY-5b0c2f6e-hidden-grader

import torch
import torch.nn as nn
import torch.nn.functional as F


class _Sequence(nn.Module):
    """The network as a list of layers, of which a wrong answer changes one."""

    def __init__(self, **changed):
        super().__init__()
        layers = {
            "a": nn.Conv2d(1, 10, 5),
            "pool": nn.MaxPool2d(2),
            "bend": nn.ReLU(),
            "b": nn.Conv2d(10, 20, 5),
            "maps": nn.Dropout2d(0.5),
            "pool2": nn.MaxPool2d(2),
            "bend2": nn.ReLU(),
            "flat": nn.Flatten(),
            "c": nn.Linear(320, 50),
            "bend3": nn.ReLU(),
            "drop": nn.Dropout(0.5),
            "d": nn.Linear(50, 10),
            "end": nn.LogSoftmax(dim=1),
        }
        self.layers = nn.Sequential(*{**layers, **changed}.values())

    def forward(self, x):
        return self.layers(x)


def no_maps_dropped():
    return _Sequence(maps=nn.Identity())


def single_pixels_dropped():
    return _Sequence(maps=nn.Dropout(0.5))


def alpha_dropout():
    return _Sequence(drop=nn.AlphaDropout(0.5))


def dropped_by_three_tenths():
    return _Sequence(maps=nn.Dropout2d(0.3), drop=nn.Dropout(0.3))


def swish():
    return _Sequence(bend3=nn.SiLU())


def four_by_four_pool():
    return _Sequence(pool2=nn.MaxPool2d(4, 2, 1))


def twelve_maps():
    return _Sequence(a=nn.Conv2d(1, 12, 5), b=nn.Conv2d(12, 20, 5))


def eleven_classes():
    return _Sequence(d=nn.Linear(50, 11))


def minus_the_probabilities():
    return _Sequence(end=nn.Softmin(dim=1))


def wider_in_the_middle():
    return _Sequence(c=nn.Linear(320, 64), d=nn.Linear(64, 10))


class _ByHand(_Sequence):
    """The network with dropouts of one's own."""

    def maps(self, x):
        return F.dropout2d(x, 0.5, self.training)

    def numbers(self, x):
        return F.dropout(x, 0.5, self.training)

    def forward(self, x):
        x = self.layers[:4](x)
        x = self.layers[5:10](self.maps(x))
        return self.layers[11:](self.numbers(x))


class kept_numbers_not_scaled(_ByHand):
    # the factor 1 / (1 - p) is missing
    def numbers(self, x):
        return x * torch.bernoulli(torch.full_like(x, 0.5)) if self.training else x


class one_mask_for_the_batch(_ByHand):
    # the same numbers are dropped for every image
    def numbers(self, x):
        return x * 2 * torch.bernoulli(torch.full((50,), 0.5)) if self.training else x


class one_mask_for_all_time(_ByHand):
    # the seed is set in each pass
    def maps(self, x):
        torch.manual_seed(0)
        return super().maps(x)


class rows_dropped(_ByHand):
    # `dropout1d` takes an image's fifty numbers for one channel
    def numbers(self, x):
        return F.dropout1d(x, 0.5, self.training)


class one_in_five_dropped(_ByHand):
    # 1 / (1 - p) for another p than the mask's
    def numbers(self, x):
        return 2 * x * (torch.rand_like(x) > 0.2) if self.training else x


class maps_cut_off_from_the_loss(_ByHand):
    def maps(self, x):
        return super().maps(x).detach()


class recorded_nowhere(_ByHand):
    def forward(self, x):
        with torch.no_grad():
            return super().forward(x)


class numbers_through_numpy(_ByHand):
    def numbers(self, x):
        return torch.from_numpy(super().numbers(x).detach().numpy())


class three_dropouts(_ByHand):
    # the pixels too
    def forward(self, x):
        return super().forward(F.dropout(x, 0.5, self.training))


class scores_in_pairs(_ByHand):
    # a tuple in training mode
    def forward(self, x):
        x = super().forward(x)
        return (x, x.exp()) if self.training else x


class noise_on_the_scores(_ByHand):
    def forward(self, x):
        x = super().forward(x)
        return x + torch.randn_like(x) if self.training else x


class noise_in_both_modes(_ByHand):
    def forward(self, x):
        return super().forward(x + torch.randn_like(x))
