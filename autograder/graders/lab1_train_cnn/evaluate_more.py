"""More misconceptions of `evaluate`: the module `evaluate` takes them in."""

# CANARY-5b0c2f6e-hidden-grader
from __future__ import annotations

import torch
import torch.nn.functional as F

from autograder.misconceptions import misconception


@misconception("You return the accuracy in percent. A fraction between 0 and 1 is asked.")
def accuracy_in_percent(model, loader, criterion, device="cpu"):
    was_training = model.training
    model.eval()
    total, correct, n = 0.0, 0, len(loader.dataset)
    with torch.no_grad():
        for x, y in loader:
            logits, y = model(x.to(device)), y.to(device)
            total += criterion(logits, y).item() * len(y)
            correct += (logits.argmax(dim=1) == y).sum().item()
    model.train(was_training)
    return total / n, 100.0 * correct / n


@misconception("You return how many answers are right. Divide by the number of samples to get a fraction.")
def correct_count_returned(model, loader, criterion, device="cpu"):
    was_training = model.training
    model.eval()
    total, correct, n = 0.0, 0, len(loader.dataset)
    with torch.no_grad():
        for x, y in loader:
            logits, y = model(x.to(device)), y.to(device)
            total += criterion(logits, y).item() * len(y)
            correct += (logits.argmax(dim=1) == y).sum().item()
    model.train(was_training)
    return total / n, correct


@misconception(
    "You divide the number of right answers by the number of batches. Divide by the number of samples."
)
def accuracy_divided_by_batches(model, loader, criterion, device="cpu"):
    was_training = model.training
    model.eval()
    total, correct, n = 0.0, 0, len(loader.dataset)
    with torch.no_grad():
        for x, y in loader:
            logits, y = model(x.to(device)), y.to(device)
            total += criterion(logits, y).item() * len(y)
            correct += (logits.argmax(dim=1) == y).sum().item()
    model.train(was_training)
    return total / n, correct / len(loader)


@misconception("You divide with `//`, which cuts the accuracy down to 0 unless everything is right. Use `/`.")
def accuracy_cut_to_whole_number(model, loader, criterion, device="cpu"):
    was_training = model.training
    model.eval()
    total, correct, n = 0.0, 0, len(loader.dataset)
    with torch.no_grad():
        for x, y in loader:
            logits, y = model(x.to(device)), y.to(device)
            total += criterion(logits, y).item() * len(y)
            correct += (logits.argmax(dim=1) == y).sum().item()
    model.train(was_training)
    return total / n, correct // n


@misconception(
    "You round the accuracy before you return it. Return it as it is, and round only when you print."
)
def accuracy_rounded(model, loader, criterion, device="cpu"):
    was_training = model.training
    model.eval()
    total, correct, n = 0.0, 0, len(loader.dataset)
    with torch.no_grad():
        for x, y in loader:
            logits, y = model(x.to(device)), y.to(device)
            total += criterion(logits, y).item() * len(y)
            correct += (logits.argmax(dim=1) == y).sum().item()
    model.train(was_training)
    return total / n, round(correct / n, 2)


@misconception("You return the share of wrong answers. Accuracy is the share of right ones.")
def error_rate_returned(model, loader, criterion, device="cpu"):
    was_training = model.training
    model.eval()
    total, correct, n = 0.0, 0, len(loader.dataset)
    with torch.no_grad():
        for x, y in loader:
            logits, y = model(x.to(device)), y.to(device)
            total += criterion(logits, y).item() * len(y)
            correct += (logits.argmax(dim=1) == y).sum().item()
    model.train(was_training)
    return total / n, 1 - correct / n


@misconception(
    "You return accuracy first and loss second. It is the other way round; look at the line of your `return`."
)
def results_swapped(model, loader, criterion, device="cpu"):
    was_training = model.training
    model.eval()
    total, correct, n = 0.0, 0, len(loader.dataset)
    with torch.no_grad():
        for x, y in loader:
            logits, y = model(x.to(device)), y.to(device)
            total += criterion(logits, y).item() * len(y)
            correct += (logits.argmax(dim=1) == y).sum().item()
    model.train(was_training)
    return correct / n, total / n


@misconception("You return one number. Return two: mean loss and accuracy.")
def loss_only_returned(model, loader, criterion, device="cpu"):
    was_training = model.training
    model.eval()
    total, n = 0.0, len(loader.dataset)
    with torch.no_grad():
        for x, y in loader:
            logits, y = model(x.to(device)), y.to(device)
            total += criterion(logits, y).item() * len(y)
    model.train(was_training)
    return total / n


@misconception("Your function stops after the first batch. Take its `return` or `break` out of the loop.")
def only_first_batch(model, loader, criterion, device="cpu"):
    was_training = model.training
    model.eval()
    with torch.no_grad():
        for x, y in loader:
            logits, y = model(x.to(device)), y.to(device)
            loss = criterion(logits, y).item()
            correct = (logits.argmax(dim=1) == y).sum().item()
            model.train(was_training)
            return loss, correct / len(y)


@misconception("You leave out the last batch when it is smaller than the others. Its samples count too.")
def last_batch_skipped(model, loader, criterion, device="cpu"):
    was_training = model.training
    model.eval()
    total, correct, n = 0.0, 0, len(loader.dataset)
    with torch.no_grad():
        for x, y in loader:
            if len(y) < loader.batch_size:
                n -= len(y)
                continue
            logits, y = model(x.to(device)), y.to(device)
            total += criterion(logits, y).item() * len(y)
            correct += (logits.argmax(dim=1) == y).sum().item()
    model.train(was_training)
    return total / n, correct / n


@misconception(
    "Each batch overwrites the results of the one before, so only the last is left. Add up over all batches."
)
def only_last_batch(model, loader, criterion, device="cpu"):
    was_training = model.training
    model.eval()
    with torch.no_grad():
        for x, y in loader:
            logits, y = model(x.to(device)), y.to(device)
            loss = criterion(logits, y).item()
            accuracy = (logits.argmax(dim=1) == y).float().mean().item()
    model.train(was_training)
    return loss, accuracy


@misconception(
    "You compare the largest logit itself with the label. You want its position; `max` along a dimension "
    "returns both, values first."
)
def largest_logit_as_label(model, loader, criterion, device="cpu"):
    was_training = model.training
    model.eval()
    total, correct, n = 0.0, 0, len(loader.dataset)
    with torch.no_grad():
        for x, y in loader:
            logits, y = model(x.to(device)), y.to(device)
            total += criterion(logits, y).item() * len(y)
            correct += (logits.max(dim=1).values == y).sum().item()
    model.train(was_training)
    return total / n, correct / n


@misconception(
    "You take the position of one maximum over the whole batch. Each sample needs its own: say along which "
    "dimension."
)
def largest_logit_of_the_batch(model, loader, criterion, device="cpu"):
    was_training = model.training
    model.eval()
    total, correct, n = 0.0, 0, len(loader.dataset)
    with torch.no_grad():
        for x, y in loader:
            logits, y = model(x.to(device)), y.to(device)
            total += criterion(logits, y).item() * len(y)
            correct += (logits.argmax() == y).sum().item()
    model.train(was_training)
    return total / n, correct / n


@misconception("You take the class with the smallest logit. The prediction is the class with the largest.")
def smallest_logit_wins(model, loader, criterion, device="cpu"):
    was_training = model.training
    model.eval()
    total, correct, n = 0.0, 0, len(loader.dataset)
    with torch.no_grad():
        for x, y in loader:
            logits, y = model(x.to(device)), y.to(device)
            total += criterion(logits, y).item() * len(y)
            correct += (logits.argmin(dim=1) == y).sum().item()
    model.train(was_training)
    return total / n, correct / n


@misconception(
    "You put a softmax on the outputs before the criterion. Cross entropy takes logits and does the softmax "
    "itself; hand it what the network gives."
)
def softmax_before_criterion(model, loader, criterion, device="cpu"):
    was_training = model.training
    model.eval()
    total, correct, n = 0.0, 0, len(loader.dataset)
    with torch.no_grad():
        for x, y in loader:
            logits, y = model(x.to(device)), y.to(device)
            total += criterion(F.softmax(logits, dim=1), y).item() * len(y)
            correct += (logits.argmax(dim=1) == y).sum().item()
    model.train(was_training)
    return total / n, correct / n


@misconception(
    "You compute a loss of your own choice and never call `criterion`. Use the one that you were given."
)
def criterion_ignored(model, loader, criterion, device="cpu"):
    was_training = model.training
    model.eval()
    total, correct, n = 0.0, 0, len(loader.dataset)
    with torch.no_grad():
        for x, y in loader:
            logits, y = model(x.to(device)), y.to(device)
            total += F.cross_entropy(logits, y).item() * len(y)
            correct += (logits.argmax(dim=1) == y).sum().item()
    model.train(was_training)
    return total / n, correct / n
