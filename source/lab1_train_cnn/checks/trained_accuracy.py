import torch
from torch import nn
from torch.utils.data import TensorDataset


def _together(CNN, make_loaders, fit):
    call = "fit(CNN(), *make_loaders(20 images), epochs=1, lr=0.001)"
    model = CNN()
    if not isinstance(model, nn.Module):
        raise Wrong("CNN()", model, Words("an nn.Module"), "Paste your class from part 1 into the cell `my_cnn`.")
    images = _digits_like(2).repeat(10, 1, 1, 1) / 6
    data = TensorDataset(images, torch.arange(20) % 10)
    scores = model(images)
    if not isinstance(scores, torch.Tensor) or scores.shape != (20, 10):
        raise Wrong("CNN()(images) with 20 images", scores, Words("a tensor of shape (20, 10)"), "Mend CNN first: its check in part 1 should pass.")
    parameters = [p.detach().clone() for p in model.parameters()]
    if sum(p.numel() for p in parameters) != 21578:
        raise Wrong("the parameters of CNN()", sum(p.numel() for p in parameters), 21578, "Paste your finished class from part 1 into the cell `my_cnn`.")
    fit(model, *make_loaders(data), epochs=1, lr=0.001)
    if all(torch.equal(before, after) for before, after in zip(parameters, model.parameters())):
        raise Wrong(call, Words("the weights as they were"), Words("trained weights"), "Nothing was learned. Do the checks of train_one_epoch and fit pass? fit must train the very model that it is given.")


EXAMPLES["trained_accuracy"] = [_together]
NEEDS["trained_accuracy"] = ("CNN", "make_loaders", "fit")
PASSED_WORDS["trained_accuracy"] = "the parts fit together. The training itself, and the accuracy on the test images, come with the grading."

HINTS["trained_accuracy"] = (
    "Nothing is written here. Do the checks of make_loaders, train_one_epoch, evaluate and fit pass, and is your CNN pasted in?",
    "Run the cell above, which trains as the grading does. Does the training loss fall from epoch to epoch, starting near 2.3?",
    "If the loss stays near 2.3: zero_grad, backward, step and lr. If it falls but the accuracy is low: a softmax at the end of CNN, or fit training another model than the one that it is given.",
)
