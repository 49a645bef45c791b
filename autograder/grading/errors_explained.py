"""The usual Python and PyTorch errors in words that a student understands.

The grader says them, and the build writes them into the public checks: one table, so that both say the same.
"""

from __future__ import annotations

import re

EXPLANATIONS: tuple[tuple[str, ...], ...] = (
    # type of the error, pattern of its message, what to try; and, where the words are about it, a pattern of the line that failed
    (
        "RuntimeError",
        r"Boolean value of Tensor",
        "Python's own `{name}` compares single numbers, not tensors. For each element by itself there are `torch.clamp` and "
        "`torch.maximum`; for the largest of a tensor, its own `x.max()` or `x.amax(dim=…)`.",
        r"(?<![\w.])(?P<name>max|min)\(",
    ),
    (
        "TypeError|AttributeError",
        r"'?NoneType'?",
        "`bias` is None where none is given, and this line uses it all the same. Add it only `if bias is not None`.",
        r"^(?!.*\bbias is\b).*(\bbias(\[|\.)|[-+*]=?\s*bias\b|\bbias\s*[-+*]|\b(float|len|int)\(bias\))",
    ),
    (
        "ZeroDivisionError",
        r"",
        "`stride` is 0 in this line, and nobody asks for that: do the parameters stand in the task's order, `stride` before `padding`?",
        r"(//|/|%)\s*stride\b",
    ),
    (
        "IndexError",
        r"out of bounds for dimension 0",
        "`[{name}]` alone picks whole rows, and there are only as many as images. Of each row you want one entry: "
        "`[torch.arange(len({name})), {name}]`, or `gather`.",
        r"\[(?P<name>targets|labels|target|y)\]",
    ),
    (
        "SyntaxError",
        r"expected ':'",
        "A line that begins with `def`, `class`, `if`, `for`, `while` or `with` ends in a colon.",
    ),
    (
        "SyntaxError",
        r"was never closed|unmatched|does not match",
        "A bracket is opened and not closed, or the other way round.",
    ),
    (
        "SyntaxError",
        r"Maybe you meant '=='",
        "A comparison has two equals signs: `==`.",
    ),
    (
        "SyntaxError",
        r"",
        "Python cannot read that line; often the mistake is at the end of the line before it.",
    ),
    (
        "IndentationError|TabError",
        r"",
        "Lines of one block begin at the same column: four spaces for each level, no tabs.",
    ),
    (
        "NotImplementedError",
        r"^$",
        "The line `raise NotImplementedError()` is still in the code that runs. Delete it.",
    ),
    (
        "NotImplementedError",
        r"missing the required \"forward\"",
        "Your class has no `forward`: check its spelling, and that it is indented as a method.",
    ),
    (
        "NotImplementedError",
        r"(log_softmax|nll).*not implemented for '(Long|Int|Bool)'",
        "The loss got whole numbers for scores: are its arguments swapped? Outputs first, then targets.",
    ),
    (
        "NotImplementedError",
        r"not implemented for '(Long|Int|Bool)'",
        "This works on floating point only and got whole numbers: convert with `.float()`.",
    ),
    (
        "RuntimeError|NotImplementedError",
        r"could not infer output dtype|Input dtype must be either a floating point",
        "A mean of whole numbers or of True and False is asked for. Make them floating point first: `.float().mean()`.",
    ),
    (
        "NameError",
        r"name '(?P<name>xrange|raw_input|unicode|reduce)' is not defined",
        "`{name}` is of Python 2. In Python 3, `range` counts, `input` asks, `str` is text, and a sum needs no `reduce`.",
    ),
    (
        "NameError",
        r"name '(?P<name>\w+)' is not defined",
        "`{name}` is not known here. Define it in this notebook, in a cell of its own above, or mend its "
        "spelling; run Kernel > Restart and Run All to see what the grader sees.",
    ),
    (
        "UnboundLocalError",
        r"variable '(?P<name>\w+)'",
        "`{name}` is used before it gets a value on this path through the function.",
    ),
    (
        "ModuleNotFoundError",
        r"No module named '(?P<name>[\w.]+)'",
        "The package `{name}` is not installed where notebooks are graded. Do without it: torch, NumPy "
        "and matplotlib are there.",
    ),
    (
        "TypeError",
        r"takes (?P<n>\d+) positional argument",
        "The function takes other arguments than the task asks for. Keep the stub's signature, defaults "
        "included.",
    ),
    (
        "TypeError",
        r"missing \d+ required positional argument",
        "A call leaves out an argument that the function needs, or passes them in another order. Compare the call with the "
        "signature, and keep the stub's order and defaults.",
    ),
    (
        "TypeError",
        r"unexpected keyword argument '(?P<name>\w+)'",
        "The argument `{name}` is not in your signature. Keep the stub's names.",
    ),
    (
        "TypeError",
        r"unsupported operand type\(s\) for (?P<a>//|/|\+|-|\*|%): .*'NoneType'",
        "One side of `{a}` is None. Is an argument None by default, or does a function that you call lack its `return`? Handle "
        "that case first.",
    ),
    (
        "TypeError",
        r"unsupported operand type.*'(builtin_function_or_method|method)'",
        "The `()` behind a name is missing, as in `p.numel()`.",
    ),
    (
        "TypeError",
        r"(?P<a>floor|ceil|round|exp|log|sqrt)\(\): argument 'input'.* must be Tensor, not (float|int)",
        "`torch.{a}` takes a tensor, and this is a plain number: use `math.{a}`, or `//` to divide and round down.",
    ),
    (
        "AttributeError",
        r"'(float|int)' object has no attribute 'backward'",
        "The loss is a plain number by then. Call `backward()` on the tensor, and `.item()` after it.",
    ),
    (
        "RuntimeError",
        r"Expected 3D \(unbatched\) or 4D \(batched\) input to conv2d",
        "A convolution gets what is no batch of images. Hand the images on as they come, (N, 1, 28, 28): not flattened, and with "
        "no axis added or taken.",
    ),
    (
        "TypeError",
        r"'(builtin_function_or_method|method|function|type)' object (is not iterable|is not subscriptable|does not support the context manager)",
        "The `()` behind a name is missing, as in `model.parameters()` or `torch.no_grad()`.",
    ),
    (
        "AttributeError",
        r"'(builtin_function_or_method|method|function|type)' object has no attribute '__enter__'|__enter__",
        "The `()` behind a name is missing, as in `with torch.no_grad():`.",
    ),
    (
        "TypeError",
        r"(?P<a>maximum|minimum|max|min)\(\): argument '(other|input)'.* must be Tensor, not (int|float)",
        "`torch.{a}` compares two tensors, and one side is a plain number. Use `x.clamp(min=…)`, or make a tensor of it: "
        "`torch.zeros_like(x)`.",
    ),
    (
        "AttributeError|TypeError",
        r"torch\.return_types|'(max|min)' object",
        "`max(dim=…)` returns two things, values and places. Take `.values`, or use `amax`.",
    ),
    (
        "TypeError",
        r"must be Tensor, not (?P<a>ReLU|MaxPool2d|Conv2d|Linear|Softmax|Flatten|Dropout)|got \((?P<b>ReLU|MaxPool2d|Conv2d|Linear)",
        "A layer such as `nn.ReLU(x)` is *made* by its first call, not applied. Make it in `__init__` and call it in `forward`, or use "
        "the function (`F.relu`, `F.max_pool2d`).",
    ),
    (
        "TypeError",
        r"'NoneType' object",
        "Something is None here. Does a function that you call lack its `return`, or is an argument None by default?",
    ),
    (
        "TypeError",
        r"cannot unpack non-iterable (?P<a>\S+)",
        "A {a} is unpacked into several names: the function on the right gives back one thing (or lacks "
        "its `return`).",
    ),
    (
        "TypeError",
        r"iteration over a 0-d tensor|'(int|float)' object is not iterable",
        "You loop over a single value. Loop over `range(...)` or over a sequence.",
    ),
    (
        "TypeError",
        r"only integer tensors|cannot be interpreted as an integer|must be tuple of ints",
        "A size or index has to be a whole number: use `//`, or `int(...)`.",
    ),
    (
        "TypeError",
        r"unsupported operand",
        "Two things of different kinds are combined. Print `type(...)` of both.",
    ),
    (
        "TypeError",
        r"not callable",
        "You call something that is no function. Was its name used for a variable, or are two arguments in another order than the "
        "task's?",
    ),
    (
        "AttributeError",
        r"'NoneType' object has no attribute '(?P<name>\w+)'",
        "Something is None before `.{name}`. An argument that is None by default needs its own case (`if bias is not None`); a method such "
        "as `append` returns None, so do not assign what it gives; and a function may lack its `return`.",
    ),
    (
        "AttributeError",
        r"'(int|float|list|tuple)' object has no attribute 'to'",
        "That is no tensor, so it has no `.to`. With `enumerate`, the loop gives a number and the batch: `for i, (x, y) in "
        "enumerate(loader)`.",
    ),
    (
        "AttributeError",
        r"cannot assign (module|parameter)s? before Module|has no attribute '_(backward_hooks|modules|parameters|buffers|forward_hooks)'",
        "Call `super().__init__()` first in your `__init__`, with its brackets: it makes the class a module.",
    ),
    (
        "AttributeError",
        r"'bool' object has no attribute '(?P<name>\w+)'",
        "The comparison before `.{name}` gave one single True or False, so one of its sides is no tensor. `max(dim=…)` gives a pair: "
        "take its `.indices`, or use `argmax`.",
    ),
    (
        "AttributeError",
        r"'CNN' object has no attribute '(?P<name>\w+)'",
        "`self.{name}` was never set. Is it set in `__init__`, with `self.` in front, and has `__init__` two underscores on each side?",
    ),
    (
        "AttributeError",
        r"module 'numpy' has no attribute 'trapz'",
        "`np.trapz` is not there, and it would not count: the area is to be computed from scratch, trapezoid by trapezoid.",
    ),
    (
        "AttributeError",
        r"has no attribute '(?P<name>\w+)'",
        "There is no `.{name}` on this object. Print `type(...)` of it and look the name up.",
    ),
    (
        "RuntimeError",
        r"mat1 and mat2 shapes cannot be multiplied \(1x(?P<a>\d+) and (?P<b>\d+)x",
        "The linear layer got one single row, of {a} values, and takes rows of {b}. If several images went in, the batch is "
        "flattened with them: keep its axis, `x.flatten(1)`. If it was one image, count the features just before the layer.",
    ),
    (
        "RuntimeError",
        r"mat1 and mat2 shapes cannot be multiplied \((?P<a>\S+) and (?P<b>\S+)\)",
        "The linear layer got {a} and its weights are {b}: the inner sizes must agree. Print the shape "
        "just before the layer and count the features.",
    ),
    (
        "RuntimeError",
        r"size for first two dimensions of batch2|batch1 and batch2|inconsistent tensor size|size mismatch",
        "Two matrices of a product do not fit: the inner sizes must agree. Print both shapes; is one side "
        "used for the other (height for width, say)?",
    ),
    (
        "RuntimeError",
        r"expanded size of the tensor \((?P<a>\d+)\) must match the existing size \((?P<b>\d+)\)",
        "{b} values are written into a place for {a}. Print the shapes of both sides of the assignment.",
    ),
    (
        "RuntimeError",
        r"shape mismatch|could not be broadcast|output with shape",
        "Two shapes that do not fit are combined. Print both; does `keepdim=True`, a `reshape`, or "
        "`.view(1, -1, 1, 1)` help?",
    ),
    (
        "RuntimeError",
        r"same number of dimensions as (input|self)",
        "`gather` wants an index with as many dimensions as the tensor: `logits.gather(1, targets[:, None])`.",
    ),
    (
        "ValueError|RuntimeError",
        r"Sum of input lengths",
        "The two sizes do not add up to the data set's. Compute one, and get the other by subtracting it from `len(dataset)`.",
    ),
    (
        "RuntimeError",
        r"einsum",
        "The letters of `einsum` do not fit the tensors: write each tensor's shape under its letters.",
    ),
    (
        "RuntimeError",
        r"can't be cast to the desired output type|result type",
        "A floating result is written into whole numbers. Make the tensor that takes it with a floating "
        "dtype.",
    ),
    (
        "RuntimeError",
        r"Boolean value of Tensor",
        "An `if` or `and` gets a tensor with several values. Whether an argument was given, `is not None` says; about "
        "values, ask with `torch.where`, `.any()` or `.all()`.",
    ),
    (
        "RuntimeError",
        r"[Ii]nference tensors",
        "A tensor made under `inference_mode` is used for training. Use `no_grad` there.",
    ),
    (
        "RuntimeError",
        r"stack expects each tensor|Sizes of tensors must match",
        "The tensors to be joined have different shapes. Print them.",
    ),
    (
        "RuntimeError",
        r"modified by an inplace operation",
        "A tensor that autograd still needs is changed in place. Use `x = x + …`, not `x += …`.",
    ),
    (
        "RuntimeError",
        r"element 0 of tensors|does not require grad",
        "`backward()` found nothing to differentiate: is something detached, under `no_grad`, or turned into a number too early? "
        "(And an evaluation has no `backward` at all.)",
    ),
    (
        "RuntimeError",
        r"expected scalar type Long|Expected floating|[Tt]arget",
        "Labels are to be whole numbers (int64) of shape (N,), scores floating point of shape (N, "
        "classes). Print both dtypes and shapes.",
    ),
    (
        "RuntimeError",
        r"expected input.*? to have (?P<a>\d+) channels, but got (?P<b>\d+) channels",
        "A convolution is made for {a} channels and got {b}. Each layer's input channels are the output "
        "channels of the one before.",
    ),
    (
        "RuntimeError",
        r"size of tensor a \((?P<a>\d+)\) must match the size of tensor b \((?P<b>\d+)\)",
        "Two tensors of sizes {a} and {b} are combined along one dimension. Print both shapes; does "
        "`keepdim=True` or a `reshape` help?",
    ),
    (
        "RuntimeError",
        r"shape '(?P<a>.+)' is invalid for input of size (?P<b>\d+)",
        "{b} values cannot be arranged as {a}. Print the shape before the `view` or `reshape`; keep the "
        "batch as the first dimension.",
    ),
    (
        "RuntimeError",
        r"view size is not compatible",
        "`view` needs contiguous memory; use `reshape` instead.",
    ),
    (
        "RuntimeError",
        r"backward through the graph a second time",
        "The graph of an earlier batch is still in use: compute a new loss for each batch and sum "
        "`loss.item()`, not `loss`.",
    ),
    (
        "RuntimeError",
        r"leaf Variable that requires grad|leaf variable that requires grad",
        "A parameter is changed in place while autograd watches. Let the optimizer change it.",
    ),
    (
        "RuntimeError",
        r"can't be called on|Can't call numpy\(\)",
        "Call `.detach()` before `.numpy()`.",
    ),
    (
        "RuntimeError",
        r"[Ee]xpected scalar type|must have the same dtype|expected m1 and m2",
        "Two dtypes are mixed (float32 and float64, say). Keep the dtype of the input: `torch.zeros(..., "
        "dtype=x.dtype)`.",
    ),
    (
        "RuntimeError",
        r"same device|device type|is not on the expected device",
        "Tensors lie on different devices. Move each batch with `.to(device)`.",
    ),
    (
        "RuntimeError",
        r"[Nn]o NVIDIA driver|CUDA|cuda",
        "There is no GPU where notebooks are graded. Use the `device` that the function is given, and "
        "never `.cuda()`.",
    ),
    (
        "AssertionError",
        r"not compiled with CUDA|CUDA",
        "There is no GPU where notebooks are graded. Use the `device` that the function is given.",
    ),
    (
        "IndexError",
        r"invalid index of a 0-dim tensor",
        "A tensor that is one number has no places to index: `loss.item()` takes the number out (`loss.data[0]` is of an old PyTorch).",
    ),
    (
        "RuntimeError|ValueError",
        r"a Tensor with (?P<n>\d+) elements cannot be converted to Scalar",
        "`.item()` takes one number out of a tensor, and this one has {n}. Add them up first (`.sum()`), or average them (`.float().mean()`).",
    ),
    (
        "ValueError",
        r"sampler option is mutually exclusive with shuffle",
        "A sampler says the order itself: leave `shuffle` away where you hand one over, or leave the sampler away.",
    ),
    (
        "IndexError",
        r"Dimension out of range",
        "The tensor has fewer dimensions than the `dim` that you name. Print its shape.",
    ),
    (
        "IndexError",
        r"too many indices",
        "You index more dimensions than the tensor has. Print its shape; an axis may have been summed away.",
    ),
    (
        "IndexError",
        r"shape mismatch|could not be broadcast",
        "The index tensors have lengths that do not fit: pair row i with label i.",
    ),
    (
        "IndexError",
        r"[Tt]arget \d+ is out of bounds",
        "A label has no score: the network gives fewer scores than there are classes. The last layer has ten outputs, and `dim=1` "
        "are the classes.",
    ),
    (
        "IndexError",
        r"out of (bounds|range)",
        "An index runs past the end. Print the shape of what you index (was it padded?) beside the loop's limits, and see that each index "
        "belongs to its axis.",
    ),
    (
        "ValueError",
        r"not enough values to unpack|too many values to unpack",
        "The left side has another number of names than there are values.",
    ),
    (
        "ValueError",
        r"only one element tensors|can only convert",
        "`.item()` and `float()` need a tensor with one value.",
    ),
    (
        "ValueError",
        r"batch_size .* to match target|input batch_size",
        "Scores and labels have different numbers of samples: is the batch axis lost in a `reshape` or "
        "`flatten`?",
    ),
    (
        "ValueError",
        r"more than 1 value per channel",
        "Batch norm in training mode needs more than one sample: switch to evaluation mode for evaluation.",
    ),
    (
        "ZeroDivisionError",
        r"",
        "You divide by a count that can be zero. Treat that case first.",
    ),
    (
        "RecursionError",
        r"",
        "The function calls itself without end.",
    ),
    (
        "MemoryError",
        r"",
        "The code asks for more memory than a submission may use. Are tensors built up in a loop?",
    ),
    (
        "KeyError",
        r"(?P<name>.+)",
        "The key {name} is not in the dict.",
    ),
    (
        "StopIteration",
        r"",
        "`next()` was called on an iterator with nothing left.",
    ),
)


def explain(kind: str, message: str, line: str = "") -> str:
    """Return what to try after an error of this type with this message; a general word where it is not a usual one.

    `line` is the line of code that failed, where it is known.
    """
    for known, pattern, advice, *of_line in EXPLANATIONS:
        found = re.search(pattern, message) if kind in known.split("|") else None
        if found and (there := re.search(of_line[0], line) if of_line else found):
            return advice.format(
                **{key: value or "" for each in (found, there) for key, value in each.groupdict().items()}
            )
    return (
        "Call the function in a cell of your own with small inputs, and read the last lines of the traceback."
    )
