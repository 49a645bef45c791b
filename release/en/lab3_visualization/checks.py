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
from collections import OrderedDict
from pathlib import Path

import torch
from torch import nn
from torch.nn import functional
from torch.overrides import TorchFunctionMode
from torch.utils.data import TensorDataset

# notebook: {item: points}; the build writes this table from the course's configuration
NOTEBOOKS = {
    "01_filters_and_activations": {
        "get_filters": 6,
        "normalise_maps": 6,
        "make_grid": 8,
        "receptive_field": 6,
        "capture_activations": 14,
        "top_images": 8,
        "saliency": 6,
    },
    "02_representations": {
        "features": 8,
        "pca": 12,
        "cosine_similarity": 6,
        "nearest_neighbours": 8,
        "knn_accuracy": 6,
        "maximise_activation": 6,
    },
}
# What a person grades, and its points: the build writes this, too.
BY_HAND = {}
# The items that are to be written from scratch, and the library calls that would do their whole job: the build writes this, too.
FROM_SCRATCH = {
    "items": ['make_grid', 'capture_activations', 'top_images', 'features', 'pca', 'cosine_similarity', 'nearest_neighbours', 'knn_accuracy'],
    "operators": 'cosine_similarity|cosine_embedding',
    "functions": 'pca_lowrank|make_grid|IntermediateLayerGetter',
    "packages": ['sklearn', 'torchmetrics', 'captum', 'torchvision.models.feature_extraction'],
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


class _Watched(nn.Module):
    """A small network that keeps a diary: a convolution in `body`, a ReLU in place, dropout, a linear layer `last`."""

    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(OrderedDict(conv=nn.Conv2d(1, 2, (1, 2)), relu=nn.ReLU(inplace=True)))
        self.drop, self.last = nn.Dropout(0.5), nn.Linear(8, 3)
        self.modes, self.sizes = [], []
        with torch.no_grad():
            self.body.conv.weight.copy_(_t([[[[1, -1]]], [[[0, 2]]]]))
            self.body.conv.bias.copy_(_t([0.5, -1]))
            self.last.weight.copy_(_t([[1] * 8, [0, 0, 0, 0, 0, 1, 0, 0], [-1] * 4 + [0] * 4]))
            self.last.bias.copy_(_t([0, 1, 0.5]))

    def forward(self, x):
        self.modes.append(self.training or any(module.training for module in self.modules()))
        self.sizes.append(len(x))
        return self.last(self.drop(self.body(x).flatten(start_dim=1)))


_FIVE = [[[1, 0, 2], [3, 1, 0]], [[0, 1, 0], [1, 0, 1]], [[0, 0, 5], [0, 0, 3]], [[0, 1, 3], [0, 2, 4]], [[4, 0, 0], [1, 1, 1]]]

# What goes wrong with the names of layers inside layers
_DOTTED = (
    (
        "KeyError",
        r"\w\.conv",
        "The name is that of a layer inside another. `dict(model.named_modules())` has them all under their dotted names; `named_children()` has the outermost alone.",
    ),
    (
        "AttributeError",
        r"no attribute '\w+\.\w",
        "`getattr` does not understand the dot. `dict(model.named_modules())[name]` finds the layer.",
    ),
)


def _five():
    """Five images, (5, 1, 2, 3)."""
    return _t(_FIVE).unsqueeze(1)


def _hooks_of(model):
    """Return how many hooks hang on a network and its modules."""
    kinds = ("_forward_hooks", "_forward_pre_hooks", "_backward_hooks", "_backward_pre_hooks")
    return sum(len(getattr(module, kind, ())) for module in model.modules() for kind in kinds)


def _require_as_found(call, model, before):
    """Raise Wrong where a network is not as it was: hooks, mode, gradients, what it learns, and whether gradients are recorded."""
    if hooks := _hooks_of(model):
        raise Wrong(call, Words(f"{hooks} hook{'s' * (hooks > 1)} left in the network"), Words("none"), "A hook that stays runs in every later pass. Keep the handle that `register_forward_hook` gives, and call `handle.remove()` in a `finally:`.")
    if any(module.training != before for module in model.modules()):
        raise Wrong(call, Words("the network, or a layer in it, left in another mode"), Words("the mode that it was in"), "Remember `model.training` at the start, and give it to `model.train(…)` in the end.")
    if any(parameter.grad is not None for parameter in model.parameters()):
        raise Wrong(call, Words("gradients in the network's parameters"), Words("none, as before"), "Looking is not training: let no gradient stay in the weights. `torch.autograd.grad(score, image)` gives that of the image alone.")
    if not all(parameter.requires_grad for parameter in model.parameters()):
        raise Wrong(call, Words("parameters that do not learn any more"), Words("the parameters as they were"), "Leave `requires_grad` of the parameters alone, or set it back in the end.")
    if not torch.is_grad_enabled():
        torch.set_grad_enabled(True)
        raise Wrong(call, Words("gradients are switched off afterwards"), Words("switched on, as before"), "`with torch.no_grad():` switches them on again by itself; torch.set_grad_enabled(False) does not.")


def _require_evaluation(call, model):
    """Raise Wrong where a pass was made in training mode."""
    if any(model.modes):  # there are none where a copy of the network is asked
        raise Wrong(call, Words("a pass in training mode"), Words("evaluation mode"), "Call `model.eval()` first: otherwise dropout makes every answer another one.")


def _require_key_error(call, function, names, advice):
    """Raise Wrong where no KeyError comes, or where it does not name what there is."""
    wanted = Words("a KeyError" + (f" that names {' and '.join(names)}" if names else ""))
    try:
        got = function()
    except KeyError as error:
        lacking = [name for name in names if name not in str(error)]
        if lacking:
            raise Wrong(call, Words(f"KeyError: {error}"), wanted, f"Say in the message what there is: {lacking[0]} is missing there.") from None
        return
    except Exception as error:
        raise Wrong(call, Words(f"{type(error).__name__}: {error}"), wanted, advice) from None
    raise Wrong(call, got, wanted, advice)


# ------------------------------------------------------------------------------- 01_filters_and_activations: get_filters

_filters_weight = _t([[[[1, 2]], [[3, 4]]], [[[5, 6]], [[7, 8]]], [[[-1, -2]], [[-3, -4]]]])  # (3, 2, 1, 2)


def _two_convolutions():
    block = nn.Sequential(OrderedDict(conv=nn.Conv2d(2, 3, (1, 2)), relu=nn.ReLU()))
    model = nn.Sequential(OrderedDict(first=nn.Conv2d(1, 2, 1), block=block, last=nn.Linear(4, 2)))
    with torch.no_grad():
        model.block.conv.weight.copy_(_filters_weight)
        model.block.conv.bias.fill_(9)
    return model


def _filters(get_filters):
    call, model = 'get_filters(model, "block.conv")', _two_convolutions()
    got = get_filters(model, "block.conv")
    slips = [
        (model.first.weight.detach(), "That is another layer's weight. The name is dotted: in `block`, the module `conv`."),
        (_t([9, 9, 9]), "That is the bias. The filters are the layer's `weight`."),
        (torch.Size([3, 1, 1, 2]), "One channel of each filter is missing. Return the whole weight, (C_out, C_in, kH, kW)."),
        (_filters_weight.transpose(0, 1), "The first two axes are exchanged. The weight is (C_out, C_in, kH, kW) as it lies there."),
        ((_filters_weight - _filters_weight.min()) / 12, "The filters are scaled. Return the numbers as they are; scaling is for the picture."),
    ]
    if isinstance(got, nn.Module):
        raise Wrong(call, Words(f"the layer, a {type(got).__name__}"), _filters_weight, "That is the layer. Its filters are in `.weight`.")
    _compare(call, got, _filters_weight, slips, "Return the `weight` of the layer with this name.")
    if got.grad_fn is not None:
        raise Wrong(call, Words("a tensor that holds a graph"), Words("plain numbers"), "`.detach()` takes the numbers out of the graph.")
    with torch.no_grad():
        got.zero_()
    if not torch.equal(model.block.conv.weight, _filters_weight):
        raise Wrong(call + ", then the result set to 0", Words("the network's weight has changed with it"), Words("the network as it was"), "`.detach()` and `.data` share the numbers with the network. `.clone()` makes numbers of their own.")
    if not model.block.conv.weight.requires_grad:
        raise Wrong(call, Words("the layer does not learn any more"), Words("the layer as it was"), "Do not change the layer: `weight.detach().clone()` leaves it alone.")


def _unknown_filters(get_filters):
    model, known = _two_convolutions(), ("first", "block.conv")
    for name, what in (("conv", "no module has this name"), ("last", "that is a linear layer"), ("block", "that is no convolution, but holds one")):
        advice = f"Here {what}. Collect the names of the convolutions, `nn.Conv2d`, from `model.named_modules()`, and raise a KeyError that lists them."
        _require_key_error(f'get_filters(model, "{name}")', lambda name=name: get_filters(model, name), known, advice)


EXAMPLES["get_filters"] = [_filters, _unknown_filters]
MORE_WORDS["get_filters"] = _DOTTED

HINTS["get_filters"] = (
    "`model.named_modules()` gives a pair (dotted name, module) for everything in a network. Which of the modules are convolutions?",
    "Make a dictionary {name: module} of all modules that are `nn.Conv2d`. A name that is not in it is a KeyError, and the keys are what its message lists.",
    "Of the layer, `.weight.detach().clone()`: detach ends the graph, clone makes a copy. Before it, where the name is not in the dictionary, `raise KeyError(…)` with `', '.join(convolutions)` in its message.",
)


# ---------------------------------------------------------------------------- 01_filters_and_activations: normalise_maps

_two_maps = _t([[[1, 3, 5], [2, 4, 1]], [[7, 7, 7], [7, 7, 7]]])  # (2, 2, 3), the second of them constant
_NO_RANGE = "A constant map has no range: largest − smallest is 0, and 0 / 0 is NaN. There the result is 0: divide by 1 instead, say."

EXAMPLES["normalise_maps"] = [
    _value(
        "normalise_maps(maps) with two maps, [[1, 3, 5], [2, 4, 1]] and one that is 7 everywhere",
        (_two_maps,),
        _t([[[0, 0.5, 1], [0.25, 0.75, 0]], [[0, 0, 0], [0, 0, 0]]]),
        [
            (_two_maps, "Nothing has changed. Take each map's smallest value away, and divide by its range."),
            ((_two_maps - 1) / 6, "That is one range for all maps together. Each map has its own: `amin` and `amax` over the last two axes, with keepdim=True."),
            (_two_maps / _t([[[5.0]], [[7.0]]]), "That is divided by the largest alone. Take the smallest away first, and divide by the range."),
            (_t([[[0, 0.5, 1], [0.3333333, 1, 0]], [[0, 0, 0], [0, 0, 0]]]), "That is one range for each row. A map is (H, W): take both axes, `dim=(-2, -1)`."),
            (_t([[[0, 2, 4], [1, 3, 0]], [[0, 0, 0], [0, 0, 0]]]), "The smallest is taken away. The division by the range is missing."),
            (_t([[[0, 0.4, 0.8], [0.2, 0.6, 0]], [[0, 0, 0], [0, 0, 0]]]), "That is divided by the largest value. Divide by the range, largest − smallest."),
            (_t([[[0, 0.5, 1], [0.25, 0.75, 0]], [[1, 1, 1], [1, 1, 1]]]), "A constant map is 0 everywhere, not 1."),
            (_t([[[0, 0.5, 1], [0.25, 0.75, 0]], [[7, 7, 7], [7, 7, 7]]]), "A constant map becomes 0 everywhere; yours stays as it was."),
            (_t([[[1, 0.5, 0], [0.75, 0.25, 1]], [[0, 0, 0], [0, 0, 0]]]), "The maps are turned over. Take the smallest value away from each, not each from the largest."),
            (_t([[[-1, 0, 1], [-0.5, 0.5, -1]], [[0, 0, 0], [0, 0, 0]]]), "These maps go from −1 to 1. They go from 0 to 1."),
            (_t([[[0, 0, 1], [1, 1, 0]], [[0, 0, 0], [0, 0, 0]]]), "That is one range for each column. A map is (H, W): take both axes, `dim=(-2, -1)`."),
            (_t([[[0, 0.5, 1], [0.25, 0.75, 0]], [[0.5, 0.5, 0.5], [0.5, 0.5, 0.5]]]), "A constant map is 0 everywhere, not one half."),
        ],
        advice="In the first map the smallest is 1 and the range 4: (3 − 1) / 4 = 0.5.",
        nan=_NO_RANGE,
    ),
    _value(
        "normalise_maps(maps) with maps (1, 2, 1, 3), [-2, -1, 2] and [10, 10.5, 12], in float64",
        (_t([[[[-2, -1, 2]], [[10, 10.5, 12]]]]).double(),),
        _t([[[[0, 0.25, 1]], [[0, 0.25, 1]]]]).double(),
        [
            (_t([[[[0, 1 / 14, 4 / 14]], [[12 / 14, 12.5 / 14, 1]]]]), "Here the axes are (N, C, H, W), and each of the N · C maps has its own range: the last two axes, whatever stands before them."),
            (_t([[[[0, 0, 0]], [[1, 1, 1]]]]), "The range runs over the maps, not within each. Take the last two axes."),
        ],
        advice="Work on the last two axes, however many stand before them.",
        nan=_NO_RANGE,
    ),
    _value("normalise_maps(maps) with a single map (2, 2), [[0, 4], [1, 3]]", (_t([[0, 4], [1, 3]]),), _t([[0, 1], [0.25, 0.75]]), advice="A single map (H, W) is allowed, too."),
]
MORE_WORDS["normalise_maps"] = (
    (
        "TypeError",
        "invalid combination|must be int",
        "`min` and `max` take a single axis. For both at once there are `maps.amin(dim=(-2, -1), keepdim=True)` and `amax`.",
    ),
)

HINTS["normalise_maps"] = (
    "What becomes of a map whose smallest value is 1 and whose largest is 5, if 1 shall become 0 and 5 shall become 1?",
    "`maps.amin(dim=(-2, -1), keepdim=True)` is the smallest value of each map, and keepdim lets it be subtracted. In the same way `amax`. What do you divide by where the two are equal?",
    "The range is the largest minus the smallest, (…, 1, 1). Before you divide by it, `torch.where(range == 0, 1, range)` puts a 1 where it is 0: a constant map becomes 0 / 1.",
)


# --------------------------------------------------------------------------------- 01_filters_and_activations: make_grid

_grid_maps = _t([[[0.1, 0.2]], [[0.3, 0.4]], [[0.5, 0.6]]])  # (3, 1, 2)
_grid_of_three = _t([[1] * 7, [1, 0.1, 0.2, 1, 0.3, 0.4, 1], [1] * 7, [1, 0.5, 0.6, 1, 1, 1, 1], [1] * 7])

EXAMPLES["make_grid"] = [
    _value(
        "make_grid(maps, 2) with maps [[0.1, 0.2]], [[0.3, 0.4]] and [[0.5, 0.6]]",
        (_grid_maps, 2),
        _grid_of_three,
        [
            (_grid_of_three * (_grid_of_three < 1), "The background is 0. It is 1 here: begin with a tensor of ones."),
            (_t([[1] * 7, [1, 0.1, 0.2, 1, 0.5, 0.6, 1], [1] * 7, [1, 0.3, 0.4, 1, 1, 1, 1], [1] * 7]), "The maps run down the columns. Fill row by row: map i lies in row i // columns and column i % columns."),
            (_t([[1] * 7, [1, 0.1, 0.2, 1, 0.3, 0.4, 1], [1] * 7, [1, 0.5, 0.6, 1, 0, 0, 1], [1] * 7]), "The last row is not full, and its empty place is 0. It stays background, 1."),
            (torch.Size([3, 7]), "The last map is missing: a row that is not full counts, too. There are ceil(K / columns) rows."),
            (torch.Size([2, 4]), "There is no pad. Without an argument, pad is 1: one pixel around every map."),
            (torch.Size([4, 6]), "The pad at one edge of the grid is missing: rows · (H + pad) + pad pixels from top to bottom, and across in the same way."),
            (torch.Size([3, 5]), "There is pad between the maps, or at the edge, but not both. It goes around every map."),
            (torch.Size([6, 8]), "Between two neighbours lies one pad, not two: rows · (H + pad) + pad."),
            (torch.Size([3, 10]), "All maps lie in one row. `columns` says how many lie side by side."),
            (torch.Size([7, 4]), "All maps lie in one column. `columns` says how many lie side by side."),
            (torch.Size([7, 5]), "Rows and columns are exchanged: the result is (rows · (H + pad) + pad, columns · (W + pad) + pad)."),
        ],
        advice="Begin with ones, (rows · (H + pad) + pad, columns · (W + pad) + pad). Map i begins at pixel pad + row · (H + pad) from the top, and in the same way from the left.",
    ),
    _value(
        "make_grid(maps, 3, pad=0) with [[0.1, 0.2], [0.3, 0.4]], [[0.5, 0.6], [0.7, 0.8]] and [[0.9, 1.0], [1.1, 1.2]]",
        (_t([[[0.1, 0.2], [0.3, 0.4]], [[0.5, 0.6], [0.7, 0.8]], [[0.9, 1.0], [1.1, 1.2]]]).double(), 3, {"pad": 0}),
        _t([[0.1, 0.2, 0.5, 0.6, 0.9, 1.0], [0.3, 0.4, 0.7, 0.8, 1.1, 1.2]]).double(),
        [
            (torch.Size([4, 6]), "There is an empty row. Where the last row is full, K // columns + 1 is one too many: round K / columns up."),
            (torch.Size([4, 10]), "There is a pad where pad=0 was asked for. Use the argument."),
            (_t([[0.1, 0.3, 0.5, 0.7, 0.9, 1.1], [0.2, 0.4, 0.6, 0.8, 1.0, 1.2]]), "Each map is turned by its diagonal. Place it as it is."),
            (_t([[0.1, 0.2, 0.5, 0.6, 0.9, 1.0], [0.3, 0.4, 0.7, 0.8, 1, 1]]), "Values above 1 are cut off. Place the maps as they are."),
        ],
        advice="With pad=0 the maps touch each other, here three in one row.",
    ),
    _value(
        "make_grid(maps, 2, 2) with one map, [[0.0]]",
        (_t([[[0.0]]]), 2, 2),
        _t([[1] * 8, [1] * 8, [1, 1, 0, 1, 1, 1, 1, 1], [1] * 8, [1] * 8]),
        [(torch.Size([5, 5]), "The grid is as wide as `columns` says, also where there are fewer maps: columns · (W + pad) + pad.")],
        advice="With pad=2, two pixels lie around every map, and the first begins at [2, 2].",
    ),
]

HINTS["make_grid"] = (
    "Draw three maps in two columns on squared paper, with a frame of one square around each. How many squares is your drawing high and wide, and where does each map begin?",
    "The number of rows is ceil(K / columns), which is `-(-K // columns)` or `math.ceil(K / columns)`. Begin with `maps.new_ones(…)` of the whole size, and copy one map after the other into it.",
    "Map i stands in row i // columns and in column i % columns. Its first pixel lies pad + row · (H + pad) from the top, and in the same way from the left: copy the map into the slice of H by W pixels that begins there.",
)


# --------------------------------------------------------------------------- 01_filters_and_activations: receptive_field


def _field(layers, expected, slips=(), words=None):
    call = f"receptive_field({layers})"
    names, advice = ("size", "stride"), words or ("Each layer adds (kernel − 1) times the stride of everything *before* it.", "The strides of all layers are multiplied.")

    def example(function):
        given = list(layers)
        got = function(given)
        if given != layers:
            raise Wrong(call, Words("the list was changed"), Words("the list as it was"), "Inputs must stay as they are: go through the list without `pop` or `reverse`.")
        _compare(call, got, expected, slips, advice, names=names)

    return example


EXAMPLES["receptive_field"] = [
    _field(
        [(5, 1), (2, 2), (5, 1), (2, 2)],
        (16, 4),
        [
            ((4, 16), "The order is (size, stride)."),
            ((56, 100), "A layer is a pair (kernel_size, stride), in this order."),
            ((14, 2), "That is the result before the last layer. All layers count."),
            ((28, 7), "The strides are added up. They are multiplied: a step of 2 among steps of 2 is 4 pixels."),
            ((256, None), "That is an area. How many pixels in a *row* are seen?"),
            ((11, None), "The strides are left out. Behind a pooling of stride 2, each step of a kernel is two input pixels: add (kernel − 1) · stride so far."),
            ((14, None), "The kernels are added up. A kernel of 5 adds 4 steps, and each step is as long as the strides before it multiplied."),
            ((19, None), "The layer's own stride is counted before its kernel. A layer's step is as long as the strides of the layers *before* it: grow the size first, then the stride."),
            ((13, None), "You multiply by the layer's own stride. What counts are the strides of the layers before it, multiplied."),
            ((22, None), "The size begins at 1, and each layer adds kernel − 1 steps, not kernel: its first value is there already."),
            ((28, None), "That goes through the layers in the wrong direction. From the input on: size grows by (kernel − 1) · stride, then stride is multiplied."),
            ((15, None), "You begin with a size of 0. Before any layer, a value sees itself: size 1."),
            ((100, None), "The kernels are multiplied. Each layer *adds* (kernel − 1) · stride so far."),
            ((None, 6), "The strides are added up. They are multiplied: a step of 2 among steps of 2 is 4 pixels."),
            ((None, 2), "A stride is missing. Those of all layers are multiplied, of the last one, too."),
        ],
    ),
    _field([(3, 2)], (3, 2), [((2, 3), "The order is (size, stride), as a layer is a pair (kernel_size, stride).")], ("One layer sees as much as its kernel.", "Two neighbours of one layer lie its stride apart.")),
    _field([(3, 2), (1, 1), (3, 3)], (7, 6), words=("After the first layer the size is 3 and the stride 2; a kernel of 1 adds nothing; the last adds 2 · 2.", "2 · 1 · 3 is 6.")),
]

HINTS["receptive_field"] = (
    "Before any layer, a value sees one pixel, itself, and its neighbour looks one pixel further: size 1, stride 1. What does a 3×3 layer make of these two numbers?",
    "A kernel of k lays k values of the layer before side by side: k − 1 steps more than one value. And how many input pixels is such a step long, behind a pooling of stride 2?",
    "size, stride = 1, 1; then for each layer first size += (kernel_size − 1) * stride, and after it stride *= the layer's own stride.",
)


# ----------------------------------------------------------------------- 01_filters_and_activations: capture_activations

_conv_of_two = _t([[[[1.5, -1.5], [2.5, 1.5]], [[-1, 3], [1, -1]]], [[[-0.5, 1.5], [1.5, -0.5]], [[1, -1], [-1, 1]]]])
_scores_of_two = _t([[9.5, 4, -5], [5, 1, -2.5]])


def _captured(capture_activations):
    names = ["body.conv", "last"]
    for before in (True, False):
        model, images = _Watched().train(before), _five()[:2]
        call = f'capture_activations(model, images, ["body.conv", "last"]), two images, the model in {"training" if before else "evaluation"} mode'
        got = capture_activations(model, images, names)
        _require_evaluation(call, model)
        _require_as_found(call, model, before)
        if not torch.equal(images, _five()[:2]):
            raise Wrong(call, Words("the images were changed"), Words("the images as they were"), "Inputs must stay as they are.")
        if not isinstance(got, dict):
            raise Wrong(call, got, Words("a dictionary {name: output}"), "Fill a dictionary in the hooks, and return it behind the pass.")
        if set(got) != set(names):
            raise Wrong(call, list(got), names, "The dictionary has the names that were asked for, no fewer and no more. In a loop, each hook needs a name of its own: `lambda module, inputs, output, name=name: …`, or a function that makes the hook.")
        slips = [
            (_conv_of_two.clamp(min=0), "These numbers have been through the ReLU behind the layer, which works *in place*: it wrote over the tensor that you kept. Keep a copy, `output.detach().clone()`."),
            (_scores_of_two, "That is what another layer gave: every hook writes under the last name of the loop. Each hook needs a name of its own: `name=name` as a default, or a function that makes the hook."),
            (_five()[:2], "That is what goes *into* the layer. A forward hook is called with (module, inputs, output): keep the output."),
            (torch.Size([2, 2, 2]), "That is one image, without the axis of the batch. Keep all images, (N, …)."),
            (_conv_of_two[:1], "Only the first image is there. Keep the whole batch, (N, …)."),
        ]
        _compare(f'{call}; ["body.conv"]', got["body.conv"], _conv_of_two, slips, "Keep what the layer gives, in the moment when it gives it.")
        _compare(f'{call}; ["last"]', got["last"], _scores_of_two, (), "The last layer's output are the scores, after a pass in evaluation mode.")
        if any(value.grad_fn is not None for value in got.values()):
            raise Wrong(call, Words("outputs that hold a graph"), Words("plain numbers"), "Put the pass inside `with torch.no_grad():`, or keep `output.detach()`.")


def _unknown_names(capture_activations):
    model = _Watched()
    call = 'capture_activations(model, images, ["body.conv", "conv"])'
    advice = "`conv` alone is no name here; it is `body.conv`. Look all names up first, `dict(model.named_modules())[name]`: that raises the KeyError before anything runs."
    _require_key_error(call, lambda: capture_activations(model, _five(), ["body.conv", "conv"]), (), advice)
    if model.modes:
        raise Wrong(call, Words("a pass through the network before the KeyError"), Words("no pass"), advice)
    _require_as_found(call, model, True)


class _Failing(nn.Module):
    """A network that raises in its pass, behind its first layer."""

    def __init__(self):
        super().__init__()
        self.first = nn.Linear(3, 2)

    def forward(self, x):
        self.first(x)
        raise RuntimeError("made to fail")


def _after_an_error(capture_activations):
    model, call = _Failing(), "capture_activations(model, images, [\"first\"]) with a model whose forward raises an error"
    try:
        capture_activations(model, torch.ones(2, 3), ["first"])
    except RuntimeError as error:
        if "made to fail" not in str(error):
            raise
    else:
        raise Wrong(call, Words("no error"), Words("the model's own error"), "Do not swallow errors: `try: … finally: …` without an `except` removes the hooks and lets the error through.")
    _require_as_found(call, model, True)


def _under_no_grad(capture_activations):
    model = _Watched()
    with torch.no_grad():
        capture_activations(model, _five(), ["last"])
        on = torch.is_grad_enabled()
    if on:
        raise Wrong("capture_activations(…) under torch.no_grad()", Words("gradients are switched on afterwards"), Words("switched off, as before"), "`with torch.no_grad():` leaves things as it found them; torch.set_grad_enabled(True) does not.")


EXAMPLES["capture_activations"] = [_captured, _unknown_names, _after_an_error, _under_no_grad]
MORE_WORDS["capture_activations"] = (
    *_DOTTED,
    (
        "TypeError",
        r"positional argument",
        "A forward hook is called with three things, (module, inputs, output). Does yours take them all? And call `model(images)`, with the whole batch.",
    ),
)

HINTS["capture_activations"] = (
    "`register_forward_hook` hangs a function on a module, to be called whenever that module has computed something. What must this function do with what it is given, and who takes it off again?",
    "First look every name up in `dict(model.named_modules())`. Then a hook for each, which writes `output.detach().clone()` under its name; a list of the handles. Then the pass, in evaluation mode without gradients; and in `finally:` remove all handles and restore the mode.",
    "A function `keep(name)` that defines a hook and returns it gives each hook a name of its own. Note `model.training` before anything else. In `try:` hang up the hooks, call `model.eval()`, and inside `with torch.no_grad():` make the pass; `finally:` takes every handle in turn, `handle.remove()`, and gives the noted mode to `model.train(…)`.",
)


# -------------------------------------------------------------------------------- 01_filters_and_activations: top_images


def _tops(channel, k, expected, slips=(), size=2, options=True):
    def example(top_images):
        for before in (True, False):
            model, images = _Watched().train(before), _five()
            more = f", batch_size={size}" if options else ""
            call = f'top_images(model, "body.conv", {channel}, images, {k}{more}), five images'
            got = top_images(model, "body.conv", channel, images, k, **({"batch_size": size} if options else {}))
            _require_evaluation(call, model)
            _require_as_found(call, model, before)
            if not torch.equal(images, _five()):
                raise Wrong(call, Words("the images were changed"), Words("the images as they were"), "Inputs must stay as they are.")
            if max(model.sizes, default=0) > size:
                raise Wrong(call, Words(f"a batch of {max(model.sizes)} images"), Words(f"at most {size} at once"), "All maps of sixty thousand images do not fit into memory. `images.split(batch_size)` cuts them into batches.")
            if 0 < sum(model.sizes) < 5:
                raise Wrong(call, Words(f"{sum(model.sizes)} of 5 images went through the network"), Words("all of them"), "The last batch is smaller, and counts. Does the loop end early, by a `return` inside it?")
            _compare(call, got, torch.tensor(expected), slips, "Each image has one number: the largest value in its map of this channel. Return the places of the k largest numbers, the largest first.")

    return example


EXAMPLES["top_images"] = [
    _tops(
        1,
        3,
        [2, 3, 0],
        [
            ([3, 2, 0], "The images are ordered by the *mean* of the map. Take its largest value."),
            ([0, 3, 2], "The order is turned round. The largest comes first."),
            ([4, 0, 1], "That is another channel. The map (N, C, H, W) is taken at `[:, channel]`."),
            ([9.0, 7.0, 3.0], "These are the largest values. Return the images' places: `topk` gives both, and `.indices` are the places."),
            ([0, 1, 0], "These are places within a batch. Join the numbers of all batches first, and choose then."),
            ([3, 4, 1], "The places count from 1. The first image is 0."),
            (torch.Size([2]), "There are too few. Collect the numbers of all batches before you choose."),
            (torch.Size([5]), "All images came back. Only the k first are asked for."),
        ],
    ),
    _tops(
        0,
        5,
        [4, 0, 1, 2, 3],
        [
            ([4, 0, 1, 3, 2], "The images are ordered by the *mean* of the map. Take its largest value."),
            ([1, 2, 3, 4, 0], "These are ranks: for each image, how many please the channel more. One `argsort` gives the images in order, a second one the ranks."),
            ([3, 2, 1, 0, 4], "The order is turned round. The largest comes first."),
        ],
    ),
    _tops(0, 1, [4], size=64, options=False),
]
MORE_WORDS["top_images"] = _DOTTED

HINTS["top_images"] = (
    "For one batch: your `capture_activations` gives the map. Which single number of it says how much an image pleases this channel?",
    "For each part of `images.split(batch_size)`: the maps (n, C, H, W) of the layer, of these `[:, channel]`, (n, H, W), and `amax(dim=(1, 2))`, (n,). Put the parts together with `torch.cat` behind the loop.",
    "Joined, the parts are one number for each image, (N,), in the images' order. `topk(k)` of it gives a pair, and `.indices` are the places among all images, the largest first.",
)


# ---------------------------------------------------------------------------------- 01_filters_and_activations: saliency

_saliency_weight = _t(
    [
        [[[1, 0, 0], [2, 0, 1]], [[0, 0, -3], [1, 1, 0]]],
        [[[0.5, -2, 1], [0, 3, -1]], [[-1, 1.5, 0], [2, -0.5, -4]]],
    ]
)  # (2 labels, 2 channels, 2, 3)


class _Scored(nn.Module):
    """A linear network for images (2, 2, 3) and two labels, behind dropout."""

    def __init__(self, bend=False):
        super().__init__()
        self.drop, self.last, self.bend = nn.Dropout(0.5), nn.Linear(12, 2, bias=False), bend
        self.modes = []
        with torch.no_grad():
            self.last.weight.copy_(_saliency_weight.flatten(start_dim=1))

    def forward(self, x):
        if x.shape[1:] != (2, 2, 3):
            raise Wrong("the model, by your code", Words(f"a call with a tensor of shape {tuple(x.shape)}"), Words("a batch of one image, (1, 2, 2, 3)"), "The network takes batches: `image.unsqueeze(0)` makes one of an image.")
        self.modes.append(self.training or self.drop.training)
        scores = self.last(self.drop(x).flatten(start_dim=1))
        return scores.square() if self.bend else scores


_saliency_image = _t([[[1, 1, 0], [1, 0, 0]], [[0, 0, -1], [0, 1, 0]]])
_saliency_map = _t([[1, 2, 1], [2, 3, 4]])


def _salient(label, expected, slips, bend=False, advice="The score of `label` alone, backward to the image, then the largest absolute value over the channels."):
    def example(saliency):
        for before in (True, False):
            model, image = _Scored(bend).train(before), _saliency_image.clone()
            call = f"saliency(model, image, {label}) with an image of shape (2, 2, 3)"
            got = saliency(model, image, label)
            _require_evaluation(call, model)
            _require_as_found(call, model, before)
            if image.requires_grad or image.grad is not None or not torch.equal(image, _saliency_image):
                raise Wrong(call, Words("the image was changed, or records gradients now"), Words("the image as it was"), "Work on a copy of your own: `image.detach().clone().requires_grad_()`.")
            _compare(call, got, expected, slips, advice)
            if got.grad_fn is not None:
                raise Wrong(call, Words("a map that holds a graph"), Words("plain numbers"), "`.detach()` takes the numbers out of the graph.")

    return example


EXAMPLES["saliency"] = [
    _salient(
        1,
        _saliency_map,
        [
            (_t([[1, 0, 3], [2, 1, 1]]), "That is the gradient of the largest score. Take the score of `label`, whatever the network thinks."),
            (_t([[1.5, 2, 3], [3, 3, 4]]), "That is the gradient of all scores together. Take the score of `label` alone."),
            (_t([[1.5, 3.5, 1], [2, 3.5, 5]]), "The channels are added up. Take the largest of them: `amax(dim=0)`."),
            (_t([[0.75, 1.75, 0.5], [1, 1.75, 2.5]]), "That is the mean over the channels. Take the largest: `amax(dim=0)`."),
            (_t([[0.5, 0.5, 1], [2, 2.5, 5]]), "The channels are added up before the absolute value. First abs, then the largest over the channels."),
            (_t([[0.5, 1.5, 1], [2, 3, -1]]), "The absolute value is missing: a pixel that lowers the score matters as much as one that raises it."),
            (_t([[0.5, 1.5, 1], [2, 3, 1]]), "First the absolute value, then the largest over the channels: a large negative gradient counts."),
            (_t([[0, 1 / 3, 0], [1 / 3, 2 / 3, 1]]), "The map is scaled to 0 … 1. Return the gradients as they are; scaling is for the picture."),
            (_t([[0.5, 2, 0], [0, 0.5, 0]]), "That is gradient times image. Return the gradient alone."),
            (_saliency_weight[1].abs(), "The channels are still there. Take the largest of them: `amax(dim=0)`."),
            (_saliency_map.unsqueeze(0), "The axis of the batch is still there. Return (H, W)."),
        ],
    ),
    _salient(
        0,
        14 * _t([[1, 0, 3], [2, 1, 1]]),
        [
            (4 * _saliency_map, "That is label 1. The score of `label` is the network's output at [0, label]."),
            (_t([[1, 0, 3], [2, 1, 1]]), "The gradient is to be taken at the image that is given, with its numbers."),
        ],
        bend=True,
        advice="With this network, a score is the square of a sum: 7² for label 0, so the gradient is 2 · 7 times a weight.",
    ),
]
MORE_WORDS["saliency"] = (
    (
        "RuntimeError",
        "does not require grad|leaf",
        "The image must record: `image.detach().clone().requires_grad_()`, *before* the pass through the network, and without `torch.no_grad()` around it.",
    ),
    (
        "AttributeError|TypeError",
        "NoneType",
        "There is no gradient. Only the tensor on which you called `requires_grad_()` has one (`batch.grad`), not one computed from it.",
    ),
)

HINTS["saliency"] = (
    "In training, one asks how the loss changes with the weights. Here: how does one score change with the pixels? Which tensor must record, then?",
    "Make a batch of one from a copy of the image, and let it record: `batch = image.detach().clone().unsqueeze(0).requires_grad_()`. After the pass in evaluation mode, take the score `model(batch)[0, label]`. `torch.autograd.grad(score, batch)` gives a tuple with its gradient, and leaves the weights alone.",
    "The gradient is (1, C, H, W), as the batch is. Of its only image, the absolute value and then `amax(dim=0)` lead from (C, H, W) to (H, W). Before the pass `model.eval()`, with the mode noted; in `finally:` the noted mode goes to `model.train(…)`.",
)


# ------------------------------------------------------------------------------------------ 02_representations: features

_five_features = _t(
    [
        [1.5, 0, 2.5, 1.5, 0, 3, 1, 0],
        [0, 1.5, 1.5, 0, 1, 0, 0, 1],
        [0.5, 0, 0.5, 0, 0, 9, 0, 5],
        [0, 0, 0, 0, 1, 5, 3, 7],
        [4.5, 0.5, 0.5, 0.5, 0, 0, 1, 1],
    ]
)


def _features_in_batches(features):
    for before in (True, False):
        model, images = _Watched().train(before), _five()
        call = f"features(model, images, batch_size=2), five images, the model in {'training' if before else 'evaluation'} mode"
        got = features(model, images, batch_size=2)
        _require_evaluation(call, model)
        _require_as_found(call, model, before)
        if max(model.sizes, default=0) > 2:
            raise Wrong(call, Words(f"a batch of {max(model.sizes)} images"), Words("at most 2 at once"), "`images.split(batch_size)` cuts the images into batches.")
        slips = [
            (torch.Size([5, 3]), "That is what comes *out* of the last linear layer, the scores. Keep what goes into it: a hook is called with (module, inputs, output), and `inputs[0]` is it."),
            (torch.Size([1, 8]), "That is the last batch alone. Collect the parts in a list, and join them with `torch.cat`."),
            (torch.Size([2, 8]), "That is one batch alone. Collect the parts in a list, and join them with `torch.cat`."),
            (torch.Size([4, 8]), "An image is missing. The last batch is smaller, and counts, too."),
            (torch.Size([5, 6]), "These are the pixels. Keep what goes into the last linear layer."),
        ]
        _compare(call, got, _five_features, slips, "Here what goes into `last` is the output of the ReLU, flattened to eight numbers for each image.")
        if got.grad_fn is not None:
            raise Wrong(call, Words("features that hold a graph"), Words("plain numbers"), "Put the pass inside `with torch.no_grad():`.")


def _last_of_two(features):
    call = "features(model, images) with a model of two linear layers, 6 → 2 → 3, two images"
    body = nn.Sequential(OrderedDict(flatten=nn.Flatten(), first=nn.Linear(6, 2, bias=False), relu=nn.ReLU()))
    model = nn.Sequential(OrderedDict(body=body, head=nn.Sequential(nn.Linear(2, 3)), end=nn.LogSoftmax(dim=1))).eval()
    with torch.no_grad():
        model.body.first.weight.copy_(_t([[1, 0, 0, 0, 0, 0], [0, 0, 1, 0, 0, -1]]))
    got = features(model, _five()[:2])
    slips = [
        (torch.Size([2, 6]), "That goes into the *first* linear layer. Of all `nn.Linear` in `model.modules()`, take the last."),
        (torch.Size([2, 3]), "That comes out of the last layers. Keep what goes into the last *linear* one, `inputs[0]` of its hook."),
        (_t([[1, 2], [0, -1]]), "That comes out of the first linear layer. Keep what goes into the last one."),
    ]
    _compare(call, got, _t([[1, 2], [0, 0]]), slips, "Of all `nn.Linear` in `model.modules()`, take the last, and keep what goes into it.")
    _require_as_found(call, model, False)


EXAMPLES["features"] = [_features_in_batches, _last_of_two]
MORE_WORDS["features"] = (
    (
        "IndexError",
        "list index out of range",
        "The list of linear layers is empty. `model.modules()` goes into layers inside layers, `model.children()` does not; and it is an `nn.Linear` that is looked for.",
    ),
    ("AttributeError|TypeError", "tuple", "`inputs` is a tuple, also where there is one input: take `inputs[0]`."),
)

HINTS["features"] = (
    "The last linear layer turns some numbers of an image into scores. Where do these numbers pass by, so that they can be kept?",
    "`[m for m in model.modules() if isinstance(m, nn.Linear)][-1]` is the layer. A forward hook is called with (module, inputs, output); `inputs` is a tuple, and `inputs[0]` is (n, D). One hook is enough for all batches.",
    "Let the hook append `inputs[0].detach().clone()` to a list. In `try:`, in evaluation mode and without gradients, send each part of `images.split(batch_size)` through the network; in `finally:`, remove the hook and restore the mode. `torch.cat` joins the list.",
)


# ----------------------------------------------------------------------------------------------- 02_representations: pca

# Around the mean (1, 2, 3): 6 steps to both sides along (2, 2, 1) / 3, and 3 along (-2, 1, 2) / 3.
_cloud = _t([[5, 6, 5], [-3, -2, 1], [-1, 3, 5], [3, 1, 1]])
_axes = _t([[2, 2, 1], [-2, 1, 2]]) / 3
_nothing = _t([[1, -2, 2]]) / 3  # at right angles to both
_along = _t([[6, 0], [-6, 0], [0, 3], [0, -3]])
_CLOUD = "x = [[5, 6, 5], [-3, -2, 1], [-1, 3, 5], [3, 1, 1]]"


def _components(k, shares, kind=torch.float32):
    def example(pca):
        call, x = f"pca(x, {k}) with {_CLOUD}" + (", in float64" if kind == torch.float64 else ""), _cloud.to(kind, copy=True)
        got = pca(x, k)
        if not torch.equal(x, _cloud.to(kind)):
            raise Wrong(call, Words("x was changed"), Words("x as it was"), "Inputs must stay as they are: `x - x.mean(dim=0)`, not `x -= …`.")
        if not isinstance(got, (tuple, list)) or len(got) != 3 or not all(isinstance(each, torch.Tensor) for each in got):
            raise Wrong(call, got, Words("three tensors: projected, components, explained"), "Return three tensors, in the order of the docstring.")
        projected, components, explained = got
        if components.shape == (3, k):
            raise Wrong(call + "; the components", components, _axes[:k], "The components are columns. Each is a *row*, (k, D): transpose them (`torch.linalg.eigh` gives columns, `svd` gives Vh with rows).")
        wanted = _axes[:k].to(kind)
        signs = torch.where((components.to(wanted) * wanted).sum(dim=1) < 0, -1.0, 1.0).to(kind) if components.shape == wanted.shape else torch.ones(k, dtype=kind)
        unit = [(_nothing, "That is the axis along which *nothing* varies. `eigh` gives rising variances: take the last, and turn the order round."), (torch.cat([_nothing, _axes[1:]]), "The variances rise. `eigh` gives them so: turn the order round."), (_axes.flip(0), "The components are the right ones, the last one first. They go by falling variance."), (_axes[1:], "That is the second component. The first has the largest variance.")]
        for wrong, better in unit:
            if components.shape == wrong.shape and _same(components.abs(), wrong.abs()):
                raise Wrong(call + "; the components", components, wanted, better)
        if components.shape == wanted.shape and _same(components.abs(), wanted.abs()) and not _same(components * signs[:, None].to(components.dtype), wanted):
            raise Wrong(call + "; the components", components, wanted, "The sizes are right, the signs are not (only a whole component may be turned round). Did you take *columns* of Vh? Its rows are the components: `Vh[:k]`.")
        _compare(call + "; the components (signs are free)", components * signs[:, None].to(components.dtype) if components.shape == wanted.shape else components, wanted, (), "The right singular vectors of the *centred* x are the components: take the mean of each column away first, `x.mean(dim=0)`. Each component has length 1.")
        slips = [
            ((_cloud @ _axes[:k].T).to(kind), "The projection is not centred: project x − mean, not x."),
            ((_along[:, :k] / _t([8.4852814, 4.2426407])[:k]).to(kind), "These are the left singular vectors U. The projection is (x − mean) times the components, or U · S."),
        ]
        _compare(call + "; the projection (signs as of the components)", projected * signs.to(projected.dtype) if projected.shape[-1:] == signs.shape else projected, _along[:, :k].to(kind), slips, "The projection is `(x - mean) @ components.T`, (N, k).")
        known = [
            ([1.0], "That is the share of the k components alone. Divide by the whole variance, that of all components."),
            ([0.6666667, 0.3333333], "These are the shares of the singular values. A variance is the *square* of one."),
            ([18.0, 4.5], "These are the variances. A share is a variance divided by the sum of all variances."),
            ([24.0, 6.0], "These are the variances. A share is a variance divided by the sum of all variances."),
            ([72.0, 18.0], "These are sums of squares. A share is such a sum divided by the sum of them all."),
            ([8.4852814, 4.2426407], "These are the singular values. Square them, and divide by the sum of all squares."),
            ([80.0, 20.0], "These are percentages. A share lies between 0 and 1."),
            ([0.8, 1.0], "The shares are added up. Give each component its own."),
        ]
        words = [(_t(numbers[:k]).to(kind), better) for numbers, better in known if len(numbers) >= k and not _same(_t(numbers[:k]), _t(shares))]
        _compare(call + "; the shares explained", explained, _t(shares).to(kind), words, "Along the first component lie 72 of 90 of all squared distances from the mean: 0.8.")

    return example


EXAMPLES["pca"] = [_components(1, [0.8]), _components(2, [0.8, 0.2]), _components(2, [0.8, 0.2], torch.float64)]
MORE_WORDS["pca"] = (
    (
        "RuntimeError",
        "mat1 and mat2|cannot be multiplied",
        "Two shapes do not fit in a matrix product. (N, D) times (D, k) is (N, k): components (k, D) must be transposed, `components.T`.",
    ),
)

HINTS["pca"] = (
    "Take the mean of each column away, and plot the four points of the example: along which direction do they lie most widely? Which share of all squared distances from the mean lies along it?",
    "`U, S, Vh = torch.linalg.svd(centred, full_matrices=False)` says it all: the rows of Vh are the components, the largest first, and S² is what varies along each.",
    "The components are `Vh[:k]`, rows already. The projection is the centred x times their transpose, (N, D) times (D, k). For the shares, divide S² by the sum of *all* S² first, and cut to k then.",
)


# --------------------------------------------------------------------------------- 02_representations: cosine_similarity

_cosine_a = _t([[3, 4], [0, 0], [1, 0]])
_cosine_b = _t([[4, 3], [0, 2], [-1, 0], [0, 0]])
_cosines = _t([[0.96, 0.8, -0.6, 0], [0, 0, 0, 0], [0.8, 0, -1, 0]])
_ZERO_ROW = "A row of zeros has no direction, and its length is 0: 0 / 0 is NaN. Its cosines are 0 here. Divide by `length.clamp(min=…)` with something tiny, or by 1 where the length is 0."


def _cosine_slips(kind=torch.float32):
    return [
        (_t([[24, 8, -3, 0], [0, 0, 0, 0], [4, 0, -1, 0]]).to(kind), "These are the scalar products. Divide each by both lengths."),
        (_t([[4.8, 1.6, -0.6, 0], [0, 0, 0, 0], [4, 0, -1, 0]]).to(kind), "That is divided by the lengths in `a` alone. Divide by those in `b`, too."),
        (_t([[4.8, 4, -3, 0], [0, 0, 0, 0], [0.8, 0, -1, 0]]).to(kind), "That is divided by the lengths in `b` alone. Divide by those in `a`, too."),
        (_t([[0.04, 0.2, 1.6, 1], [1, 1, 1, 1], [0.2, 1, 2, 1]]).to(kind), "That is 1 − cosine, a distance. The similarity is asked for."),
        (_cosines.abs().to(kind), "The signs are lost. Vectors that point in opposite directions have the cosine −1."),
        (_t([[0.0384, 0.08, -0.12, 0], [0, 0, 0, 0], [0.16, 0, -1, 0]]).to(kind), "That is divided by the squares of the lengths. A length is the root: `norm(dim=1)`."),
        (torch.Size([4, 3]), "Rows and columns are exchanged: a row for each row of `a`."),
        (torch.Size([3]), "Each row of `a` meets *each* row of `b`: the result is a table (N, M), `a @ b.T`."),
    ]


EXAMPLES["cosine_similarity"] = [
    _value("cosine_similarity([[3, 4], [0, 0], [1, 0]], [[4, 3], [0, 2], [-1, 0], [0, 0]])", (_cosine_a, _cosine_b), _cosines, _cosine_slips(), advice="(3, 4) and (4, 3): 3 · 4 + 4 · 3 = 24, both lengths are 5, and 24 / 25 = 0.96.", nan=_ZERO_ROW),
    _value("cosine_similarity of the same in float64", (_cosine_a.double(), _cosine_b.double()), _cosines.double(), _cosine_slips(torch.float64), advice="Nothing but the type is another here.", nan=_ZERO_ROW),
    _value("cosine_similarity([[0.01, 0]], [[0.03, 0.04]])", (_t([[0.01, 0]]), _t([[0.03, 0.04]])), _t([[0.6]]), advice="Short vectors have a direction, too: 0.6. What is added to a length, or put in the place of a small one, must be far smaller than any real length."),
]
MORE_WORDS["cosine_similarity"] = (
    (
        "RuntimeError",
        "must match|cannot be multiplied",
        "`a` has N rows and `b` M, and they need not be as many. `a @ b.T` is the table (N, M) of all scalar products.",
    ),
)

HINTS["cosine_similarity"] = (
    "If all rows had length 1, what would be left of the formula?",
    "`a @ b.T` has all scalar products, (N, M). `a.norm(dim=1, keepdim=True)` are the lengths, (N, 1). What do you divide by where a length is 0?",
    "Divide each of the two by its lengths first, `a / a.norm(dim=1, keepdim=True).clamp(min=1e-30)` and b in the same way, and multiply: the one @ the other.T. A row of zeros stays one.",
)


# -------------------------------------------------------------------------------- 02_representations: nearest_neighbours

_neighbour_points = _t([[1, 0], [0, 3], [9, 0], [6, 0], [10, 5]])
_neighbour_queries = _t([[0, 0], [10, 0]])

EXAMPLES["nearest_neighbours"] = [
    _value(
        "nearest_neighbours(queries, points, 3), queries (0, 0) and (10, 0), points (1, 0), (0, 3), (9, 0), (6, 0), (10, 5)",
        (_neighbour_queries, _neighbour_points, 3),
        torch.tensor([[0, 1, 3], [2, 3, 4]]),
        [
            (torch.tensor([[4, 2, 3], [1, 0, 4]]), "These are the *farthest*. `topk` takes the largest unless it is told `largest=False`."),
            (torch.tensor([[3, 1, 0], [4, 3, 2]]), "The order is turned round. The nearest comes first."),
            (_t([[1, 3, 6], [1, 4, 5]]), "These are the distances. Return the points' places: `topk` and `sort` give both, `argsort` gives the places."),
            (torch.tensor([[1, 2, 4], [3, 4, 5]]), "The places count from 1. The first point is 0."),
            (torch.Size([3, 2]), "Rows and columns are exchanged: a row for each query, (Q, k)."),
            (torch.Size([5, 2]), "Sort each query's distances along the last axis: the result is (Q, k)."),
            (torch.Size([2, 5]), "All points came back. Only the k nearest are asked for: `[:, :k]`."),
        ],
        advice="From (0, 0), the points lie at distances 1, 3, 9, 6 and 11.2.",
    ),
    _value(
        "nearest_neighbours(queries, points, 3), query (0, 0), points (-3, 3), (5, 0), (0, 4.5)",
        (_t([[0, 0]]), _t([[-3, 3], [5, 0], [0, 4.5]]), 3),
        torch.tensor([[0, 2, 1]]),
        [
            (torch.tensor([[2, 1, 0]]), "These are the nearest by city blocks, |dx| + |dy|. The Euclidean distance is the root of the sum of the *squares*."),
            (torch.tensor([[0, 1, 2]]), "Here the places came back in their own order. They go by rising distance."),
        ],
        advice="The points lie at distances 4.24, 5 and 4.5.",
    ),
    _value(
        "nearest_neighbours(queries, points, 1), a query (2, 1, 0), points (5, -2, 3), (2, 1, 4), in float64",
        (_t([[2, 1, 0]]).double(), _t([[5, -2, 3], [2, 1, 4]]).double(), 1),
        torch.tensor([[1]]),
        [
            (torch.tensor([1]), "A row for each query, also where k is 1: (Q, 1)."),
            (torch.tensor([[0]]), "The differences are (−3, 3, −3) and (0, 0, −4): the roots of 27 and of 16. Square each difference first, then add, over all coordinates."),
        ],
        advice="The second point lies nearer, at 4. With k = 1 the result is (Q, 1).",
    ),
]

HINTS["nearest_neighbours"] = (
    "Make the table of all distances first: a row for each query, a column for each point. What does one row need then?",
    "`torch.cdist(queries, points)` is this table, (Q, P); so is `(queries[:, None] - points[None]).norm(dim=2)`. In each row the k smallest are wanted, the smallest first, and of these their places.",
    "`topk(k, largest=False)` gives a pair, values and `.indices`, for each row. Or sort the places of each row with `argsort(dim=1)`, and keep the first k columns.",
)


# -------------------------------------------------------------------------------------- 02_representations: knn_accuracy


def _voted(points, labels, tests, truth, k, expected, slips, advice):
    column = "train_x {}, train_y {}, test_x {}, test_y {}".format(points, labels, tests, truth)
    arguments = (_t(points)[:, None], torch.tensor(labels), _t(tests)[:, None], torch.tensor(truth), k)
    return _value(f"knn_accuracy(…, k={k}) on a line: {column}", arguments, expected, slips, advice=advice)


EXAMPLES["knn_accuracy"] = [
    _voted(
        [0, 1, 2.5, 10, 11.25],
        [7, 3, 3, 5, 5],
        [0.25, 10.5, 2, 11, 1.5],
        [3, 5, 7, 5, 3],
        3,
        0.8,
        [
            (0.6, "So many are right where the single nearest decides. Take the majority of the k nearest."),
            (0.2, "So many answers are *wrong*. The accuracy is the share of right ones."),
            (80.0, "That is a percentage. A share from 0 to 1 is expected."),
            (4.0, "That is the number of right answers. Divide it by the number of test points."),
            (0.0, "Nothing is right. Are the places of the neighbours turned into their *labels*, `train_y[places]`?"),
        ],
        "The neighbours of 0.25 are those at 0, 1 and 2.5, with labels 7, 3 and 3: it is a 3.",
    ),
    _voted(
        [0, 1, 2.5, 10, 11.25],
        [7, 3, 3, 5, 5],
        [0.25, 1.125, 7, 10.75],
        [7, 3, 5, 3],
        2,
        0.75,
        [(0.5, "Two classes tie, with a vote each, and the smaller or the larger label is taken. Take the class of the *nearest* among those that tie.")],
        "At 0.25 the classes 7 and 3 have a vote each. The nearest of the two is the 7.",
    ),
    _voted(
        [0, 1, 2, 3, 4],
        [9, 4, 2, 2, 4],
        [-1, 5, 1.125],
        [4, 4, 9],
        5,
        2 / 3,
        [
            (0.0, "2 and 4 have two votes each, and the smallest label is taken. Among the classes that tie, the one with the nearest neighbour wins."),
            (1 / 3, "Where two classes tie, you take the nearest of *all* neighbours, whose class may have fewer votes. Only those classes count that tie for the most."),
        ],
        "At −1 the neighbours' labels are 9, 4, 2, 2, 4, from the nearest on. 4 and 2 have two votes each, and a 4 lies nearer than the 2s.",
    ),
]
MORE_WORDS["knn_accuracy"] = (
    (
        "IndexError",
        "used as indices",
        "`train_y[…]` takes places, whole numbers. `topk` and `sort` give values and places: `.indices` are the places.",
    ),
)

HINTS["knn_accuracy"] = (
    "For one test point: which labels have its k nearest, in the order of their distance? Then count the votes of each class.",
    "`train_y[nearest_neighbours(test_x, train_x, k)]` are the labels, (Q, k), the nearest first. For one row, count the votes of each label in it; the most votes are what a winner must have. Go through the row from the nearest on: the first label with that many votes wins.",
    "For each row: counts = (row[:, None] == row[None]).sum(dim=1) says for every neighbour how many votes its class has; `row[counts.argmax()]` is the first of those with the most, since argmax gives the first place on the CPU. Compare with test_y, and take the mean.",
)


# ------------------------------------------------------------------------------- 02_representations: maximise_activation

_ascent_start = _t([[[[0.2, 0.6, 0.7], [0.5, 0.9, 0.8]]]])


def _pleases(image):
    """Return the mean of channel 1's map of an image."""
    return (2 * image[..., 1:] - 1).mean().item()


def _ascended(gain, options, slips, words, modes=(True,)):
    """An example for channel 1, whose mean map rises with the pixels of the second and third column, from each mode."""
    shown = "".join(f", {key}={value}" for key, value in options.items())

    def example(maximise_activation):
        for before in modes:
            model, start = _Watched().train(before), _ascent_start.clone()
            call = f'maximise_activation(model, "body.conv", 1, start{shown}), start = [[0.2, 0.6, 0.7], [0.5, 0.9, 0.8]]'
            weight = model.body.conv.weight.detach().clone()
            got = maximise_activation(model, "body.conv", 1, start, **options)
            if any(model.modes):
                raise Wrong(call, Words("a pass in training mode"), Words("evaluation mode"), "Call `model.eval()` first, and restore the mode in the end.")
            _require_as_found(call, model, before)
            if not torch.equal(weight, model.body.conv.weight):
                raise Wrong(call, Words("changed weights"), Words("the weights as they were"), "The image climbs, not the network: only the image is changed.")
            if not torch.equal(start, _ascent_start) or start.requires_grad:
                raise Wrong(call, Words("the start was changed, or records gradients now"), Words("the start as it was"), "Work on a copy, `.detach().clone()`.")
            wanted = Words(f"an image in [0, 1], (1, 1, 2, 3), whose map has a mean of {_pleases(_ascent_start) + gain:.2f}")
            if not isinstance(got, torch.Tensor) or got.shape != start.shape:
                raise Wrong(call, got, wanted, "Return the image, in the shape of `start`.")
            if got.grad_fn is not None:
                raise Wrong(call, Words("an image that holds a graph"), wanted, "`.detach()` takes the image out of the graph.")
            if not got.isfinite().all() or got.min() < 0 or got.max() > 1:
                raise Wrong(call, got, wanted, "The image leaves [0, 1]. After *each* step, `clamp(0, 1)`.")
            for wrong, better in slips:
                if _same(got, wrong):
                    raise Wrong(call, got, wanted, better)
            if _pleases(got) - _pleases(_ascent_start) < 0.98 * gain - 1e-6:
                raise Wrong(call, got, wanted, words)

    return example


def _no_step(maximise_activation):
    call, model = 'maximise_activation(model, "body.conv", 1, start, steps=0)', _Watched()
    got = maximise_activation(model, "body.conv", 1, _ascent_start.clone(), steps=0)
    _compare(call, got, _ascent_start, (), "With no step, the start comes back.")
    _require_as_found(call, model, True)


EXAMPLES["maximise_activation"] = [
    _ascended(
        0.35,
        {"steps": 1, "lr": 0.4},
        [
            (_ascent_start, "Nothing has changed. Each step adds lr times the gradient to the image."),
            (_t([[[[0.2, 0.4, 0.5], [0.5, 0.7, 0.6]]]]), "That goes downhill. The activation shall *grow*: add the gradient."),
            (_t([[[[0.3, 0.6, 0.6], [0.6, 0.9, 0.7]]]]), "That climbs for another channel. Take the map (1, C, H, W) at `[:, channel]`."),
            (_t([[[[0.3, 0.8, 0.8], [0.6, 1, 0.9]]]]), "That climbs for all channels together. Take the map (1, C, H, W) at `[:, channel]`."),
            (_t([[[[0.25, 0.7, 0.75], [0.55, 1, 0.85]]]]), "That climbs for the mean over all channels. Take the map (1, C, H, W) at `[:, channel]`."),
        ],
        "A step adds lr · gradient. The mean of the map (2 · right − 1) grows by 0.5 for each of the pixels in the second and third column, so each of them rises by 0.4 · 0.5 = 0.2, where there is room.",
        modes=(True, False),
    ),
    _ascended(0.15, {"steps": 3, "lr": 0.05}, [], "Three steps of 0.05 · 0.5 each add 0.075 to the pixels of the second and third column. Does every step begin where the last one ended, with a new gradient?"),
    _ascended(0.5, {}, [], "Without arguments there are 50 steps with lr = 0.1: enough for the pixels that count to reach 1."),
    _no_step,
]
MORE_WORDS["maximise_activation"] = (
    *_DOTTED,
    (
        "RuntimeError",
        "backward through the graph a second time",
        "Each step needs a graph of its own: detach the image after each step, make it record anew, and run it through the network again.",
    ),
    (
        "RuntimeError",
        "does not require grad",
        "Nothing records. `image.requires_grad_()` comes before the pass, there is no `torch.no_grad()` around it, and the hook may not detach what it keeps. (`capture_activations` does, so it cannot be used here.)",
    ),
    (
        "RuntimeError",
        "in-place operation|leaf [Vv]ariable",
        "The image may be changed in place only where nothing is recorded: make a new one, `(image + lr * gradient).clamp(0, 1).detach()`, or work inside `with torch.no_grad():`.",
    ),
)

HINTS["maximise_activation"] = (
    "It is `saliency` in a loop: a number, its gradient with respect to the image, and a step. Which number is it here, and where do you get it from?",
    "A forward hook that keeps `output.clone()` *without* detach leaves the map in the graph. `kept[:, channel].mean()` is what shall grow; `torch.autograd.grad` of it gives the image's gradient alone.",
    "Begin with a copy of `start`. In each step the image records (`requires_grad_()`) and goes through the network; `torch.autograd.grad` of the channel's mean gives a tuple with its gradient; and `(image + lr * gradient).clamp(0, 1).detach()` is the next image. Around it as in capture_activations: evaluation mode, and in `finally:` the hook and the mode.",
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
