import torch

_BASICCNN_SIZES = {
    224800: "The biases are missing: leave `bias` at its default.",
    421642: "The linear layer is made for 64·7·7 numbers: is there a padding in the convolutions? Here they have none.",
    315146: "The linear layer is made for 64·6·6 numbers. How large are the maps really? Go through the layers again, and round down.",
    1011466: "The linear layer is made for maps of 11×11: is the second pooling missing?",
    223744: "The last layer, linear 128→10, is not seen. Keep it with `self.name = …` in __init__.",
}


def _basic_cnn(BasicCNN):
    images = _images()
    model = BasicCNN()
    _scores("BasicCNN()", model, images, "logits")
    _require_size("BasicCNN()", model, 225034, _BASICCNN_SIZES, "Print the shape of each parameter, and compare with the table: 1→32 and 32→64 channels, 3×3, then 128 and 10 outputs.")
    _scores("BasicCNN()", model, images[:1], "logits")
    _require_gradients("BasicCNN()", model, images)
    numbers = {288: 0.2, 32: -0.6, 18432: -0.025, 64: 7.5, 204800: 0.008, 128: -33.0, 10: -0.25}
    if not _filled(model, numbers, 1280, -0.001):
        return
    with torch.no_grad():
        training, again = model.train()(images)[:, 9], model.eval()(images)[:, 9]
    call = "BasicCNN()(images), weights set by us; score of digit 9 of three images"
    if not torch.allclose(training, again, rtol=1e-3, atol=1e-3):
        raise Wrong(call, training, Words("the same in training and in evaluation mode"), "The network answers differently in training mode: leave dropout and batch normalisation out.")
    slips = [
        (_t([0.0, 0.0, 0.0]), "Negative scores are cut off: no ReLU after the last layer. Logits may be negative."),
        (_t([0.000067, 0.1, 0.000001]), "There is a softmax at the end. Return the raw scores: cross entropy makes the softmax itself."),
        (_t([-9.606681, -2.302585, -14.263971]), "There is a log-softmax at the end. Here the raw scores are asked for: cross entropy makes it itself."),
        (_t([-37.247822, -116.992004, -124.806007]), "It behaves as if there were no ReLU at all: one after each layer but the last."),
        (_t([-37.247822, -146.907883, -129.0952]), "It behaves as if there were no ReLU after the first convolution."),
        (_t([-9.408129, -0.25, -0.688168]), "It behaves as if there were no ReLU after the second convolution."),
        (_t([-9.408129, 1.208707, -14.277714]), "It behaves as if there were no ReLU after the first linear layer."),
        (_t([-48.141865, -0.25, -6.950331]), "It behaves like mean pooling: use max pooling."),
    ]
    _compare(call, again, _t([-9.408129, -0.25, -14.277714]), slips, "Compare the order of the layers with the table: convolution, ReLU, pooling, twice; then linear, ReLU, linear.")


EXAMPLES["BasicCNN"] = [_basic_cnn]
MORE_WORDS["BasicCNN"] = (
    (
        "RuntimeError",
        r"mat1 and mat2 shapes cannot be multiplied \(1x",
        "All images stand in one single row: the batch is flattened with them. Keep a row for each image: `x.flatten(start_dim=1)`.",
    ),
    (
        "RuntimeError",
        "mat1 and mat2 shapes|shape '.*' is invalid",
        "The linear layer is made for another number of values than it gets. Print x.shape just before flattening: the three last numbers, multiplied, are what it gets. That they are not the slides' 64·6·6 is what this task is about.",
    ),
)

HINTS["BasicCNN"] = (
    "How large are the maps after each layer? A 3×3 kernel without padding takes 2 away, a 2×2 pooling halves, and halves are rounded down.",
    "28 → 26 → 13 → 11 → ? Multiply the last side by itself and by the 64 maps: so many numbers go into the first linear layer.",
    "Do not count: write the layers up to the second pooling, print x.shape there for one image, and put the product of its last three numbers into nn.Linear. Nothing comes after linear 128→10.",
)
