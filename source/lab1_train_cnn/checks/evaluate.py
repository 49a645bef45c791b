import torch
from torch import nn


def _evaluation_of_images(function):
    call = "evaluate(model, loader, nn.MultiMarginLoss()), 7 images of shape (1, 1, 2) in batches of 3, under torch.no_grad()"
    model = _Small(images=True).eval()
    with torch.no_grad():
        got = function(model, _image_loader(), nn.MultiMarginLoss())
        on = torch.is_grad_enabled()
    if on:
        raise Wrong(call, Words("gradients are switched on afterwards"), Words("switched off, as before"), "`with torch.no_grad():` leaves things as it found them; torch.set_grad_enabled(True) does not.")
    if not all(parameter.requires_grad for parameter in model.parameters()):
        raise Wrong(call, Words("parameters that do not learn any more"), Words("the parameters as they were"), "Leave requires_grad of the parameters alone: torch.no_grad() is enough.")
    slips = [
        ((None, 5.0), "That is the number of right answers. Divide by the number of samples."),
        ((None, 3 / 7), "That is the number of batches with a right answer. Count right answers."),
    ]
    advice = ("The loss is the one that is given, `criterion`, weighed with the size of each batch.", "In each row the place of the largest logit is the prediction; compare it with the target, and divide by all samples.")
    _compare(call, got, (0.4261905, 0.7142857), slips, advice, names=("loss", "accuracy"))


def _evaluation(function):
    call = "evaluate(model, loader, nn.CrossEntropyLoss()), 5 samples in batches of 2"
    for before in (True, False):
        model = _Small().train(before)
        weight = model.linear.weight.clone()
        got = function(model, _loader(), nn.CrossEntropyLoss())
        if any(model.modes):
            raise Wrong(call, Words("a forward pass in training mode"), Words("evaluation mode"), "Call model.eval() first: otherwise dropout and batch normalisation behave as in training.")
        if any(model.recording):
            raise Wrong(call, Words("a forward pass that records gradients"), Words("no gradients"), "Put the loop inside `with torch.no_grad():`. model.eval() does not do that.")
        _require_all(call, model)
        if not torch.equal(weight, model.linear.weight):
            raise Wrong(call, Words("changed weights"), Words("the weights as they were"), "Evaluating is not training: no backward, no step.")
        if any(module.training != before for module in model.modules()):
            mode = {True: "training mode", False: "evaluation mode"}
            raise Wrong(call + f", the model in {mode[before]}", Words(f"the model, or a layer in it, left in {mode[not before]}"), Words(mode[before]), "Remember model.training at the start, and end with model.train(was_training).")
        if not torch.is_grad_enabled():
            torch.set_grad_enabled(True)
            raise Wrong(call, Words("gradients are switched off afterwards"), Words("switched on, as before"), "`with torch.no_grad():` switches them on again by itself; torch.set_grad_enabled(False) does not.")
        slips = [
            ((None, 20.0), "The accuracy is a share, not a percentage: 0.2, not 20."),
            ((None, 1.0), "1 of 5 is right, which makes 0.2: divide the number of right answers by the number of samples."),
            ((None, 0.8), "That is the share of wrong answers. The accuracy is the share of right ones."),
            ((None, 1 / 6), "That is the mean of the batches' accuracies. The last batch is smaller: count right answers, divide by all samples."),
            ((None, 1 / 3), "You divide by the number of batches. Divide by the number of samples."),
            ((2.02874, None), "The loss is the mean over batches; the last is smaller. Weigh each with len(targets)."),
            ((2.02874, 1 / 6), "Both are means over batches; the last is smaller. Weigh by samples, not by batches."),
            ((6.08621, None), "The loss is a sum over batches. Weigh each with its size, divide by the number of samples."),
            ((10.20896, None), "The loss is the sum over all samples. Divide by their number."),
            ((1.21724, None), "A batch's loss is a mean already: multiply by len(targets) before you divide by the number of samples."),
            ((0.2, 2.04179), "The order is (loss, accuracy)."),
        ]
        advice = (
            "The loss is the mean over samples: the sum of each batch's loss · batch size, divided by the number of samples.",
            "The accuracy is the number of right answers, divided by the number of samples.",
        )
        _compare(call, got, (2.04179, 0.2), slips, advice, names=("loss", "accuracy"))


EXAMPLES["evaluate"] = [_evaluation, _evaluation_of_images]

HINTS["evaluate"] = (
    "Copy the loop of train_one_epoch and take out everything that learns. What has to be added before and after it?",
    "Before: remember model.training, then model.eval(). Around the loop: with torch.no_grad(). After: model.train(was_training). Count right answers and samples on the way.",
    "(logits.argmax(dim=1) == targets).sum().item() is the number of right answers in a batch. Divide both totals by the number of samples, and return loss first.",
)
