"""Reference and misconceptions of `train_with_log`: an epoch of training that reports every some batches."""

# CANARY-5b0c2f6e-hidden-grader

from autograder.graders.kit import instruments, training_mistakes
from autograder.graders.kit.changes import changes_of
from autograder.graders.lab2_learning.train_with_log.reports import judge, judge_form
from autograder.grading.compare import difference
from autograder.pages.language import message

LEAST_MISCONCEPTIONS = 15


# As a student writes it: misconceptions change a place in it.
def train_with_log(model, loader, loss_fn, optimizer, epoch, log_interval=100, device="cpu"):
    model.train()
    reports, seen = [], 0
    for i, (x, y) in enumerate(loader):
        optimizer.zero_grad()
        loss = loss_fn(model(x.to(device)), y.to(device))
        loss.backward()
        optimizer.step()
        if i % log_interval == 0:
            share = 100 * seen / len(loader.dataset)
            print(f"epoch {epoch}, {seen} images ({share:.1f} %), loss {loss.item():.4f}")
            reports.append((seen, loss.item()))
        seen += len(x)
    return reports


reference = train_with_log
instead = changes_of(train_with_log)


def trace_clue(seen, expected):
    """Say what is wrong in the order of things; else in the reports, or in what is printed."""
    if said := instruments.trace_clue(seen, expected, training=True):
        return said
    mine, theirs = seen["result"], expected["result"]
    weights = [each["nets"]["model"]["state"] for each in (seen, expected)]
    if _images(mine) == _images(theirs) and difference(*weights) is not None:
        return "Passes and steps come in the right order, but the weights are not those of the rule: are the gradients cleared for every batch, and is nothing done to them before the step? Is the loss plain `loss_fn(model(x), y)`?"
    if judge_form(seen, expected):
        return "Return a list with a pair for each report: the images seen before the batch, and its loss as a plain number, `loss.item()`."
    if judge(seen, expected) is None:
        return "Print one line for each report, on standard output: the epoch, the images seen so far, their share of all, and the loss of this batch."
    if len(mine) != len(theirs):
        return "Report where the number of the batch, counted from 0, divides by `log_interval` without a rest: `if i % log_interval == 0`. The first batch is one of them."
    if any(a[0] != b[0] for a, b in zip(mine, theirs, strict=True)):
        return "The first of each pair counts the images of all batches before this one. Begin at 0, and add `len(x)` at the end of each round: the last batch may be smaller."
    loss = message("loss")
    said = [instruments.rounding_clue(a[1], b[1], loss) for a, b in zip(mine, theirs, strict=True)]
    return (
        next(filter(None, said), "")
        or "The second of each pair is the loss of that batch alone, as it was trained on: `loss.item()`, not a mean, and no second forward pass."
    )


def _images(reports):
    """Return the first of each pair, of several calls' too."""
    if not isinstance(reports, (list, tuple)):
        return reports
    pair = len(reports) == 2 and not isinstance(reports[0], (list, tuple))
    return reports[0] if pair else [_images(each) for each in reports]


images_with_this_batch = instead(
    "You count this batch’s images too. The number is that of the images seen before the batch, so the first report says 0: add `len(x)` after the report.",
    {"seen += len(x)": "", "        if i %": "        seen += len(x)\n        if i %"},
)
images_by_the_size_of_this_batch = instead(
    "You multiply the number of the batch by the size of this one. The last batch may be smaller, and then the product is wrong: add sizes up as they come.",
    {"        if i %": "        seen = i * len(x)\n        if i %", "seen += len(x)": ""},
)
batches_for_images = instead(
    "You report how many batches came. Report how many images: add `len(x)` for each batch.",
    {"seen += len(x)": "seen += 1"},
)
images_since_the_last_report = instead(
    "You begin to count anew after each report. Count the images of all batches before this one.",
    {"loss.item()))\n": "loss.item()))\n            seen = 0\n"},
)
first_batch_not_reported = instead(
    "You report after every `log_interval` batches. Batches are counted from 0, and the first is reported: `i % log_interval == 0`.",
    {"i % log_interval": "(i + 1) % log_interval"},
)
batch_zero_left_out = instead(
    "You leave batch 0 out. It is the first to be reported: the loss before anything was learned.",
    {"if i %": "if i > 0 and i %"},
)
every_batch_reported = instead(
    "You report every batch. Report only those whose number divides by `log_interval`.",
    {"i % log_interval == 0": "True"},
)
all_but_those = instead(
    "You report all batches but those that are asked for: the condition is turned round. `i % log_interval == 0` is true for batches 0, log_interval, …",
    {"log_interval == 0": "log_interval != 0"},
)
ten_reports = instead(
    "You take `log_interval` for the number of reports. It is the number of batches from one report to the next.",
    {"i % log_interval": "i % max(1, len(loader) // log_interval)"},
)
interval_fixed = instead(
    "You report every 100 batches whatever `log_interval` is given. Use the argument.",
    {"% log_interval": "% 100"},
)
interval_of_another_default = instead(
    "Your default of `log_interval` is not the one that is asked: 100.",
    {"log_interval=100": "log_interval=10"},
)
loss_with_its_graph = instead(
    "Your reports hold tensors with the graph of their whole batch. Take the plain number out: `loss.item()`.",
    {"(seen, loss.item())": "(seen, loss)"},
)
mean_loss_so_far = instead(
    "You report the mean of all losses so far. Report the loss of this batch alone.",
    {"reports, seen": "total, reports, seen", "= [], 0": "= 0.0, [], 0", "        if i %": "        total += loss.item()\n        if i %",
     "(seen, loss.item())": "(seen, total / (i + 1))", "{loss.item():.4f}": "{total / (i + 1):.4f}"},
)  # fmt: skip
loss_after_the_step = instead(
    "You run the network again after the step and report that loss. Report the loss that you trained on.",
    {"        if i %": "        loss = loss_fn(model(x.to(device)), y.to(device))\n        if i %"},
)
loss_times_batch_size = instead(
    "You report the loss times the size of the batch. The loss is already the batch’s mean: report it as it is.",
    {"(seen, loss.item())": "(seen, loss.item() * len(x))"},
)
loss_first = instead(
    "Your pairs are in the wrong order: first the images, then the loss.",
    {"(seen, loss.item())": "(loss.item(), seen)"},
)
losses_alone = instead(
    "You return losses alone. Each report is a pair: images seen before the batch, and the loss.",
    {"(seen, loss.item())": "loss.item()"},
)
last_report_alone = instead(
    "You return the last report alone. Collect all of them in a list.",
    {"return reports": "return reports[-1]"},
)
mean_loss_returned = instead(
    "You return one number, as in lab 1. Here the list of reports is asked.",
    {"return reports": "return sum(each for _, each in reports) / len(reports)"},
)
nothing_returned = instead(
    "You print the reports and return nothing. Return the list as well.", {"return reports": ""}
)
returns_at_the_first_report = instead(
    "Your function returns inside the loop, so only the first batch is trained on. Move the `return` out, to the indentation of the `for`.",
    {"        seen += len(x)\n    return": "            return"},
)
nothing_printed = instead(
    "You return the reports and print nothing. Print a line for each as well.",
    {'            print(f"epoch {epoch}, {seen} images ({share:.1f} %), loss {loss.item():.4f}")\n': ""},
)
printed_once = instead(
    "You print one line at the end. Print one for each report, while the training runs.",
    {'            print(f"': '            line = (f"', "    return": "    print(line)\n    return"},
)
printed_for_every_batch = instead(
    "You print a line for every batch, and a long training drowns in them. Print where you report: inside the `if`.",
    {"        if i %": "        share = 100 * seen / len(loader.dataset)\n        print(f\"epoch {epoch}, {seen} images ({share:.1f} %), loss {loss.item():.4f}\")\n        if i %",
     "            share = 100 * seen / len(loader.dataset)\n            print(f\"epoch {epoch}, {seen} images ({share:.1f} %), loss {loss.item():.4f}\")\n": ""},
)  # fmt: skip
share_not_printed = instead(
    "Your line names no share, or not the right one. Print images seen over all images, or batches over all batches, in per cent or as a fraction.",
    {" ({share:.1f} %)": ""},
)
epoch_not_printed = instead(
    "Your line does not name the epoch that is given as `epoch`.", {"epoch {epoch}, ": ""}
)
globals().update(training_mistakes.common(instead))
step_where_it_reports = instead(
    "You step only where you report. Every batch makes its step; the `if` is for the report alone.",
    {"        optimizer.step()\n": "", "    share =": "    optimizer.step()\n            share ="},
)
loss_of_its_own = instead(
    "Your loss is cross entropy, whatever `loss_fn` is: it is never called, or gets something else than what the model gives, as its log-softmax. Call `loss_fn(model(x), y)`.",
    {"= loss_fn": "= F.cross_entropy"},
)
optimizer_of_its_own = instead(
    "The optimizer that you were given does not step: you make one of your own inside. Use the argument.",
    {"for i": "optimizer = torch.optim.SGD(model.parameters(), lr=0.01)\n    for i"},
)
loss_fn_and_optimizer_swapped = instead(
    "Your parameter list has loss and optimizer in each other's places. Keep the stub's order.",
    {"loss_fn, optimizer": "optimizer, loss_fn"},
)
