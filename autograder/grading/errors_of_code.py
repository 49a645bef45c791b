"""What to try after errors of the code itself: lines that cannot be read, names, calls, and objects of another kind than expected."""

OF_CODE: tuple[tuple[str, ...], ...] = (
    # type of the error, pattern of its message, what to try
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
    ("SyntaxError", r"Maybe you meant '=='", "A comparison has two equals signs: `==`."),
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
        "`{name}` is not known here. Define it in this notebook, in a cell of its own above, or mend its spelling; run Kernel > Restart and Run All to see what the grader sees.",
    ),
    (
        "UnboundLocalError",
        r"variable '(?P<name>\w+)'",
        "`{name}` is used before it gets a value on this path through the function.",
    ),
    (
        "ModuleNotFoundError",
        r"No module named '(?P<name>[\w.]+)'",
        "The package `{name}` is not installed where notebooks are graded. Do without it: torch, NumPy and matplotlib are there.",
    ),
    (
        "TypeError",
        r"takes (?P<n>\d+) positional argument",
        "The function takes other arguments than the task asks for. Keep the stub's signature, defaults included.",
    ),
    (
        "TypeError",
        r"missing \d+ required positional argument",
        "A call leaves out an argument that the function needs, or passes them in another order. Compare the call with the signature, and keep the stub's order and defaults.",
    ),
    (
        "TypeError",
        r"unexpected keyword argument '(?P<name>\w+)'",
        "The argument `{name}` is not in your signature. Keep the stub's names.",
    ),
    (
        "TypeError",
        r"unsupported operand type\(s\) for (?P<a>//|/|\+|-|\*|%): .*'NoneType'",
        "One side of `{a}` is None. Is an argument None by default, or does a function that you call lack its `return`? Handle that case first.",
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
        "A convolution gets what is no batch of images. Hand the images on as they come, (N, 1, 28, 28): not flattened, and with no axis added or taken.",
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
        "`torch.{a}` compares two tensors, and one side is a plain number. Use `x.clamp(min=…)`, or make a tensor of it: `torch.zeros_like(x)`.",
    ),
    (
        "AttributeError|TypeError",
        r"torch\.return_types|'(max|min)' object",
        "`max(dim=…)` returns two things, values and places. Take `.values`, or use `amax`.",
    ),
    (
        "TypeError",
        r"must be Tensor, not (?P<a>ReLU|MaxPool2d|Conv2d|Linear|Softmax|Flatten|Dropout)|got \((?P<b>ReLU|MaxPool2d|Conv2d|Linear)",
        "A layer such as `nn.ReLU(x)` is *made* by its first call, not applied. Make it in `__init__` and call it in `forward`, or use the function (`F.relu`, `F.max_pool2d`).",
    ),
    (
        "TypeError",
        r"'NoneType' object",
        "Something is None here. Does a function that you call lack its `return`, or is an argument None by default?",
    ),
    (
        "TypeError",
        r"cannot unpack non-iterable (?P<a>\S+)",
        "A {a} is unpacked into several names: the function on the right gives back one thing (or lacks its `return`).",
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
        "You call something that is no function. Was its name used for a variable, or are two arguments in another order than the task's?",
    ),
    (
        "AttributeError",
        r"'NoneType' object has no attribute '(?P<name>\w+)'",
        "Something is None before `.{name}`. An argument that is None by default needs its own case (`if bias is not None`); a method such as `append` returns None, so do not assign what it gives; and a function may lack its `return`.",
    ),
    (
        "AttributeError",
        r"'(int|float|list|tuple)' object has no attribute 'to'",
        "That is no tensor, so it has no `.to`. With `enumerate`, the loop gives a number and the batch: `for i, (x, y) in enumerate(loader)`.",
    ),
    (
        "AttributeError",
        r"cannot assign (module|parameter)s? before Module|has no attribute '_(backward_hooks|modules|parameters|buffers|forward_hooks)'",
        "Call `super().__init__()` first in your `__init__`, with its brackets: it makes the class a module.",
    ),
    (
        "AttributeError",
        r"'bool' object has no attribute '(?P<name>\w+)'",
        "The comparison before `.{name}` gave one single True or False, so one of its sides is no tensor. `max(dim=…)` gives a pair: take its `.indices`, or use `argmax`.",
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
)
