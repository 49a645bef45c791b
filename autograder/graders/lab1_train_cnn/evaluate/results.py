"""Misconceptions of `evaluate` about the two numbers that it returns."""

# CANARY-5b0c2f6e-hidden-grader

from __future__ import annotations

from autograder.graders.lab1_train_cnn.evaluate.written import instead

accuracy_in_percent = instead(
    "You return the accuracy in percent. A fraction between 0 and 1 is asked.",
    {"correct /": "100.0 * correct /"},
)
correct_count_returned = instead(
    "You return how many answers are right. Divide by the number of samples to get a fraction.",
    {"correct / n": "correct"},
)
accuracy_divided_by_batches = instead(
    "You divide the number of right answers by the number of batches. Divide by the number of samples.",
    {"correct / n": "correct / len(loader)"},
)
accuracy_cut_to_whole_number = instead(
    "Your accuracy is 0 unless everything is right: `//`, `int` and `all` leave no fraction. Divide right answers by samples, with `/`.",
    {"correct /": "correct //"},
)
accuracy_rounded = instead(
    "You round the accuracy before you return it. Return it as it is, and round only when you print.",
    {"correct / n": "round(correct / n, 2)"},
)
error_rate_returned = instead(
    "You return the share of wrong answers. Accuracy is the share of right ones.",
    {"correct /": "1 - correct /"},
)
results_swapped = instead(
    "You return accuracy first and loss second. It is the other way round; look at the line of your `return`.",
    {"total / n, correct": "correct / n, total"},
)
loss_only_returned = instead(
    "You return one number. Return two: mean loss and accuracy.",
    {
        "correct, n = 0.0, 0": "n = 0.0",
        "correct += (logits.argmax(dim=1) == y).sum().item()": "",
        ", correct / n": "",
    },
)
accuracy_as_text = instead(
    "Your accuracy is a piece of text, made for printing. Return the number, a fraction between 0 and 1, and format it where you print it.",
    {"correct / n": 'f"{100 * correct / n:.1f}%"'},
)
only_perfect_batches_counted = instead(
    "You count batches in which every prediction is right: `all` gives one yes or no for a batch. Count the right predictions: `.sum().item()`.",
    {"(logits.argmax(dim=1) == y).sum().item()": "bool((logits.argmax(dim=1) == y).all())"},
)
batches_with_a_hit_counted = instead(
    "You count batches in which any prediction is right: `any` gives one yes or no for a batch. Count the right predictions: `.sum().item()`.",
    {"(logits.argmax(dim=1) == y).sum().item()": "bool((logits.argmax(dim=1) == y).any())"},
)
accuracy_over_whole_batches = instead(
    "You divide the hits by the number of batches times the batch size, as if the last batch were full. Divide by the samples that really came.",
    {"correct / n": "correct / (len(loader) * loader.batch_size)"},
)
best_two_count_as_right = instead(
    "You count a prediction as right when the label is among the best two. Accuracy asks for the best one: `argmax(dim=1)`.",
    {"argmax(dim=1) == y": "topk(2, dim=1).indices == y[:, None]"},
)
accuracy_of_the_last_batch = instead(
    "Your accuracy is that of the last batch alone: each batch overwrites the one before. Count the right answers of all.",
    {
        "+= (logits.argmax(dim=1) == y).sum": "= (logits.argmax(dim=1) == y).float().mean",
        "correct / n": "correct",
    },
)
right_answers_of_the_last_batch = instead(
    "Each batch overwrites the count of right answers in your loop, so only those of the last batch are left: add to it with `+=`.",
    {"correct +": "correct "},
)
batch_accuracies_divided_by_samples = instead(
    "You add up the batches' accuracies, each a share already, and divide by the number of samples. Add up right answers instead.",
    {"sum": "float().mean"},
)
batch_means_divided_by_samples = instead(
    "You add up means over batches, of loss and accuracy, and divide by the number of samples. Weight each batch's loss by its size, and count right answers.",
    {"() * len(y)": "()", "sum": "float().mean"},
)
