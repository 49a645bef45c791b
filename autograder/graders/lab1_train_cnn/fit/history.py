"""Misconceptions of `fit` about the history that it returns: its keys, its lists."""

# CANARY-5b0c2f6e-hidden-grader

from __future__ import annotations

from autograder.graders.lab1_train_cnn.fit.written import instead

only_last_epoch_kept = instead(
    "Your lists hold the last epoch alone. Make them once, before the loop, and append to them inside it, once an epoch.",
    {
        'history = {"train_loss": [], "val_loss": [], "val_accuracy": []}': "",
        "model.train": 'history = {"train_loss": [], "val_loss": [], "val_accuracy": []}\n        model.train',
    },
    about="test_fit_returns_a_history test_fit_validates_after_each_epoch",
)
lists_replaced_by_numbers = instead(
    "Your history holds one number for each key, overwritten in every epoch. Append to lists instead.",
    {
        ".append(train_loss)": " = train_loss",
        ".append(val_loss)": " = val_loss",
        ".append(correct / n)": " = correct / n",
    },
    about="test_fit_returns_a_history test_fit_validates_after_each_epoch",
)
accuracy_key_misnamed = instead(
    "Your history has no key `val_accuracy`. Name the keys exactly `train_loss`, `val_loss` and `val_accuracy`.",
    {'"val_accuracy":': '"val_acc":', '["val_accuracy"]': '["val_acc"]'},
)
tuple_of_lists_returned = instead(
    "You return the lists side by side. Return one dictionary with the keys `train_loss`, `val_loss` and `val_accuracy`.",
    {"return history": "return tuple(history.values())"},
)
model_returned = instead(
    "You return the network. It is trained in place, so return the history.",
    {"return history": "return model"},
    about="test_fit_returns_a_history test_fit_validates_after_each_epoch",
)
nothing_returned = instead(
    "Your function trains but returns nothing. Return the dict with the three lists.",
    {"return history": ""},
    about="test_fit_returns_a_history test_fit_validates_after_each_epoch",
)
one_list_for_all = instead(
    "One list stands behind all three keys (`dict.fromkeys` and `= []` in a chain do that), and takes all numbers. Make a list for each key.",
    {
        '{"train_loss": [], "val_loss": [], "val_accuracy": []}': 'dict.fromkeys(["train_loss", "val_loss", "val_accuracy"], [])  # noqa: RUF024',
    },
)
both_results_in_one_list = instead(
    "You append both results of `evaluate` to one list. It returns two numbers, loss and accuracy: unpack them, and append each to its own list.",
    {"(val_loss)": "((val_loss, correct / n))"},
)
list_replaced_by_append = instead(
    "You write `losses = losses.append(…)`, and `append` returns None: the list is lost. Write `losses.append(…)` alone.",
    {'["train_loss"]': '["train_loss"] = history["train_loss"]'},
)
