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


def _digits_like(count):
    """Two made-up images, or one, with values that are easy to repeat."""
    i = torch.arange(28.0)
    images = torch.stack([(i[:, None] * 3 + i * 5) % 13 - 6, (i[:, None] // 5 * 7 + i // 4 * 5) % 11 - 5])
    return images.reshape(2, 1, 28, 28)[:count]


_inputs = _t([[1, 2], [-1, 0.5], [2, -1], [0, 1], [-2, -2]])
_targets = torch.tensor([0, 1, 2, 1, 0])


def _require_all(call, model):
    if 0 < model.samples < 5:  # none where a copy of the model is asked
        raise Wrong(call, Words(f"5 个样本中有 {model.samples} 个经过了模型"), Words("全部"), "遍历各批的循环，是不是因为里面有 `return` 或 `break` 而提前结束了？")


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
            raise Wrong("模型，由你的代码调用", Words(f"用形状为 {tuple(x.shape)} 的张量调用"), Words("一批图像，(N, 1, 1, 2)"), "图像是什么样就原样交给模型：不要展平，也不要增加或去掉轴。")
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
    _value("conv_output_size(28, 3)", (28, 3), 26, [(25, "少了一个：第一个位置也算，正好停在最后一个像素上的窗口也算。"), (28, "没有填充时，宽为 3 的窗口在边缘放不下：请减去 kernel_size。")]),
    _value("conv_output_size(8, 3, stride=2)", (8, 3, {"stride": 2}), 3, [(3.5, "窗口要么放得下，要么放不下：请用 `//` 向下取整。"), (4, "要向下取整，不是向上：窗口必须完整地放得下。`//` 就能做到。"), (6, "这是步幅为 1 时的结果：请把填充后的大小剩下的部分除以步幅。"), (2, "先除，再为第一个位置加 1。")]),
    _value("conv_output_size(28, 3, padding=1)", (28, 3, {"padding": 1}), 28, [(27, "两端都要填充，所以要算两次。"), (26, "这是没有填充的结果。填充要加在两端。")]),
    _value("conv_output_size(12, 5, stride=4)", (12, 5, {"stride": 4}), 2, [(3, "这里 7 / 4 被四舍五入成了最接近的整数。请用 `//` 向下取整。")]),
    _value("conv_output_size(9, 4, stride=3, padding=2)", (9, 4, 3, 2), 4, [(3, "再看看公式：2·padding，然后相除并向下取整，再 + 1。")]),
]

HINTS["conv_output_size"] = (
    "画一行 7 个格子，让宽为 3 的窗口沿着它滑动。它能移动几次？会停在几个位置上？",
    "填充后的一行有 size + 2·padding 个像素。窗口本身占去 kernel_size 个，左边缘能移过的就是剩下的那些，每步移动 stride 个；而移动之前，它已经停在一个位置上了。",
    "整数除法会向下取整：某个数 // stride + 1。这个数就是填充后的大小减去 kernel_size。",
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

_FLIPPED = "你的卷积核翻转了：weight[0, 0] 对应窗口左上角的像素，不要翻转。"
EXAMPLES["conv2d"] = [
    _value(
        "conv2d(x, weight)，x = [[1, 2, 0, 3], [0, 1, 4, 1], [2, 0, 1, 5]]，weight = [[1, 2], [0, -1]]",
        (_x, _w),
        _t([[[[4, -2, 5], [2, 8, 1]]]]),
        [
            (_t([[[[0, 4, 9], [4, 0, 3]]]]), _FLIPPED),
            (_t([[[[0, 0, 7], [4, 0, 1]]]]), "卷积核的行和列弄反了：weight[o, c, 行, 列]。"),
            (torch.Size([1, 1, 3, 4]), "结果和输入一样大：没有填充时，窗口必须完全放在里面（任务 1 的公式）。"),
            (torch.Size([1, 1, 3, 2]), "结果的高和宽弄反了：H 在 W 之前。"),
            (torch.Size([2, 3]), "批和通道这两维丢了：结果有四维，(N, C_out, H_out, W_out)。"),
        ],
        advice="第一个数是 1·1 + 2·2 + 0·0 + 1·(−1) = 4。请手算第二个，再比较。",
    ),
    _value(
        "conv2d(x, weight, bias)，x 的形状为 (2, 2, 3, 4)，weight 的形状为 (3, 2, 2, 3)，bias = [10, 20, 30]",
        (_xs, _ws, _t([10, 20, 30])),
        _t([[[[4, 19], [4, 4]], [[22, 5], [34, 22]], [[47, 33], [1, 47]]], [[[4, 4], [19, 4]], [[34, 22], [11, 34]], [[1, 47], [45, 1]]]]),
        [
            (_t([[[[-6, 9], [-6, -6]], [[2, -15], [14, 2]], [[17, 3], [-29, 17]]], [[[-6, -6], [9, -6]], [[14, 2], [-9, 14]], [[-29, 17], [15, -29]]]]), "缺少偏置：请把 bias[o] 加到整个输出通道 o 上。"),
            (_t([[[[8, 20], [6, 8]], [[14, 13], [25, 14]], [[41, 41], [16, 41]]], [[[6, 8], [9, 6]], [[25, 14], [26, 25]], [[16, 41], [36, 16]]]]), "只用了第一个输入通道：要把所有输入通道加起来。"),
            (_t([[[[6, 9], [8, 6]], [[28, 12], [29, 28]], [[36, 22], [15, 36]]], [[[8, 6], [20, 8]], [[29, 28], [5, 29]], [[15, 36], [39, 15]]]]), "只用了最后一个输入通道：要累加（+=），不要覆盖。"),
            (torch.Size([2, 2, 2, 2]), "结果的通道数和输入一样。应当每个卷积核一个通道：C_out = 3。"),
            (torch.Size([1, 3, 2, 2]), "只得到一张图像。这一批有 N = 2 张。"),
        ],
        advice="只有一张图像、一个通道时是对的。是不是每个输出通道都把所有输入通道加起来了？每张图像都处理了吗？",
    ),
    _value(
        "conv2d(x, weight, stride=2, padding=1)，x 的形状为 (1, 1, 4, 5)，weight 的形状为 (1, 1, "
        "3, 2)",
        (_rows, _column, {"stride": 2, "padding": 1}),
        _t([[[[-5, 9, 13], [-5, 36, 42]]]]),
        [
            (torch.Size([1, 1, 4, 6]), "没有用到步幅：窗口每次要前进 `stride` 个像素。"),
            (torch.Size([1, 1, 1, 2]), "结果的大小没有算上填充：先在四条边各补 `padding` 个零，再数一数补完之后有多少个窗口。"),
            (torch.Size([1, 1, 2, 4]), "步幅和填充都还没有用到。"),
            (torch.Size([1, 1, 3, 2]), "高和宽在某个地方弄反了：卷积核高 3、宽 2。"),
        ],
        advice="有步幅时，out[…, i, j] 看的窗口，从填充后的 x 的第 i·stride 行、第 j·stride 列开始。",
    ),
    _value(
        "conv2d(x, weight, bias=[0.5], padding=2)，x = [[1, 2], [4, -1]] / 3，weight = [[1, 0, 2], [-1, 3, 1], [2, -2, 1]] / 7",
        (_t([[[[1, 2], [4, -1]]]]) / 3, _t([[[[1, 0, 2], [-1, 3, 1], [2, -2, 1]]]]) / 7, _t([0.5]), {"padding": 2}),
        _t([[[[0.547619, 0.5, 0.404762, 0.690476], [0.738095, 0.309524, 1.214286, 0.309524], [0.785714, 1.214286, 0.214286, 0.642857], [0.880952, 0.404762, 0.690476, 0.452381]]]]),
        [
            (torch.Size([1, 1, 2, 2]), "四条边都要填充，每条边补的零的个数就是 `padding`：这里是 2。"),
        ],
        advice="填充为 1 且是整数时是对的。这里四条边都填充了 2 吗？有没有什么被取整了？",
    ),
    _value("conv2d(x, weight)，x 和 weight 为 float64", (_x.double(), _w.double()), _t([[[[4, -2, 5], [2, 8, 1]]]], torch.float64)),
]

HINTS["conv2d"] = (
    "先从一张图像、一个通道、一个卷积核、没有填充写起：用两层循环遍历结果的各个位置。先求正确；速度不计分。",
    "先填充 x（F.pad 的顺序是左、右、上、下）。然后 out[n, o, i, j] 看的是窗口 x[n, :, i·stride : i·stride + kH, j·stride : j·stride + kW]：乘以 weight[o]，再全部加起来。",
    "形状为 (N, C_in, kH, kW) 的窗口和形状为 (C_out, C_in, kH, kW) 的权重，在 torch.einsum(\"nchw,ochw->no\", window, weight) 里相遇：这就是 out[:, :, i, j]。最后，如果有偏置，就加上 bias.reshape(1, -1, 1, 1)。",
)


# --------------------------------------------------------------------------------------------- 01_cnn_layers: max_pool2d

_pool = _t([[[[1, 3, 0, 2, 9], [4, 2, 1, 1, 9], [-5, -1, 0, 6, 9], [-2, -3, 2, 1, 9]]]])
_pools = torch.arange(24.0).reshape(1, 2, 3, 4) * 7 % 11 - 8
_tall = -(torch.arange(168.0) * 29 % 101).reshape(2, 2, 7, 6) - 3
_LARGE["_tall"] = "-(torch.arange(168.0) * 29 % 101).reshape(2, 2, 7, 6) - 3"

EXAMPLES["max_pool2d"] = [
    _value(
        "max_pool2d(x, 2)，x 的形状为 (1, 1, 4, 5)，即图中的网格",
        (_pool, 2),
        _t([[[[4, 2], [-1, 6]]]]),
        [
            (_t([[[[4, 2], [0, 6]]]]), "窗口 [-5, -1, -2, -3] 得到 0，而它不在窗口里：请从窗口自己的值（或 −inf）开始，不要从 0 开始。"),
            (_t([[[[2.5, 1], [-2.75, 2.25]]]]), "这是每个窗口的均值。请保留最大值。"),
            (_t([[[[1, 0], [-5, 0]]]]), "这些是各窗口的最小值，在这里恰好排在最前面。请保留全部四个值中最大的。"),
            (torch.Size([1, 1, 3, 4]), "窗口重叠了：stride=None 表示 stride = kernel_size。"),
            (torch.Size([1, 1, 2, 3]), "第五列放不下一个完整的窗口，所以要略去：大小请向下取整。"),
        ],
        advice="每个结果都是它自己那个 2×2 窗口里的最大值。请手算一个。",
    ),
    _value(
        "max_pool2d(x, 2, stride=1)，x 的形状为 (1, 2, 3, 4)",
        (_pools, 2, {"stride": 1}),
        _t([[[[-1, 1, 2], [0, 1, 1]], [[1, 2, 2], [1, 1, -1]]]]),
        [
            (torch.Size([1, 2, 1, 2]), "没有用到步幅：这里窗口每次移动 1，所以会重叠。"),
            (_t([[[[1, 2, 2], [1, 1, 1]], [[1, 2, 2], [1, 1, 1]]]]), "最大值连通道也一起取了。每个通道要单独池化。"),
            (torch.Size([1, 1, 2, 3]), "丢了一个通道。每个通道要单独池化。"),
        ],
        advice="步幅为 1 时，out[…, i, j] 是 x[…, i:i+2, j:j+2] 里的最大值，每个通道单独取。",
    ),
    _value(
        "max_pool2d(x, 3)，x = -(torch.arange(168.0) * 29 % 101).reshape(2, 2, 7, 6) - 3",
        (_tall, 3),
        _t([[[[-3, -18], [-20, -6]], [[-9, -24], [-26, -12]]], [[[-15, -3], [-4, -18]], [[-21, -7], [-10, -24]]]]),
        [(torch.Size([2, 2, 3, 2]), "窗口每次移动了 2。没有指定步幅时，移动的距离等于窗口自己的大小：stride=None 表示 stride = kernel_size，这里是 3。")],
        advice="这里有两张图像、两个通道、3×3 的窗口，而且所有值都小于零：每张图像、每个通道都要单独池化。",
    ),
    _value("max_pool2d(x, 2)，x 为 float64", (_pool.double(), 2), _t([[[[4, 2], [-1, 6]]]], torch.float64)),
]

HINTS["max_pool2d"] = (
    "这就是 conv2d 的循环，只是对每个窗口做的事不同。哪些保持不变，哪些可以去掉？",
    "如果 stride 为 None，它就等于 kernel_size。窗口 (i, j) 从第 i·stride 行、第 j·stride 列开始；对最后两个维度取最大值，所有图像和通道一次完成。",
    "window.amax(dim=(2, 3)) 的形状是 (N, C)：它属于 out[:, :, i, j]。在循环之前用 x.new_empty 建好 `out`；它的四个大小都写在文档字符串里。",
)


# --------------------------------------------------------------------------------------------------- 01_cnn_layers: relu

EXAMPLES["relu"] = [
    _value(
        "relu(tensor([[-2, -0.5, 0], [1.5, -0.1, 3]]))",
        (_t([[-2, -0.5, 0], [1.5, -0.1, 3]]),),
        _t([[0, 0, 0], [1.5, 0, 3]]),
        [
            (_t([[2, 0.5, 0], [1.5, 0.1, 3]]), "这是绝对值。负数应该变成 0。"),
            (_t([[0, 0, 0], [1, 0, 1]]), "你的正数变成了 1。那里应保留 x 本身。"),
            (_t([[-2, -0.5, 0], [0, -0.1, 0]]), "这是 x 和 0 中较小的那个。请取较大的。"),
            (_t([[-2, -0.5, 0], [1.5, -0.1, 3]]), "什么都没有变：负数应该变成 0。"),
            (_t([1.5, 3]), "负数没有了，形状也没有了。请在它们的位置上放 0。"),
            (_t([[-0.02, -0.005, 0], [1.5, -0.001, 3]]), "这是 leaky ReLU。负数应该正好变成 0。"),
        ],
        advice="每个数各算各的：正数保持不变，负数变成 0。",
    ),
    _value("relu(x)，x = [-1, 0.4, 2, 60]，float64", (_t([-1, 0.4, 2, 60], torch.float64),), _t([0, 0.4, 2, 60], torch.float64), advice="正数保持原样，不管是小的还是大的。"),
]

HINTS["relu"] = (
    "一个数和 0 相比，较大的是哪个？",
    "有好几种办法：clamp，与零张量取 maximum，where，或者 x 乘以 (x > 0)。选一种会产生新张量的。",
    "torch.maximum 需要两个张量：x 和 torch.zeros_like(x)。或者查一查 clamp 带 min=0 时做什么。",
)


# ---------------------------------------------------------------------------------------------------- 01_cnn_layers: CNN

_COUNTS = {
    21512: "缺少偏置：请让 `bias` 保持默认值。",
    8778: "线性层是按图像上 3×3 个位置建的，而不是 7×7：每个卷积都有 padding=1 吗？是不是有第三次池化？两次就够了。",
    256778: "没有池化：请在第一个和第二个卷积之后各做一次 2×2 池化。",
    68618: "少了一次池化：请在第一个和第二个卷积之后各做一次 2×2 池化。",
    21690: "多了 112 个参数，正好是批归一化的参数个数。请不要加额外的层。",
}


def _network(CNN):
    model = CNN()
    if not isinstance(model, nn.Module):
        raise Wrong("CNN()", model, Words("一个 nn.Module"), "请写 `class CNN(nn.Module):`，并先调用 super().__init__()。")
    call = "CNN()(images)，images 的形状为 (2, 1, 28, 28)"
    got = model(_digits_like(2))
    if not isinstance(got, torch.Tensor):
        raise Wrong(call, got, Words("形状为 (2, 10) 的张量"), "`forward` 返回 logits 了吗？")
    if got.shape != (2, 10):
        more = got.dim() == 2 and got.shape[0] > 2
        grown = "行数比图像多：`view(-1, …)` 把一张图像切成了几行。请用 flatten(start_dim=1) 为每张图像保留一行。是不是少了一次池化？"
        advice = grown if more else "批次这一维必须保留：请用 flatten(start_dim=1)。" if got.dim() == 1 or got.shape[0] != 2 else "对每张图像，最后一层都有十个输出，每个数字一个。"
        raise Wrong(call, got, Words("形状为 (2, 10) 的张量"), advice)
    single = model(_digits_like(1))
    if single.shape != (1, 10):
        raise Wrong("CNN()(images)，只有一张图像，形状为 (1, 1, 28, 28)", single, Words("形状为 (1, 10) 的张量"), "只有一张图像的批次也是批次：`squeeze()` 会把这一维去掉。请用 flatten(start_dim=1)。")
    sizes = [p.numel() for p in model.parameters() if p.requires_grad]
    if sum(sizes) != 21578:
        advice = _COUNTS.get(sum(sizes), "请打印每个参数的形状，与 80 + 1,168 + 4,640 + 15,690 对照。")
        raise Wrong("CNN() 的可训练参数", sum(sizes), 21578, advice)
    fill = {72: 0.2, 8: -0.2, 1152: -0.02, 16: 2, 4608: -0.01, 32: 1, 15680: -0.01, 10: 0.25}
    if not set(sizes) <= set(fill):
        return  # weights cut in another way than by layers: this example does not fit them, the hidden tests do
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.fill_(fill.get(parameter.numel(), 0.0))
        training, again = model.train()(_digits_like(2))[:, 0], model.eval()(_digits_like(2))[:, 0]
    call = "CNN()(images)，每层的所有参数都设为同一个数；两张图像的得分 0"
    if not torch.allclose(training, again, rtol=1e-3, atol=1e-3):
        raise Wrong(call, training, Words("在训练模式和评估模式下相同"), "网络在训练模式下的回答不一样：不要加随机失活和批归一化。")
    slips = [
        ([5.35885, 2.7374], "看上去好像完全没有 ReLU：每个卷积之后都要有一个。"),
        ([0.06281, -0.58313], "看上去好像第一个卷积之后没有 ReLU。"),
        ([-0.17168, -24.7561], "看上去好像第二个卷积之后没有 ReLU。"),
        ([2.3409, -6.47614], "看上去好像第三个卷积之后没有 ReLU。"),
        ([0.23915, -5.38825], "看上去像是平均池化：请用最大池化。"),
        ([0.0, 0.0], "负的得分被截掉了：线性层之后不要加 ReLU。logits 可以是负的。"),
        ([0.1, 0.1], "最后有一个 softmax。请返回原始得分：损失自己会做 softmax。"),
        ([-2.302585, -2.302585], "最后有一个 log-softmax。请返回原始得分：损失自己会做。"),
    ]
    _compare(call, again, _t([-0.17168, -6.59155]), slips, "请对照表格检查各层的顺序：卷积、ReLU、池化。")


EXAMPLES["CNN"] = [_network]
MORE_WORDS["CNN"] = (
    (
        "RuntimeError",
        r"mat1 and mat2 shapes cannot be multiplied \(1x",
        "所有图像排成了一行：批次这一维也被展平了。请为每张图像保留一行：`x.flatten(start_dim=1)`。",
    ),
    (
        "RuntimeError",
        "mat1 and mat2 shapes",
        "线性层收到的值，个数和它预期的不同。请在它前面打印 x.shape：每个卷积都有 padding=1 "
        "吗？池化是两次吗？",
    ),
)

HINTS["CNN"] = (
    "有参数的层在 __init__ 里创建（`self.name = …`），在 forward 里使用。顺着表格一行一行往下写。",
    "nn.Conv2d 接受输入通道数、输出通道数、kernel_size 和 padding；需要三个卷积，再加一个 nn.Linear。在 forward 里：卷积，ReLU，池化；再来一次；卷积，ReLU；展平；线性层。每写一行就打印一次 x.shape。",
    "x.flatten(start_dim=1) 把 (N, 32, 7, 7) 变成 (N, 1568)，并保留批次这一维。F.relu 和 F.max_pool2d(x, 2) 不用写在 __init__ 里。返回线性层的结果，之后什么都不加。",
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
        raise Wrong("count_parameters(nn.Linear(5, 3))", got, 18, "这是以百万为单位的数。请返回个数本身。")
    if got == 15:
        first = False
        with contextlib.suppress(Exception):
            first = _number(function(_module(nn.Linear(2, 3), nn.Linear(3, 2)))) == 6
        words = "只数了一个张量，就是第一个，也是最大的那个：循环是不是因为里面有 `return` 或 `break` 而提前结束了？" if first else "缺少偏置：偏置也是参数。"
        raise Wrong("count_parameters(nn.Linear(5, 3))", got, 18, words)


EXAMPLES["count_parameters"] = [
    _all_kinds,
    lambda function: _value("count_parameters(nn.Linear(5, 3))", (nn.Linear(5, 3),), 18, [(2, "这是张量的个数。请把每个张量里数的个数加起来：`numel()`。"), (8, "这是把各边的长度加起来了。每个张量的元素个数是各边之积：`numel()`。")])(function),
    lambda function: _value("count_parameters(model)，模型由 Linear(2, 3)、BatchNorm1d(3) 和 Bilinear(2, 3, 2) 组成", (_module(nn.Linear(2, 3), nn.BatchNorm1d(3), nn.Bilinear(2, 3, 2)),), 29, [(9, "只数了线性层。请向模型要全部参数：`model.parameters()`。")], advice="参数可以有任意多个轴，任何层都可能有参数：请把所有参数的 numel() 加起来。")(function),
    lambda function: _value("count_parameters(model)，模型由 Linear(4, 3)（权重和偏置已冻结）和 Linear(3, 2) 组成", (_module(nn.Linear(4, 3), nn.Linear(3, 2), frozen=2),), 8, [(23, "冻结的参数也数进去了。只有 `requires_grad` 为真的参数才会在训练中改变。"), (2, "这是张量的个数：请用 numel()。"), (0, "这只数了模型自己的参数，没有数其中各层的参数：`model.parameters()` 会给出全部。")])(function),
]

HINTS["count_parameters"] = (
    "`for p in model.parameters(): print(p.shape)` 会显示里面有什么。",
    "每个 p 是一个张量；p.numel() 是它的元素个数，p.requires_grad 说明训练会不会改变它。",
    "对带 `if` 的生成器表达式求和：sum(… for p in model.parameters() if …)。",
)


# ---------------------------------------------------------------------------------------- 02_training_loop: make_loaders


def _served(loader, call):
    """Return a loader's batches as lists of sample numbers."""
    batches = []
    for batch in loader:
        if not isinstance(batch, (list, tuple)) or len(batch) != 2:
            raise Wrong(call, batch, Words("每批为 (inputs, targets)"), "请用 `dataset` 本身的各部分来建数据加载器，这样它们才会给出（输入，标签）对。")
        batches.append([int(v) for v in batch[0].flatten().tolist()])
    return batches


def _loaders(function):
    data = TensorDataset(torch.arange(25.0).reshape(25, 1), torch.arange(25) % 3)
    call = "make_loaders(dataset, batch_size=4, val_fraction=0.2, seed=3)，25 个样本"

    def made(seed):
        got = function(data, batch_size=4, val_fraction=0.2, seed=seed)
        if not isinstance(got, (tuple, list)) or len(got) != 2:
            raise Wrong(call, got, Words("(train_loader, val_loader)"), "请返回两个加载器：`return train_loader, val_loader`。")
        return got

    train_loader, val_loader = made(3)
    for loader in (train_loader, val_loader):
        if not hasattr(loader, "__iter__") or isinstance(loader, torch.utils.data.Dataset):
            raise Wrong(call, loader, Words("两个 DataLoader"), "数据集的一部分还不是加载器：请用 DataLoader(part, batch_size=batch_size, …) 把它包起来。")
    train, val = _served(train_loader, call), _served(val_loader, call)
    flat_train, flat_val = sum(train, []), sum(val, [])
    sizes = Words(f"{len(flat_train)} 个样本用于训练，{len(flat_val)} 个用于验证")
    if set(flat_train) & set(flat_val):
        raise Wrong(call, Words(f"样本 {sorted(set(flat_train) & set(flat_val))[:5]} …… 两部分里都有"), Words("每个样本只在一个部分里"), "两部分有重叠：请把一个打乱后的索引列表切成两段。")
    if len(flat_train) <= 6 and len(flat_val) >= 19:
        raise Wrong(call, sizes, Words("20 和 5"), "验证部分更大：它应该占样本的 val_fraction，而且结果里训练在前。")
    if len(flat_train) + len(flat_val) < 25:
        raise Wrong(call, sizes, Words("共 25 个样本"), "少了样本。是不是有 drop_last=True，或者取整时切掉了一些？")
    if len(flat_train) + len(flat_val) > 25:
        raise Wrong(call, sizes, Words("共 25 个样本"), "有的样本出现了两次。")
    if not 4 <= len(flat_val) <= 6:
        raise Wrong(call, sizes, Words("20 和 5（可以相差 1）"), "验证部分得到 n · val_fraction 个样本：len(dataset) * val_fraction，取整。")
    for name, batches in ((Words("训练"), train), (Words("验证"), val)):
        if max(len(b) for b in batches) != 4 or min(len(b) for b in batches[:-1] or batches) != 4:
            raise Wrong(call, Words(f"{name}：各批的大小为 {[len(b) for b in batches]}"), Words("每批 4 个；最后一批可以小一些"), "请把 batch_size 传给两个 DataLoader。")
    if flat_train == sum(_served(train_loader, call), []):
        raise Wrong(call, Words("两轮中，训练数据的顺序相同"), Words("每一轮换新的顺序"), "训练需要 shuffle=True（如果带生成器，不要每一轮都重置它）。")
    if flat_val != sum(_served(val_loader, call), []):
        raise Wrong(call, Words("验证数据出现了两种顺序"), Words("固定的顺序"), "打乱只用于训练：验证时不要加 shuffle。")
    torch.manual_seed(99)
    again = sum(_served(made(3)[1], call), [])
    if set(again) != set(flat_val):
        raise Wrong(call + "，调用两次", Words("两种不同的划分"), Words("相同的划分"), "划分必须只由 `seed` 决定。请给 random_split 或 randperm 一个生成器：torch.Generator().manual_seed(seed)。")
    other = sum(_served(made(4)[1], call), [])
    if set(other) == set(flat_val):
        words = "划分不是随机的：请先打乱索引（用带生成器的 torch.randperm）。" if sorted(flat_val) in (list(range(5)), list(range(20, 25))) else "没有用到参数 `seed`：随机种子不同，划分应该不同。"
        raise Wrong(call.replace("seed=3", "seed=4"), Words("与 seed=3 时相同的划分"), Words("另一种划分"), words)


def _loaders_of_odd_sizes(function):
    data = TensorDataset(torch.arange(23.0).reshape(23, 1), torch.arange(23) % 3)
    call = "make_loaders(dataset, batch_size=5, val_fraction=0.3, seed=0)，23 个样本"
    splits = []
    for state in (1, 2):
        torch.manual_seed(state)
        train, val = (sum(_served(loader, call), []) for loader in function(data, batch_size=5, val_fraction=0.3, seed=0))
        sizes = Words(f"{len(train)} 个样本用于训练，{len(val)} 个用于验证")
        if len(set(train)) < len(train):
            raise Wrong(call, Words("有的样本在一轮训练中出现了两次"), Words("每个一次"), "请不放回地抽取：shuffle=True 就是这样做的。")
        if abs(len(val) - 6.9) > 1:
            raise Wrong(call, sizes, Words("16 和 7（可以相差 1）"), "验证部分得到 n · val_fraction 个样本：len(dataset) * val_fraction，取整；不必是批次大小的整数倍。")
        if len(train) + len(val) != 23:
            raise Wrong(call, sizes, Words("共 23 个样本"), "少了样本。请只对一个大小取整，另一个取剩下的；并保留最后较小的那一批。")
        splits.append(set(val))
    if splits[0] != splits[1]:
        raise Wrong(call + "，调用两次", Words("两种不同的划分"), Words("相同的划分"), "0 和别的数一样，也是随机种子：不要用 `if seed` 来判断。")


EXAMPLES["make_loaders"] = [_loaders, _loaders_of_odd_sizes]

HINTS["make_loaders"] = (
    "把编号 0 到 n−1 随机排列一次。划分就只是切一刀。",
    "torch.randperm(n, generator=…) 给出顺序，用你自己的、以 `seed` 为随机种子的 torch.Generator；Subset(dataset, indices) 是一部分数据；DataLoader(part, batch_size=…, shuffle=…) 把它送出来。",
    "n_val = round(n · val_fraction)；顺序中的前 n_val 个用于验证，其余用于训练。只有训练用 shuffle=True。（带 generator= 的 random_split 也能切。）",
)


# ------------------------------------------------------------------------------------- 02_training_loop: train_one_epoch


def _epoch_of_images(function):
    call = "train_one_epoch(model, loader, nn.MultiMarginLoss(), lr=0.5 的 SGD)，7 张形状为 (1, 1, 2) 的图像，每批 3 张"
    model = _Small(images=True)
    got = function(model, _image_loader(), nn.MultiMarginLoss(), torch.optim.SGD(model.parameters(), lr=0.5))
    advice = "损失要用传入的那个 `criterion`，图像要原样交给模型。"
    _compare(call + "；之后模型的权重", model.linear.weight, _t([[0.5, -0.138889], [0.472222, 0.416667], [-1.222222, 0.222222]]), (), advice)
    _compare(call, got, 0.4533068, (), advice)


def _epoch(function):
    call = "train_one_epoch(model, loader, nn.CrossEntropyLoss(), lr=0.5 的 SGD)，5 个样本，每批 2 个"
    model = _Small().eval()
    got = function(model, _loader(), nn.CrossEntropyLoss(), torch.optim.SGD(model.parameters(), lr=0.5))
    if not all(model.modes):
        raise Wrong(call, Words("在评估模式下做了一次前向传播"), Words("训练模式"), "请在第一批之前调用 model.train()。")
    _require_all(call, model)
    if len(model.modes) != 3:
        raise Wrong(call, Words(f"做了 {len(model.modes)} 次前向传播"), Words("3 次，每批一次"), "每一批只经过模型一次。请留住它的输出，不要再算一遍。")
    slips = [
        ([[0.5, -0.5], [0.25, 1.0], [-1.0, 0.0]], "权重没有变。在 loss.backward() 之后调用 optimizer.step() 了吗？"),
        ([[-0.60569, 0.17768], [-0.71644, 0.48443], [1.07213, -0.16211]], "每一步用的都是到目前为止所有批的梯度。请为每一批清除梯度：optimizer.zero_grad()。"),
        ([[-0.35963, -1.35963], [0.26043, 1.01043], [-0.1508, 0.8492]], "整轮里只走了一步。优化器每一批都要走一步：请检查缩进。"),
    ]
    if any(_is_slip(model.linear.weight, _t(wrong)) for wrong, _ in slips):
        better = next(better for wrong, better in slips if _is_slip(model.linear.weight, _t(wrong)))
        raise Wrong(call + "；之后模型的权重", model.linear.weight, _t([[-0.61059, -0.81297], [-0.11363, 0.84379], [0.47422, 0.46918]]), better)
    _compare(call + "；之后模型的权重", model.linear.weight, _t([[-0.61059, -0.81297], [-0.11363, 0.84379], [0.47422, 0.46918]]), (), "对每一批：zero_grad、前向传播、损失、backward、step，按这个顺序，各做一次。")
    losses = [
        (2.23576, "这是对各批取的均值。最后一批只有一个样本，分量却过重：请累加 loss · len(targets)，再除以样本数。"),
        (6.70729, "这是各批之和。请按批次大小给每个损失加权，再除以样本数。"),
        (10.9822, "这是所有样本之和。请除以样本数。"),
        (1.34146, "一批的损失已经是均值。请先乘以 len(targets)，再除以样本数。"),
        (2.43238, "这只是最后一批的损失。请把各批累加起来。"),
        (3.66073, "你除以了批数。请除以样本数。"),
        (0.7387, "这是每一步之后的损失。请用训练这一批时的损失。"),
    ]
    _compare(call, got, 2.19644, losses, "请返回每个样本的平均损失：损失 · 批次大小，求和后除以样本数。")


EXAMPLES["train_one_epoch"] = [_epoch, _epoch_of_images]

HINTS["train_one_epoch"] = (
    "先为单独一批写出五个步骤：清除梯度、前向传播、损失、backward、step。然后在外面套上循环。",
    "循环之前 model.train()。循环里面：用 .to(device) 移动两个张量，optimizer.zero_grad()，对模型的输出和目标计算 criterion，loss.backward()，optimizer.step()。要得到每个样本的均值，需要累加什么？",
    "损失是它那一批的均值：把 loss.item() · len(targets) 加到累计总数上，把 len(targets) 加到计数上。返回总数 / 计数。",
)


# -------------------------------------------------------------------------------------------- 02_training_loop: evaluate


def _evaluation_of_images(function):
    call = "evaluate(model, loader, nn.MultiMarginLoss())，7 张形状为 (1, 1, 2) 的图像，每批 3 张，在 torch.no_grad() 之下"
    model = _Small(images=True).eval()
    with torch.no_grad():
        got = function(model, _image_loader(), nn.MultiMarginLoss())
        on = torch.is_grad_enabled()
    if on:
        raise Wrong(call, Words("之后梯度被打开了"), Words("仍然关闭，和之前一样"), "`with torch.no_grad():` 会让一切恢复原样；torch.set_grad_enabled(True) 不会。")
    if not all(parameter.requires_grad for parameter in model.parameters()):
        raise Wrong(call, Words("参数不再学习了"), Words("参数保持原样"), "不要动参数的 requires_grad：torch.no_grad() 就够了。")
    slips = [
        ((None, 5.0), "这是答对的个数。请除以样本数。"),
        ((None, 3 / 7), "这是含有正确回答的批数。请数正确回答的个数。"),
    ]
    advice = ("损失要用传入的那个 `criterion`，并按每批的大小加权。", "每一行里，最大的 logit 所在的位置就是预测；把它与目标比较，再除以样本总数。")
    _compare(call, got, (0.4261905, 0.7142857), slips, advice, names=("损失", "accuracy"))


def _evaluation(function):
    call = "evaluate(model, loader, nn.CrossEntropyLoss())，5 个样本，每批 2 个"
    for before in (True, False):
        model = _Small().train(before)
        weight = model.linear.weight.clone()
        got = function(model, _loader(), nn.CrossEntropyLoss())
        if any(model.modes):
            raise Wrong(call, Words("在训练模式下做了一次前向传播"), Words("评估模式"), "请先调用 model.eval()：否则随机失活和批归一化的行为还和训练时一样。")
        if any(model.recording):
            raise Wrong(call, Words("做了一次记录梯度的前向传播"), Words("没有梯度"), "请把循环放在 `with torch.no_grad():` 里面。model.eval() 不管这件事。")
        _require_all(call, model)
        if not torch.equal(weight, model.linear.weight):
            raise Wrong(call, Words("权重变了"), Words("权重保持原样"), "评估不是训练：不要 backward，不要 step。")
        if any(module.training != before for module in model.modules()):
            mode = {True: "训练模式", False: "评估模式"}
            raise Wrong(call + f"，模型处于{mode[before]}", Words(f"模型或其中某一层被留在了{mode[not before]}"), Words(mode[before]), "开头记住 model.training，最后用 model.train(was_training) 恢复。")
        if not torch.is_grad_enabled():
            torch.set_grad_enabled(True)
            raise Wrong(call, Words("之后梯度被关闭了"), Words("仍然打开，和之前一样"), "`with torch.no_grad():` 会自己把它们重新打开；torch.set_grad_enabled(False) 不会。")
        slips = [
            ((None, 20.0), "准确率是比例，不是百分数：是 0.2，不是 20。"),
            ((None, 1.0), "5 个里对了 1 个，就是 0.2：请用答对的个数除以样本数。"),
            ((None, 0.8), "这是答错的比例。准确率是答对的比例。"),
            ((None, 1 / 6), "这是各批准确率的均值。最后一批较小：请数答对的个数，再除以样本总数。"),
            ((None, 1 / 3), "你除以了批数。请除以样本数。"),
            ((2.02874, None), "损失是对各批取的均值；最后一批较小。请用 len(targets) 给每一批加权。"),
            ((2.02874, 1 / 6), "两者都是对各批取的均值；最后一批较小。请按样本加权，不要按批。"),
            ((6.08621, None), "损失是各批之和。请按每批的大小加权，再除以样本数。"),
            ((10.20896, None), "损失是所有样本之和。请除以样本数。"),
            ((1.21724, None), "一批的损失已经是均值：先乘以 len(targets)，再除以样本数。"),
            ((0.2, 2.04179), "顺序是 (loss, accuracy)。"),
        ]
        advice = (
            "损失是对样本取的均值：每批的损失 · 该批的大小，求和后除以样本数。",
            "准确率是答对的个数除以样本数。",
        )
        _compare(call, got, (2.04179, 0.2), slips, advice, names=("损失", "accuracy"))


EXAMPLES["evaluate"] = [_evaluation, _evaluation_of_images]

HINTS["evaluate"] = (
    "复制 train_one_epoch 的循环，去掉其中所有与学习有关的部分。循环之前和之后要加什么？",
    "之前：记住 model.training，然后 model.eval()。循环外面套上 with torch.no_grad()。之后：model.train(was_training)。一路上数答对的个数和样本数。",
    "(logits.argmax(dim=1) == targets).sum().item() 是一批中答对的个数。把两个总数都除以样本数，先返回损失。",
)


# ------------------------------------------------------------------------------------------------- 02_training_loop: fit


def _fitting(function):
    call = "fit(model, train_loader, val_loader, epochs=3, lr=0.1)，5 + 3 个样本"
    model = _Small()
    val_loader = DataLoader(TensorDataset(_t([[1, 1], [-1, -1], [0.5, -2]]), torch.tensor([1, 0, 2])), batch_size=2)
    got = function(model, _loader(), val_loader, 3, 0.1)
    keys = ("train_loss", "val_loss", "val_accuracy")
    if not isinstance(got, dict) or any(key not in got for key in keys):
        raise Wrong(call, got, Words("含有这些键的字典：" + ", ".join(keys)), "请返回历史记录：三个名字各对应一个列表。")
    for key in keys:
        if not isinstance(got[key], (list, tuple)) or len(got[key]) != 3:
            words = "每一轮追加一个数。"
            if isinstance(got[key], list) and len(got[key]) == 1:
                words += "只有一轮留下了数：遍历各轮的循环是不是因为里面有 `return` 而提前结束了？"
            raise Wrong(f"{call}；history[\"{key}\"]", got[key], Words("含 3 个数的列表，每一轮一个"), words)
        if any(isinstance(value, torch.Tensor) and value.requires_grad for value in got[key]):
            raise Wrong(f"{call}；history[\"{key}\"]", Words("仍带着计算图的张量"), Words("由数组成的列表"), "其中每一个都让整轮的计算图留在内存里。请先用 `.item()` 从损失中取出普通的数，再累加或追加。")
        if any(_number(value) is None for value in got[key]):
            words = "`evaluate` 返回两个值，所以要先把它们拆开。" if any(isinstance(value, (tuple, list)) for value in got[key]) else "`.item()` 可以从只含一个值的张量里取出一个数。"
            raise Wrong(f"{call}；history[\"{key}\"]", got[key], Words("由数组成的列表"), f"请追加普通的数：{words}")
    values = {key: [_number(value) for value in got[key]] for key in keys}
    expected = {"train_loss": [2.11424, 1.55197, 1.25435], "val_loss": [1.1465, 1.12301, 1.12703], "val_accuracy": [1 / 3, 2 / 3, 2 / 3]}
    slips = {
        "train_loss": [
            ([2.11424, 1.75506, 1.47999], "每一轮都新建了优化器，它就忘了已经知道的东西。请在循环之前只建一次。"),
            ([2.06936, 1.70946, 1.48236], "这是 SGD 的结果。任务要求用 torch.optim.Adam。"),
            ([2.04246, 2.03644, 2.032], "`lr` 没有传给优化器：Adam(model.parameters(), lr=lr)。"),
            ([2.04179, 2.04179, 2.04179], "模型没有学习。每一轮都调用 train_one_epoch 了吗？优化器拿到的是这个模型的参数吗？"),
        ],
        "val_loss": [
            ([1.23688, 1.1465, 1.12301], "验证放在了训练前面。每一轮请先训练，再评估。"),
            ([1.66652, 1.34118, 1.11604], "这是训练数据上的损失。请在 val_loader 上评估。"),
            ([1 / 3, 2 / 3, 2 / 3], "损失和准确率弄反了：evaluate 返回 (loss, accuracy)。"),
        ],
        "val_accuracy": [([100 / 3, 200 / 3, 200 / 3], "准确率是比例，不是百分数。")],
    }
    for key in keys:
        if _same(_t(values[key]), _t(expected[key])) and _is_rounded(_t(values[key]), _t(expected[key])):
            raise Wrong(f"{call}；history[\"{key}\"]", values[key], expected[key], "这些数被取整了。请原样追加；取整只用于打印。")
    learned = [1.66652, 1.34118, 1.11604]  # the training loss may also be measured by an evaluation after the epoch
    if _same(_t(values["train_loss"]), _t(learned)):
        expected["train_loss"] = learned
    amiss = [key for key in keys if not _same(_t(values[key]), _t(expected[key]))]
    for key in amiss:
        for wrong, better in slips[key]:
            if _same(_t(values[key]), _t(wrong)):
                raise Wrong(f"{call}；history[\"{key}\"]", values[key], expected[key], better)
        words = "`fit` 以 train_one_epoch 和 evaluate 为基础：它们的检查通过了吗？然后是：一个 Adam，交叉熵，先训练，再验证。"
        if len(amiss) == 1 and all((_t(values[other]) - _t(expected[other])).abs().max() < 2e-5 for other in keys if other != key):
            source = {"train_loss": "train_one_epoch 返回的值", "val_loss": "evaluate 返回的第一个值", "val_accuracy": "evaluate 返回的第二个值"}[key]
            words = f"只有 {key} 不对；另外两个列表都对。每一轮请把 {source}原样追加进去。"
        raise Wrong(f"{call}；history[\"{key}\"]", values[key], expected[key], words)


def _longer_fitting(function):
    call = "fit(model, train_loader, val_loader, epochs=8, lr=0.1)，模型带批归一化，9 + 5 张图像"
    model = nn.Sequential(nn.Flatten(), nn.Linear(2, 4, bias=False), nn.BatchNorm1d(4), nn.ReLU(), nn.Linear(4, 3))
    with torch.no_grad():
        model[1].weight.copy_(_t([[1, -0.5], [0.5, 1], [-1, 0.25], [0.3, -1]]))
        model[4].weight.copy_((torch.arange(12.0) * 5 % 7 - 3).reshape(3, 4) / 4)
        model[4].bias.copy_(_t([0.1, -0.1, 0]))
    images = _t([[1, 2], [-1, 0.5], [2, -1], [0, 1], [-2, -2], [3, 0], [1, -1.5], [-1, 2], [0.5, 0.5], [1, 1], [-1, -1], [0.5, -2], [2, 2], [-2, 1]]).reshape(14, 1, 1, 2)
    labels = torch.tensor([1, 2, 0, 0, 2, 0, 1, 1, 2, 1, 2, 0, 0, 1])
    loaders = DataLoader(TensorDataset(images[:9], labels[:9]), batch_size=3), DataLoader(TensorDataset(images[9:], labels[9:]), batch_size=2)
    history = function(model, *loaders, 8, 0.1)
    advice = "用一个 Adam，只传 `lr`，不加别的，负责所有参数；每一轮训练时用训练模式，验证时用评估模式；所有轮都要跑完。"
    for key, expected in (("val_loss", [1.121561, 0.996482, 0.958364, 0.947983, 0.939969, 1.008147, 1.20944, 1.40503]), ("val_accuracy", [0.4, 0.2, 0.4, 0.6, 0.6, 0.4, 0.4, 0.4])):
        got = [_number(value) for value in history[key]]
        if len(got) != 8 or not _same(_t(got), _t(expected)):
            few = "要跑 8 轮：不要提前结束。" if len(got) < 8 else advice
            raise Wrong(f"{call}；history[\"{key}\"]", got, expected, few)
    words = "历史记录是对的，但模型不是最后一轮训练留下的样子。fit 训练的就是传给它的那个模型；不要复制，也不要退回到早先的权重。"
    _compare(call + "；之后模型的一个权重", model[4].weight[0], _t([0.19949, 0.326684, -1.382243, -0.132504]), (), words)
    _compare(call + "；之后批归一化的滑动均值", model[2].running_mean, _t([0.588795, 0.262954, -0.439996, -0.367322]), (), words)


EXAMPLES["fit"] = [_fitting, _longer_fitting]

HINTS["fit"] = (
    "难的都做完了：这个函数只需调用 train_one_epoch 和 evaluate。哪些东西只建一次，每一轮又要做什么？",
    "只做一次：criterion、优化器、三个空列表。每一轮：在 train_loader 上训练，在 val_loader 上评估，追加三个数。",
    "torch.optim.Adam(model.parameters(), lr=lr) 写在循环之前。`val_loss, val_accuracy = evaluate(…)` 把返回的一对拆开。设备是 next(model.parameters()).device。",
)


# ------------------------------------------------------------------------------------ 02_training_loop: trained_accuracy


def _together(CNN, make_loaders, fit):
    call = "fit(CNN(), *make_loaders(20 张图像), epochs=1, lr=0.001)"
    model = CNN()
    if not isinstance(model, nn.Module):
        raise Wrong("CNN()", model, Words("一个 nn.Module"), "请把第 1 部分写的类粘贴到单元格 `my_cnn` 里。")
    images = _digits_like(2).repeat(10, 1, 1, 1) / 6
    data = TensorDataset(images, torch.arange(20) % 10)
    scores = model(images)
    if not isinstance(scores, torch.Tensor) or scores.shape != (20, 10):
        raise Wrong("CNN()(images)，20 张图像", scores, Words("形状为 (20, 10) 的张量"), "请先改好 CNN：它在第 1 部分的检查应该通过。")
    parameters = [p.detach().clone() for p in model.parameters()]
    if sum(p.numel() for p in parameters) != 21578:
        raise Wrong("CNN() 的参数", sum(p.numel() for p in parameters), 21578, "请把第 1 部分写好的类粘贴到单元格 `my_cnn` 里。")
    fit(model, *make_loaders(data), epochs=1, lr=0.001)
    if all(torch.equal(before, after) for before, after in zip(parameters, model.parameters())):
        raise Wrong(call, Words("权重保持原样"), Words("训练过的权重"), "什么都没有学到。train_one_epoch 和 fit 的检查通过了吗？fit 训练的必须就是传给它的那个模型。")


EXAMPLES["trained_accuracy"] = [_together]
NEEDS["trained_accuracy"] = ("CNN", "make_loaders", "fit")
PASSED_WORDS["trained_accuracy"] = "各部分接得上。训练本身，以及测试图像上的准确率，在评分时进行。"

HINTS["trained_accuracy"] = (
    "这里没有要写的东西。make_loaders、train_one_epoch、evaluate 和 fit 的检查都通过了吗？你的 CNN 粘贴进来了吗？",
    "请运行上面的单元格，它的训练方式和评分时一样。训练损失是从 2.3 附近开始，一轮一轮下降吗？",
    "如果损失停在 2.3 附近：检查 zero_grad、backward、step 和 lr。如果损失下降而准确率很低：CNN 最后有 softmax，或者 fit 训练的不是传给它的那个模型。",
)


# ------------------------------------------------------------------------------------------- 03_softmax_metrics: softmax

EXAMPLES["softmax"] = [
    _value(
        f"softmax(z)，{_Z}",
        (_z,),
        _S1,
        [
            (_S0, "加起来等于 1 的是列，不是行：dim=-1 是最后一个维度。"),
            (_t([[0.08032, 0.21834, 0.59352], [0.02955, 0.02955, 0.04872]]), "整个张量加起来等于 1。请只沿 `dim` 求和，并用 keepdim=True。"),
            (_t([[2.71828, 7.38906, 20.08554], [1, 1, 1.64872]]), "exp 是对的。现在请除以它沿 `dim` 的和。"),
            (_t([[1 / 6, 1 / 3, 0.5], [0, 0, 1]]), "少了指数：先取 exp，再除以和。"),
            (_L1, "这是 softmax 的对数，那是下一个任务。"),
        ],
        advice="每个得分取 exp，再除以它那一行的指数之和。每一行加起来等于 1 吗？",
    ),
    _value(f"softmax(z, dim=0)，{_Z}", (_z, {"dim": 0}), _S0, [(_S1, "没有用到参数 `dim`。请把它传给 amax 和 sum。")], advice="dim=0 时，每一列加起来等于 1。"),
    _value("softmax(tensor([[1000., 1001.]]))", (_t([[1000, 1001]]),), _t([[0.26894, 0.73106]]), nan="exp(1000) 是无穷大。请先减去沿 `dim` 的最大得分：结果不变。"),
    _value("softmax(tensor([[-1000., -1001.]]))", (_t([[-1000, -1001]]),), _t([[0.73106, 0.26894]]), nan="exp(-1000) 是 0，而 0 / 0 不是数。请减去最大得分，即使它是负的。"),
    _value("softmax(tensor([[5., 1000.], [0., 1.]]))", (_t([[5, 1000], [0, 1]]),), _t([[0, 1], [0.26894, 0.73106]]), [(_t([[0, 1], [0, 0]]), "请减去每一行自己的最大值，不是整个张量的。")], nan="请从每一行减去它自己的最大值 z.amax(dim=dim, keepdim=True)：减去整个张量的最大值或均值都不行。"),
    _value("softmax(z)，z 为 float64", (_z.double(),), _S1.double()),
]

HINTS["softmax"] = (
    "分两步：先让每个得分变成正的，再让它们加起来等于 1。沿哪个维度？",
    "先取 exp，再除以沿 `dim` 的和，用 keepdim=True 让形状对得上。得分很大时：先从所有得分里减去某个数。结果不会变；为什么？",
    "m = z.amax(dim=dim, keepdim=True)；用 exp(z − m) 来算。这样最大的指数就是 0。",
)


# --------------------------------------------------------------------------------------- 03_softmax_metrics: log_softmax

EXAMPLES["log_softmax"] = [
    _value(
        f"log_softmax(z)，{_Z}",
        (_z,),
        _L1,
        [
            (_S1, "这是 softmax。要的是它的对数。"),
            (-_L1, "符号错了：对数概率是负的。"),
            (_L0, "归一化的是列，不是行：dim=-1 是最后一个维度。"),
            (_t([[-2.52169, -1.52169, -0.52169], [-3.52169, -3.52169, -3.02169]]), "整个张量一起归一化了。请只沿 `dim` 求和，并用 keepdim=True。"),
            (_t([[-2, -1, 0], [-0.5, -0.5, 0]]), "最大得分已经减去了。现在还要减去指数之和的对数。"),
        ],
        advice="沿每一行计算 z − log(exp(z) 之和)。",
    ),
    _value(f"log_softmax(z, dim=0)，{_Z}", (_z, {"dim": 0}), _L0, [(_L1, "没有用到参数 `dim`。请把它传给 amax 和 sum。")], advice="dim=0 时，要对每一列归一化。"),
    _value("log_softmax(tensor([[1000., 1000.]]))", (_t([[1000, 1000]]),), _t([[-0.69315, -0.69315]]), nan="exp(1000) 是无穷大。请在 exp 之前减去最大得分。"),
    _value("log_softmax(tensor([[-1000., -1000.]]))", (_t([[-1000, -1000]]),), _t([[-0.69315, -0.69315]]), nan="exp(-1000) 是 0，它的对数是负无穷。请减去最大得分，即使它是负的。"),
    _value("log_softmax(tensor([[0., 0.], [1000., 1000.]]))", (_t([[0, 0], [1000, 1000]]),), _t([[-0.69315, -0.69315], [-0.69315, -0.69315]]), nan="请减去每一行自己的最大值，不是整个张量的：否则数值远低于它的那一行什么都不剩。"),
    _value("log_softmax(tensor([[0., 200.]]))", (_t([[0, 200]]),), _t([[-200, 0]]), [(_t([[-20.72327, 0]]), "在对数里面加一个小数，会掩盖问题，给出错误的值。请在纸上推导对数：(z − m) − log(exp(z − m) 之和)。")], nan="log(softmax(z)) 失灵了：取对数之前，很小的概率已经变成了 0。请用 (z − m) − log(exp(z − m) 之和)。", advice="不需要算出任何概率：(z − m) − log(exp(z − m) 之和)，m 是最大得分。"),
    _value("log_softmax(z)，z 为 float64", (_z.double(),), _L1.double()),
]

HINTS["log_softmax"] = (
    "在纸上把 log(exp(z_k) / S) 写成两个对数之差。",
    "log softmax = z − log(exp(z) 之和)。只有第二部分可能溢出；请在 exp 之前减去最大得分，并把它补回来。",
    "设 s = z − z.amax(dim=dim, keepdim=True)，答案就是 s 减去 exp(s) 沿 `dim` 之和的对数，用 keepdim=True。（torch.logsumexp 能稳定地算出第二部分。）",
)


# ------------------------------------------------------------------------------------- 03_softmax_metrics: cross_entropy

_classes = torch.tensor([0, 1, 0, 2])
EXAMPLES["cross_entropy"] = [
    _value(
        "cross_entropy(logits, targets)，logits 的形状为 (4, 3)，targets = [0, 1, 0, 2]",
        (_logits, _classes),
        _t(1.008873),
        [
            (_t(4.035494), "这是整批的和。请取均值。"),
            (_t(-1.008873), "符号错了：损失是*负的*均值。"),
            (_t(0.336291), "你除以了 N·K。均值是对 N 个样本取的。"),
            (_t([0.46437, 0.16985, 3.09492, 0.30636]), "这些是各个样本的损失，而且是对的。请取它们的均值。"),
            (_t(0.924727), "softmax 做了两次。输入是 logits：做一次 log-softmax 就够了。"),
            (_t(-0.563432), "少了对数：这是真实类别的平均概率，不是它的对数。"),
            (_t(0.573708), "你取了均值的对数。请取对数的均值。"),
            (_t(1.631687), "`log_probs[targets]` 取的是整行，不是每行取一个。请把它们配对：log_probs[torch.arange(N), targets]。"),
            (_t(4.895060), "`log_probs[targets]` 取的是整行，不是每行取一个。请把它们配对：log_probs[torch.arange(N), targets]。"),
            (_t(1.790133), "`log_probs[:, targets]` 让每一行和每个目标都配了对。请让第 n 行与第 n 个目标配对：log_probs[torch.arange(N), targets]。"),
            (_t(1.14125), "概率沿着批加起来等于 1，而不是沿着类别：请用 dim=1。"),
        ],
        advice="从每一行的 log-softmax 里，取出目标对应的那一项；损失是它们的均值取负。",
    ),
    _value("cross_entropy(tensor([[1000., 0., 0.], [0., 2000., 0.]], float64), tensor([0, 0]))", (_t([[1000, 0, 0], [0, 2000, 0]], torch.float64), torch.tensor([0, 0])), _t(1000, torch.float64), nan="exp(1000) 是无穷大，或者概率 0 被取了对数。请从得分算起：指数之和的对数（用稳定的算法），减去真实类别的 logit。", advice="得分很大时，有一个很小的数丢失了。请用 log-softmax，不要对 softmax 取对数。"),
]

HINTS["cross_entropy"] = (
    "每一行的 K 个对数概率里，哪一个才是要紧的？",
    "沿 dim=1 的 log-softmax 得到 (N, K)。从第 n 行取出第 targets[n] 列的那一项；损失是取出的这些值的均值取负。",
    "log_probs[torch.arange(N), targets] 从每一行取一项（gather 也行）。然后加负号，再 .mean()。",
)


# ------------------------------------------------------------------------------------------- 03_softmax_metrics: predict


def _prediction(function):
    images = _t([[1, 2], [-1, 0.5], [2, -1], [0, -2]]).reshape(4, 1, 1, 2)
    call = "predict(model, images)，4 张图像，3 个类别"
    best = _t([0.904375, 0.576604, 0.871703, 0.742808])
    for before in (True, False):
        model = _Small(images=True).train(before)
        got = function(model, images.clone())
        if isinstance(got, (tuple, list)):  # NumPy arrays will do
            got = tuple(torch.as_tensor(g) if type(g).__module__ == "numpy" else g for g in got)
        if any(model.modes):
            raise Wrong(call, Words("在训练模式下做了一次前向传播"), Words("评估模式"), "请先调用 model.eval()：否则随机失活会让每次的回答都不一样。")
        if any(model.recording):
            raise Wrong(call, Words("做了一次记录梯度的前向传播"), Words("没有梯度"), "请把前向传播放在 `with torch.no_grad():` 里面。")
        if any(module.training != before for module in model.modules()):
            raise Wrong(call, Words("模型或其中某一层被留在了另一种模式"), Words("它原先的模式"), "开头记住 model.training，最后用 model.train(was_training) 恢复。")
        if not torch.is_grad_enabled():
            torch.set_grad_enabled(True)
            raise Wrong(call, Words("之后梯度被关闭了"), Words("仍然打开，和之前一样"), "`with torch.no_grad():` 会自己把它们重新打开；torch.set_grad_enabled(False) 不会。")
        if not all(parameter.requires_grad for parameter in model.parameters()):
            raise Wrong(call, Words("参数不再学习了"), Words("参数保持原样"), "不要动参数的 requires_grad：torch.no_grad() 就够了。")
        labels = torch.tensor([1, 2, 0, 0])
        slips = [
            ((best, labels), "顺序是 (labels, confidences)；`max(dim=1)` 先给出的是值。"),
            ((None, _t([2.25, 0.9, 1.6, 1.1])), "这是最大的 logit。置信度是它的 softmax。"),
            ((None, 100 * best), "置信度写成了百分数。要的是 0 到 1 之间的比例。"),
            ((labels + 1, None), "标签是从 1 开始数的。第一个类别是 0：请返回 argmax 给出的值。"),
            ((None, _t([0.824044, 0.643914, 0.541341, 0.32834])), "概率沿着图像加起来等于 1。对于 logits (N, K)，请用 dim=1。"),
            ((torch.Size([3]), torch.Size([3])), "最大值是沿着图像取的。对于 logits (N, K)，类别是 dim=1。"),
            ((None, torch.Size([4, 3])), "这些是所有类别的概率。请为每张图像返回一个置信度：它的标签对应的那个。"),
            ((torch.tensor([2, 0, 2, 1]), torch.Size([4])), "这是可能性最小的类别。请取最大的：argmax。"),
            ((None, best.log()), "这是置信度的对数。请对它取 exp，或者用 softmax。"),
        ]
        advice = ("标签是沿类别取的 argmax。", "置信度是标签所在位置上的 softmax。")
        _compare(call, got, (labels, best), slips, advice, names=("标签", "置信度"))
    single = function(_Small(images=True), images[:1].clone())
    if any(len(getattr(each, "shape", (1,))) != 1 for each in single):
        raise Wrong("predict(model, images)，只有一张图像，形状为 (1, 1, 1, 2)", tuple(single), Words("两个形状为 (1,) 的张量"), "只有一张图像的批次也是批次：`squeeze()` 会把这个轴去掉。")


EXAMPLES["predict"] = [_prediction]

HINTS["predict"] = (
    "这就是只处理一批、没有标签的 evaluate：前后要做的事相同。",
    "在评估模式下、不记录梯度：先算 logits，再沿类别做 softmax，然后取每一行的最大值和它的位置。",
    "probabilities.max(dim=1) 给出一对 (values, indices)：依次是置信度和标签。请按相反的顺序返回，并用 model.train(was_training) 恢复模式。",
)


# ------------------------------------------------------------------------------------------ 03_softmax_metrics: accuracy

EXAMPLES["accuracy"] = [
    _value(
        "accuracy(logits, labels)，logits 的形状为 (4, 3)，其中 3 个答对",
        (_logits, torch.tensor([0, 1, 2, 0])),
        0.75,
        [
            (75.0, "要的是 0 到 1 之间的比例，不是百分数。"),
            (3.0, "这是答对的个数。请除以样本数。"),
            (0.25, "这是答错的比例吗？4 个里对了 3 个：请比较 logits.argmax(dim=1) 和 labels。"),
            (0.0, "一个都没对？请比较 logits.argmax(dim=1) 和 labels，并按浮点数来除。"),
            (1.0, "你比较的东西对吗？4 个里只有 3 个答对。"),
        ],
        advice="logits.argmax(dim=1) 就是预测。其中有多大比例等于 labels？",
    ),
    _value(
        "accuracy(logits, labels)，logits = [[-2, -1, -3], [0.2, 0.4, 0.1], [3, 1, 2]]，labels = [2, 1, 0]",
        (_t([[-2, -1, -3], [0.2, 0.4, 0.1], [3, 1, 2]]), torch.tensor([2, 1, 0])),
        2 / 3,
        advice="得分最大的获胜，即使所有得分都是负的或很小；每一行是一张图像，最后一行也是；什么都不要取整。",
    ),
]

HINTS["accuracy"] = (
    "怎样从十个得分得到一个数字？",
    "logits.argmax(dim=1) 就是预测；与 labels 比较，就得到一个由 True 和 False 组成的张量。",
    "把这个张量变成浮点数再取均值，就是比例。`.item()` 把它变成普通的数。",
)


# ---------------------------------------------------------------------------------- 03_softmax_metrics: confusion_matrix

EXAMPLES["confusion_matrix"] = [
    _value(
        "confusion_matrix(preds, labels, 4)，preds = [0, 1, 1, 1, 0, 2]，labels = [0, 0, 1, 1, 2, 2]",
        (torch.tensor([0, 1, 1, 1, 0, 2]), torch.tensor([0, 0, 1, 1, 2, 2]), 4),
        torch.tensor([[1, 1, 0, 0], [0, 2, 0, 0], [1, 0, 1, 0], [0, 0, 0, 0]]),
        [
            (_t([[1, 0, 1, 0], [1, 2, 0, 0], [0, 0, 1, 0], [0, 0, 0, 0]]), "行和列弄反了：行是真实类别，列是预测类别。"),
            (_t([[1, 1, 0, 0], [0, 1, 0, 0], [1, 0, 1, 0], [0, 0, 0, 0]]), "出现两次的组合只数了一次：`= 1` 只是给格子赋值，`cm[labels, preds] += 1` 不会累加，`break` 则会停止计数。请为每个样本加 1，或者用 bincount，或者用带 accumulate=True 的 index_put_。"),
            (torch.Size([3, 3]), "类别 3 没有出现，但也有它的一行和一列：大小由 num_classes 决定。"),
            (_t([[0.5, 0.5, 0, 0], [0, 1, 0, 0], [0.5, 0, 0.5, 0], [0, 0, 0, 0]]), "要的是个数，不是每一行的比例。"),
            (torch.Size([16]), "这是排成一行的矩阵：.reshape(num_classes, num_classes)。"),
        ],
        advice="cm[t, p] 数的是类别 t 中被预测成 p 的样本。请把六个组合手工过一遍。",
    ),
    _value("confusion_matrix(preds, labels, 2)，有 300 个类别 0 的样本，全部预测为 0", (torch.zeros(300, dtype=torch.long), torch.zeros(300, dtype=torch.long), 2), torch.tensor([[300, 0], [0, 0]]), [(_t([[44, 0], [0, 0]]), "有个格子到 256 就溢出了：请用 torch.long 计数，不要用较小的整数类型。")], advice="一个格子里的数可以任意大：请用 torch.long 计数。"),
]

HINTS["confusion_matrix"] = (
    "先建一个全零矩阵，再写一个循环，遍历各个组合（标签，预测）。",
    "torch.zeros(num_classes, num_classes, dtype=torch.long)；每个组合让一个格子加 1。哪个索引是行？",
    "行是标签：在遍历 zip(labels, preds) 的循环里写 cm[t, p] += 1。不用循环的话：labels · num_classes + preds 给格子编号，再用带 minlength 的 bincount 来数。",
)


# ------------------------------------------------------------------------------- 03_softmax_metrics: precision_recall_f1

_cm = torch.tensor([[5, 1, 0, 0], [2, 3, 0, 0], [1, 0, 0, 0], [0, 0, 0, 0]])
_P, _R, _F = _t([0.625, 0.75, 0, 0]), _t([0.833333, 0.6, 0, 0]), _t([0.714286, 0.666667, 0, 0])
EXAMPLES["precision_recall_f1"] = [
    _value(
        "precision_recall_f1(cm)，cm = [[5, 1, 0, 0], [2, 3, 0, 0], [1, 0, 0, 0], [0, 0, 0, 0]]",
        (_cm,),
        (_P, _R, _F),
        [
            ((_R, _P, _F), "精确率和召回率弄反了：精确率除以列的和（预测成这一类的），召回率除以行的和。"),
            ((100 * _P, None, None), "精确率写成了百分数。要的是 0 到 1 之间的比例。"),
            ((None, 100 * _R, None), "召回率写成了百分数。要的是 0 到 1 之间的比例。"),
            ((_t([0.625, 0.75, 1, 1]), None, None), "分母为 0 时，按规定值为 0，不是 1。"),
            ((None, None, _t([0.729167, 0.675, 0, 0])), "F1 不是普通平均：2·p·r / (p + r)。"),
            ((None, None, _t([0.357143, 0.333333, 0, 0])), "F1 少了一个因子 2：2·p·r / (p + r)。"),
        ],
        names=("精确率", "召回率", "F1"),
        advice=("对于类别 0，精确率是 5 / (5+2+1)。", "对于类别 0，召回率是 5 / (5+1)。", "F1 是 2·p·r / (p + r)，逐个类别计算。"),
        nan="分母为 0 时，按规定值为 0。请在做除法时加以防范（clamp(min=1) 或 torch.where）。",
    ),
]

HINTS["precision_recall_f1"] = (
    "选一个类别，在矩阵里给三样东西涂上颜色：它在对角线上的格子、它的列、它的行。",
    "cm.diagonal() 是命中的个数；cm.sum(dim=0) 是预测成各类别的个数（列）；cm.sum(dim=1) 是各类别实际有的个数（行）。如果和为 0 呢？",
    "用命中数除以 sum.clamp(min=1)，和为 0 时结果就是 0，因为这时也没有命中。同样的办法也适用于 F1，写成 2·命中数 / (预测数 + 实际数)。",
)


# ----------------------------------------------------------------------------------------- 03_softmax_metrics: roc_curve


def _roc(function):
    call = "roc_curve(scores, labels)，scores = [0.6, 0.9, 0.1, 0.8, 0.6, 0.3]，labels = [1, 1, 0, 1, 0, 1]"
    scores, labels = _t([0.6, 0.9, 0.1, 0.8, 0.6, 0.3]), torch.tensor([1, 1, 0, 1, 0, 1])
    shown = Words("(fpr, tpr) 为 (0, 0), (0, 0.25), (0, 0.5), (0.5, 0.75), (0.5, 1), (1, 1)；阈值为 inf, 0.9, 0.8, 0.6, 0.3, 0.1")
    got = function(scores.clone(), labels.clone())
    if got is None:
        raise Wrong(call, Words("None"), shown, "什么也没有返回。有 `return` 吗？")
    if not isinstance(got, (tuple, list)) or len(got) != 3 or not all(isinstance(g, torch.Tensor) for g in got):
        raise Wrong(call, got, shown, "请返回三个张量：fpr、tpr、thresholds。")
    fpr, tpr, thresholds = (g.detach().double() for g in got)
    if not (fpr.dim() == 1 and fpr.shape == tpr.shape == thresholds.shape):
        raise Wrong(call, tuple(got), shown, "三个张量都是一维的，长度相同。")
    curve = Words(", ".join(f"({f:.3g}, {t:.3g})" for f, t in zip(fpr.tolist(), tpr.tolist())) + "；阈值为" + ", ".join(f"{c:.3g}" for c in thresholds.tolist()))

    def wrong(advice):
        raise Wrong(call, curve, shown, advice)

    for name, rate, share, right in (("fpr", fpr, Words("负例"), [0, 0, 0, 0.5, 0.5, 1]), ("tpr", tpr, Words("正例"), [0, 0.25, 0.5, 0.75, 1, 1])):
        words = ""
        if not rate.isfinite().all():
            words = f"出现了 NaN 或无穷大：请除以{share}的个数。"
        elif rate.max() > 1 + 1e-6:
            words = f"{name} 是 0 到 1 之间的比例：请用数到的{share}个数，除以全部{share}的个数。"
        elif rate[0] > rate[-1] and (fpr[0] > fpr[-1]) != (tpr[0] > tpr[-1]):
            words = f"{name} 在这里下降了，而它应该从 0 升到 1：阈值越低，得分不低于它的{share}就越多。"
        if words:
            raise Wrong(f"{call}; {name}", rate, _t(right), words)
    points = [(round(f, 4), round(t, 4)) for f, t in zip(fpr.tolist(), tpr.tolist())]
    if points[0] == (1, 1) and points[-1] == (0, 0):
        wrong("曲线走反了。请让阈值从高于所有得分的地方降到最小的得分。")
    if points[0] == (0, 0) and points[-1] != (1, 1):
        wrong("曲线没有在 (1, 1) 结束。最小的得分也是一个阈值（>=）；fpr 除以全部负例的个数，tpr 除以全部正例的个数。")
    if points[0] != (0, 0):
        swapped = points[-1] == (1, 1) and any(p == (0.25, 0) for p in points)
        wrong("fpr 和 tpr 弄反了。" if swapped else "曲线从 (0, 0) 开始：请在最前面放一个高于最大得分的阈值。")
    allowed = {(0, 0): None, (0, 0.25): 0.9, (0, 0.5): 0.8, (0.5, 0.75): 0.6, (0.5, 1): 0.3, (1, 1): 0.1}
    if (0.25, 0) in points:
        wrong("fpr 和 tpr 弄反了，或者标签理解反了：1 是正例。")
    if (0, 0.75) in points or (0.5, 0.5) in points:
        wrong("有两个样本的得分是 0.6，一正一负。它们一起越过阈值，只走一步：得分相等时，只保留最后一个。")
    if any(p not in allowed for p in points):
        wrong("对每个阈值 c，数一数 score >= c 的正例和负例，再各自除以自己的总数。")
    if any(p not in points for p in ((0, 0), (0, 0.5), (0.5, 0.75), (0.5, 1), (1, 1))):
        wrong("曲线少了一个拐角。请把每个不同的得分都作为阈值。")
    shown, curve, call = Words("inf, 0.9, 0.8, 0.6, 0.3, 0.1"), thresholds, f"{call}；阈值"
    if (thresholds[1:] > thresholds[:-1]).any():
        wrong("阈值应该递减，从高于所有得分的地方降到最小的得分。")
    if not thresholds[0] > 0.9:
        wrong("第一个阈值必须高于所有得分，因为在那里什么都不接受：用无穷大，或者最大得分 + 1。")
    if any(allowed[p] is not None and abs(allowed[p] - c) > 1e-4 for p, c in zip(points, thresholds.tolist()) if p != (1, 1) or c > 0.1):
        wrong("点是对的，但阈值不对：每个点的阈值，是那里接受的最小得分。")
    higher, _, thresholds = function(_t([2.5, -0.5, 1.5]), torch.tensor([1, 0, 1]))
    if not thresholds[0] > 2.5:
        raise Wrong("roc_curve(scores, labels)，scores = [2.5, -0.5, 1.5]，labels = [1, 0, 1]；阈值", thresholds, Words("第一个阈值高于 2.5"), "得分可以是任何数。第一个阈值必须高于所有得分：用无穷大，或者最大得分 + 1。")


EXAMPLES["roc_curve"] = [_roc]

HINTS["roc_curve"] = (
    "把图中的例子手算一遍：对每个阈值，4 个正例和 2 个负例里，各有多少个的得分不低于它？",
    "按得分从高到低排序。顺着列表往下，数出到目前为止的正例和负例（cumsum）。得分相等时，只在最后一个之后记下计数。在最前面放上 (0, 0)，阈值为无穷大。",
    "如果排序后下一个得分不同，或者已经是最后一个，这个位置就对应曲线上的一个点。取这些位置上的累计计数，除以各自的最后一个值，再用 torch.cat 在前面接上一个 0。（从最大的开始，用循环遍历 scores.unique() 也行。）",
)


# ----------------------------------------------------------------------------------------------- 03_softmax_metrics: auc

_ax, _ay = _t([0, 0.2, 0.5, 0.5, 1]), _t([0, 0.4, 0.6, 0.8, 1])
EXAMPLES["auc"] = [
    _value(
        "auc(x, y)，x = [0, 0.2, 0.5, 0.5, 1]，y = [0, 0.4, 0.6, 0.8, 1]",
        (_ax, _ay),
        0.64,
        [
            (0.52, "这些是矩形：每个都取了两个高度中较低的那个，在这里是左边的。请用两者的均值。"),
            (0.76, "这些是矩形：每个都取了两个高度中较高的那个，在这里是右边的。请用两者的均值。"),
            (1.28, "多了一倍：高是两个 y 的均值，(y[i] + y[i+1]) / 2。"),
            (-0.64, "符号错了：宽是 x[i+1] − x[i]。"),
            (0.56, "这是 y 的普通平均。每一段应按它的宽度计算。"),
            (0.44, "x 和 y 弄反了：宽来自 x，高来自 y。"),
        ],
        advice="四个梯形：0.2·0.2 + 0.3·0.5 + 0·0.7 + 0.5·0.9。",
    ),
    _value("auc(x, y)，x = [0, 1/3, 1]，y = [0.3, 0.9, 0.2]", (_t([0, 1 / 3, 1]), _t([0.3, 0.9, 0.2])), 0.5666667, advice="点的顺序不要动：y 可以下降。1/3 · 0.6 + 2/3 · 0.55。"),
    _value("auc(tensor([0., 2.]), tensor([1., 4.]))", (_t([0, 2]), _t([1, 4])), 5.0, advice="一个梯形：宽 2，平均高 2.5。x 不一定在 1 结束。"),
]

HINTS["auc"] = (
    "一个梯形的面积有多大？一共有多少个梯形？",
    "宽 x[i+1] − x[i]，高 (y[i] + y[i+1]) / 2。有 M 个点，就有 M − 1 个梯形。",
    "x[1:] − x[:-1] 一次得到所有的宽，y[1:] + y[:-1] 是所有高的两倍。相乘，减半，求和，`.item()`。",
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
