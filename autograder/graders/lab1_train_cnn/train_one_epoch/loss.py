"""Misconceptions of `train_one_epoch` about the loss that it returns."""

# CANARY-5b0c2f6e-hidden-grader

from __future__ import annotations

from autograder.graders.lab1_train_cnn.train_one_epoch.written import instead

loss_measured_after_the_step = instead(
    "You run the network again after the step and report that loss. Report the loss that you trained on; one forward pass a batch is enough.",
    {"total +": "loss = criterion(model(x.to(device)), y.to(device))\n        total +"},
)
loss_averaged_over_batches = instead(
    "You average over batches, so the samples of a smaller last batch weigh more than the others. Weight each batch’s loss by its size, and divide by the number of samples.",
    {"() * len(y)": "()", ".dataset": ""},
)
loss_summed_over_batches = instead(
    "You return the sum of the batch losses. Weight each by its batch size, and divide by the number of samples.",
    {"() * len(y)": "()", "total / len(loader.dataset)": "total"},
)
loss_not_divided = instead(
    "You return the sum over all samples. Divide it by their number to get a mean.",
    {"total / len(loader.dataset)": "total"},
)
batch_losses_divided_by_samples = instead(
    "You add up means over batches and divide by the number of samples, so the batch size is divided out twice. Weight each batch’s loss by its size before you add it.",
    {"() * len(y)": "()"},
)
sample_losses_divided_by_batches = instead(
    "You weight the losses by batch size but divide by the number of batches. The sum is over samples; divide by their number.",
    {".dataset": ""},
)
full_batches_assumed = instead(
    "You count every batch as a full one, but the last may be smaller. Divide by the samples that really came.",
    {"len(loader.dataset)": "(len(loader) * loader.batch_size)"},
)
last_batch_loss_returned = instead(
    "You return the loss of the last batch. Collect all of them, and return the mean per sample.",
    {"total = 0.0": "", "total += loss.item() * len(y)": "", "total / len(loader.dataset)": "loss.item()"},
)
sum_overwritten = instead(
    "Each batch overwrites your sum instead of adding to it, so only the last one is left. Add to it.",
    {"+= loss": "= loss"},
)
loss_with_its_graph = instead(
    "You return a tensor that still hangs on its graph, and so holds every batch’s graph in memory. Take the plain number out of each loss before you add it up.",
    {".item()": ""},
)
batch_losses_returned_as_list = instead(
    "You return the list of batch losses. Make one number of it: the mean per sample.",
    {
        "total = 0.0": "losses = []",
        "total += loss.item() * len(y)": "losses.append(loss.item())",
        "total / len(loader.dataset)": "losses",
    },
)
nothing_returned = instead(
    "Your function trains but returns nothing. Return the mean loss per sample.",
    {"total = 0.0": "", "total += loss.item() * len(y)": "", "total / len(loader.dataset)": "None"},
    about="test_epoch_returns_a_number test_epoch_returns_the_mean_over_samples",
)
accuracy_returned = instead(
    "You return the share of right answers. Return the mean loss per sample.",
    {
        "total = 0.": "correct = ",
        "loss = criterion(model(x.to(device))": "logits = model(x.to(device))\n        loss = criterion(logits",
        "total += loss.item() * len(y)": "correct += (logits.argmax(dim=1) == y.to(device)).sum().item()",
        "total /": "correct /",
    },
)
accuracy_returned_as_well = instead(
    "You return the loss and more. One number is asked, the mean loss per sample; the accuracy is the business of `evaluate`.",
    {
        "total = 0.0": "total, correct, n = 0.0, 0, len(loader.dataset)",
        "loss = criterion(model(x.to(device)), y.to(device))": "outputs, y = model(x.to(device)), y.to(device)",
        "loss.backward": "loss = criterion(outputs, y)\n        loss.backward",
        "return total / len(loader.dataset)": "    correct += (outputs.argmax(dim=1) == y).sum().item()\n    return total / n, correct / n",
    },
)
loss_cut_to_whole_number = instead(
    "You cut the mean loss down to a whole number: `//` and `int` do that. Divide with `/` and return the result as it is.",
    {"/ len": "// len"},
)
