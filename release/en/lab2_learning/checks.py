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
    "01_first_networks": {
        "image_statistics": 3,
        "normalize": 3,
        "FirstNet": 6,
        "CNNNet": 8,
        "BasicCNN": 6,
        "nll_loss": 4,
    },
    "02_losses_and_optimizers": {
        "mse_loss": 3,
        "bce_loss": 4,
        "kl_div": 4,
        "SGD": 6,
        "RMSprop": 5,
        "Adagrad": 5,
        "Adam": 8,
        "train_with_log": 5,
    },
    "03_regularisation_and_evaluation": {
        "dropout": 5,
        "channel_dropout": 3,
        "l2_penalty": 4,
        "EarlyStopping": 6,
        "classification_report": 6,
        "trained_regularised": 6,
    },
}
# What a person grades, and its points: the build writes this, too.
BY_HAND = {}
# The items that are to be written from scratch, and the library calls that would do their whole job: the build writes this, too.
FROM_SCRATCH = {
    "items": ['nll_loss', 'mse_loss', 'bce_loss', 'kl_div', 'SGD', 'RMSprop', 'Adagrad', 'Adam', 'classification_report'],
    "operators": 'conv(?!ert)|max_pool|softmax|nll_loss|cross_entropy|attention|trapezoid|trapz|mse_loss|kl_div|dropout|_fused_(sgd|adam|adagrad)',
    "functions": '_?(convolve\\w*|correlate\\w*|(log_)?softmax\\w*|nll_loss\\w*|cross_entropy\\w*|trapz|(cumulative_)?trapezoid|mse_loss\\w*|binary_cross_entropy\\w*|kl_div\\w*|rel_entr|(\\w+_)?dropout\\w*|kl_\\w+_\\w+|\\w*Categorical\\w*|stochastic_depth|drop_block\\w*|((single|multi)_tensor_|fused_)?(asgd|adadelta|adafactor|adagrad|adam|adamw|adamax|muon|nadam|radam|rmsprop|rprop|sgd|sparse_adam))',
    "packages": ['sklearn', 'torchmetrics', 'scipy.signal', 'scipy.ndimage', 'scipy.integrate'],
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


def _images():
    """Three made-up images, (3, 1, 28, 28), with values that are easy to repeat."""
    i = torch.arange(28.0)
    two = torch.stack([(i[:, None] * 3 + i * 5) % 13 - 6, (i[:, None] // 5 * 7 + i // 4 * 5) % 11 - 5])
    return torch.cat([two, 0.6 * two[1:]]).unsqueeze(1)


def _scores(made, model, images, what):
    """Return a network's answer to a batch of images; raise Wrong where it is no tensor (N, 10)."""
    if not isinstance(model, nn.Module):
        name = made.partition("(")[0]
        raise Wrong(made, model, Words("an nn.Module"), f"Write `class {name}(nn.Module):`, and call super().__init__() first.")
    call, wanted = f"{made}(x) with x of shape {tuple(images.shape)}", Words(f"a tensor of shape ({len(images)}, 10)")
    got = model(images)
    if not isinstance(got, torch.Tensor):
        raise Wrong(call, got, wanted, f"Does `forward` return the {what}?")
    if got.shape == (len(images), 10):
        return got
    advice = "The last layer has ten outputs, one for each digit, for each image."
    if got.dim() == 1:
        advice = "The axis of the batch is lost, by `squeeze()` or by a `flatten()` without start_dim=1. A batch of one image is a batch, too."
    elif len(got) > len(images):
        advice = "There are more rows than images: a `view(-1, …)` has cut one image into several. Keep a row for each with flatten(start_dim=1)."
    elif len(got) < len(images):
        advice = "There are fewer rows than images. Keep a row for each with flatten(start_dim=1)."
    raise Wrong(call, got, wanted, advice)


def _require_size(made, model, expected, known, otherwise):
    """Raise Wrong where a network has another number of trainable parameters; `known` numbers tell what is missing."""
    size = sum(p.numel() for p in model.parameters() if p.requires_grad)
    if size != expected:
        raise Wrong(f"the trainable parameters of {made}", size, expected, known.get(size, otherwise))


def _require_gradients(made, model, images):
    """Raise Wrong where a parameter has no gradient after a backward pass."""
    model(images)[:, 0].sum().backward()
    without = [tuple(p.shape) for p in model.parameters() if p.requires_grad and p.grad is None]
    if without:
        raise Wrong(f"backward through {made}", Words(f"no gradient for a parameter of shape {without[0]}"), Words("a gradient for every parameter"), "So this parameter would never learn: is something detached, under no_grad, or made but not used in `forward`?")


def _filled(model, numbers, last, slope):
    """Set all parameters of a layer to one number, by their size, and those of the last layer's digit k to k times `slope`.

    Returns False where the weights are cut in another way than by layers: the example does not fit them, the hidden tests do.
    """
    parameters = list(model.parameters())
    if not {p.numel() for p in parameters} <= {*numbers, last}:
        return False
    ramp = slope * torch.arange(10.0)
    with torch.no_grad():
        for each in parameters:
            if each.numel() == last:
                each.copy_(ramp.reshape([10] + [1] * (each.dim() - 1)) if each.shape[0] == 10 else ramp.expand(each.shape))
            else:
                each.fill_(numbers[each.numel()])
    return True


_NO_POWER = ("NotImplementedError|RuntimeError|TypeError", "bitwise_xor|unsupported operand type.* \\^", "`^` is no power in Python. Write `** 2`.")

# Notebook 02: the four optimizers.


class _Bench:
    """Three parameters and a student's optimizer: the first has a gradient in every step, the second never, the third from a step on."""

    pulls = _t([[1, -2], [3, 0.5], [-1, 2], [0.5, 1]])  # the first parameter's gradient in each step

    def __init__(self, call, kind, options):
        self.call = call
        self.first, self.idle, self.last = (nn.Parameter(_t(start)) for start in ([1, 2], [5], [[1], [-1]]))
        self.place = self.first.data_ptr()  # of its numbers in memory
        self.optimizer = kind((each for each in (self.first, self.idle, self.last)), **options)
        for name in ("step", "zero_grad"):
            if not callable(getattr(self.optimizer, name, None)):
                raise Wrong(call, Words(f"an object without {name}()"), Words("an object with step() and zero_grad()"), "Keep both methods of the class, with their names.")
        parts = [self.optimizer, *getattr(self.optimizer, "__dict__", {}).values()]
        homes = {base.__module__ for each in parts for base in type(each).__mro__}
        if any(home.startswith("torch.optim.") and home != "torch.optim.optimizer" for home in homes):
            raise Wrong(call, Words("an optimizer of torch.optim"), Words("one of your own"), "The library's optimizer does the whole job here, and that earns no points: write the steps yourself.")

    def go(self, steps, begin, scale):
        """Make steps; the third parameter has gradients from step `begin` on, all of them multiplied by `scale`."""
        for number, pull in enumerate(scale * self.pulls[:steps]):
            self.optimizer.zero_grad()
            if any(each.grad is not None and each.grad.any() for each in (self.first, self.last)):
                raise Wrong(f"{self.call}; a gradient after zero_grad", Words("the old one"), Words("None or zeros"), "`zero_grad` does not reach every parameter: `p.grad = None` for each. `params` may be a generator, which can be gone through only once: keep `list(params)`.")
            self.idle.grad = self.last.grad = None
            loss = (self.first * pull).sum()
            if number >= begin:
                loss = loss + 2 * scale * self.last.sum()
            loss.backward()
            self.optimizer.step()
            if not torch.is_grad_enabled():
                raise Wrong(self.call, Words("gradients are switched off after the step"), Words("switched on, as before"), "`with torch.no_grad():` switches them on again by itself; torch.set_grad_enabled(False) does not.")
            if self.first.grad_fn is not None or not self.first.requires_grad:
                raise Wrong(self.call, Words("a parameter that carries a graph, or does not record any more"), Words("the same parameter with new numbers"), "Work inside `with torch.no_grad():` and change p in place, `p -= …`: then nothing of the step is recorded.")
        if not torch.equal(self.idle, _t([5])):
            raise Wrong(f"{self.call}; a parameter that has no gradient", self.idle, _t([5]), "A parameter whose gradient is None is left alone: no step, and no decay.")
        if self.first.data_ptr() != self.place:
            raise Wrong(self.call, Words("a parameter with another tensor behind it"), Words("the same one with new numbers"), "`p.data = …` puts a new tensor behind the parameter. Change the numbers of the one that is there: `p -= …`.")


def _walk(call, options, steps, first, last, slips=(), advice="", begin=0, scale=1, nan=None):
    """An example: make steps with the gradients of `_Bench.pulls`, and compare where the first and the last parameter end."""
    pulls = ", ".join(str([float(f"{value:g}") for value in pull]) for pull in (scale * _Bench.pulls[:steps]).tolist())
    whole = f"{call}; w = [1, 2] after {steps} step{'s' * (steps > 1)}, gradients {pulls}"

    def example(kind):
        bench = _Bench(call, kind, options)
        bench.go(steps, begin, scale)
        words = [
            *((_t(wrong), better) for wrong, better in slips),
            (_t([1, 2]), "The parameter has not changed. `p = p - …` makes a new tensor, of which the network knows nothing: write `p -= …`. And `params` may be a generator, which can be gone through only once: keep `list(params)`."),
            (_t([2 - first[0], 4 - first[1]]), "The steps go uphill. The gradient points to where the loss grows: take the step away from w."),
        ]
        _compare(whole, bench.first, _t(first), words, advice, nan)
        behind = "The first parameter ends right, and another one behind it does not. Each has a memory of its own, and the loop goes on behind one that has no gradient."
        if begin:
            behind = "A parameter that gets its first gradient later begins then: its memory is empty, and its own count of steps is 1."
        _compare(f"{call}; v = [[1], [-1]] with gradients of {2 * scale:g} from step {begin + 1} to step {steps}", bench.last, _t(last), (), behind)

    return example


_OPTIMIZER_WORDS = (
    _NO_POWER,
    ("TypeError|AttributeError", "NoneType", "A parameter has no gradient: its `p.grad` is None. Leave it alone with `if p.grad is not None:`, in `step` and in `zero_grad`."),
    ("RuntimeError", "leaf [Vv]ariable that requires grad", "A parameter can be changed in place only where nothing is recorded: put the step inside `with torch.no_grad():`."),
    ("RuntimeError", "must match|broadcast", "Two shapes do not fit. Has each parameter a memory of its own, of its own shape?"),
)


# ----------------------------------------------------------------------------------- 01_first_networks: image_statistics

_mean, _std = _t([0.5, 0.625, 0.5]), _t([0.223607, 0.414578, 0.4])
_colours = _t([[[[0.2, 0.4]], [[0, 1]], [[0.1, 0.1]]], [[[0.6, 0.8]], [[1, 0.5]], [[0.9, 0.9]]]])
_grey_image = _t([[[[0, 0.5, 1], [0.25, 0.75, 0.5]]]], torch.float64)
_ONE_FOR_ALL = "That is one number for all channels together. Each channel has its own: leave out the channel's axis, `dim=(0, 2, 3)`."
_PER_CHANNEL = ("Channel 0 holds 0.2, 0.4, 0.6 and 0.8, so its mean is 0.5.", "In channel 0 the values lie −0.3, −0.1, 0.1 and 0.3 beside the mean: square these, take the mean of the four squares, and then the root.")
_BY_COUNT = "You divide by the count − 1, as `std` does by itself. Divide by the count: `correction=0`."


def _of_the_images_type(image_statistics):
    for name, got in zip(("mean", "standard deviation"), image_statistics(_colours.clone())):
        if got.dtype != torch.float32:
            raise Wrong("image_statistics(images) with images in float32; the " + name, Words(str(got.dtype)), Words("torch.float32"), "The result has the images' type: `.to(images.dtype)`, if you compute in another.")


EXAMPLES["image_statistics"] = [
    _value(
        "image_statistics(images) with two images of three channels, each 1×2",
        (_colours,),
        (_mean, _std),
        [
            ((_std, _mean), "The two are exchanged: first the mean, then the standard deviation."),
            ((_t(0.541667), None), _ONE_FOR_ALL),
            ((None, _t(0.361613)), _ONE_FOR_ALL),
            ((None, _t(0.377692)), _ONE_FOR_ALL),
            ((_t([0.3, 0.783333]), None), "That is one mean for each image. Each *channel* has one, over all images: `dim=(0, 2, 3)`."),
            ((None, _t([0.33665, 0.177169])), "That is one for each image. Each *channel* has one, over all images: `dim=(0, 2, 3)`."),
            ((None, _t([0.258199, 0.478714, 0.46188])), _BY_COUNT),
            ((None, _t([0.066667, 0.229167, 0.213333])), "That is the variance, and divided by the count − 1. Take its root, and divide by the count."),
            ((None, _t([0.05, 0.171875, 0.16])), "That is the variance. The standard deviation is its square root."),
            ((None, _t([0.1, 0.375, 0])), "That is the mean of each image's own standard deviation. It does not see that one image is darker than another: take all pixels of a channel together."),
            ((None, _t([0.141421, 0.53033, 0])), "That is the mean of each image's own standard deviation. It does not see that one image is darker than another: take all pixels of a channel together."),
            ((torch.Size([2, 3]), None), "That is one number for each image and channel. All images belong together: `dim=(0, 2, 3)`."),
            ((torch.Size([3, 1, 2]), None), "That is one number for each pixel, over the images. The pixels of a channel belong together, too: `dim=(0, 2, 3)`."),
            ((torch.Size([1, 3, 1, 1]), None), "The mean should be of shape (3,), one number for each channel: leave out `keepdim=True` at the end, or flatten it."),
            ((None, torch.Size([1, 3, 1, 1])), "The standard deviation should be of shape (3,), one number for each channel: leave out `keepdim=True` at the end, or flatten it."),
        ],
        names=("mean", "standard deviation"),
        advice=_PER_CHANNEL,
    ),
    _value(
        "image_statistics(images) with one grey image, 2×3, in float64",
        (_grey_image,),
        (_t([0.5], torch.float64), _t([0.322749], torch.float64)),
        [((None, _t([0.353553])), _BY_COUNT)],
        names=("mean", "standard deviation"),
        advice=("There is one channel, so there is one mean, in a tensor of shape (1,).", "There is one channel, so there is one standard deviation, in a tensor of shape (1,)."),
    ),
    _of_the_images_type,
]

HINTS["image_statistics"] = (
    "Images are (N, C, H, W), and a channel's number comes from all images and all pixels: over which three axes do you average?",
    "`mean` and `std` take several axes at once: `dim=(0, 2, 3)` leaves the channels, (C,). And look up what `std` divides by.",
    "images.mean(dim=(0, 2, 3)) is the first. The second is images.std with the same axes and `correction=0`; or the root of the mean of the squared distances from the mean.",
)


# ------------------------------------------------------------------------------------------ 01_first_networks: normalize

_colour_images = _t([[[[0.25, 0.5, 1]], [[0, 0.3, 0.2]]], [[[0.75, 0, 0.5]], [[0.4, 0.1, 1]]]])
_means, _stds = _t([0.5, 0.2]), _t([0.25, 0.1])
_square = _t([[[[0.1, 0.5]], [[0.2, 0.4]]]])
_written = _t([[[[0, 1, 0.5], [0.1307, 0.25, 0.75]]]])


def _shaped(values):
    return _t(values).reshape(2, 2, 1, 3)


EXAMPLES["normalize"] = [
    _value(
        "normalize(images, mean=tensor([0.5, 0.2]), std=tensor([0.25, 0.1])) with images of shape (2, 2, 1, 3)",
        (_colour_images, _means, _stds),
        _shaped([-1, 0, 2, -2, 1, 0, 1, -2, 0, 2, -1, 8]),
        [
            (_colour_images, "Nothing has changed. Take each channel's mean away, and divide by its standard deviation."),
            (_shaped([-1.75, -1.5, -1, -2, -1.7, -1.8, -1.25, -2, -1.5, -1.6, -1.9, -1]), "Only the mean was divided. The difference belongs in parentheses: (x − mean) / std."),
            (_shaped([0.5, 1.5, 3.5, -0.2, 2.8, 1.8, 2.5, -0.5, 1.5, 3.8, 0.8, 9.8]), "You divide first and take the mean away afterwards. It is the other way round: (x − mean) / std."),
            (_shaped([3, 4, 6, 2, 5, 4, 5, 2, 4, 6, 3, 12]), "You add the mean. Take it away."),
            (_shaped([-0.0625, 0, 0.125, -0.02, 0.01, 0, 0.0625, -0.125, 0, 0.02, -0.01, 0.08]), "You multiply by the standard deviation. Divide by it."),
            (_shaped([-4, 0, 8, -20, 10, 0, 4, -8, 0, 20, -10, 80]), "You divide by the square of the standard deviation. Once is enough."),
            (_shaped([-0.5, 0, 1, -0.632456, 0.316228, 0, 0.5, -1, 0, 0.632456, -0.316228, 2.529822]), "You divide by the root of what is given. It is the standard deviation already."),
            (_shaped([-0.774597, 0, 1.549193, -1.025978, -0.102598, -0.410391, 0.774597, -1.549193, 0, 0.205196, -0.718185, 2.051957]), "That uses the images' own mean and standard deviation. Use the two that are given."),
            (_shaped([-0.25, 0, 0.5, -0.2, 0.1, 0, 0.25, -0.5, 0, 0.2, -0.1, 0.8]), "The mean is taken away. Now divide by the standard deviation."),
            (_shaped([-1, 0, 2, -2, -0.8, -1.2, 1, -2, 0, -0.4, -1.6, 2]), "Every channel is treated by the first channel's numbers. Each has its own."),
            (_shaped([0, 0.5, 1.5, -0.5, 1, 0.5, 1, -0.5, 0.5, 1.5, 0, 4.5]), "The two are exchanged: the mean is taken away, and the standard deviation divides."),
            (_shaped([1, 2, 4, 0, 3, 2, 3, 0, 2, 4, 1, 10]), "The mean is still in there. Take it away before you divide."),
        ],
        advice="In channel 0, 0.25 becomes (0.25 − 0.5) / 0.25 = −1; in channel 1, 0.3 becomes (0.3 − 0.2) / 0.1 = 1.",
    ),
    _value(
        "normalize(images, mean=tensor([0.5, 0.2]), std=tensor([0.25, 0.1])) with images of shape (1, 2, 1, 2)",
        (_square, _means, _stds),
        _t([[[[-1.6, 0]], [[0, 2]]]]),
        [(_t([[[[-1.6, 3]], [[-1.2, 2]]]]), "The two means went to the two columns, not to the two channels: PyTorch lines shapes up from the right. Give them the shape (C, 1, 1).")],
        advice="Channel 0 is treated by 0.5 and 0.25, channel 1 by 0.2 and 0.1.",
    ),
    _value(
        "normalize(images, 0.1307, 0.3081) with one grey image, 2×3",
        (_written, 0.1307, 0.3081),
        _t([[[[-0.424213, 2.821487, 1.198637], [0, 0.387212, 2.010062]]]]),
        [(_t([[[[-1, 1, 0], [-0.7386, -0.5, 0.5]]]]), "0.5 is used, and not what is given.")],
        advice="Numbers count for all channels: 1 becomes (1 − 0.1307) / 0.3081 = 2.8215.",
    ),
    _value(
        "normalize(images, tensor([0.5], float64), tensor([0.25], float64)) with one grey image in float64",
        (_t([[[[0, 1], [0.25, 0.5]]]], torch.float64), _t([0.5], torch.float64), _t([0.25], torch.float64)),
        _t([[[[-2, 2], [-1, 0]]]], torch.float64),
    ),
]

MORE_WORDS["normalize"] = (
    (
        "RuntimeError",
        "must match the size of tensor",
        "Shapes are lined up from the right, so a mean of shape (C,) meets the columns of the images. Give the mean and the standard deviation the shape (C, 1, 1).",
    ),
    (
        "AttributeError|TypeError",
        r"'(float|int)' object (has no attribute|is not subscriptable)|object of type '(float|int)' has no len",
        "Here the mean and the standard deviation are plain numbers, and these must work, too. `torch.as_tensor` makes a tensor of a number, and leaves a tensor as it is.",
    ),
)

HINTS["normalize"] = (
    "What shape must a tensor (C,) get, so that its numbers meet the channels of (N, C, H, W)? PyTorch lines shapes up from the right.",
    "(C, 1, 1) lines up: reshape(-1, 1, 1). A plain number has no reshape; `torch.as_tensor` makes a tensor of whatever comes.",
    "mean = torch.as_tensor(mean, dtype=images.dtype, device=images.device).reshape(-1, 1, 1), std likewise. Then subtract, and divide the difference.",
)


# ------------------------------------------------------------------------------------------- 01_first_networks: FirstNet

_SIZES = {
    834500: "The biases are missing: leave `bias` at its default.",
    785000: "Only the first layer has parameters. Are the other two kept with `self.name = …`? A plain list hides them: nn.ModuleList does not.",
    50560: "The first layer's parameters are not seen, or they are frozen. Keep the layer with `self.name = …` in __init__.",
    835050: "The last layer is not seen, or it is missing. Keep it with `self.name = …` in __init__.",
    0: "No layer's parameters are seen. Keep each with `self.name = …` in __init__; a plain list hides them.",
    84060: "The first layer seems to have 100 outputs. Here it has 1000.",
}


def _require_log_probabilities(got):
    call, ones = "exp of FirstNet()(images), added up for each of three images", torch.ones(3)
    advice = "The ten probabilities of an image should add up to 1. Return F.log_softmax(…, dim=1) of what the last layer gives."
    if torch.allclose(got.sum(1), ones, atol=1e-4):
        advice = "These are probabilities. Return their logarithms: F.log_softmax in place of softmax."
    elif torch.allclose(got.exp().sum(0), torch.ones(10), atol=1e-4):
        advice = "The *columns* add up to 1: log_softmax ran along the images. Give it dim=1."
    _compare(call, got.exp().sum(1), ones, advice=advice)


def _first_net(FirstNet):
    images = _images()
    model = FirstNet()
    got = _scores("FirstNet()", model, images, Words("log-probabilities"))
    _require_size("FirstNet()", model, 835560, _SIZES, "Print the shape of each parameter, and compare with 784·1000 + 1000, 1000·50 + 50 and 50·10 + 10.")
    _scores("FirstNet()", model, images[:1], Words("log-probabilities"))
    _require_gradients("FirstNet()", model, images)
    smaller = FirstNet(image_size=6)
    _scores("FirstNet(image_size=6)", smaller, torch.ones(3, 1, 2, 3), Words("log-probabilities"))
    _scores("FirstNet(image_size=6)", smaller, torch.ones(3, 6), Words("log-probabilities"))
    _require_log_probabilities(got.detach())
    if not _filled(model, {784000: 0.4, 1000: 0.2, 50000: -0.001, 50: 10.0, 10: 0.1}, 500, -0.001):
        return
    with torch.no_grad():
        training, again = model.train()(images)[:, 0], model.eval()(images)[:, 0]
    call = "FirstNet()(images), weights set by us; log-probability of digit 0 of three images"
    if not torch.allclose(training, again, rtol=1e-3, atol=1e-3):
        raise Wrong(call, training, Words("the same in training and in evaluation mode"), "The network answers differently in training mode: leave dropout and batch normalisation out.")
    slips = [
        (_t([-2.213047, -2.302585, -2.213047]), "Negative scores are cut off: there is a ReLU after the last layer. Only the first two have one."),
        (_t([-0.736736, -3.0687, -1.871503]), "It behaves as if there were no ReLU at all: one after the first and one after the second layer."),
        (_t([-0.736736, -2.302585, -1.871503]), "It behaves as if there were no ReLU after the first layer."),
        (_t([-0.925991, -3.0687, -1.871503]), "It behaves as if there were no ReLU after the second layer."),
        (_t([-2.087876, -2.087876, -2.087876]), "That is tanh or a sigmoid between the layers. A ReLU is asked for."),

    ]
    _compare(call, again, _t([-0.925991, -2.302585, -1.871503]), slips, "Compare the order with the table: linear, ReLU, linear, ReLU, linear, log-softmax, and nothing else.")


EXAMPLES["FirstNet"] = [_first_net]
MORE_WORDS["FirstNet"] = (
    (
        "RuntimeError",
        r"mat1 and mat2 shapes cannot be multiplied \(1x",
        "All images stand in one single row: the batch is flattened with them. Keep a row for each image: `x.flatten(start_dim=1)`.",
    ),
    (
        "RuntimeError",
        "mat1 and mat2 shapes|shape '.*' is invalid",
        "The first layer takes `image_size` numbers of each image, 784 only by default. Use the argument in __init__, and flatten with `x.flatten(start_dim=1)`. Are 1000 and 50 in and out of the right layers?",
    ),
    ("TypeError", "image_size|positional argument", "`__init__` takes `image_size`, and 784 where none is given: def __init__(self, image_size=784)."),
)

HINTS["FirstNet"] = (
    "Layers that have parameters are made in __init__ (`self.name = nn.Linear(…)`) and used in forward. Go down the table row by row.",
    "Three nn.Linear: image_size to 1000, 1000 to 50, 50 to 10. In forward: flatten all but the first axis, then linear and F.relu twice, then the third linear alone.",
    "x.flatten(start_dim=1) makes (N, image_size). After the third layer no ReLU: return F.log_softmax(…, dim=1) of what it gives, so that each row is normalised.",
)


# --------------------------------------------------------------------------------------------- 01_first_networks: CNNNet

_CNNNET_SIZES = {
    21750: "The biases are missing: leave `bias` at its default.",
    21810: "The biases of the convolutions are missing: leave `bias` at its default.",
    21330: "The last layer, linear 50→10, is not seen. Keep it with `self.name = …` in __init__.",
    5790: "The layer linear 320→50 is not seen. Keep it with `self.name = …` in __init__.",
    21900: "That is 60 parameters more, as many as batch normalisation has. Dropout has none; leave extra layers out.",
}


def _cnn_net(CNNNet):
    images = _images()
    model = CNNNet()
    _scores("CNNNet()", model, images, Words("log-probabilities"))
    _require_size("CNNNet()", model, 21840, _CNNNET_SIZES, "Print the shape of each parameter, and compare with 260 + 5,020 + 16,050 + 510.")
    _scores("CNNNet()", model, images[:1], Words("log-probabilities"))
    _require_gradients("CNNNet()", model, images)
    numbers = {250: 0.08, 5000: -0.025, 20: 7.5, 16000: 0.02, 50: -15.0, 10: -0.4}
    if not _filled(model, numbers, 500, -0.0004):
        return
    with torch.no_grad():
        model.eval()
        got, again = model(images), model(images)
    call = "CNNNet().eval()(images), weights set by us; log-probability of digit 0 of three images"
    if not torch.equal(got, again):
        raise Wrong(call, got[:, 0], again[:, 0], "The same images get two different answers in evaluation mode: dropout is still at work. With F.dropout and F.dropout2d, hand on `training=self.training`; nn.Dropout and nn.Dropout2d see to it themselves.")
    slips = [
        (_t([-0.4, -0.4, -0.4]), "These are the raw scores of the last layer. Return F.log_softmax(…, dim=1) of them."),
        (_t([0.425909, 0.1, 0.162697]), "These are probabilities. Return their logarithms: F.log_softmax in place of softmax."),
        (_t([-2.302585, -2.302585, -2.302585]), "Negative scores are cut off: no ReLU after the last layer."),
        (_t([-1.098612, -1.098612, -1.098612]), "The columns are normalised, not the rows: log_softmax needs dim=1."),
        (_t([-0.715197, -1.023816, -0.731538]), "It behaves as if there were no ReLU at all: one after each pooling, and one after the first linear layer."),
        (_t([-0.715197, -0.859246, -0.731538]), "It behaves as if there were no ReLU after the first convolution and its pooling."),
        (_t([-0.853529, -2.302585, -1.877164]), "It behaves as if there were no ReLU after the second convolution and its pooling."),
        (_t([-0.853529, -2.757137, -1.815863]), "It behaves as if there were no ReLU after the first linear layer."),
        (_t([-0.731248, -2.302585, -1.400237]), "It behaves like mean pooling: use max pooling."),
    ]
    _compare(call, got[:, 0], _t([-0.853529, -2.302585, -1.815863]), slips, "Compare the order of the layers with the table, one row after the other.")
    _look_at_dropout(model)


def _look_at_dropout(model):
    """See which values the two dropouts let through, of 64 copies of one image, all of whose values are equal in each layer."""
    copies, slope = torch.zeros(64, 1, 28, 28), 0.01

    def kept(maps):
        _filled(model, {250: 0.0, 5000: 0.0, 20: maps, 16000: 1 / 320, 50: 1.0 - maps, 10: 0.0}, 500, slope)
        with torch.no_grad():
            scores = model.train()(copies)
        return (scores[:, 1] - scores[:, 0]) / (2 * slope)  # half the sum of the 50 numbers before the last layer

    numbers = kept(maps=0.0)  # the feature maps are all 0, so nothing changes where some are dropped
    call = "how many of the 50 numbers dropout keeps, in training mode, for copies of one image"
    wanted = Words("another whole number for most copies, about 25")
    if (numbers - numbers[0]).abs().max() < 1e-2:
        raise Wrong(call, Words("the same for all copies: nothing is dropped"), wanted, "In training mode, dropout belongs between the two linear layers, on the 50 numbers behind the ReLU. Is `training=self.training` handed on?")
    if len(numbers.round().unique()) <= 2:
        raise Wrong(call, Words("all or none, in every copy"), wanted, "All 50 have one fate. Is the dropout behind the last layer, on the scores? It belongs before it, on the 50 numbers behind the ReLU, each of which is drawn for itself.")
    if torch.equal(numbers, kept(maps=0.0)):
        raise Wrong(call, Words("the very same in two calls"), wanted, "What is dropped must be drawn anew at every call, in `forward`.")
    if (numbers - numbers.round()).abs().max() > 0.02 or (numbers.mean() - 25).abs() > 5:
        raise Wrong(call, numbers[:8], wanted, "The 50 numbers are dropped with another probability than 0.5, or those kept are not doubled. nn.Dropout(0.5) does both.")
    numbers = kept(maps=1.0) * 10  # kept numbers times kept maps
    call = "how many of the 20 feature maps dropout keeps, in training mode, for copies of one image"
    wanted = Words("another whole number for most copies, about 10")
    if (numbers - 10 * (numbers / 10).round()).abs().max() < 0.2:
        raise Wrong(call, Words("the same for all copies: no map is dropped"), wanted, "In training mode, 2D dropout belongs after the second convolution: nn.Dropout2d.")
    if (numbers - numbers.round()).abs().max() > 0.1 or (numbers.mean() - 250).abs() > 80:
        raise Wrong(call, Words("other numbers"), wanted, "Single values are dropped, not whole feature maps, or the probability is not 0.5. nn.Dropout2d(0.5) drops whole maps.")


EXAMPLES["CNNNet"] = [_cnn_net]
MORE_WORDS["CNNNet"] = (
    (
        "RuntimeError",
        r"mat1 and mat2 shapes cannot be multiplied \(1x",
        "All images stand in one single row: the batch is flattened with them. Keep a row for each image: `x.flatten(start_dim=1)`.",
    ),
    (
        "RuntimeError",
        "mat1 and mat2 shapes|shape '.*' is invalid",
        "The linear layer gets another number of values than 320 = 20·4·4. Print x.shape just before it: are both kernels 5×5 without padding, and are there two poolings?",
    ),
)

HINTS["CNNNet"] = (
    "Two convolutions, two linear layers and two dropouts: which of them have parameters, and so must be made in __init__? Then go down the table.",
    "nn.Conv2d takes channels in, channels out and kernel_size; two of them, two nn.Linear, an nn.Dropout2d and an nn.Dropout. In forward: convolution, pool, ReLU; convolution, 2D dropout, pool, ReLU; flatten.",
    "After flatten(start_dim=1): linear, ReLU, dropout, linear, and F.log_softmax(…, dim=1). As modules, dropouts know the mode of the network; as functions they need training=self.training.",
)


# ------------------------------------------------------------------------------------------- 01_first_networks: BasicCNN

_BASICCNN_SIZES = {
    224800: "The biases are missing: leave `bias` at its default.",
    421642: "The linear layer is made for 64·7·7 numbers: is there a padding in the convolutions? Here they have none.",
    315146: "The linear layer is made for 64·6·6 numbers. How large are the maps really? Go through the layers again, and round down.",
    1011466: "The linear layer is made for maps of 11×11: is the second pooling missing?",
    223744: "The last layer, linear 128→10, is not seen. Keep it with `self.name = …` in __init__.",
}


def _basic_cnn(BasicCNN):
    images = _images()
    model = BasicCNN()
    _scores("BasicCNN()", model, images, "logits")
    _require_size("BasicCNN()", model, 225034, _BASICCNN_SIZES, "Print the shape of each parameter, and compare with the table: 1→32 and 32→64 channels, 3×3, then 128 and 10 outputs.")
    _scores("BasicCNN()", model, images[:1], "logits")
    _require_gradients("BasicCNN()", model, images)
    numbers = {288: 0.2, 32: -0.6, 18432: -0.025, 64: 7.5, 204800: 0.008, 128: -33.0, 10: -0.25}
    if not _filled(model, numbers, 1280, -0.001):
        return
    with torch.no_grad():
        training, again = model.train()(images)[:, 9], model.eval()(images)[:, 9]
    call = "BasicCNN()(images), weights set by us; score of digit 9 of three images"
    if not torch.allclose(training, again, rtol=1e-3, atol=1e-3):
        raise Wrong(call, training, Words("the same in training and in evaluation mode"), "The network answers differently in training mode: leave dropout and batch normalisation out.")
    slips = [
        (_t([0.0, 0.0, 0.0]), "Negative scores are cut off: no ReLU after the last layer. Logits may be negative."),
        (_t([0.000067, 0.1, 0.000001]), "There is a softmax at the end. Return the raw scores: cross entropy makes the softmax itself."),
        (_t([-9.606681, -2.302585, -14.263971]), "There is a log-softmax at the end. Here the raw scores are asked for: cross entropy makes it itself."),
        (_t([-37.247822, -116.992004, -124.806007]), "It behaves as if there were no ReLU at all: one after each layer but the last."),
        (_t([-37.247822, -146.907883, -129.0952]), "It behaves as if there were no ReLU after the first convolution."),
        (_t([-9.408129, -0.25, -0.688168]), "It behaves as if there were no ReLU after the second convolution."),
        (_t([-9.408129, 1.208707, -14.277714]), "It behaves as if there were no ReLU after the first linear layer."),
        (_t([-48.141865, -0.25, -6.950331]), "It behaves like mean pooling: use max pooling."),
    ]
    _compare(call, again, _t([-9.408129, -0.25, -14.277714]), slips, "Compare the order of the layers with the table: convolution, ReLU, pooling, twice; then linear, ReLU, linear.")


EXAMPLES["BasicCNN"] = [_basic_cnn]
MORE_WORDS["BasicCNN"] = (
    (
        "RuntimeError",
        r"mat1 and mat2 shapes cannot be multiplied \(1x",
        "All images stand in one single row: the batch is flattened with them. Keep a row for each image: `x.flatten(start_dim=1)`.",
    ),
    (
        "RuntimeError",
        "mat1 and mat2 shapes|shape '.*' is invalid",
        "The linear layer is made for another number of values than it gets. Print x.shape just before flattening: the three last numbers, multiplied, are what it gets. That they are not the slides' 64·6·6 is what this task is about.",
    ),
)

HINTS["BasicCNN"] = (
    "How large are the maps after each layer? A 3×3 kernel without padding takes 2 away, a 2×2 pooling halves, and halves are rounded down.",
    "28 → 26 → 13 → 11 → ? Multiply the last side by itself and by the 64 maps: so many numbers go into the first linear layer.",
    "Do not count: write the layers up to the second pooling, print x.shape there for one image, and put the product of its last three numbers into nn.Linear. Nothing comes after linear 128→10.",
)


# ------------------------------------------------------------------------------------------- 01_first_networks: nll_loss

_shares = _t([[0.5, 0.25, 0.25], [0.125, 0.75, 0.125], [0.2, 0.2, 0.6], [0.1, 0.7, 0.2]])
_LOGS = "log_probs = log of [[0.5, 0.25, 0.25], [0.125, 0.75, 0.125], [0.2, 0.2, 0.6], [0.1, 0.7, 0.2]]"
_right_classes = torch.tensor([0, 1, 0, 2])
EXAMPLES["nll_loss"] = [
    _value(
        f"nll_loss(log_probs, targets) with {_LOGS}, targets = [0, 1, 0, 2]",
        (_shares.log(), _right_classes),
        _t(1.049926),
        [
            (_t(4.199705), "That is the sum over the batch. Take the mean."),
            (_t(-1.049926), "The sign is wrong: log-probabilities are negative, and the loss is *minus* their mean."),
            (_t(0.349975), "You divide by N·K. The mean runs over the N samples."),
            (_t([0.693147, 0.287682, 1.609438, 1.609438]), "These are the losses of the samples, and they are right. Take their mean."),
            (_t([-0.693147, -0.287682, -1.609438, -1.609438]), "These are the right numbers of each row. The loss is minus their mean."),
            (_t(-0.4125), "That is minus the mean of the probabilities. The logarithms are given already: no `exp` is needed."),
            (_t(1.046311), "A softmax is made of the probabilities. The logarithms are given already: no `exp` and no softmax is needed."),
            (_t(0.885519), "That is the logarithm of the mean probability. Take the mean of the logarithms."),
            (_t(0.462082), "You take the largest of each row. The loss asks for the entry of the *target*, whether it is large or small."),
            (_t(1.325892), "That is the mean over all entries. Of each row, only the entry of its target counts."),
            (_t(1.258978), "`log_probs[targets]` picks whole rows, not one entry of each row. Pair them: log_probs[torch.arange(N), targets]."),
            (_t(3.776935), "`log_probs[targets]` picks whole rows, not one entry of each row. Pair them: log_probs[torch.arange(N), targets]."),
            (_t(1.412207), "`log_probs[:, targets]` pairs every row with every target. Pair row n with target n: log_probs[torch.arange(N), targets]."),
        ],
        nan="The logarithm is taken a second time, of negative numbers. The input is logarithms already.",
        advice="The four picked probabilities are 0.5, 0.75, 0.2 and 0.2: take their logarithms, the mean, and a minus.",
    ),
    _value(
        "nll_loss(log_probs, targets) with log_probs = [[-1.5, -0.252483]], targets = [0], in float64",
        (_t([[-1.5, -0.252483]], torch.float64), torch.tensor([0])),
        _t(1.5, torch.float64),
        [(_t(0.252483), "Class 0 is the first column, so the entry is −1.5.")],
        advice="There is one sample, so the loss is 1.5.",
    ),
    _value(
        "nll_loss(log_probs, targets) with log_probs = [[-200, 0]], targets = [0]",
        (_t([[-200, 0]]), torch.tensor([0])),
        _t(200),
        [(_t(100), "Nothing is cut off here: the loss of −200 is 200."), (_t(1), "The probability rounds to 0. Use the logarithm as it is given, without `exp`.")],
        nan="exp(−200) rounds to 0, and its logarithm is minus infinity. Use the logarithm as it is given.",
        advice="Nothing is cut off and nothing goes through `exp`: the loss of −200 is 200.",
    ),
]

HINTS["nll_loss"] = (
    "Which one of the K numbers of each row says how well the network did?",
    "From row n, take the entry in column targets[n]. The loss is minus the mean of what you took; the logarithms are there already.",
    "log_probs[torch.arange(N), targets] takes one entry from each row (so does gather). Then a minus sign and .mean().",
)


# ------------------------------------------------------------------------------------ 02_losses_and_optimizers: mse_loss

EXAMPLES["mse_loss"] = [
    _value(
        "mse_loss(predictions, targets) with [[1, 2], [3, 5]] and [[1, 0], [4, 1]]",
        (_t([[1, 2], [3, 5]]), _t([[1, 0], [4, 1]])),
        _t(5.25),
        [
            (_t(21), "That is the sum of the squares. Take the mean: divide by the number of elements."),
            (_t(10.5), "You divide by the number of rows. The mean runs over all elements, here four."),
            (_t(2.625), "That is half of it. Leave the factor 1/2 out: some books have it, this loss does not."),
            (_t(2.291288), "That is the root of it. The mean squared error has no root."),
            (_t(1.75), "That is the mean of the distances. Square each difference first."),
            (_t(1.25), "That is the mean of the differences. Square each of them first."),
            (_t(1.5625), "You square the mean. Take the mean of the squares."),
            (_t(-5.25), "The sign is wrong: squares are never negative."),
            (_t([[0, 4], [1, 16]]), "These are the squares, and they are right. Now take their mean."),
            (_t([2, 8.5]), "That is a mean for each row. One number is asked for: the mean of all elements."),
            (_t([0.5, 10]), "That is a mean for each column. One number is asked for: the mean of all elements."),
        ],
        advice="The differences are 0, 2, −1 and 4. Square them, then take the mean.",
    ),
    _value("mse_loss(tensor([1., 2., 3.], float64), tensor([2., 2., 5.], float64))", (_t([1, 2, 3], torch.float64), _t([2, 2, 5], torch.float64)), _t(5 / 3, torch.float64), advice="The differences are −1, 0 and −2: any shape will do, and any number of elements."),
]

MORE_WORDS["mse_loss"] = (_NO_POWER,)

HINTS["mse_loss"] = (
    "Three steps: the difference, its square, the mean. All work on whole tensors.",
    "`a - b` subtracts element by element, and `** 2` squares element by element. Which call makes one number of them?",
    "`.mean()` without an argument is the mean of all elements, whatever the shape.",
)


# ------------------------------------------------------------------------------------ 02_losses_and_optimizers: bce_loss

EXAMPLES["bce_loss"] = [
    _value(
        "bce_loss(probabilities, targets) with [0.9, 0.2, 0.6] and [1, 0, 0]",
        (_t([0.9, 0.2, 0.6]), _t([1, 0, 0])),
        _t(0.414932),
        [
            (_t(1.244795), "That is the sum. Take the mean over all elements."),
            (_t(-0.414932), "The sign is wrong: logarithms of probabilities are negative, so the loss is minus their mean."),
            (_t(0.03512), "Only the half with t is there. A no counts, too: add (1 − t) · log(1 − p)."),
            (_t(0.379811), "Only the half with 1 − t is there. Add t · log p."),
            (_t(-0.344691), "The second half has the wrong sign. Both are added, and the minus stands before their sum."),
            (_t(1.474283), "The halves are exchanged: t belongs to log p, and 1 − t to log(1 − p). Or are the two arguments?"),
            (_t(0.802648), "Both logarithms are weighed with t. The second has the weight 1 − t."),
            (_t(1.889215), "Both logarithms count fully everywhere. Weigh log p with t, and log(1 − p) with 1 − t."),
            (_t(0.180203), "That is the logarithm to base 10. Take the natural one, `torch.log`."),
            (_t(30), "You take the logarithms of the targets. The probabilities come first."),
            (_t(0.725594), "There is a sigmoid too many: the input is probabilities already."),
            (_t(-0.7), "The logarithm is missing: that is minus the mean probability of the truth."),
            (_t([0.105361, 0.223144, 0.916291]), "These are the losses of the elements, and they are right. Take their mean."),
        ],
        advice="Each element pays minus the logarithm of the probability that it gave to the truth: 0.9, 0.8 and 0.4.",
    ),
    _value(
        "bce_loss(tensor([0., 1., 0.5]), tensor([1., 0., 1.]))",
        (_t([0, 1, 0.5]), _t([1, 0, 1])),
        _t(66.897716),
        [(_t(0.231049), "A sure and wrong answer pays nothing here. Cut the logarithm off at −100, so that it pays 100.")],
        nan="log 0 is −∞, and 0 · ∞ is NaN. Cut both logarithms off with `clamp(min=-100)`, before they are multiplied with the targets.",
        advice="Two answers are sure and wrong, and pay 100 each. A small number inside the logarithm, or a cut of the probability, makes it less: cut the logarithm itself at −100.",
    ),
    _value("bce_loss(tensor([0., 1.]), tensor([0., 1.]))", (_t([0, 1]), _t([0, 1])), _t(0), nan="Sure and right: 0 · log 0 is NaN. Cut both logarithms off at −100 before they are multiplied with the targets.", advice="Sure and right answers pay nothing."),
    _value("bce_loss(tensor([1e-10], float64), tensor([1.], float64))", (_t([1e-10], torch.float64), _t([1], torch.float64)), _t(23.025851, torch.float64), advice="log 1e-10 is −23, which needs no cut. Leave the probability as it is, and cut the logarithm alone, at −100."),
]

HINTS["bce_loss"] = (
    "Take a single answer first: p = 0.9. What does it pay when the truth is yes (t = 1), and what when it is no (t = 0)?",
    "Two logarithms, of p and of 1 − p, each weighed: with t and with 1 − t. Cut each off at −100 before you multiply. Then minus the mean.",
    "`probabilities.log().clamp(min=-100)` is the first logarithm. `clamp` turns −∞ into −100, so that 0 times it is 0.",
)


# -------------------------------------------------------------------------------------- 02_losses_and_optimizers: kl_div

EXAMPLES["kl_div"] = [
    _value(
        "kl_div(log_q, p) with q = [[0.25, 0.25, 0.5], [0.4, 0.4, 0.2]], p = [[0.5, 0.25, 0.25], [0.2, 0.2, 0.6]]",
        (_t([[0.25, 0.25, 0.5], [0.4, 0.4, 0.2]]).log(), _t([[0.5, 0.25, 0.25], [0.2, 0.2, 0.6]])),
        _t(0.277598),
        [
            (_t(0.555195), "That is the sum. Divide it by the number of rows, N = 2."),
            (_t(0.092533), "That is the mean over all N · K elements. Divide by the number of rows, N = 2."),
            (_t(0.185065), "You divide by the number of classes. Divide by the number of rows, N = 2."),
            (_t([0.173287, 0.381909]), "These are the sums of the rows, and they are right. Take their mean."),
            (_t(-0.277598), "The sign is wrong: log p comes first, and log_q is taken away from it."),
            (_t(1.272593), "That is the cross entropy: p · log p is missing."),
            (_t(0.254041), "That is the divergence in the other direction, from q to p. The weights are p, the truth."),
            (_t(-0.254041), "The weights in the sum are p, the truth, not q."),
            (_t(-0.143841), "The weights are missing: each difference of logarithms is multiplied with p."),
            (_t(-1.291246), "You turn log_q into probabilities. Leave it as it is: the formula asks for its logarithm."),
            (_t(1.680093), "The logarithm of p is missing: p comes as plain probabilities."),
            (_t(0.146433), "There is a log-softmax too many: log_q holds log-probabilities already."),
        ],
        nan="log_q is a logarithm already. Take only that of p.",
        advice="Sum p · (log p − log_q) over everything, and divide by the number of rows. The prediction comes first, and as logarithms.",
    ),
    _value(
        "kl_div(log_q, p) with p = [[0.5, 0.5, 0], [0, 1, 0], [1, 0, 0]], both float64",
        (_t([[0.25, 0.5, 0.25], [0.25, 0.5, 0.25], [0.8, 0.1, 0.1]], torch.float64).log(), _t([[0.5, 0.5, 0], [0, 1, 0], [1, 0, 0]], torch.float64)),
        _t(0.420955, torch.float64),
        nan="0 · log 0 is NaN for PyTorch, and 0 here: `torch.xlogy(p, p)` is p · log p with this rule, or choose with `torch.where`.",
        advice="Where p is 0, the term is 0; the other terms stay as they are.",
    ),
]

HINTS["kl_div"] = (
    "Two parts: p · log p, and p · log_q. Which of the two logarithms is already there?",
    "Add up p · log p − p · log_q over all elements, and divide by the number of rows, `len(p)`. What becomes of p · log p where p is 0?",
    "`torch.xlogy(p, p)` is p · log p, with 0 where p is 0. Then take p · log_q away, `.sum()`, and divide.",
)


# ----------------------------------------------------------------------------------------- 02_losses_and_optimizers: SGD

_PULL = "Work the first steps through by hand: g, then the buffer, then w."

EXAMPLES["SGD"] = [
    _walk(
        "SGD(params, lr=0.1)",
        {"lr": 0.1},
        2,
        [0.6, 2.15],
        [[0.6], [-1.4]],
        [
            ([-3, 3.5], "The learning rate is missing: the step is lr times the buffer."),
            ([0.5, 2.35], "The gradients add up although momentum is 0: then the buffer is g, and nothing is remembered."),
            ([0.9, 2.2], "Only the first step counts. Is the buffer the gradient's own tensor? Then `zero_grad` and `backward` change it as well: begin with zeros, or with a copy."),
            ([0.51, 2.33], "There is momentum although none was asked for: its default is 0."),
        ],
        _PULL,
    ),
    _walk(
        "SGD(params, lr=0.1, momentum=0.9)",
        {"lr": 0.1, "momentum": 0.9},
        3,
        [0.259, 2.247],
        [[-0.122], [-2.122]],
        [
            ([0.7, 1.95], "The momentum has no effect. The buffer remembers: momentum times the old one, plus g; and the step follows the buffer."),
            ([0.9259, 2.0247], "There is a factor (1 − momentum) before g. Here g is added whole."),
            ([0.682, 2.5125], "There is a factor (1 − momentum) before g. Here g is added whole, in every step."),
            ([0.0331, 2.1723], "That is Nesterov's momentum, a relative. The step is lr times the buffer, and nothing is added."),
            ([0.34, 2.085], "The buffer remembers one step only. Store the new buffer, not the gradient."),
            ([0.2, 2.3], "The old buffer is not made smaller: multiply it with momentum before you add g."),
            ([1.741, 1.753], "The gradient is taken away from the buffer. Add it."),
            ([-6.41, 4.47], "The learning rate is missing: the step is lr times the buffer."),
        ],
        _PULL,
    ),
    _walk(
        "SGD(params, lr=0.1, weight_decay=0.5)",
        {"lr": 0.1, "weight_decay": 0.5},
        1,
        [0.85, 2.1],
        [[0.75], [-1.15]],
        [
            ([0.9, 2.2], "The weight decay has no effect: add weight_decay · w to the gradient."),
            ([0.95, 2.3], "The weights grow: weight_decay · w is *added* to the gradient, since the step is taken away."),
            ([0.8, 2.0], "The decay is twice as large as asked for: no factor 2."),
            ([0.895, 2.19], "The learning rate counts twice in the decay. Add weight_decay · w to the gradient, and multiply with lr once."),
        ],
        _PULL,
    ),
    _walk(
        "SGD(params, lr=0.1, momentum=0.9, weight_decay=0.5)",
        {"lr": 0.1, "momentum": 0.9, "weight_decay": 0.5},
        2,
        [0.3725, 2.035],
        [[0.2875], [-1.4275]],
        [
            ([0.4175, 2.125], "The decay is added after the buffer. Add it to the gradient before, so that the buffer sees it."),
            ([0.51, 2.33], "With momentum the weight decay is lost: the buffer takes up g, not the plain gradient."),
        ],
        _PULL,
    ),
    _walk("SGD(params, lr=0.1, momentum=0.9)", {"lr": 0.1, "momentum": 0.9}, 4, [-0.0169, 2.0723], [[0.42], [-1.58]], (), _PULL, begin=2),
]
MORE_WORDS["SGD"] = _OPTIMIZER_WORDS

HINTS["SGD"] = (
    "Which things must be remembered from one step to the next? Make them in `__init__`: the parameters as a list, the three numbers, and a buffer for each parameter.",
    "A buffer of zeros (`torch.zeros_like(p)`) does: momentum times zeros plus g is g. In `step`, inside `with torch.no_grad():`, for each parameter whose gradient is not None: g, then the buffer, then w in place.",
    "`buffer.mul_(momentum).add_(g)` changes the buffer in place; `p -= lr * buffer` changes the parameter. `zero_grad` sets `p.grad = None` for each parameter.",
)


# ------------------------------------------------------------------------------------- 02_losses_and_optimizers: RMSprop

EXAMPLES["RMSprop"] = [
    _walk(
        "RMSprop(params, lr=0.1, alpha=0.9)",
        {"lr": 0.1, "alpha": 0.9},
        3,
        [0.482714, 2.004164],
        [[0.262262], [-1.737738]],
        [
            ([0.866034, 1.935474], "alpha and 1 − alpha are exchanged: alpha says how much of the *old* mean is kept."),
            ([0.827571, 2.001388], "alpha stands in both places. Before g² it is 1 − alpha."),
            ([0.479118, 2.019339], "The old mean square is kept whole. Multiply it with alpha before you add."),
            ([0.352294, 2.02946], "That is the mean of |g|. Average the squares of g."),
            ([0.83642, 2.001317], "The factor (1 − alpha) before g² is missing."),
            ([0.835283, 2.006115], "The squares add up and nothing is forgotten: that is Adagrad. The old mean square is multiplied with alpha."),
            ([0.683772, 1.683772], "The mean square forgets everything: add to the old one, and store the new one."),
            ([0.545475, 2.125121], "There is one mean square for the whole tensor. Each element has its own."),
            ([-0.202122, 2.102213], "The root is missing: divide by √ms."),
            ([-0.547501, 2.291208], "That is the mean of |g|. Average the squares of g, and divide by the root."),
            ([0.752642, 1.969233], "The mean square begins with the first g². Begin with zeros."),
            ([0.820868, 1.944371], "There is a bias correction, as Adam has it. RMSprop has none."),
            ([0.76943, 1.922666], "You multiply with the root. Divide by it."),
        ],
        "The mean square first, ms = alpha · ms + (1 − alpha) · g²; then the step, lr · g / (√ms + eps).",
    ),
    _walk("RMSprop(params, lr=0.1, alpha=0.9, eps=0.5)", {"lr": 0.1, "alpha": 0.9, "eps": 0.5}, 2, [0.676815, 2.131984], [[0.677597], [-1.322403]], [([0.625131, 2.157669], "eps is added under the root. Add it after the root.")], "eps is added to the root of the mean square."),
    _walk("RMSprop(params)", {}, 2, [0.805084, 2.075631], [[0.829112], [-1.170888]], (), "The defaults are lr=0.01, alpha=0.99 and eps=1e-8."),
    _walk("RMSprop(params)", {}, 2, [0.877897, 2.050283], [[0.880996], [-1.119004]], (), "With gradients as small as these, eps counts: its default is 1e-8, and it is added to the root.", scale=1e-7),
]
MORE_WORDS["RMSprop"] = _OPTIMIZER_WORDS

HINTS["RMSprop"] = (
    "Begin with a copy of your SGD. What is remembered for each parameter, in the place of the buffer?",
    "A tensor of zeros for each parameter, `torch.zeros_like(p)`: its running mean of squares. In `step`: multiply it with alpha, add (1 − alpha) · g², then divide g by its root.",
    "`square.mul_(alpha).add_((1 - alpha) * p.grad**2)`, and then the step: `p -= lr * p.grad / (root + eps)`, with the root of the new mean square.",
)


# ------------------------------------------------------------------------------------- 02_losses_and_optimizers: Adagrad

EXAMPLES["Adagrad"] = [
    _walk(
        "Adagrad(params, lr=0.1)",
        {"lr": 0.1},
        3,
        [0.835283, 2.006115],
        [[0.771554], [-1.228446]],
        [
            ([0.879091, 2.013993], "The root is missing: divide by √sum."),
            ([0.845, 2.035555], "You add up |g|. Add up the squares of g, and divide by the root."),
            ([0.856597, 2.043293], "There is one sum for the whole tensor. Each element has its own."),
            ([0.818059, 1.945096], "You divide the sum by the number of steps. Adagrad adds up, and averages nothing."),
            ([0.9, 1.9], "The sum forgets: each step begins anew. Add g² to what is there, and keep it."),
            ([-0.646129, 2.056514], "The sum is a running mean: that is RMSprop. Adagrad only adds up."),
            ([0.862616, 2.064663], "The learning rate is divided by the number of the step besides. Leave that out: the sum makes the steps shorter."),
        ],
        "The sum first, sum = sum + g²; then the step, lr · g / (√sum + eps).",
    ),
    _walk("Adagrad(params, lr=0.1, eps=0.5)", {"lr": 0.1, "eps": 0.5}, 2, [0.851417, 2.060481], [[0.859912], [-1.140088]], [([0.825768, 2.071339], "eps is added under the root. Add it after the root.")], "eps is added to the root of the sum."),
    _walk("Adagrad(params)", {}, 2, [0.980513, 2.007575], [[0.982929], [-1.017071]], (), "The defaults are lr=0.01 and eps=1e-10."),
    _walk("Adagrad(params, lr=0.1)", {"lr": 0.1}, 2, [0.877924, 2.050335], [[0.881093], [-1.118907]], (), "With gradients as small as these, eps counts: its default is 1e-10, and it is added to the root.", scale=1e-10),
]
MORE_WORDS["Adagrad"] = _OPTIMIZER_WORDS

HINTS["Adagrad"] = (
    "Begin with a copy of your RMSprop. Which line makes it forget?",
    "A tensor of zeros for each parameter. In `step`: add g² to it, in place, and divide g by the root of the sum.",
    "`total += p.grad**2`, and then the step: `p -= lr * p.grad / (root + eps)`, with the root of the new sum.",
)


# ---------------------------------------------------------------------------------------- 02_losses_and_optimizers: Adam

_NAN = "There is a NaN: 0 divided by 0, or the root of a negative number. The corrections are 1 − β to the power t, and t is 1 in the first step."
_FIRST_STEP = [
    ([0.683772, 2.316228], "The bias correction is missing: divide m by 1 − β₁ to the power t, and v by 1 − β₂ to the power t."),
    ([0.99, 2.01], "The bias correction of m is missing: divide it by 1 − β₁ to the power t."),
    ([-2.162277, 5.162277], "The bias correction of v is missing: divide it by 1 − β₂ to the power t."),
    ([0.925586, 2.074414], "t begins at 2. A parameter's first step has t = 1."),
    ([0.9, 2.05], "The root is missing: divide by √v̂."),
]

EXAMPLES["Adam"] = [
    _walk("Adam(params, lr=0.1)", {"lr": 0.1}, 1, [0.9, 2.1], [[0.9], [-1.1]], _FIRST_STEP, "In the first step m̂ is g and v̂ is g², so the step is lr, against the sign of g.", nan=_NAN),
    _walk(
        "Adam(params, lr=0.1)",
        {"lr": 0.1},
        3,
        [0.759853, 2.128478],
        [[0.7], [-1.3]],
        [
            ([0.700948, 2.134177], "The bias correction is that of the first step in every step. Count the steps: t = 1, 2, 3."),
            ([0.866848, 2.124256], "The corrected m and v are stored, and corrected once more in the next step. Remember m and v as they are."),
            ([-0.458505, 4.532026], "The corrected m is stored, and corrected once more in the next step. Remember m as it is."),
            ([0.890633, 2.101493], "The corrected v is stored, and corrected once more in the next step. Remember v as it is."),
            ([0.818086, 1.945088], "The step follows the gradient. It follows m̂, the running mean of the gradients."),
            ([0.760102, 2.142521], "The betas are exchanged: the first belongs to m, the second to v."),
            ([0.779909, 2.124531], "t counts the parameters that the loop meets. Each parameter counts its own steps, once in each step."),
            ([0.962126, 1.997399], "β and 1 − β are exchanged: β says how much of the *old* mean is kept."),
            ([0.683132, 2.177621], "v is the mean of |g|. Square g first."),
        ],
        "m and v first, then their corrected copies, then the step: lr · m̂ / (√v̂ + eps).",
        nan=_NAN,
    ),
    _walk(
        "Adam(params, lr=0.1, betas=(0.5, 0.8), eps=0.5)",
        {"lr": 0.1, "betas": (0.5, 0.8), "eps": 0.5},
        4,
        [0.810658, 2.000813],
        [[0.68], [-1.32]],
        [([0.77451, 1.999237], "eps is added under the root. Add it after the root."), ([0.841771, 1.990081], "eps is added to the root before the correction. Correct v first: the step is lr · m̂ / (√v̂ + eps)."), ([0.80903, 1.980436], "The bias correction is missing."), ([0.808965, 2.08004], "The corrected m and v are stored. Remember m and v as they are."), ([0.813768, 2.000873], "You divide by the largest v so far, which is another method (AMSGrad). Divide by the v̂ of this step.")],
        "`betas` and `eps` are arguments: use those that are given.",
    ),
    _walk("Adam(params)", {}, 3, [0.997599, 2.001285], [[0.997], [-1.003]], (), "The defaults are lr=0.001, betas=(0.9, 0.999) and eps=1e-8."),
    _walk("Adam(params, lr=0.1)", {"lr": 0.1}, 2, [0.886579, 2.094509], [[0.866667], [-1.133333]], (), "With gradients as small as these, eps counts: its default is 1e-8, and it is added to the root of v̂.", scale=1e-8),
    _walk("Adam(params, lr=0.1)", {"lr": 0.1}, 4, [0.712004, 2.095068], [[0.8], [-1.2]], (), "The fourth step is wrong, although three were right.", begin=2),
]
MORE_WORDS["Adam"] = _OPTIMIZER_WORDS

HINTS["Adam"] = (
    "Three things are remembered for each parameter: m, v, and how many steps it has made.",
    "In `step`, for each parameter with a gradient: count, update m with g and v with g², then correct: m / (1 − β₁ to the power t), v / (1 − β₂ to the power t). The corrected ones are new tensors.",
    "`self.steps[i] += 1`; `m.mul_(beta1).add_((1 - beta1) * g)`; the same for v with g². Then m_hat = m / (1 - beta1**t), v_hat likewise, and the step is lr · m_hat / (√v_hat + eps).",
)


# ------------------------------------------------------------------------------ 02_losses_and_optimizers: train_with_log


class _Logged(nn.Module):
    """A linear network that counts its forward passes, and remembers in which mode they were."""

    def __init__(self):
        super().__init__()
        self.linear, self.modes = nn.Linear(2, 3), []
        with torch.no_grad():
            self.linear.weight.copy_(_t([[0.5, -0.5], [0.25, 1], [-1, 0]]))
            self.linear.bias.copy_(_t([0.1, 0, -0.1]))

    def forward(self, x):
        self.modes.append(self.training)
        return self.linear(x)


def _logging(loss_fn, size, interval, expected, weights, slips, light=()):
    call = f"train_with_log(model, loader, nn.{loss_fn}(), SGD with lr=0.5, epoch=37, log_interval={interval}), 7 samples in batches of {size}"

    def example(function):
        inputs = _t([[1, 2], [-1, 0.5], [2, -1], [0, 1], [-2, -2], [3, 0], [1, -1.5]])
        loader = DataLoader(TensorDataset(inputs, torch.tensor([1, 2, 0, 0, 2, 0, 1])), batch_size=size)
        model, printed = _Logged().eval(), io.StringIO()
        with contextlib.redirect_stdout(printed):
            got = function(model, loader, getattr(nn, loss_fn)(), torch.optim.SGD(model.parameters(), lr=0.5), 37, interval)
        if not all(model.modes):
            raise Wrong(call, Words("a forward pass in evaluation mode"), Words("training mode"), "Call model.train() before the first batch.")
        if len(model.modes) != len(loader):
            few = len(model.modes) < len(loader)
            again = "Each batch goes through the model once. Keep its loss; do not compute it again."
            raise Wrong(call, Words(f"{len(model.modes)} forward passes"), Words(f"{len(loader)}, one for each batch"), again if not few else "Every batch goes through the model once, also where nothing is reported. Does the loop end early, by a `return` inside it?")
        _compare(call + "; the model's weight afterwards", model.linear.weight, _t(weights), [(_t(wrong), better) for wrong, better in light], "For each batch, also where nothing is reported: zero_grad, forward, the loss that is given, backward, step, once each.")
        if not isinstance(got, (list, tuple)) or not all(isinstance(pair, (list, tuple)) and len(pair) == 2 for pair in got):
            raise Wrong(call, got, Words("a list of pairs (images, loss)"), "Begin with an empty list, append a pair at each report, and return the list behind the loop.")
        if any(isinstance(value, torch.Tensor) and value.requires_grad for pair in got for value in pair):
            raise Wrong(call, Words("losses that still hold their graphs"), Words("plain numbers"), "Append `loss.item()`: a tensor keeps the graph of its batch in memory.")
        if any(_number(value) is None for pair in got for value in pair):
            raise Wrong(call, got, Words("a list of pairs of numbers"), "Each pair has two plain numbers: how many images, and `loss.item()`.")
        pairs = [(_number(seen), _number(loss)) for seen, loss in got]
        if len(pairs) != len(expected):
            raise Wrong(call, pairs, expected, f"There are {len(expected)} reports, of the batches number 0, {interval} and so on. Count from 0, and report where the number is a multiple of log_interval.")
        for wrong, better in slips:
            if all(a is None or _same(_t(a), _t(b)) for one, other in zip(wrong, pairs) for a, b in zip(one, other)):
                raise Wrong(call, pairs, expected, better)
        if not _same(_t(pairs), _t(expected)):
            raise Wrong(call, pairs, expected, "Each pair: the images seen *before* the batch, and the loss that this batch had when it was trained on.")
        lines = [line for line in printed.getvalue().splitlines() if line.strip()]
        shown = Words("\n".join(lines) or "nothing was printed")
        if len(lines) < len(expected):
            raise Wrong(call, shown, Words(f"{len(expected)} lines, one for each report"), "Print a line at each report: epoch, images, share and loss.")
        if len(lines) == len(loader) > 2 * len(expected):
            raise Wrong(call, shown, Words(f"{len(expected)} lines, one for each report"), "A line is printed for every batch. Print only where you report.")
        if not re.search(r"(?<!\d)0*37(?!\d)", printed.getvalue()):
            raise Wrong(call, shown, Words("lines that name epoch 37, the images, their share and the loss"), "The line does not name the epoch, which is given as `epoch`.")
        numbers = [float(number) for number in re.findall(r"\d+(?:\.\d+)?", "\n".join(lines).replace(",", "."))]
        of_the_second = expected[1][0] / 7, min(expected[1][0] + size, 7) / 7  # before and behind the batch
        if size == 1 and 7 not in numbers and not any(abs(number - unit * share) < 0.011 * unit for number in numbers for unit in (1, 100) for share in of_the_second):
            raise Wrong(call, shown, Words("lines that name epoch 37, the images, their share and the loss"), "The line does not say which share of all images, or of all batches, that is.")

    return example


_AFTER = "That is the loss after the step. Report the one that the batch had when it was trained on."
_TIMES = "The loss is a mean over the batch already. Report it as it is."

_WEIGHTS = [[0.325663, 0.349926], [0.626462, 0.171588], [-1.202125, -0.021514]]  # of the batches of two, however often one reports

EXAMPLES["train_with_log"] = [
    _logging(
        "CrossEntropyLoss",
        2,
        2,
        [(0, 0.325556), (4, 0.160176)],
        _WEIGHTS,
        [
            ([(2, 1.043635), (6, 3.169401)], "The batches number 1 and 3 report. Count from 0: the very first one reports."),
            ([(2, None), (6, None)], "The batch itself is counted. Count the images seen *before* it."),
            ([(0, None), (2, None)], "That is the number of the batch. Count images."),
            ([(1, None), (3, None)], "That is the number of the batch, from 1. Count images, from 0."),
            ([(0, 0.251612), (4, 0.06863)], _AFTER),
            ([(0, 0.651111), (4, 0.320353)], _TIMES),
            ([(0, 0.325556), (4, 0.509789)], "That is the mean loss so far. Report the loss of this batch alone."),
            ([(0, 0.325556), (4, 0.601906)], "That is the mean loss since the last report. Report the loss of this batch alone."),
            ([(0.325556, 0), (0.160176, 4)], "The pairs are the other way round: images first, then the loss."),
        ],
        [
            ([[0.5, -0.5], [0.25, 1], [-1, 0]], "The weights have not changed. Is optimizer.step() called, after loss.backward()?"),
            ([[0.731822, 0.612122], [0.600525, -0.049924], [-1.582347, -0.062198]], "Each step follows the gradients of all batches so far. Clear them for each batch: optimizer.zero_grad()."),
        ],
    ),
    _logging("CrossEntropyLoss", 2, 3, [(0, 0.325556), (6, 3.169401)], _WEIGHTS, [([(0, None), (3, None)], "The last batch is smaller: its number times its size is not what was seen. Add up the sizes of the batches.")]),
    _logging(
        "MultiMarginLoss",
        1,
        3,
        [(0, 0), (3, 1.233333), (6, 1.375)],
        [[0.333333, 0.083333], [0.75, 0.25], [-1.333333, 0.166667]],
        [([(0, None), (3, None), (3, None)], "The count begins anew after each report. Count all images before the batch.")],
        [([[0.426419, 0.502271], [0.654054, 0.071291], [-1.330473, -0.073562]], "That is what the cross entropy gives. Use the loss that is given, `loss_fn`.")],
    ),
]

HINTS["train_with_log"] = (
    "Write the loop without reports first: training mode, then the five steps for each batch. Then: when does a batch report, and what has to be counted?",
    "`enumerate(loader)` numbers the batches from 0; a batch reports where `number % log_interval == 0`. A count of images begins at 0 and grows by len(targets) at the *end* of each pass.",
    "At a report append `(seen, loss.item())` and print a line with epoch, seen, seen / len(loader.dataset) and the loss. Return the list behind the loop, in the column of the `for`.",
)


# ----------------------------------------------------------------------------- 03_regularisation_and_evaluation: dropout


def _dropped_small(function):
    call = "dropout(x, p=0.25) with x = [[1, 2, 3, 4], [5, 6, 7, 8], [-1, -2, -3, -4]]"
    before = _t([[1, 2, 3, 4], [5, 6, 7, 8], [-1, -2, -3, -4]])
    x = before.clone()
    got = function(x, 0.25)
    if not torch.equal(x, before):
        raise Wrong(call, Words("x was changed"), Words("x as it was"), "Inputs must stay as they are: make a new tensor, `x * mask / (1 - p)`, and write into none.")
    fits = isinstance(got, torch.Tensor) and got.shape == x.shape
    kept = got.detach() != 0 if fits else torch.ones_like(x, dtype=torch.bool)
    slips = [
        (x, "Nothing has changed. In training, each value becomes 0 with probability p, and the others are divided by 1 − p."),
        (x * kept, "Values are dropped, and the kept ones are as they were. Divide these by 1 − p, so that their mean stays what it was."),
        (x * kept / 0.25, "The kept values are divided by p. Divide by 1 − p, the probability of being kept: with p = 0.25, by 0.75."),
        (x * kept * 0.75, "The kept values are multiplied by 1 − p, which makes them smaller still. Divide by it."),
        (kept.to(x), "That is the mask alone. Multiply x by it, and divide by 1 − p."),
    ]
    slips = slips if kept.any() else []  # all may be dropped, by chance
    _compare(call, got, x / 0.75 * kept, slips, "Each value is either 0 or x / (1 − p), here x / 0.75.")
    for kind in (torch.float32, torch.float64):
        if function(x.to(kind), 0.25).dtype == kind:
            continue
        raise Wrong(f"{call}, x in {kind}", Words("a result of another type"), Words(str(kind)), "The result has the type of x. `torch.rand_like(x)` and `torch.empty_like(x)` make tensors like x.")


def _dropped_share(function):
    x = torch.ones(200, 300)
    for p, options in ((0.25, {"p": 0.25}), (0.5, {})):
        call = "dropout(torch.ones(200, 300)" + "".join(f", {key}={value}" for key, value in options.items()) + ")"
        masks = [function(x, **options).detach() == 0 for _ in range(4)]
        share = masks[0].double().mean().item()
        if 0 < share < 1 and ((masks[0] == masks[0][:1]).all() or (masks[0] == masks[0][:, :1]).all()):
            raise Wrong(call, Words("whole rows or columns are dropped together"), Words("each value for itself"), "Draw as many numbers as x has values: `torch.rand_like(x)`, not `torch.rand(len(x))`.")
        if abs(share - p) > 0.015:  # a right answer is so far off once in 10¹¹ times
            better = "Draw one number for each value; it is dropped where that number is below p."
            if abs(share - 0.75) < 0.015 and p == 0.25:
                better = "p is the probability that a value is dropped, not that it is kept."
            elif share == 0:
                better = "Nothing is dropped here. Is a number drawn for each value, and are those below p set to 0?"
            elif share == 1:
                better = "Every value has the same fate. Draw a number for each of them: `torch.rand_like(x)`."
            elif p == 0.5:
                better = "Without an argument, p is 0.5, and the mode is training."
            raise Wrong(call, Words(f"{share:.1%} of the values are 0"), Words(f"about {p:.0%}"), better)
        if torch.equal(masks[0], masks[1]):
            raise Wrong(call + ", twice", Words("the same values are dropped again"), Words("others each time"), "Draw anew in each call, and set no seed inside the function.")
        if all(mask.sum() == round(p * x.numel()) for mask in masks):
            raise Wrong(call + ", four times", Words(f"exactly {p:.0%} of the values are 0, each time"), Words("sometimes a few more, sometimes a few less"), "Do not choose a fixed number of values: each value has its own draw.")


def _dropped_gradient(function):
    call = "dropout(x, p=0.25).sum().backward() with x of 40 values; the gradient of x"
    x = torch.linspace(1, 3, 40).requires_grad_()
    got = function(x, 0.25)
    if not got.requires_grad:
        raise Wrong(call, Words("nothing: the result is cut off from x"), Words("1 / (1 − p) where a value was kept, 0 elsewhere"), "Compute the result from x itself, without `detach`, `.data`, `no_grad` or NumPy: a network learns through it.")
    got.sum().backward()
    if not _same(x.grad, (got != 0) / 0.75):
        raise Wrong(call, Words("another gradient"), Words("1 / (1 − p) where a value was kept, 0 elsewhere"), "Multiply x by the mask and divide by 1 − p: then the gradient follows.")


_dropped_x = _t([[1, 2, 3], [5, 6, -7]])
EXAMPLES["dropout"] = [
    _value(
        "dropout(tensor([[1, 2, 3], [5, 6, -7]]), p=0.25, training=False)",
        (_dropped_x, {"p": 0.25, "training": False}),
        _dropped_x,
        [
            (_dropped_x * 0.75, "In evaluation x comes back as it is. The scale was put right in training: the kept values were divided by 1 − p."),
            (_dropped_x / 0.75, "In evaluation nothing is dropped, so nothing is scaled, either: return x."),
        ],
        advice="With training=False the values of x come back as they are. Is `training` asked?",
    ),
    _dropped_small,
    _dropped_share,
    _value("dropout(tensor([[1, 2, 3], [5, 6, -7]]), p=0.0)", (_dropped_x, {"p": 0.0}), _dropped_x, advice="With p = 0 nothing is dropped, and 1 − p is 1."),
    _value(
        "dropout(tensor([[1, 2, 3], [5, 6, -7]]), p=1.0)",
        (_dropped_x, {"p": 1.0}),
        torch.zeros(2, 3),
        advice="With p = 1 everything is dropped. Numbers from `torch.rand` lie in 0 … 1, and 1 itself is never drawn.",
        nan="With p = 1, you divide by 1 − p = 0. What comes back then, without any division?",
    ),
    _dropped_gradient,
]

HINTS["dropout"] = (
    "First the easy half: what comes back with training=False? Then draw a number between 0 and 1 for each value. Which of them should lead to a 0?",
    "`torch.rand_like(x)` draws such numbers, in x's shape and type. `drawn >= p` is True with probability 1 − p: that is the mask of what is kept. Multiply x by it. What is still missing, and what happens at p = 1?",
    "Return x where not training. Where p == 1, x * 0 would do. Else x * mask / (1 − p), with the mask `torch.rand_like(x) >= p`.",
)


# --------------------------------------------------------------------- 03_regularisation_and_evaluation: channel_dropout


def _channels_small(function):
    call = "channel_dropout(x, p=0.25) with x = torch.arange(1., 17).reshape(2, 4, 1, 2)"
    before = torch.arange(1.0, 17).reshape(2, 4, 1, 2)
    x = before.clone()
    got = function(x, 0.25)
    if not torch.equal(x, before):
        raise Wrong(call, Words("x was changed"), Words("x as it was"), "Inputs must stay as they are: make a new tensor, `x * mask / (1 - p)`.")
    fits = isinstance(got, torch.Tensor) and got.shape == x.shape
    kept = got.detach() != 0 if fits else torch.ones_like(x, dtype=torch.bool)
    slips = [
        (x, "Nothing has changed. In training, each channel of each image becomes 0 with probability p, and the others are divided by 1 − p."),
        (x * kept, "The kept channels are as they were. Divide them by 1 − p, as in `dropout`."),
        (x * kept / 0.25, "The kept channels are divided by p. Divide by 1 − p, here 0.75."),
        (x * kept * 0.75, "The kept channels are multiplied by 1 − p. Divide by it."),
    ]
    slips = slips if kept.any() else []  # all may be dropped, by chance
    _compare(call, got, x / 0.75 * kept, slips, "Each channel is either 0 or x / (1 − p), here x / 0.75.")


def _channels_share(function):
    x = torch.ones(150, 200, 2, 3)
    for p, options in ((0.25, {"p": 0.25}), (0.5, {})):
        call = "channel_dropout(torch.ones(150, 200, 2, 3)" + "".join(f", {key}={value}" for key, value in options.items()) + ")"
        first, second = (function(x, **options).detach() == 0 for _ in range(2))
        whole = first.flatten(2).all(2)  # (150, 200)
        if not torch.equal(whole, first.flatten(2).any(2)):
            raise Wrong(call, Words("channels of which some values are 0 and some are not"), Words("whole channels"), "Draw one number for each channel of each image, shape (N, C, 1, 1); broadcasting does the rest.")
        share = whole.double().mean().item()
        if share == 0:
            raise Wrong(call, Words("no channel is 0"), Words(f"about {p:.0%} of them"), "Nothing is dropped here. Is a number drawn for each channel of each image, and are those below p set to 0?")
        if (whole == whole[:, :1]).all():
            raise Wrong(call, Words("all channels of an image have the same fate"), Words("each channel for itself"), "Draw one number for each channel of each image, shape (N, C, 1, 1), not one for each image.")
        if (whole == whole[:1]).all():
            raise Wrong(call, Words("all images lose the same channels"), Words("others in each image"), "Draw for each image: shape (N, C, 1, 1), not (1, C, 1, 1).")
        if abs(share - p) > 0.02:  # a right answer is so far off once in 10¹¹ times
            better = "p is the probability that a channel is dropped, not that it is kept." if abs(share - 0.75) < 0.02 else "A channel is dropped where its number is below p; without an argument, p is 0.5."
            raise Wrong(call, Words(f"{share:.1%} of the channels are 0"), Words(f"about {p:.0%}"), better)
        if (whole.sum(dim=1) == whole[0].sum()).all():
            raise Wrong(call, Words(f"exactly {p:.0%} of the channels of each image are 0"), Words("a few more in one image, a few less in another"), "Do not choose a fixed number of channels: each channel has its own draw.")
        if torch.equal(first, second):
            raise Wrong(call + ", twice", Words("the same channels are dropped again"), Words("others each time"), "Draw anew in each call, and set no seed inside the function.")


def _channels_gradient(function):
    call = "channel_dropout(x, p=0.25).sum().backward() with x of 5 images with 8 channels; the gradient of x"
    x = torch.linspace(1, 3, 240, dtype=torch.float64).reshape(5, 8, 2, 3).requires_grad_()
    got = function(x, 0.25)
    if got.dtype != torch.float64 or function(x.detach().float(), 0.25).dtype != torch.float32:
        raise Wrong(call, Words("a result of another type than x"), Words("float64 for float64, float32 for float32"), "The result has the type of x: `x.new_empty(…)` makes a tensor like it.")
    if not got.requires_grad:
        raise Wrong(call, Words("nothing: the result is cut off from x"), Words("1 / (1 − p) in the kept channels, 0 elsewhere"), "Compute the result from x itself, without `detach`, `.data`, `no_grad` or NumPy.")
    got.sum().backward()
    if not _same(x.grad, (got != 0) / 0.75):
        raise Wrong(call, Words("another gradient"), Words("1 / (1 − p) in the kept channels, 0 elsewhere"), "Multiply x by the mask and divide by 1 − p: then the gradient follows.")


_channels_x = torch.arange(1.0, 9).reshape(2, 2, 2, 1)
EXAMPLES["channel_dropout"] = [
    _value(
        "channel_dropout(torch.arange(1., 9).reshape(2, 2, 2, 1), p=0.25, training=False)",
        (_channels_x, {"p": 0.25, "training": False}),
        _channels_x,
        [(_channels_x * 0.75, "In evaluation x comes back as it is: the scale was put right in training.")],
        advice="With training=False the values of x come back as they are. Is `training` asked?",
    ),
    _channels_small,
    _channels_share,
    _value("channel_dropout(torch.arange(1., 9).reshape(2, 2, 2, 1), p=0.0)", (_channels_x, {"p": 0.0}), _channels_x, advice="With p = 0 nothing is dropped."),
    _value(
        "channel_dropout(torch.arange(1., 9).reshape(2, 2, 2, 1), p=1.0)",
        (_channels_x, {"p": 1.0}),
        torch.zeros(2, 2, 2, 1),
        advice="With p = 1 everything is dropped.",
        nan="With p = 1, you divide by 1 − p = 0. What comes back then, without any division?",
    ),
    _channels_gradient,
]

HINTS["channel_dropout"] = (
    "It is dropout with fewer draws: how many numbers do you need for N images of C channels?",
    "One for each channel of each image: N · C of them. In which shape must they stand so that each multiplies a whole (H, W) plane?",
    "A mask of shape (N, C, 1, 1), from `torch.rand(N, C, 1, 1) >= p`, in x's type and on its device. Or send a tensor of ones of that shape through your `dropout`, and multiply x by what comes back.",
)


# -------------------------------------------------------------------------- 03_regularisation_and_evaluation: l2_penalty


def _penalised():
    """A linear layer inside a block, and a frozen one behind it."""
    model = nn.Sequential(nn.Sequential(nn.Linear(2, 2), nn.ReLU()), nn.Linear(2, 1))
    with torch.no_grad():
        for parameter, values in zip(model.parameters(), ([[1, 2], [0, -1]], [2, -0.5], [[3, 4]], [1])):
            parameter.copy_(_t(values))
    model[1].requires_grad_(False)
    return model


def _penalty(function):
    call = "l2_penalty(model, weight_decay=0.1): weights [[1, 2], [0, -1]] and [2, -0.5] in a block, and a frozen layer"
    model = _penalised()
    got = function(model, 0.1)
    expected = _t(0.5125)
    slips = [
        (_t(1.025), "The factor 1/2 is missing: with it, the gradient is weight_decay · w, without a 2."),
        (_t(0.3), "The biases are left out. Here every trainable parameter counts: model.parameters() gives all."),
        (_t(0.6), "The factor 1/2 is missing, and the biases are left out: every trainable parameter counts."),
        (_t(1.8125), "The frozen layer is counted. Take the parameters with requires_grad alone."),
        (_t(3.625), "The frozen layer is counted, and the factor 1/2 is missing."),
        (_t(0.160078), "That is made of the norm, the root of the sum. Take the sum of squares, without a root."),
        (_t(0.320156), "That is made of the norm, the root of the sum. Take the sum of squares, without a root, and the factor 1/2."),
        (_t(0.225552), "These are norms, the roots of sums. Take the sum of squares of each tensor, without a root."),
        (_t(0.525552), "These are norms, the roots of sums, and the frozen layer is counted. Take the sum of squares of each trainable tensor, without a root."),
        (_t(0.325), "These are the absolute values (an L1 penalty). Take the squares."),
        (_t(0.65), "These are the absolute values (an L1 penalty). Take the squares, and half of their sum."),
        (_t(5.125), "weight_decay is missing: multiply by it."),
        (_t(0.18125), "These are means, one for each tensor. Add up the squares: a sum, not a mean."),
        (_t(0.085417), "That is the mean of all squares. Take their sum."),
        (_t(0.3125), "Squares of sums: square each weight first, then add up."),
        (_t(0.2125), "The loop has ended with the first tensors, or keeps the last one alone: add up over all parameters."),
    ]
    _compare(call, got, expected, slips, "Here it is 0.1 / 2 · (1 + 4 + 0 + 1 + 4 + 0.25), squares of the six trainable numbers.")
    if not isinstance(got, torch.Tensor) or not got.requires_grad:
        raise Wrong(call, Words("a number without a graph"), Words("a tensor that is differentiable"), "No `.item()`, `.data`, `detach` or `no_grad` here: the penalty is part of the loss, and its gradient is all that it is for.")
    got.backward()
    weight = model[0][0].weight
    _compare(call + "; after backward, the gradient of the weight", weight.grad, 0.1 * weight.detach(), (), "The gradient of weight_decay / 2 · w² is weight_decay · w. Is every step from the weights to the sum differentiable?")


EXAMPLES["l2_penalty"] = [_penalty]

MORE_WORDS["l2_penalty"] = (_NO_POWER,)

HINTS["l2_penalty"] = (
    "Which tensors of a model change in training? model.parameters() gives them one after the other, frozen ones too.",
    "For each parameter with requires_grad, `(p**2).sum()` is a tensor with one value. Add these up, and multiply by weight_decay / 2.",
    "weight_decay / 2 * sum((p**2).sum() for p in model.parameters() if p.requires_grad). Return the tensor as it is, with its graph.",
)


# ----------------------------------------------------------------------- 03_regularisation_and_evaluation: EarlyStopping


class _Counted(nn.Module):
    """A network with a weight and a buffer, which say the epoch."""

    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(3))
        self.register_buffer("running", torch.zeros(2))

    def train_to(self, epoch):
        with torch.no_grad():
            self.weight.fill_(epoch)
            self.running.fill_(10 * epoch)


def _stops(call, stopper, losses, expected, best, slips):
    """Follow losses, with a network trained on meanwhile; return it."""
    model, said = _Counted(), []
    for epoch, loss in enumerate(losses, 1):
        model.train_to(epoch)
        answer = stopper.update(loss, model)
        _compare(f"{call}; a weight after update {epoch} (each is its epoch)", model.weight[0], _t(float(epoch)), (), "`update` leaves the model as it is. It is `restore` that changes it, when the training asks for it.")
        if isinstance(answer, torch.Tensor) and answer.numel() == 1:
            answer = answer.item()
        if not isinstance(answer, int) and type(answer).__module__ != "numpy":
            raise Wrong(f"{call}; update({loss}, model)", answer, Words("True or False"), "`update` returns True when it is time to stop, else False. Is a `return` reached in every case?")
        said.append(bool(answer))
    call += f"; the answers of update to the losses {', '.join(map(str, losses))}"
    if said != expected:
        words = "Count the epochs since the best one: the count begins anew with each better epoch."
        raise Wrong(call, said, expected, next((better for wrong, better in slips if said == wrong), words))
    value = _number(stopper.best)
    if best is None:  # where a loss was lower by less than min_delta, it may be either
        return model
    if value is None or abs(value - best) > 1e-6:
        raise Wrong(call + "; then best", stopper.best, best, "`best` is the loss of the best epoch so far, as a number. It changes only with an epoch that is better by more than min_delta.")
    return model


def _stopping(EarlyStopping):
    call, no, yes = "EarlyStopping(patience=2)", False, True
    stopper = EarlyStopping(patience=2)
    slips = [
        ([no, no, no, no, yes, yes], "The count is not set back. After a better epoch it begins at 0 again."),
        ([no] * 6, "It does not stop. Compare with the best loss so far, not with the loss before, and stop when the count has reached `patience`, not passed it."),
        ([no, no, yes, no, yes, yes], "It stops after a single worse epoch. Count them, and stop when the count has reached `patience`."),
        ([no, no, yes, yes, yes, yes], "It takes a larger loss for the better one. A smaller loss is better."),
        ([yes, yes, no, yes, no, no], "That says whether the epoch was better. `update` says whether it is time to stop."),
        ([yes, yes, yes, yes, yes, no], "That says whether to go on. `update` says whether it is time to stop: the other way round."),
        ([no, yes, yes, yes, yes, yes], "No epoch counts as better. Begin with best = infinity, and compare with it: is val_loss smaller?"),
    ]
    model = _stops(call, stopper, [1.0, 0.8, 0.9, 0.7, 0.75, 0.72], [no, no, no, no, no, yes], 0.7, slips)
    stopper.restore(model)
    call += "; restore(model) after six epochs, of which the fourth was the best"
    slips = [(_t([6.0] * 3), "These are the weights of the last epoch. Does `restore` put back what was kept, and was that a copy? `state_dict()` holds the tensors themselves, which the training goes on changing: keep copies (`.clone()`, `copy.deepcopy`).")]
    _compare(call + "; the weights (each is its epoch)", model.weight, _t([4.0] * 3), slips, "The weights of the best epoch are wanted: copy them in `update` when an epoch is better, and put them back in `restore`.")
    buffer = "The weights are back, a buffer is not. Buffers (running means of batch normalisation, say) belong to the network: `state_dict()` holds both."
    _compare(call + "; a buffer (ten times its epoch)", model.running, _t([40.0] * 2), (), buffer)
    model.train_to(7)
    stopper.restore(model)
    _compare(call + ", once more after another epoch; the weights", model.weight, _t([4.0] * 3), (), "What was put back is tied to the copy, and training has changed both. Copy the numbers into the model: `load_state_dict` does.")


def _small_steps(EarlyStopping):
    no, yes = False, True
    slips = [
        ([no] * 5, "min_delta is not used, or goes the wrong way. An epoch counts as better only where its loss is below best − min_delta."),
        ([no, no, yes, yes, yes], "The third epoch is better by 0.2. min_delta is a difference of losses, and no share of them: better is val_loss < best − min_delta."),
        ([no, yes, yes, yes, yes], "The first epoch is better in any case: begin with best = infinity. And are `patience` and `min_delta` taken in this order?"),
    ]
    _stops("EarlyStopping(2, 0.1)", EarlyStopping(2, 0.1), [5.0, 5.2, 4.8, 4.75, 4.78], [no, no, no, no, yes], None, slips)


def _without_arguments(EarlyStopping):
    no, yes = False, True
    slips = [
        ([no] * 7, "Without an argument, `patience` is 3."),
        ([no, no, no, no, no, yes, yes], "Without an argument, `patience` is 3: three epochs in a row."),
        ([no, no, no, no, yes, yes, yes], "The fourth epoch is better, if only by a little: without an argument, min_delta is 0, and nothing is rounded."),
    ]
    _stops("EarlyStopping()", EarlyStopping(), [0.5, 0.4, 0.45, 0.39995, 0.6, 0.41, 0.45], [no, no, no, no, no, no, yes], 0.39995, slips)


EXAMPLES["EarlyStopping"] = [_stopping, _small_steps, _without_arguments]
MORE_WORDS["EarlyStopping"] = (
    (
        "RuntimeError",
        "Missing key",
        "The copy lacks something that the model has. `model.state_dict()` holds everything, weights and buffers; model.parameters() gives the weights alone.",
    ),
    (
        "AttributeError",
        "has no attribute 'best'",
        "Give the object its attribute `best` in `__init__`, for example infinity: any first loss is better.",
    ),
)

HINTS["EarlyStopping"] = (
    "What must the object remember from one epoch to the next? Three things: the best loss, how many epochs have passed since, and the weights of that epoch.",
    "Begin with best = infinity, so that the first epoch is better. In `update`: is val_loss below best − min_delta? Then note the loss, copy the weights, set the count to 0; else count one up. What is returned in both cases?",
    "`copy.deepcopy(model.state_dict())` is a copy of weights and buffers that training cannot change, and `model.load_state_dict(kept)` puts it back. Return `self.count >= self.patience`.",
)


# --------------------------------------------------------------- 03_regularisation_and_evaluation: classification_report

_report_labels = torch.tensor([0, 1, 0, 2, 0, 1, 0, 0, 2, 0, 1])
_report_preds = torch.tensor([0, 1, 0, 1, 0, 1, 0, 1, 1, 3, 0])


def _report(function):
    call = "classification_report(preds, labels, 5), labels 0 1 0 2 0 1 0 0 2 0 1, preds 0 1 0 1 0 1 0 1 1 3 0"
    preds, labels = _report_preds.clone(), _report_labels.clone()
    got = function(preds, labels, 5)
    if not torch.equal(preds, _report_preds) or not torch.equal(labels, _report_labels):
        raise Wrong(call, Words("preds or labels were changed"), Words("both as they were"), "Inputs must stay as they are: count into new tensors.")
    keys = ("precision", "recall", "f1", "support", "accuracy", "macro_f1", "weighted_f1")
    if not isinstance(got, dict) or any(key not in got for key in keys):
        lacking = ", ".join(key for key in keys if not isinstance(got, dict) or key not in got)
        raise Wrong(call, list(got) if isinstance(got, dict) else got, Words("a dictionary with " + ", ".join(keys)), f"Return one dictionary. What is missing: {lacking}.")
    precision, recall, f1 = _t([0.8, 0.4, 0, 0, 0]), _t([0.666667, 0.666667, 0, 0, 0]), _t([0.727273, 0.5, 0, 0, 0])
    percent = "A share from 0 to 1 is expected, not a percentage."
    wanted = {
        "support": (_t([6.0, 3, 2, 0, 0]), [(_t([5.0, 5, 0, 1, 0]), "That is how often each class was predicted. Support counts the labels."), (_t([4.0, 2, 0, 0, 0]), "These are the hits. Support counts all labels of a class.")], "Class 0 stands six times in labels."),
        "precision": (precision, [(recall, "Precision and recall are exchanged: precision divides the hits by how often the class was predicted."), (100 * precision, percent)], "Class 0 is predicted five times, and four of these are right: 4 / 5. Where a class is never predicted, it is 0."),
        "recall": (recall, [(precision, "Precision and recall are exchanged: recall divides the hits by how often the class is there."), (100 * recall, percent)], "Of six samples of class 0, four are found: 4 / 6. Where a class is not there, it is 0."),
        "f1": (f1, [(_t([0.733333, 0.533333, 0, 0, 0]), "F1 is not the plain mean: 2·p·r / (p + r)."), (f1 / 2, "A factor of 2 is missing in F1: 2·p·r / (p + r).")], "F1 is 2·p·r / (p + r), class by class, and 0 where both are 0."),
        "accuracy": (6 / 11, [(600 / 11, percent), (6.0, "That is the number of right answers. Divide it by the number of samples.")], "6 of 11 samples are right."),
        "macro_f1": (0.245455, [(0.409091, "That is the mean over the classes that are there. Here all `num_classes` count, absent ones with 0."), (0.306818, "Class 4, which is neither there nor predicted, is left out. Here all `num_classes` count, such a class with 0."), (0.252632, "That is made of the mean precision and the mean recall. Take the mean of the F1 values."), (0.533058, "That is the weighted mean. The macro mean weighs all classes alike.")], "The plain mean of the five F1 values."),
        "weighted_f1": (0.533058, [(0.245455, "That is the plain mean. Here each class weighs as much as its support."), (0.557851, "The weights are how often each class was predicted. Weigh by the support."), (5.863636, "Divide by the number of samples.")], "Each F1 times its support, added up, divided by the number of samples."),
    }
    for key in keys[3:4] + keys[:3] + keys[4:]:
        expected, slips, advice = wanted[key]
        value = got[key]
        if key == "support" and isinstance(value, torch.Tensor):
            value = value.float()  # a whole number of any type
        _compare(f'{call}; ["{key}"]', value, expected, slips, advice, nan="Where a denominator is 0, the value is 0 by definition: `clamp(min=1)` on the counts, or `torch.where`.")


EXAMPLES["classification_report"] = [_report]
MORE_WORDS["classification_report"] = (
    (
        "RuntimeError",
        r"size of tensor a \(\d\) must match",
        "Two counts have different lengths. Without `minlength=num_classes`, `bincount` ends at the largest class that occurs.",
    ),
)

HINTS["classification_report"] = (
    "For each class three counts are enough: how often it is there, how often it is predicted, how often both.",
    "`torch.bincount(labels, minlength=num_classes)` counts the labels. Counted in the same way, `preds` gives the predicted, and `labels[preds == labels]` the hits. Where do you divide by 0?",
    "With hits, predicted and support: precision hits / predicted, recall hits / support, F1 2 · hits / (predicted + support), each denominator with `.clamp(min=1)`. macro_f1 is f1.mean(), weighted_f1 the sum of f1 · support / number of samples, each with `.item()`.",
)


# ----------------------------------------------------------------- 03_regularisation_and_evaluation: trained_regularised


def _parts_fit(CNNNet, train_with_log, Adam):
    model = CNNNet()
    if not isinstance(model, nn.Module):
        raise Wrong("CNNNet()", model, Words("an nn.Module"), "Paste your class from part 1 into the cell `my_cnnnet`.")
    images = ((torch.arange(20 * 784) * 7 % 31) / 31).reshape(20, 1, 28, 28)
    scores = model(images)
    if not isinstance(scores, torch.Tensor) or scores.shape != (20, 10):
        raise Wrong("CNNNet()(images) with 20 images", scores, Words("a tensor of shape (20, 10)"), "Mend CNNNet first: its check in part 1 should pass.")
    before = [p.detach().clone() for p in model.parameters()]
    if sum(p.numel() for p in before) != 21840:
        raise Wrong("the parameters of CNNNet()", sum(p.numel() for p in before), 21840, "Paste your finished class from part 1 into the cell `my_cnnnet`.")
    if not _same(scores.exp().sum(dim=1), torch.ones(20)):
        raise Wrong("CNNNet()(images).exp().sum(dim=1), of the first image", scores.exp().sum(dim=1)[0].item(), 1.0, "The loss is nn.NLLLoss(), so the network ends in log-probabilities: log_softmax with dim=1.")
    labels = torch.arange(20) % 10
    loader = DataLoader(TensorDataset(images, labels), batch_size=5)
    with torch.no_grad():
        at_first = nn.NLLLoss()(model.eval()(images), labels).item()
    call = "train_with_log(CNNNet(), loader, nn.NLLLoss(), Adam(model.parameters(), lr=0.001), 1) with 20 images"
    optimizer = Adam(model.parameters(), lr=0.001)
    train_with_log(model, loader, nn.NLLLoss(), optimizer, 1)
    if all(torch.equal(old, new) for old, new in zip(before, model.parameters())):
        raise Wrong(call, Words("the weights as they were"), Words("trained weights"), "Nothing was learned. Do the checks of Adam and train_with_log pass in part 2? `model.parameters()` is a generator: it can be gone through only once.")
    if not all(p.isfinite().all() for p in model.parameters()):
        raise Wrong(call, Words("weights that are no numbers (NaN or infinity)"), Words("trained weights"), "Does the check of Adam pass in part 2? Look at its two divisions: by 1 − betaᵗ, where t begins at 1, and by the root plus eps.")
    quicker = Adam(model.parameters(), lr=0.01)
    with contextlib.redirect_stdout(io.StringIO()):
        for epoch in range(2, 10):
            train_with_log(model, loader, nn.NLLLoss(), quicker, epoch)
    with torch.no_grad():
        at_last = nn.NLLLoss()(model.eval()(images), labels).item()
    if not at_last < at_first + 0.1:
        raise Wrong(call + ", then eight epochs more with lr=0.01; the loss on these images", at_last, Words(f"no more than at the beginning, {at_first:.3f}"), "The loss grows. Does Adam step against the gradient, and do its check and that of train_with_log pass in part 2?")


EXAMPLES["trained_regularised"] = [_parts_fit]
NEEDS["trained_regularised"] = ("CNNNet", "train_with_log", "Adam")
PASSED_WORDS["trained_regularised"] = "the parts fit together. The training itself, and the accuracy on the test images, come with the grading."

HINTS["trained_regularised"] = (
    "Nothing new is written here. Are your CNNNet, train_with_log and Adam pasted in, and do their checks pass in parts 1 and 2?",
    "Run the cell above, which trains as the grading does. Does the loss fall from epoch to epoch, starting near 2.3?",
    "If the loss stays near 2.3: zero_grad, backward, step, and the bias correction of Adam. If it falls but the accuracy is low: dropout that stays on in evaluation, or train_with_log training another model than the one that it is given.",
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
