import torch
from torch import nn


def _epoch_of_images(function):
    call = "train_one_epoch(model, loader, nn.MultiMarginLoss(), SGD with lr=0.5), 7 images of shape (1, 1, 2) in batches of 3"
    model = _Small(images=True)
    got = function(model, _image_loader(), nn.MultiMarginLoss(), torch.optim.SGD(model.parameters(), lr=0.5))
    advice = "The loss is the one that is given, `criterion`, and the images reach the model as they come."
    _compare(call + "; the model's weight afterwards", model.linear.weight, _t([[0.5, -0.138889], [0.472222, 0.416667], [-1.222222, 0.222222]]), (), advice)
    _compare(call, got, 0.4533068, (), advice)


def _epoch(function):
    call = "train_one_epoch(model, loader, nn.CrossEntropyLoss(), SGD with lr=0.5), 5 samples in batches of 2"
    model = _Small().eval()
    got = function(model, _loader(), nn.CrossEntropyLoss(), torch.optim.SGD(model.parameters(), lr=0.5))
    if not all(model.modes):
        raise Wrong(call, Words("a forward pass in evaluation mode"), Words("training mode"), "Call model.train() before the first batch.")
    _require_all(call, model)
    if len(model.modes) != 3:
        raise Wrong(call, Words(f"{len(model.modes)} forward passes"), Words("3, one for each batch"), "Each batch goes through the model once. Keep its output; do not compute it again.")
    slips = [
        ([[0.5, -0.5], [0.25, 1.0], [-1.0, 0.0]], "The weights have not changed. Is optimizer.step() called, after loss.backward()?"),
        ([[-0.60569, 0.17768], [-0.71644, 0.48443], [1.07213, -0.16211]], "Each step follows the gradients of all batches so far. Clear them for each batch: optimizer.zero_grad()."),
        ([[-0.35963, -1.35963], [0.26043, 1.01043], [-0.1508, 0.8492]], "There is only one step in the whole epoch. The optimizer steps once for each batch: check the indentation."),
    ]
    if any(_is_slip(model.linear.weight, _t(wrong)) for wrong, _ in slips):
        better = next(better for wrong, better in slips if _is_slip(model.linear.weight, _t(wrong)))
        raise Wrong(call + "; the model's weight afterwards", model.linear.weight, _t([[-0.61059, -0.81297], [-0.11363, 0.84379], [0.47422, 0.46918]]), better)
    _compare(call + "; the model's weight afterwards", model.linear.weight, _t([[-0.61059, -0.81297], [-0.11363, 0.84379], [0.47422, 0.46918]]), (), "For each batch: zero_grad, forward, loss, backward, step, in this order and once each.")
    losses = [
        (2.23576, "That is the mean over batches. The last batch has one sample and weighs too much: add up loss · len(targets), divide by the number of samples."),
        (6.70729, "That is the sum over the batches. Weigh each loss with its batch size, and divide by the number of samples."),
        (10.9822, "That is the sum over all samples. Divide it by their number."),
        (1.34146, "A batch's loss is a mean already. Multiply it by len(targets) before you divide by the number of samples."),
        (2.43238, "That is the loss of the last batch alone. Add up over the batches."),
        (3.66073, "You divide by the number of batches. Divide by the number of samples."),
        (0.7387, "That is the loss after each step. Use the loss that the batch had when it was trained on."),
    ]
    _compare(call, got, 2.19644, losses, "Return the mean loss per sample: sum of loss · batch size, divided by the number of samples.")


EXAMPLES["train_one_epoch"] = [_epoch, _epoch_of_images]

HINTS["train_one_epoch"] = (
    "Write the five steps for a single batch first: clear, forward, loss, backward, step. Then put the loop around it.",
    "model.train() before the loop. Inside: move both tensors with .to(device), optimizer.zero_grad(), the criterion of the model's outputs and the targets, loss.backward(), optimizer.step(). What must be added up for the mean per sample?",
    "The loss is the mean of its batch: add loss.item() · len(targets) to a running total, and len(targets) to a count. Return total / count.",
)
