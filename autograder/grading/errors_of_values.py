"""What to try after errors of values: shapes, dtypes, indices, devices, gradients, and counts that are zero."""

OF_VALUES: tuple[tuple[str, ...], ...] = (
    # type of the error, pattern of its message, what to try
    (
        "RuntimeError",
        r"mat1 and mat2 shapes cannot be multiplied \(1x(?P<a>\d+) and (?P<b>\d+)x",
        "The linear layer got one single row, of {a} values, and takes rows of {b}. If several images went in, the batch is flattened with them: keep its axis, `x.flatten(1)`. If it was one image, count the features just before the layer.",
    ),
    (
        "RuntimeError",
        r"mat1 and mat2 shapes cannot be multiplied \((?P<a>\S+) and (?P<b>\S+)\)",
        "The linear layer got {a} and its weights are {b}: the inner sizes must agree. Print the shape just before the layer and count the features.",
    ),
    (
        "RuntimeError",
        r"size for first two dimensions of batch2|batch1 and batch2|inconsistent tensor size|size mismatch",
        "Two matrices of a product do not fit: the inner sizes must agree. Print both shapes; is one side used for the other (height for width, say)?",
    ),
    (
        "RuntimeError",
        r"expanded size of the tensor \((?P<a>\d+)\) must match the existing size \((?P<b>\d+)\)",
        "{b} values are written into a place for {a}. Print the shapes of both sides of the assignment.",
    ),
    (
        "RuntimeError",
        r"shape mismatch|could not be broadcast|output with shape",
        "Two shapes that do not fit are combined. Print both; does `keepdim=True`, a `reshape`, or `.view(1, -1, 1, 1)` help?",
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
        "A floating result is written into whole numbers. Make the tensor that takes it with a floating dtype.",
    ),
    (
        "RuntimeError",
        r"Boolean value of Tensor",
        "An `if` or `and` gets a tensor with several values. Whether an argument was given, `is not None` says; about values, ask with `torch.where`, `.any()` or `.all()`.",
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
        "`backward()` found nothing to differentiate: is something detached, under `no_grad`, or turned into a number too early? (And an evaluation has no `backward` at all.)",
    ),
    (
        "RuntimeError",
        r"expected scalar type Long|Expected floating|[Tt]arget",
        "Labels are to be whole numbers (int64) of shape (N,), scores floating point of shape (N, classes). Print both dtypes and shapes.",
    ),
    (
        "RuntimeError",
        r"expected input.*? to have (?P<a>\d+) channels, but got (?P<b>\d+) channels",
        "A convolution is made for {a} channels and got {b}. Each layer's input channels are the output channels of the one before.",
    ),
    (
        "RuntimeError",
        r"size of tensor a \((?P<a>\d+)\) must match the size of tensor b \((?P<b>\d+)\)",
        "Two tensors of sizes {a} and {b} are combined along one dimension. Print both shapes; does `keepdim=True` or a `reshape` help?",
    ),
    (
        "RuntimeError",
        r"shape '(?P<a>.+)' is invalid for input of size (?P<b>\d+)",
        "{b} values cannot be arranged as {a}. Print the shape before the `view` or `reshape`; keep the batch as the first dimension.",
    ),
    (
        "RuntimeError",
        r"view size is not compatible",
        "`view` needs contiguous memory; use `reshape` instead.",
    ),
    (
        "RuntimeError",
        r"backward through the graph a second time",
        "The graph of an earlier pass is still in use: make a new pass and a new loss or score for each batch or step, and sum `loss.item()`, not `loss`.",
    ),
    (
        "RuntimeError",
        r"leaf Variable that requires grad|leaf variable that requires grad",
        "A tensor that gradients are asked for, a parameter or an input, is changed in place while autograd watches. Make a new one, `y = x * 2` and not `x *= 2`; only an optimizer changes parameters, under `torch.no_grad()`.",
    ),
    ("RuntimeError", r"can't be called on|Can't call numpy\(\)", "Call `.detach()` before `.numpy()`."),
    (
        "RuntimeError",
        r"[Ee]xpected scalar type|must have the same dtype|expected m1 and m2",
        "Two dtypes are mixed: float32 and float64, say, or numbers with a fraction and whole ones, such as indices. Keep the dtype of the input: `torch.zeros(..., dtype=x.dtype)`.",
    ),
    (
        "RuntimeError|ValueError",
        r"expected a non-empty list",
        "The list that is to be joined is empty: nothing was put into it. Does the loop run, also where there are fewer samples than make a batch?",
    ),
    (
        "RuntimeError",
        r"same device|device type|is not on the expected device",
        "Tensors lie on different devices. Move each batch with `.to(device)`.",
    ),
    (
        "RuntimeError",
        r"[Nn]o NVIDIA driver|CUDA|cuda",
        "There is no GPU where notebooks are graded. Use the `device` that the function is given, and never `.cuda()`.",
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
        "A label has no score: the network gives fewer scores than there are classes. The last layer has ten outputs, and `dim=1` are the classes.",
    ),
    (
        "IndexError",
        r"out of (bounds|range)",
        "An index runs past the end. Print the shape of what you index (was it padded?) beside the loop's limits, and see that each index belongs to its axis.",
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
        "Scores and labels have different numbers of samples: is the batch axis lost in a `reshape` or `flatten`?",
    ),
    (
        "ValueError",
        r"more than 1 value per channel",
        "Batch norm in training mode needs more than one sample: switch to evaluation mode for evaluation.",
    ),
    ("ZeroDivisionError", r"", "You divide by a count that can be zero. Treat that case first."),
    ("RecursionError", r"", "The function calls itself without end."),
    (
        "MemoryError",
        r"",
        "The code asks for more memory than a submission may use. Are tensors built up in a loop?",
    ),
    ("KeyError", r"(?P<name>.+)", "The key {name} is not in the dict."),
    ("StopIteration", r"", "`next()` was called on an iterator with nothing left."),
)
