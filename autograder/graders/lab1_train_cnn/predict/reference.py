"""Reference and misconceptions of `predict`: each image's class and how sure the network is of it."""

# CANARY-5b0c2f6e-hidden-grader

import numpy as np
import torch

from autograder.graders.lab1_train_cnn.predict.confidences import *  # noqa: F403  (of_module reads them here)
from autograder.graders.lab1_train_cnn.predict.written import instead
from autograder.grading.misconceptions import misconception

USES = "softmax log_softmax"
RESULTS = ("labels", "confidences")


def reference(model, images):
    was_training = model.training
    model.eval()
    with torch.no_grad():
        logits = model(images)
    model.train(was_training)
    confidences, labels = torch.softmax(logits.double(), dim=1).max(dim=1)
    return labels, confidences.to(logits.dtype)


def normalise(value):
    """Return a pair of tensors, int64 and float32: any dtype of its kind will do, NumPy arrays and lists, and a list as the pair."""
    if not (isinstance(value, tuple | list) and len(value) == 2):
        return value
    labels, confidences = (
        torch.as_tensor(v) if isinstance(v, np.ndarray | list | tuple) else v for v in value
    )
    if isinstance(labels, torch.Tensor) and labels.dtype in (
        torch.int32,
        torch.int16,
        torch.int8,
        torch.uint8,
    ):
        labels = labels.to(torch.int64)
    if isinstance(confidences, torch.Tensor) and confidences.is_floating_point():
        confidences = confidences.float()  # the task asks for floating-point numbers, of no type by name
    return labels, confidences


# --- the values ---------------------------------------------------------------------------------------------

logits_as_confidences = instead(
    "Your confidences are logits. Turn the logits into probabilities with softmax first.",
    {"torch.softmax(model(images), dim=1)": "model(images)"},
)
sigmoid_confidences = instead(
    "You use a sigmoid. The ten classes exclude each other: their probabilities come from softmax.",
    {"softmax(model(images), dim=1)": "sigmoid(model(images))"},
)
log_probabilities_as_confidences = instead(
    "Your confidences are logarithms. Use softmax, not log-softmax.",
    {"softmax": "log_softmax"},
)
softmax_twice = instead(
    "You apply softmax twice, which makes every confidence too small. Once is enough.",
    {"model(images)": "torch.softmax(model(images), dim=1)"},
)
softmax_over_the_batch = instead(
    "Your softmax runs over the batch. Each image's probabilities add up to 1 over the classes: axis 1.",
    {"1).max(": "0).max("},
)
best_image_of_each_class = instead(
    "You look for the best image of each class. Look for the best class of each image: use axis 1, not axis 0.",
    {"(dim=1)": "(dim=0)"},
    about="test_predict_returns_two_tensors test_predict_values",
)
least_likely_class = instead(
    "You return the least likely class. Take the largest probability, not the smallest.",
    {".max": ".min"},
)
confidences_of_class_zero = instead(
    "Your confidences all belong to class 0. Take the probability of the class you return.",
    {
        "confidences, labels = torch.softmax(model(images), dim=1).max(dim=1)": "probabilities = torch.softmax(model(images), dim=1)",
        "labels, confidences": "probabilities.argmax(dim=1), probabilities[:, 0]",
    },
)
class_of_the_first_image_for_all = instead(
    "You look all your confidences up at the first image's class. Take each image's own: `max` gives both at once.",
    {
        "confidences, labels = torch.softmax(model(images), dim=1).max(dim=1)": "probabilities = torch.softmax(model(images), dim=1)",
        "return labels, confidences": "labels = probabilities.argmax(dim=1)\n    return labels, probabilities[:, labels[0]]",
    },
)
softmax_of_the_two_best = instead(
    "You take softmax of the two best scores only, so your confidences are too high. All classes belong in the sum.",
    {
        "confidences, labels = torch.softmax(model(images), dim=1).max(dim=1)": "top, labels = model(images).topk(2, dim=1)",
        ", confidences": "[:, 0], torch.softmax(top, dim=1)[:, 0]",
    },
)
labels_pick_rows = instead(
    "Your `probs[labels]` picks whole rows. Pair each row with its label, or take the largest value of each row.",
    {
        "confidences, labels = torch.softmax(model(images), dim=1).max(dim=1)": "probabilities = torch.softmax(model(images), dim=1)",
        "return labels, confidences": "labels = probabilities.argmax(dim=1)\n    return labels, probabilities[labels]",
    },
    about="test_predict_returns_two_tensors test_predict_values",
)
every_image_with_every_label = instead(
    "Your `probs[:, labels]` pairs every image with every label. Pair image i with label i, or take the largest value of each row.",
    {
        "confidences, labels = torch.softmax(model(images), dim=1).max(dim=1)": "probabilities = torch.softmax(model(images), dim=1)",
        "return labels, confidences": "labels = probabilities.argmax(dim=1)\n    return labels, probabilities[:, labels]",
    },
    about="test_predict_returns_two_tensors test_predict_values",
)
only_the_first_image = instead(
    "You predict for the first image only. Return a label and a confidence for each of your images.",
    {
        "confidences, labels = torch.softmax(model(images), dim=1).max(dim=1)": "probabilities = torch.softmax(model(images)[0], dim=0)",
        "labels, confidences": "probabilities.argmax(), probabilities.max()",
    },
    about="test_predict_returns_two_tensors test_predict_values",
)


@misconception(
    "You give the model single images without a batch axis. Your model wants a batch: pass all at once, or `image[None]`."
)
def batch_axis_left_out(model, images):
    was_training = model.training
    model.eval()
    labels, confidences = [], []
    with torch.no_grad():
        for image in images:
            probabilities = torch.softmax(model(image), dim=0)
            labels.append(probabilities.argmax())
            confidences.append(probabilities.max())
    model.train(was_training)
    return torch.stack(labels), torch.stack(confidences)


lead_over_the_second_class = instead(
    "Your confidences are the lead over the second class. Return the probability itself.",
    {
        "confidences, labels = torch.softmax(model(images), dim=1).max(dim=1)": "top, labels = torch.softmax(model(images), dim=1).topk(2, dim=1)",
        ", confidences": "[:, 0], top[:, 0] - top[:, 1]",
    },
)
percentages = instead(
    "Your confidences are percentages. Return probabilities between 0 and 1.",
    {", confidences": ", 100 * confidences"},
)
labels_counted_from_one = instead(
    "Your labels count from 1. The classes are 0 to 9: return the index itself.",
    {"labels,": "labels + 1,"},
)


# --- what is returned ---------------------------------------------------------------------------------------

confidences_first = instead(
    "You return the confidences first. The labels come first, then the confidences.",
    {"labels, confidences": "confidences, labels"},
)
all_probabilities = instead(
    "You return the probabilities of all classes. Return one confidence an image: that of its label.",
    {
        "confidences, labels = torch.softmax(model(images), dim=1).max(dim=1)": "probabilities = torch.softmax(model(images), dim=1)",
        "labels, confidences": "probabilities.argmax(dim=1), probabilities",
    },
)
one_hot_labels = instead(
    "Your labels are rows of zeros and ones. Return the number of the class for each image.",
    {
        "confidences, labels = torch.softmax(model(images), dim=1).max(dim=1)": "probabilities = torch.softmax(model(images), dim=1)",
        "return labels": "confidences = probabilities.amax(dim=1)\n    return (probabilities == confidences.unsqueeze(1)).long()",
    },
)
labels_as_floats = instead(
    "Your labels are floating-point numbers. A class is an index: return whole numbers.",
    {"labels,": "labels.float(),"},
)
axis_kept = instead(
    "Your results have a second axis of length 1. Return shape (N,): do not keep the axis.",
    {"(dim=1)": "(dim=1, keepdim=True)"},
)
batch_of_one_squeezed = instead(
    "Your `squeeze` loses the axis of a batch of one image. Results have shape (N,) for every N, 1 included: leave it out.",
    {", confidences": ".squeeze(), confidences.squeeze()"},
)
confidences_averaged = instead(
    "You return one mean confidence. Return one for each image.",
    {", confidences": ", confidences.mean()"},
    about="test_predict_returns_two_tensors test_predict_values",
)


# --- modes and gradients ------------------------------------------------------------------------------------


@misconception(
    "You predict in training mode, where dropout and batch norm behave differently. Switch to evaluation mode first."
)
def evaluation_mode_forgotten(model, images):
    with torch.no_grad():
        confidences, labels = torch.softmax(model(images), dim=1).max(dim=1)
    return labels, confidences


mode_not_restored = instead(
    "You leave the model in evaluation mode. Remember its mode and restore it before you return.",
    {"was_training = model.training": "", "model.train(was_training)": ""},
)
always_left_in_training_mode = instead(
    "You always leave the model in training mode. Restore the mode you found: it may have been evaluation.",
    {"was_training = model.training": "", "(was_training)": "()"},
)
training_mode_switched_on = instead(
    "You switch to training mode to predict. Switch to evaluation mode instead.",
    {"eval": "train"},
    about="test_predict_in_evaluation_mode",
)


@misconception("Your confidences still carry a graph. Predict without gradients: it saves memory and time.")
def gradients_kept(model, images):
    was_training = model.training
    model.eval()
    confidences, labels = torch.softmax(model(images), dim=1).max(dim=1)
    model.train(was_training)
    return labels, confidences


@misconception(
    "You switch gradients off for good, so later training fails. Use a context that switches them on again."
)
def gradients_left_switched_off(model, images):
    was_training = model.training
    model.eval()
    torch.set_grad_enabled(False)
    confidences, labels = torch.softmax(model(images), dim=1).max(dim=1)
    model.train(was_training)
    return labels, confidences


@misconception(
    "You freeze the model's parameters and leave them frozen. Switch gradients off by a context instead."
)
def parameters_frozen(model, images):
    was_training = model.training
    model.eval()
    model.requires_grad_(False)
    confidences, labels = torch.softmax(model(images), dim=1).max(dim=1)
    model.train(was_training)
    return labels, confidences.detach()


mode_restored_outside_only = instead(
    "You set the mode back in the outermost module alone: an assignment to `training` leaves the layers inside as they are. Call `train` with the mode that you found.",
    {"train(was_training)": "training = was_training"},
)
images_flattened = instead(
    "You flatten the images. Hand them to the model as they come, (N, …): a CNN needs their rows and columns.",
    {"(images)": "(images.flatten(1))"},
)
