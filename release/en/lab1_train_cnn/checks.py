"""The public checks of this lab: `check(item)`, `hint(item)`, `progress()` and `ready(name)` in a notebook, `python checks.py` in a shell.

Each check tries your code on small examples with stored answers. It is there to help: a passed check is no grade, because hidden
tests remain. This file needs nothing but PyTorch. You may read it; there are no solutions in it.
"""

import ast
import contextlib
import dis
import gzip
import html
import inspect
import io
import json
import linecache
import math
import os
import re
import socket
import struct
import sys
import textwrap
import traceback
import unicodedata
import warnings
import zlib
from pathlib import Path

import torch
from torch import nn
from torch.nn import functional
from torch.overrides import TorchFunctionMode
from torch.utils.data import DataLoader, TensorDataset

# notebook: {item: points}; the build writes this table from the course's configuration
NOTEBOOKS = {
    "01_cnn_layers": {
        "conv_output_size": 2,
        "conv2d": 6,
        "max_pool2d": 4,
        "relu": 2,
        "CNN": 8,
        "count_parameters": 2,
    },
    "02_training_loop": {
        "make_loaders": 6,
        "train_one_epoch": 10,
        "evaluate": 8,
        "fit": 6,
        "trained_accuracy": 6,
    },
    "03_softmax_metrics": {
        "softmax": 5,
        "log_softmax": 4,
        "cross_entropy": 5,
        "predict": 4,
        "accuracy": 2,
        "confusion_matrix": 4,
        "precision_recall_f1": 6,
        "roc_curve": 6,
        "auc": 4,
    },
}
# What a person grades, and its points: the build writes this, too.
BY_HAND = {}
# The items that are to be written from scratch, and the library calls that would do their whole job: the build writes this, too.
FROM_SCRATCH = {
    "items": ['conv2d', 'max_pool2d', 'relu', 'softmax', 'log_softmax', 'cross_entropy', 'accuracy', 'confusion_matrix', 'precision_recall_f1', 'roc_curve', 'auc'],
    "operators": 'conv(?!ert)|max_pool|softmax|nll_loss|cross_entropy|trapezoid|trapz|attention|(^|(?<!leaky)_)relu_?$',
    "functions": '_?(convolve\\w*|correlate\\w*|relu_?|(log_)?softmax\\w*|nll_loss\\w*|cross_entropy\\w*|trapz|(cumulative_)?trapezoid)',
    "packages": ['sklearn', 'torchmetrics', 'scipy.signal', 'scipy.ndimage', 'scipy.integrate', 'torch.distributions'],
}
# Errors, patterns of their messages and what to try: the build writes the grader's own table here.
EXPLANATIONS = (
    ('RuntimeError', 'Boolean value of Tensor', "Python's own `{name}` compares single numbers, not tensors. For each element by itself there are `torch.clamp` and `torch.maximum`; for the largest of a tensor, its own `x.max()` or `x.amax(dim=…)`.", '(?<![\\w.])(?P<name>max|min)\\('),
    ('TypeError|AttributeError', "'?NoneType'?", '`bias` is None where none is given, and this line uses it all the same. Add it only `if bias is not None`.', '^(?!.*\\bbias is\\b).*(\\bbias(\\[|\\.)|[-+*]=?\\s*bias\\b|\\bbias\\s*[-+*]|\\b(float|len|int)\\(bias\\))'),
    ('ZeroDivisionError', '', "`stride` is 0 in this line, and nobody asks for that: do the parameters stand in the task's order, `stride` before `padding`?", '(//|/|%)\\s*stride\\b'),
    ('IndexError', 'out of bounds for dimension 0', '`[{name}]` alone picks whole rows, and there are only as many as images. Of each row you want one entry: `[torch.arange(len({name})), {name}]`, or `gather`.', '\\[(?P<name>targets|labels|target|y)\\]'),
    ('SyntaxError', "expected ':'", 'A line that begins with `def`, `class`, `if`, `for`, `while` or `with` ends in a colon.'),
    ('SyntaxError', 'was never closed|unmatched|does not match', 'A bracket is opened and not closed, or the other way round.'),
    ('SyntaxError', "Maybe you meant '=='", 'A comparison has two equals signs: `==`.'),
    ('SyntaxError', '', 'Python cannot read that line; often the mistake is at the end of the line before it.'),
    ('IndentationError|TabError', '', 'Lines of one block begin at the same column: four spaces for each level, no tabs.'),
    ('NotImplementedError', '^$', 'The line `raise NotImplementedError()` is still in the code that runs. Delete it.'),
    ('NotImplementedError', 'missing the required \\"forward\\"', 'Your class has no `forward`: check its spelling, and that it is indented as a method.'),
    ('NotImplementedError', "(log_softmax|nll).*not implemented for '(Long|Int|Bool)'", 'The loss got whole numbers for scores: are its arguments swapped? Outputs first, then targets.'),
    ('NotImplementedError', "not implemented for '(Long|Int|Bool)'", 'This works on floating point only and got whole numbers: convert with `.float()`.'),
    ('RuntimeError|NotImplementedError', 'could not infer output dtype|Input dtype must be either a floating point', 'A mean of whole numbers or of True and False is asked for. Make them floating point first: `.float().mean()`.'),
    ('NameError', "name '(?P<name>xrange|raw_input|unicode|reduce)' is not defined", '`{name}` is of Python 2. In Python 3, `range` counts, `input` asks, `str` is text, and a sum needs no `reduce`.'),
    ('NameError', "name '(?P<name>\\w+)' is not defined", '`{name}` is not known here. Define it in this notebook, in a cell of its own above, or mend its spelling; run Kernel > Restart and Run All to see what the grader sees.'),
    ('UnboundLocalError', "variable '(?P<name>\\w+)'", '`{name}` is used before it gets a value on this path through the function.'),
    ('ModuleNotFoundError', "No module named '(?P<name>[\\w.]+)'", 'The package `{name}` is not installed where notebooks are graded. Do without it: torch, NumPy and matplotlib are there.'),
    ('TypeError', 'takes (?P<n>\\d+) positional argument', "The function takes other arguments than the task asks for. Keep the stub's signature, defaults included."),
    ('TypeError', 'missing \\d+ required positional argument', "A call leaves out an argument that the function needs, or passes them in another order. Compare the call with the signature, and keep the stub's order and defaults."),
    ('TypeError', "unexpected keyword argument '(?P<name>\\w+)'", "The argument `{name}` is not in your signature. Keep the stub's names."),
    ('TypeError', "unsupported operand type\\(s\\) for (?P<a>//|/|\\+|-|\\*|%): .*'NoneType'", 'One side of `{a}` is None. Is an argument None by default, or does a function that you call lack its `return`? Handle that case first.'),
    ('TypeError', "unsupported operand type.*'(builtin_function_or_method|method)'", 'The `()` behind a name is missing, as in `p.numel()`.'),
    ('TypeError', "(?P<a>floor|ceil|round|exp|log|sqrt)\\(\\): argument 'input'.* must be Tensor, not (float|int)", '`torch.{a}` takes a tensor, and this is a plain number: use `math.{a}`, or `//` to divide and round down.'),
    ('AttributeError', "'(float|int)' object has no attribute 'backward'", 'The loss is a plain number by then. Call `backward()` on the tensor, and `.item()` after it.'),
    ('RuntimeError', 'Expected 3D \\(unbatched\\) or 4D \\(batched\\) input to conv2d', 'A convolution gets what is no batch of images. Hand the images on as they come, (N, 1, 28, 28): not flattened, and with no axis added or taken.'),
    ('TypeError', "'(builtin_function_or_method|method|function|type)' object (is not iterable|is not subscriptable|does not support the context manager)", 'The `()` behind a name is missing, as in `model.parameters()` or `torch.no_grad()`.'),
    ('AttributeError', "'(builtin_function_or_method|method|function|type)' object has no attribute '__enter__'|__enter__", 'The `()` behind a name is missing, as in `with torch.no_grad():`.'),
    ('TypeError', "(?P<a>maximum|minimum|max|min)\\(\\): argument '(other|input)'.* must be Tensor, not (int|float)", '`torch.{a}` compares two tensors, and one side is a plain number. Use `x.clamp(min=…)`, or make a tensor of it: `torch.zeros_like(x)`.'),
    ('AttributeError|TypeError', "torch\\.return_types|'(max|min)' object", '`max(dim=…)` returns two things, values and places. Take `.values`, or use `amax`.'),
    ('TypeError', 'must be Tensor, not (?P<a>ReLU|MaxPool2d|Conv2d|Linear|Softmax|Flatten|Dropout)|got \\((?P<b>ReLU|MaxPool2d|Conv2d|Linear)', 'A layer such as `nn.ReLU(x)` is *made* by its first call, not applied. Make it in `__init__` and call it in `forward`, or use the function (`F.relu`, `F.max_pool2d`).'),
    ('TypeError', "'NoneType' object", 'Something is None here. Does a function that you call lack its `return`, or is an argument None by default?'),
    ('TypeError', 'cannot unpack non-iterable (?P<a>\\S+)', 'A {a} is unpacked into several names: the function on the right gives back one thing (or lacks its `return`).'),
    ('TypeError', "iteration over a 0-d tensor|'(int|float)' object is not iterable", 'You loop over a single value. Loop over `range(...)` or over a sequence.'),
    ('TypeError', 'only integer tensors|cannot be interpreted as an integer|must be tuple of ints', 'A size or index has to be a whole number: use `//`, or `int(...)`.'),
    ('TypeError', 'unsupported operand', 'Two things of different kinds are combined. Print `type(...)` of both.'),
    ('TypeError', 'not callable', "You call something that is no function. Was its name used for a variable, or are two arguments in another order than the task's?"),
    ('AttributeError', "'NoneType' object has no attribute '(?P<name>\\w+)'", 'Something is None before `.{name}`. An argument that is None by default needs its own case (`if bias is not None`); a method such as `append` returns None, so do not assign what it gives; and a function may lack its `return`.'),
    ('AttributeError', "'(int|float|list|tuple)' object has no attribute 'to'", 'That is no tensor, so it has no `.to`. With `enumerate`, the loop gives a number and the batch: `for i, (x, y) in enumerate(loader)`.'),
    ('AttributeError', "cannot assign (module|parameter)s? before Module|has no attribute '_(backward_hooks|modules|parameters|buffers|forward_hooks)'", 'Call `super().__init__()` first in your `__init__`, with its brackets: it makes the class a module.'),
    ('AttributeError', "'bool' object has no attribute '(?P<name>\\w+)'", 'The comparison before `.{name}` gave one single True or False, so one of its sides is no tensor. `max(dim=…)` gives a pair: take its `.indices`, or use `argmax`.'),
    ('AttributeError', "'CNN' object has no attribute '(?P<name>\\w+)'", '`self.{name}` was never set. Is it set in `__init__`, with `self.` in front, and has `__init__` two underscores on each side?'),
    ('AttributeError', "module 'numpy' has no attribute 'trapz'", '`np.trapz` is not there, and it would not count: the area is to be computed from scratch, trapezoid by trapezoid.'),
    ('AttributeError', "has no attribute '(?P<name>\\w+)'", 'There is no `.{name}` on this object. Print `type(...)` of it and look the name up.'),
    ('RuntimeError', 'mat1 and mat2 shapes cannot be multiplied \\(1x(?P<a>\\d+) and (?P<b>\\d+)x', 'The linear layer got one single row, of {a} values, and takes rows of {b}. If several images went in, the batch is flattened with them: keep its axis, `x.flatten(1)`. If it was one image, count the features just before the layer.'),
    ('RuntimeError', 'mat1 and mat2 shapes cannot be multiplied \\((?P<a>\\S+) and (?P<b>\\S+)\\)', 'The linear layer got {a} and its weights are {b}: the inner sizes must agree. Print the shape just before the layer and count the features.'),
    ('RuntimeError', 'size for first two dimensions of batch2|batch1 and batch2|inconsistent tensor size|size mismatch', 'Two matrices of a product do not fit: the inner sizes must agree. Print both shapes; is one side used for the other (height for width, say)?'),
    ('RuntimeError', 'expanded size of the tensor \\((?P<a>\\d+)\\) must match the existing size \\((?P<b>\\d+)\\)', '{b} values are written into a place for {a}. Print the shapes of both sides of the assignment.'),
    ('RuntimeError', 'shape mismatch|could not be broadcast|output with shape', 'Two shapes that do not fit are combined. Print both; does `keepdim=True`, a `reshape`, or `.view(1, -1, 1, 1)` help?'),
    ('RuntimeError', 'same number of dimensions as (input|self)', '`gather` wants an index with as many dimensions as the tensor: `logits.gather(1, targets[:, None])`.'),
    ('ValueError|RuntimeError', 'Sum of input lengths', "The two sizes do not add up to the data set's. Compute one, and get the other by subtracting it from `len(dataset)`."),
    ('RuntimeError', 'einsum', "The letters of `einsum` do not fit the tensors: write each tensor's shape under its letters."),
    ('RuntimeError', "can't be cast to the desired output type|result type", 'A floating result is written into whole numbers. Make the tensor that takes it with a floating dtype.'),
    ('RuntimeError', 'Boolean value of Tensor', 'An `if` or `and` gets a tensor with several values. Whether an argument was given, `is not None` says; about values, ask with `torch.where`, `.any()` or `.all()`.'),
    ('RuntimeError', '[Ii]nference tensors', 'A tensor made under `inference_mode` is used for training. Use `no_grad` there.'),
    ('RuntimeError', 'stack expects each tensor|Sizes of tensors must match', 'The tensors to be joined have different shapes. Print them.'),
    ('RuntimeError', 'modified by an inplace operation', 'A tensor that autograd still needs is changed in place. Use `x = x + …`, not `x += …`.'),
    ('RuntimeError', 'element 0 of tensors|does not require grad', '`backward()` found nothing to differentiate: is something detached, under `no_grad`, or turned into a number too early? (And an evaluation has no `backward` at all.)'),
    ('RuntimeError', 'expected scalar type Long|Expected floating|[Tt]arget', 'Labels are to be whole numbers (int64) of shape (N,), scores floating point of shape (N, classes). Print both dtypes and shapes.'),
    ('RuntimeError', 'expected input.*? to have (?P<a>\\d+) channels, but got (?P<b>\\d+) channels', "A convolution is made for {a} channels and got {b}. Each layer's input channels are the output channels of the one before."),
    ('RuntimeError', 'size of tensor a \\((?P<a>\\d+)\\) must match the size of tensor b \\((?P<b>\\d+)\\)', 'Two tensors of sizes {a} and {b} are combined along one dimension. Print both shapes; does `keepdim=True` or a `reshape` help?'),
    ('RuntimeError', "shape '(?P<a>.+)' is invalid for input of size (?P<b>\\d+)", '{b} values cannot be arranged as {a}. Print the shape before the `view` or `reshape`; keep the batch as the first dimension.'),
    ('RuntimeError', 'view size is not compatible', '`view` needs contiguous memory; use `reshape` instead.'),
    ('RuntimeError', 'backward through the graph a second time', 'The graph of an earlier pass is still in use: make a new pass and a new loss or score for each batch or step, and sum `loss.item()`, not `loss`.'),
    ('RuntimeError', 'leaf Variable that requires grad|leaf variable that requires grad', 'A tensor that gradients are asked for, a parameter or an input, is changed in place while autograd watches. Make a new one, `y = x * 2` and not `x *= 2`; only an optimizer changes parameters, under `torch.no_grad()`.'),
    ('RuntimeError', "can't be called on|Can't call numpy\\(\\)", 'Call `.detach()` before `.numpy()`.'),
    ('RuntimeError', '[Ee]xpected scalar type|must have the same dtype|expected m1 and m2', 'Two dtypes are mixed: float32 and float64, say, or numbers with a fraction and whole ones, such as indices. Keep the dtype of the input: `torch.zeros(..., dtype=x.dtype)`.'),
    ('RuntimeError|ValueError', 'expected a non-empty list', 'The list that is to be joined is empty: nothing was put into it. Does the loop run, also where there are fewer samples than make a batch?'),
    ('RuntimeError', 'same device|device type|is not on the expected device', 'Tensors lie on different devices. Move each batch with `.to(device)`.'),
    ('RuntimeError', '[Nn]o NVIDIA driver|CUDA|cuda', 'There is no GPU where notebooks are graded. Use the `device` that the function is given, and never `.cuda()`.'),
    ('AssertionError', 'not compiled with CUDA|CUDA', 'There is no GPU where notebooks are graded. Use the `device` that the function is given.'),
    ('IndexError', 'invalid index of a 0-dim tensor', 'A tensor that is one number has no places to index: `loss.item()` takes the number out (`loss.data[0]` is of an old PyTorch).'),
    ('RuntimeError|ValueError', 'a Tensor with (?P<n>\\d+) elements cannot be converted to Scalar', '`.item()` takes one number out of a tensor, and this one has {n}. Add them up first (`.sum()`), or average them (`.float().mean()`).'),
    ('ValueError', 'sampler option is mutually exclusive with shuffle', 'A sampler says the order itself: leave `shuffle` away where you hand one over, or leave the sampler away.'),
    ('IndexError', 'Dimension out of range', 'The tensor has fewer dimensions than the `dim` that you name. Print its shape.'),
    ('IndexError', 'too many indices', 'You index more dimensions than the tensor has. Print its shape; an axis may have been summed away.'),
    ('IndexError', 'shape mismatch|could not be broadcast', 'The index tensors have lengths that do not fit: pair row i with label i.'),
    ('IndexError', '[Tt]arget \\d+ is out of bounds', 'A label has no score: the network gives fewer scores than there are classes. The last layer has ten outputs, and `dim=1` are the classes.'),
    ('IndexError', 'out of (bounds|range)', "An index runs past the end. Print the shape of what you index (was it padded?) beside the loop's limits, and see that each index belongs to its axis."),
    ('ValueError', 'not enough values to unpack|too many values to unpack', 'The left side has another number of names than there are values.'),
    ('ValueError', 'only one element tensors|can only convert', '`.item()` and `float()` need a tensor with one value.'),
    ('ValueError', 'batch_size .* to match target|input batch_size', 'Scores and labels have different numbers of samples: is the batch axis lost in a `reshape` or `flatten`?'),
    ('ValueError', 'more than 1 value per channel', 'Batch norm in training mode needs more than one sample: switch to evaluation mode for evaluation.'),
    ('ZeroDivisionError', '', 'You divide by a count that can be zero. Treat that case first.'),
    ('RecursionError', '', 'The function calls itself without end.'),
    ('MemoryError', '', 'The code asks for more memory than a submission may use. Are tensors built up in a loop?'),
    ('KeyError', '(?P<name>.+)', 'The key {name} is not in the dict.'),
    ('StopIteration', '', '`next()` was called on an iterator with nothing left.'),
)

# Each item fills in what it has.
EXAMPLES = {}  # functions that try its code and raise Wrong
HINTS = {}  # three: a nudge, the idea, almost the answer
NEEDS = {}  # the names that it calls, where its own is not the one
PASSED_WORDS = {}  # what is said when its examples work, in place of the common words
MORE_WORDS = {}  # errors, patterns and what to try, beyond the common ones
_LARGE = {}  # how its larger inputs are made, for who wants to make a call again

PASSED, WRONG, UNTRIED, FORBIDDEN = "passed", "not yet", "not attempted", "forbidden"
CALLED, CAME_BACK, EXPECTED = "called", "came back", "expected"
FAILED, PLACE, AGAIN, TRY, STUCK = "error", "in", "again", "try", "stuck?"
MARKS = {PASSED: "✓", WRONG: "✗", UNTRIED: "○", FORBIDDEN: "✗"}
COLOURS = {PASSED: "46, 125, 50", WRONG: "198, 70, 30", UNTRIED: "110, 120, 130", FORBIDDEN: "198, 70, 30"}


class Wrong(Exception):
    """A wrong answer: what was called, what came back, what was expected, the one thing to try."""

    def __init__(self, call, got, expected, advice):
        super().__init__(advice)
        self.call, self.got, self.expected, self.advice = call, got, expected, advice


class Outcome:
    """What a check found out."""

    def __init__(self, item, status, title, parts=(), advice=""):
        self.item, self.status, self.title, self.parts, self.advice = item, status, title, list(parts), advice

    def text(self):
        lines = [f"{MARKS[self.status]} {self.item}: {self.title}"]
        for name, value in self.parts:
            first, *rest = value.splitlines() or [""]
            lines += [f"  {_padded(name + ':', 11)}{first}"] + [" " * 13 + line for line in rest]
        lines += [f"  {_padded(TRY + ':', 11)}{self.advice}"] if self.advice else []
        stuck = self.status in (WRONG, FORBIDDEN)
        return "\n".join(lines + ([f'  {_padded(STUCK, 11)}hint("{self.item}")'] if stuck else []))

    def html(self):
        rows = "".join(
            f'<div style="display:flex;margin-top:.35em"><span style="flex:0 0 6.5em;opacity:.75">{name}</span>'
            f'<code style="min-width:0;white-space:pre-wrap;background:transparent;color:inherit;padding:0">{html.escape(value)}</code></div>'
            for name, value in self.parts
        )
        advice = f'<div style="margin-top:.5em"><b>→</b> {_rich(self.advice)}</div>' if self.advice else ""
        title = f"<b>{MARKS[self.status]} {html.escape(self.item)}</b>: {_rich(self.title)}"
        stuck = _rich(f'Stuck? `hint("{self.item}")`')
        stuck = f'<div style="opacity:.75">{stuck}</div>' if self.status in (WRONG, FORBIDDEN) else ""
        return _box(f"{title}{rows}{advice}{stuck}", COLOURS[self.status])


def _padded(text, columns):
    """Return a text with spaces behind it, so many columns wide; a Chinese character takes two."""
    wide = sum(unicodedata.east_asian_width(each) in "WF" for each in text)
    return text + " " * max(1, columns - len(text) - wide)


# ---------------------------------------------------------------------------------------------------- what students call

_OF_IMAGES = re.compile(r"(train|test)_(set|images|labels)")


def check(item):
    """Try an item on small examples and say what came back. Never raises because of a wrong answer."""
    outcome = outcome_of(item, _namespace())
    _show(outcome.text(), outcome.html())


def hint(item, step=None):
    """Give the next of three hints for an item, or the one numbered `step`."""
    hints = HINTS.get(item)
    if hints is None:
        known = ", ".join(HINTS)
        return _show(
            f"There are hints for: {known}.",
            _box(f"There are hints for: {html.escape(known)}.", COLOURS[UNTRIED]),
        )
    if step is None:
        step = _given[item] = min(_given.get(item, 0) + 1, len(hints))
    step = max(1, min(int(step), len(hints)))
    more = (
        f'hint("{item}") again says more.'
        if step < len(hints)
        else "That was the last one. Ask a person next; bring what you tried."
    )
    title = f"{item}, hint {step} of {len(hints)}"
    body = (
        f"<b>{title}</b><div>{_rich(hints[step - 1])}</div><div style='opacity:.75'>{html.escape(more)}</div>"
    )
    _show(f"{title}: {hints[step - 1]}\n  {more}", _box(body, COLOURS[UNTRIED]))


def progress():
    """Show what is done, what remains, and the points in reach."""
    names = _namespace()
    _show(*_progress({name: outcomes_of(name, names) for name in _notebooks_in(names)}))


def ready(*wanted):
    """Say whether everything named is there, functions written and images loaded; print one line where something is not."""
    names = _namespace()
    for name in wanted:
        if said := _lacking(name, names):
            _show(said, _box(_rich(said), COLOURS[UNTRIED]))
            return False
    return True


def _lacking(name, names):
    """Say what to do before a name can be used; "" where it can be."""
    thing = names.get(name)
    if thing is None and (name in names or _OF_IMAGES.fullmatch(name)):
        return f"`{name}` is not there: no images were found. The data cell near the top says what to do; then run this cell again."
    if thing is None:
        return f"`{name}` is not defined yet. Run the cell above that defines it, from its first line on; then run this cell again."
    if _still_raises(thing):
        return f"`{name}` is not written yet. Write it in its cell above; then run this cell again."
    return ""


def outcome_of(item, names):
    """Return the outcome of an item whose code is in the dictionary `names`."""
    if item not in EXAMPLES:
        return Outcome(
            str(item), UNTRIED, f"there is no item of this name. There are: {', '.join(EXAMPLES)}."
        )
    needed = NEEDS.get(item, (item,))
    missing = [name for name in needed if not callable(names.get(name))]
    if missing:
        named = " and ".join(missing)
        title = (
            f"{named} is not defined yet; run the cell that defines {named} first, from its first line on."
        )
        return Outcome(item, UNTRIED, title)
    _notes.clear()
    library = _LibraryCalls(item, names)
    try:
        with _undisturbed(), library:
            for example in EXAMPLES[item]:
                example(*(names[name] for name in needed))
    except Wrong as wrong:
        parts = [
            (CALLED, wrong.call),
            (CAME_BACK, _brief(wrong.got)),
            (EXPECTED, _brief(wrong.expected)),
        ]
        parts += [(AGAIN, again)] if (again := getattr(wrong, "call_again", "")) else []
        return Outcome(
            item,
            WRONG,
            "not yet",
            parts,
            _begin_with(item, names) or _ends_early(needed, names) or wrong.advice,
        )
    except Exception as error:
        outcome = _raised(item, needed, names, error)
        if outcome.parts:
            outcome.advice = _begin_with(item, names) or outcome.advice
        return outcome
    if library.seen:
        calls = " and ".join(f"`{call}`" for call in list(library.seen)[:2])
        title = f"right numbers, but forbidden: {calls}. That earns no points."
        advice = f"`{item}` is to be written from scratch: build it from the operations that the task allows."
        return Outcome(item, FORBIDDEN, title, advice=advice)
    words = PASSED_WORDS.get(
        item, "the small examples work. Hidden tests remain: other numbers, sizes and corner cases."
    )
    return Outcome(item, PASSED, " ".join([words, *_notes[:1]]))


_asked = []  # the items whose outcome is being found


def _begin_with(item, names):
    """Say which other item this one calls whose own check does not pass either; "" where there is none."""
    _asked.append(item)
    try:
        for other in (
            each for each in EXAMPLES if each in _globals_of(names.get(item)) and each not in _asked
        ):
            if other not in NEEDS and outcome_of(other, names).status == WRONG:
                return f"`{item}` calls `{other}`, whose own check does not pass yet. Begin there."
    finally:
        _asked.pop()
    return ""


def outcomes_of(notebook, names):
    with contextlib.redirect_stdout(io.StringIO()):  # what an item prints is for its own check
        return [outcome_of(item, names) for item in NOTEBOOKS[notebook]]


# -------------------------------------------------------------------------------------------------------- showing things

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    try:
        from tqdm.auto import tqdm
    except ImportError:

        def tqdm(iterable, **_):
            """Go through something without a progress bar."""
            return iterable


_given = {}
_notes = []


def show(alt):
    """Show the figure drawn last on a white face, with a text for readers who cannot see it."""
    import matplotlib.pyplot as plt

    file = io.BytesIO()
    plt.savefig(file, dpi=100, bbox_inches="tight", facecolor="white")
    plt.close()
    if _in_notebook():
        from IPython.display import Image, display

        display(Image(file.getvalue(), alt=alt))
    else:
        print(alt)


class WithBar:
    """A loader that shows how far each epoch has come."""

    def __init__(self, loader):
        self.loader, self.dataset, self.epoch = loader, loader.dataset, 0

    def __len__(self):
        return len(self.loader)

    def __iter__(self):
        self.epoch += 1
        return iter(tqdm(self.loader, desc=f"epoch {self.epoch}", leave=False))


def _in_notebook():
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    return shell is not None and hasattr(shell, "kernel")


def _show(text, page):
    if _in_notebook():
        from IPython.display import display

        display({"text/html": page, "text/plain": text}, raw=True)
    else:
        print(text)


def _box(body, colour):
    """A box that keeps the theme's own text colour, so it reads well in the light and in the dark."""
    return (
        f'<div style="border-left:4px solid rgb({colour});background:rgba({colour},.09);color:inherit;'
        f'padding:.55em .9em;margin:.3em 0;line-height:1.5;max-width:60em">{body}</div>'
    )


def _rich(text):
    """Escape a message, and set what stands between backticks as code."""
    pieces = html.escape(text).split("`")
    return "".join(
        f"<code style='background:transparent;color:inherit'>{p}</code>" if i % 2 else p
        for i, p in enumerate(pieces)
    )


def _brief(value):
    """Write a value in a few lines."""
    if isinstance(value, Words):
        return str(value)
    if isinstance(value, torch.Tensor):
        shape = f"tensor of shape {tuple(value.shape)}, {str(value.dtype).replace('torch.', '')}"
        if value.numel() > 24:
            return shape
        numbers = [round(v, 4) if isinstance(v, float) else v for v in value.detach().flatten().tolist()]
        return f"{_nested(numbers, list(value.shape))}\n({shape})"
    if isinstance(value, tuple) and any(isinstance(v, torch.Tensor) for v in value):
        return "\n".join(_brief(v).replace("\n", "  ") for v in value)
    if isinstance(value, float):
        return f"{value:.5g}"
    if isinstance(value, (list, tuple)) and value and all(isinstance(v, float) for v in value):
        return "[" + ", ".join(f"{v:.5g}" for v in value) + "]"
    text = repr(value)
    return text if len(text) <= 300 else text[:297] + "..."


def _nested(numbers, shape, indent=" "):
    if not shape:
        return f"{numbers[0]:g}" if isinstance(numbers[0], float) else str(numbers[0])
    if len(shape) == 1:
        return "[" + ", ".join(f"{n:g}" if isinstance(n, float) else str(n) for n in numbers) + "]"
    step = len(numbers) // max(shape[0], 1)
    rows = [_nested(numbers[i * step : (i + 1) * step], shape[1:], indent + " ") for i in range(shape[0])]
    return "[" + (",\n" + indent).join(rows) + "]"


def _progress(groups):
    """Return a table of outcomes by notebook, as text and as HTML."""
    lines, rows, done, total = [], [], 0.0, 0.0
    for notebook, outcomes in groups.items():
        lines.append(notebook)
        rows.append(f"<div style='margin-top:.4em'><b>{html.escape(notebook)}</b></div>")
        for outcome in outcomes:
            points = NOTEBOOKS[notebook][outcome.item]
            done += points if outcome.status == PASSED else 0
            total += points
            lines.append(
                f"  {MARKS[outcome.status]} {outcome.item:<22}{_padded(outcome.status, 15)}{points:>3g} points"
            )
            rows.append(
                f"<div><span style='display:inline-block;width:1.5em;color:rgb({COLOURS[outcome.status]})'>{MARKS[outcome.status]}</span>"
                f"<code style='display:inline-block;width:14em;background:transparent;color:inherit'>{html.escape(outcome.item)}</code>"
                f"<span style='display:inline-block;width:9em'>{outcome.status}</span>{points:g} points</div>"
            )
    whole = sum(sum(items.values()) for items in NOTEBOOKS.values())
    if total < whole:
        last = f"{done:g} of {total:g} points in reach here ({whole:g} in the whole lab). In reach, not in hand: the hidden tests decide."
    else:
        last = f"{done:g} of {total:g} points in reach. In reach, not in hand: the hidden tests decide."
    lines.append(last)
    rows.append(f"<div style='margin-top:.5em'>{html.escape(last)}</div>")
    text, page = "\n".join(lines), _box("".join(rows), COLOURS[PASSED if done == total else UNTRIED])
    if BY_HAND:
        named = ", ".join(f"{item} ({points:g} points)" for item, points in BY_HAND.items())
        said = (
            f"A person reads and grades: {named}. They count besides, and no check can say how good they are."
        )
        text, page = f"{text}\n{said}", page + _box(html.escape(said), COLOURS[UNTRIED])
    return text, page


# ------------------------------------------------------------------------------------------------------------ the images

_FILES = (
    "train-images-idx3-ubyte",
    "train-labels-idx1-ubyte",
    "t10k-images-idx3-ubyte",
    "t10k-labels-idx1-ubyte",
)
_PATIENCE = 20  # seconds without an answer, then there is no network


class _Torn(Exception):
    """A file that is not what its name says."""


def load_images(which="mnist"):
    """Return the images to learn from and those for the test; where there are none, say what to do and return None twice.

    Args:
        which: "mnist" for MNIST's four files, plain or .gz, from the folder that the environment variable MNIST_ROOT names, or
            else from `data` here or in a folder above. They may lie there or in its subfolder MNIST/raw. Where they are not
            and torchvision is installed, it downloads them (12 MB). "digits" for scikit-learn's 1,797 small digits.

    Returns:
        (training, test): two data sets of pairs (image, label). `training.tensors` has all images in one tensor (N, 1, 28, 28)
        of values from 0 (paper) to 1 (ink), and all labels in another (N,).
    """
    if which == "digits":
        return _small_digits()
    if which != "mnist":
        raise ValueError(f'There are "mnist" and "digits", but no {which!r}.')
    named = os.environ.get("MNIST_ROOT")
    roots = [Path(named).expanduser()] if named else [Path("../" * up + "data") for up in range(4)]
    try:
        files = _found(roots)
        why = "" if files else _downloaded(roots[0])
        files = files or _found(roots[:1])
        if files:
            images, labels, test_images, test_labels = (_read(path) for path in files)
            return _pairs(images, labels), _pairs(test_images, test_labels)
        why = why or "There are no images here."
    except (_Torn, OSError) as error:
        why = f"The images cannot be read: {error}."
    wanted = ", ".join(f"`{name}`" for name in _FILES)
    _say(
        f"{why} Put MNIST's four files ({wanted}; plain or .gz) into `{roots[0].resolve()}`, or set the environment variable "
        "`MNIST_ROOT` to their folder; then run this cell again.",
        'Or write `load_images("digits")` in this cell: small digits, from scikit-learn. Checks and hints need no images.',
    )
    return None, None


def _found(roots):
    """Return the four files' paths in the first folder that has them all."""
    for folder in (each for root in roots for each in (root, root / "MNIST" / "raw")):
        paths = [
            [folder / f"{name}{end}" for name in (n, n.replace("-idx", ".idx")) for end in ("", ".gz")]
            for n in _FILES
        ]
        there = [next((path for path in names if path.is_file()), None) for names in paths]
        if all(there):
            return there
    return []


def _downloaded(root):
    """Let torchvision download the files; return "" where it did, and otherwise why not."""
    try:
        from torchvision import datasets
    except ImportError:
        return "There are no images here, and without torchvision none can be downloaded."
    before = socket.getdefaulttimeout()
    socket.setdefaulttimeout(_PATIENCE)
    try:
        with contextlib.redirect_stdout(io.StringIO()):  # it says more than helps
            datasets.MNIST(root=str(root), train=True, download=True)
    except Exception:  # whatever it is, the student's way on is the same
        return "There are no images here, and they could not be downloaded."
    finally:
        socket.setdefaulttimeout(before)
    return ""


def _read(path):
    """Return the bytes of an IDX file as a tensor of its shape."""
    content = path.read_bytes()
    if path.suffix == ".gz":
        try:
            content = gzip.decompress(content)
        except (OSError, EOFError, zlib.error):
            raise _Torn(f"{path} is torn") from None
    dimensions = 3 if "images" in path.name else 1
    start = 4 + 4 * dimensions
    if len(content) <= start or content[:4] != bytes([0, 0, 8, dimensions]):
        raise _Torn(f"{path} is not the file of this name in MNIST")
    shape = struct.unpack(f">{dimensions}I", content[4:start])
    if len(content) - start != math.prod(shape):
        raise _Torn(f"{path} is torn")
    return torch.frombuffer(bytearray(content), dtype=torch.uint8, offset=start).reshape(shape)


def _pairs(images, labels):
    if len(images) != len(labels):
        raise _Torn(
            f"there are {len(images):,} images and {len(labels):,} labels, which do not belong together"
        )
    return TensorDataset(images.float().div_(255).unsqueeze(1), labels.long())


def _small_digits():
    """Return scikit-learn's 8×8 digits, made 28×28; every fifth is for the test."""
    try:
        from sklearn.datasets import load_digits
    except ImportError:
        _say("The digits come with scikit-learn, which is not installed: `pip install scikit-learn`.")
        return None, None
    bunch = load_digits()
    small = torch.from_numpy(bunch.images).float().unsqueeze(1)  # (1797, 1, 8, 8), values from 0 to 16
    images = functional.interpolate(small, size=(28, 28), mode="bilinear", align_corners=False)
    images = images.mul(255 / 16).round().clamp(0, 255).byte().squeeze(1)
    labels, test = torch.from_numpy(bunch.target), torch.arange(len(images)) % 5 == 0
    return _pairs(images[~test], labels[~test]), _pairs(images[test], labels[test])


def _say(*lines):
    _show("\n".join(lines), _box("".join(f"<div>{_rich(line)}</div>" for line in lines), COLOURS[UNTRIED]))


# ---------------------------------------------------------------------------------------------- finding and running code


def _namespace():
    """Return the names of the notebook: those of the cell that called, then IPython's, then the main program's."""
    frame = sys._getframe(2)
    names = dict(vars(sys.modules["__main__"]))
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    names.update(shell.user_ns if shell is not None else {})
    names.update(frame.f_globals)
    names.update(frame.f_locals)
    return names


def _notebooks_in(names):
    """Return the notebooks that the names come from (what is pasted in for another's item does not make a notebook)."""
    pasted = {
        name
        for items in NOTEBOOKS.values()
        for item in items
        for name in NEEDS.get(item, ())
        if name not in items
    }
    found = [
        n for n, items in NOTEBOOKS.items() if any(callable(names.get(i)) for i in items if i not in pasted)
    ]
    return found or list(NOTEBOOKS)


@contextlib.contextmanager
def _undisturbed():
    """Keep the random numbers and the recording of gradients as they are."""
    recording = torch.is_grad_enabled()
    try:
        with torch.random.fork_rng(devices=[]), torch.enable_grad():
            torch.manual_seed(0)
            yield
    finally:
        torch.set_grad_enabled(recording)


class _LibraryCalls(TorchFunctionMode):
    """Write down which library calls do the whole job of an item, as long as it is this item's own code that makes them."""

    def __init__(self, item, names):
        super().__init__()
        self.seen = {}  # in their order
        rule = FROM_SCRATCH if item in FROM_SCRATCH.get("items", ()) else {}
        self._rule = rule
        self._operators, self._functions = (
            re.compile(rule.get(key, "$^")) for key in ("operators", "functions")
        )
        # What another item calls is the other one's matter.
        others = (names.get(name) for name in rule.get("items", ()) if name != item)
        self._others = {getattr(other, "__code__", None) for other in others} - {None}
        self._inside = 0

    def __torch_function__(self, function, types, args=(), kwargs=None):
        name = getattr(function, "__name__", "")
        if self._rule and not self._inside and self._operators.search(name):
            self.seen[f"F.{name}" if hasattr(nn.functional, name) else f"torch.{name}"] = True
        return function(*args, **(kwargs or {}))

    def __enter__(self):
        self._before = sys.getprofile()
        if self._rule:
            sys.setprofile(self._profile)
        return super().__enter__()

    def __exit__(self, *details):
        sys.setprofile(self._before)
        return super().__exit__(*details)

    def _profile(self, frame, event, argument):
        if frame.f_code in self._others:
            self._inside += {"call": 1, "return": -1}.get(event, 0)
        if event != "call" or self._inside:
            return
        home, name = str(frame.f_globals.get("__name__", "")), frame.f_code.co_name
        if name == "wrapper" and hasattr(
            frame.f_locals.get("func"), "__module__"
        ):  # a decorated function's name is the inner one's
            home, name = frame.f_locals["func"].__module__, frame.f_locals["func"].__name__
        root = home.partition(".")[0]
        public = ".".join(part for part in home.split(".") if not part.startswith("_"))
        if any(f"{home}.".startswith(f"{package}.") for package in self._rule["packages"]):
            if (
                not name.startswith("_") and name != "<module>" and not self.seen
            ):  # the first is what was called
                self.seen[f"{public}.{name}"] = True
        elif root in ("numpy", "scipy") and self._functions.fullmatch(name):
            self.seen[f"np.{name}" if root == "numpy" else f"{public}.{name}"] = True


def _is_untouched(thing):
    """Say whether a function or class is still as it was given: nothing but the line that raises the error."""
    if isinstance(thing, type):
        own = [each for each in vars(thing).values() if inspect.isfunction(each)]
        return bool(own) and all(map(_is_untouched, own))
    try:
        (function,) = ast.parse(textwrap.dedent(inspect.getsource(thing))).body
        *before, error = [each for each in function.body if not isinstance(each, (ast.Return, ast.Expr))]
    except (OSError, SyntaxError, TypeError, ValueError, AttributeError):
        return False
    calls = [
        each for each in function.body if isinstance(each, ast.Expr) and isinstance(each.value, ast.Call)
    ]
    begun = any("super" not in ast.unparse(each) for each in calls)
    returned = [each for each in function.body if isinstance(each, ast.Return)]
    begun = begun or any(not isinstance(each.value, (ast.Name, ast.Tuple, type(None))) for each in returned)
    return (
        not before
        and not begun
        and isinstance(error, ast.Raise)
        and ast.unparse(error) in ("raise NotImplementedError()", "raise NotImplementedError")
    )


def _still_raises(thing):
    """Say whether calling a function, or a class's own methods, would end at the line that a stub ends with."""
    if isinstance(thing, type):
        return any(_still_raises(each) for each in vars(thing).values() if inspect.isfunction(each))
    code = getattr(inspect.unwrap(thing), "__code__", None) if callable(thing) else None
    if code is None or "NotImplementedError" not in code.co_names:
        return False
    try:
        (function,) = ast.parse(textwrap.dedent(inspect.getsource(thing))).body
    except (OSError, SyntaxError, TypeError, ValueError):
        return True
    ends = [each for each in function.body if isinstance(each, (ast.Return, ast.Raise))]
    return bool(ends) and isinstance(ends[0], ast.Raise)  # not where one case alone is refused


def _codes(thing):
    parts = vars(thing).values() if isinstance(thing, type) else [thing]
    return [each.__code__ for each in parts if hasattr(each, "__code__")]


def _globals_of(thing):
    """Return the names that a function or class takes from the notebook, also in functions inside of it."""
    codes, found = _codes(thing), set()
    for code in codes:
        codes += [each for each in code.co_consts if inspect.iscode(each)]
        found |= {each.argval for each in dis.get_instructions(code) if each.opname == "LOAD_GLOBAL"}
    return found


def _stub_that_raised(error, names):
    """Return the item in whose untouched code an error was raised; None where it was none."""
    last = error.__traceback__
    while last.tb_next is not None:
        last = last.tb_next
    found = [name for name in EXAMPLES if last.tb_frame.f_code in _codes(names.get(name))]
    return next((name for name in found if _is_untouched(names[name])), None)


def _raised(item, needed, names, error):
    """Say where a student's code failed: the line, and the error in its own words."""
    frames = [
        f
        for f in traceback.extract_tb(error.__traceback__)
        if f.filename != __file__ and "site-packages" not in f.filename
    ]
    stub = _stub_that_raised(error, names) if isinstance(error, NotImplementedError) else None
    if stub is not None:
        if stub not in needed:
            return Outcome(item, WRONG, f"it calls {stub}, which is not written yet. Begin there.")
        return Outcome(
            item,
            UNTRIED,
            f'not attempted yet, and that is fine. Write your code where it says so, or start with `hint("{item}")`.',
        )
    parts = [(FAILED, f"{type(error).__name__}: {str(error).strip()[:400]}")]
    line = ""
    if frames:
        line = linecache.getline(frames[-1].filename, frames[-1].lineno or 0).strip() or frames[-1].line or ""
        parts.append((PLACE, f"line {frames[-1].lineno} of its cell: {line}" if line else frames[-1].name))
    parts += [(AGAIN, again)] if (again := getattr(error, "call_again", "")) else []
    advice = "Read the last words of the error first; print the shapes of the tensors in the line above it."
    for kinds, pattern, better, *of_line in (*MORE_WORDS.get(item, ()), *EXPLANATIONS):
        found = re.search(pattern, str(error)) if type(error).__name__ in kinds.split("|") else None
        there = re.search(*of_line, line) if of_line and found else found
        if there:
            words = {**found.groupdict(), **there.groupdict()}
            advice = better.format(**{key: value or "" for key, value in words.items()})
            break
    return Outcome(item, WRONG, "it stopped with an error", parts, _ends_early(needed, names) or advice)


def _ends_early(needed, names):
    """Say which loop ends in its first pass, by a `return` that always runs there; "" where none does."""
    for name in needed:
        try:
            lines, _ = inspect.getsourcelines(names[name])
            tree = ast.parse(textwrap.dedent("".join(lines)))
        except (OSError, SyntaxError, TypeError, ValueError):
            continue
        for loop in ast.walk(tree):
            if not isinstance(loop, ast.For) or any(
                isinstance(each, ast.Continue) for each in ast.walk(loop)
            ):
                continue
            body = list(loop.body)
            while body and isinstance(body[-1], ast.With):
                body = body[-1].body
            if any(isinstance(each, ast.Return) for each in body):
                shown = lines[loop.lineno - 1].strip()
                return f"The `return` inside the loop `{shown}` ends it in its first pass. Move it out, to the column of the `for`."
    return ""


class Words(str):
    """A description in place of a value."""


# ------------------------------------------------------------------------------------------------------ comparing values


def _t(values, dtype=torch.float32):
    return torch.tensor(values, dtype=dtype)


def _same(got, expected):
    got, expected = got.detach().to(torch.float64).cpu(), expected.to(torch.float64)
    if got.shape != expected.shape:
        return False
    return torch.allclose(got, expected, rtol=1e-3, atol=1e-4)


def _number(got):
    """Return a number for a Python or NumPy number or a 0-d tensor, else None."""
    if isinstance(got, bool) or isinstance(got, str):
        return None
    if isinstance(got, torch.Tensor) and (got.dim() or got.dtype == torch.bool):
        return None
    try:
        return float(got.detach() if isinstance(got, torch.Tensor) else got)
    except (TypeError, ValueError):
        return None


def _compare(
    call,
    got,
    expected,
    slips=(),
    advice="Work this small example through by hand, and compare.",
    nan=None,
    names=(),
):
    """Raise Wrong if `got` is not `expected`. `slips` are stored wrong answers, each with the next step.

    Of several results, `names` says what each is called, and `advice` what to do about each; a slip has None where it says nothing.
    """
    if got is None:
        raise Wrong(
            call, Words("None"), expected, "Nothing came back. Is there a `return`, and is it reached?"
        )
    if isinstance(expected, tuple):
        if not isinstance(got, (tuple, list)) or len(got) != len(expected):
            raise Wrong(
                call,
                got,
                expected,
                f"Return {len(expected)} things, separated by commas, in the order of the docstring.",
            )
        for wrong, better in slips:
            if None not in wrong and all(_is_slip(g, w) for g, w in zip(got, wrong)):
                raise Wrong(call, tuple(got), expected, better)
        for i, (g, e, name, words) in enumerate(zip(got, expected, names, advice)):
            alone = [(wrong[i], better) for wrong, better in slips if wrong[i] is not None and None in wrong]
            _compare(f"{call}; the {name}", g, e, alone, words, nan)  # the one that is wrong is shown
        return
    if isinstance(expected, torch.Tensor):
        if type(got).__module__ == "numpy" and expected.dim() > 1 and not expected.dtype.is_floating_point:
            _notes.append(
                "A word of advice: a NumPy array came back where a tensor is meant; `torch.from_numpy` makes one of it."
            )
            got = torch.as_tensor(got)
        if not expected.dim() and not isinstance(got, torch.Tensor) and _number(got) is not None:
            got = torch.tensor(_number(got), dtype=expected.dtype)  # any number will do
        if type(got).__module__ == "torch.return_types":
            raise Wrong(
                call,
                got,
                expected,
                f"That is a pair, values and places: `{type(got).__name__}` with a number takes it for an axis. Take `.values` of it; to compare each element with a number, use `clamp`."
                if expected.dtype.is_floating_point
                else "That is a pair, values and places. Here the places are asked for: `.indices`.",
            )
        if not isinstance(got, torch.Tensor):
            raise Wrong(call, got, expected, f"A tensor is expected, and a {type(got).__name__} came back.")
        for wrong, better in slips:
            if _is_slip(got, wrong):
                raise Wrong(call, got, expected, better)
        if got.shape != expected.shape:
            raise Wrong(
                call,
                got,
                expected,
                f"The shape should be {tuple(expected.shape)}. Compare it with the docstring, one dimension at a time.",
            )
        if expected.dtype.is_floating_point and not got.isfinite().all() and expected.isfinite().all():
            raise Wrong(
                call,
                got,
                expected,
                nan
                or "There is an infinity or a NaN in the result. Which step can overflow, or divide by 0?",
            )
        if expected.dtype.is_floating_point and not got.dtype.is_floating_point:
            raise Wrong(
                call,
                got,
                expected,
                "Floating-point numbers are expected. Was something rounded, or made with an integer type?",
            )
        if not expected.dtype.is_floating_point and (got.dtype.is_floating_point or got.dtype == torch.bool):
            whole = got.dtype == torch.bool or bool((got == got.round()).all())
            to_do = "Integers are expected here: use .long()."
            asked = "Integers are expected here: what is divided, averaged or 0/0 here?"
            raise Wrong(call, got, expected, to_do if whole else asked)
        if not _same(got, expected):
            raise Wrong(call, got, expected, advice)
        if _is_rounded(got, expected):
            raise Wrong(
                call,
                got,
                expected,
                "The numbers are rounded. Return them as they are; rounding is for printing.",
            )
        if expected.dtype == torch.float64 and got.dtype != torch.float64:
            raise Wrong(
                call,
                got,
                expected,
                "The input is float64, so the result should be, too. Make new tensors with x.new_zeros(…) instead of torch.zeros(…).",
            )
        return
    number = _number(got)
    if number is None:
        raise Wrong(call, got, expected, "One plain number is expected.")
    if isinstance(got, torch.Tensor) and not got.requires_grad:
        _notes.append(
            "A word of advice: a tensor came back where a number is asked for; `.item()` makes one of it."
        )
    if isinstance(got, torch.Tensor) and got.requires_grad:
        raise Wrong(
            call,
            got,
            expected,
            "A tensor came back that still holds its graph, and memory with it. `loss.item()` makes a plain number of it.",
        )
    for wrong, better in slips:
        if abs(number - wrong) <= 1e-4 * max(1, abs(wrong)):
            raise Wrong(call, number, expected, better)
    if not abs(number - expected) <= 1e-3 * max(0.1, abs(expected)):
        raise Wrong(call, number, expected, advice)
    if _is_rounded(_t(number, torch.float64), _t(expected, torch.float64)):
        raise Wrong(
            call, number, expected, "The number is rounded. Return it as it is; rounding is for printing."
        )


def _is_rounded(got, expected):
    """Say whether all numbers have at most four decimal places, and the right ones have more."""
    for digits in (10.0**i for i in range(5)):
        off, there = (
            (v.double() * digits - (v.double() * digits).round()).abs() for v in (got.detach(), expected)
        )
        if off.numel() and off.max() < 5e-3 and there.max() > 0.1:
            return True
    return False


def _is_slip(got, wrong):
    if isinstance(got, torch.Tensor):
        return (
            tuple(got.shape) == tuple(wrong)
            if isinstance(wrong, torch.Size)
            else _same(got, torch.as_tensor(wrong))
        )
    number = _number(got)
    return (
        number is not None
        and isinstance(wrong, (int, float))
        and abs(number - wrong) <= 1e-4 * max(1, abs(wrong))
    )


def _again(call, arguments, function):
    """Return lines that make an example's call again: small inputs whole, larger ones by the line that makes them."""
    lines, words, names = [], [], _parameters(function)
    for i, argument in enumerate(arguments):
        if isinstance(argument, torch.Tensor):
            name = names[i] if i < len(names) else f"input{i + 1}"
            lines.append(f"{name} = {_made(argument)}")
            words.append(name)
        elif isinstance(argument, dict):
            words += [f"{key}={value!r}" for key, value in argument.items()]
        elif isinstance(argument, nn.Module):
            return ""  # the call says how it is made
        else:
            words.append(repr(argument))
    return "\n".join([*lines, f"{call.partition('(')[0]}({', '.join(words)})"]) if lines else ""


def _parameters(function):
    """Return the names of a function's plain parameters, in order."""
    try:
        plain = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return []
    return [each.name for each in plain if each.kind is each.POSITIONAL_OR_KEYWORD]


def _made(tensor):
    """Return Python that makes a tensor, bit by bit."""
    for name, line in _LARGE.items():
        if tensor is globals()[name]:
            return line
    if tensor.numel() > 30 and not tensor.any():
        return f"torch.zeros({tuple(tensor.shape)}, dtype={tensor.dtype})"
    numbers = tensor.tolist() if tensor.dtype != torch.float32 else _short(tensor.tolist())
    return f"torch.tensor({numbers}, dtype={tensor.dtype})"


def _short(numbers):
    """Return float32 numbers with no more digits than it takes."""
    if isinstance(numbers, list):
        return [_short(each) for each in numbers]
    rounded = (float(f"{numbers:.{digits}g}") for digits in range(1, 10))
    return next(each for each in rounded if _t(each).item() == numbers)


def _value(call, arguments, expected, slips=(), **words):
    """An example: call the function with fresh copies of the arguments, compare, and see that they were left alone."""

    def example(function):
        try:
            judge(function)
        except Exception as error:
            error.call_again = _again(call, arguments, function)
            raise

    def judge(function):
        copies = [a.clone() if isinstance(a, torch.Tensor) else a for a in arguments]
        options = {}
        if copies and isinstance(copies[-1], dict):
            options = copies.pop()
        got = function(*copies, **options)
        for name, (before, after) in enumerate(zip(arguments, copies), 1):
            if isinstance(before, torch.Tensor) and not torch.equal(before, after):
                raise Wrong(
                    call,
                    Words(f"argument {name} was changed to {_brief(after)}"),
                    Words("the argument as it was"),
                    "Inputs must stay as they are: work on a new tensor (`x.clone()`, or an operation without a trailing _).",
                )
        _compare(call, got, expected, slips, **words)

    return example


# ------------------------------------------------------------------------------------------------ what several items use


def _digits_like(count):
    """Two made-up images, or one, with values that are easy to repeat."""
    i = torch.arange(28.0)
    images = torch.stack([(i[:, None] * 3 + i * 5) % 13 - 6, (i[:, None] // 5 * 7 + i // 4 * 5) % 11 - 5])
    return images.reshape(2, 1, 28, 28)[:count]


_inputs = _t([[1, 2], [-1, 0.5], [2, -1], [0, 1], [-2, -2]])
_targets = torch.tensor([0, 1, 2, 1, 0])


def _require_all(call, model):
    if 0 < model.samples < 5:  # none where a copy of the model is asked
        raise Wrong(call, Words(f"{model.samples} of 5 samples went through the model"), Words("all of them"), "Does the loop over the batches end early, by a `return` or `break` inside it?")


class _Small(nn.Module):
    """A linear network that keeps a diary: its mode and whether gradients were recorded, at each forward pass."""

    def __init__(self, images=False):
        super().__init__()
        self.linear, self.images = nn.Linear(2, 3), images
        self.modes, self.recording, self.samples = [], [], 0
        with torch.no_grad():
            self.linear.weight.copy_(_t([[0.5, -0.5], [0.25, 1.0], [-1.0, 0.0]]))
            self.linear.bias.copy_(_t([0.1, 0.0, -0.1]))

    def forward(self, x):
        if self.images and x.shape[1:] != (1, 1, 2):
            raise Wrong("the model, by your code", Words(f"a call with a tensor of shape {tuple(x.shape)}"), Words("a batch of images, (N, 1, 1, 2)"), "Hand the images on to the model as they come: not flattened, and with no axis added or taken.")
        self.modes.append(self.training)
        self.samples += len(x)
        scores = self.linear(x.flatten(1))
        self.recording.append(scores.requires_grad)
        return scores


def _loader():
    return DataLoader(TensorDataset(_inputs, _targets), batch_size=2)


def _image_loader(size=3):
    images = _t([[1, 2], [-1, 0.5], [2, -1], [0, 1], [-2, -2], [3, 0], [1, -1.5]]).reshape(7, 1, 1, 2)
    return DataLoader(TensorDataset(images, torch.tensor([1, 2, 0, 0, 2, 0, 1])), batch_size=size)


_z = _t([[1, 2, 3], [0, 0, 0.5]])
_S1 = _t([[0.09003, 0.24473, 0.66524], [0.27407, 0.27407, 0.45186]])
_S0 = _t([[0.73106, 0.8808, 0.92414], [0.26894, 0.1192, 0.07586]])
_L1 = _t([[-2.40761, -1.40761, -0.40761], [-1.29438, -1.29438, -0.79438]])
_L0 = _t([[-0.31326, -0.12693, -0.07889], [-1.31326, -2.12693, -2.57889]])
_Z = "z = [[1, 2, 3], [0, 0, 0.5]]"
_logits = _t([[2, 1, 0.5], [0, 3, 1], [1, 1, 4], [0.5, 0, 2]])


# --------------------------------------------------------------------------------------- 01_cnn_layers: conv_output_size

EXAMPLES["conv_output_size"] = [
    _value("conv_output_size(28, 3)", (28, 3), 26, [(25, "One too few: the first place counts, too, and so does a window that ends on the last pixel."), (28, "Without padding, a 3-wide window has no room at the edges: subtract kernel_size.")]),
    _value("conv_output_size(8, 3, stride=2)", (8, 3, {"stride": 2}), 3, [(3.5, "A window fits or it does not: round down with `//`."), (4, "Round down, not up: the window has to fit as a whole. `//` does it."), (6, "That is the result with stride 1: divide by the stride what is left of the padded size."), (2, "Divide first, then add 1 for the first place.")]),
    _value("conv_output_size(28, 3, padding=1)", (28, 3, {"padding": 1}), 28, [(27, "Padding is added at both ends, so it counts twice."), (26, "That is the result without padding. It is added at both ends.")]),
    _value("conv_output_size(12, 5, stride=4)", (12, 5, {"stride": 4}), 2, [(3, "7 / 4 is rounded to the nearest whole number here. Round down with `//`.")]),
    _value("conv_output_size(9, 4, stride=3, padding=2)", (9, 4, 3, 2), 4, [(3, "Look at the formula again: 2·padding, then divide and round down, then + 1.")]),
]

HINTS["conv_output_size"] = (
    "Draw a row of 7 boxes and slide a window of 3 along it. How often can it move, and in how many places does it stand?",
    "The padded row has size + 2·padding pixels. The window's left edge can move over all but kernel_size of them, in steps of stride; and it stands once before it moves.",
    "Integer division rounds down: something // stride + 1. The something is the padded size minus kernel_size.",
)


# ------------------------------------------------------------------------------------------------- 01_cnn_layers: conv2d

_x = _t([[[[1, 2, 0, 3], [0, 1, 4, 1], [2, 0, 1, 5]]]])
_w = _t([[[[1, 2], [0, -1]]]])
_xs = (torch.arange(48.0).reshape(2, 2, 3, 4) * 7 % 5) - 2
_ws = (torch.arange(36.0).reshape(3, 2, 2, 3) * 5 % 7) - 3
_rows = torch.arange(1.0, 21).reshape(1, 1, 4, 5)
_column = _t([[[[1, 0], [0, 1], [2, -1]]]])
_LARGE["_xs"] = "(torch.arange(48.0).reshape(2, 2, 3, 4) * 7 % 5) - 2"
_LARGE["_ws"] = "(torch.arange(36.0).reshape(3, 2, 2, 3) * 5 % 7) - 3"

_FLIPPED = "Your kernel is turned upside down: weight[0, 0] belongs to the upper left pixel of the window, unflipped."
EXAMPLES["conv2d"] = [
    _value(
        "conv2d(x, weight) with x = [[1, 2, 0, 3], [0, 1, 4, 1], [2, 0, 1, 5]], weight = [[1, 2], [0, -1]]",
        (_x, _w),
        _t([[[[4, -2, 5], [2, 8, 1]]]]),
        [
            (_t([[[[0, 4, 9], [4, 0, 3]]]]), _FLIPPED),
            (_t([[[[0, 0, 7], [4, 0, 1]]]]), "Rows and columns of the kernel are swapped: weight[o, c, row, column]."),
            (torch.Size([1, 1, 3, 4]), "The result is as large as the input: without padding the window must fit inside (task 1's formula)."),
            (torch.Size([1, 1, 3, 2]), "Height and width of the result are swapped: H comes before W."),
            (torch.Size([2, 3]), "Batch and channel dimensions are lost: the result has four, (N, C_out, H_out, W_out)."),
        ],
        advice="The first number is 1·1 + 2·2 + 0·0 + 1·(−1) = 4. Work out the second by hand and compare.",
    ),
    _value(
        "conv2d(x, weight, bias) with x of shape (2, 2, 3, 4), weight (3, 2, 2, 3), bias = [10, 20, 30]",
        (_xs, _ws, _t([10, 20, 30])),
        _t([[[[4, 19], [4, 4]], [[22, 5], [34, 22]], [[47, 33], [1, 47]]], [[[4, 4], [19, 4]], [[34, 22], [11, 34]], [[1, 47], [45, 1]]]]),
        [
            (_t([[[[-6, 9], [-6, -6]], [[2, -15], [14, 2]], [[17, 3], [-29, 17]]], [[[-6, -6], [9, -6]], [[14, 2], [-9, 14]], [[-29, 17], [15, -29]]]]), "The bias is missing: add bias[o] to the whole of output channel o."),
            (_t([[[[8, 20], [6, 8]], [[14, 13], [25, 14]], [[41, 41], [16, 41]]], [[[6, 8], [9, 6]], [[25, 14], [26, 25]], [[16, 41], [36, 16]]]]), "Only the first input channel is used: add up over all of them."),
            (_t([[[[6, 9], [8, 6]], [[28, 12], [29, 28]], [[36, 22], [15, 36]]], [[[8, 6], [20, 8]], [[29, 28], [5, 29]], [[15, 36], [39, 15]]]]), "Only the last input channel is used: add to the sum (+=) instead of replacing it."),
            (torch.Size([2, 2, 2, 2]), "The result has as many channels as the input. It should have one for each kernel: C_out = 3."),
            (torch.Size([1, 3, 2, 2]), "Only one image came out. The batch has N = 2."),
        ],
        advice="One image and one channel work. Are all input channels added up into each output channel, and each image done?",
    ),
    _value(
        "conv2d(x, weight, stride=2, padding=1) with x of shape (1, 1, 4, 5), weight (1, 1, 3, 2)",
        (_rows, _column, {"stride": 2, "padding": 1}),
        _t([[[[-5, 9, 13], [-5, 36, 42]]]]),
        [
            (torch.Size([1, 1, 4, 6]), "The stride is not used: the window moves on by `stride` pixels each time."),
            (torch.Size([1, 1, 1, 2]), "The size of the result does not count the padding: add `padding` zeros on all four sides first, and count the windows on what comes of it."),
            (torch.Size([1, 1, 2, 4]), "Neither stride nor padding is used yet."),
            (torch.Size([1, 1, 3, 2]), "Height and width are swapped somewhere: the kernel is 3 high and 2 wide."),
        ],
        advice="With a stride, out[…, i, j] looks at the window that begins at row i·stride and column j·stride of the padded x.",
    ),
    _value(
        "conv2d(x, weight, bias=[0.5], padding=2) with x = [[1, 2], [4, -1]] / 3, weight = [[1, 0, 2], [-1, 3, 1], [2, -2, 1]] / 7",
        (_t([[[[1, 2], [4, -1]]]]) / 3, _t([[[[1, 0, 2], [-1, 3, 1], [2, -2, 1]]]]) / 7, _t([0.5]), {"padding": 2}),
        _t([[[[0.547619, 0.5, 0.404762, 0.690476], [0.738095, 0.309524, 1.214286, 0.309524], [0.785714, 1.214286, 0.214286, 0.642857], [0.880952, 0.404762, 0.690476, 0.452381]]]]),
        [
            (torch.Size([1, 1, 2, 2]), "Padding goes on all four sides, and each side gets as many zeros as `padding` says: here 2."),
        ],
        advice="Padding 1 and whole numbers work. Is the padding here 2 on all four sides, and is nothing rounded?",
    ),
    _value("conv2d(x, weight) with x and weight in float64", (_x.double(), _w.double()), _t([[[[4, -2, 5], [2, 8, 1]]]], torch.float64)),
]

HINTS["conv2d"] = (
    "Begin with one image, one channel, one kernel, no padding: two loops over the places of the result. Make it right first; speed does not count.",
    "Pad x first (F.pad takes left, right, top, bottom). Then out[n, o, i, j] looks at the window x[n, :, i·stride : i·stride + kH, j·stride : j·stride + kW]: multiply by weight[o], add everything up.",
    "A window of shape (N, C_in, kH, kW) and a weight of shape (C_out, C_in, kH, kW) meet in torch.einsum(\"nchw,ochw->no\", window, weight): that is out[:, :, i, j]. At the end add bias.reshape(1, -1, 1, 1), if there is one.",
)


# --------------------------------------------------------------------------------------------- 01_cnn_layers: max_pool2d

_pool = _t([[[[1, 3, 0, 2, 9], [4, 2, 1, 1, 9], [-5, -1, 0, 6, 9], [-2, -3, 2, 1, 9]]]])
_pools = torch.arange(24.0).reshape(1, 2, 3, 4) * 7 % 11 - 8
_tall = -(torch.arange(168.0) * 29 % 101).reshape(2, 2, 7, 6) - 3
_LARGE["_tall"] = "-(torch.arange(168.0) * 29 % 101).reshape(2, 2, 7, 6) - 3"

EXAMPLES["max_pool2d"] = [
    _value(
        "max_pool2d(x, 2) with x of shape (1, 1, 4, 5), the grid of the picture",
        (_pool, 2),
        _t([[[[4, 2], [-1, 6]]]]),
        [
            (_t([[[[4, 2], [0, 6]]]]), "The window [-5, -1, -2, -3] gives 0, which is not in it: start from the window's own values (or −inf), not from 0."),
            (_t([[[[2.5, 1], [-2.75, 2.25]]]]), "That is the mean of each window. Keep the largest value."),
            (_t([[[[1, 0], [-5, 0]]]]), "These are the smallest values of the windows, which stand first in them here. Keep the largest of all four."),
            (torch.Size([1, 1, 3, 4]), "The windows overlap: stride=None means stride = kernel_size."),
            (torch.Size([1, 1, 2, 3]), "The fifth column fits no whole window, so it is left out: round the size down."),
        ],
        advice="Each result is the largest value of its own 2×2 window. Work out one by hand.",
    ),
    _value(
        "max_pool2d(x, 2, stride=1) with x of shape (1, 2, 3, 4)",
        (_pools, 2, {"stride": 1}),
        _t([[[[-1, 1, 2], [0, 1, 1]], [[1, 2, 2], [1, 1, -1]]]]),
        [
            (torch.Size([1, 2, 1, 2]), "The stride is not used: here the window moves by 1, so windows overlap."),
            (_t([[[[1, 2, 2], [1, 1, 1]], [[1, 2, 2], [1, 1, 1]]]]), "The maximum runs over the channels, too. Each channel is pooled by itself."),
            (torch.Size([1, 1, 2, 3]), "A channel is lost. Each channel is pooled by itself."),
        ],
        advice="With stride 1, out[…, i, j] is the largest of x[…, i:i+2, j:j+2], in each channel by itself.",
    ),
    _value(
        "max_pool2d(x, 3) with x = -(torch.arange(168.0) * 29 % 101).reshape(2, 2, 7, 6) - 3",
        (_tall, 3),
        _t([[[[-3, -18], [-20, -6]], [[-9, -24], [-26, -12]]], [[[-15, -3], [-4, -18]], [[-21, -7], [-10, -24]]]]),
        [(torch.Size([2, 2, 3, 2]), "The windows move by 2. Without a stride they move by their own size: stride=None means stride = kernel_size, here 3.")],
        advice="Here are two images, two channels, windows of 3×3, and values below zero only: each image and each channel is pooled by itself.",
    ),
    _value("max_pool2d(x, 2) with x in float64", (_pool.double(), 2), _t([[[[4, 2], [-1, 6]]]], torch.float64)),
]

HINTS["max_pool2d"] = (
    "It is the loop of conv2d with another thing done to each window. What stays the same, what is dropped?",
    "If stride is None, it is kernel_size. Window (i, j) begins at row i·stride and column j·stride; take its maximum over the last two dimensions, for all images and channels at once.",
    "window.amax(dim=(2, 3)) has shape (N, C): it belongs to out[:, :, i, j]. Make `out` before the loop with x.new_empty; its four sizes stand in the docstring.",
)


# --------------------------------------------------------------------------------------------------- 01_cnn_layers: relu

EXAMPLES["relu"] = [
    _value(
        "relu(tensor([[-2, -0.5, 0], [1.5, -0.1, 3]]))",
        (_t([[-2, -0.5, 0], [1.5, -0.1, 3]]),),
        _t([[0, 0, 0], [1.5, 0, 3]]),
        [
            (_t([[2, 0.5, 0], [1.5, 0.1, 3]]), "That is the absolute value. Negative numbers should become 0."),
            (_t([[0, 0, 0], [1, 0, 1]]), "Your positive numbers have become 1. Keep x itself there."),
            (_t([[-2, -0.5, 0], [0, -0.1, 0]]), "That is the smaller of x and 0. Take the larger."),
            (_t([[-2, -0.5, 0], [1.5, -0.1, 3]]), "Nothing has changed: negative numbers should become 0."),
            (_t([1.5, 3]), "The negative numbers are gone, and the shape with them. Put 0 in their place."),
            (_t([[-0.02, -0.005, 0], [1.5, -0.001, 3]]), "That is a leaky ReLU. Negative numbers should become exactly 0."),
        ],
        advice="Each number stands for itself: positive ones stay, negative ones become 0.",
    ),
    _value("relu(x) with x = [-1, 0.4, 2, 60] in float64", (_t([-1, 0.4, 2, 60], torch.float64),), _t([0, 0.4, 2, 60], torch.float64), advice="Positive numbers stay as they are, small ones and large ones."),
]

HINTS["relu"] = (
    "What is the larger of a number and 0?",
    "There are several ways: clamp, maximum with a tensor of zeros, where, or x times (x > 0). Choose one that makes a new tensor.",
    "torch.maximum needs two tensors: x and torch.zeros_like(x). Or look up what clamp does with min=0.",
)


# ---------------------------------------------------------------------------------------------------- 01_cnn_layers: CNN

_COUNTS = {
    21512: "The biases are missing: leave `bias` at its default.",
    8778: "The linear layer is made for 3×3 places of the image, not for 7×7: is padding=1 in every convolution, and is there a third pooling? Two are enough.",
    256778: "There is no pooling: pool 2×2 after the first and the second convolution.",
    68618: "One pooling is missing: pool 2×2 after the first and the second convolution.",
    21690: "That is 112 parameters more, as many as batch normalisation has. Leave extra layers out.",
}


def _network(CNN):
    model = CNN()
    if not isinstance(model, nn.Module):
        raise Wrong("CNN()", model, Words("an nn.Module"), "Write `class CNN(nn.Module):`, and call super().__init__() first.")
    call = "CNN()(images) with images of shape (2, 1, 28, 28)"
    got = model(_digits_like(2))
    if not isinstance(got, torch.Tensor):
        raise Wrong(call, got, Words("a tensor of shape (2, 10)"), "Does `forward` return the logits?")
    if got.shape != (2, 10):
        more = got.dim() == 2 and got.shape[0] > 2
        grown = "There are more rows than images: a `view(-1, …)` has cut one image into several. Keep a row for each with flatten(start_dim=1). Is a pooling missing?"
        advice = grown if more else "The batch must stay: use flatten(start_dim=1)." if got.dim() == 1 or got.shape[0] != 2 else "The last layer has ten outputs, one for each digit, for each image."
        raise Wrong(call, got, Words("a tensor of shape (2, 10)"), advice)
    single = model(_digits_like(1))
    if single.shape != (1, 10):
        raise Wrong("CNN()(images) with one image, shape (1, 1, 28, 28)", single, Words("a tensor of shape (1, 10)"), "A batch of one image is a batch, too: `squeeze()` takes its dimension away. Use flatten(start_dim=1).")
    sizes = [p.numel() for p in model.parameters() if p.requires_grad]
    if sum(sizes) != 21578:
        advice = _COUNTS.get(sum(sizes), "Print the shape of each parameter, and compare with 80 + 1,168 + 4,640 + 15,690.")
        raise Wrong("the trainable parameters of CNN()", sum(sizes), 21578, advice)
    fill = {72: 0.2, 8: -0.2, 1152: -0.02, 16: 2, 4608: -0.01, 32: 1, 15680: -0.01, 10: 0.25}
    if not set(sizes) <= set(fill):
        return  # weights cut in another way than by layers: this example does not fit them, the hidden tests do
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.fill_(fill.get(parameter.numel(), 0.0))
        training, again = model.train()(_digits_like(2))[:, 0], model.eval()(_digits_like(2))[:, 0]
    call = "CNN()(images), all parameters of a layer set to one number; score 0 of both images"
    if not torch.allclose(training, again, rtol=1e-3, atol=1e-3):
        raise Wrong(call, training, Words("the same in training and in evaluation mode"), "The network answers differently in training mode: leave dropout and batch normalisation out.")
    slips = [
        ([5.35885, 2.7374], "It behaves as if there were no ReLU at all: one after each convolution."),
        ([0.06281, -0.58313], "It behaves as if there were no ReLU after the first convolution."),
        ([-0.17168, -24.7561], "It behaves as if there were no ReLU after the second convolution."),
        ([2.3409, -6.47614], "It behaves as if there were no ReLU after the third convolution."),
        ([0.23915, -5.38825], "It behaves like mean pooling: use max pooling."),
        ([0.0, 0.0], "Negative scores are cut off: no ReLU after the linear layer. Logits may be negative."),
        ([0.1, 0.1], "There is a softmax at the end. Return the raw scores: the loss makes the softmax itself."),
        ([-2.302585, -2.302585], "There is a log-softmax at the end. Return the raw scores: the loss makes it itself."),
    ]
    _compare(call, again, _t([-0.17168, -6.59155]), slips, "Compare the order of the layers with the table: convolution, ReLU, pooling.")


EXAMPLES["CNN"] = [_network]
MORE_WORDS["CNN"] = (
    (
        "RuntimeError",
        r"mat1 and mat2 shapes cannot be multiplied \(1x",
        "All images stand in one single row: the batch is flattened with them. Keep a row for each image: `x.flatten(start_dim=1)`.",
    ),
    (
        "RuntimeError",
        "mat1 and mat2 shapes",
        "The linear layer gets another number of values than it expects. Print x.shape just before it: is padding=1 in every "
        "convolution, and are there two poolings?",
    ),
)

HINTS["CNN"] = (
    "Layers that have parameters are made in __init__ (`self.name = …`) and used in forward. Go down the table row by row.",
    "nn.Conv2d takes channels in, channels out, kernel_size and padding; three of them are needed, and one nn.Linear. In forward: convolution, ReLU, pool; again; convolution, ReLU; flatten; linear. Print x.shape after each row.",
    "x.flatten(start_dim=1) turns (N, 32, 7, 7) into (N, 1568) and keeps the batch. F.relu and F.max_pool2d(x, 2) need no place in __init__. Return what the linear layer gives, nothing after it.",
)


# --------------------------------------------------------------------------------------- 01_cnn_layers: count_parameters


def _module(*layers, frozen=0):
    model = nn.Sequential(*layers)
    for parameter in list(model.parameters())[:frozen]:
        parameter.requires_grad_(False)
    return model


def _all_kinds(function):
    got = _number(function(nn.Linear(5, 3)))
    if got == 18e-6:
        raise Wrong("count_parameters(nn.Linear(5, 3))", got, 18, "That is the number in millions. Return the number itself.")
    if got == 15:
        first = False
        with contextlib.suppress(Exception):
            first = _number(function(_module(nn.Linear(2, 3), nn.Linear(3, 2)))) == 6
        words = "Only one tensor is counted, the first, which is the largest, too: does the loop end early, by a `return` or `break` inside it?" if first else "The biases are missing: they are parameters, too."
        raise Wrong("count_parameters(nn.Linear(5, 3))", got, 18, words)


EXAMPLES["count_parameters"] = [
    _all_kinds,
    lambda function: _value("count_parameters(nn.Linear(5, 3))", (nn.Linear(5, 3),), 18, [(2, "That is the number of tensors. Add up the numbers in each: `numel()`."), (8, "That adds up lengths of sides. Each tensor has the product of its sides: `numel()`.")])(function),
    lambda function: _value("count_parameters(model) of Linear(2, 3), BatchNorm1d(3) and Bilinear(2, 3, 2)", (_module(nn.Linear(2, 3), nn.BatchNorm1d(3), nn.Bilinear(2, 3, 2)),), 29, [(9, "Only the linear layer is counted. Ask the model for all parameters: `model.parameters()`.")], advice="A parameter may have any number of axes, and any layer may have some: add up numel() of all.")(function),
    lambda function: _value("count_parameters(model) of Linear(4, 3), whose weight and bias are frozen, and Linear(3, 2)", (_module(nn.Linear(4, 3), nn.Linear(3, 2), frozen=2),), 8, [(23, "Frozen parameters are counted, too. Only those with `requires_grad` change in training."), (2, "That is the number of tensors: use numel()."), (0, "That counts only the model's own parameters, not those of the layers in it: `model.parameters()` gives all.")])(function),
]

HINTS["count_parameters"] = (
    "`for p in model.parameters(): print(p.shape)` shows what is there.",
    "Each p is a tensor; p.numel() is the number of its elements, and p.requires_grad says whether training changes it.",
    "A sum over a generator expression with an `if`: sum(… for p in model.parameters() if …).",
)


# ---------------------------------------------------------------------------------------- 02_training_loop: make_loaders


def _served(loader, call):
    """Return a loader's batches as lists of sample numbers."""
    batches = []
    for batch in loader:
        if not isinstance(batch, (list, tuple)) or len(batch) != 2:
            raise Wrong(call, batch, Words("batches (inputs, targets)"), "Make the loaders of parts of `dataset` itself, so that they serve pairs.")
        batches.append([int(v) for v in batch[0].flatten().tolist()])
    return batches


def _loaders(function):
    data = TensorDataset(torch.arange(25.0).reshape(25, 1), torch.arange(25) % 3)
    call = "make_loaders(dataset, batch_size=4, val_fraction=0.2, seed=3) with 25 samples"

    def made(seed):
        got = function(data, batch_size=4, val_fraction=0.2, seed=seed)
        if not isinstance(got, (tuple, list)) or len(got) != 2:
            raise Wrong(call, got, Words("(train_loader, val_loader)"), "Return both loaders: `return train_loader, val_loader`.")
        return got

    train_loader, val_loader = made(3)
    for loader in (train_loader, val_loader):
        if not hasattr(loader, "__iter__") or isinstance(loader, torch.utils.data.Dataset):
            raise Wrong(call, loader, Words("two DataLoaders"), "A part of the data set is not yet a loader: wrap it in DataLoader(part, batch_size=batch_size, …).")
    train, val = _served(train_loader, call), _served(val_loader, call)
    flat_train, flat_val = sum(train, []), sum(val, [])
    sizes = Words(f"{len(flat_train)} samples for training, {len(flat_val)} for validation")
    if set(flat_train) & set(flat_val):
        raise Wrong(call, Words(f"samples {sorted(set(flat_train) & set(flat_val))[:5]} … are in both parts"), Words("each sample in one part"), "The parts overlap: cut one shuffled list of indices in two.")
    if len(flat_train) <= 6 and len(flat_val) >= 19:
        raise Wrong(call, sizes, Words("20 and 5"), "Validation is the larger part: it should get the share val_fraction of the samples, and training comes first in the result.")
    if len(flat_train) + len(flat_val) < 25:
        raise Wrong(call, sizes, Words("25 samples together"), "Samples are missing. Is there a drop_last=True, or is something cut off by rounding?")
    if len(flat_train) + len(flat_val) > 25:
        raise Wrong(call, sizes, Words("25 samples together"), "Some samples come twice.")
    if not 4 <= len(flat_val) <= 6:
        raise Wrong(call, sizes, Words("20 and 5 (give or take 1)"), "Validation gets n · val_fraction samples: len(dataset) * val_fraction, rounded.")
    for name, batches in ((Words("training"), train), (Words("validation"), val)):
        if max(len(b) for b in batches) != 4 or min(len(b) for b in batches[:-1] or batches) != 4:
            raise Wrong(call, Words(f"{name} batches of {[len(b) for b in batches]}"), Words("batches of 4; the last may be smaller"), "Hand batch_size on to both DataLoaders.")
    if flat_train == sum(_served(train_loader, call), []):
        raise Wrong(call, Words("training served in the same order in both epochs"), Words("a new order every epoch"), "Training needs shuffle=True (and a generator, if it has one, that is not set back each epoch).")
    if flat_val != sum(_served(val_loader, call), []):
        raise Wrong(call, Words("validation served in two orders"), Words("a fixed order"), "Shuffling is for training only: leave shuffle away for validation.")
    torch.manual_seed(99)
    again = sum(_served(made(3)[1], call), [])
    if set(again) != set(flat_val):
        raise Wrong(call + ", called twice", Words("two different splits"), Words("the same split"), "The split must depend on `seed` alone. Give random_split or randperm a generator: torch.Generator().manual_seed(seed).")
    other = sum(_served(made(4)[1], call), [])
    if set(other) == set(flat_val):
        words = "The split is not random: shuffle the indices first (torch.randperm with a generator)." if sorted(flat_val) in (list(range(5)), list(range(20, 25))) else "The argument `seed` is not used: another seed should give another split."
        raise Wrong(call.replace("seed=3", "seed=4"), Words("the same split as with seed=3"), Words("another split"), words)


def _loaders_of_odd_sizes(function):
    data = TensorDataset(torch.arange(23.0).reshape(23, 1), torch.arange(23) % 3)
    call = "make_loaders(dataset, batch_size=5, val_fraction=0.3, seed=0) with 23 samples"
    splits = []
    for state in (1, 2):
        torch.manual_seed(state)
        train, val = (sum(_served(loader, call), []) for loader in function(data, batch_size=5, val_fraction=0.3, seed=0))
        sizes = Words(f"{len(train)} samples for training, {len(val)} for validation")
        if len(set(train)) < len(train):
            raise Wrong(call, Words("samples that come twice in one epoch of training"), Words("each once"), "Draw without replacement: shuffle=True does.")
        if abs(len(val) - 6.9) > 1:
            raise Wrong(call, sizes, Words("16 and 7 (give or take 1)"), "Validation gets n · val_fraction samples: len(dataset) * val_fraction, rounded; it need not be a whole number of batches.")
        if len(train) + len(val) != 23:
            raise Wrong(call, sizes, Words("23 samples together"), "Samples are missing. Round one size only and take the other as the rest; and keep the last, smaller batch.")
        splits.append(set(val))
    if splits[0] != splits[1]:
        raise Wrong(call + ", called twice", Words("two different splits"), Words("the same split"), "0 is a seed like any other: `if seed` is not asked of it.")


EXAMPLES["make_loaders"] = [_loaders, _loaders_of_odd_sizes]

HINTS["make_loaders"] = (
    "Put the numbers 0 to n−1 into a random order once. Then the split is just a cut.",
    "torch.randperm(n, generator=…) with a torch.Generator of your own, seeded with `seed`, gives the order; Subset(dataset, indices) is a part; DataLoader(part, batch_size=…, shuffle=…) serves it.",
    "n_val = round(n · val_fraction); the first n_val places of the order are for validation, the rest for training. shuffle=True for training only. (random_split with generator= does the cut, too.)",
)


# ------------------------------------------------------------------------------------- 02_training_loop: train_one_epoch


def _epoch_of_images(function):
    call = "train_one_epoch(model, loader, nn.MultiMarginLoss(), SGD with lr=0.5), 7 images of shape (1, 1, 2) in batches of 3"
    model = _Small(images=True)
    got = function(model, _image_loader(), nn.MultiMarginLoss(), torch.optim.SGD(model.parameters(), lr=0.5))
    advice = "The loss is the one that is given, `criterion`, and the images reach the model as they come."
    _compare(call + "; the model's weight afterwards", model.linear.weight, _t([[0.5, -0.138889], [0.472222, 0.416667], [-1.222222, 0.222222]]), (), advice)
    _compare(call, got, 0.4533068, (), advice)


def _epoch(function):
    call = "train_one_epoch(model, loader, nn.CrossEntropyLoss(), SGD with lr=0.5), 5 samples in batches of 2"
    model = _Small().eval()
    got = function(model, _loader(), nn.CrossEntropyLoss(), torch.optim.SGD(model.parameters(), lr=0.5))
    if not all(model.modes):
        raise Wrong(call, Words("a forward pass in evaluation mode"), Words("training mode"), "Call model.train() before the first batch.")
    _require_all(call, model)
    if len(model.modes) != 3:
        raise Wrong(call, Words(f"{len(model.modes)} forward passes"), Words("3, one for each batch"), "Each batch goes through the model once. Keep its output; do not compute it again.")
    slips = [
        ([[0.5, -0.5], [0.25, 1.0], [-1.0, 0.0]], "The weights have not changed. Is optimizer.step() called, after loss.backward()?"),
        ([[-0.60569, 0.17768], [-0.71644, 0.48443], [1.07213, -0.16211]], "Each step follows the gradients of all batches so far. Clear them for each batch: optimizer.zero_grad()."),
        ([[-0.35963, -1.35963], [0.26043, 1.01043], [-0.1508, 0.8492]], "There is only one step in the whole epoch. The optimizer steps once for each batch: check the indentation."),
    ]
    if any(_is_slip(model.linear.weight, _t(wrong)) for wrong, _ in slips):
        better = next(better for wrong, better in slips if _is_slip(model.linear.weight, _t(wrong)))
        raise Wrong(call + "; the model's weight afterwards", model.linear.weight, _t([[-0.61059, -0.81297], [-0.11363, 0.84379], [0.47422, 0.46918]]), better)
    _compare(call + "; the model's weight afterwards", model.linear.weight, _t([[-0.61059, -0.81297], [-0.11363, 0.84379], [0.47422, 0.46918]]), (), "For each batch: zero_grad, forward, loss, backward, step, in this order and once each.")
    losses = [
        (2.23576, "That is the mean over batches. The last batch has one sample and weighs too much: add up loss · len(targets), divide by the number of samples."),
        (6.70729, "That is the sum over the batches. Weigh each loss with its batch size, and divide by the number of samples."),
        (10.9822, "That is the sum over all samples. Divide it by their number."),
        (1.34146, "A batch's loss is a mean already. Multiply it by len(targets) before you divide by the number of samples."),
        (2.43238, "That is the loss of the last batch alone. Add up over the batches."),
        (3.66073, "You divide by the number of batches. Divide by the number of samples."),
        (0.7387, "That is the loss after each step. Use the loss that the batch had when it was trained on."),
    ]
    _compare(call, got, 2.19644, losses, "Return the mean loss per sample: sum of loss · batch size, divided by the number of samples.")


EXAMPLES["train_one_epoch"] = [_epoch, _epoch_of_images]

HINTS["train_one_epoch"] = (
    "Write the five steps for a single batch first: clear, forward, loss, backward, step. Then put the loop around it.",
    "model.train() before the loop. Inside: move both tensors with .to(device), optimizer.zero_grad(), the criterion of the model's outputs and the targets, loss.backward(), optimizer.step(). What must be added up for the mean per sample?",
    "The loss is the mean of its batch: add loss.item() · len(targets) to a running total, and len(targets) to a count. Return total / count.",
)


# -------------------------------------------------------------------------------------------- 02_training_loop: evaluate


def _evaluation_of_images(function):
    call = "evaluate(model, loader, nn.MultiMarginLoss()), 7 images of shape (1, 1, 2) in batches of 3, under torch.no_grad()"
    model = _Small(images=True).eval()
    with torch.no_grad():
        got = function(model, _image_loader(), nn.MultiMarginLoss())
        on = torch.is_grad_enabled()
    if on:
        raise Wrong(call, Words("gradients are switched on afterwards"), Words("switched off, as before"), "`with torch.no_grad():` leaves things as it found them; torch.set_grad_enabled(True) does not.")
    if not all(parameter.requires_grad for parameter in model.parameters()):
        raise Wrong(call, Words("parameters that do not learn any more"), Words("the parameters as they were"), "Leave requires_grad of the parameters alone: torch.no_grad() is enough.")
    slips = [
        ((None, 5.0), "That is the number of right answers. Divide by the number of samples."),
        ((None, 3 / 7), "That is the number of batches with a right answer. Count right answers."),
    ]
    advice = ("The loss is the one that is given, `criterion`, weighed with the size of each batch.", "In each row the place of the largest logit is the prediction; compare it with the target, and divide by all samples.")
    _compare(call, got, (0.4261905, 0.7142857), slips, advice, names=("loss", "accuracy"))


def _evaluation(function):
    call = "evaluate(model, loader, nn.CrossEntropyLoss()), 5 samples in batches of 2"
    for before in (True, False):
        model = _Small().train(before)
        weight = model.linear.weight.clone()
        got = function(model, _loader(), nn.CrossEntropyLoss())
        if any(model.modes):
            raise Wrong(call, Words("a forward pass in training mode"), Words("evaluation mode"), "Call model.eval() first: otherwise dropout and batch normalisation behave as in training.")
        if any(model.recording):
            raise Wrong(call, Words("a forward pass that records gradients"), Words("no gradients"), "Put the loop inside `with torch.no_grad():`. model.eval() does not do that.")
        _require_all(call, model)
        if not torch.equal(weight, model.linear.weight):
            raise Wrong(call, Words("changed weights"), Words("the weights as they were"), "Evaluating is not training: no backward, no step.")
        if any(module.training != before for module in model.modules()):
            mode = {True: "training mode", False: "evaluation mode"}
            raise Wrong(call + f", the model in {mode[before]}", Words(f"the model, or a layer in it, left in {mode[not before]}"), Words(mode[before]), "Remember model.training at the start, and end with model.train(was_training).")
        if not torch.is_grad_enabled():
            torch.set_grad_enabled(True)
            raise Wrong(call, Words("gradients are switched off afterwards"), Words("switched on, as before"), "`with torch.no_grad():` switches them on again by itself; torch.set_grad_enabled(False) does not.")
        slips = [
            ((None, 20.0), "The accuracy is a share, not a percentage: 0.2, not 20."),
            ((None, 1.0), "1 of 5 is right, which makes 0.2: divide the number of right answers by the number of samples."),
            ((None, 0.8), "That is the share of wrong answers. The accuracy is the share of right ones."),
            ((None, 1 / 6), "That is the mean of the batches' accuracies. The last batch is smaller: count right answers, divide by all samples."),
            ((None, 1 / 3), "You divide by the number of batches. Divide by the number of samples."),
            ((2.02874, None), "The loss is the mean over batches; the last is smaller. Weigh each with len(targets)."),
            ((2.02874, 1 / 6), "Both are means over batches; the last is smaller. Weigh by samples, not by batches."),
            ((6.08621, None), "The loss is a sum over batches. Weigh each with its size, divide by the number of samples."),
            ((10.20896, None), "The loss is the sum over all samples. Divide by their number."),
            ((1.21724, None), "A batch's loss is a mean already: multiply by len(targets) before you divide by the number of samples."),
            ((0.2, 2.04179), "The order is (loss, accuracy)."),
        ]
        advice = (
            "The loss is the mean over samples: the sum of each batch's loss · batch size, divided by the number of samples.",
            "The accuracy is the number of right answers, divided by the number of samples.",
        )
        _compare(call, got, (2.04179, 0.2), slips, advice, names=("loss", "accuracy"))


EXAMPLES["evaluate"] = [_evaluation, _evaluation_of_images]

HINTS["evaluate"] = (
    "Copy the loop of train_one_epoch and take out everything that learns. What has to be added before and after it?",
    "Before: remember model.training, then model.eval(). Around the loop: with torch.no_grad(). After: model.train(was_training). Count right answers and samples on the way.",
    "(logits.argmax(dim=1) == targets).sum().item() is the number of right answers in a batch. Divide both totals by the number of samples, and return loss first.",
)


# ------------------------------------------------------------------------------------------------- 02_training_loop: fit


def _fitting(function):
    call = "fit(model, train_loader, val_loader, epochs=3, lr=0.1) with 5 + 3 samples"
    model = _Small()
    val_loader = DataLoader(TensorDataset(_t([[1, 1], [-1, -1], [0.5, -2]]), torch.tensor([1, 0, 2])), batch_size=2)
    got = function(model, _loader(), val_loader, 3, 0.1)
    keys = ("train_loss", "val_loss", "val_accuracy")
    if not isinstance(got, dict) or any(key not in got for key in keys):
        raise Wrong(call, got, Words("a dictionary with " + ", ".join(keys)), "Return the history: one list under each of the three names.")
    for key in keys:
        if not isinstance(got[key], (list, tuple)) or len(got[key]) != 3:
            words = "Append one number in every epoch."
            if isinstance(got[key], list) and len(got[key]) == 1:
                words += " Only one epoch has left its number: does the loop over the epochs end early, by a `return` inside it?"
            raise Wrong(f'{call}; history["{key}"]', got[key], Words("a list of 3 numbers, one for each epoch"), words)
        if any(isinstance(value, torch.Tensor) and value.requires_grad for value in got[key]):
            raise Wrong(f'{call}; history["{key}"]', Words("tensors that still hold their graphs"), Words("a list of numbers"), "Each of these keeps the graph of its whole epoch in memory. Take the plain number out of a loss with `.item()` before you add it up or append it.")
        if any(_number(value) is None for value in got[key]):
            words = "`evaluate` returns two, so take them apart first." if any(isinstance(value, (tuple, list)) for value in got[key]) else "`.item()` takes one out of a tensor with a single value."
            raise Wrong(f'{call}; history["{key}"]', got[key], Words("a list of numbers"), f"Append plain numbers: {words}")
    values = {key: [_number(value) for value in got[key]] for key in keys}
    expected = {"train_loss": [2.11424, 1.55197, 1.25435], "val_loss": [1.1465, 1.12301, 1.12703], "val_accuracy": [1 / 3, 2 / 3, 2 / 3]}
    slips = {
        "train_loss": [
            ([2.11424, 1.75506, 1.47999], "The optimizer is made anew in each epoch and forgets what it knew. Make it once, before the loop."),
            ([2.06936, 1.70946, 1.48236], "That is what SGD gives. The task asks for torch.optim.Adam."),
            ([2.04246, 2.03644, 2.032], "`lr` does not reach the optimizer: Adam(model.parameters(), lr=lr)."),
            ([2.04179, 2.04179, 2.04179], "The model does not learn. Does each epoch call train_one_epoch, and has the optimizer this model's parameters?"),
        ],
        "val_loss": [
            ([1.23688, 1.1465, 1.12301], "Validation comes before training. Train first in each epoch, then evaluate."),
            ([1.66652, 1.34118, 1.11604], "That is the loss on the training data. Evaluate on val_loader."),
            ([1 / 3, 2 / 3, 2 / 3], "Loss and accuracy are exchanged: evaluate returns (loss, accuracy)."),
        ],
        "val_accuracy": [([100 / 3, 200 / 3, 200 / 3], "The accuracy is a share, not a percentage.")],
    }
    for key in keys:
        if _same(_t(values[key]), _t(expected[key])) and _is_rounded(_t(values[key]), _t(expected[key])):
            raise Wrong(f'{call}; history["{key}"]', values[key], expected[key], "The numbers are rounded. Append them as they are; rounding is for printing.")
    learned = [1.66652, 1.34118, 1.11604]  # the training loss may also be measured by an evaluation after the epoch
    if _same(_t(values["train_loss"]), _t(learned)):
        expected["train_loss"] = learned
    amiss = [key for key in keys if not _same(_t(values[key]), _t(expected[key]))]
    for key in amiss:
        for wrong, better in slips[key]:
            if _same(_t(values[key]), _t(wrong)):
                raise Wrong(f'{call}; history["{key}"]', values[key], expected[key], better)
        words = "`fit` rests on train_one_epoch and evaluate: do their checks pass? Then: one Adam, cross entropy, train, then validate."
        if len(amiss) == 1 and all((_t(values[other]) - _t(expected[other])).abs().max() < 2e-5 for other in keys if other != key):
            source = {"train_loss": "train_one_epoch returns", "val_loss": "evaluate returns first", "val_accuracy": "evaluate returns second"}[key]
            words = f"{key} alone is wrong; the other two lists are right. In every epoch append what {source}, as it is."
        raise Wrong(f'{call}; history["{key}"]', values[key], expected[key], words)


def _longer_fitting(function):
    call = "fit(model, train_loader, val_loader, epochs=8, lr=0.1) with batch normalisation in the model, 9 + 5 images"
    model = nn.Sequential(nn.Flatten(), nn.Linear(2, 4, bias=False), nn.BatchNorm1d(4), nn.ReLU(), nn.Linear(4, 3))
    with torch.no_grad():
        model[1].weight.copy_(_t([[1, -0.5], [0.5, 1], [-1, 0.25], [0.3, -1]]))
        model[4].weight.copy_((torch.arange(12.0) * 5 % 7 - 3).reshape(3, 4) / 4)
        model[4].bias.copy_(_t([0.1, -0.1, 0]))
    images = _t([[1, 2], [-1, 0.5], [2, -1], [0, 1], [-2, -2], [3, 0], [1, -1.5], [-1, 2], [0.5, 0.5], [1, 1], [-1, -1], [0.5, -2], [2, 2], [-2, 1]]).reshape(14, 1, 1, 2)
    labels = torch.tensor([1, 2, 0, 0, 2, 0, 1, 1, 2, 1, 2, 0, 0, 1])
    loaders = DataLoader(TensorDataset(images[:9], labels[:9]), batch_size=3), DataLoader(TensorDataset(images[9:], labels[9:]), batch_size=2)
    history = function(model, *loaders, 8, 0.1)
    advice = "One Adam with `lr` and nothing else added, for all parameters; training mode in every epoch's training, evaluation mode in its validation; and all epochs are run."
    for key, expected in (("val_loss", [1.121561, 0.996482, 0.958364, 0.947983, 0.939969, 1.008147, 1.20944, 1.40503]), ("val_accuracy", [0.4, 0.2, 0.4, 0.6, 0.6, 0.4, 0.4, 0.4])):
        got = [_number(value) for value in history[key]]
        if len(got) != 8 or not _same(_t(got), _t(expected)):
            few = "There are 8 epochs to run: no early end." if len(got) < 8 else advice
            raise Wrong(f'{call}; history["{key}"]', got, expected, few)
    words = "The history is right, but the model was not left as the last epoch's training left it. fit trains the very model that it is given; no copy, no going back to earlier weights."
    _compare(call + "; a weight of the model afterwards", model[4].weight[0], _t([0.19949, 0.326684, -1.382243, -0.132504]), (), words)
    _compare(call + "; the running mean of the batch normalisation afterwards", model[2].running_mean, _t([0.588795, 0.262954, -0.439996, -0.367322]), (), words)


EXAMPLES["fit"] = [_fitting, _longer_fitting]

HINTS["fit"] = (
    "Everything hard is done: this function calls train_one_epoch and evaluate. What must be made once, and what happens every epoch?",
    "Once: criterion, optimizer, three empty lists. Every epoch: train on train_loader, evaluate on val_loader, append three numbers.",
    "torch.optim.Adam(model.parameters(), lr=lr) stands before the loop. `val_loss, val_accuracy = evaluate(…)` takes the pair apart. The device is next(model.parameters()).device.",
)


# ------------------------------------------------------------------------------------ 02_training_loop: trained_accuracy


def _together(CNN, make_loaders, fit):
    call = "fit(CNN(), *make_loaders(20 images), epochs=1, lr=0.001)"
    model = CNN()
    if not isinstance(model, nn.Module):
        raise Wrong("CNN()", model, Words("an nn.Module"), "Paste your class from part 1 into the cell `my_cnn`.")
    images = _digits_like(2).repeat(10, 1, 1, 1) / 6
    data = TensorDataset(images, torch.arange(20) % 10)
    scores = model(images)
    if not isinstance(scores, torch.Tensor) or scores.shape != (20, 10):
        raise Wrong("CNN()(images) with 20 images", scores, Words("a tensor of shape (20, 10)"), "Mend CNN first: its check in part 1 should pass.")
    parameters = [p.detach().clone() for p in model.parameters()]
    if sum(p.numel() for p in parameters) != 21578:
        raise Wrong("the parameters of CNN()", sum(p.numel() for p in parameters), 21578, "Paste your finished class from part 1 into the cell `my_cnn`.")
    fit(model, *make_loaders(data), epochs=1, lr=0.001)
    if all(torch.equal(before, after) for before, after in zip(parameters, model.parameters())):
        raise Wrong(call, Words("the weights as they were"), Words("trained weights"), "Nothing was learned. Do the checks of train_one_epoch and fit pass? fit must train the very model that it is given.")


EXAMPLES["trained_accuracy"] = [_together]
NEEDS["trained_accuracy"] = ("CNN", "make_loaders", "fit")
PASSED_WORDS["trained_accuracy"] = "the parts fit together. The training itself, and the accuracy on the test images, come with the grading."

HINTS["trained_accuracy"] = (
    "Nothing is written here. Do the checks of make_loaders, train_one_epoch, evaluate and fit pass, and is your CNN pasted in?",
    "Run the cell above, which trains as the grading does. Does the training loss fall from epoch to epoch, starting near 2.3?",
    "If the loss stays near 2.3: zero_grad, backward, step and lr. If it falls but the accuracy is low: a softmax at the end of CNN, or fit training another model than the one that it is given.",
)


# ------------------------------------------------------------------------------------------- 03_softmax_metrics: softmax

EXAMPLES["softmax"] = [
    _value(
        f"softmax(z) with {_Z}",
        (_z,),
        _S1,
        [
            (_S0, "The columns add up to 1, not the rows: dim=-1 is the last dimension."),
            (_t([[0.08032, 0.21834, 0.59352], [0.02955, 0.02955, 0.04872]]), "The whole tensor adds up to 1. Sum along `dim` only, with keepdim=True."),
            (_t([[2.71828, 7.38906, 20.08554], [1, 1, 1.64872]]), "exp is right. Now divide by its sum along `dim`."),
            (_t([[1 / 6, 1 / 3, 0.5], [0, 0, 1]]), "The exponential is missing: exp first, then divide by the sum."),
            (_L1, "That is the logarithm of softmax. It is the next task."),
        ],
        advice="exp of each score, divided by the sum of the exps in its row. Does each row add up to 1?",
    ),
    _value(f"softmax(z, dim=0) with {_Z}", (_z, {"dim": 0}), _S0, [(_S1, "The argument `dim` is not used. Hand it on to amax and sum.")], advice="With dim=0, each column adds up to 1."),
    _value("softmax(tensor([[1000., 1001.]]))", (_t([[1000, 1001]]),), _t([[0.26894, 0.73106]]), nan="exp(1000) is infinity. Subtract the largest score along `dim` first: the result stays the same."),
    _value("softmax(tensor([[-1000., -1001.]]))", (_t([[-1000, -1001]]),), _t([[0.73106, 0.26894]]), nan="exp(-1000) is 0, and 0 / 0 is no number. Subtract the largest score, also where it is negative."),
    _value("softmax(tensor([[5., 1000.], [0., 1.]]))", (_t([[5, 1000], [0, 1]]),), _t([[0, 1], [0.26894, 0.73106]]), [(_t([[0, 1], [0, 0]]), "Subtract each row's own maximum, not that of the whole tensor.")], nan="Subtract from each row its own maximum, z.amax(dim=dim, keepdim=True): neither that of the whole tensor nor a mean will do."),
    _value("softmax(z) with z in float64", (_z.double(),), _S1.double()),
]

HINTS["softmax"] = (
    "Two steps: make every score positive, then make them add up to 1. Along which dimension?",
    "exp, then divide by the sum along `dim`, with keepdim=True so that the shapes line up. For large scores: subtract something from all of them first. It does not change the result; why?",
    "m = z.amax(dim=dim, keepdim=True); work with exp(z − m). The largest exponent is then 0.",
)


# --------------------------------------------------------------------------------------- 03_softmax_metrics: log_softmax

EXAMPLES["log_softmax"] = [
    _value(
        f"log_softmax(z) with {_Z}",
        (_z,),
        _L1,
        [
            (_S1, "That is softmax. Its logarithm is asked for."),
            (-_L1, "The sign is wrong: log-probabilities are negative."),
            (_L0, "The columns are normalised, not the rows: dim=-1 is the last dimension."),
            (_t([[-2.52169, -1.52169, -0.52169], [-3.52169, -3.52169, -3.02169]]), "The whole tensor is normalised. Sum along `dim` only, with keepdim=True."),
            (_t([[-2, -1, 0], [-0.5, -0.5, 0]]), "The largest score is subtracted. Now subtract the logarithm of the sum of the exps, too."),
        ],
        advice="z − log(sum of exp(z)) along each row.",
    ),
    _value(f"log_softmax(z, dim=0) with {_Z}", (_z, {"dim": 0}), _L0, [(_L1, "The argument `dim` is not used. Hand it on to amax and sum.")], advice="With dim=0, normalise each column."),
    _value("log_softmax(tensor([[1000., 1000.]]))", (_t([[1000, 1000]]),), _t([[-0.69315, -0.69315]]), nan="exp(1000) is infinity. Subtract the largest score before exp."),
    _value("log_softmax(tensor([[-1000., -1000.]]))", (_t([[-1000, -1000]]),), _t([[-0.69315, -0.69315]]), nan="exp(-1000) is 0, and its logarithm is minus infinity. Subtract the largest score, also where it is negative."),
    _value("log_softmax(tensor([[0., 0.], [1000., 1000.]]))", (_t([[0, 0], [1000, 1000]]),), _t([[-0.69315, -0.69315], [-0.69315, -0.69315]]), nan="Subtract each row's own maximum, not that of the whole tensor: of a row that lies far below, nothing is left."),
    _value("log_softmax(tensor([[0., 200.]]))", (_t([[0, 200]]),), _t([[-200, 0]]), [(_t([[-20.72327, 0]]), "A small number inside the logarithm hides the trouble and gives a wrong value. Take the logarithm on paper: (z − m) − log(sum of exp(z − m)).")], nan="log(softmax(z)) breaks down: the small probability became 0 before the logarithm. Use (z − m) − log(sum of exp(z − m)).", advice="No probability need be computed: (z − m) − log(sum of exp(z − m)), m the largest score."),
    _value("log_softmax(z) with z in float64", (_z.double(),), _L1.double()),
]

HINTS["log_softmax"] = (
    "Write log(exp(z_k) / S) as a difference of two logarithms, on paper.",
    "log softmax = z − log(sum of exp(z)). Only the second part can overflow; subtract the largest score before exp, and account for it.",
    "With s = z − z.amax(dim=dim, keepdim=True), the answer is s minus the log of the sum of exp(s) along `dim`, keepdim=True. (torch.logsumexp does the second part, stably.)",
)


# ------------------------------------------------------------------------------------- 03_softmax_metrics: cross_entropy

_classes = torch.tensor([0, 1, 0, 2])
EXAMPLES["cross_entropy"] = [
    _value(
        "cross_entropy(logits, targets) with logits of shape (4, 3), targets = [0, 1, 0, 2]",
        (_logits, _classes),
        _t(1.008873),
        [
            (_t(4.035494), "That is the sum over the batch. Take the mean."),
            (_t(-1.008873), "The sign is wrong: the loss is the *negative* mean."),
            (_t(0.336291), "You divide by N·K. The mean runs over the N samples."),
            (_t([0.46437, 0.16985, 3.09492, 0.30636]), "These are the losses of the samples, and they are right. Take their mean."),
            (_t(0.924727), "Softmax is applied twice. The input is logits: one log-softmax is enough."),
            (_t(-0.563432), "The logarithm is missing: that is the mean probability of the true class, not its logarithm."),
            (_t(0.573708), "You take the logarithm of the mean. Take the mean of the logarithms."),
            (_t(1.631687), "`log_probs[targets]` picks whole rows, not one entry of each row. Pair them: log_probs[torch.arange(N), targets]."),
            (_t(4.895060), "`log_probs[targets]` picks whole rows, not one entry of each row. Pair them: log_probs[torch.arange(N), targets]."),
            (_t(1.790133), "`log_probs[:, targets]` pairs every row with every target. Pair row n with target n: log_probs[torch.arange(N), targets]."),
            (_t(1.14125), "The probabilities add up to 1 over the batch, not over the classes: use dim=1."),
        ],
        advice="Of each row's log-softmax, pick the entry of its target; the loss is minus their mean.",
    ),
    _value("cross_entropy(tensor([[1000., 0., 0.], [0., 2000., 0.]], float64), tensor([0, 0]))", (_t([[1000, 0, 0], [0, 2000, 0]], torch.float64), torch.tensor([0, 0])), _t(1000, torch.float64), nan="exp(1000) is infinity, or a probability of 0 met the logarithm. Work from the scores: log of the sum of exps (stably) minus the true class's logit.", advice="With large scores a small number was lost. Work with log-softmax, not with the logarithm of softmax."),
]

HINTS["cross_entropy"] = (
    "Which one of the K log-probabilities of each row matters?",
    "Log-softmax along dim=1 gives (N, K). Pick, from row n, the entry of column targets[n]; the loss is minus the mean of what you picked.",
    "log_probs[torch.arange(N), targets] picks one entry from each row (so does gather). Then a minus sign and .mean().",
)


# ------------------------------------------------------------------------------------------- 03_softmax_metrics: predict


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


# ------------------------------------------------------------------------------------------ 03_softmax_metrics: accuracy

EXAMPLES["accuracy"] = [
    _value(
        "accuracy(logits, labels) with logits of shape (4, 3), of which 3 are right",
        (_logits, torch.tensor([0, 1, 2, 0])),
        0.75,
        [
            (75.0, "A share from 0 to 1 is expected, not a percentage."),
            (3.0, "That is the number of right answers. Divide by the number of samples."),
            (0.25, "Is that the share of wrong answers? 3 of 4 are right: compare logits.argmax(dim=1) with labels."),
            (0.0, "Nothing is right? Compare logits.argmax(dim=1) with labels, and divide as floating-point numbers."),
            (1.0, "Are you comparing the right things? Only 3 of 4 are right."),
        ],
        advice="logits.argmax(dim=1) are the predictions. Which share of them equals labels?",
    ),
    _value(
        "accuracy(logits, labels) with logits = [[-2, -1, -3], [0.2, 0.4, 0.1], [3, 1, 2]], labels = [2, 1, 0]",
        (_t([[-2, -1, -3], [0.2, 0.4, 0.1], [3, 1, 2]]), torch.tensor([2, 1, 0])),
        2 / 3,
        advice="The largest score wins, also where all are negative or small; each row is an image, the last one too, and nothing is rounded.",
    ),
]

HINTS["accuracy"] = (
    "How do you get from ten scores to one digit?",
    "logits.argmax(dim=1) are the predictions; compare with labels, and you have a tensor of True and False.",
    "The mean of that tensor as floating-point numbers is the share. `.item()` makes a plain number of it.",
)


# ---------------------------------------------------------------------------------- 03_softmax_metrics: confusion_matrix

EXAMPLES["confusion_matrix"] = [
    _value(
        "confusion_matrix(preds, labels, 4) with preds = [0, 1, 1, 1, 0, 2], labels = [0, 0, 1, 1, 2, 2]",
        (torch.tensor([0, 1, 1, 1, 0, 2]), torch.tensor([0, 0, 1, 1, 2, 2]), 4),
        torch.tensor([[1, 1, 0, 0], [0, 2, 0, 0], [1, 0, 1, 0], [0, 0, 0, 0]]),
        [
            (_t([[1, 0, 1, 0], [1, 2, 0, 0], [0, 0, 1, 0], [0, 0, 0, 0]]), "Rows and columns are exchanged: the row is the true class, the column the predicted one."),
            (_t([[1, 1, 0, 0], [0, 1, 0, 0], [1, 0, 1, 0], [0, 0, 0, 0]]), "A pair that occurs twice is counted once: `= 1` only sets a cell, `cm[labels, preds] += 1` does not add up, and a `break` stops counting. Add 1 for every sample, or use bincount, or index_put_ with accumulate=True."),
            (torch.Size([3, 3]), "Class 3 does not occur, but has a row and a column, too: the size is num_classes."),
            (_t([[0.5, 0.5, 0, 0], [0, 1, 0, 0], [0.5, 0, 0.5, 0], [0, 0, 0, 0]]), "Counts are asked for, not shares of a row."),
            (torch.Size([16]), "That is the matrix in one row: .reshape(num_classes, num_classes)."),
        ],
        advice="cm[t, p] counts the samples of class t that were predicted as p. Go through the six pairs by hand.",
    ),
    _value("confusion_matrix(preds, labels, 2) with 300 samples of class 0, all predicted as 0", (torch.zeros(300, dtype=torch.long), torch.zeros(300, dtype=torch.long), 2), torch.tensor([[300, 0], [0, 0]]), [(_t([[44, 0], [0, 0]]), "A cell runs over at 256: count in torch.long, not in a small integer type.")], advice="A cell may hold any number: count in torch.long."),
]

HINTS["confusion_matrix"] = (
    "Begin with a matrix of zeros and a loop over the pairs (label, prediction).",
    "torch.zeros(num_classes, num_classes, dtype=torch.long); for each pair, one cell gets 1 more. Which index is the row?",
    "The row is the label: cm[t, p] += 1 in a loop over zip(labels, preds). Without a loop: labels · num_classes + preds numbers the cells, and bincount with minlength counts them.",
)


# ------------------------------------------------------------------------------- 03_softmax_metrics: precision_recall_f1

_cm = torch.tensor([[5, 1, 0, 0], [2, 3, 0, 0], [1, 0, 0, 0], [0, 0, 0, 0]])
_P, _R, _F = _t([0.625, 0.75, 0, 0]), _t([0.833333, 0.6, 0, 0]), _t([0.714286, 0.666667, 0, 0])
EXAMPLES["precision_recall_f1"] = [
    _value(
        "precision_recall_f1(cm) with cm = [[5, 1, 0, 0], [2, 3, 0, 0], [1, 0, 0, 0], [0, 0, 0, 0]]",
        (_cm,),
        (_P, _R, _F),
        [
            ((_R, _P, _F), "Precision and recall are exchanged: precision divides by the sum of the column (what was predicted), recall by that of the row."),
            ((100 * _P, None, None), "The precision is in percent. A share from 0 to 1 is expected."),
            ((None, 100 * _R, None), "The recall is in percent. A share from 0 to 1 is expected."),
            ((_t([0.625, 0.75, 1, 1]), None, None), "Where a denominator is 0, the value is 0 by definition, and not 1."),
            ((None, None, _t([0.729167, 0.675, 0, 0])), "F1 is not the plain mean: 2·p·r / (p + r)."),
            ((None, None, _t([0.357143, 0.333333, 0, 0])), "A factor of 2 is missing in F1: 2·p·r / (p + r)."),
        ],
        names=("precision", "recall", "F1"),
        advice=("For class 0, the precision is 5 / (5+2+1).", "For class 0, the recall is 5 / (5+1).", "F1 is 2·p·r / (p + r), class by class."),
        nan="Where a denominator is 0, the value is 0 by definition. Guard the division (clamp(min=1), or torch.where).",
    ),
]

HINTS["precision_recall_f1"] = (
    "For one class, colour three things in the matrix: its diagonal cell, its column, its row.",
    "cm.diagonal() are the hits; cm.sum(dim=0) is what was predicted as each class (columns); cm.sum(dim=1) what there is of each (rows). And where a sum is 0?",
    "Dividing the hits by sum.clamp(min=1) gives 0 where the sum is 0, since there are no hits either. The same trick works for F1 as 2·hits / (predicted + true).",
)


# ----------------------------------------------------------------------------------------- 03_softmax_metrics: roc_curve


def _roc(function):
    call = "roc_curve(scores, labels) with scores = [0.6, 0.9, 0.1, 0.8, 0.6, 0.3], labels = [1, 1, 0, 1, 0, 1]"
    scores, labels = _t([0.6, 0.9, 0.1, 0.8, 0.6, 0.3]), torch.tensor([1, 1, 0, 1, 0, 1])
    shown = Words("(0, 0), (0, 0.25), (0, 0.5), (0.5, 0.75), (0.5, 1), (1, 1) as (fpr, tpr); thresholds inf, 0.9, 0.8, 0.6, 0.3, 0.1")
    got = function(scores.clone(), labels.clone())
    if got is None:
        raise Wrong(call, Words("None"), shown, "Nothing came back. Is there a `return`?")
    if not isinstance(got, (tuple, list)) or len(got) != 3 or not all(isinstance(g, torch.Tensor) for g in got):
        raise Wrong(call, got, shown, "Return three tensors: fpr, tpr, thresholds.")
    fpr, tpr, thresholds = (g.detach().double() for g in got)
    if not (fpr.dim() == 1 and fpr.shape == tpr.shape == thresholds.shape):
        raise Wrong(call, tuple(got), shown, "The three tensors have one dimension and the same length.")
    curve = Words(", ".join(f"({f:.3g}, {t:.3g})" for f, t in zip(fpr.tolist(), tpr.tolist())) + "; thresholds " + ", ".join(f"{c:.3g}" for c in thresholds.tolist()))

    def wrong(advice):
        raise Wrong(call, curve, shown, advice)

    for name, rate, share, right in (("fpr", fpr, Words("negatives"), [0, 0, 0, 0.5, 0.5, 1]), ("tpr", tpr, Words("positives"), [0, 0.25, 0.5, 0.75, 1, 1])):
        words = ""
        if not rate.isfinite().all():
            words = f"There is a NaN or an infinity: divide by the number of {share}."
        elif rate.max() > 1 + 1e-6:
            words = f"{name} is a share between 0 and 1: divide the counts of {share} by the number of all {share}."
        elif rate[0] > rate[-1] and (fpr[0] > fpr[-1]) != (tpr[0] > tpr[-1]):
            words = f"{name} falls here, and should rise from 0 to 1: the lower the threshold, the more {share} lie at or above it."
        if words:
            raise Wrong(f"{call}; {name}", rate, _t(right), words)
    points = [(round(f, 4), round(t, 4)) for f, t in zip(fpr.tolist(), tpr.tolist())]
    if points[0] == (1, 1) and points[-1] == (0, 0):
        wrong("The curve runs backwards. Lower the threshold from above all scores to the smallest.")
    if points[0] == (0, 0) and points[-1] != (1, 1):
        wrong("The curve does not end at (1, 1). The smallest score is a threshold, too (>=), and fpr is divided by all negatives, tpr by all positives.")
    if points[0] != (0, 0):
        swapped = points[-1] == (1, 1) and any(p == (0.25, 0) for p in points)
        wrong("fpr and tpr are exchanged." if swapped else "The curve starts at (0, 0): put a threshold above the largest score in front.")
    allowed = {(0, 0): None, (0, 0.25): 0.9, (0, 0.5): 0.8, (0.5, 0.75): 0.6, (0.5, 1): 0.3, (1, 1): 0.1}
    if (0.25, 0) in points:
        wrong("fpr and tpr are exchanged, or the labels are read the wrong way round: 1 is positive.")
    if (0, 0.75) in points or (0.5, 0.5) in points:
        wrong("Two samples have the score 0.6, one positive and one negative. They cross the threshold together, in one step: keep only the last of equal scores.")
    if any(p not in allowed for p in points):
        wrong("At each threshold c, count the positives and the negatives with score >= c, and divide each by its own total.")
    if any(p not in points for p in ((0, 0), (0, 0.5), (0.5, 0.75), (0.5, 1), (1, 1))):
        wrong("A corner of the curve is missing. Make every different score a threshold.")
    shown, curve, call = Words("inf, 0.9, 0.8, 0.6, 0.3, 0.1"), thresholds, f"{call}; thresholds"
    if (thresholds[1:] > thresholds[:-1]).any():
        wrong("The thresholds should fall, from above all scores to the smallest.")
    if not thresholds[0] > 0.9:
        wrong("The first threshold must lie above every score, for nobody is accepted there: infinity, or the largest score + 1.")
    if any(allowed[p] is not None and abs(allowed[p] - c) > 1e-4 for p, c in zip(points, thresholds.tolist()) if p != (1, 1) or c > 0.1):
        wrong("The points are right, but not their thresholds: at each point, the threshold is the smallest score that is accepted.")
    higher, _, thresholds = function(_t([2.5, -0.5, 1.5]), torch.tensor([1, 0, 1]))
    if not thresholds[0] > 2.5:
        raise Wrong("roc_curve(scores, labels) with scores = [2.5, -0.5, 1.5], labels = [1, 0, 1]; thresholds", thresholds, Words("a first threshold above 2.5"), "A score may be any number. The first threshold must lie above every score: infinity, or the largest score + 1.")


EXAMPLES["roc_curve"] = [_roc]

HINTS["roc_curve"] = (
    "Do the picture's example by hand: for each threshold, how many of the 4 positives and of the 2 negatives lie at or above it?",
    "Sort by falling score. Going down the list, count positives and negatives seen so far (cumsum). With equal scores, note the counts only after the last of them. Put (0, 0) with threshold infinity in front.",
    "A place is a stop if the next sorted score is different, or if it is the last. Take the cumulative counts at the stops, divide by their last values, and join a 0 in front with torch.cat. (A loop over scores.unique(), from the largest down, works as well.)",
)


# ----------------------------------------------------------------------------------------------- 03_softmax_metrics: auc

_ax, _ay = _t([0, 0.2, 0.5, 0.5, 1]), _t([0, 0.4, 0.6, 0.8, 1])
EXAMPLES["auc"] = [
    _value(
        "auc(x, y) with x = [0, 0.2, 0.5, 0.5, 1], y = [0, 0.4, 0.6, 0.8, 1]",
        (_ax, _ay),
        0.64,
        [
            (0.52, "These are rectangles: each has the lower of its two heights, here the left one. Use the mean of both."),
            (0.76, "These are rectangles: each has the higher of its two heights, here the right one. Use the mean of both."),
            (1.28, "Twice too much: the height is the mean of the two y, (y[i] + y[i+1]) / 2."),
            (-0.64, "The sign is wrong: the width is x[i+1] − x[i]."),
            (0.56, "That is the plain mean of y. Each piece counts by its width."),
            (0.44, "x and y are exchanged: the width comes from x, the height from y."),
        ],
        advice="Four trapezoids: 0.2·0.2 + 0.3·0.5 + 0·0.7 + 0.5·0.9.",
    ),
    _value("auc(x, y) with x = [0, 1/3, 1], y = [0.3, 0.9, 0.2]", (_t([0, 1 / 3, 1]), _t([0.3, 0.9, 0.2])), 0.5666667, advice="The points stay in their order: y may fall. 1/3 · 0.6 + 2/3 · 0.55."),
    _value("auc(tensor([0., 2.]), tensor([1., 4.]))", (_t([0, 2]), _t([1, 4])), 5.0, advice="One trapezoid: width 2, mean height 2.5. x need not end at 1."),
]

HINTS["auc"] = (
    "How large is the area of one trapezoid, and how many are there?",
    "Width x[i+1] − x[i], height (y[i] + y[i+1]) / 2. With M points there are M − 1 of them.",
    "x[1:] − x[:-1] are all widths at once, y[1:] + y[:-1] twice all heights. Multiply, halve, sum, `.item()`.",
)


# ---------------------------------------------------------------------------------------------------------- from a shell


def run_notebook(path):
    """Run a notebook's code cells, without those tagged `demo`, and return its names and what failed."""
    names, failures = {"__name__": "__main__"}, []
    cells = json.loads(Path(path).read_text(encoding="utf-8"))["cells"]
    for number, cell in enumerate((c for c in cells if c["cell_type"] == "code"), 1):
        if "demo" in cell.get("metadata", {}).get("tags", []):
            continue
        source = "".join(cell["source"])
        source = "\n".join(
            "" if line.lstrip().startswith(("%", "!")) else line for line in source.split("\n")
        )
        name = f"{Path(path).name}, code cell {number}"
        linecache.cache[name] = (len(source), None, source.splitlines(keepends=True), name)
        try:
            with contextlib.redirect_stdout(io.StringIO()), contextlib.chdir(Path(path).resolve().parent):
                exec(compile(source, name, "exec"), names)
        except Exception as error:
            failures.append(f"{name}: {type(error).__name__}: {error}")
    return names, failures


def main(arguments):
    """Run all notebooks of the folders or files named (default: this one), print the progress, and return the exit code."""
    sys.modules["checks"] = sys.modules[__name__]
    os.environ.setdefault("MPLBACKEND", "Agg")
    paths = [Path(a) for a in arguments] or [Path(__file__).resolve().parent]
    files = [
        f for p in paths for f in (sorted(p.glob("*.ipynb")) if p.is_dir() else [p]) if f.stem in NOTEBOOKS
    ]
    if not files:
        print(f"No notebook of this lab here. They are called {', '.join(n + '.ipynb' for n in NOTEBOOKS)}.")
        return 2
    groups = {}
    for file in files:
        try:
            names, failures = run_notebook(file)
        except (OSError, ValueError, KeyError) as error:
            print(f"{file} cannot be read as a notebook: {error}")
            return 2
        for failure in failures:
            print(failure)
        groups[file.stem] = outcomes_of(file.stem, names)
    for outcome in (o for outcomes in groups.values() for o in outcomes if o.status == WRONG):
        print(outcome.text() + "\n")
    print(_progress(groups)[0])
    return 0 if all(o.status == PASSED for outcomes in groups.values() for o in outcomes) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
