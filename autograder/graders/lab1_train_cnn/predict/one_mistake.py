"""One mistake in `predict`."""

# CANARY-5b0c2f6e-hidden-grader

import torch

from autograder.graders.kit.answers import false

MODE = "test_predict_in_evaluation_mode"


@false("test_predict_values")
def percent(model, images):
    mode = model.training
    model.eval()
    with torch.no_grad():
        p = torch.softmax(model(images), 1)
    model.train(mode)
    return p.argmax(1), 100 * p.amax(1)


@false("test_predict_values")
def confidence_of_all_the_others(model, images):
    mode = model.training
    model.eval()
    with torch.no_grad():
        p = torch.softmax(model(images), 1)
    model.train(mode)
    return p.argmax(1), 1 - p.amax(1)


@false("test_predict_values")
def second_best(model, images):
    mode = model.training
    model.eval()
    with torch.inference_mode():
        top, labels = torch.softmax(model(images), 1).topk(2, dim=1)
    model.train(mode)
    return labels[:, 1], top[:, 1]


@false("test_predict_values")
def rounded(model, images):
    mode = model.training
    model.eval()
    with torch.no_grad():
        p, labels = torch.softmax(model(images), 1).max(1)
    model.train(mode)
    return labels, torch.round(p, decimals=1)


@false("test_predict_values")
def scores_for_probabilities(model, images):
    mode = model.training
    model.eval()
    with torch.no_grad():
        scores = model(images)
    model.train(mode)
    return scores.argmax(1), scores.amax(1)


@false("test_predict_returns_two_tensors")
def column_of_labels(model, images):
    mode = model.training
    model.eval()
    with torch.no_grad():
        p = torch.softmax(model(images), 1)
    model.train(mode)
    confidences, labels = torch.sort(p, dim=1, descending=True)
    return labels[:, :1], confidences[:, :1]


@false("test_predict_returns_two_tensors")
def labels_as_decimals(model, images):
    mode = model.training
    model.eval()
    labels, confidences = torch.zeros(len(images)), torch.zeros(len(images))
    with torch.no_grad():
        for i, row in enumerate(torch.softmax(model(images), 1)):
            confidences[i], labels[i] = row.max(0)
    model.train(mode)
    return labels, confidences


@false("test_predict_returns_two_tensors")
def one_image_squeezed(model, images):
    mode = model.training
    model.eval()
    with torch.no_grad():
        p = torch.softmax(model(images), 1)
    model.train(mode)
    return p.argmax(1).squeeze(), p.amax(1).squeeze()


@false("test_predict_returns_two_tensors", "test_predict_values")
def last_batch_dropped(model, images):
    mode = model.training
    model.eval()
    parts = []
    with torch.no_grad():
        for i in range(max(len(images) // 4, 1)):
            parts.append(torch.softmax(model(images[4 * i : 4 * i + 4]), 1).max(1))
    model.train(mode)
    return torch.cat([p.indices for p in parts]), torch.cat([p.values for p in parts])


@false(MODE)
def mode_never_changed(model, images):
    with torch.no_grad():
        p, labels = torch.softmax(model(images), 1).max(1)
    return labels, p


@false(MODE)
def left_in_evaluation_mode(model, images):
    with torch.no_grad():
        p, labels = torch.softmax(model.eval()(images), 1).max(1)
    return labels, p


@false(MODE)
def graph_recorded(model, images):
    mode = model.training
    model.eval()
    p = torch.softmax(model(images), 1).detach()
    model.train(mode)
    return p.argmax(1), p.amax(1)


@false(MODE)
def gradients_off_for_good(model, images):
    mode = model.training
    model.eval()
    torch.set_grad_enabled(False)
    p = torch.softmax(model(images), 1)
    model.train(mode)
    return p.argmax(1), p.amax(1)


@false(MODE)
def mode_turned_round(model, images):
    mode = model.training
    model.eval()
    with torch.no_grad():
        p, labels = torch.softmax(model(images), 1).max(1)
    model.train(not mode)
    return labels, p


@false("test_predict_returns_two_tensors")
def all_probabilities_as_well(model, images):
    mode = model.training
    model.eval()
    with torch.no_grad():
        p = torch.softmax(model(images), 1)
    model.train(mode)
    return p.argmax(1), p.amax(1), p


@false(MODE)
def evaluation_mode_too_late(model, images):
    mode = model.training
    with torch.no_grad():
        scores = model(images)
        model.eval()
        p = torch.softmax(scores, 1)
    model.train(mode)
    return p.argmax(1), p.amax(1)


@false("test_predict_values")
def scores_of_a_copy(model, images):
    import copy

    twin = copy.deepcopy(model).eval()
    with torch.no_grad():
        scores = twin(images)
    return scores.argmax(1), scores.amax(1)


@false("test_predict_returns_two_tensors")
def under_their_names(model, images):
    mode = model.training
    model.eval()
    with torch.no_grad():
        p = torch.softmax(model(images), 1)
    model.train(mode)
    return {"labels": p.argmax(1), "confidences": p.amax(1)}
