"""Reference and misconceptions of `predict`: each image's class and how sure the network is of it."""

# CANARY-5b0c2f6e-hidden-grader

import numpy as np
import torch

from autograder.graders.lab1_train_cnn.predict.confidences import *  # noqa: F403  (of_module reads them here)
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


@misconception("Your confidences are logits. Turn the logits into probabilities with softmax first.")
def logits_as_confidences(model, images):
    was_training = model.training
    model.eval()
    with torch.no_grad():
        confidences, labels = model(images).max(dim=1)
    model.train(was_training)
    return labels, confidences


@misconception(
    "You use a sigmoid. The ten classes exclude each other: their probabilities come from softmax."
)
def sigmoid_confidences(model, images):
    was_training = model.training
    model.eval()
    with torch.no_grad():
        confidences, labels = torch.sigmoid(model(images)).max(dim=1)
    model.train(was_training)
    return labels, confidences


@misconception("Your confidences are logarithms. Use softmax, not log-softmax.")
def log_probabilities_as_confidences(model, images):
    was_training = model.training
    model.eval()
    with torch.no_grad():
        confidences, labels = torch.log_softmax(model(images), dim=1).max(dim=1)
    model.train(was_training)
    return labels, confidences


@misconception("You apply softmax twice, which makes every confidence too small. Once is enough.")
def softmax_twice(model, images):
    was_training = model.training
    model.eval()
    with torch.no_grad():
        confidences, labels = torch.softmax(torch.softmax(model(images), dim=1), dim=1).max(dim=1)
    model.train(was_training)
    return labels, confidences


@misconception(
    "Your softmax runs over the batch. Each image's probabilities add up to 1 over the classes: axis 1."
)
def softmax_over_the_batch(model, images):
    was_training = model.training
    model.eval()
    with torch.no_grad():
        confidences, labels = torch.softmax(model(images), dim=0).max(dim=1)
    model.train(was_training)
    return labels, confidences


@misconception(
    "You look for the best image of each class. Look for the best class of each image: use axis 1, not axis "
    "0.",
    about="test_predict_returns_two_tensors test_predict_values",
)
def best_image_of_each_class(model, images):
    was_training = model.training
    model.eval()
    with torch.no_grad():
        confidences, labels = torch.softmax(model(images), dim=1).max(dim=0)
    model.train(was_training)
    return labels, confidences


@misconception("You return the least likely class. Take the largest probability, not the smallest.")
def least_likely_class(model, images):
    was_training = model.training
    model.eval()
    with torch.no_grad():
        confidences, labels = torch.softmax(model(images), dim=1).min(dim=1)
    model.train(was_training)
    return labels, confidences


@misconception("Your confidences all belong to class 0. Take the probability of the class you return.")
def confidences_of_class_zero(model, images):
    was_training = model.training
    model.eval()
    with torch.no_grad():
        probabilities = torch.softmax(model(images), dim=1)
    model.train(was_training)
    return probabilities.argmax(dim=1), probabilities[:, 0]


@misconception(
    "You look all your confidences up at the first image's class. Take each image's own: `max` gives both at once."
)
def class_of_the_first_image_for_all(model, images):
    was_training = model.training
    model.eval()
    with torch.no_grad():
        probabilities = torch.softmax(model(images), dim=1)
    model.train(was_training)
    labels = probabilities.argmax(dim=1)
    return labels, probabilities[:, labels[0]]


@misconception(
    "You take softmax of the two best scores only, so your confidences are too high. All classes belong in the sum."
)
def softmax_of_the_two_best(model, images):
    was_training = model.training
    model.eval()
    with torch.no_grad():
        top, labels = model(images).topk(2, dim=1)
    model.train(was_training)
    return labels[:, 0], torch.softmax(top, dim=1)[:, 0]


@misconception(
    "Your `probs[labels]` picks whole rows. Pair each row with its label, or take the largest value of each row.",
    about="test_predict_returns_two_tensors test_predict_values",
)
def labels_pick_rows(model, images):
    was_training = model.training
    model.eval()
    with torch.no_grad():
        probabilities = torch.softmax(model(images), dim=1)
    model.train(was_training)
    labels = probabilities.argmax(dim=1)
    return labels, probabilities[labels]


@misconception(
    "Your `probs[:, labels]` pairs every image with every label. Pair image i with label i, or take the largest "
    "value of each row.",
    about="test_predict_returns_two_tensors test_predict_values",
)
def every_image_with_every_label(model, images):
    was_training = model.training
    model.eval()
    with torch.no_grad():
        probabilities = torch.softmax(model(images), dim=1)
    model.train(was_training)
    labels = probabilities.argmax(dim=1)
    return labels, probabilities[:, labels]


@misconception(
    "You predict for the first image only. Return a label and a confidence for each of your images.",
    about="test_predict_returns_two_tensors test_predict_values",
)
def only_the_first_image(model, images):
    was_training = model.training
    model.eval()
    with torch.no_grad():
        probabilities = torch.softmax(model(images)[0], dim=0)
    model.train(was_training)
    return probabilities.argmax(), probabilities.max()


@misconception(
    "You give the model single images without a batch axis. Your model wants a batch: pass all at once, or "
    "`image[None]`."
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


@misconception("Your confidences are the lead over the second class. Return the probability itself.")
def lead_over_the_second_class(model, images):
    was_training = model.training
    model.eval()
    with torch.no_grad():
        top, labels = torch.softmax(model(images), dim=1).topk(2, dim=1)
    model.train(was_training)
    return labels[:, 0], top[:, 0] - top[:, 1]


@misconception("Your confidences are percentages. Return probabilities between 0 and 1.")
def percentages(model, images):
    was_training = model.training
    model.eval()
    with torch.no_grad():
        confidences, labels = torch.softmax(model(images), dim=1).max(dim=1)
    model.train(was_training)
    return labels, 100 * confidences


@misconception("Your labels count from 1. The classes are 0 to 9: return the index itself.")
def labels_counted_from_one(model, images):
    was_training = model.training
    model.eval()
    with torch.no_grad():
        confidences, labels = torch.softmax(model(images), dim=1).max(dim=1)
    model.train(was_training)
    return labels + 1, confidences


# --- what is returned ---------------------------------------------------------------------------------------


@misconception("You return the confidences first. The labels come first, then the confidences.")
def confidences_first(model, images):
    was_training = model.training
    model.eval()
    with torch.no_grad():
        confidences, labels = torch.softmax(model(images), dim=1).max(dim=1)
    model.train(was_training)
    return confidences, labels


@misconception(
    "You return the probabilities of all classes. Return one confidence an image: that of its label."
)
def all_probabilities(model, images):
    was_training = model.training
    model.eval()
    with torch.no_grad():
        probabilities = torch.softmax(model(images), dim=1)
    model.train(was_training)
    return probabilities.argmax(dim=1), probabilities


@misconception("Your labels are rows of zeros and ones. Return the number of the class for each image.")
def one_hot_labels(model, images):
    was_training = model.training
    model.eval()
    with torch.no_grad():
        probabilities = torch.softmax(model(images), dim=1)
    model.train(was_training)
    confidences = probabilities.amax(dim=1)
    return (probabilities == confidences.unsqueeze(1)).long(), confidences


@misconception("Your labels are floating-point numbers. A class is an index: return whole numbers.")
def labels_as_floats(model, images):
    was_training = model.training
    model.eval()
    with torch.no_grad():
        confidences, labels = torch.softmax(model(images), dim=1).max(dim=1)
    model.train(was_training)
    return labels.float(), confidences


@misconception("Your results have a second axis of length 1. Return shape (N,): do not keep the axis.")
def axis_kept(model, images):
    was_training = model.training
    model.eval()
    with torch.no_grad():
        confidences, labels = torch.softmax(model(images), dim=1).max(dim=1, keepdim=True)
    model.train(was_training)
    return labels, confidences


@misconception(
    "Your `squeeze` loses the axis of a batch of one image. Results have shape (N,) for every N, 1 included: leave "
    "it out."
)
def batch_of_one_squeezed(model, images):
    was_training = model.training
    model.eval()
    with torch.no_grad():
        confidences, labels = torch.softmax(model(images), dim=1).max(dim=1)
    model.train(was_training)
    return labels.squeeze(), confidences.squeeze()


@misconception(
    "You return one mean confidence. Return one for each image.",
    about="test_predict_returns_two_tensors test_predict_values",
)
def confidences_averaged(model, images):
    was_training = model.training
    model.eval()
    with torch.no_grad():
        confidences, labels = torch.softmax(model(images), dim=1).max(dim=1)
    model.train(was_training)
    return labels, confidences.mean()


# --- modes and gradients ------------------------------------------------------------------------------------


@misconception(
    "You predict in training mode, where dropout and batch norm behave differently. Switch to evaluation "
    "mode first."
)
def evaluation_mode_forgotten(model, images):
    with torch.no_grad():
        confidences, labels = torch.softmax(model(images), dim=1).max(dim=1)
    return labels, confidences


@misconception("You leave the model in evaluation mode. Remember its mode and restore it before you return.")
def mode_not_restored(model, images):
    model.eval()
    with torch.no_grad():
        confidences, labels = torch.softmax(model(images), dim=1).max(dim=1)
    return labels, confidences


@misconception(
    "You always leave the model in training mode. Restore the mode you found: it may have been evaluation."
)
def always_left_in_training_mode(model, images):
    model.eval()
    with torch.no_grad():
        confidences, labels = torch.softmax(model(images), dim=1).max(dim=1)
    model.train()
    return labels, confidences


@misconception(
    "You switch to training mode to predict. Switch to evaluation mode instead.",
    about="test_predict_in_evaluation_mode",
)
def training_mode_switched_on(model, images):
    was_training = model.training
    model.train()
    with torch.no_grad():
        confidences, labels = torch.softmax(model(images), dim=1).max(dim=1)
    model.train(was_training)
    return labels, confidences


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


@misconception(
    "You set the mode back in the outermost module alone: an assignment to `training` leaves the layers inside as they "
    "are. Call `train` with the mode that you found."
)
def mode_restored_outside_only(model, images):
    was_training = model.training
    model.eval()
    with torch.no_grad():
        confidences, labels = torch.softmax(model(images), dim=1).max(dim=1)
    model.training = was_training
    return labels, confidences


@misconception(
    "You flatten the images. Hand them to the model as they come, (N, …): a CNN needs their rows and columns."
)
def images_flattened(model, images):
    was_training = model.training
    model.eval()
    with torch.no_grad():
        confidences, labels = torch.softmax(model(images.flatten(1)), dim=1).max(dim=1)
    model.train(was_training)
    return labels, confidences
