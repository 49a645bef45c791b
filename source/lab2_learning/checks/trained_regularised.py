import contextlib
import io

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


def _parts_fit(CNNNet, train_with_log, Adam):
    model = CNNNet()
    if not isinstance(model, nn.Module):
        raise Wrong("CNNNet()", model, Words("an nn.Module"), "Paste your class from part 1 into the cell `my_cnnnet`.")
    images = ((torch.arange(20 * 784) * 7 % 31) / 31).reshape(20, 1, 28, 28)
    scores = model(images)
    if not isinstance(scores, torch.Tensor) or scores.shape != (20, 10):
        raise Wrong("CNNNet()(images) with 20 images", scores, Words("a tensor of shape (20, 10)"), "Mend CNNNet first: its check in part 1 should pass.")
    before = [p.detach().clone() for p in model.parameters()]
    if sum(p.numel() for p in before) != 21840:
        raise Wrong("the parameters of CNNNet()", sum(p.numel() for p in before), 21840, "Paste your finished class from part 1 into the cell `my_cnnnet`.")
    if not _same(scores.exp().sum(dim=1), torch.ones(20)):
        raise Wrong("CNNNet()(images).exp().sum(dim=1), of the first image", scores.exp().sum(dim=1)[0].item(), 1.0, "The loss is nn.NLLLoss(), so the network ends in log-probabilities: log_softmax with dim=1.")
    labels = torch.arange(20) % 10
    loader = DataLoader(TensorDataset(images, labels), batch_size=5)
    with torch.no_grad():
        at_first = nn.NLLLoss()(model.eval()(images), labels).item()
    call = "train_with_log(CNNNet(), loader, nn.NLLLoss(), Adam(model.parameters(), lr=0.001), 1) with 20 images"
    optimizer = Adam(model.parameters(), lr=0.001)
    train_with_log(model, loader, nn.NLLLoss(), optimizer, 1)
    if all(torch.equal(old, new) for old, new in zip(before, model.parameters())):
        raise Wrong(call, Words("the weights as they were"), Words("trained weights"), "Nothing was learned. Do the checks of Adam and train_with_log pass in part 2? `model.parameters()` is a generator: it can be gone through only once.")
    if not all(p.isfinite().all() for p in model.parameters()):
        raise Wrong(call, Words("weights that are no numbers (NaN or infinity)"), Words("trained weights"), "Does the check of Adam pass in part 2? Look at its two divisions: by 1 − betaᵗ, where t begins at 1, and by the root plus eps.")
    quicker = Adam(model.parameters(), lr=0.01)
    with contextlib.redirect_stdout(io.StringIO()):
        for epoch in range(2, 10):
            train_with_log(model, loader, nn.NLLLoss(), quicker, epoch)
    with torch.no_grad():
        at_last = nn.NLLLoss()(model.eval()(images), labels).item()
    if not at_last < at_first + 0.1:
        raise Wrong(call + ", then eight epochs more with lr=0.01; the loss on these images", at_last, Words(f"no more than at the beginning, {at_first:.3f}"), "The loss grows. Does Adam step against the gradient, and do its check and that of train_with_log pass in part 2?")


EXAMPLES["trained_regularised"] = [_parts_fit]
NEEDS["trained_regularised"] = ("CNNNet", "train_with_log", "Adam")
PASSED_WORDS["trained_regularised"] = "the parts fit together. The training itself, and the accuracy on the test images, come with the grading."

HINTS["trained_regularised"] = (
    "Nothing new is written here. Are your CNNNet, train_with_log and Adam pasted in, and do their checks pass in parts 1 and 2?",
    "Run the cell above, which trains as the grading does. Does the loss fall from epoch to epoch, starting near 2.3?",
    "If the loss stays near 2.3: zero_grad, backward, step, and the bias correction of Adam. If it falls but the accuracy is low: dropout that stays on in evaluation, or train_with_log training another model than the one that it is given.",
)
