import torch

_CNNNET_SIZES = {
    21750: "The biases are missing: leave `bias` at its default.",
    21810: "The biases of the convolutions are missing: leave `bias` at its default.",
    21330: "The last layer, linear 50→10, is not seen. Keep it with `self.name = …` in __init__.",
    5790: "The layer linear 320→50 is not seen. Keep it with `self.name = …` in __init__.",
    21900: "That is 60 parameters more, as many as batch normalisation has. Dropout has none; leave extra layers out.",
}


def _cnn_net(CNNNet):
    images = _images()
    model = CNNNet()
    _scores("CNNNet()", model, images, Words("log-probabilities"))
    _require_size("CNNNet()", model, 21840, _CNNNET_SIZES, "Print the shape of each parameter, and compare with 260 + 5,020 + 16,050 + 510.")
    _scores("CNNNet()", model, images[:1], Words("log-probabilities"))
    _require_gradients("CNNNet()", model, images)
    numbers = {250: 0.08, 5000: -0.025, 20: 7.5, 16000: 0.02, 50: -15.0, 10: -0.4}
    if not _filled(model, numbers, 500, -0.0004):
        return
    with torch.no_grad():
        model.eval()
        got, again = model(images), model(images)
    call = "CNNNet().eval()(images), weights set by us; log-probability of digit 0 of three images"
    if not torch.equal(got, again):
        raise Wrong(call, got[:, 0], again[:, 0], "The same images get two different answers in evaluation mode: dropout is still at work. With F.dropout and F.dropout2d, hand on `training=self.training`; nn.Dropout and nn.Dropout2d see to it themselves.")
    slips = [
        (_t([-0.4, -0.4, -0.4]), "These are the raw scores of the last layer. Return F.log_softmax(…, dim=1) of them."),
        (_t([0.425909, 0.1, 0.162697]), "These are probabilities. Return their logarithms: F.log_softmax in place of softmax."),
        (_t([-2.302585, -2.302585, -2.302585]), "Negative scores are cut off: no ReLU after the last layer."),
        (_t([-1.098612, -1.098612, -1.098612]), "The columns are normalised, not the rows: log_softmax needs dim=1."),
        (_t([-0.715197, -1.023816, -0.731538]), "It behaves as if there were no ReLU at all: one after each pooling, and one after the first linear layer."),
        (_t([-0.715197, -0.859246, -0.731538]), "It behaves as if there were no ReLU after the first convolution and its pooling."),
        (_t([-0.853529, -2.302585, -1.877164]), "It behaves as if there were no ReLU after the second convolution and its pooling."),
        (_t([-0.853529, -2.757137, -1.815863]), "It behaves as if there were no ReLU after the first linear layer."),
        (_t([-0.731248, -2.302585, -1.400237]), "It behaves like mean pooling: use max pooling."),
    ]
    _compare(call, got[:, 0], _t([-0.853529, -2.302585, -1.815863]), slips, "Compare the order of the layers with the table, one row after the other.")
    _look_at_dropout(model)


def _look_at_dropout(model):
    """See which values the two dropouts let through, of 64 copies of one image, all of whose values are equal in each layer."""
    copies, slope = torch.zeros(64, 1, 28, 28), 0.01

    def kept(maps):
        _filled(model, {250: 0.0, 5000: 0.0, 20: maps, 16000: 1 / 320, 50: 1.0 - maps, 10: 0.0}, 500, slope)
        with torch.no_grad():
            scores = model.train()(copies)
        return (scores[:, 1] - scores[:, 0]) / (2 * slope)  # half the sum of the 50 numbers before the last layer

    numbers = kept(maps=0.0)  # the feature maps are all 0, so nothing changes where some are dropped
    call = "how many of the 50 numbers dropout keeps, in training mode, for copies of one image"
    wanted = Words("another whole number for most copies, about 25")
    if (numbers - numbers[0]).abs().max() < 1e-2:
        raise Wrong(call, Words("the same for all copies: nothing is dropped"), wanted, "In training mode, dropout belongs between the two linear layers, on the 50 numbers behind the ReLU. Is `training=self.training` handed on?")
    if len(numbers.round().unique()) <= 2:
        raise Wrong(call, Words("all or none, in every copy"), wanted, "All 50 have one fate. Is the dropout behind the last layer, on the scores? It belongs before it, on the 50 numbers behind the ReLU, each of which is drawn for itself.")
    if torch.equal(numbers, kept(maps=0.0)):
        raise Wrong(call, Words("the very same in two calls"), wanted, "What is dropped must be drawn anew at every call, in `forward`.")
    if (numbers - numbers.round()).abs().max() > 0.02 or (numbers.mean() - 25).abs() > 5:
        raise Wrong(call, numbers[:8], wanted, "The 50 numbers are dropped with another probability than 0.5, or those kept are not doubled. nn.Dropout(0.5) does both.")
    numbers = kept(maps=1.0) * 10  # kept numbers times kept maps
    call = "how many of the 20 feature maps dropout keeps, in training mode, for copies of one image"
    wanted = Words("another whole number for most copies, about 10")
    if (numbers - 10 * (numbers / 10).round()).abs().max() < 0.2:
        raise Wrong(call, Words("the same for all copies: no map is dropped"), wanted, "In training mode, 2D dropout belongs after the second convolution: nn.Dropout2d.")
    if (numbers - numbers.round()).abs().max() > 0.1 or (numbers.mean() - 250).abs() > 80:
        raise Wrong(call, Words("other numbers"), wanted, "Single values are dropped, not whole feature maps, or the probability is not 0.5. nn.Dropout2d(0.5) drops whole maps.")


EXAMPLES["CNNNet"] = [_cnn_net]
MORE_WORDS["CNNNet"] = (
    (
        "RuntimeError",
        r"mat1 and mat2 shapes cannot be multiplied \(1x",
        "All images stand in one single row: the batch is flattened with them. Keep a row for each image: `x.flatten(start_dim=1)`.",
    ),
    (
        "RuntimeError",
        "mat1 and mat2 shapes|shape '.*' is invalid",
        "The linear layer gets another number of values than 320 = 20·4·4. Print x.shape just before it: are both kernels 5×5 without padding, and are there two poolings?",
    ),
)

HINTS["CNNNet"] = (
    "Two convolutions, two linear layers and two dropouts: which of them have parameters, and so must be made in __init__? Then go down the table.",
    "nn.Conv2d takes channels in, channels out and kernel_size; two of them, two nn.Linear, an nn.Dropout2d and an nn.Dropout. In forward: convolution, pool, ReLU; convolution, 2D dropout, pool, ReLU; flatten.",
    "After flatten(start_dim=1): linear, ReLU, dropout, linear, and F.log_softmax(…, dim=1). As modules, dropouts know the mode of the network; as functions they need training=self.training.",
)
