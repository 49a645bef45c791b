import torch


def _prediction(function):
    images = _t([[1, 2], [-1, 0.5], [2, -1], [0, -2]]).reshape(4, 1, 1, 2)
    call = "predict(model, images) with 4 images and 3 classes"
    best = _t([0.904375, 0.576604, 0.871703, 0.742808])
    for before in (True, False):
        model = _Small(images=True).train(before)
        got = function(model, images.clone())
        if isinstance(got, (tuple, list)):  # NumPy arrays will do
            got = tuple(torch.as_tensor(g) if type(g).__module__ == "numpy" else g for g in got)
        if any(model.modes):
            raise Wrong(call, Words("a forward pass in training mode"), Words("evaluation mode"), "Call model.eval() first: otherwise dropout makes every answer another one.")
        if any(model.recording):
            raise Wrong(call, Words("a forward pass that records gradients"), Words("no gradients"), "Put the forward pass inside `with torch.no_grad():`.")
        if any(module.training != before for module in model.modules()):
            raise Wrong(call, Words("the model, or a layer in it, left in another mode"), Words("the mode that it was in"), "Remember model.training at the start, and end with model.train(was_training).")
        if not torch.is_grad_enabled():
            torch.set_grad_enabled(True)
            raise Wrong(call, Words("gradients are switched off afterwards"), Words("switched on, as before"), "`with torch.no_grad():` switches them on again by itself; torch.set_grad_enabled(False) does not.")
        if not all(parameter.requires_grad for parameter in model.parameters()):
            raise Wrong(call, Words("parameters that do not learn any more"), Words("the parameters as they were"), "Leave requires_grad of the parameters alone: torch.no_grad() is enough.")
        labels = torch.tensor([1, 2, 0, 0])
        slips = [
            ((best, labels), "The order is (labels, confidences); `max(dim=1)` gives values first."),
            ((None, _t([2.25, 0.9, 1.6, 1.1])), "That is the largest logit. The confidence is its softmax."),
            ((None, 100 * best), "The confidences are percentages. A share from 0 to 1 is expected."),
            ((labels + 1, None), "The labels count from 1. The first class is 0: return what argmax gives."),
            ((None, _t([0.824044, 0.643914, 0.541341, 0.32834])), "The probabilities add up to 1 over the images. For logits (N, K) use dim=1."),
            ((torch.Size([3]), torch.Size([3])), "The maximum runs over the images. For logits (N, K) the classes are dim=1."),
            ((None, torch.Size([4, 3])), "These are the probabilities of all classes. Return one confidence for each image: that of its label."),
            ((torch.tensor([2, 0, 2, 1]), torch.Size([4])), "That is the least likely class. Take the largest: argmax."),
            ((None, best.log()), "That is the logarithm of the confidence. Take exp of it, or use softmax."),
        ]
        advice = ("The labels are the argmax over the classes.", "The confidences are the softmax at the place of the label.")
        _compare(call, got, (labels, best), slips, advice, names=("labels", "confidences"))
    single = function(_Small(images=True), images[:1].clone())
    if any(len(getattr(each, "shape", (1,))) != 1 for each in single):
        raise Wrong("predict(model, images) with one image, shape (1, 1, 1, 2)", tuple(single), Words("two tensors of shape (1,)"), "A batch of one image is a batch, too: `squeeze()` takes its axis away.")


EXAMPLES["predict"] = [_prediction]

HINTS["predict"] = (
    "It is evaluate for a single batch without labels: the same before and after.",
    "In evaluation mode and without gradients: logits, then softmax over the classes, then for each row the largest value and its place.",
    "probabilities.max(dim=1) gives the pair (values, indices): confidences and labels, in this order. Return them in the other, and restore the mode with model.train(was_training).",
)
