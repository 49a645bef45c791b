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
import warnings
import zlib
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
FROM_SCRATCH = {}
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
    ('RuntimeError', 'backward through the graph a second time', 'The graph of an earlier batch is still in use: compute a new loss for each batch and sum `loss.item()`, not `loss`.'),
    ('RuntimeError', 'leaf Variable that requires grad|leaf variable that requires grad', 'A parameter is changed in place while autograd watches. Let the optimizer change it.'),
    ('RuntimeError', "can't be called on|Can't call numpy\\(\\)", 'Call `.detach()` before `.numpy()`.'),
    ('RuntimeError', '[Ee]xpected scalar type|must have the same dtype|expected m1 and m2', 'Two dtypes are mixed (float32 and float64, say). Keep the dtype of the input: `torch.zeros(..., dtype=x.dtype)`.'),
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
            lines += [f"  {name + ':':<11}{first}"] + [" " * 13 + line for line in rest]
        lines += [f"  {'try:':<11}{self.advice}"] if self.advice else []
        stuck = self.status in (WRONG, FORBIDDEN)
        return "\n".join(lines + ([f'  {"stuck?":<11}hint("{self.item}")'] if stuck else []))

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
        where = f"run the cell that defines {' and '.join(missing)} first, from its first line on."
        return Outcome(item, UNTRIED, f"{' and '.join(missing)} is not defined yet; {where}")
    _notes.clear()
    library = _LibraryCalls(item, names)
    try:
        with _undisturbed(), library:
            for example in EXAMPLES[item]:
                example(*(names[name] for name in needed))
    except Wrong as wrong:
        parts = [
            ("called", wrong.call),
            ("came back", _brief(wrong.got)),
            ("expected", _brief(wrong.expected)),
        ]
        parts += [("again", again)] if (again := getattr(wrong, "again", "")) else []
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
                f"  {MARKS[outcome.status]} {outcome.item:<22}{outcome.status:<15}{points:>3g} points"
            )
            rows.append(
                f"<div><span style='display:inline-block;width:1.5em;color:rgb({COLOURS[outcome.status]})'>{MARKS[outcome.status]}</span>"
                f"<code style='display:inline-block;width:14em;background:transparent;color:inherit'>{html.escape(outcome.item)}</code>"
                f"<span style='display:inline-block;width:9em'>{outcome.status}</span>{points:g} points</div>"
            )
    whole = sum(sum(items.values()) for items in NOTEBOOKS.values())
    last = f"{done:g} of {total:g} points in reach"
    last += f" here ({whole:g} in the whole lab)." if total < whole else "."
    last += " In reach, not in hand: the hidden tests decide."
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
    parts = [("error", f"{type(error).__name__}: {str(error).strip()[:400]}")]
    line = ""
    if frames:
        line = linecache.getline(frames[-1].filename, frames[-1].lineno or 0).strip() or frames[-1].line or ""
        parts.append(("in", f"line {frames[-1].lineno} of its cell: {line}" if line else frames[-1].name))
    parts += [("again", again)] if (again := getattr(error, "again", "")) else []
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
                f"That is a pair, values and places: `{type(got).__name__}` with a number takes it for an axis. Take `.values` of it; to compare each element with a number, use `clamp`.",
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
            words = "use .long()." if whole else "what is divided, averaged or 0/0 here?"
            raise Wrong(call, got, expected, f"Integers are expected here: {words}")
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
            error.again = _again(call, arguments, function)
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


# ------------------------------------------------------------------------------- 01_filters_and_activations: get_filters

EXAMPLES["get_filters"] = [
    _value(
        "get_filters(tensor([[1, 2], [3, 6]]))",
        (_t([[1, 2], [3, 6]]),),
        _t([[-2, -1], [0, 3]]),
        [
            (_t([[1, 2], [3, 6]]), "Nothing has changed: take the mean away."),
            (_t([[-1, -2], [1, 2]]), "That is each column around its own mean. Here there is one mean, of all values."),
            (_t([[-0.5, 0.5], [-1.5, 1.5]]), "That is each row around its own mean. Here there is one mean, of all values."),
        ],
        advice="Add the four values up, divide by 4, and take that away from each.",
    ),
]

HINTS["get_filters"] = (
    "What is the mean of all values, whatever the shape?",
    "`x.mean()` without an argument is one number: the mean of all values.",
    "Take that number away from x: a number and a tensor can be subtracted.",
)


# ---------------------------------------------------------------------------- 01_filters_and_activations: normalise_maps

EXAMPLES["normalise_maps"] = [
    _value(
        "normalise_maps(tensor([[1, 2], [3, 6]]))",
        (_t([[1, 2], [3, 6]]),),
        _t([[-2, -1], [0, 3]]),
        [
            (_t([[1, 2], [3, 6]]), "Nothing has changed: take the mean away."),
            (_t([[-1, -2], [1, 2]]), "That is each column around its own mean. Here there is one mean, of all values."),
            (_t([[-0.5, 0.5], [-1.5, 1.5]]), "That is each row around its own mean. Here there is one mean, of all values."),
        ],
        advice="Add the four values up, divide by 4, and take that away from each.",
    ),
]

HINTS["normalise_maps"] = (
    "What is the mean of all values, whatever the shape?",
    "`x.mean()` without an argument is one number: the mean of all values.",
    "Take that number away from x: a number and a tensor can be subtracted.",
)


# --------------------------------------------------------------------------------- 01_filters_and_activations: make_grid

EXAMPLES["make_grid"] = [
    _value(
        "make_grid(tensor([[1, 2], [3, 6]]))",
        (_t([[1, 2], [3, 6]]),),
        _t([[-2, -1], [0, 3]]),
        [
            (_t([[1, 2], [3, 6]]), "Nothing has changed: take the mean away."),
            (_t([[-1, -2], [1, 2]]), "That is each column around its own mean. Here there is one mean, of all values."),
            (_t([[-0.5, 0.5], [-1.5, 1.5]]), "That is each row around its own mean. Here there is one mean, of all values."),
        ],
        advice="Add the four values up, divide by 4, and take that away from each.",
    ),
]

HINTS["make_grid"] = (
    "What is the mean of all values, whatever the shape?",
    "`x.mean()` without an argument is one number: the mean of all values.",
    "Take that number away from x: a number and a tensor can be subtracted.",
)


# --------------------------------------------------------------------------- 01_filters_and_activations: receptive_field

EXAMPLES["receptive_field"] = [
    _value(
        "receptive_field(tensor([[1, 2], [3, 6]]))",
        (_t([[1, 2], [3, 6]]),),
        _t([[-2, -1], [0, 3]]),
        [
            (_t([[1, 2], [3, 6]]), "Nothing has changed: take the mean away."),
            (_t([[-1, -2], [1, 2]]), "That is each column around its own mean. Here there is one mean, of all values."),
            (_t([[-0.5, 0.5], [-1.5, 1.5]]), "That is each row around its own mean. Here there is one mean, of all values."),
        ],
        advice="Add the four values up, divide by 4, and take that away from each.",
    ),
]

HINTS["receptive_field"] = (
    "What is the mean of all values, whatever the shape?",
    "`x.mean()` without an argument is one number: the mean of all values.",
    "Take that number away from x: a number and a tensor can be subtracted.",
)


# ----------------------------------------------------------------------- 01_filters_and_activations: capture_activations

EXAMPLES["capture_activations"] = [
    _value(
        "capture_activations(tensor([[1, 2], [3, 6]]))",
        (_t([[1, 2], [3, 6]]),),
        _t([[-2, -1], [0, 3]]),
        [
            (_t([[1, 2], [3, 6]]), "Nothing has changed: take the mean away."),
            (_t([[-1, -2], [1, 2]]), "That is each column around its own mean. Here there is one mean, of all values."),
            (_t([[-0.5, 0.5], [-1.5, 1.5]]), "That is each row around its own mean. Here there is one mean, of all values."),
        ],
        advice="Add the four values up, divide by 4, and take that away from each.",
    ),
]

HINTS["capture_activations"] = (
    "What is the mean of all values, whatever the shape?",
    "`x.mean()` without an argument is one number: the mean of all values.",
    "Take that number away from x: a number and a tensor can be subtracted.",
)


# -------------------------------------------------------------------------------- 01_filters_and_activations: top_images

EXAMPLES["top_images"] = [
    _value(
        "top_images(tensor([[1, 2], [3, 6]]))",
        (_t([[1, 2], [3, 6]]),),
        _t([[-2, -1], [0, 3]]),
        [
            (_t([[1, 2], [3, 6]]), "Nothing has changed: take the mean away."),
            (_t([[-1, -2], [1, 2]]), "That is each column around its own mean. Here there is one mean, of all values."),
            (_t([[-0.5, 0.5], [-1.5, 1.5]]), "That is each row around its own mean. Here there is one mean, of all values."),
        ],
        advice="Add the four values up, divide by 4, and take that away from each.",
    ),
]

HINTS["top_images"] = (
    "What is the mean of all values, whatever the shape?",
    "`x.mean()` without an argument is one number: the mean of all values.",
    "Take that number away from x: a number and a tensor can be subtracted.",
)


# ---------------------------------------------------------------------------------- 01_filters_and_activations: saliency

EXAMPLES["saliency"] = [
    _value(
        "saliency(tensor([[1, 2], [3, 6]]))",
        (_t([[1, 2], [3, 6]]),),
        _t([[-2, -1], [0, 3]]),
        [
            (_t([[1, 2], [3, 6]]), "Nothing has changed: take the mean away."),
            (_t([[-1, -2], [1, 2]]), "That is each column around its own mean. Here there is one mean, of all values."),
            (_t([[-0.5, 0.5], [-1.5, 1.5]]), "That is each row around its own mean. Here there is one mean, of all values."),
        ],
        advice="Add the four values up, divide by 4, and take that away from each.",
    ),
]

HINTS["saliency"] = (
    "What is the mean of all values, whatever the shape?",
    "`x.mean()` without an argument is one number: the mean of all values.",
    "Take that number away from x: a number and a tensor can be subtracted.",
)


# ------------------------------------------------------------------------------------------ 02_representations: features

EXAMPLES["features"] = [
    _value(
        "features(tensor([[1, 2], [3, 6]]))",
        (_t([[1, 2], [3, 6]]),),
        _t([[-2, -1], [0, 3]]),
        [
            (_t([[1, 2], [3, 6]]), "Nothing has changed: take the mean away."),
            (_t([[-1, -2], [1, 2]]), "That is each column around its own mean. Here there is one mean, of all values."),
            (_t([[-0.5, 0.5], [-1.5, 1.5]]), "That is each row around its own mean. Here there is one mean, of all values."),
        ],
        advice="Add the four values up, divide by 4, and take that away from each.",
    ),
]

HINTS["features"] = (
    "What is the mean of all values, whatever the shape?",
    "`x.mean()` without an argument is one number: the mean of all values.",
    "Take that number away from x: a number and a tensor can be subtracted.",
)


# ----------------------------------------------------------------------------------------------- 02_representations: pca

EXAMPLES["pca"] = [
    _value(
        "pca(tensor([[1, 2], [3, 6]]))",
        (_t([[1, 2], [3, 6]]),),
        _t([[-2, -1], [0, 3]]),
        [
            (_t([[1, 2], [3, 6]]), "Nothing has changed: take the mean away."),
            (_t([[-1, -2], [1, 2]]), "That is each column around its own mean. Here there is one mean, of all values."),
            (_t([[-0.5, 0.5], [-1.5, 1.5]]), "That is each row around its own mean. Here there is one mean, of all values."),
        ],
        advice="Add the four values up, divide by 4, and take that away from each.",
    ),
]

HINTS["pca"] = (
    "What is the mean of all values, whatever the shape?",
    "`x.mean()` without an argument is one number: the mean of all values.",
    "Take that number away from x: a number and a tensor can be subtracted.",
)


# --------------------------------------------------------------------------------- 02_representations: cosine_similarity

EXAMPLES["cosine_similarity"] = [
    _value(
        "cosine_similarity(tensor([[1, 2], [3, 6]]))",
        (_t([[1, 2], [3, 6]]),),
        _t([[-2, -1], [0, 3]]),
        [
            (_t([[1, 2], [3, 6]]), "Nothing has changed: take the mean away."),
            (_t([[-1, -2], [1, 2]]), "That is each column around its own mean. Here there is one mean, of all values."),
            (_t([[-0.5, 0.5], [-1.5, 1.5]]), "That is each row around its own mean. Here there is one mean, of all values."),
        ],
        advice="Add the four values up, divide by 4, and take that away from each.",
    ),
]

HINTS["cosine_similarity"] = (
    "What is the mean of all values, whatever the shape?",
    "`x.mean()` without an argument is one number: the mean of all values.",
    "Take that number away from x: a number and a tensor can be subtracted.",
)


# -------------------------------------------------------------------------------- 02_representations: nearest_neighbours

EXAMPLES["nearest_neighbours"] = [
    _value(
        "nearest_neighbours(tensor([[1, 2], [3, 6]]))",
        (_t([[1, 2], [3, 6]]),),
        _t([[-2, -1], [0, 3]]),
        [
            (_t([[1, 2], [3, 6]]), "Nothing has changed: take the mean away."),
            (_t([[-1, -2], [1, 2]]), "That is each column around its own mean. Here there is one mean, of all values."),
            (_t([[-0.5, 0.5], [-1.5, 1.5]]), "That is each row around its own mean. Here there is one mean, of all values."),
        ],
        advice="Add the four values up, divide by 4, and take that away from each.",
    ),
]

HINTS["nearest_neighbours"] = (
    "What is the mean of all values, whatever the shape?",
    "`x.mean()` without an argument is one number: the mean of all values.",
    "Take that number away from x: a number and a tensor can be subtracted.",
)


# -------------------------------------------------------------------------------------- 02_representations: knn_accuracy

EXAMPLES["knn_accuracy"] = [
    _value(
        "knn_accuracy(tensor([[1, 2], [3, 6]]))",
        (_t([[1, 2], [3, 6]]),),
        _t([[-2, -1], [0, 3]]),
        [
            (_t([[1, 2], [3, 6]]), "Nothing has changed: take the mean away."),
            (_t([[-1, -2], [1, 2]]), "That is each column around its own mean. Here there is one mean, of all values."),
            (_t([[-0.5, 0.5], [-1.5, 1.5]]), "That is each row around its own mean. Here there is one mean, of all values."),
        ],
        advice="Add the four values up, divide by 4, and take that away from each.",
    ),
]

HINTS["knn_accuracy"] = (
    "What is the mean of all values, whatever the shape?",
    "`x.mean()` without an argument is one number: the mean of all values.",
    "Take that number away from x: a number and a tensor can be subtracted.",
)


# ------------------------------------------------------------------------------- 02_representations: maximise_activation

EXAMPLES["maximise_activation"] = [
    _value(
        "maximise_activation(tensor([[1, 2], [3, 6]]))",
        (_t([[1, 2], [3, 6]]),),
        _t([[-2, -1], [0, 3]]),
        [
            (_t([[1, 2], [3, 6]]), "Nothing has changed: take the mean away."),
            (_t([[-1, -2], [1, 2]]), "That is each column around its own mean. Here there is one mean, of all values."),
            (_t([[-0.5, 0.5], [-1.5, 1.5]]), "That is each row around its own mean. Here there is one mean, of all values."),
        ],
        advice="Add the four values up, divide by 4, and take that away from each.",
    ),
]

HINTS["maximise_activation"] = (
    "What is the mean of all values, whatever the shape?",
    "`x.mean()` without an argument is one number: the mean of all values.",
    "Take that number away from x: a number and a tensor can be subtracted.",
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
