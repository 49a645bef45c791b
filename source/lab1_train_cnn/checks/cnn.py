import torch
from torch import nn

_COUNTS = {
    21512: "The biases are missing: leave `bias` at its default.",
    8778: "The linear layer is made for 3×3 places of the image, not for 7×7: is padding=1 in every convolution, and is there a third pooling? Two are enough.",
    256778: "There is no pooling: pool 2×2 after the first and the second convolution.",
    68618: "One pooling is missing: pool 2×2 after the first and the second convolution.",
    21690: "That is 112 parameters more, as many as batch normalisation has. Leave extra layers out.",
}


def _network(CNN):
    model = CNN()
    if not isinstance(model, nn.Module):
        raise Wrong("CNN()", model, Words("an nn.Module"), "Write `class CNN(nn.Module):`, and call super().__init__() first.")
    call = "CNN()(images) with images of shape (2, 1, 28, 28)"
    got = model(_digits_like(2))
    if not isinstance(got, torch.Tensor):
        raise Wrong(call, got, Words("a tensor of shape (2, 10)"), "Does `forward` return the logits?")
    if got.shape != (2, 10):
        more = got.dim() == 2 and got.shape[0] > 2
        grown = "There are more rows than images: a `view(-1, …)` has cut one image into several. Keep a row for each with flatten(start_dim=1). Is a pooling missing?"
        advice = grown if more else "The batch must stay: use flatten(start_dim=1)." if got.dim() == 1 or got.shape[0] != 2 else "The last layer has ten outputs, one for each digit, for each image."
        raise Wrong(call, got, Words("a tensor of shape (2, 10)"), advice)
    single = model(_digits_like(1))
    if single.shape != (1, 10):
        raise Wrong("CNN()(images) with one image, shape (1, 1, 28, 28)", single, Words("a tensor of shape (1, 10)"), "A batch of one image is a batch, too: `squeeze()` takes its dimension away. Use flatten(start_dim=1).")
    sizes = [p.numel() for p in model.parameters() if p.requires_grad]
    if sum(sizes) != 21578:
        advice = _COUNTS.get(sum(sizes), "Print the shape of each parameter, and compare with 80 + 1,168 + 4,640 + 15,690.")
        raise Wrong("the trainable parameters of CNN()", sum(sizes), 21578, advice)
    fill = {72: 0.2, 8: -0.2, 1152: -0.02, 16: 2, 4608: -0.01, 32: 1, 15680: -0.01, 10: 0.25}
    if not set(sizes) <= set(fill):
        return  # weights cut in another way than by layers: this example does not fit them, the hidden tests do
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.fill_(fill.get(parameter.numel(), 0.0))
        training, again = model.train()(_digits_like(2))[:, 0], model.eval()(_digits_like(2))[:, 0]
    call = "CNN()(images), all parameters of a layer set to one number; score 0 of both images"
    if not torch.allclose(training, again, rtol=1e-3, atol=1e-3):
        raise Wrong(call, training, Words("the same in training and in evaluation mode"), "The network answers differently in training mode: leave dropout and batch normalisation out.")
    slips = [
        ([5.35885, 2.7374], "It behaves as if there were no ReLU at all: one after each convolution."),
        ([0.06281, -0.58313], "It behaves as if there were no ReLU after the first convolution."),
        ([-0.17168, -24.7561], "It behaves as if there were no ReLU after the second convolution."),
        ([2.3409, -6.47614], "It behaves as if there were no ReLU after the third convolution."),
        ([0.23915, -5.38825], "It behaves like mean pooling: use max pooling."),
        ([0.0, 0.0], "Negative scores are cut off: no ReLU after the linear layer. Logits may be negative."),
        ([0.1, 0.1], "There is a softmax at the end. Return the raw scores: the loss makes the softmax itself."),
        ([-2.302585, -2.302585], "There is a log-softmax at the end. Return the raw scores: the loss makes it itself."),
    ]
    _compare(call, again, _t([-0.17168, -6.59155]), slips, "Compare the order of the layers with the table: convolution, ReLU, pooling.")


EXAMPLES["CNN"] = [_network]
MORE_WORDS["CNN"] = (
    (
        "RuntimeError",
        r"mat1 and mat2 shapes cannot be multiplied \(1x",
        "All images stand in one single row: the batch is flattened with them. Keep a row for each image: `x.flatten(start_dim=1)`.",
    ),
    (
        "RuntimeError",
        "mat1 and mat2 shapes",
        "The linear layer gets another number of values than it expects. Print x.shape just before it: is padding=1 in every "
        "convolution, and are there two poolings?",
    ),
)

HINTS["CNN"] = (
    "Layers that have parameters are made in __init__ (`self.name = …`) and used in forward. Go down the table row by row.",
    "nn.Conv2d takes channels in, channels out, kernel_size and padding; three of them are needed, and one nn.Linear. In forward: convolution, ReLU, pool; again; convolution, ReLU; flatten; linear. Print x.shape after each row.",
    "x.flatten(start_dim=1) turns (N, 32, 7, 7) into (N, 1568) and keeps the batch. F.relu and F.max_pool2d(x, 2) need no place in __init__. Return what the linear layer gives, nothing after it.",
)
