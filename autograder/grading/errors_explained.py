"""The usual Python and PyTorch errors in words that a student understands."""

from __future__ import annotations

import re

_EXPLANATIONS: tuple[tuple[str, str, str], ...] = (
    # type of the error, pattern of its message, what to try
    ("NotImplementedError", r"^$", "The stub is still there: replace `raise NotImplementedError()` by your code."),
    ("NameError", r"name '(?P<name>\w+)' is not defined", "`{name}` is not known here. Define it in this notebook, in a cell of its "
     "own above, or mend its spelling; run Kernel > Restart and Run All to see what the grader sees."),
    ("UnboundLocalError", r"variable '(?P<name>\w+)'", "`{name}` is used before it gets a value on this path through the function."),
    ("ModuleNotFoundError", r"No module named '(?P<name>[\w.]+)'", "The package `{name}` is not installed where notebooks are graded. "
     "Do without it: torch, NumPy and matplotlib are there."),
    ("TypeError", r"takes (?P<n>\d+) positional argument", "The function takes other arguments than the task asks for. Keep the stub's "
     "signature, defaults included."),
    ("TypeError", r"missing \d+ required positional argument", "A call leaves out an argument that the function needs. Compare the call with "
     "the signature, and keep the stub's defaults."),
    ("TypeError", r"unexpected keyword argument '(?P<name>\w+)'", "The argument `{name}` is not in your signature. Keep the stub's names."),
    ("TypeError", r"'NoneType' object", "A function that you call returns None: is its `return` missing?"),
    ("TypeError", r"not callable", "You call something that is no function: was its name used for a variable?"),
    ("AttributeError", r"'NoneType' object has no attribute '(?P<name>\w+)'", "Something is None where a value was expected: does the "
     "function before it return anything?"),
    ("AttributeError", r"has no attribute '(?P<name>\w+)'", "There is no `.{name}` on this object. Print `type(...)` of it and look the name up."),
    ("RuntimeError", r"mat1 and mat2 shapes cannot be multiplied \((?P<a>\S+) and (?P<b>\S+)\)", "The linear layer got {a} and its weights are "
     "{b}: the inner sizes must agree. Print the shape just before the layer and count the features."),
    ("RuntimeError", r"expected input\S* to have (?P<a>\d+) channels, but got (?P<b>\d+) channels", "A convolution is made for {a} channels and got "
     "{b}. Each layer's input channels are the output channels of the one before."),
    ("RuntimeError", r"size of tensor a \((?P<a>\d+)\) must match the size of tensor b \((?P<b>\d+)\)", "Two tensors of sizes {a} and {b} are "
     "combined along one dimension. Print both shapes; does `keepdim=True` or a `reshape` help?"),
    ("RuntimeError", r"shape '(?P<a>.+)' is invalid for input of size (?P<b>\d+)", "{b} values cannot be arranged as {a}. Print the shape before the "
     "`view` or `reshape`; keep the batch as the first dimension."),
    ("RuntimeError", r"view size is not compatible", "`view` needs contiguous memory; use `reshape` instead."),
    ("RuntimeError", r"does not require grad", "`backward()` found nothing to differentiate: is something detached, under `no_grad`, or turned into "
     "a number too early?"),
    ("RuntimeError", r"backward through the graph a second time", "The graph of an earlier batch is still in use: compute a new loss for each batch "
     "and sum `loss.item()`, not `loss`."),
    ("RuntimeError", r"leaf Variable that requires grad|leaf variable that requires grad", "A parameter is changed in place while autograd watches. Let the optimizer change it."),
    ("RuntimeError", r"can't be called on|Can't call numpy\(\)", "Call `.detach()` before `.numpy()`."),
    ("RuntimeError", r"[Ee]xpected scalar type|must have the same dtype|expected m1 and m2", "Two dtypes are mixed (float32 and float64, say). Keep "
     "the dtype of the input: `torch.zeros(..., dtype=x.dtype)`."),
    ("RuntimeError", r"not implemented for '(?P<a>Long|Int)'", "This works on floating point only and got whole numbers: convert with `.float()`."),
    ("RuntimeError", r"same device|device type", "Tensors lie on different devices. Move each batch with `.to(device)`."),
    ("RuntimeError", r"[Nn]o NVIDIA driver|CUDA|cuda", "There is no GPU where notebooks are graded. Use the `device` that the function is given, and "
     "never `.cuda()`."),
    ("AssertionError", r"not compiled with CUDA|CUDA", "There is no GPU where notebooks are graded. Use the `device` that the function is given."),
    ("IndexError", r"Dimension out of range", "The tensor has fewer dimensions than the `dim` that you name. Print its shape."),
    ("IndexError", r"out of (bounds|range)", "An index runs past the end. Check the loop's limits against the shape."),
    ("ValueError", r"not enough values to unpack|too many values to unpack", "The left side has another number of names than there are values."),
    ("ValueError", r"only one element tensors|can only convert", "`.item()` and `float()` need a tensor with one value."),
    ("ZeroDivisionError", r"", "You divide by a count that can be zero. Treat that case first."),
    ("RecursionError", r"", "The function calls itself without end."),
    ("MemoryError", r"", "The code asks for more memory than a submission may use. Are tensors built up in a loop?"),
    ("KeyError", r"(?P<name>.+)", "The key {name} is not in the dict."),
    ("StopIteration", r"", "`next()` was called on an iterator with nothing left."),
)  # fmt: skip


def explain(kind: str, message: str) -> str:
    """Return what to try after an error of this type with this message; a general word where it is not a usual one."""
    for known, pattern, advice in _EXPLANATIONS:
        if kind == known and (found := re.search(pattern, message)):
            return advice.format(**found.groupdict())
    return "Call the function in a cell of your own with small inputs, and read the last lines of the traceback."
