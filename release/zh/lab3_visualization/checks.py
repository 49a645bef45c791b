"""本实验的公开检查：在笔记本里用 `check(item)`、`hint(item)`、`progress()` 和 `ready(name)`，在终
    端里用 `python checks.py`。

每项检查都用小例子试运行你的代码，并和存好的答案比较。它是来帮忙的：通过检查不等于得分，因为还有
隐藏测试。这个文件只需要 PyTorch。你可以读它；里面没有答案。
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
    ('RuntimeError', 'Boolean value of Tensor', 'Python 自带的 `{name}` 只能比较单个的数，不能比较张量。要逐元素比较，用 `torch.clamp` 和 `torch.maximum`；要取张量的最大值，用它自己的 `x.max()` 或 `x.amax(dim=…)`。', '(?<![\\w.])(?P<name>max|min)\\('),
    ('TypeError|AttributeError', "'?NoneType'?", '没有传入 `bias` 时它是 None，而这一行照样用了它。只有 `if bias is not None` 时才加上它。', '^(?!.*\\bbias is\\b).*(\\bbias(\\[|\\.)|[-+*]=?\\s*bias\\b|\\bbias\\s*[-+*]|\\b(float|len|int)\\(bias\\))'),
    ('ZeroDivisionError', '', '这一行里的 `stride` 是 0，可没有人要求这样：参数的顺序和任务中的一致吗，`stride` 在 `padding` 前面？', '(//|/|%)\\s*stride\\b'),
    ('IndexError', 'out of bounds for dimension 0', '单独的 `[{name}]` 取的是整行，而行数只有图像数那么多。你要的是每一行中的一个元素：用 `[torch.arange(len({name})), {name}]`，或者 `gather`。', '\\[(?P<name>targets|labels|target|y)\\]'),
    ('SyntaxError', "expected ':'", '以 `def`、`class`、`if`、`for`、`while` 或 `with` 开头的行，要以冒号结尾。'),
    ('SyntaxError', 'was never closed|unmatched|does not match', '有一个括号只开不关，或者只关不开。'),
    ('SyntaxError', "Maybe you meant '=='", '比较要用两个等号：`==`。'),
    ('SyntaxError', '', 'Python 读不懂这一行；错误往往出在上一行的末尾。'),
    ('IndentationError|TabError', '', '同一个代码块的各行要从同一列开始：每一级缩进四个空格，不用制表符。'),
    ('NotImplementedError', '^$', '运行的代码里还留着 `raise NotImplementedError()` 这一行。请删掉它。'),
    ('NotImplementedError', 'missing the required \\"forward\\"', '你的类没有 `forward`：检查拼写，并确认它作为方法缩进了。'),
    ('NotImplementedError', "(log_softmax|nll).*not implemented for '(Long|Int|Bool)'", '损失函数收到的得分是整数：两个参数是不是写反了？先写输出，再写目标。'),
    ('NotImplementedError', "not implemented for '(Long|Int|Bool)'", '这个操作只支持浮点数，却收到了整数：用 `.float()` 转换一下。'),
    ('RuntimeError|NotImplementedError', 'could not infer output dtype|Input dtype must be either a floating point', '这里要对整数或 True 和 False 求均值。先把它们变成浮点数：`.float().mean()`。'),
    ('NameError', "name '(?P<name>xrange|raw_input|unicode|reduce)' is not defined", '`{name}` 是 Python 2 的写法。在 Python 3 中，计数用 `range`，输入用 `input`，文本是 `str`，求和也不需要 `reduce`。'),
    ('NameError', "name '(?P<name>\\w+)' is not defined", '这里不认识 `{name}`。请在这个笔记本里、在上方单独的单元格中定义它，或者改正拼写；选 Kernel > Restart and Run All 运行一遍，看到的就是评分程序看到的。'),
    ('UnboundLocalError', "variable '(?P<name>\\w+)'", '函数走到这里时，`{name}` 还没有赋值就被用到了。'),
    ('ModuleNotFoundError', "No module named '(?P<name>[\\w.]+)'", '评分的环境里没有安装 `{name}` 这个包。请不要用它：那里有 torch、NumPy 和 matplotlib。'),
    ('TypeError', 'takes (?P<n>\\d+) positional argument', '函数的参数和任务要求的不一样。请保留模板的函数签名，包括默认值。'),
    ('TypeError', 'missing \\d+ required positional argument', '有一次调用漏掉了函数需要的参数，或者传参的顺序不对。把调用和签名对照一下，并保持模板中的顺序和默认值。'),
    ('TypeError', "unexpected keyword argument '(?P<name>\\w+)'", '你的函数签名里没有参数 `{name}`。请保留模板中的名字。'),
    ('TypeError', "unsupported operand type\\(s\\) for (?P<a>//|/|\\+|-|\\*|%): .*'NoneType'", '`{a}` 有一边是 None。是某个参数默认为 None，还是你调用的某个函数漏了 `return`？先处理这种情况。'),
    ('TypeError', "unsupported operand type.*'(builtin_function_or_method|method)'", '名字后面漏了 `()`，应该像 `p.numel()` 这样。'),
    ('TypeError', "(?P<a>floor|ceil|round|exp|log|sqrt)\\(\\): argument 'input'.* must be Tensor, not (float|int)", '`torch.{a}` 要的是张量，而这里是一个普通的数：请用 `math.{a}`，或者用 `//` 做除法并向下取整。'),
    ('AttributeError', "'(float|int)' object has no attribute 'backward'", '到这里，损失已经是一个普通的数了。要在张量上调用 `backward()`，之后再调用 `.item()`。'),
    ('RuntimeError', 'Expected 3D \\(unbatched\\) or 4D \\(batched\\) input to conv2d', '卷积收到的不是一批图像。图像原来是什么样就怎样传下去，即 (N, 1, 28, 28)：不要展平，也不要增减轴。'),
    ('TypeError', "'(builtin_function_or_method|method|function|type)' object (is not iterable|is not subscriptable|does not support the context manager)", '名字后面漏了 `()`，应该像 `model.parameters()` 或 `torch.no_grad()` 这样。'),
    ('AttributeError', "'(builtin_function_or_method|method|function|type)' object has no attribute '__enter__'|__enter__", '名字后面漏了 `()`，应该像 `with torch.no_grad():` 这样。'),
    ('TypeError', "(?P<a>maximum|minimum|max|min)\\(\\): argument '(other|input)'.* must be Tensor, not (int|float)", '`torch.{a}` 比较的是两个张量，而有一边是普通的数。请用 `x.clamp(min=…)`，或者把它变成张量：`torch.zeros_like(x)`。'),
    ('AttributeError|TypeError', "torch\\.return_types|'(max|min)' object", '`max(dim=…)` 返回两样东西：值和位置。请取 `.values`，或者用 `amax`。'),
    ('TypeError', 'must be Tensor, not (?P<a>ReLU|MaxPool2d|Conv2d|Linear|Softmax|Flatten|Dropout)|got \\((?P<b>ReLU|MaxPool2d|Conv2d|Linear)', '像 `nn.ReLU(x)` 这样的层，第一次调用是*创建*它，而不是应用它。请在 `__init__` 中创建，在 `forward` 中调用；或者用对应的函数（`F.relu`、`F.max_pool2d`）。'),
    ('TypeError', "'NoneType' object", '这里有个东西是 None。是你调用的某个函数漏了 `return`，还是某个参数默认为 None？'),
    ('TypeError', 'cannot unpack non-iterable (?P<a>\\S+)', '一个 {a} 被拆开赋给了好几个名字：右边的函数只返回一样东西（或者漏了 `return`）。'),
    ('TypeError', "iteration over a 0-d tensor|'(int|float)' object is not iterable", '你在对单个值做循环。请对 `range(...)` 或一个序列循环。'),
    ('TypeError', 'only integer tensors|cannot be interpreted as an integer|must be tuple of ints', '大小或索引必须是整数：用 `//` 或 `int(...)`。'),
    ('TypeError', 'unsupported operand', '这里把两种不同类型的东西放到了一起运算。打印两者的 `type(...)` 看看。'),
    ('TypeError', 'not callable', '你调用的东西不是函数。它的名字是不是被某个变量占用了，或者有两个参数的顺序和任务中的不同？'),
    ('AttributeError', "'NoneType' object has no attribute '(?P<name>\\w+)'", '`.{name}` 前面的东西是 None。默认为 None 的参数需要单独处理（`if bias is not None`）；`append` 这样的方法返回 None，所以不要把它的结果赋给变量；也可能是某个函数漏了 `return`。'),
    ('AttributeError', "'(int|float|list|tuple)' object has no attribute 'to'", '那不是张量，所以没有 `.to`。用 `enumerate` 时，循环给出的是序号和一批数据：`for i, (x, y) in enumerate(loader)`。'),
    ('AttributeError', "cannot assign (module|parameter)s? before Module|has no attribute '_(backward_hooks|modules|parameters|buffers|forward_hooks)'", '在 `__init__` 里要先调用 `super().__init__()`，括号不能少：有了它，这个类才成为模块。'),
    ('AttributeError', "'bool' object has no attribute '(?P<name>\\w+)'", '`.{name}` 前面的比较只给出了单独一个 True 或 False，可见有一边不是张量。`max(dim=…)` 给出的是一对结果：取其中的 `.indices`，或者用 `argmax`。'),
    ('AttributeError', "'CNN' object has no attribute '(?P<name>\\w+)'", '`self.{name}` 从未赋值。它在 `__init__` 中赋值了吗，前面写了 `self.` 吗，`__init__` 两边各有两个下划线吗？'),
    ('AttributeError', "module 'numpy' has no attribute 'trapz'", '这里没有 `np.trapz`，有也不算数：曲线下面积要自己从头计算，一个梯形一个梯形地加。'),
    ('AttributeError', "has no attribute '(?P<name>\\w+)'", '这个对象没有 `.{name}`。打印它的 `type(...)`，再查一查正确的名字。'),
    ('RuntimeError', 'mat1 and mat2 shapes cannot be multiplied \\(1x(?P<a>\\d+) and (?P<b>\\d+)x', '线性层收到的是单独一行，共 {a} 个值，而它要的每一行有 {b} 个值。如果送进去的是多张图像，说明批次轴也被展平了：请保留它，`x.flatten(1)`。如果只有一张图像，就数一数这一层之前有多少个特征。'),
    ('RuntimeError', 'mat1 and mat2 shapes cannot be multiplied \\((?P<a>\\S+) and (?P<b>\\S+)\\)', '线性层的输入是 {a}，权重是 {b}：里面的两个维度必须一致。打印这一层之前的形状，数一数有多少个特征。'),
    ('RuntimeError', 'size for first two dimensions of batch2|batch1 and batch2|inconsistent tensor size|size mismatch', '相乘的两个矩阵对不上：里面的两个维度必须一致。打印两者的形状；是不是把一个量当成了另一个（比如把宽当成了高）？'),
    ('RuntimeError', 'expanded size of the tensor \\((?P<a>\\d+)\\) must match the existing size \\((?P<b>\\d+)\\)', '要把 {b} 个值写进放 {a} 个值的地方。打印赋值号两边的形状。'),
    ('RuntimeError', 'shape mismatch|could not be broadcast|output with shape', '运算的两个张量形状对不上。把两者都打印出来；用 `keepdim=True`、`reshape` 或 `.view(1, -1, 1, 1)` 能解决吗？'),
    ('RuntimeError', 'same number of dimensions as (input|self)', '`gather` 的索引要和张量有一样多的维：`logits.gather(1, targets[:, None])`。'),
    ('ValueError|RuntimeError', 'Sum of input lengths', '两个子集的大小加起来不等于数据集的大小。先算出一个，另一个用 `len(dataset)` 减去它得到。'),
    ('RuntimeError', 'einsum', '`einsum` 的字母和张量对不上：在每组字母下面写出对应张量的形状。'),
    ('RuntimeError', "can't be cast to the desired output type|result type", '浮点数的结果被写进了整数张量。创建接收结果的张量时，请用浮点数的数据类型。'),
    ('RuntimeError', 'Boolean value of Tensor', '`if` 或 `and` 收到了有多个值的张量。要判断参数有没有传入，用 `is not None`；要判断值，用 `torch.where`、`.any()` 或 `.all()`。'),
    ('RuntimeError', '[Ii]nference tensors', '在 `inference_mode` 下创建的张量被用来训练了。那里请用 `no_grad`。'),
    ('RuntimeError', 'stack expects each tensor|Sizes of tensors must match', '要拼接的张量形状不同。把它们打印出来看看。'),
    ('RuntimeError', 'modified by an inplace operation', 'autograd 还需要的张量被原地修改了。请写 `x = x + …`，不要写 `x += …`。'),
    ('RuntimeError', 'element 0 of tensors|does not require grad', '`backward()` 找不到可以求导的东西：是不是有张量被分离了（detach）、处在 `no_grad` 之下，或者过早变成了普通的数？（评估时根本不需要 `backward`。）'),
    ('RuntimeError', 'expected scalar type Long|Expected floating|[Tt]arget', '标签应当是形状为 (N,) 的整数（int64），得分应当是形状为 (N, 类别数) 的浮点数。打印两者的数据类型和形状。'),
    ('RuntimeError', 'expected input.*? to have (?P<a>\\d+) channels, but got (?P<b>\\d+) channels', '一个卷积层的输入应有 {a} 个通道，却收到了 {b} 个。每一层的输入通道数就是前一层的输出通道数。'),
    ('RuntimeError', 'size of tensor a \\((?P<a>\\d+)\\) must match the size of tensor b \\((?P<b>\\d+)\\)', '大小为 {a} 和 {b} 的两个张量沿同一维做了运算。打印两者的形状；用 `keepdim=True` 或 `reshape` 能解决吗？'),
    ('RuntimeError', "shape '(?P<a>.+)' is invalid for input of size (?P<b>\\d+)", '{b} 个值不能排成 {a} 的形状。打印 `view` 或 `reshape` 之前的形状；第一维要留给批次。'),
    ('RuntimeError', 'view size is not compatible', '`view` 要求内存连续；请改用 `reshape`。'),
    ('RuntimeError', 'backward through the graph a second time', '前一次前向传播的计算图还在使用：每一批或每一步都要重新做前向传播，重新计算损失或得分，并且累加 `loss.item()`，而不是 `loss`。'),
    ('RuntimeError', 'leaf Variable that requires grad|leaf variable that requires grad', '需要梯度的张量（参数或输入）在 autograd 记录期间被原地修改了。请新建一个，写 `y = x * 2` 而不是 `x *= 2`；只有优化器才修改参数，而且是在 `torch.no_grad()` 之下。'),
    ('RuntimeError', "can't be called on|Can't call numpy\\(\\)", '先调用 `.detach()`，再调用 `.numpy()`。'),
    ('RuntimeError', '[Ee]xpected scalar type|must have the same dtype|expected m1 and m2', '两种数据类型混在了一起：比如 float32 和 float64，或者带小数的数和整数（例如索引）。请沿用输入的数据类型：`torch.zeros(..., dtype=x.dtype)`。'),
    ('RuntimeError|ValueError', 'expected a non-empty list', '要拼接的列表是空的：什么也没有放进去。循环真的运行了吗？样本不够凑成一批时也运行了吗？'),
    ('RuntimeError', 'same device|device type|is not on the expected device', '张量在不同的设备上。用 `.to(device)` 把每一批都移过去。'),
    ('RuntimeError', '[Nn]o NVIDIA driver|CUDA|cuda', '评分的环境里没有 GPU。请用传给函数的 `device`，绝不要用 `.cuda()`。'),
    ('AssertionError', 'not compiled with CUDA|CUDA', '评分的环境里没有 GPU。请用传给函数的 `device`。'),
    ('IndexError', 'invalid index of a 0-dim tensor', '只含一个数的张量没有位置可以索引：用 `loss.item()` 取出这个数（`loss.data[0]` 是旧版 PyTorch 的写法）。'),
    ('RuntimeError|ValueError', 'a Tensor with (?P<n>\\d+) elements cannot be converted to Scalar', '`.item()` 从张量中取出一个数，而这个张量有 {n} 个。请先求和（`.sum()`）或求均值（`.float().mean()`）。'),
    ('ValueError', 'sampler option is mutually exclusive with shuffle', '采样器自己决定顺序：传入了采样器就不要写 `shuffle`，否则就不要采样器。'),
    ('IndexError', 'Dimension out of range', '张量没有你写的那个 `dim`，它的维数更少。打印它的形状。'),
    ('IndexError', 'too many indices', '你索引的维数比张量的维数还多。打印它的形状；也许有一个轴已经被求和消去了。'),
    ('IndexError', 'shape mismatch|could not be broadcast', '几个索引张量的长度对不上：要让第 i 行和第 i 个标签配对。'),
    ('IndexError', '[Tt]arget \\d+ is out of bounds', '有的标签没有对应的得分：网络给出的得分比类别少。最后一层有十个输出，类别在 `dim=1` 上。'),
    ('IndexError', 'out of (bounds|range)', '有一个索引越界了。打印被索引的张量的形状（它填充过吗？），和循环的上下限对照，并确认每个索引用在了正确的轴上。'),
    ('ValueError', 'not enough values to unpack|too many values to unpack', '左边名字的个数和值的个数不同。'),
    ('ValueError', 'only one element tensors|can only convert', '`.item()` 和 `float()` 需要只含一个值的张量。'),
    ('ValueError', 'batch_size .* to match target|input batch_size', '得分和标签的样本数不同：批次轴是不是在 `reshape` 或 `flatten` 时丢了？'),
    ('ValueError', 'more than 1 value per channel', '训练模式下的批归一化需要不止一个样本：评估时请切换到评估模式。'),
    ('ZeroDivisionError', '', '你用来做除数的计数可能是零。请先处理这种情况。'),
    ('RecursionError', '', '这个函数没完没了地调用自己。'),
    ('MemoryError', '', '代码要的内存超过了一份提交可以使用的上限。是不是在循环里越攒张量越多？'),
    ('KeyError', '(?P<name>.+)', '字典里没有键 {name}。'),
    ('StopIteration', '', '对一个已经取完的迭代器调用了 `next()`。'),
)

# Each item fills in what it has.
EXAMPLES = {}  # functions that try its code and raise Wrong
HINTS = {}  # three: a nudge, the idea, almost the answer
NEEDS = {}  # the names that it calls, where its own is not the one
PASSED_WORDS = {}  # what is said when its examples work, in place of the common words
MORE_WORDS = {}  # errors, patterns and what to try, beyond the common ones
_LARGE = {}  # how its larger inputs are made, for who wants to make a call again

PASSED, WRONG, UNTRIED, FORBIDDEN = "通过", "还不对", "还没做", "禁止"
CALLED, CAME_BACK, EXPECTED = "调用", "得到", "应为"
FAILED, PLACE, AGAIN, TRY, STUCK = "错误", "位置", "重现", "建议", "卡住了？"
MARKS = {PASSED: "✓", WRONG: "✗", UNTRIED: "○", FORBIDDEN: "✗"}
COLOURS = {PASSED: "46, 125, 50", WRONG: "198, 70, 30", UNTRIED: "110, 120, 130", FORBIDDEN: "198, 70, 30"}


class Wrong(Exception):
    """一个错误的答案：调用了什么、得到了什么、应该得到什么，以及可以试试的一件事。"""

    def __init__(self, call, got, expected, advice):
        super().__init__(advice)
        self.call, self.got, self.expected, self.advice = call, got, expected, advice


class Outcome:
    """一项检查的结果。"""

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
        stuck = _rich(f"卡住了？`hint(\"{self.item}\")`")
        stuck = f'<div style="opacity:.75">{stuck}</div>' if self.status in (WRONG, FORBIDDEN) else ""
        return _box(f"{title}{rows}{advice}{stuck}", COLOURS[self.status])


def _padded(text, columns):
    """Return a text with spaces behind it, so many columns wide; a Chinese character takes two."""
    wide = sum(unicodedata.east_asian_width(each) in "WF" for each in text)
    return text + " " * max(1, columns - len(text) - wide)


# ---------------------------------------------------------------------------------------------------- what students call

_OF_IMAGES = re.compile(r"(train|test)_(set|images|labels)")


def check(item):
    """用小例子试一道题，并说明得到了什么。答案错了也绝不会抛出异常。"""
    outcome = outcome_of(item, _namespace())
    _show(outcome.text(), outcome.html())


def hint(item, step=None):
    """给出一道题的下一条提示（共三条），或者编号为 `step` 的那一条。"""
    hints = HINTS.get(item)
    if hints is None:
        known = ", ".join(HINTS)
        return _show(
            f"这些题目有提示：{known}。",
            _box(f"这些题目有提示：{html.escape(known)}。", COLOURS[UNTRIED]),
        )
    if step is None:
        step = _given[item] = min(_given.get(item, 0) + 1, len(hints))
    step = max(1, min(int(step), len(hints)))
    more = (
        f"再运行一次 hint(\"{item}\")，会说得更多。"
        if step < len(hints)
        else "这是最后一条了。接下来请问一问别人；带上你试过的做法。"
    )
    title = f"{item}，提示 {step}/{len(hints)}"
    body = (
        f"<b>{title}</b><div>{_rich(hints[step - 1])}</div><div style='opacity:.75'>{html.escape(more)}</div>"
    )
    _show(f"{title}: {hints[step - 1]}\n  {more}", _box(body, COLOURS[UNTRIED]))


def progress():
    """显示哪些完成了、还剩什么，以及能拿到多少分。"""
    names = _namespace()
    _show(*_progress({name: outcomes_of(name, names) for name in _notebooks_in(names)}))


def ready(*wanted):
    """说明所列的东西是不是都有了：函数写好了，图像加载了；缺什么就打印一行说明。"""
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
        return f"没有 `{name}`：没有找到图像。靠近开头的数据单元格说明了该怎么做；然后再运行这个单元格。"
    if thing is None:
        return f"`{name}` 还没有定义。请从第一行起运行上方定义它的单元格；然后再运行这个单元格。"
    if _still_raises(thing):
        return f"`{name}` 还没有写。请在上方它的单元格里写好；然后再运行这个单元格。"
    return ""


def outcome_of(item, names):
    """返回一道题的检查结果，它的代码在字典 `names` 里。"""
    if item not in EXAMPLES:
        return Outcome(
            str(item), UNTRIED, f"没有叫这个名字的题目。现有的题目：{', '.join(EXAMPLES)}。"
        )
    needed = NEEDS.get(item, (item,))
    missing = [name for name in needed if not callable(names.get(name))]
    if missing:
        named = " 和 ".join(missing)
        title = (
            f"{named} 还没有定义；请先从第一行起运行定义 {named} 的单元格。"
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
            "还不对",
            parts,
            _begin_with(item, names) or _ends_early(needed, names) or wrong.advice,
        )
    except Exception as error:
        outcome = _raised(item, needed, names, error)
        if outcome.parts:
            outcome.advice = _begin_with(item, names) or outcome.advice
        return outcome
    if library.seen:
        calls = " 和 ".join(f"`{call}`" for call in list(library.seen)[:2])
        title = f"数值对了，但用了禁止的调用：{calls}。这样不得分。"
        advice = f"`{item}` 要从零实现：用任务允许的运算来构建它。"
        return Outcome(item, FORBIDDEN, title, advice=advice)
    words = PASSED_WORDS.get(
        item, "小例子都通过了。还有隐藏测试：它们用别的数、别的大小，以及边界情况。"
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
                return f"`{item}` 调用了 `{other}`，而后者自己的检查还没有通过。请先从它入手。"
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
    """在白色背景上显示最后画的图，并为看不到图的读者附上一段文字。"""
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
    """一个会显示每一轮进度的数据加载器。"""

    def __init__(self, loader):
        self.loader, self.dataset, self.epoch = loader, loader.dataset, 0

    def __len__(self):
        return len(self.loader)

    def __iter__(self):
        self.epoch += 1
        return iter(tqdm(self.loader, desc=f"第 {self.epoch} 轮", leave=False))


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
        shape = f"形状为 {tuple(value.shape)} 的张量，{str(value.dtype).replace('torch.', '')}"
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
                f"  {MARKS[outcome.status]} {outcome.item:<22}{_padded(outcome.status, 15)}{points:>3g} 分"
            )
            rows.append(
                f"<div><span style='display:inline-block;width:1.5em;color:rgb({COLOURS[outcome.status]})'>{MARKS[outcome.status]}</span><code style='display:inline-block;width:14em;background:transparent;color:inherit'>{html.escape(outcome.item)}</code><span style='display:inline-block;width:9em'>{outcome.status}</span>{points:g} "
                "分</div>"
            )
    whole = sum(sum(items.values()) for items in NOTEBOOKS.values())
    if total < whole:
        last = f"这里有望拿到 {done:g} 分，满分 {total:g} 分（整个实验共 {whole:g} 分）。有望，还不是到手：要看隐藏测试。"
    else:
        last = f"有望拿到 {done:g} 分，满分 {total:g} 分。有望，还不是到手：要看隐藏测试。"
    lines.append(last)
    rows.append(f"<div style='margin-top:.5em'>{html.escape(last)}</div>")
    text, page = "\n".join(lines), _box("".join(rows), COLOURS[PASSED if done == total else UNTRIED])
    if BY_HAND:
        named = ", ".join(f"{item}（{points:g} 分）" for item, points in BY_HAND.items())
        said = (
            f"由人来阅读和评分的有：{named}。它们另外计分，写得好不好，检查判断不了。"
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
    """返回用来学习的图像和用来测试的图像；如果没有图像，就说明该怎么做，并返回两个 None。

    参数：
        which: 写 "mnist" 时，读取 MNIST 的四个文件（原文件或 .gz），位置是环境变量 MNIST_ROOT
            指定的文件夹，否则是当前或上级文件夹里的 `data`。文件也可以放在其中的子文件夹
            MNIST/raw 里。如果没有这些文件但装了 torchvision，就由它下载（12 MB）。写 "digits"
            时，用 scikit-learn 的 1,797 张小数字图像。

    返回：
        (training, test)：两个数据集，每个由 (图像, 标签) 对组成。`training.tensors` 把所有图像
            放在一个张量 (N, 1, 28, 28) 里，
        取值从 0（白纸）到 1（墨迹），所有标签放在另一个张量 (N,) 里。
    """
    if which == "digits":
        return _small_digits()
    if which != "mnist":
        raise ValueError(f"有 \"mnist\" 和 \"digits\"，但没有 {which!r}。")
    named = os.environ.get("MNIST_ROOT")
    roots = [Path(named).expanduser()] if named else [Path("../" * up + "data") for up in range(4)]
    try:
        files = _found(roots)
        why = "" if files else _downloaded(roots[0])
        files = files or _found(roots[:1])
        if files:
            images, labels, test_images, test_labels = (_read(path) for path in files)
            return _pairs(images, labels), _pairs(test_images, test_labels)
        why = why or "这里没有图像。"
    except (_Torn, OSError) as error:
        why = f"无法读取图像：{error}。"
    wanted = ", ".join(f"`{name}`" for name in _FILES)
    _say(
        f"{why}请把 MNIST 的四个文件（{wanted}；原文件或 .gz 都行）放进 "
        f"`{roots[0].resolve()}`，或者把环境变量 `MNIST_ROOT` 设为它们所在的文件夹；然后再运行这"
        "个单元格。",
        "也可以在这个单元格里写 `load_images(\"digits\")`：这是 scikit-learn 自带的小数字图像。检查和提示都不需要图像。",
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
        return "这里没有图像，而没有安装 torchvision 就没法下载。"
    before = socket.getdefaulttimeout()
    socket.setdefaulttimeout(_PATIENCE)
    try:
        with contextlib.redirect_stdout(io.StringIO()):  # it says more than helps
            datasets.MNIST(root=str(root), train=True, download=True)
    except Exception:  # whatever it is, the student's way on is the same
        return "这里没有图像，下载也没有成功。"
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
            raise _Torn(f"{path} 已损坏") from None
    dimensions = 3 if "images" in path.name else 1
    start = 4 + 4 * dimensions
    if len(content) <= start or content[:4] != bytes([0, 0, 8, dimensions]):
        raise _Torn(f"{path} 不是 MNIST 中的同名文件")
    shape = struct.unpack(f">{dimensions}I", content[4:start])
    if len(content) - start != math.prod(shape):
        raise _Torn(f"{path} 已损坏")
    return torch.frombuffer(bytearray(content), dtype=torch.uint8, offset=start).reshape(shape)


def _pairs(images, labels):
    if len(images) != len(labels):
        raise _Torn(
            f"有 {len(images):,} 张图像和 {len(labels):,} 个标签，两者对不上"
        )
    return TensorDataset(images.float().div_(255).unsqueeze(1), labels.long())


def _small_digits():
    """Return scikit-learn's 8×8 digits, made 28×28; every fifth is for the test."""
    try:
        from sklearn.datasets import load_digits
    except ImportError:
        _say("digits 数据集随 scikit-learn 一起提供，而这里没有安装它：`pip install scikit-learn`。")
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
            return Outcome(item, WRONG, f"它调用了还没有写的 {stub}。请先从那里入手。")
        return Outcome(
            item,
            UNTRIED,
            f"还没有做，没关系。请在标出的地方写代码，或者先看看 `hint(\"{item}\")`。",
        )
    parts = [(FAILED, f"{type(error).__name__}: {str(error).strip()[:400]}")]
    line = ""
    if frames:
        line = linecache.getline(frames[-1].filename, frames[-1].lineno or 0).strip() or frames[-1].line or ""
        parts.append((PLACE, f"单元格第 {frames[-1].lineno} 行：{line}" if line else frames[-1].name))
    parts += [(AGAIN, again)] if (again := getattr(error, "call_again", "")) else []
    advice = "先读错误信息的最后几个词；再把出错那一行里各个张量的形状打印出来。"
    for kinds, pattern, better, *of_line in (*MORE_WORDS.get(item, ()), *EXPLANATIONS):
        found = re.search(pattern, str(error)) if type(error).__name__ in kinds.split("|") else None
        there = re.search(*of_line, line) if of_line and found else found
        if there:
            words = {**found.groupdict(), **there.groupdict()}
            advice = better.format(**{key: value or "" for key, value in words.items()})
            break
    return Outcome(item, WRONG, "运行时出错，停下来了", parts, _ends_early(needed, names) or advice)


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
                return f"循环 `{shown}` 里的 `return` 在第一轮就结束了循环。请把它移到循环外面，和 `for` 对齐。"
    return ""


class Words(str):
    """用来代替值的一段描述。"""


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
    advice="把这个小例子手算一遍，再对照一下。",
    nan=None,
    names=(),
):
    """Raise Wrong if `got` is not `expected`. `slips` are stored wrong answers, each with the next step.

    Of several results, `names` says what each is called, and `advice` what to do about each; a slip has None where it says nothing.
    """
    if got is None:
        raise Wrong(
            call, Words("None"), expected, "什么也没有返回。有 `return` 吗？会执行到它吗？"
        )
    if isinstance(expected, tuple):
        if not isinstance(got, (tuple, list)) or len(got) != len(expected):
            raise Wrong(
                call,
                got,
                expected,
                f"请返回 {len(expected)} 样东西，用逗号隔开，顺序与文档字符串一致。",
            )
        for wrong, better in slips:
            if None not in wrong and all(_is_slip(g, w) for g, w in zip(got, wrong)):
                raise Wrong(call, tuple(got), expected, better)
        for i, (g, e, name, words) in enumerate(zip(got, expected, names, advice)):
            alone = [(wrong[i], better) for wrong, better in slips if wrong[i] is not None and None in wrong]
            _compare(f"{call}；其中的 {name}", g, e, alone, words, nan)  # the one that is wrong is shown
        return
    if isinstance(expected, torch.Tensor):
        if type(got).__module__ == "numpy" and expected.dim() > 1 and not expected.dtype.is_floating_point:
            _notes.append(
                "提个建议：这里应该返回张量，得到的却是 NumPy 数组；`torch.from_numpy` 可以把它变成张量。"
            )
            got = torch.as_tensor(got)
        if not expected.dim() and not isinstance(got, torch.Tensor) and _number(got) is not None:
            got = torch.tensor(_number(got), dtype=expected.dtype)  # any number will do
        if type(got).__module__ == "torch.return_types":
            raise Wrong(
                call,
                got,
                expected,
                f"那是一对结果：值和位置。`{type(got).__name__}` 加一个数，会把这个数当成轴。请取其中的 `.values`；要把每个元素和一个数比较，用 `clamp`。"
                if expected.dtype.is_floating_point
                else "那是一对结果：值和位置。这里要的是位置：`.indices`。",
            )
        if not isinstance(got, torch.Tensor):
            raise Wrong(call, got, expected, f"应该返回张量，得到的却是 {type(got).__name__}。")
        for wrong, better in slips:
            if _is_slip(got, wrong):
                raise Wrong(call, got, expected, better)
        if got.shape != expected.shape:
            raise Wrong(
                call,
                got,
                expected,
                f"形状应为 {tuple(expected.shape)}。请和文档字符串逐维对照。",
            )
        if expected.dtype.is_floating_point and not got.isfinite().all() and expected.isfinite().all():
            raise Wrong(
                call,
                got,
                expected,
                nan
                or "结果里有无穷大或 NaN。哪一步可能溢出，或者除以了 0？",
            )
        if expected.dtype.is_floating_point and not got.dtype.is_floating_point:
            raise Wrong(
                call,
                got,
                expected,
                "应该返回浮点数。是不是做了舍入，或者用了整数类型？",
            )
        if not expected.dtype.is_floating_point and (got.dtype.is_floating_point or got.dtype == torch.bool):
            whole = got.dtype == torch.bool or bool((got == got.round()).all())
            to_do = "这里应该返回整数：用 .long()。"
            asked = "这里应该返回整数：是什么做了除法、求了均值，或者出现了 0/0？"
            raise Wrong(call, got, expected, to_do if whole else asked)
        if not _same(got, expected):
            raise Wrong(call, got, expected, advice)
        if _is_rounded(got, expected):
            raise Wrong(
                call,
                got,
                expected,
                "这些数被舍入了。请原样返回；舍入只是打印时的事。",
            )
        if expected.dtype == torch.float64 and got.dtype != torch.float64:
            raise Wrong(
                call,
                got,
                expected,
                "输入是 float64，结果也应该是。新建张量时，请用 x.new_zeros(…)，不要用 torch.zeros(…)。",
            )
        return
    number = _number(got)
    if number is None:
        raise Wrong(call, got, expected, "这里要的是一个普通的数。")
    if isinstance(got, torch.Tensor) and not got.requires_grad:
        _notes.append(
            "提个建议：这里要的是数，得到的却是张量；`.item()` 可以把它变成数。"
        )
    if isinstance(got, torch.Tensor) and got.requires_grad:
        raise Wrong(
            call,
            got,
            expected,
            "返回的张量还带着计算图，也就占着内存。`loss.item()` 可以把它变成普通的数。",
        )
    for wrong, better in slips:
        if abs(number - wrong) <= 1e-4 * max(1, abs(wrong)):
            raise Wrong(call, number, expected, better)
    if not abs(number - expected) <= 1e-3 * max(0.1, abs(expected)):
        raise Wrong(call, number, expected, advice)
    if _is_rounded(_t(number, torch.float64), _t(expected, torch.float64)):
        raise Wrong(
            call, number, expected, "这个数被舍入了。请原样返回；舍入只是打印时的事。"
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
                    Words(f"参数 {name} 被改成了 {_brief(after)}"),
                    Words("参数保持原样"),
                    "输入必须保持不变：请在新的张量上操作（`x.clone()`，或者名字末尾不带 _ 的运算）。",
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
        "这个名字属于嵌在另一层里面的层。`dict(model.named_modules())` 有所有的层，用的是带点的名字；`named_children()` 只有最外面的。",
    ),
    (
        "AttributeError",
        r"no attribute '\w+\.\w",
        "`getattr` 不认识名字里的点。用 `dict(model.named_modules())[name]` 就能找到这一层。",
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
        raise Wrong(call, Words(f"网络里还留着 {hooks} 个 hook{'s' * (hooks > 1)}"), Words("没有"), "留下的钩子在之后每次前向传播时都会运行。请保存 `register_forward_hook` 给出的句柄，并在 `finally:` 里调用 `handle.remove()`。")
    if any(module.training != before for module in model.modules()):
        raise Wrong(call, Words("网络或其中某一层被留在了另一种模式"), Words("它原先的模式"), "开始时记住 `model.training`，最后把它交给 `model.train(…)`。")
    if any(parameter.grad is not None for parameter in model.parameters()):
        raise Wrong(call, Words("网络的参数里有梯度"), Words("没有，和之前一样"), "查看不是训练：不要让梯度留在权重里。`torch.autograd.grad(score, image)` 只给出图像的梯度。")
    if not all(parameter.requires_grad for parameter in model.parameters()):
        raise Wrong(call, Words("参数不再学习了"), Words("参数保持原样"), "不要动参数的 `requires_grad`，或者最后把它恢复。")
    if not torch.is_grad_enabled():
        torch.set_grad_enabled(True)
        raise Wrong(call, Words("之后梯度被关闭了"), Words("仍然打开，和之前一样"), "`with torch.no_grad():` 会自己把它们重新打开；torch.set_grad_enabled(False) 不会。")


def _require_evaluation(call, model):
    """Raise Wrong where a pass was made in training mode."""
    if any(model.modes):  # there are none where a copy of the network is asked
        raise Wrong(call, Words("训练模式下的前向传播"), Words("评估模式"), "先调用 `model.eval()`：否则随机失活会让每次的结果都不一样。")


def _require_key_error(call, function, names, advice):
    """Raise Wrong where no KeyError comes, or where it does not name what there is."""
    wanted = Words("一个 KeyError" + (f"，其中列出 {' and '.join(names)}" if names else ""))
    try:
        got = function()
    except KeyError as error:
        lacking = [name for name in names if name not in str(error)]
        if lacking:
            raise Wrong(call, Words(f"KeyError: {error}"), wanted, f"请在错误信息里说明有哪些可选：里面缺少 {lacking[0]}。") from None
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
        (model.first.weight.detach(), "那是另一层的权重。名字是带点的：`block` 里面的模块 `conv`。"),
        (_t([9, 9, 9]), "那是偏置。滤波器是这一层的 `weight`。"),
        (torch.Size([3, 1, 1, 2]), "每个滤波器少了一个通道。请返回整个权重，(C_out, C_in, kH, kW)。"),
        (_filters_weight.transpose(0, 1), "前两个轴对调了。权重原本就是 (C_out, C_in, kH, kW)。"),
        ((_filters_weight - _filters_weight.min()) / 12, "滤波器被缩放了。请原样返回这些数；缩放只是画图时的事。"),
    ]
    if isinstance(got, nn.Module):
        raise Wrong(call, Words(f"这一层本身，类型是 {type(got).__name__}"), _filters_weight, "那是层本身。它的滤波器在 `.weight` 里。")
    _compare(call, got, _filters_weight, slips, "请返回叫这个名字的层的 `weight`。")
    if got.grad_fn is not None:
        raise Wrong(call, Words("带着计算图的张量"), Words("普通的数"), "`.detach()` 把这些数从计算图中取出来。")
    with torch.no_grad():
        got.zero_()
    if not torch.equal(model.block.conv.weight, _filters_weight):
        raise Wrong(call + "，然后把结果设为 0", Words("网络的权重跟着变了"), Words("网络保持原样"), "`.detach()` 和 `.data` 与网络共用同一份数值。`.clone()` 会得到自己的一份。")
    if not model.block.conv.weight.requires_grad:
        raise Wrong(call, Words("这一层不再学习了"), Words("这一层保持原样"), "不要改动这一层：`weight.detach().clone()` 不会影响它。")


def _unknown_filters(get_filters):
    model, known = _two_convolutions(), ("first", "block.conv")
    for name, what in (("conv", "不属于任何模块"), ("last", "属于一个线性层"), ("block", "属于一个里面有卷积、本身却不是卷积的模块")):
        advice = f"这个名字{what}。请从 `model.named_modules()` 中收集卷积（`nn.Conv2d`）的名字，并抛出列出这些名字的 KeyError。"
        _require_key_error(f'get_filters(model, "{name}")', lambda name=name: get_filters(model, name), known, advice)


EXAMPLES["get_filters"] = [_filters, _unknown_filters]
MORE_WORDS["get_filters"] = _DOTTED

HINTS["get_filters"] = (
    "`model.named_modules()` 会对网络中的每个模块给出一对结果（带点的名字，模块）。其中哪些模块是卷积？",
    "用所有 `nn.Conv2d` 模块建一个字典 {名字: 模块}。不在里面的名字就是 KeyError，错误信息里要列出的就是它的键。",
    "对这一层用 `.weight.detach().clone()`：detach 脱离计算图，clone 得到副本。在此之前，如果名字不在字典里，就 `raise KeyError(…)`，信息里写上 `', '.join(convolutions)`。",
)


# ---------------------------------------------------------------------------- 01_filters_and_activations: normalise_maps

_two_maps = _t([[[1, 3, 5], [2, 4, 1]], [[7, 7, 7], [7, 7, 7]]])  # (2, 2, 3), the second of them constant
_NO_RANGE = "常数图没有取值范围：最大值 − 最小值是 0，而 0 / 0 是 NaN。那里的结果应为 0：例如，改为除以 1。"

EXAMPLES["normalise_maps"] = [
    _value(
        "normalise_maps(maps)，有两张图：[[1, 3, 5], [2, 4, 1]]，以及处处为 7 的一张",
        (_two_maps,),
        _t([[[0, 0.5, 1], [0.25, 0.75, 0]], [[0, 0, 0], [0, 0, 0]]]),
        [
            (_two_maps, "什么都没有变。请减去每张图的最小值，再除以它的范围。"),
            ((_two_maps - 1) / 6, "这是所有图合在一起的一个范围。每张图有自己的范围：在最后两个轴上用 `amin` 和 `amax`，并写上 keepdim=True。"),
            (_two_maps / _t([[[5.0]], [[7.0]]]), "这里只除以了最大值。先减去最小值，再除以范围。"),
            (_t([[[0, 0.5, 1], [0.3333333, 1, 0]], [[0, 0, 0], [0, 0, 0]]]), "这是每一行各一个范围。一张图是 (H, W)：两个轴都要取，`dim=(-2, -1)`。"),
            (_t([[[0, 2, 4], [1, 3, 0]], [[0, 0, 0], [0, 0, 0]]]), "最小值减去了，还没有除以范围。"),
            (_t([[[0, 0.4, 0.8], [0.2, 0.6, 0]], [[0, 0, 0], [0, 0, 0]]]), "这里除以的是最大值。请除以范围，即最大值 − 最小值。"),
            (_t([[[0, 0.5, 1], [0.25, 0.75, 0]], [[1, 1, 1], [1, 1, 1]]]), "常数图处处为 0，而不是 1。"),
            (_t([[[0, 0.5, 1], [0.25, 0.75, 0]], [[7, 7, 7], [7, 7, 7]]]), "常数图要变成处处为 0；你的还是原来的样子。"),
            (_t([[[1, 0.5, 0], [0.75, 0.25, 1]], [[0, 0, 0], [0, 0, 0]]]), "图上的大小颠倒了。要从每个值中减去最小值，而不是用最大值减去每个值。"),
            (_t([[[-1, 0, 1], [-0.5, 0.5, -1]], [[0, 0, 0], [0, 0, 0]]]), "这些图的取值从 −1 到 1。应该从 0 到 1。"),
            (_t([[[0, 0, 1], [1, 1, 0]], [[0, 0, 0], [0, 0, 0]]]), "这是每一列各一个范围。一张图是 (H, W)：两个轴都要取，`dim=(-2, -1)`。"),
            (_t([[[0, 0.5, 1], [0.25, 0.75, 0]], [[0.5, 0.5, 0.5], [0.5, 0.5, 0.5]]]), "常数图处处为 0，而不是二分之一。"),
        ],
        advice="第一张图的最小值是 1，范围是 4：(3 − 1) / 4 = 0.5。",
        nan=_NO_RANGE,
    ),
    _value(
        "normalise_maps(maps)，maps 为 (1, 2, 1, 3)，[-2, -1, 2] 和 [10, 10.5, 12]，float64",
        (_t([[[[-2, -1, 2]], [[10, 10.5, 12]]]]).double(),),
        _t([[[[0, 0.25, 1]], [[0, 0.25, 1]]]]).double(),
        [
            (_t([[[[0, 1 / 14, 4 / 14]], [[12 / 14, 12.5 / 14, 1]]]]), "这里的轴是 (N, C, H, W)，N · C 张图各有自己的范围：取最后两个轴，不管前面有什么。"),
            (_t([[[[0, 0, 0]], [[1, 1, 1]]]]), "这里的范围是跨各张图取的，而不是在每张图之内。请取最后两个轴。"),
        ],
        advice="请在最后两个轴上计算，不管前面有多少个轴。",
        nan=_NO_RANGE,
    ),
    _value("normalise_maps(maps)，单独一张图 (2, 2)，[[0, 4], [1, 3]]", (_t([[0, 4], [1, 3]]),), _t([[0, 1], [0.25, 0.75]]), advice="单独一张图 (H, W) 也是允许的。"),
]
MORE_WORDS["normalise_maps"] = (
    (
        "TypeError",
        "invalid combination|must be int",
        "`min` 和 `max` 只取一个轴。要同时取两个，有 `maps.amin(dim=(-2, -1), keepdim=True)` 和 `amax`。",
    ),
)

HINTS["normalise_maps"] = (
    "一张图的最小值是 1，最大值是 5；如果要让 1 变成 0、5 变成 1，这张图会变成什么样？",
    "`maps.amin(dim=(-2, -1), keepdim=True)` 是每张图的最小值，有了 keepdim 就能直接相减。`amax` 也一样。两者相等时，要除以什么呢？",
    "范围是最大值减去最小值，(…, 1, 1)。做除法之前，用 `torch.where(range == 0, 1, range)` 在范围为 0 的地方放上 1：常数图就成了 0 / 1。",
)


# --------------------------------------------------------------------------------- 01_filters_and_activations: make_grid

_grid_maps = _t([[[0.1, 0.2]], [[0.3, 0.4]], [[0.5, 0.6]]])  # (3, 1, 2)
_grid_of_three = _t([[1] * 7, [1, 0.1, 0.2, 1, 0.3, 0.4, 1], [1] * 7, [1, 0.5, 0.6, 1, 1, 1, 1], [1] * 7])

EXAMPLES["make_grid"] = [
    _value(
        "make_grid(maps, 2)，maps 为 [[0.1, 0.2]]、[[0.3, 0.4]] 和 [[0.5, 0.6]]",
        (_grid_maps, 2),
        _grid_of_three,
        [
            (_grid_of_three * (_grid_of_three < 1), "背景成了 0。这里背景是 1：从全是一的张量开始。"),
            (_t([[1] * 7, [1, 0.1, 0.2, 1, 0.5, 0.6, 1], [1] * 7, [1, 0.3, 0.4, 1, 1, 1, 1], [1] * 7]), "图是沿着列往下排的。请一行一行地填：第 i 张图在第 i // columns 行、第 i % columns 列。"),
            (_t([[1] * 7, [1, 0.1, 0.2, 1, 0.3, 0.4, 1], [1] * 7, [1, 0.5, 0.6, 1, 0, 0, 1], [1] * 7]), "最后一行没有排满，空着的地方成了 0。它应该仍是背景，1。"),
            (torch.Size([3, 7]), "少了最后一张图：没排满的行也要算。一共有 ceil(K / columns) 行。"),
            (torch.Size([2, 4]), "没有间隔。不传参数时，pad 是 1：每张图的四周有一个像素。"),
            (torch.Size([4, 6]), "网格有一边少了间隔：从上到下是 rows · (H + pad) + pad 个像素，横向也一样。"),
            (torch.Size([3, 5]), "图之间有间隔，或者边缘有间隔，但没有两处都有。每张图的四周都要有。"),
            (torch.Size([6, 8]), "两张相邻的图之间是一份间隔，不是两份：rows · (H + pad) + pad。"),
            (torch.Size([3, 10]), "所有图都排在一行里。`columns` 说明并排放多少张。"),
            (torch.Size([7, 4]), "所有图都排在一列里。`columns` 说明并排放多少张。"),
            (torch.Size([7, 5]), "行和列对调了：结果是 (rows · (H + pad) + pad, columns · (W + pad) + pad)。"),
        ],
        advice="从全是一的张量开始，(rows · (H + pad) + pad, columns · (W + pad) + pad)。第 i 张图从上往下数，始于像素 pad + row · (H + pad)；从左往右数也一样。",
    ),
    _value(
        "make_grid(maps, 3, pad=0)，maps 为 [[0.1, 0.2], [0.3, 0.4]]、[[0.5, 0.6], [0.7, 0.8]] 和 [[0.9, 1.0], [1.1, 1.2]]",
        (_t([[[0.1, 0.2], [0.3, 0.4]], [[0.5, 0.6], [0.7, 0.8]], [[0.9, 1.0], [1.1, 1.2]]]).double(), 3, {"pad": 0}),
        _t([[0.1, 0.2, 0.5, 0.6, 0.9, 1.0], [0.3, 0.4, 0.7, 0.8, 1.1, 1.2]]).double(),
        [
            (torch.Size([4, 6]), "多了一个空行。最后一行排满时，K // columns + 1 就多了一行：K / columns 要向上取整。"),
            (torch.Size([4, 10]), "要求的是 pad=0，却有间隔。请使用这个参数。"),
            (_t([[0.1, 0.3, 0.5, 0.7, 0.9, 1.1], [0.2, 0.4, 0.6, 0.8, 1.0, 1.2]]), "每张图都沿对角线翻转了。请原样放置。"),
            (_t([[0.1, 0.2, 0.5, 0.6, 0.9, 1.0], [0.3, 0.4, 0.7, 0.8, 1, 1]]), "大于 1 的值被截掉了。请原样放置这些图。"),
        ],
        advice="pad=0 时图与图紧挨着，这里一行有三张。",
    ),
    _value(
        "make_grid(maps, 2, 2)，只有一张图，[[0.0]]",
        (_t([[[0.0]]]), 2, 2),
        _t([[1] * 8, [1] * 8, [1, 1, 0, 1, 1, 1, 1, 1], [1] * 8, [1] * 8]),
        [(torch.Size([5, 5]), "即使图比较少，网格也要和 `columns` 说的一样宽：columns · (W + pad) + pad。")],
        advice="pad=2 时，每张图的四周有两个像素，第一张图始于 [2, 2]。",
    ),
]

HINTS["make_grid"] = (
    "在方格纸上画三张图，排成两列，每张图四周留一格宽的边框。你的画高几格，宽几格？每张图从哪里开始？",
    "行数是 ceil(K / columns)，也就是 `-(-K // columns)` 或 `math.ceil(K / columns)`。先用 `maps.new_ones(…)` 建一个完整大小的张量，再把图一张一张地复制进去。",
    "第 i 张图在第 i // columns 行、第 i % columns 列。它的第一个像素距离顶部 pad + row · (H + pad)，距离左边也一样算：把图复制到从那里开始、大小为 H 乘 W 个像素的切片里。",
)


# --------------------------------------------------------------------------- 01_filters_and_activations: receptive_field


def _field(layers, expected, slips=(), words=None):
    call = f"receptive_field({layers})"
    names, advice = ("size", "stride"), words or ("每一层增加 (kernel − 1) 乘以*前面*所有层的步幅。", "所有层的步幅要相乘。")

    def example(function):
        given = list(layers)
        got = function(given)
        if given != layers:
            raise Wrong(call, Words("列表被改动了"), Words("列表保持原样"), "输入必须保持不变：遍历列表时，不要用 `pop` 或 `reverse`。")
        _compare(call, got, expected, slips, advice, names=names)

    return example


EXAMPLES["receptive_field"] = [
    _field(
        [(5, 1), (2, 2), (5, 1), (2, 2)],
        (16, 4),
        [
            ((4, 16), "顺序是 (size, stride)。"),
            ((56, 100), "一层是一对 (kernel_size, stride)，按这个顺序。"),
            ((14, 2), "那是最后一层之前的结果。所有层都要算。"),
            ((28, 7), "步幅被加起来了。应该相乘：一步是 2，其中的每一步又是 2，就是 4 个像素。"),
            ((256, None), "那是面积。在*一行*里看到多少个像素？"),
            ((11, None), "漏了步幅。在步幅为 2 的池化之后，卷积核每走一步就是两个输入像素：请加上 (kernel − 1) · 到此为止的步幅。"),
            ((14, None), "卷积核的大小被直接加起来了。大小为 5 的卷积核增加 4 步，而每一步的长度是前面各层步幅的乘积。"),
            ((19, None), "这一层自己的步幅算在了卷积核之前。一层的一步有多长，由它*前面*各层的步幅决定：先增大 size，再更新 stride。"),
            ((13, None), "你乘以了这一层自己的步幅。要用的是它前面各层步幅的乘积。"),
            ((22, None), "size 从 1 开始，每一层增加 kernel − 1 步，而不是 kernel 步：第一个值已经在那里了。"),
            ((28, None), "遍历各层的方向反了。从输入开始：size 增加 (kernel − 1) · stride，然后更新 stride，乘以本层的步幅。"),
            ((15, None), "你的 size 从 0 开始。在任何层之前，一个值看到自己：size 为 1。"),
            ((100, None), "卷积核的大小被相乘了。每一层要*加上* (kernel − 1) · 到此为止的步幅。"),
            ((None, 6), "步幅被加起来了。应该相乘：一步是 2，其中的每一步又是 2，就是 4 个像素。"),
            ((None, 2), "漏了一个步幅。所有层的步幅都要相乘，最后一层的也要。"),
        ],
    ),
    _field([(3, 2)], (3, 2), [((2, 3), "顺序是 (size, stride)，而一层是一对 (kernel_size, stride)。")], ("只有一层时，看到的范围就和卷积核一样大。", "同一层中两个相邻的值，相距正是它的步幅。")),
    _field([(3, 2), (1, 1), (3, 3)], (7, 6), words=("第一层之后，size 是 3，stride 是 2；大小为 1 的卷积核什么也不增加；最后一层增加 2 · 2。", "2 · 1 · 3 等于 6。")),
]

HINTS["receptive_field"] = (
    "在任何层之前，一个值看到一个像素，就是它自己；相邻的值看的是往旁边一个像素的位置：size 为 1，stride 为 1。一个 3×3 的层会把这两个数变成什么？",
    "大小为 k 的卷积核，并排看前一层的 k 个值：比一个值多 k − 1 步。在步幅为 2 的池化之后，这样的一步有几个输入像素长？",
    "size, stride = 1, 1；然后对每一层，先 size += (kernel_size − 1) * stride，再 stride *= 这一层自己的 stride。",
)


# ----------------------------------------------------------------------- 01_filters_and_activations: capture_activations

_conv_of_two = _t([[[[1.5, -1.5], [2.5, 1.5]], [[-1, 3], [1, -1]]], [[[-0.5, 1.5], [1.5, -0.5]], [[1, -1], [-1, 1]]]])
_scores_of_two = _t([[9.5, 4, -5], [5, 1, -2.5]])


def _captured(capture_activations):
    names = ["body.conv", "last"]
    for before in (True, False):
        model, images = _Watched().train(before), _five()[:2]
        call = f'capture_activations(model, images, ["body.conv", "last"])，两张图像，模型处于 {"training" if before else "evaluation"} 模式'
        got = capture_activations(model, images, names)
        _require_evaluation(call, model)
        _require_as_found(call, model, before)
        if not torch.equal(images, _five()[:2]):
            raise Wrong(call, Words("图像被改动了"), Words("图像保持原样"), "输入必须保持不变。")
        if not isinstance(got, dict):
            raise Wrong(call, got, Words("字典 {名字: 输出}"), "在钩子里往字典里填，前向传播之后返回它。")
        if set(got) != set(names):
            raise Wrong(call, list(got), names, "字典里的名字就是要求的那些，不多也不少。在循环里，每个钩子都要有自己的名字：`lambda module, inputs, output, name=name: …`，或者用一个函数来生成钩子。")
        slips = [
            (_conv_of_two.clamp(min=0), "这些数已经经过了这一层后面的 ReLU，而它是*原地*操作的：它覆盖了你保存的那个张量。请保存副本，`output.detach().clone()`。"),
            (_scores_of_two, "那是另一层给出的：每个钩子都写到了循环中最后一个名字之下。每个钩子都要有自己的名字：用默认值 `name=name`，或者用一个函数来生成钩子。"),
            (_five()[:2], "那是*进入*这一层的东西。前向钩子用 (module, inputs, output) 来调用：请保存 output。"),
            (torch.Size([2, 2, 2]), "那只是一张图像，没有批次轴。请保存所有图像，(N, …)。"),
            (_conv_of_two[:1], "只有第一张图像。请保存整批，(N, …)。"),
        ]
        _compare(f"{call}；[\"body.conv\"]", got["body.conv"], _conv_of_two, slips, "在这一层给出结果的那一刻，就把结果保存下来。")
        _compare(f"{call}；[\"last\"]", got["last"], _scores_of_two, (), "最后一层的输出就是得分，前向传播要在评估模式下进行。")
        if any(value.grad_fn is not None for value in got.values()):
            raise Wrong(call, Words("带着计算图的输出"), Words("普通的数"), "把前向传播放进 `with torch.no_grad():`，或者保存 `output.detach()`。")


def _unknown_names(capture_activations):
    model = _Watched()
    call = 'capture_activations(model, images, ["body.conv", "conv"])'
    advice = "在这里，单独的 `conv` 不是名字；名字是 `body.conv`。先把所有名字都查一遍，`dict(model.named_modules())[name]`：这样在运行任何东西之前就会抛出 KeyError。"
    _require_key_error(call, lambda: capture_activations(model, _five(), ["body.conv", "conv"]), (), advice)
    if model.modes:
        raise Wrong(call, Words("抛出 KeyError 之前，网络已经做了一次前向传播"), Words("没有前向传播"), advice)
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
    model, call = _Failing(), "capture_activations(model, images, [\"first\"])，其中模型的 forward 会抛出错误"
    try:
        capture_activations(model, torch.ones(2, 3), ["first"])
    except RuntimeError as error:
        if "made to fail" not in str(error):
            raise
    else:
        raise Wrong(call, Words("没有错误"), Words("模型自己的错误"), "不要把错误吞掉：`try: … finally: …` 不写 `except`，就能取下钩子，又让错误继续抛出。")
    _require_as_found(call, model, True)


def _under_no_grad(capture_activations):
    model = _Watched()
    with torch.no_grad():
        capture_activations(model, _five(), ["last"])
        on = torch.is_grad_enabled()
    if on:
        raise Wrong("在 torch.no_grad() 之下调用 capture_activations(…)", Words("之后梯度被打开了"), Words("仍然关闭，和之前一样"), "`with torch.no_grad():` 会让一切恢复原样；torch.set_grad_enabled(True) 不会。")


EXAMPLES["capture_activations"] = [_captured, _unknown_names, _after_an_error, _under_no_grad]
MORE_WORDS["capture_activations"] = (
    *_DOTTED,
    (
        "TypeError",
        r"positional argument",
        "前向钩子用三样东西来调用：(module, inputs, output)。你的钩子三样都接收吗？另外，请调用 `model(images)`，传入整批。",
    ),
)

HINTS["capture_activations"] = (
    "`register_forward_hook` 把一个函数挂到模块上，每当这个模块算出结果，就会调用它。这个函数该怎样处理它拿到的东西？谁又来把它取下来？",
    "先在 `dict(model.named_modules())` 里查每个名字。然后为每个名字挂一个钩子，把 `output.detach().clone()` 写到这个名字之下；把句柄收进一个列表。接着做前向传播，用评估模式，不记录梯度；最后在 `finally:` 里移除所有句柄，并恢复模式。",
    "写一个函数 `keep(name)`，在里面定义一个钩子并返回它，每个钩子就有了自己的名字。最先记下 `model.training`。在 `try:` 里挂上钩子，调用 `model.eval()`，并在 `with torch.no_grad():` 里做前向传播；在 `finally:` 里对每个句柄依次调用 `handle.remove()`，再把记下的模式交给 `model.train(…)`。",
)


# -------------------------------------------------------------------------------- 01_filters_and_activations: top_images


def _tops(channel, k, expected, slips=(), size=2, options=True):
    def example(top_images):
        for before in (True, False):
            model, images = _Watched().train(before), _five()
            more = f"，batch_size={size}" if options else ""
            call = f"top_images(model, \"body.conv\", {channel}, images, {k}{more})，五张图像"
            got = top_images(model, "body.conv", channel, images, k, **({"batch_size": size} if options else {}))
            _require_evaluation(call, model)
            _require_as_found(call, model, before)
            if not torch.equal(images, _five()):
                raise Wrong(call, Words("图像被改动了"), Words("图像保持原样"), "输入必须保持不变。")
            if max(model.sizes, default=0) > size:
                raise Wrong(call, Words(f"一批有 {max(model.sizes)} 张图像"), Words(f"一次至多 {size} 张"), "六万张图像的全部特征图放不进内存。`images.split(batch_size)` 把图像切成一批一批的。")
            if 0 < sum(model.sizes) < 5:
                raise Wrong(call, Words(f"5 张图像中有 {sum(model.sizes)} 张通过了网络"), Words("全部"), "最后一批比较小，但也要算。是不是循环里面有个 `return`，让它提前结束了？")
            _compare(call, got, torch.tensor(expected), slips, "每张图像对应一个数：这个通道的特征图中的最大值。请返回 k 个最大的数的位置，最大的在前。")

    return example


EXAMPLES["top_images"] = [
    _tops(
        1,
        3,
        [2, 3, 0],
        [
            ([3, 2, 0], "图像是按特征图的*均值*排序的。请取最大值。"),
            ([0, 3, 2], "顺序反了。最大的在前。"),
            ([4, 0, 1], "那是另一个通道。要取特征图 (N, C, H, W) 的 `[:, channel]`。"),
            ([9.0, 7.0, 3.0], "这些是最大的值。请返回图像的位置：`topk` 两样都给，`.indices` 是位置。"),
            ([0, 1, 0], "这些是一批之内的位置。先把所有批次的数拼起来，再选。"),
            ([3, 4, 1], "位置是从 1 开始数的。第一张图像是 0。"),
            (torch.Size([2]), "太少了。先收集所有批次的数，再选。"),
            (torch.Size([5]), "所有图像都返回了。只要前 k 张。"),
        ],
    ),
    _tops(
        0,
        5,
        [4, 0, 1, 2, 3],
        [
            ([4, 0, 1, 3, 2], "图像是按特征图的*均值*排序的。请取最大值。"),
            ([1, 2, 3, 4, 0], "这些是名次：对每张图像，有多少张图像更讨这个通道喜欢。用一次 `argsort` 得到图像的顺序，再用一次得到名次。"),
            ([3, 2, 1, 0, 4], "顺序反了。最大的在前。"),
        ],
    ),
    _tops(0, 1, [4], size=64, options=False),
]
MORE_WORDS["top_images"] = _DOTTED

HINTS["top_images"] = (
    "对一批：你的 `capture_activations` 给出特征图。其中哪一个数能说明这个通道有多喜欢一张图像？",
    "对 `images.split(batch_size)` 的每一份：取这一层的特征图 (n, C, H, W)，从中取 `[:, channel]`，(n, H, W)，再用 `amax(dim=(1, 2))`，(n,)。循环之后用 `torch.cat` 把各份拼起来。",
    "拼起来之后，每张图像一个数，(N,)，顺序与图像相同。对它用 `topk(k)`，得到一对结果，其中 `.indices` 是在全部图像中的位置，最大的在前。",
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
            raise Wrong("模型，由你的代码调用", Words(f"用形状为 {tuple(x.shape)} 的张量调用"), Words("只有一张图像的批次，(1, 2, 2, 3)"), "网络要的是批次：`image.unsqueeze(0)` 把一张图像变成批次。")
        self.modes.append(self.training or self.drop.training)
        scores = self.last(self.drop(x).flatten(start_dim=1))
        return scores.square() if self.bend else scores


_saliency_image = _t([[[1, 1, 0], [1, 0, 0]], [[0, 0, -1], [0, 1, 0]]])
_saliency_map = _t([[1, 2, 1], [2, 3, 4]])


def _salient(label, expected, slips, bend=False, advice="只取 `label` 的得分，反向传播到图像，再在各通道上取绝对值的最大值。"):
    def example(saliency):
        for before in (True, False):
            model, image = _Scored(bend).train(before), _saliency_image.clone()
            call = f"saliency(model, image, {label})，图像的形状为 (2, 2, 3)"
            got = saliency(model, image, label)
            _require_evaluation(call, model)
            _require_as_found(call, model, before)
            if image.requires_grad or image.grad is not None or not torch.equal(image, _saliency_image):
                raise Wrong(call, Words("图像被改动了，或者现在会记录梯度"), Words("图像保持原样"), "请在自己的副本上操作：`image.detach().clone().requires_grad_()`。")
            _compare(call, got, expected, slips, advice)
            if got.grad_fn is not None:
                raise Wrong(call, Words("带着计算图的显著图"), Words("普通的数"), "`.detach()` 把这些数从计算图中取出来。")

    return example


EXAMPLES["saliency"] = [
    _salient(
        1,
        _saliency_map,
        [
            (_t([[1, 0, 3], [2, 1, 1]]), "那是最大得分的梯度。不管网络怎样判断，都要取 `label` 的得分。"),
            (_t([[1.5, 2, 3], [3, 3, 4]]), "那是所有得分之和的梯度。只取 `label` 的得分。"),
            (_t([[1.5, 3.5, 1], [2, 3.5, 5]]), "各通道被加起来了。请取其中最大的：`amax(dim=0)`。"),
            (_t([[0.75, 1.75, 0.5], [1, 1.75, 2.5]]), "那是各通道的均值。请取最大的：`amax(dim=0)`。"),
            (_t([[0.5, 0.5, 1], [2, 2.5, 5]]), "取绝对值之前，各通道被加起来了。先取绝对值，再取各通道中最大的。"),
            (_t([[0.5, 1.5, 1], [2, 3, -1]]), "漏了绝对值：让得分降低的像素，和让得分升高的像素一样重要。"),
            (_t([[0.5, 1.5, 1], [2, 3, 1]]), "先取绝对值，再取各通道中最大的：很大的负梯度也要算。"),
            (_t([[0, 1 / 3, 0], [1 / 3, 2 / 3, 1]]), "显著图被缩放到了 0 … 1。请原样返回梯度；缩放只是画图时的事。"),
            (_t([[0.5, 2, 0], [0, 0.5, 0]]), "那是梯度乘以图像。请只返回梯度。"),
            (_saliency_weight[1].abs(), "通道的轴还在。请取各通道中最大的：`amax(dim=0)`。"),
            (_saliency_map.unsqueeze(0), "批次轴还在。请返回 (H, W)。"),
        ],
    ),
    _salient(
        0,
        14 * _t([[1, 0, 3], [2, 1, 1]]),
        [
            (4 * _saliency_map, "那是标签 1 的。`label` 的得分是网络输出的 [0, label]。"),
            (_t([[1, 0, 3], [2, 1, 1]]), "要在给定的图像处，用它的数值来求梯度。"),
        ],
        bend=True,
        advice="在这个网络中，得分是一个和的平方：标签 0 的是 7²，所以梯度是 2 · 7 乘以一个权重。",
    ),
]
MORE_WORDS["saliency"] = (
    (
        "RuntimeError",
        "does not require grad|leaf",
        "图像必须记录：`image.detach().clone().requires_grad_()`，要写在通过网络*之前*，外面不能有 `torch.no_grad()`。",
    ),
    (
        "AttributeError|TypeError",
        "NoneType",
        "没有梯度。只有你对它调用了 `requires_grad_()` 的那个张量才有梯度（`batch.grad`），由它算出来的张量没有。",
    ),
)

HINTS["saliency"] = (
    "训练时要问的是，损失怎样随权重变化。这里要问：一个得分怎样随像素变化？那么，必须记录的是哪个张量？",
    "用图像的副本做成只有一张图像的批次，并让它记录：`batch = image.detach().clone().unsqueeze(0).requires_grad_()`。在评估模式下做完前向传播，取得分 `model(batch)[0, label]`。`torch.autograd.grad(score, batch)` 给出含它的梯度的元组，不影响权重。",
    "梯度和批次一样是 (1, C, H, W)。对其中唯一的一张图像取绝对值，再用 `amax(dim=0)`，就从 (C, H, W) 到了 (H, W)。前向传播之前先记下模式，再调用 `model.eval()`；在 `finally:` 里把记下的模式交给 `model.train(…)`。",
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
        call = f"features(model, images, batch_size=2)，五张图像，模型处于 {'training' if before else 'evaluation'} 模式"
        got = features(model, images, batch_size=2)
        _require_evaluation(call, model)
        _require_as_found(call, model, before)
        if max(model.sizes, default=0) > 2:
            raise Wrong(call, Words(f"一批有 {max(model.sizes)} 张图像"), Words("一次至多 2 张"), "`images.split(batch_size)` 把图像切成一批一批的。")
        slips = [
            (torch.Size([5, 3]), "那是从最后一个线性层*出来*的东西，即得分。请保存进入它的东西：钩子用 (module, inputs, output) 来调用，`inputs[0]` 就是。"),
            (torch.Size([1, 8]), "那只是最后一批。请把各批收进一个列表，再用 `torch.cat` 拼起来。"),
            (torch.Size([2, 8]), "那只是其中一批。请把各批收进一个列表，再用 `torch.cat` 拼起来。"),
            (torch.Size([4, 8]), "少了一张图像。最后一批比较小，但也要算。"),
            (torch.Size([5, 6]), "这些是像素。请保存进入最后一个线性层的东西。"),
        ]
        _compare(call, got, _five_features, slips, "在这里，进入 `last` 的是 ReLU 的输出，展平后每张图像有八个数。")
        if got.grad_fn is not None:
            raise Wrong(call, Words("带着计算图的特征"), Words("普通的数"), "把前向传播放进 `with torch.no_grad():`。")


def _last_of_two(features):
    call = "features(model, images)，模型有两个线性层，6 → 2 → 3，两张图像"
    body = nn.Sequential(OrderedDict(flatten=nn.Flatten(), first=nn.Linear(6, 2, bias=False), relu=nn.ReLU()))
    model = nn.Sequential(OrderedDict(body=body, head=nn.Sequential(nn.Linear(2, 3)), end=nn.LogSoftmax(dim=1))).eval()
    with torch.no_grad():
        model.body.first.weight.copy_(_t([[1, 0, 0, 0, 0, 0], [0, 0, 1, 0, 0, -1]]))
    got = features(model, _five()[:2])
    slips = [
        (torch.Size([2, 6]), "那是进入*第一个*线性层的东西。在 `model.modules()` 的所有 `nn.Linear` 中，取最后一个。"),
        (torch.Size([2, 3]), "那是从最后几层出来的东西。请保存进入最后一个*线性*层的东西，即它的钩子的 `inputs[0]`。"),
        (_t([[1, 2], [0, -1]]), "那是从第一个线性层出来的东西。请保存进入最后一个线性层的东西。"),
    ]
    _compare(call, got, _t([[1, 2], [0, 0]]), slips, "在 `model.modules()` 的所有 `nn.Linear` 中取最后一个，保存进入它的东西。")
    _require_as_found(call, model, False)


EXAMPLES["features"] = [_features_in_batches, _last_of_two]
MORE_WORDS["features"] = (
    (
        "IndexError",
        "list index out of range",
        "线性层的列表是空的。`model.modules()` 会进到嵌套在里面的层，`model.children()` 不会；要找的是 `nn.Linear`。",
    ),
    ("AttributeError|TypeError", "tuple", "即使只有一个输入，`inputs` 也是元组：取 `inputs[0]`。"),
)

HINTS["features"] = (
    "最后一个线性层把图像的一些数变成得分。这些数会从哪里经过，好把它们保存下来？",
    "`[m for m in model.modules() if isinstance(m, nn.Linear)][-1]` 就是这一层。前向钩子用 (module, inputs, output) 来调用；`inputs` 是元组，`inputs[0]` 是 (n, D)。所有批次只用一个钩子就够了。",
    "让钩子把 `inputs[0].detach().clone()` 追加到一个列表。在 `try:` 里，用评估模式，不记录梯度，让 `images.split(batch_size)` 的每一份通过网络；在 `finally:` 里移除钩子，恢复模式。`torch.cat` 把列表拼起来。",
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
        call, x = f"pca(x, {k})，{_CLOUD}" + ("，float64" if kind == torch.float64 else ""), _cloud.to(kind, copy=True)
        got = pca(x, k)
        if not torch.equal(x, _cloud.to(kind)):
            raise Wrong(call, Words("x 被改动了"), Words("x 保持原样"), "输入必须保持不变：写 `x - x.mean(dim=0)`，不要写 `x -= …`。")
        if not isinstance(got, (tuple, list)) or len(got) != 3 or not all(isinstance(each, torch.Tensor) for each in got):
            raise Wrong(call, got, Words("三个张量：projected、components、explained"), "请返回三个张量，顺序与文档字符串一致。")
        projected, components, explained = got
        if components.shape == (3, k):
            raise Wrong(call + "；主成分", components, _axes[:k], "主成分成了各列。每个主成分应该是一*行*，(k, D)：请转置（`torch.linalg.eigh` 给出的是列，`svd` 给出的 Vh 是行）。")
        wanted = _axes[:k].to(kind)
        signs = torch.where((components.to(wanted) * wanted).sum(dim=1) < 0, -1.0, 1.0).to(kind) if components.shape == wanted.shape else torch.ones(k, dtype=kind)
        unit = [(_nothing, "沿着那个轴*什么变化也没有*。`eigh` 给出的方差从小到大：请取最后的，并把顺序倒过来。"), (torch.cat([_nothing, _axes[1:]]), "方差从小到大了。`eigh` 就是这样给的：请把顺序倒过来。"), (_axes.flip(0), "主成分是对的，但最后一个排在了最前面。应该按方差从大到小排列。"), (_axes[1:], "那是第二主成分。第一主成分的方差最大。")]
        for wrong, better in unit:
            if components.shape == wrong.shape and _same(components.abs(), wrong.abs()):
                raise Wrong(call + "；主成分", components, wanted, better)
        if components.shape == wanted.shape and _same(components.abs(), wanted.abs()) and not _same(components * signs[:, None].to(components.dtype), wanted):
            raise Wrong(call + "；主成分", components, wanted, "大小对，符号不对（只允许把整个主成分反向）。是不是取了 Vh 的*列*？它的行才是主成分：`Vh[:k]`。")
        _compare(call + "；主成分（符号不限）", components * signs[:, None].to(components.dtype) if components.shape == wanted.shape else components, wanted, (), "*中心化*的 x 的右奇异向量就是主成分：先减去每一列的均值，`x.mean(dim=0)`。每个主成分的长度都是 1。")
        slips = [
            ((_cloud @ _axes[:k].T).to(kind), "投影没有中心化：要投影的是 x − 均值，而不是 x。"),
            ((_along[:, :k] / _t([8.4852814, 4.2426407])[:k]).to(kind), "这些是左奇异向量 U。投影是 (x − 均值) 乘以主成分，也就是 U · S。"),
        ]
        _compare(call + "；投影（符号与主成分一致）", projected * signs.to(projected.dtype) if projected.shape[-1:] == signs.shape else projected, _along[:, :k].to(kind), slips, "投影是 `(x - mean) @ components.T`，(N, k)。")
        known = [
            ([1.0], "那只是在 k 个主成分中所占的比例。请除以全部方差，即所有主成分的方差。"),
            ([0.6666667, 0.3333333], "这些是奇异值所占的比例。方差是奇异值的*平方*。"),
            ([18.0, 4.5], "这些是方差。比例是一个方差除以所有方差之和。"),
            ([24.0, 6.0], "这些是方差。比例是一个方差除以所有方差之和。"),
            ([72.0, 18.0], "这些是平方和。比例是其中一个除以它们的总和。"),
            ([8.4852814, 4.2426407], "这些是奇异值。请取平方，再除以所有平方之和。"),
            ([80.0, 20.0], "这些是百分数。比例在 0 和 1 之间。"),
            ([0.8, 1.0], "比例被累加了。请给出每个主成分自己的比例。"),
        ]
        words = [(_t(numbers[:k]).to(kind), better) for numbers, better in known if len(numbers) >= k and not _same(_t(numbers[:k]), _t(shares))]
        _compare(call + "；解释的比例", explained, _t(shares).to(kind), words, "到均值的所有距离平方共 90，其中 72 在第一主成分上：0.8。")

    return example


EXAMPLES["pca"] = [_components(1, [0.8]), _components(2, [0.8, 0.2]), _components(2, [0.8, 0.2], torch.float64)]
MORE_WORDS["pca"] = (
    (
        "RuntimeError",
        "mat1 and mat2|cannot be multiplied",
        "矩阵乘积中两个形状对不上。(N, D) 乘以 (D, k) 得到 (N, k)：主成分 (k, D) 必须转置，`components.T`。",
    ),
)

HINTS["pca"] = (
    "减去每一列的均值，把例子中的四个点画出来：沿哪个方向散布得最开？到均值的所有距离平方中，有多大比例在这个方向上？",
    "`U, S, Vh = torch.linalg.svd(centred, full_matrices=False)` 说明了一切：Vh 的各行是主成分，最大的在前，S² 是沿每个主成分的变化量。",
    "主成分是 `Vh[:k]`，已经是行了。投影是中心化的 x 乘以它们的转置，(N, D) 乘以 (D, k)。求比例时，先用 S² 除以*所有* S² 之和，再取前 k 个。",
)


# --------------------------------------------------------------------------------- 02_representations: cosine_similarity

_cosine_a = _t([[3, 4], [0, 0], [1, 0]])
_cosine_b = _t([[4, 3], [0, 2], [-1, 0], [0, 0]])
_cosines = _t([[0.96, 0.8, -0.6, 0], [0, 0, 0, 0], [0.8, 0, -1, 0]])
_ZERO_ROW = "全零的行没有方向，它的长度是 0：0 / 0 就是 NaN。这里它的余弦是 0。请除以 `length.clamp(min=…)`，里面用一个极小的数；或者在长度为 0 的地方除以 1。"


def _cosine_slips(kind=torch.float32):
    return [
        (_t([[24, 8, -3, 0], [0, 0, 0, 0], [4, 0, -1, 0]]).to(kind), "这些是内积。每个都要再除以两边的长度。"),
        (_t([[4.8, 1.6, -0.6, 0], [0, 0, 0, 0], [4, 0, -1, 0]]).to(kind), "这里只除以了 `a` 中的长度。还要除以 `b` 中的长度。"),
        (_t([[4.8, 4, -3, 0], [0, 0, 0, 0], [0.8, 0, -1, 0]]).to(kind), "这里只除以了 `b` 中的长度。还要除以 `a` 中的长度。"),
        (_t([[0.04, 0.2, 1.6, 1], [1, 1, 1, 1], [0.2, 1, 2, 1]]).to(kind), "那是 1 − 余弦，是一种距离。这里要的是相似度。"),
        (_cosines.abs().to(kind), "符号丢了。方向相反的两个向量，余弦是 −1。"),
        (_t([[0.0384, 0.08, -0.12, 0], [0, 0, 0, 0], [0.16, 0, -1, 0]]).to(kind), "这里除以的是长度的平方。长度要开平方根：`norm(dim=1)`。"),
        (torch.Size([4, 3]), "行和列对调了：`a` 的每一行对应结果的一行。"),
        (torch.Size([3]), "`a` 的每一行要和 `b` 的*每一*行相遇：结果是一张表 (N, M)，`a @ b.T`。"),
    ]


EXAMPLES["cosine_similarity"] = [
    _value("cosine_similarity([[3, 4], [0, 0], [1, 0]], [[4, 3], [0, 2], [-1, 0], [0, 0]])", (_cosine_a, _cosine_b), _cosines, _cosine_slips(), advice="(3, 4) 和 (4, 3)：3 · 4 + 4 · 3 = 24，两者的长度都是 5，而 24 / 25 = 0.96。", nan=_ZERO_ROW),
    _value("同样的数用 float64 调用 cosine_similarity", (_cosine_a.double(), _cosine_b.double()), _cosines.double(), _cosine_slips(torch.float64), advice="这里只有数据类型不同。", nan=_ZERO_ROW),
    _value("cosine_similarity([[0.01, 0]], [[0.03, 0.04]])", (_t([[0.01, 0]]), _t([[0.03, 0.04]])), _t([[0.6]]), advice="短的向量也有方向：0.6。加到长度上的数，或者用来代替小长度的数，必须远远小于任何真实的长度。"),
]
MORE_WORDS["cosine_similarity"] = (
    (
        "RuntimeError",
        "must match|cannot be multiplied",
        "`a` 有 N 行，`b` 有 M 行，两者不必一样多。`a @ b.T` 就是由所有内积组成的表 (N, M)。",
    ),
)

HINTS["cosine_similarity"] = (
    "如果所有行的长度都是 1，公式里还剩下什么？",
    "`a @ b.T` 有所有的内积，(N, M)。`a.norm(dim=1, keepdim=True)` 是各行的长度，(N, 1)。长度为 0 的地方，要除以什么呢？",
    "先把两者都除以各自的长度：`a / a.norm(dim=1, keepdim=True).clamp(min=1e-30)`，b 也一样；然后相乘：前者 @ 后者.T。全零的行仍然是全零。",
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
            (torch.tensor([[4, 2, 3], [1, 0, 4]]), "这些是*最远的*。不写 `largest=False` 时，`topk` 取的是最大的。"),
            (torch.tensor([[3, 1, 0], [4, 3, 2]]), "顺序反了。最近的在前。"),
            (_t([[1, 3, 6], [1, 4, 5]]), "这些是距离。请返回点的位置：`topk` 和 `sort` 两样都给，`argsort` 给出位置。"),
            (torch.tensor([[1, 2, 4], [3, 4, 5]]), "位置是从 1 开始数的。第一个点是 0。"),
            (torch.Size([3, 2]), "行和列对调了：每个查询一行，(Q, k)。"),
            (torch.Size([5, 2]), "请沿最后一个轴给每个查询的距离排序：结果是 (Q, k)。"),
            (torch.Size([2, 5]), "所有的点都返回了。只要最近的 k 个：`[:, :k]`。"),
        ],
        advice="从 (0, 0) 看，各点的距离是 1、3、9、6 和 11.2。",
    ),
    _value(
        "nearest_neighbours(queries, points, 3), query (0, 0), points (-3, 3), (5, 0), (0, 4.5)",
        (_t([[0, 0]]), _t([[-3, 3], [5, 0], [0, 4.5]]), 3),
        torch.tensor([[0, 2, 1]]),
        [
            (torch.tensor([[2, 1, 0]]), "这些是按街区距离 |dx| + |dy| 最近的。欧氏距离是*平方*和的平方根。"),
            (torch.tensor([[0, 1, 2]]), "这里返回的位置按自身的大小排序了。应该按距离从小到大排列。"),
        ],
        advice="各点的距离是 4.24、5 和 4.5。",
    ),
    _value(
        "nearest_neighbours(queries, points, 1)，查询 (2, 1, 0)，点 (5, -2, 3)、(2, 1, 4)，float64",
        (_t([[2, 1, 0]]).double(), _t([[5, -2, 3], [2, 1, 4]]).double(), 1),
        torch.tensor([[1]]),
        [
            (torch.tensor([1]), "每个查询一行，k 为 1 时也一样：(Q, 1)。"),
            (torch.tensor([[0]]), "差是 (−3, 3, −3) 和 (0, 0, −4)：距离是 27 和 16 的平方根。先把每个差平方，再对所有坐标相加。"),
        ],
        advice="第二个点更近，距离为 4。k = 1 时结果是 (Q, 1)。",
    ),
]

HINTS["nearest_neighbours"] = (
    "先做出所有距离的表：每个查询一行，每个点一列。然后每一行还需要做什么？",
    "`torch.cdist(queries, points)` 就是这张表，(Q, P)；`(queries[:, None] - points[None]).norm(dim=2)` 也是。每一行要 k 个最小的，最小的在前，要的是它们的位置。",
    "`topk(k, largest=False)` 对每一行给出一对结果：值和 `.indices`。也可以用 `argsort(dim=1)` 给每一行的位置排序，只留前 k 列。",
)


# -------------------------------------------------------------------------------------- 02_representations: knn_accuracy


def _voted(points, labels, tests, truth, k, expected, slips, advice):
    column = "train_x {}, train_y {}, test_x {}, test_y {}".format(points, labels, tests, truth)
    arguments = (_t(points)[:, None], torch.tensor(labels), _t(tests)[:, None], torch.tensor(truth), k)
    return _value(f"knn_accuracy(…, k={k})，点在一条直线上：{column}", arguments, expected, slips, advice=advice)


EXAMPLES["knn_accuracy"] = [
    _voted(
        [0, 1, 2.5, 10, 11.25],
        [7, 3, 3, 5, 5],
        [0.25, 10.5, 2, 11, 1.5],
        [3, 5, 7, 5, 3],
        3,
        0.8,
        [
            (0.6, "只由最近的一个点来决定时，正好有这么多是对的。请取最近的 k 个点的多数。"),
            (0.2, "这是*错误*答案的比例。准确率是正确答案的比例。"),
            (80.0, "那是百分数。这里要的是 0 到 1 之间的比例。"),
            (4.0, "那是正确答案的个数。请除以测试点的个数。"),
            (0.0, "一个都不对。近邻的位置换成*标签*了吗，`train_y[places]`？"),
        ],
        "0.25 的近邻是位于 0、1 和 2.5 的点，标签是 7、3 和 3：所以是 3。",
    ),
    _voted(
        [0, 1, 2.5, 10, 11.25],
        [7, 3, 3, 5, 5],
        [0.25, 1.125, 7, 10.75],
        [7, 3, 5, 3],
        2,
        0.75,
        [(0.5, "两个类别各有一票，票数并列，而你取了较小或较大的标签。请在并列的类别中，取*最近*的那个点的类别。")],
        "在 0.25 处，类别 7 和 3 各有一票。两者中较近的是 7。",
    ),
    _voted(
        [0, 1, 2, 3, 4],
        [9, 4, 2, 2, 4],
        [-1, 5, 1.125],
        [4, 4, 9],
        5,
        2 / 3,
        [
            (0.0, "2 和 4 各有两票，而你取了最小的标签。在并列的类别中，有最近的近邻的那个类别获胜。"),
            (1 / 3, "两个类别并列时，你取了*所有*近邻中最近的那个，它的类别可能票数更少。只有并列最多票的那些类别才算。"),
        ],
        "在 −1 处，从最近的开始，近邻的标签是 9、4、2、2、4。4 和 2 各有两票，而有一个 4 比那些 2 都近。",
    ),
]
MORE_WORDS["knn_accuracy"] = (
    (
        "IndexError",
        "used as indices",
        "`train_y[…]` 要的是位置，即整数。`topk` 和 `sort` 给出值和位置：`.indices` 是位置。",
    ),
)

HINTS["knn_accuracy"] = (
    "对一个测试点：它最近的 k 个点，按距离顺序，标签各是什么？然后数一数每个类别的票数。",
    "`train_y[nearest_neighbours(test_x, train_x, k)]` 就是标签，(Q, k)，最近的在前。对每一行，数出其中每个标签的票数；获胜者必须有最多的票。从最近的开始逐个看这一行：第一个有这么多票的标签获胜。",
    "对每一行：counts = (row[:, None] == row[None]).sum(dim=1) 给出每个近邻的类别有多少票；`row[counts.argmax()]` 是票数最多的那些中的第一个，因为在 CPU 上 argmax 给出第一个位置。与 test_y 比较，再求均值。",
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
            call = f"maximise_activation(model, \"body.conv\", 1, start{shown})，start = [[0.2, 0.6, 0.7], [0.5, 0.9, 0.8]]"
            weight = model.body.conv.weight.detach().clone()
            got = maximise_activation(model, "body.conv", 1, start, **options)
            if any(model.modes):
                raise Wrong(call, Words("训练模式下的前向传播"), Words("评估模式"), "先调用 `model.eval()`，最后再恢复模式。")
            _require_as_found(call, model, before)
            if not torch.equal(weight, model.body.conv.weight):
                raise Wrong(call, Words("权重变了"), Words("权重保持原样"), "往上爬的是图像，不是网络：只改变图像。")
            if not torch.equal(start, _ascent_start) or start.requires_grad:
                raise Wrong(call, Words("start 被改动了，或者现在会记录梯度"), Words("start 保持原样"), "请在副本上操作，`.detach().clone()`。")
            wanted = Words(f"[0, 1] 之内的图像，(1, 1, 2, 3)，它的特征图的均值为 {_pleases(_ascent_start) + gain:.2f}")
            if not isinstance(got, torch.Tensor) or got.shape != start.shape:
                raise Wrong(call, got, wanted, "请返回图像，形状与 `start` 相同。")
            if got.grad_fn is not None:
                raise Wrong(call, Words("带着计算图的图像"), wanted, "`.detach()` 把图像从计算图中取出来。")
            if not got.isfinite().all() or got.min() < 0 or got.max() > 1:
                raise Wrong(call, got, wanted, "图像超出了 [0, 1]。*每一*步之后都要 `clamp(0, 1)`。")
            for wrong, better in slips:
                if _same(got, wrong):
                    raise Wrong(call, got, wanted, better)
            if _pleases(got) - _pleases(_ascent_start) < 0.98 * gain - 1e-6:
                raise Wrong(call, got, wanted, words)

    return example


def _no_step(maximise_activation):
    call, model = 'maximise_activation(model, "body.conv", 1, start, steps=0)', _Watched()
    got = maximise_activation(model, "body.conv", 1, _ascent_start.clone(), steps=0)
    _compare(call, got, _ascent_start, (), "一步也不走时，返回的就是 start。")
    _require_as_found(call, model, True)


EXAMPLES["maximise_activation"] = [
    _ascended(
        0.35,
        {"steps": 1, "lr": 0.4},
        [
            (_ascent_start, "什么都没有变。每一步都要把 lr 乘以梯度加到图像上。"),
            (_t([[[[0.2, 0.4, 0.5], [0.5, 0.7, 0.6]]]]), "这是在往下走。激活应该*增大*：要加上梯度。"),
            (_t([[[[0.3, 0.6, 0.6], [0.6, 0.9, 0.7]]]]), "这是为另一个通道往上爬。请取特征图 (1, C, H, W) 的 `[:, channel]`。"),
            (_t([[[[0.3, 0.8, 0.8], [0.6, 1, 0.9]]]]), "这是为所有通道的总和往上爬。请取特征图 (1, C, H, W) 的 `[:, channel]`。"),
            (_t([[[[0.25, 0.7, 0.75], [0.55, 1, 0.85]]]]), "这是为所有通道的均值往上爬。请取特征图 (1, C, H, W) 的 `[:, channel]`。"),
        ],
        "每一步加上 lr · 梯度。第二列和第三列的每个像素，都让特征图（2 · right − 1）的均值以 0.5 的比率增长，所以在还有余地的地方，它们各升高 0.4 · 0.5 = 0.2。",
        modes=(True, False),
    ),
    _ascended(0.15, {"steps": 3, "lr": 0.05}, [], "三步，每步 0.05 · 0.5，给第二列和第三列的像素加上 0.075。每一步都从上一步结束的地方开始，并且用新的梯度吗？"),
    _ascended(0.5, {}, [], "不传参数时走 50 步，lr = 0.1：足够让起作用的像素到达 1。"),
    _no_step,
]
MORE_WORDS["maximise_activation"] = (
    *_DOTTED,
    (
        "RuntimeError",
        "backward through the graph a second time",
        "每一步都需要自己的计算图：每步之后把图像 detach，让它重新记录，再通过网络一次。",
    ),
    (
        "RuntimeError",
        "does not require grad",
        "什么都没有记录。`image.requires_grad_()` 要写在前向传播之前，外面不能有 `torch.no_grad()`，钩子保存时也不能 detach。（`capture_activations` 会 detach，所以这里不能用它。）",
    ),
    (
        "RuntimeError",
        "in-place operation|leaf [Vv]ariable",
        "只有在不记录的时候，才可以原地改动图像：请新建一个，`(image + lr * gradient).clamp(0, 1).detach()`，或者在 `with torch.no_grad():` 里操作。",
    ),
)

HINTS["maximise_activation"] = (
    "这就是放进循环里的 `saliency`：一个数，它对图像的梯度，再走一步。这里是哪个数，从哪里得到它？",
    "前向钩子保存 `output.clone()`，*不要* detach，特征图就留在计算图里。要增大的是 `kept[:, channel].mean()`；对它用 `torch.autograd.grad`，只会得到图像的梯度。",
    "从 `start` 的副本开始。每一步里，让图像记录（`requires_grad_()`）并通过网络；对这个通道的均值用 `torch.autograd.grad`，得到一个含梯度的元组；`(image + lr * gradient).clamp(0, 1).detach()` 就是下一张图像。外面和 capture_activations 一样：评估模式，在 `finally:` 里处理钩子和模式。",
)


# ---------------------------------------------------------------------------------------------------------- from a shell


def run_notebook(path):
    """运行一个笔记本的代码单元格（带 `demo` 标签的除外），返回其中的名字和出错的地方。"""
    names, failures = {"__name__": "__main__"}, []
    cells = json.loads(Path(path).read_text(encoding="utf-8"))["cells"]
    for number, cell in enumerate((c for c in cells if c["cell_type"] == "code"), 1):
        if "demo" in cell.get("metadata", {}).get("tags", []):
            continue
        source = "".join(cell["source"])
        source = "\n".join(
            "" if line.lstrip().startswith(("%", "!")) else line for line in source.split("\n")
        )
        name = f"{Path(path).name}，第 {number} 个代码单元格"
        linecache.cache[name] = (len(source), None, source.splitlines(keepends=True), name)
        try:
            with contextlib.redirect_stdout(io.StringIO()), contextlib.chdir(Path(path).resolve().parent):
                exec(compile(source, name, "exec"), names)
        except Exception as error:
            failures.append(f"{name}: {type(error).__name__}: {error}")
    return names, failures


def main(arguments):
    """运行指定文件夹或文件中的所有笔记本（默认为当前文件夹），打印进度，并返回退出码。"""
    sys.modules["checks"] = sys.modules[__name__]
    os.environ.setdefault("MPLBACKEND", "Agg")
    paths = [Path(a) for a in arguments] or [Path(__file__).resolve().parent]
    files = [
        f for p in paths for f in (sorted(p.glob("*.ipynb")) if p.is_dir() else [p]) if f.stem in NOTEBOOKS
    ]
    if not files:
        print(f"这里没有本实验的笔记本。它们的文件名是 {', '.join(n + '.ipynb' for n in NOTEBOOKS)}。")
        return 2
    groups = {}
    for file in files:
        try:
            names, failures = run_notebook(file)
        except (OSError, ValueError, KeyError) as error:
            print(f"{file} 不能作为笔记本读取：{error}")
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
