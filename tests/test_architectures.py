"""Networks of other shapes than lab 1's are matched by their weights too, and wrong ones are not: what another lab gives is data alone."""

import pytest
import torch
import torch.nn as nn
import torch.nn.functional as F

from autograder.graders.kit import network_clues, network_errors, network_sizes
from autograder.graders.kit.architecture import Architecture, Layer
from autograder.graders.kit.dropping import asked, require_dropout, require_training
from autograder.graders.kit.matching import match
from autograder.graders.kit.networks import Network
from autograder.grading.outcomes import Failed
from autograder.grading.rng import Rng
from autograder.sandbox.inside.network_probes import module

# 16 → 12 → 6 → 4 → 2: no padding, a hidden linear layer behind the maps, dropout, log-probabilities.
DEEP = Architecture(
    (1, 16, 16),
    (
        Layer((4, 1, 5, 5), pool=2),
        Layer((6, 4, 3, 3), pool=2, dropout=0.5),
        Layer((7, 24), dropout=0.5),
        Layer((5, 7), rectified=False),
    ),
    log_probabilities=True,
)
# Linear layers alone.
FLAT = Architecture(
    (1, 6, 5), (Layer((12, 30)), Layer((5, 12)), Layer((3, 5), rectified=False)), log_probabilities=True
)


class Deep(nn.Module):
    """The network `DEEP`, but for what a subclass does otherwise; layers in another order than they are called."""

    p = 0.5

    def __init__(self):
        super().__init__()
        self.out = nn.Linear(7, 5)
        self.hidden = nn.Parameter(torch.randn(24, 7))  # (in, out): not as `nn.Linear` has it
        self.bias = nn.Parameter(torch.randn(7))
        self.two = nn.Conv2d(4, 6, 3)
        self.one = nn.Conv2d(1, 4, 5)

    def flatten(self, x):
        return x.permute(0, 2, 3, 1).flatten(1)  # channels last

    def between(self, x):
        return F.relu(F.max_pool2d(F.dropout2d(x, self.p, self.training), 2))

    def end(self, x):
        return F.log_softmax(x, dim=1)

    def forward(self, x):
        x = self.between(self.two(F.max_pool2d(F.relu(self.one(x)), 2)))
        x = F.dropout(F.relu(self.flatten(x) @ self.hidden + self.bias), self.p, self.training)
        return self.end(self.out(x))


class Logits(Deep):
    def end(self, x):
        return x


class Probabilities(Deep):
    def end(self, x):
        return F.softmax(x, dim=1)


class OverTheBatch(Deep):
    def end(self, x):
        return F.log_softmax(x, dim=0)


class BentAtTheEnd(Deep):
    def end(self, x):
        return F.log_softmax(F.relu(x), dim=1)


class Drawn(Deep):
    def end(self, x):
        return F.log_softmax(F.dropout(x), dim=1)


class Unbent(Deep):
    def between(self, x):
        return F.max_pool2d(x, 2)


class Shuffled(Deep):
    def flatten(self, x):
        return x.flatten(1)[:, torch.arange(24).roll(5)]


class Undropped(Deep):
    p = 0.0


class Scaled(Deep):
    def end(self, x):
        return F.log_softmax(2 * x, dim=1)


def found(architecture, network, shape):
    network.eval()
    images = torch.rand(4, *shape)
    with torch.no_grad():
        return match(architecture, list(network.parameters()), images, network(images))


def test_a_network_of_another_shape_is_matched_in_another_order_and_layout():
    torch.manual_seed(3)
    network = Deep().eval()
    seen = found(DEEP, network, DEEP.image)
    assert seen is not None
    others = torch.rand(6, *DEEP.image)
    assert torch.allclose(seen(others.double()).float(), network(others), atol=1e-4)
    assert DEEP.count == sum(each.numel() for each in network.parameters())


@pytest.mark.parametrize("wrong", [Logits, Unbent, Shuffled, Scaled])
def test_a_wrong_one_is_not(wrong):
    torch.manual_seed(3)
    assert found(DEEP, wrong(), DEEP.image) is None


def test_linear_layers_alone_are_matched_and_a_bend_too_many_is_not():
    torch.manual_seed(3)
    layers = [nn.Flatten(), nn.Linear(30, 12), nn.ReLU(), nn.Linear(12, 5), nn.ReLU(), nn.Linear(5, 3)]
    assert found(FLAT, nn.Sequential(*layers, nn.LogSoftmax(1)), FLAT.image) is not None
    assert found(FLAT, nn.Sequential(*layers, nn.ReLU(), nn.LogSoftmax(1)), FLAT.image) is None


# ------------------------------------------------------------------------------------------------------ as an item

ITEM = Network("no lab", "Deep", DEEP, "the network", "Look at what lies between your layers.")


@pytest.fixture(autouse=True)
def nothing_known(monkeypatch):
    monkeypatch.setattr(Network, "known", ())


def seen_of(network, rng):
    return module({"Deep": network}, ITEM.spec_of(rng))


class OneNetwork:
    """A student as facts about training ask it: it answers the probe `module`."""

    def __init__(self, network):
        self.network = network

    def once(self, name, look):
        return look()

    def observation(self, probe, item, spec, called, accept):
        return module({item: self.network}, spec)


def advice_on(network, fact, **more):
    """Return what is said of a network where a fact about training mode does not hold; "" where it does."""
    try:
        fact(ITEM, OneNetwork(network), Rng(5), **more)
    except Failed as failed:
        return failed.advice
    return ""


def test_an_item_of_dropout_trains():
    rng = Rng(5)
    seen = seen_of(Deep, rng)
    ITEM.require_scores(seen, rng)
    ITEM.require_match(seen, rng)
    ITEM.require_single(seen, rng)
    ITEM.require_count(seen, rng)
    for seed in range(30):
        for layer in (1, 2):
            require_dropout(ITEM, OneNetwork(Deep), Rng(seed), layer)
        require_training(ITEM, OneNetwork(Deep), Rng(seed))


def test_gradients_tell_what_came_into_each_linear_layer():
    """Of a network with known masks: what is read is what was dropped."""
    rng = Rng(5)
    seen = module({"Deep": Deep}, {**ITEM.spec_of(rng), **asked(ITEM, rng)})
    found = ITEM.require_match(seen, rng)
    places = found.places(seen["parameters"])
    for role, place, weight in zip(DEEP.roles, places, found.weights, strict=True):
        flat = torch.cat([each.reshape(-1) for each in seen["parameters"]])
        assert place.shape == role
        assert torch.equal(flat[place].double(), weight)


class OtherMaps(Deep):
    def between(self, x):
        return F.relu(F.max_pool2d(self.drop(x), 2))


class Pixels(OtherMaps):
    def drop(self, x):
        return F.dropout(x, 0.5, self.training)


class Shared(OtherMaps):
    def drop(self, x):
        return x * 2 * (torch.rand(1, x.shape[1], 1, 1) < 0.5) if self.training else x


class Together(OtherMaps):
    def drop(self, x):
        return x * 2 * (torch.rand(len(x), 1, 1, 1) < 0.5) if self.training else x


class Seeded(OtherMaps):
    def drop(self, x):
        torch.manual_seed(1)
        return F.dropout2d(x, 0.5, self.training)


class Unscaled(OtherMaps):
    def drop(self, x):
        return x * (torch.rand(len(x), x.shape[1], 1, 1) < 0.5) if self.training else x


class Rare(OtherMaps):
    def drop(self, x):
        return x * 2 * (torch.rand(len(x), x.shape[1], 1, 1) < 0.95) if self.training else x


class Third(Deep):
    p = 0.3


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (Undropped, "Nothing of the convolution's maps is dropped"),
        (Third, "dropout with p = 0.3"),
        (Pixels, "single values of the maps"),
        (Shared, "for every image of a batch"),
        (Together, "dropped together, or none"),
        (Seeded, "at every call"),
        (Unscaled, "leave the rest as it is"),
        (Rare, "You drop a share of"),
    ],
)
def test_what_is_no_dropout_of_maps_is_said(wrong, said):
    assert said in advice_on(wrong, require_dropout, layer=1)
    assert wrong in (Undropped, Third, Seeded) or advice_on(wrong, require_dropout, layer=2) == ""


class Row(Deep):
    """`dropout1d` takes an image's numbers for one channel; where that is dropped, no gradient comes to what lies before."""

    def forward(self, x):
        x = self.between(self.two(F.max_pool2d(F.relu(self.one(x)), 2)))
        x = F.dropout1d(F.relu(self.flatten(x) @ self.hidden + self.bias), self.p, self.training)
        return self.end(self.out(x))


def test_whole_rows_dropped_are_told_from_another_share():
    assert "dropped together, or none" in advice_on(Row, require_dropout, layer=2)


class Noisy(Deep):
    def end(self, x):
        return F.log_softmax(F.dropout(x, 0.5, self.training), dim=1)


class Detached(Deep):
    def flatten(self, x):
        return super().flatten(x.detach())


@pytest.mark.parametrize(("wrong", "said"), [(Noisy, "behind your last layer"), (Detached, "detached")])
def test_what_else_acts_in_training_mode_is_said(wrong, said):
    assert said in advice_on(wrong, require_training)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (Logits, "returns logits"),
        (Unbent, "no activation after the second layer"),
        (Probabilities, "returns probabilities"),
        (OverTheBatch, "over the images of the batch"),
        (BentAtTheEnd, "a ReLU on the last layer"),
        (Drawn, "differ from call to call"),
    ],
)
def test_what_is_wrong_is_said(wrong, said):
    class Plain(wrong):
        """Weights in the task's own shapes, so that other networks can be tried with them."""

        def __init__(self):
            super().__init__()
            self.linear = nn.Linear(24, 7)
            del self.hidden, self.bias

        def forward(self, x):
            x = self.between(self.two(F.max_pool2d(F.relu(self.one(x)), 2)))
            return self.end(self.out(F.dropout(F.relu(self.linear(x.flatten(1))), self.p, self.training)))

    rng = Rng(5)
    with pytest.raises(Failed) as failed:
        ITEM.require_match(seen_of(Plain, rng), rng)
    assert said in failed.value.advice


class Rows(nn.Module):
    def __init__(self, size=30):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(size, 6), nn.ReLU(), nn.Linear(6, 3))

    def forward(self, x):
        return self.net(x.flatten(1))


@pytest.mark.parametrize("image", [(4, 3), (12,), (2, 1, 3, 2)])
def test_a_network_is_made_with_arguments_for_images_of_any_shape(image):
    layers = (Layer((6, 12)), Layer((3, 6), rectified=False))
    item, rng = Network("no lab", "Rows", Architecture(image, layers), "", "", {"size": 12}), Rng(5)
    seen = module({"Rows": Rows}, item.spec_of(rng))
    item.require_match(seen, rng)
    item.require_single(seen, rng)
    item.require_gradients(seen, rng)
    item.require_count(seen, rng)
    assert item.called == f"Rows(size=12)(x {(4, *image)})"
    error = "RuntimeError: mat1 and mat2 shapes cannot be multiplied (2x12 and 30x6)"
    assert "go 12→6→3" in network_errors.of_error(item.architecture, error, {})


def test_clues_speak_of_this_network():
    error = "RuntimeError: mat1 and mat2 shapes cannot be multiplied (2x96 and 24x7)"
    assert network_errors.features_in(error) == 96
    padded = {side: 6 * (((side - 4) // 2 + 2) // 2) ** 2 for side in network_sizes.sides(DEEP)}
    said = "Your second convolution has padding 2. The task's has no padding."
    assert network_sizes.of_geometry(DEEP, padded) == said
    either = {side: 6 * ((side // 2 - 2) // 2) ** 2 for side in network_sizes.sides(DEEP)}
    assert network_sizes.of_geometry(DEEP, either) == ""  # padding 2 in the first, or 1 in the second
    assert "6·2·2 = 24" in network_errors.of_error(DEEP, error, {})
    assert "16, 6 and 2 are the sides" in network_errors.of_error(DEEP, error, {})
    once = {side: 6 * ((side - 4) // 2 - 2) ** 2 for side in network_sizes.sides(DEEP)}
    assert "You pool once" in network_sizes.of_geometry(DEEP, once)
    assert "five classes" in network_sizes.of_shape(DEEP, (4, 9), 4)
    assert network_sizes.terms(DEEP) == "104 + 222 + 175 + 40"
    seen = {"parameters": [torch.zeros(4, 1, 5, 5), torch.zeros(5, 7)]}
    said = network_clues.of_network(DEEP, seen, torch.zeros(4, 1, 16, 16), torch.zeros(1, 1, 16, 16))
    assert "does not see your layers 4→6 and 24→7" in said  # it ran, and what is there does not fit together
    seen["parameters"].append(torch.zeros(9, 3))
    said = network_clues.of_network(DEEP, seen, torch.zeros(4, 1, 16, 16), torch.zeros(1, 1, 16, 16))
    assert "1 convolutions (1→4)" in said
    assert "two: 1→4 and 4→6" in said
