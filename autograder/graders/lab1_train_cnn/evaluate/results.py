"""Misconceptions of `evaluate` about the two numbers that it returns."""

# CANARY-5b0c2f6e-hidden-grader

from __future__ import annotations

import torch

from autograder.grading.misconceptions import misconception


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


@misconception(
    "Your accuracy is 0 unless everything is right: `//`, `int` and `all` leave no fraction. Divide right answers by samples, with `/`."
)
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


@misconception(
    "Your accuracy is a piece of text, made for printing. Return the number, a fraction between 0 and 1, and format "
    "it where you print it."
)
def accuracy_as_text(model, loader, criterion, device="cpu"):
    was_training = model.training
    model.eval()
    total, correct, n = 0.0, 0, len(loader.dataset)
    with torch.no_grad():
        for x, y in loader:
            logits, y = model(x.to(device)), y.to(device)
            total += criterion(logits, y).item() * len(y)
            correct += (logits.argmax(dim=1) == y).sum().item()
    model.train(was_training)
    return total / n, f"{100 * correct / n:.1f}%"


@misconception(
    "You count batches in which every prediction is right: `all` gives one yes or no for a batch. Count the right "
    "predictions: `.sum().item()`."
)
def only_perfect_batches_counted(model, loader, criterion, device="cpu"):
    was_training = model.training
    model.eval()
    total, correct, n = 0.0, 0, len(loader.dataset)
    with torch.no_grad():
        for x, y in loader:
            logits, y = model(x.to(device)), y.to(device)
            total += criterion(logits, y).item() * len(y)
            correct += bool((logits.argmax(dim=1) == y).all())
    model.train(was_training)
    return total / n, correct / n


@misconception(
    "You count batches in which any prediction is right: `any` gives one yes or no for a batch. Count the right "
    "predictions: `.sum().item()`."
)
def batches_with_a_hit_counted(model, loader, criterion, device="cpu"):
    was_training = model.training
    model.eval()
    total, correct, n = 0.0, 0, len(loader.dataset)
    with torch.no_grad():
        for x, y in loader:
            logits, y = model(x.to(device)), y.to(device)
            total += criterion(logits, y).item() * len(y)
            correct += bool((logits.argmax(dim=1) == y).any())
    model.train(was_training)
    return total / n, correct / n


@misconception(
    "You divide the hits by the number of batches times the batch size, as if the last batch were full. Divide by the "
    "samples that really came."
)
def accuracy_over_whole_batches(model, loader, criterion, device="cpu"):
    was_training = model.training
    model.eval()
    total, correct, n = 0.0, 0, len(loader.dataset)
    with torch.no_grad():
        for x, y in loader:
            logits, y = model(x.to(device)), y.to(device)
            total += criterion(logits, y).item() * len(y)
            correct += (logits.argmax(dim=1) == y).sum().item()
    model.train(was_training)
    return total / n, correct / (len(loader) * loader.batch_size)


@misconception(
    "You count a prediction as right when the label is among the best two. Accuracy asks for the best one: "
    "`argmax(dim=1)`."
)
def best_two_count_as_right(model, loader, criterion, device="cpu"):
    was_training = model.training
    model.eval()
    total, correct, n = 0.0, 0, len(loader.dataset)
    with torch.no_grad():
        for x, y in loader:
            logits, y = model(x.to(device)), y.to(device)
            total += criterion(logits, y).item() * len(y)
            correct += (logits.topk(2, dim=1).indices == y[:, None]).sum().item()
    model.train(was_training)
    return total / n, correct / n


@misconception(
    "Your accuracy is that of the last batch alone: each batch overwrites the one before. Count the right answers of all."
)
def accuracy_of_the_last_batch(model, loader, criterion, device="cpu"):
    was_training = model.training
    model.eval()
    total, correct, n = 0.0, 0, len(loader.dataset)
    with torch.no_grad():
        for x, y in loader:
            logits, y = model(x.to(device)), y.to(device)
            total += criterion(logits, y).item() * len(y)
            correct = (logits.argmax(dim=1) == y).float().mean().item()
    model.train(was_training)
    return total / n, correct


@misconception(
    "Each batch overwrites the count of right answers in your loop, so only those of the last batch are left: add to it with `+=`."
)
def right_answers_of_the_last_batch(model, loader, criterion, device="cpu"):
    was_training = model.training
    model.eval()
    total, correct, n = 0.0, 0, len(loader.dataset)
    with torch.no_grad():
        for x, y in loader:
            logits, y = model(x.to(device)), y.to(device)
            total += criterion(logits, y).item() * len(y)
            correct = (logits.argmax(dim=1) == y).sum().item()
    model.train(was_training)
    return total / n, correct / n


@misconception(
    "You add up the batches' accuracies, each a share already, and divide by the number of samples. Add up right answers "
    "instead."
)
def batch_accuracies_divided_by_samples(model, loader, criterion, device="cpu"):
    was_training = model.training
    model.eval()
    total, correct, n = 0.0, 0, len(loader.dataset)
    with torch.no_grad():
        for x, y in loader:
            logits, y = model(x.to(device)), y.to(device)
            total += criterion(logits, y).item() * len(y)
            correct += (logits.argmax(dim=1) == y).float().mean().item()
    model.train(was_training)
    return total / n, correct / n


@misconception(
    "You add up means over batches, of loss and accuracy, and divide by the number of samples. Weight each batch's loss by its "
    "size, and count right answers."
)
def batch_means_divided_by_samples(model, loader, criterion, device="cpu"):
    was_training = model.training
    model.eval()
    total, correct, n = 0.0, 0, len(loader.dataset)
    with torch.no_grad():
        for x, y in loader:
            logits, y = model(x.to(device)), y.to(device)
            total += criterion(logits, y).item()
            correct += (logits.argmax(dim=1) == y).float().mean().item()
    model.train(was_training)
    return total / n, correct / n
