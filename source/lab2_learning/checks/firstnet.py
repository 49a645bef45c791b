import torch

_SIZES = {
    834500: "The biases are missing: leave `bias` at its default.",
    785000: "Only the first layer has parameters. Are the other two kept with `self.name = …`? A plain list hides them: nn.ModuleList does not.",
    50560: "The first layer's parameters are not seen, or they are frozen. Keep the layer with `self.name = …` in __init__.",
    835050: "The last layer is not seen, or it is missing. Keep it with `self.name = …` in __init__.",
    0: "No layer's parameters are seen. Keep each with `self.name = …` in __init__; a plain list hides them.",
    84060: "The first layer seems to have 100 outputs. Here it has 1000.",
}


def _require_log_probabilities(got):
    call, ones = "exp of FirstNet()(images), added up for each of three images", torch.ones(3)
    advice = "The ten probabilities of an image should add up to 1. Return F.log_softmax(…, dim=1) of what the last layer gives."
    if torch.allclose(got.sum(1), ones, atol=1e-4):
        advice = "These are probabilities. Return their logarithms: F.log_softmax in place of softmax."
    elif torch.allclose(got.exp().sum(0), torch.ones(10), atol=1e-4):
        advice = "The *columns* add up to 1: log_softmax ran along the images. Give it dim=1."
    _compare(call, got.exp().sum(1), ones, advice=advice)


def _first_net(FirstNet):
    images = _images()
    model = FirstNet()
    got = _scores("FirstNet()", model, images, Words("log-probabilities"))
    _require_size("FirstNet()", model, 835560, _SIZES, "Print the shape of each parameter, and compare with 784·1000 + 1000, 1000·50 + 50 and 50·10 + 10.")
    _scores("FirstNet()", model, images[:1], Words("log-probabilities"))
    _require_gradients("FirstNet()", model, images)
    smaller = FirstNet(image_size=6)
    _scores("FirstNet(image_size=6)", smaller, torch.ones(3, 1, 2, 3), Words("log-probabilities"))
    _scores("FirstNet(image_size=6)", smaller, torch.ones(3, 6), Words("log-probabilities"))
    _require_log_probabilities(got.detach())
    if not _filled(model, {784000: 0.4, 1000: 0.2, 50000: -0.001, 50: 10.0, 10: 0.1}, 500, -0.001):
        return
    with torch.no_grad():
        training, again = model.train()(images)[:, 0], model.eval()(images)[:, 0]
    call = "FirstNet()(images), weights set by us; log-probability of digit 0 of three images"
    if not torch.allclose(training, again, rtol=1e-3, atol=1e-3):
        raise Wrong(call, training, Words("the same in training and in evaluation mode"), "The network answers differently in training mode: leave dropout and batch normalisation out.")
    slips = [
        (_t([-2.213047, -2.302585, -2.213047]), "Negative scores are cut off: there is a ReLU after the last layer. Only the first two have one."),
        (_t([-0.736736, -3.0687, -1.871503]), "It behaves as if there were no ReLU at all: one after the first and one after the second layer."),
        (_t([-0.736736, -2.302585, -1.871503]), "It behaves as if there were no ReLU after the first layer."),
        (_t([-0.925991, -3.0687, -1.871503]), "It behaves as if there were no ReLU after the second layer."),
        (_t([-2.087876, -2.087876, -2.087876]), "That is tanh or a sigmoid between the layers. A ReLU is asked for."),

    ]
    _compare(call, again, _t([-0.925991, -2.302585, -1.871503]), slips, "Compare the order with the table: linear, ReLU, linear, ReLU, linear, log-softmax, and nothing else.")


EXAMPLES["FirstNet"] = [_first_net]
MORE_WORDS["FirstNet"] = (
    (
        "RuntimeError",
        r"mat1 and mat2 shapes cannot be multiplied \(1x",
        "All images stand in one single row: the batch is flattened with them. Keep a row for each image: `x.flatten(start_dim=1)`.",
    ),
    (
        "RuntimeError",
        "mat1 and mat2 shapes|shape '.*' is invalid",
        "The first layer takes `image_size` numbers of each image, 784 only by default. Use the argument in __init__, and flatten with `x.flatten(start_dim=1)`. Are 1000 and 50 in and out of the right layers?",
    ),
    ("TypeError", "image_size|positional argument", "`__init__` takes `image_size`, and 784 where none is given: def __init__(self, image_size=784)."),
)

HINTS["FirstNet"] = (
    "Layers that have parameters are made in __init__ (`self.name = nn.Linear(…)`) and used in forward. Go down the table row by row.",
    "Three nn.Linear: image_size to 1000, 1000 to 50, 50 to 10. In forward: flatten all but the first axis, then linear and F.relu twice, then the third linear alone.",
    "x.flatten(start_dim=1) makes (N, image_size). After the third layer no ReLU: return F.log_softmax(…, dim=1) of what it gives, so that each row is normalised.",
)
