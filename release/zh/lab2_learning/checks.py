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


def _images():
    """Three made-up images, (3, 1, 28, 28), with values that are easy to repeat."""
    i = torch.arange(28.0)
    two = torch.stack([(i[:, None] * 3 + i * 5) % 13 - 6, (i[:, None] // 5 * 7 + i // 4 * 5) % 11 - 5])
    return torch.cat([two, 0.6 * two[1:]]).unsqueeze(1)


def _scores(made, model, images, what):
    """Return a network's answer to a batch of images; raise Wrong where it is no tensor (N, 10)."""
    if not isinstance(model, nn.Module):
        name = made.partition("(")[0]
        raise Wrong(made, model, Words("一个 nn.Module"), f"写成 `class {name}(nn.Module):`，并首先调用 super().__init__()。")
    call, wanted = f"{made}(x)，x 的形状为 {tuple(images.shape)}", Words(f"一个形状为 ({len(images)}, 10) 的张量")
    got = model(images)
    if not isinstance(got, torch.Tensor):
        raise Wrong(call, got, wanted, f"`forward` 返回的是{what}吗？")
    if got.shape == (len(images), 10):
        return got
    advice = "对每张图像，最后一层都有十个输出，每个数字一个。"
    if got.dim() == 1:
        advice = "批次这一维丢失了，原因是 `squeeze()`，或者是没有 start_dim=1 的 `flatten()`。只有一张图像的批次也是批次。"
    elif len(got) > len(images):
        advice = "行数比图像数多：某个 `view(-1, …)` 把一张图像切成了好几行。用 flatten(start_dim=1) 让每张图像保留一行。"
    elif len(got) < len(images):
        advice = "行数比图像数少。用 flatten(start_dim=1) 让每张图像保留一行。"
    raise Wrong(call, got, wanted, advice)


def _require_size(made, model, expected, known, otherwise):
    """Raise Wrong where a network has another number of trainable parameters; `known` numbers tell what is missing."""
    size = sum(p.numel() for p in model.parameters() if p.requires_grad)
    if size != expected:
        raise Wrong(f"{made} 的可训练参数", size, expected, known.get(size, otherwise))


def _require_gradients(made, model, images):
    """Raise Wrong where a parameter has no gradient after a backward pass."""
    model(images)[:, 0].sum().backward()
    without = [tuple(p.shape) for p in model.parameters() if p.requires_grad and p.grad is None]
    if without:
        raise Wrong(f"对 {made} 做反向传播", Words(f"形状为 {without[0]} 的参数没有梯度"), Words("每个参数都有梯度"), "这样，这个参数永远学不到东西：是不是有什么被 detach 了，放在了 no_grad 里，或者创建了却没有在 `forward` 中使用？")


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


_NO_POWER = ("NotImplementedError|RuntimeError|TypeError", "bitwise_xor|unsupported operand type.* \\^", "`^` 在 Python 里不是乘方。请写成 `** 2`。")

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
                raise Wrong(call, Words(f"一个没有 {name}() 的对象"), Words("一个带有 step() 和 zero_grad() 的对象"), "类的两个方法都要保留，名称不变。")
        parts = [self.optimizer, *getattr(self.optimizer, "__dict__", {}).values()]
        homes = {base.__module__ for each in parts for base in type(each).__mro__}
        if any(home.startswith("torch.optim.") and home != "torch.optim.optimizer" for home in homes):
            raise Wrong(call, Words("torch.optim 的一个优化器"), Words("你自己写的优化器"), "这里由库里的优化器做完了全部工作，那样不得分：请自己写出更新的步骤。")

    def go(self, steps, begin, scale):
        """Make steps; the third parameter has gradients from step `begin` on, all of them multiplied by `scale`."""
        for number, pull in enumerate(scale * self.pulls[:steps]):
            self.optimizer.zero_grad()
            if any(each.grad is not None and each.grad.any() for each in (self.first, self.last)):
                raise Wrong(f"{self.call}；zero_grad 之后的一个梯度", Words("旧的梯度"), Words("None 或零"), "`zero_grad` 没有照顾到每个参数：对每个参数都要 `p.grad = None`。`params` 可能是生成器，只能遍历一次：请保存 `list(params)`。")
            self.idle.grad = self.last.grad = None
            loss = (self.first * pull).sum()
            if number >= begin:
                loss = loss + 2 * scale * self.last.sum()
            loss.backward()
            self.optimizer.step()
            if not torch.is_grad_enabled():
                raise Wrong(self.call, Words("走完这一步之后，梯度记录被关掉了"), Words("仍然打开，和之前一样"), "`with torch.no_grad():` 会自己把它们重新打开；torch.set_grad_enabled(False) 不会。")
            if self.first.grad_fn is not None or not self.first.requires_grad:
                raise Wrong(self.call, Words("一个带着计算图的参数，或者不再记录梯度的参数"), Words("同一个参数，换上新的数"), "在 `with torch.no_grad():` 中进行，并原地修改 p，`p -= …`：这样更新过程就不会被记录。")
        if not torch.equal(self.idle, _t([5])):
            raise Wrong(f"{self.call}；一个没有梯度的参数", self.idle, _t([5]), "梯度为 None 的参数不要动它：不更新，也不衰减。")
        if self.first.data_ptr() != self.place:
            raise Wrong(self.call, Words("一个背后换了张量的参数"), Words("还是同一个，换上新的数"), "`p.data = …` 在参数背后换上了一个新张量。应修改原来那个张量里的数：`p -= …`。")


def _walk(call, options, steps, first, last, slips=(), advice="", begin=0, scale=1, nan=None):
    """An example: make steps with the gradients of `_Bench.pulls`, and compare where the first and the last parameter end."""
    pulls = ", ".join(str([float(f"{value:g}") for value in pull]) for pull in (scale * _Bench.pulls[:steps]).tolist())
    whole = f"{call}；w = [1, 2]，走 {steps} 步（step{'s' * (steps > 1)}）之后的值，梯度为 {pulls}"

    def example(kind):
        bench = _Bench(call, kind, options)
        bench.go(steps, begin, scale)
        words = [
            *((_t(wrong), better) for wrong, better in slips),
            (_t([1, 2]), "参数没有变化。`p = p - …` 造出一个新张量，网络对它一无所知：请写成 `p -= …`。另外，`params` 可能是生成器，只能遍历一次：请保存 `list(params)`。"),
            (_t([2 - first[0], 4 - first[1]]), "更新在往上走。梯度指向损失增大的方向：要从 w 中减去这一步。"),
        ]
        _compare(whole, bench.first, _t(first), words, advice, nan)
        behind = "第一个参数的结果是对的，后面的另一个不对。每个参数都有自己的记忆，而且遇到没有梯度的参数时，循环要继续往后走。"
        if begin:
            behind = "参数如果后来才第一次有梯度，就从那时开始：它的记忆是空的，它自己的步数是 1。"
        _compare(f"{call}；v = [[1], [-1]]，从第 {begin + 1} 步到第 {steps} 步的梯度为 {2 * scale:g}", bench.last, _t(last), (), behind)

    return example


_OPTIMIZER_WORDS = (
    _NO_POWER,
    ("TypeError|AttributeError", "NoneType", "某个参数没有梯度：它的 `p.grad` 是 None。在 `step` 和 `zero_grad` 中都用 `if p.grad is not None:` 跳过它。"),
    ("RuntimeError", "leaf [Vv]ariable that requires grad", "只有在不记录梯度的地方才能原地修改参数：把更新放进 `with torch.no_grad():`。"),
    ("RuntimeError", "must match|broadcast", "两个形状对不上。每个参数都有自己的记忆、形状与自己相同吗？"),
)


# ----------------------------------------------------------------------------------- 01_first_networks: image_statistics

_mean, _std = _t([0.5, 0.625, 0.5]), _t([0.223607, 0.414578, 0.4])
_colours = _t([[[[0.2, 0.4]], [[0, 1]], [[0.1, 0.1]]], [[[0.6, 0.8]], [[1, 0.5]], [[0.9, 0.9]]]])
_grey_image = _t([[[[0, 0.5, 1], [0.25, 0.75, 0.5]]]], torch.float64)
_ONE_FOR_ALL = "这是所有通道合在一起的一个数。每个通道都有自己的数：不要对通道那一维取平均，`dim=(0, 2, 3)`。"
_PER_CHANNEL = ("通道 0 中是 0.2、0.4、0.6 和 0.8，所以均值是 0.5。", "通道 0 的值与均值相差 −0.3、−0.1、0.1 和 0.3：分别平方，取这四个平方的均值，再开方。")
_BY_COUNT = "你除以的是“总数 − 1”，`std` 默认就是这样。应除以总数：`correction=0`。"


def _of_the_images_type(image_statistics):
    for name, got in zip(("mean", "标准差"), image_statistics(_colours.clone())):
        if got.dtype != torch.float32:
            raise Wrong("image_statistics(images)，images 为 float32；结果中的 " + name, Words(str(got.dtype)), Words("torch.float32"), "结果的类型要与图像相同：如果你用别的类型计算，最后 `.to(images.dtype)`。")


EXAMPLES["image_statistics"] = [
    _value(
        "image_statistics(images)，两张图像，三个通道，每个 1×2",
        (_colours,),
        (_mean, _std),
        [
            ((_std, _mean), "两者对调了：先是均值，再是标准差。"),
            ((_t(0.541667), None), _ONE_FOR_ALL),
            ((None, _t(0.361613)), _ONE_FOR_ALL),
            ((None, _t(0.377692)), _ONE_FOR_ALL),
            ((_t([0.3, 0.783333]), None), "这是每张图像一个均值。应该每个*通道*一个，对所有图像计算：`dim=(0, 2, 3)`。"),
            ((None, _t([0.33665, 0.177169])), "这是每张图像一个数。应该每个*通道*一个，对所有图像计算：`dim=(0, 2, 3)`。"),
            ((None, _t([0.258199, 0.478714, 0.46188])), _BY_COUNT),
            ((None, _t([0.066667, 0.229167, 0.213333])), "这是方差，而且除以的是“总数 − 1”。应除以总数，再开方。"),
            ((None, _t([0.05, 0.171875, 0.16])), "这是方差。标准差是它的平方根。"),
            ((None, _t([0.1, 0.375, 0])), "这是每张图像各自标准差的均值。它看不到一张图像比另一张暗：要把一个通道的所有像素放在一起算。"),
            ((None, _t([0.141421, 0.53033, 0])), "这是每张图像各自标准差的均值。它看不到一张图像比另一张暗：要把一个通道的所有像素放在一起算。"),
            ((torch.Size([2, 3]), None), "这是每张图像、每个通道一个数。所有图像要放在一起：`dim=(0, 2, 3)`。"),
            ((torch.Size([3, 1, 2]), None), "这是每个像素一个数，只对图像取了平均。一个通道的像素也要放在一起：`dim=(0, 2, 3)`。"),
            ((torch.Size([1, 3, 1, 1]), None), "均值的形状应为 (3,)，每个通道一个数：去掉最后的 `keepdim=True`，或者把它展平。"),
            ((None, torch.Size([1, 3, 1, 1])), "标准差的形状应为 (3,)，每个通道一个数：去掉最后的 `keepdim=True`，或者把它展平。"),
        ],
        names=("mean", "标准差"),
        advice=_PER_CHANNEL,
    ),
    _value(
        "image_statistics(images)，一张 2×3 的灰度图像，float64",
        (_grey_image,),
        (_t([0.5], torch.float64), _t([0.322749], torch.float64)),
        [((None, _t([0.353553])), _BY_COUNT)],
        names=("mean", "标准差"),
        advice=("只有一个通道，所以只有一个均值，放在形状为 (1,) 的张量里。", "只有一个通道，所以只有一个标准差，放在形状为 (1,) 的张量里。"),
    ),
    _of_the_images_type,
]

HINTS["image_statistics"] = (
    "图像是 (N, C, H, W)，一个通道的数来自所有图像和所有像素：要沿哪三维取平均？",
    "`mean` 和 `std` 可以一次接收好几维：`dim=(0, 2, 3)` 留下通道，得到 (C,)。再查一查 `std` 除以的是什么。",
    "images.mean(dim=(0, 2, 3)) 是第一个。第二个是 images.std，用同样的维和 `correction=0`；或者是与均值之差的平方的均值再开方。",
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
        "normalize(images, mean=tensor([0.5, 0.2]), std=tensor([0.25, 0.1]))，images 的形状为 (2, 2, 1, 3)",
        (_colour_images, _means, _stds),
        _shaped([-1, 0, 2, -2, 1, 0, 1, -2, 0, 2, -1, 8]),
        [
            (_colour_images, "什么也没有改变。每个通道减去自己的均值，再除以自己的标准差。"),
            (_shaped([-1.75, -1.5, -1, -2, -1.7, -1.8, -1.25, -2, -1.5, -1.6, -1.9, -1]), "只有均值做了除法。差要放在括号里：(x − mean) / std。"),
            (_shaped([0.5, 1.5, 3.5, -0.2, 2.8, 1.8, 2.5, -0.5, 1.5, 3.8, 0.8, 9.8]), "你先做了除法，后减均值。应该反过来：(x − mean) / std。"),
            (_shaped([3, 4, 6, 2, 5, 4, 5, 2, 4, 6, 3, 12]), "你加上了均值。应减去它。"),
            (_shaped([-0.0625, 0, 0.125, -0.02, 0.01, 0, 0.0625, -0.125, 0, 0.02, -0.01, 0.08]), "你乘以了标准差。应除以它。"),
            (_shaped([-4, 0, 8, -20, 10, 0, 4, -8, 0, 20, -10, 80]), "你除以了标准差的平方。除一次就够了。"),
            (_shaped([-0.5, 0, 1, -0.632456, 0.316228, 0, 0.5, -1, 0, 0.632456, -0.316228, 2.529822]), "你除以了给出的数的平方根。给出的已经是标准差。"),
            (_shaped([-0.774597, 0, 1.549193, -1.025978, -0.102598, -0.410391, 0.774597, -1.549193, 0, 0.205196, -0.718185, 2.051957]), "这用的是图像自己的均值和标准差。应使用给出的两个数。"),
            (_shaped([-0.25, 0, 0.5, -0.2, 0.1, 0, 0.25, -0.5, 0, 0.2, -0.1, 0.8]), "均值已经减去了。再除以标准差。"),
            (_shaped([-1, 0, 2, -2, -0.8, -1.2, 1, -2, 0, -0.4, -1.6, 2]), "所有通道用的都是第一个通道的数。每个通道有自己的数。"),
            (_shaped([0, 0.5, 1.5, -0.5, 1, 0.5, 1, -0.5, 0.5, 1.5, 0, 4.5]), "两者对调了：减去的是均值，除以的是标准差。"),
            (_shaped([1, 2, 4, 0, 3, 2, 3, 0, 2, 4, 1, 10]), "均值还在里面。先减去它，再做除法。"),
        ],
        advice="在通道 0 中，0.25 变成 (0.25 − 0.5) / 0.25 = −1；在通道 1 中，0.3 变成 (0.3 − 0.2) / 0.1 = 1。",
    ),
    _value(
        "normalize(images, mean=tensor([0.5, 0.2]), std=tensor([0.25, 0.1]))，images 的形状为 (1, 2, 1, 2)",
        (_square, _means, _stds),
        _t([[[[-1.6, 0]], [[0, 2]]]]),
        [(_t([[[[-1.6, 3]], [[-1.2, 2]]]]), "两个均值落到了两列上，而不是两个通道上：PyTorch 从右边开始对齐形状。请把它们的形状变为 (C, 1, 1)。")],
        advice="通道 0 用的是 0.5 和 0.25，通道 1 用的是 0.2 和 0.1。",
    ),
    _value(
        "normalize(images, 0.1307, 0.3081)，一张 2×3 的灰度图像",
        (_written, 0.1307, 0.3081),
        _t([[[[-0.424213, 2.821487, 1.198637], [0, 0.387212, 2.010062]]]]),
        [(_t([[[[-1, 1, 0], [-0.7386, -0.5, 0.5]]]]), "用的是 0.5，而不是给出的数。")],
        advice="单个的数用于所有通道：1 变成 (1 − 0.1307) / 0.3081 = 2.8215。",
    ),
    _value(
        "normalize(images, tensor([0.5], float64), tensor([0.25], float64))，一张 float64 的灰度图像",
        (_t([[[[0, 1], [0.25, 0.5]]]], torch.float64), _t([0.5], torch.float64), _t([0.25], torch.float64)),
        _t([[[[-2, 2], [-1, 0]]]], torch.float64),
    ),
]

MORE_WORDS["normalize"] = (
    (
        "RuntimeError",
        "must match the size of tensor",
        "形状从右边开始对齐，所以形状为 (C,) 的均值会对上图像的列。请把均值和标准差的形状变为 (C, 1, 1)。",
    ),
    (
        "AttributeError|TypeError",
        r"'(float|int)' object (has no attribute|is not subscriptable)|object of type '(float|int)' has no len",
        "这里的均值和标准差是普通的数，也必须能用。`torch.as_tensor` 把数变成张量，而张量则保持不变。",
    ),
)

HINTS["normalize"] = (
    "(C,) 的张量要变成什么形状，它的数才能对上 (N, C, H, W) 的通道？PyTorch 从右边开始对齐形状。",
    "(C, 1, 1) 对得上：reshape(-1, 1, 1)。普通的数没有 reshape；`torch.as_tensor` 不管来的是什么，都把它变成张量。",
    "mean = torch.as_tensor(mean, dtype=images.dtype, device=images.device).reshape(-1, 1, 1)，std 同理。然后相减，再用差做除法。",
)


# ------------------------------------------------------------------------------------------- 01_first_networks: FirstNet

_SIZES = {
    834500: "缺少偏置：请让 `bias` 保持默认值。",
    785000: "只有第一层有参数。另外两层用 `self.name = …` 保存了吗？普通列表会把它们藏起来，nn.ModuleList 不会。",
    50560: "看不到第一层的参数，或者它们被冻结了。请在 __init__ 中用 `self.name = …` 保存这一层。",
    835050: "看不到最后一层，或者缺少这一层。请在 __init__ 中用 `self.name = …` 保存它。",
    0: "看不到任何一层的参数。请在 __init__ 中用 `self.name = …` 保存每一层；普通列表会把它们藏起来。",
    84060: "第一层似乎有 100 个输出。这里应有 1000 个。",
}


def _require_log_probabilities(got):
    call, ones = "FirstNet()(images) 取 exp，对三张图像分别求和", torch.ones(3)
    advice = "一张图像的十个概率加起来应等于 1。应返回最后一层结果的 F.log_softmax(…, dim=1)。"
    if torch.allclose(got.sum(1), ones, atol=1e-4):
        advice = "这是概率。应返回它们的对数：用 F.log_softmax 代替 softmax。"
    elif torch.allclose(got.exp().sum(0), torch.ones(10), atol=1e-4):
        advice = "加起来等于 1 的是*列*：log_softmax 是沿图像方向做的。请给它 dim=1。"
    _compare(call, got.exp().sum(1), ones, advice=advice)


def _first_net(FirstNet):
    images = _images()
    model = FirstNet()
    got = _scores("FirstNet()", model, images, Words("对数概率"))
    _require_size("FirstNet()", model, 835560, _SIZES, "打印每个参数的形状，与 784·1000 + 1000、1000·50 + 50 和 50·10 + 10 比较。")
    _scores("FirstNet()", model, images[:1], Words("对数概率"))
    _require_gradients("FirstNet()", model, images)
    smaller = FirstNet(image_size=6)
    _scores("FirstNet(image_size=6)", smaller, torch.ones(3, 1, 2, 3), Words("对数概率"))
    _scores("FirstNet(image_size=6)", smaller, torch.ones(3, 6), Words("对数概率"))
    _require_log_probabilities(got.detach())
    if not _filled(model, {784000: 0.4, 1000: 0.2, 50000: -0.001, 50: 10.0, 10: 0.1}, 500, -0.001):
        return
    with torch.no_grad():
        training, again = model.train()(images)[:, 0], model.eval()(images)[:, 0]
    call = "FirstNet()(images)，权重由我们设置；三张图像上数字 0 的对数概率"
    if not torch.allclose(training, again, rtol=1e-3, atol=1e-3):
        raise Wrong(call, training, Words("在训练模式和评估模式下相同"), "网络在训练模式下的回答不一样：不要加随机失活和批归一化。")
    slips = [
        (_t([-2.213047, -2.302585, -2.213047]), "负的得分被截掉了：最后一层之后有 ReLU。只有前两层才有。"),
        (_t([-0.736736, -3.0687, -1.871503]), "看上去好像完全没有 ReLU：第一层之后和第二层之后各要有一个。"),
        (_t([-0.736736, -2.302585, -1.871503]), "看上去好像第一层之后没有 ReLU。"),
        (_t([-0.925991, -3.0687, -1.871503]), "看上去好像第二层之后没有 ReLU。"),
        (_t([-2.087876, -2.087876, -2.087876]), "层与层之间是 tanh 或 sigmoid。这里要的是 ReLU。"),

    ]
    _compare(call, again, _t([-0.925991, -2.302585, -1.871503]), slips, "把顺序与表格对照：线性层、ReLU、线性层、ReLU、线性层、log-softmax，没有别的。")


EXAMPLES["FirstNet"] = [_first_net]
MORE_WORDS["FirstNet"] = (
    (
        "RuntimeError",
        r"mat1 and mat2 shapes cannot be multiplied \(1x",
        "所有图像排成了一行：批次这一维也被展平了。请为每张图像保留一行：`x.flatten(start_dim=1)`。",
    ),
    (
        "RuntimeError",
        "mat1 and mat2 shapes|shape '.*' is invalid",
        "第一层接收每张图像的 `image_size` 个数，784 只是默认值。请在 __init__ 中使用这个参数，并用 `x.flatten(start_dim=1)` 展平。1000 和 50 是不是填在了正确的层的输入和输出上？",
    ),
    ("TypeError", "image_size|positional argument", "`__init__` 接收 `image_size`，没有传入时为 784：def __init__(self, image_size=784)。"),
)

HINTS["FirstNet"] = (
    "有参数的层在 __init__ 中创建（`self.name = nn.Linear(…)`），在 forward 中使用。照着表格一行一行往下写。",
    "三个 nn.Linear：image_size 到 1000，1000 到 50，50 到 10。在 forward 中：展平第一维以外的所有维，然后线性层加 F.relu 两次，最后单独一个线性层，即第三个。",
    "x.flatten(start_dim=1) 得到 (N, image_size)。第三层之后没有 ReLU：返回它的结果的 F.log_softmax(…, dim=1)，使每一行归一化。",
)


# --------------------------------------------------------------------------------------------- 01_first_networks: CNNNet

_CNNNET_SIZES = {
    21750: "缺少偏置：请让 `bias` 保持默认值。",
    21810: "缺少卷积的偏置：让 `bias` 保持默认值。",
    21330: "看不到最后一层，线性层 50→10。请在 __init__ 中用 `self.name = …` 保存它。",
    5790: "看不到线性层 320→50。请在 __init__ 中用 `self.name = …` 保存它。",
    21900: "多了 60 个参数，正好是批归一化的参数个数。随机失活没有参数；去掉多余的层。",
}


def _cnn_net(CNNNet):
    images = _images()
    model = CNNNet()
    _scores("CNNNet()", model, images, Words("对数概率"))
    _require_size("CNNNet()", model, 21840, _CNNNET_SIZES, "打印每个参数的形状，与 260 + 5,020 + 16,050 + 510 比较。")
    _scores("CNNNet()", model, images[:1], Words("对数概率"))
    _require_gradients("CNNNet()", model, images)
    numbers = {250: 0.08, 5000: -0.025, 20: 7.5, 16000: 0.02, 50: -15.0, 10: -0.4}
    if not _filled(model, numbers, 500, -0.0004):
        return
    with torch.no_grad():
        model.eval()
        got, again = model(images), model(images)
    call = "CNNNet().eval()(images)，权重由我们设置；三张图像上数字 0 的对数概率"
    if not torch.equal(got, again):
        raise Wrong(call, got[:, 0], again[:, 0], "在评估模式下，同样的图像得到两个不同的回答：随机失活还在起作用。用 F.dropout 和 F.dropout2d 时，要传入 `training=self.training`；nn.Dropout 和 nn.Dropout2d 自己会处理。")
    slips = [
        (_t([-0.4, -0.4, -0.4]), "这是最后一层的原始得分。应返回它们的 F.log_softmax(…, dim=1)。"),
        (_t([0.425909, 0.1, 0.162697]), "这是概率。应返回它们的对数：用 F.log_softmax 代替 softmax。"),
        (_t([-2.302585, -2.302585, -2.302585]), "负的得分被截掉了：最后一层之后不要有 ReLU。"),
        (_t([-1.098612, -1.098612, -1.098612]), "归一化的是列，不是行：log_softmax 需要 dim=1。"),
        (_t([-0.715197, -1.023816, -0.731538]), "看上去好像完全没有 ReLU：每个池化之后要有一个，第一个线性层之后要有一个。"),
        (_t([-0.715197, -0.859246, -0.731538]), "看上去好像第一个卷积和它的池化之后没有 ReLU。"),
        (_t([-0.853529, -2.302585, -1.877164]), "看上去好像第二个卷积和它的池化之后没有 ReLU。"),
        (_t([-0.853529, -2.757137, -1.815863]), "看上去好像第一个线性层之后没有 ReLU。"),
        (_t([-0.731248, -2.302585, -1.400237]), "看上去像是平均池化：请用最大池化。"),
    ]
    _compare(call, got[:, 0], _t([-0.853529, -2.302585, -1.815863]), slips, "把各层的顺序与表格逐行对照。")
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
    call = "训练模式下，对同一张图像的多份副本，随机失活在 50 个数中保留的个数"
    wanted = Words("大多数副本是不同的整数，约为 25")
    if (numbers - numbers[0]).abs().max() < 1e-2:
        raise Wrong(call, Words("所有副本都一样：什么也没有丢弃"), wanted, "在训练模式下，随机失活位于两个线性层之间，作用在 ReLU 之后的 50 个数上。有没有传入 `training=self.training`？")
    if len(numbers.round().unique()) <= 2:
        raise Wrong(call, Words("每份副本要么全留，要么全丢"), wanted, "全部 50 个数同进同退。随机失活是不是放在了最后一层之后，作用在得分上？它应该在最后一层之前，作用在 ReLU 之后的 50 个数上，每个数各自抽取。")
    if torch.equal(numbers, kept(maps=0.0)):
        raise Wrong(call, Words("两次调用完全相同"), wanted, "丢弃哪些，每次调用都必须在 `forward` 里重新抽取。")
    if (numbers - numbers.round()).abs().max() > 0.02 or (numbers.mean() - 25).abs() > 5:
        raise Wrong(call, numbers[:8], wanted, "这 50 个数的丢弃概率不是 0.5，或者保留的数没有加倍。nn.Dropout(0.5) 两件事都会做。")
    numbers = kept(maps=1.0) * 10  # kept numbers times kept maps
    call = "训练模式下，对同一张图像的多份副本，随机失活在 20 张特征图中保留的张数"
    wanted = Words("大多数副本是不同的整数，约为 10")
    if (numbers - 10 * (numbers / 10).round()).abs().max() < 0.2:
        raise Wrong(call, Words("所有副本都一样：没有丢弃任何特征图"), wanted, "在训练模式下，2D 随机失活位于第二个卷积之后：nn.Dropout2d。")
    if (numbers - numbers.round()).abs().max() > 0.1 or (numbers.mean() - 250).abs() > 80:
        raise Wrong(call, Words("别的数"), wanted, "丢弃的是个别的值，不是整张特征图；或者概率不是 0.5。nn.Dropout2d(0.5) 会丢弃整张特征图。")


EXAMPLES["CNNNet"] = [_cnn_net]
MORE_WORDS["CNNNet"] = (
    (
        "RuntimeError",
        r"mat1 and mat2 shapes cannot be multiplied \(1x",
        "所有图像排成了一行：批次这一维也被展平了。请为每张图像保留一行：`x.flatten(start_dim=1)`。",
    ),
    (
        "RuntimeError",
        "mat1 and mat2 shapes|shape '.*' is invalid",
        "线性层得到的数不是 320 = 20·4·4 个。在它前面打印 x.shape：两个卷积核都是没有填充的 5×5 吗？有两个池化吗？",
    ),
)

HINTS["CNNNet"] = (
    "两个卷积、两个线性层、两处随机失活：其中哪些有参数，因而必须在 __init__ 中创建？然后从上到下照着表格写。",
    "nn.Conv2d 的参数是输入通道数、输出通道数和 kernel_size；要两个，再加两个 nn.Linear、一个 nn.Dropout2d 和一个 nn.Dropout。在 forward 中：卷积、池化、ReLU；卷积、2D 随机失活、池化、ReLU；展平。",
    "在 flatten(start_dim=1) 之后：线性层、ReLU、随机失活、线性层，最后 F.log_softmax(…, dim=1)。写成模块，随机失活知道网络的模式；写成函数，就需要 training=self.training。",
)


# ------------------------------------------------------------------------------------------- 01_first_networks: BasicCNN

_BASICCNN_SIZES = {
    224800: "缺少偏置：请让 `bias` 保持默认值。",
    421642: "线性层是按 64·7·7 个数建的：卷积里是不是有填充？这里的卷积没有填充。",
    315146: "线性层是按 64·6·6 个数建的。特征图到底有多大？再逐层算一遍，注意向下取整。",
    1011466: "线性层是按 11×11 的特征图建的：是不是少了第二个池化？",
    223744: "看不到最后一层，线性层 128→10。请在 __init__ 中用 `self.name = …` 保存它。",
}


def _basic_cnn(BasicCNN):
    images = _images()
    model = BasicCNN()
    _scores("BasicCNN()", model, images, "logits")
    _require_size("BasicCNN()", model, 225034, _BASICCNN_SIZES, "打印每个参数的形状，与表格比较：通道 1→32 和 32→64，3×3，然后是 128 和 10 个输出。")
    _scores("BasicCNN()", model, images[:1], "logits")
    _require_gradients("BasicCNN()", model, images)
    numbers = {288: 0.2, 32: -0.6, 18432: -0.025, 64: 7.5, 204800: 0.008, 128: -33.0, 10: -0.25}
    if not _filled(model, numbers, 1280, -0.001):
        return
    with torch.no_grad():
        training, again = model.train()(images)[:, 9], model.eval()(images)[:, 9]
    call = "BasicCNN()(images)，权重由我们设置；三张图像上数字 9 的得分"
    if not torch.allclose(training, again, rtol=1e-3, atol=1e-3):
        raise Wrong(call, training, Words("在训练模式和评估模式下相同"), "网络在训练模式下的回答不一样：不要加随机失活和批归一化。")
    slips = [
        (_t([0.0, 0.0, 0.0]), "负的得分被截掉了：最后一层之后不要有 ReLU。logits 可以是负的。"),
        (_t([0.000067, 0.1, 0.000001]), "结尾有一个 softmax。应返回原始得分：交叉熵自己会做 softmax。"),
        (_t([-9.606681, -2.302585, -14.263971]), "结尾有一个 log-softmax。这里要的是原始得分：交叉熵自己会做。"),
        (_t([-37.247822, -116.992004, -124.806007]), "看上去好像完全没有 ReLU：除了最后一层，每层之后都要有一个。"),
        (_t([-37.247822, -146.907883, -129.0952]), "看上去好像第一个卷积之后没有 ReLU。"),
        (_t([-9.408129, -0.25, -0.688168]), "看上去好像第二个卷积之后没有 ReLU。"),
        (_t([-9.408129, 1.208707, -14.277714]), "看上去好像第一个线性层之后没有 ReLU。"),
        (_t([-48.141865, -0.25, -6.950331]), "看上去像是平均池化：请用最大池化。"),
    ]
    _compare(call, again, _t([-9.408129, -0.25, -14.277714]), slips, "把各层的顺序与表格对照：卷积、ReLU、池化，共两次；然后线性层、ReLU、线性层。")


EXAMPLES["BasicCNN"] = [_basic_cnn]
MORE_WORDS["BasicCNN"] = (
    (
        "RuntimeError",
        r"mat1 and mat2 shapes cannot be multiplied \(1x",
        "所有图像排成了一行：批次这一维也被展平了。请为每张图像保留一行：`x.flatten(start_dim=1)`。",
    ),
    (
        "RuntimeError",
        "mat1 and mat2 shapes|shape '.*' is invalid",
        "线性层预期的输入个数与实际得到的不同。在展平之前打印 x.shape：最后三个数相乘，就是它得到的个数。它不是幻灯片上的 64·6·6，这正是这个任务的要点。",
    ),
)

HINTS["BasicCNN"] = (
    "每一层之后的特征图有多大？没有填充的 3×3 卷积核减去 2，2×2 的池化减半，减半时向下取整。",
    "28 → 26 → 13 → 11 → ？把最后的边长自乘，再乘以 64 张特征图：进入第一个线性层的就是这么多个数。",
    "不用自己数：先写到第二个池化为止，用一张图像在那里打印 x.shape，把它最后三个数的乘积填进 nn.Linear。线性层 128→10 之后什么也没有。",
)


# ------------------------------------------------------------------------------------------- 01_first_networks: nll_loss

_shares = _t([[0.5, 0.25, 0.25], [0.125, 0.75, 0.125], [0.2, 0.2, 0.6], [0.1, 0.7, 0.2]])
_LOGS = "log_probs = [[0.5, 0.25, 0.25], [0.125, 0.75, 0.125], [0.2, 0.2, 0.6], [0.1, 0.7, 0.2]] 的对数"
_right_classes = torch.tensor([0, 1, 0, 2])
EXAMPLES["nll_loss"] = [
    _value(
        f"nll_loss(log_probs, targets)，其中 {_LOGS}，targets = [0, 1, 0, 2]",
        (_shares.log(), _right_classes),
        _t(1.049926),
        [
            (_t(4.199705), "这是整批的和。请取均值。"),
            (_t(-1.049926), "符号错了：对数概率是负的，损失是它们均值的*相反数*。"),
            (_t(0.349975), "你除以了 N·K。均值是对 N 个样本取的。"),
            (_t([0.693147, 0.287682, 1.609438, 1.609438]), "这些是各个样本的损失，而且是对的。请取它们的均值。"),
            (_t([-0.693147, -0.287682, -1.609438, -1.609438]), "这是每行中正确的数。损失是它们均值的相反数。"),
            (_t(-0.4125), "这是概率均值的相反数。对数已经给出：不需要 `exp`。"),
            (_t(1.046311), "对概率又做了一次 softmax。对数已经给出：不需要 `exp`，也不需要 softmax。"),
            (_t(0.885519), "这是平均概率的对数。应取对数的均值。"),
            (_t(0.462082), "你取的是每行中最大的一个。损失要的是*目标*对应的元素，不管它大还是小。"),
            (_t(1.325892), "这是对所有元素的均值。每行中只有目标对应的元素才算。"),
            (_t(1.258978), "`log_probs[targets]` 取的是整行，不是每行取一个。请把它们配对：log_probs[torch.arange(N), targets]。"),
            (_t(3.776935), "`log_probs[targets]` 取的是整行，不是每行取一个。请把它们配对：log_probs[torch.arange(N), targets]。"),
            (_t(1.412207), "`log_probs[:, targets]` 让每一行和每个目标都配了对。请让第 n 行与第 n 个目标配对：log_probs[torch.arange(N), targets]。"),
        ],
        nan="又取了一次对数，而且是对负数取的。输入已经是对数。",
        advice="挑出的四个概率是 0.5、0.75、0.2 和 0.2：取它们的对数，取均值，加负号。",
    ),
    _value(
        "nll_loss(log_probs, targets)，其中 log_probs = [[-1.5, -0.252483]]，targets = [0]，float64",
        (_t([[-1.5, -0.252483]], torch.float64), torch.tensor([0])),
        _t(1.5, torch.float64),
        [(_t(0.252483), "类别 0 是第一列，所以取出的元素是 −1.5。")],
        advice="只有一个样本，所以损失是 1.5。",
    ),
    _value(
        "nll_loss(log_probs, targets)，其中 log_probs = [[-200, 0]]，targets = [0]",
        (_t([[-200, 0]]), torch.tensor([0])),
        _t(200),
        [(_t(100), "这里什么也不截断：−200 的损失是 200。"), (_t(1), "概率舍入成了 0。直接使用给出的对数，不要用 `exp`。")],
        nan="exp(−200) 舍入成 0，它的对数是负无穷。直接使用给出的对数。",
        advice="什么也不截断，也不经过 `exp`：−200 的损失是 200。",
    ),
]

HINTS["nll_loss"] = (
    "每行的 K 个数中，哪一个说明网络做得有多好？",
    "从第 n 行取出第 targets[n] 列的元素。损失是取出的这些数取均值，再加负号；对数已经取好了。",
    "log_probs[torch.arange(N), targets] 从每行取出一个元素（gather 也可以）。然后加负号和 .mean()。",
)


# ------------------------------------------------------------------------------------ 02_losses_and_optimizers: mse_loss

EXAMPLES["mse_loss"] = [
    _value(
        "mse_loss(predictions, targets)，其中两者为 [[1, 2], [3, 5]] 和 [[1, 0], [4, 1]]",
        (_t([[1, 2], [3, 5]]), _t([[1, 0], [4, 1]])),
        _t(5.25),
        [
            (_t(21), "这是平方和。应取均值：除以元素个数。"),
            (_t(10.5), "你除以了行数。均值是对所有元素取的，这里有四个。"),
            (_t(2.625), "这是它的一半。去掉因子 1/2：有些书里有，这个损失没有。"),
            (_t(2.291288), "这是它的平方根。均方误差不开方。"),
            (_t(1.75), "这是距离的均值。应先对每个差平方。"),
            (_t(1.25), "这是差的均值。应先对每个差平方。"),
            (_t(1.5625), "你对均值取了平方。应取平方的均值。"),
            (_t(-5.25), "符号错了：平方从不为负。"),
            (_t([[0, 4], [1, 16]]), "这是各个平方，而且是对的。再取它们的均值。"),
            (_t([2, 8.5]), "这是每行一个均值。要的是一个数：所有元素的均值。"),
            (_t([0.5, 10]), "这是每列一个均值。要的是一个数：所有元素的均值。"),
        ],
        advice="各个差是 0、2、−1 和 4。先平方，再取均值。",
    ),
    _value("mse_loss(tensor([1., 2., 3.], float64), tensor([2., 2., 5.], float64))", (_t([1, 2, 3], torch.float64), _t([2, 2, 5], torch.float64)), _t(5 / 3, torch.float64), advice="各个差是 −1、0 和 −2：任意形状、任意多个元素都要能用。"),
]

MORE_WORDS["mse_loss"] = (_NO_POWER,)

HINTS["mse_loss"] = (
    "三步：差，平方，均值。都可以对整个张量来做。",
    "`a - b` 逐元素相减，`** 2` 逐元素平方。哪个调用把它们变成一个数？",
    "不带参数的 `.mean()` 就是所有元素的均值，不管什么形状。",
)


# ------------------------------------------------------------------------------------ 02_losses_and_optimizers: bce_loss

EXAMPLES["bce_loss"] = [
    _value(
        "bce_loss(probabilities, targets)，其中两者为 [0.9, 0.2, 0.6] 和 [1, 0, 0]",
        (_t([0.9, 0.2, 0.6]), _t([1, 0, 0])),
        _t(0.414932),
        [
            (_t(1.244795), "这是总和。应对所有元素取均值。"),
            (_t(-0.414932), "符号错了：概率的对数是负的，所以损失是它们均值的相反数。"),
            (_t(0.03512), "只有带 t 的那一半。“否”也要算：加上 (1 − t) · log(1 − p)。"),
            (_t(0.379811), "只有带 1 − t 的那一半。加上 t · log p。"),
            (_t(-0.344691), "后一半的符号错了。两半相加，负号放在它们的和前面。"),
            (_t(1.474283), "两半对调了：t 与 log p 相配，1 − t 与 log(1 − p) 相配。还是两个参数对调了？"),
            (_t(0.802648), "两个对数都用 t 加权了。第二个的权重是 1 − t。"),
            (_t(1.889215), "两个对数处处都全额计入了。log p 要用 t 加权，log(1 − p) 要用 1 − t 加权。"),
            (_t(0.180203), "这是以 10 为底的对数。应取自然对数 `torch.log`。"),
            (_t(30), "你对目标取了对数。概率是第一个参数。"),
            (_t(0.725594), "多了一个 sigmoid：输入已经是概率。"),
            (_t(-0.7), "少了对数：这是真实答案的概率的均值，再取负号。"),
            (_t([0.105361, 0.223144, 0.916291]), "这是各个元素的损失，而且是对的。再取它们的均值。"),
        ],
        advice="每个元素付出的代价，是它给真实答案的概率的负对数：这些概率是 0.9、0.8 和 0.4。",
    ),
    _value(
        "bce_loss(tensor([0., 1., 0.5]), tensor([1., 0., 1.]))",
        (_t([0, 1, 0.5]), _t([1, 0, 1])),
        _t(66.897716),
        [(_t(0.231049), "自信却错误的回答在这里没有付出代价。在 −100 处截断对数，让它付出 100。")],
        nan="log 0 是 −∞，而 0 · ∞ 是 NaN。在与目标相乘之前，用 `clamp(min=-100)` 截断两个对数。",
        advice="有两个回答自信却错误，各付出 100。在对数里加一个小数，或者截断概率，都会让它变少：要截断的是对数本身，在 −100 处。",
    ),
    _value("bce_loss(tensor([0., 1.]), tensor([0., 1.]))", (_t([0, 1]), _t([0, 1])), _t(0), nan="自信且正确：0 · log 0 是 NaN。在与目标相乘之前，把两个对数都在 −100 处截断。", advice="自信且正确的回答不付出代价。"),
    _value("bce_loss(tensor([1e-10], float64), tensor([1.], float64))", (_t([1e-10], torch.float64), _t([1], torch.float64)), _t(23.025851, torch.float64), advice="log 1e-10 是 −23，不需要截断。不要改动概率，只在 −100 处截断对数。"),
]

HINTS["bce_loss"] = (
    "先看单独一个回答：p = 0.9。正确答案为“是”（t = 1）时它付出多少？为“否”（t = 0）时呢？",
    "两个对数，p 的和 1 − p 的，各有权重：t 和 1 − t。相乘之前，都在 −100 处截断。最后取均值，加负号。",
    "`probabilities.log().clamp(min=-100)` 是第一个对数。`clamp` 把 −∞ 变成 −100，这样 0 乘以它就是 0。",
)


# -------------------------------------------------------------------------------------- 02_losses_and_optimizers: kl_div

EXAMPLES["kl_div"] = [
    _value(
        "kl_div(log_q, p)，其中 q = [[0.25, 0.25, 0.5], [0.4, 0.4, 0.2]]，p = [[0.5, 0.25, 0.25], [0.2, 0.2, 0.6]]",
        (_t([[0.25, 0.25, 0.5], [0.4, 0.4, 0.2]]).log(), _t([[0.5, 0.25, 0.25], [0.2, 0.2, 0.6]])),
        _t(0.277598),
        [
            (_t(0.555195), "这是总和。应除以行数，N = 2。"),
            (_t(0.092533), "这是对全部 N · K 个元素的均值。应除以行数，N = 2。"),
            (_t(0.185065), "你除以了类别数。应除以行数，N = 2。"),
            (_t([0.173287, 0.381909]), "这是各行的和，而且是对的。再取它们的均值。"),
            (_t(-0.277598), "符号错了：log p 在前，从中减去 log_q。"),
            (_t(1.272593), "这是交叉熵：少了 p · log p。"),
            (_t(0.254041), "这是反方向的散度，从 q 到 p。权重是 p，即真实分布。"),
            (_t(-0.254041), "求和时的权重是 p，即真实分布，不是 q。"),
            (_t(-0.143841), "少了权重：每个对数之差都要乘以 p。"),
            (_t(-1.291246), "你把 log_q 变成了概率。不要动它：公式要的就是对数。"),
            (_t(1.680093), "少了 p 的对数：p 是以普通概率给出的。"),
            (_t(0.146433), "多了一个 log-softmax：log_q 里已经是对数概率。"),
        ],
        nan="log_q 已经是对数。只对 p 取对数。",
        advice="对所有元素求 p · (log p − log_q) 之和，再除以行数。预测在前，并且以对数形式给出。",
    ),
    _value(
        "kl_div(log_q, p)，其中 p = [[0.5, 0.5, 0], [0, 1, 0], [1, 0, 0]]，两者都是 float64",
        (_t([[0.25, 0.5, 0.25], [0.25, 0.5, 0.25], [0.8, 0.1, 0.1]], torch.float64).log(), _t([[0.5, 0.5, 0], [0, 1, 0], [1, 0, 0]], torch.float64)),
        _t(0.420955, torch.float64),
        nan="0 · log 0 在 PyTorch 里是 NaN，在这里是 0：`torch.xlogy(p, p)` 就是按这条规则算的 p · log p，也可以用 `torch.where` 来选。",
        advice="p 为 0 时，这一项为 0；其他项不变。",
    ),
]

HINTS["kl_div"] = (
    "两部分：p · log p 和 p · log_q。两个对数中，哪一个已经有了？",
    "对所有元素求 p · log p − p · log_q 之和，再除以行数 `len(p)`。p 为 0 时，p · log p 变成什么？",
    "`torch.xlogy(p, p)` 就是 p · log p，p 为 0 时是 0。再减去 p · log_q，`.sum()`，然后做除法。",
)


# ----------------------------------------------------------------------------------------- 02_losses_and_optimizers: SGD

_PULL = "动手算一算前几步：先是 g，然后 buffer，然后 w。"

EXAMPLES["SGD"] = [
    _walk(
        "SGD(params, lr=0.1)",
        {"lr": 0.1},
        2,
        [0.6, 2.15],
        [[0.6], [-1.4]],
        [
            ([-3, 3.5], "少了学习率：一步是 lr 乘以 buffer。"),
            ([0.5, 2.35], "momentum 为 0，梯度却在累加：这时 buffer 就是 g，什么也不记。"),
            ([0.9, 2.2], "只有第一步起作用。buffer 是不是梯度自己的那个张量？那样 `zero_grad` 和 `backward` 也会改动它：请从零开始，或者从副本开始。"),
            ([0.51, 2.33], "没有要求动量，却有了动量：它的默认值是 0。"),
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
            ([0.7, 1.95], "动量没有起作用。buffer 有记忆：momentum 乘以旧的 buffer，加上 g；更新沿 buffer 走。"),
            ([0.9259, 2.0247], "g 前面有因子 (1 − momentum)。这里要加上完整的 g。"),
            ([0.682, 2.5125], "g 前面有因子 (1 − momentum)。这里每一步都要加上完整的 g。"),
            ([0.0331, 2.1723], "这是 Nesterov 动量，一种近亲。这里的一步是 lr 乘以 buffer，不再加别的。"),
            ([0.34, 2.085], "buffer 只记得一步。要存下新的 buffer，而不是梯度。"),
            ([0.2, 2.3], "旧的 buffer 没有缩小：加上 g 之前，要把它乘以 momentum。"),
            ([1.741, 1.753], "从 buffer 中减去了梯度。应加上它。"),
            ([-6.41, 4.47], "少了学习率：一步是 lr 乘以 buffer。"),
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
            ([0.9, 2.2], "权重衰减没有起作用：要把 weight_decay · w 加到梯度上。"),
            ([0.95, 2.3], "权重在增大：weight_decay · w 是*加*到梯度上的，因为这一步是要减去的。"),
            ([0.8, 2.0], "衰减是要求的两倍：没有因子 2。"),
            ([0.895, 2.19], "学习率在衰减中算了两次。把 weight_decay · w 加到梯度上，只乘一次 lr。"),
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
            ([0.4175, 2.125], "衰减加在了 buffer 之后。应先加到梯度上，让 buffer 看到它。"),
            ([0.51, 2.33], "有动量时，权重衰减丢失了：buffer 吸收的是 g，不是原来的梯度。"),
        ],
        _PULL,
    ),
    _walk("SGD(params, lr=0.1, momentum=0.9)", {"lr": 0.1, "momentum": 0.9}, 4, [-0.0169, 2.0723], [[0.42], [-1.58]], (), _PULL, begin=2),
]
MORE_WORDS["SGD"] = _OPTIMIZER_WORDS

HINTS["SGD"] = (
    "从一步到下一步，必须记住哪些东西？在 `__init__` 中准备好：参数的列表，三个数，以及每个参数的 buffer。",
    "全零的 buffer（`torch.zeros_like(p)`）就行：momentum 乘以零再加 g 就是 g。在 `step` 里，在 `with torch.no_grad():` 中，对每个梯度不是 None 的参数：先算 g，再算 buffer，再原地更新 w。",
    "`buffer.mul_(momentum).add_(g)` 原地改动 buffer；`p -= lr * buffer` 改动参数。`zero_grad` 对每个参数设 `p.grad = None`。",
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
            ([0.866034, 1.935474], "alpha 和 1 − alpha 对调了：alpha 表示*旧的*平均值保留多少。"),
            ([0.827571, 2.001388], "两个位置都用了 alpha。g² 前面应是 1 − alpha。"),
            ([0.479118, 2.019339], "旧的均方被完整保留了。相加之前要把它乘以 alpha。"),
            ([0.352294, 2.02946], "这是 |g| 的平均。应对 g 的平方取平均。"),
            ([0.83642, 2.001317], "g² 前面少了因子 (1 − alpha)。"),
            ([0.835283, 2.006115], "平方一直累加，什么也没有忘记：那是 Adagrad。旧的均方要乘以 alpha。"),
            ([0.683772, 1.683772], "均方把一切都忘了：要加到旧的上面，并存下新的。"),
            ([0.545475, 2.125121], "整个张量只有一个均方。每个元素都有自己的均方。"),
            ([-0.202122, 2.102213], "少了平方根：应除以 √ms。"),
            ([-0.547501, 2.291208], "这是 |g| 的平均。应对 g 的平方取平均，再除以平方根。"),
            ([0.752642, 1.969233], "均方从第一个 g² 开始了。应从零开始。"),
            ([0.820868, 1.944371], "有一个像 Adam 那样的偏差修正。RMSprop 没有。"),
            ([0.76943, 1.922666], "你乘以了平方根。应除以它。"),
        ],
        "先更新均方，ms = alpha · ms + (1 − alpha) · g²；再走一步，lr · g / (√ms + eps)。",
    ),
    _walk("RMSprop(params, lr=0.1, alpha=0.9, eps=0.5)", {"lr": 0.1, "alpha": 0.9, "eps": 0.5}, 2, [0.676815, 2.131984], [[0.677597], [-1.322403]], [([0.625131, 2.157669], "eps 加在了根号里面。应在开方之后再加。")], "eps 要加在均方的平方根上。"),
    _walk("RMSprop(params)", {}, 2, [0.805084, 2.075631], [[0.829112], [-1.170888]], (), "默认值是 lr=0.01、alpha=0.99 和 eps=1e-8。"),
    _walk("RMSprop(params)", {}, 2, [0.877897, 2.050283], [[0.880996], [-1.119004]], (), "梯度像这样小的时候，eps 就有影响：它的默认值是 1e-8，要加在平方根上。", scale=1e-7),
]
MORE_WORDS["RMSprop"] = _OPTIMIZER_WORDS

HINTS["RMSprop"] = (
    "从你的 SGD 的副本开始。每个参数要记住什么来代替 buffer？",
    "每个参数一个全零的张量，`torch.zeros_like(p)`：它的平方的滑动平均。在 `step` 里：把它乘以 alpha，加上 (1 − alpha) · g²，再用 g 除以它的平方根。",
    "先 `square.mul_(alpha).add_((1 - alpha) * p.grad**2)`，再走一步：`p -= lr * p.grad / (root + eps)`，其中 root 是新的均方的平方根。",
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
            ([0.879091, 2.013993], "少了平方根：应除以 √sum。"),
            ([0.845, 2.035555], "你累加的是 |g|。应累加 g 的平方，再除以平方根。"),
            ([0.856597, 2.043293], "整个张量只有一个和。每个元素都有自己的和。"),
            ([0.818059, 1.945096], "你把累加和除以了步数。Adagrad 只累加，什么也不平均。"),
            ([0.9, 1.9], "累加和会遗忘：每一步都重新开始。应把 g² 加到已有的和上，并保留下来。"),
            ([-0.646129, 2.056514], "累加和成了滑动平均：那是 RMSprop。Adagrad 只累加。"),
            ([0.862616, 2.064663], "学习率还被除以了步数。去掉这一步：累加和自己就会让步长变短。"),
        ],
        "先更新累加和，sum = sum + g²；再走一步，lr · g / (√sum + eps)。",
    ),
    _walk("Adagrad(params, lr=0.1, eps=0.5)", {"lr": 0.1, "eps": 0.5}, 2, [0.851417, 2.060481], [[0.859912], [-1.140088]], [([0.825768, 2.071339], "eps 加在了根号里面。应在开方之后再加。")], "eps 要加在累加和的平方根上。"),
    _walk("Adagrad(params)", {}, 2, [0.980513, 2.007575], [[0.982929], [-1.017071]], (), "默认值是 lr=0.01 和 eps=1e-10。"),
    _walk("Adagrad(params, lr=0.1)", {"lr": 0.1}, 2, [0.877924, 2.050335], [[0.881093], [-1.118907]], (), "梯度像这样小的时候，eps 就有影响：它的默认值是 1e-10，要加在平方根上。", scale=1e-10),
]
MORE_WORDS["Adagrad"] = _OPTIMIZER_WORDS

HINTS["Adagrad"] = (
    "从你的 RMSprop 的副本开始。哪一行让它遗忘？",
    "每个参数一个全零的张量。在 `step` 里：原地加上 g²，再用 g 除以这个和的平方根。",
    "先 `total += p.grad**2`，再走一步：`p -= lr * p.grad / (root + eps)`，其中 root 是新的和的平方根。",
)


# ---------------------------------------------------------------------------------------- 02_losses_and_optimizers: Adam

_NAN = "出现了 NaN：0 除以 0，或者对负数开方。修正用的是 1 − βᵗ，第一步的 t 是 1。"
_FIRST_STEP = [
    ([0.683772, 2.316228], "缺少偏差修正：m 除以 1 − β₁ᵗ，v 除以 1 − β₂ᵗ。"),
    ([0.99, 2.01], "缺少 m 的偏差修正：把它除以 1 − β₁ᵗ。"),
    ([-2.162277, 5.162277], "缺少 v 的偏差修正：把它除以 1 − β₂ᵗ。"),
    ([0.925586, 2.074414], "t 从 2 开始了。参数的第一步是 t = 1。"),
    ([0.9, 2.05], "少了平方根：应除以 √v̂。"),
]

EXAMPLES["Adam"] = [
    _walk("Adam(params, lr=0.1)", {"lr": 0.1}, 1, [0.9, 2.1], [[0.9], [-1.1]], _FIRST_STEP, "第一步的 m̂ 就是 g，v̂ 就是 g²，所以步长是 lr，方向与 g 的符号相反。", nan=_NAN),
    _walk(
        "Adam(params, lr=0.1)",
        {"lr": 0.1},
        3,
        [0.759853, 2.128478],
        [[0.7], [-1.3]],
        [
            ([0.700948, 2.134177], "每一步用的都是第一步的偏差修正。要数步数：t = 1、2、3。"),
            ([0.866848, 2.124256], "存下的是修正后的 m 和 v，下一步又修正了一次。应原样记住 m 和 v。"),
            ([-0.458505, 4.532026], "存下的是修正后的 m，下一步又修正了一次。应原样记住 m。"),
            ([0.890633, 2.101493], "存下的是修正后的 v，下一步又修正了一次。应原样记住 v。"),
            ([0.818086, 1.945088], "更新沿的是梯度。应沿 m̂，也就是梯度的滑动平均。"),
            ([0.760102, 2.142521], "两个 beta 对调了：第一个属于 m，第二个属于 v。"),
            ([0.779909, 2.124531], "t 数的是循环碰到的参数个数。每个参数数自己的步数，每一步数一次。"),
            ([0.962126, 1.997399], "β 和 1 − β 对调了：β 表示*旧的*平均值保留多少。"),
            ([0.683132, 2.177621], "v 是 |g| 的平均。应先对 g 平方。"),
        ],
        "先更新 m 和 v，再算它们修正后的副本，然后走一步：lr · m̂ / (√v̂ + eps)。",
        nan=_NAN,
    ),
    _walk(
        "Adam(params, lr=0.1, betas=(0.5, 0.8), eps=0.5)",
        {"lr": 0.1, "betas": (0.5, 0.8), "eps": 0.5},
        4,
        [0.810658, 2.000813],
        [[0.68], [-1.32]],
        [([0.77451, 1.999237], "eps 加在了根号里面。应在开方之后再加。"), ([0.841771, 1.990081], "eps 加在了修正之前的平方根上。先修正 v：这一步是 lr · m̂ / (√v̂ + eps)。"), ([0.80903, 1.980436], "缺少偏差修正。"), ([0.808965, 2.08004], "存下的是修正后的 m 和 v。应原样记住 m 和 v。"), ([0.813768, 2.000873], "你除以的是到目前为止最大的 v，那是另一种方法（AMSGrad）。应除以这一步的 v̂。")],
        "`betas` 和 `eps` 是参数：要用传进来的值。",
    ),
    _walk("Adam(params)", {}, 3, [0.997599, 2.001285], [[0.997], [-1.003]], (), "默认值是 lr=0.001、betas=(0.9, 0.999) 和 eps=1e-8。"),
    _walk("Adam(params, lr=0.1)", {"lr": 0.1}, 2, [0.886579, 2.094509], [[0.866667], [-1.133333]], (), "梯度像这样小的时候，eps 就有影响：它的默认值是 1e-8，要加在 v̂ 的平方根上。", scale=1e-8),
    _walk("Adam(params, lr=0.1)", {"lr": 0.1}, 4, [0.712004, 2.095068], [[0.8], [-1.2]], (), "前三步都对，第四步却错了。", begin=2),
]
MORE_WORDS["Adam"] = _OPTIMIZER_WORDS

HINTS["Adam"] = (
    "每个参数要记住三样东西：m、v，以及它走了多少步。",
    "在 `step` 里，对每个有梯度的参数：计数，用 g 更新 m，用 g² 更新 v，然后修正：m / (1 − β₁ᵗ)，v / (1 − β₂ᵗ)。修正后的值是新的张量。",
    "`self.steps[i] += 1`；`m.mul_(beta1).add_((1 - beta1) * g)`；v 也一样，用 g²。然后 m_hat = m / (1 - beta1**t)，v_hat 同理，这一步是 lr · m_hat / (√v_hat + eps)。",
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
    call = f"train_with_log(model, loader, nn.{loss_fn}(), lr=0.5 的 SGD, epoch=37, log_interval={interval})，7 个样本，每批 {size} 个"

    def example(function):
        inputs = _t([[1, 2], [-1, 0.5], [2, -1], [0, 1], [-2, -2], [3, 0], [1, -1.5]])
        loader = DataLoader(TensorDataset(inputs, torch.tensor([1, 2, 0, 0, 2, 0, 1])), batch_size=size)
        model, printed = _Logged().eval(), io.StringIO()
        with contextlib.redirect_stdout(printed):
            got = function(model, loader, getattr(nn, loss_fn)(), torch.optim.SGD(model.parameters(), lr=0.5), 37, interval)
        if not all(model.modes):
            raise Wrong(call, Words("在评估模式下做了一次前向传播"), Words("训练模式"), "请在第一批之前调用 model.train()。")
        if len(model.modes) != len(loader):
            few = len(model.modes) < len(loader)
            again = "每一批只通过模型一次。保存它的损失，不要再算一遍。"
            raise Wrong(call, Words(f"做了 {len(model.modes)} 次前向传播"), Words(f"{len(loader)} 次，每一批一次"), again if not few else "每一批都要通过模型一次，不报告的批次也一样。循环是不是因为里面的 `return` 提前结束了？")
        _compare(call + "；之后模型的权重", model.linear.weight, _t(weights), [(_t(wrong), better) for wrong, better in light], "对每一批，包括不报告的：zero_grad、前向传播、传入的损失、backward、step，各一次。")
        if not isinstance(got, (list, tuple)) or not all(isinstance(pair, (list, tuple)) and len(pair) == 2 for pair in got):
            raise Wrong(call, got, Words("由数对 (images, loss) 组成的列表"), "从空列表开始，每次报告时追加一对，循环之后返回列表。")
        if any(isinstance(value, torch.Tensor) and value.requires_grad for pair in got for value in pair):
            raise Wrong(call, Words("仍然带着计算图的损失"), Words("普通的数"), "追加 `loss.item()`：张量会把它那一批的计算图一直留在内存里。")
        if any(_number(value) is None for pair in got for value in pair):
            raise Wrong(call, got, Words("由数对组成的列表"), "每一对是两个普通的数：多少张图像，以及 `loss.item()`。")
        pairs = [(_number(seen), _number(loss)) for seen, loss in got]
        if len(pairs) != len(expected):
            raise Wrong(call, pairs, expected, f"一共有 {len(expected)} 次报告，在编号为 0、{interval} 等等的批次上。从 0 数起，编号是 log_interval 的倍数时报告。")
        for wrong, better in slips:
            if all(a is None or _same(_t(a), _t(b)) for one, other in zip(wrong, pairs) for a, b in zip(one, other)):
                raise Wrong(call, pairs, expected, better)
        if not _same(_t(pairs), _t(expected)):
            raise Wrong(call, pairs, expected, "每一对：这一批*之前*看过的图像数，以及用这一批训练时它的损失。")
        lines = [line for line in printed.getvalue().splitlines() if line.strip()]
        shown = Words("\n".join(lines) or "什么也没有打印")
        if len(lines) < len(expected):
            raise Wrong(call, shown, Words(f"{len(expected)} 行，每次报告一行"), "每次报告时打印一行：轮次、图像数、比例和损失。")
        if len(lines) == len(loader) > 2 * len(expected):
            raise Wrong(call, shown, Words(f"{len(expected)} 行，每次报告一行"), "每一批都打印了一行。只在报告的地方打印。")
        if not re.search(r"(?<!\d)0*37(?!\d)", printed.getvalue()):
            raise Wrong(call, shown, Words("写明第 37 轮、图像数、所占比例和损失的若干行"), "这一行没有写明轮次，它由 `epoch` 传入。")
        numbers = [float(number) for number in re.findall(r"\d+(?:\.\d+)?", "\n".join(lines).replace(",", "."))]
        of_the_second = expected[1][0] / 7, min(expected[1][0] + size, 7) / 7  # before and behind the batch
        if size == 1 and 7 not in numbers and not any(abs(number - unit * share) < 0.011 * unit for number in numbers for unit in (1, 100) for share in of_the_second):
            raise Wrong(call, shown, Words("写明第 37 轮、图像数、所占比例和损失的若干行"), "这一行没有写明那是全部图像或全部批次的多大比例。")

    return example


_AFTER = "这是走完一步之后的损失。应报告用这一批训练时的损失。"
_TIMES = "损失已经是批次上的均值。原样报告即可。"

_WEIGHTS = [[0.325663, 0.349926], [0.626462, 0.171588], [-1.202125, -0.021514]]  # of the batches of two, however often one reports

EXAMPLES["train_with_log"] = [
    _logging(
        "CrossEntropyLoss",
        2,
        2,
        [(0, 0.325556), (4, 0.160176)],
        _WEIGHTS,
        [
            ([(2, 1.043635), (6, 3.169401)], "报告的是编号为 1 和 3 的批次。从 0 数起：最前面的那一批就要报告。"),
            ([(2, None), (6, None)], "把这一批本身也算进去了。应数它*之前*看过的图像。"),
            ([(0, None), (2, None)], "这是批次的编号。应数图像。"),
            ([(1, None), (3, None)], "这是从 1 数起的批次编号。应数图像，从 0 数起。"),
            ([(0, 0.251612), (4, 0.06863)], _AFTER),
            ([(0, 0.651111), (4, 0.320353)], _TIMES),
            ([(0, 0.325556), (4, 0.509789)], "这是到目前为止的平均损失。应只报告这一批的损失。"),
            ([(0, 0.325556), (4, 0.601906)], "这是上次报告以来的平均损失。应只报告这一批的损失。"),
            ([(0.325556, 0), (0.160176, 4)], "数对的顺序反了：先是图像数，后是损失。"),
        ],
        [
            ([[0.5, -0.5], [0.25, 1], [-1, 0]], "权重没有变。在 loss.backward() 之后调用 optimizer.step() 了吗？"),
            ([[0.731822, 0.612122], [0.600525, -0.049924], [-1.582347, -0.062198]], "每一步用的都是到目前为止所有批的梯度。请为每一批清除梯度：optimizer.zero_grad()。"),
        ],
    ),
    _logging("CrossEntropyLoss", 2, 3, [(0, 0.325556), (6, 3.169401)], _WEIGHTS, [([(0, None), (3, None)], "最后一批较小：用它的编号乘以它的大小，并不是看过的数量。应把各批的大小加起来。")]),
    _logging(
        "MultiMarginLoss",
        1,
        3,
        [(0, 0), (3, 1.233333), (6, 1.375)],
        [[0.333333, 0.083333], [0.75, 0.25], [-1.333333, 0.166667]],
        [([(0, None), (3, None), (3, None)], "每次报告之后，计数都重新开始。应数这一批之前的所有图像。")],
        [([[0.426419, 0.502271], [0.654054, 0.071291], [-1.330473, -0.073562]], "这是交叉熵给出的结果。应使用传入的损失 `loss_fn`。")],
    ),
]

HINTS["train_with_log"] = (
    "先写没有报告的循环：训练模式，然后每一批的五个步骤。接下来：什么时候该报告，要数什么？",
    "`enumerate(loader)` 从 0 起给批次编号；`number % log_interval == 0` 的批次要报告。图像数从 0 开始，在每次循环的*末尾*增加 len(targets)。",
    "报告时追加 `(seen, loss.item())`，并打印一行，写明 epoch、seen、seen / len(loader.dataset) 和损失。在循环之后返回列表，缩进与 `for` 对齐。",
)


# ----------------------------------------------------------------------------- 03_regularisation_and_evaluation: dropout


def _dropped_small(function):
    call = "dropout(x, p=0.25)，其中 x = [[1, 2, 3, 4], [5, 6, 7, 8], [-1, -2, -3, -4]]"
    before = _t([[1, 2, 3, 4], [5, 6, 7, 8], [-1, -2, -3, -4]])
    x = before.clone()
    got = function(x, 0.25)
    if not torch.equal(x, before):
        raise Wrong(call, Words("x 被改动了"), Words("x 保持原样"), "输入必须保持原样：请创建新的张量，`x * mask / (1 - p)`，不要写入已有的张量。")
    fits = isinstance(got, torch.Tensor) and got.shape == x.shape
    kept = got.detach() != 0 if fits else torch.ones_like(x, dtype=torch.bool)
    slips = [
        (x, "什么也没有改变。训练时，每个值以概率 p 变成 0，其余的除以 1 − p。"),
        (x * kept, "有值被丢弃了，但保留的值没有变化。把它们除以 1 − p，使均值保持不变。"),
        (x * kept / 0.25, "保留的值除以了 p。应除以 1 − p，即被保留的概率：p = 0.25 时是 0.75。"),
        (x * kept * 0.75, "保留的值乘以了 1 − p，反而更小了。应除以它。"),
        (kept.to(x), "这只是掩码。用 x 乘以它，再除以 1 − p。"),
    ]
    slips = slips if kept.any() else []  # all may be dropped, by chance
    _compare(call, got, x / 0.75 * kept, slips, "每个值要么是 0，要么是 x / (1 − p)，这里是 x / 0.75。")
    for kind in (torch.float32, torch.float64):
        if function(x.to(kind), 0.25).dtype == kind:
            continue
        raise Wrong(f"{call}，x 的类型为 {kind}", Words("另一种类型的结果"), Words(str(kind)), "结果的类型要与 x 相同。`torch.rand_like(x)` 和 `torch.empty_like(x)` 会创建与 x 同类的张量。")


def _dropped_share(function):
    x = torch.ones(200, 300)
    for p, options in ((0.25, {"p": 0.25}), (0.5, {})):
        call = "dropout(torch.ones(200, 300)" + "".join(f", {key}={value}" for key, value in options.items()) + ")"
        masks = [function(x, **options).detach() == 0 for _ in range(4)]
        share = masks[0].double().mean().item()
        if 0 < share < 1 and ((masks[0] == masks[0][:1]).all() or (masks[0] == masks[0][:, :1]).all()):
            raise Wrong(call, Words("整行或整列一起被丢弃"), Words("每个值各自抽取"), "x 有多少个值，就抽多少个数：用 `torch.rand_like(x)`，而不是 `torch.rand(len(x))`。")
        if abs(share - p) > 0.015:  # a right answer is so far off once in 10¹¹ times
            better = "为每个值抽一个数；这个数小于 p，就丢弃该值。"
            if abs(share - 0.75) < 0.015 and p == 0.25:
                better = "p 是值被丢弃的概率，不是被保留的概率。"
            elif share == 0:
                better = "这里什么也没有丢弃。有没有为每个值抽一个数，并把小于 p 的置为 0？"
            elif share == 1:
                better = "所有的值同进同退。应为每个值抽一个数：`torch.rand_like(x)`。"
            elif p == 0.5:
                better = "不传参数时，p 是 0.5，模式是训练。"
            raise Wrong(call, Words(f"{share:.1%} 的值是 0"), Words(f"约 {p:.0%}"), better)
        if torch.equal(masks[0], masks[1]):
            raise Wrong(call + "，两次", Words("又丢弃了相同的值"), Words("每次各不相同"), "每次调用都要重新抽取，不要在函数里设置随机种子。")
        if all(mask.sum() == round(p * x.numel()) for mask in masks):
            raise Wrong(call + "，四次", Words(f"每次恰好有 {p:.0%} 的值是 0"), Words("有时多几个，有时少几个"), "不要选取固定个数的值：每个值各自抽取。")


def _dropped_gradient(function):
    call = "dropout(x, p=0.25).sum().backward()，其中 x 有 40 个值；x 的梯度"
    x = torch.linspace(1, 3, 40).requires_grad_()
    got = function(x, 0.25)
    if not got.requires_grad:
        raise Wrong(call, Words("没有：结果与 x 的联系被切断了"), Words("保留的值处是 1 / (1 − p)，其余是 0"), "要从 x 本身计算结果，不要用 `detach`、`.data`、`no_grad` 或 NumPy：网络要通过它来学习。")
    got.sum().backward()
    if not _same(x.grad, (got != 0) / 0.75):
        raise Wrong(call, Words("另一个梯度"), Words("保留的值处是 1 / (1 − p)，其余是 0"), "用 x 乘以掩码，再除以 1 − p：梯度就自然对了。")


_dropped_x = _t([[1, 2, 3], [5, 6, -7]])
EXAMPLES["dropout"] = [
    _value(
        "dropout(tensor([[1, 2, 3], [5, 6, -7]]), p=0.25, training=False)",
        (_dropped_x, {"p": 0.25, "training": False}),
        _dropped_x,
        [
            (_dropped_x * 0.75, "评估时 x 原样返回。尺度在训练时就已经调好了：保留的值都除以了 1 − p。"),
            (_dropped_x / 0.75, "评估时什么也不丢弃，所以也不缩放：返回 x。"),
        ],
        advice="training=False 时，x 的值原样返回。有没有检查 `training`？",
    ),
    _dropped_small,
    _dropped_share,
    _value("dropout(tensor([[1, 2, 3], [5, 6, -7]]), p=0.0)", (_dropped_x, {"p": 0.0}), _dropped_x, advice="p = 0 时什么也不丢弃，而 1 − p 是 1。"),
    _value(
        "dropout(tensor([[1, 2, 3], [5, 6, -7]]), p=1.0)",
        (_dropped_x, {"p": 1.0}),
        torch.zeros(2, 3),
        advice="p = 1 时全部丢弃。`torch.rand` 抽出的数在 0 … 1 之间，但绝不会抽到 1 本身。",
        nan="p = 1 时，你除以了 1 − p = 0。这时不做任何除法，应该返回什么？",
    ),
    _dropped_gradient,
]

HINTS["dropout"] = (
    "先做容易的一半：training=False 时返回什么？然后为每个值在 0 和 1 之间抽一个数。其中哪些应该得到 0？",
    "`torch.rand_like(x)` 就能抽出这样的数，形状和类型与 x 相同。`drawn >= p` 以概率 1 − p 为 True：这就是要保留的值的掩码。用 x 乘以它。还缺什么？p = 1 时会怎样？",
    "不是训练时，返回 x。p == 1 时，x * 0 就行。否则返回 x * mask / (1 − p)，其中掩码为 `torch.rand_like(x) >= p`。",
)


# --------------------------------------------------------------------- 03_regularisation_and_evaluation: channel_dropout


def _channels_small(function):
    call = "channel_dropout(x, p=0.25)，其中 x = torch.arange(1., 17).reshape(2, 4, 1, 2)"
    before = torch.arange(1.0, 17).reshape(2, 4, 1, 2)
    x = before.clone()
    got = function(x, 0.25)
    if not torch.equal(x, before):
        raise Wrong(call, Words("x 被改动了"), Words("x 保持原样"), "输入必须保持原样：请创建新的张量，`x * mask / (1 - p)`。")
    fits = isinstance(got, torch.Tensor) and got.shape == x.shape
    kept = got.detach() != 0 if fits else torch.ones_like(x, dtype=torch.bool)
    slips = [
        (x, "什么也没有改变。训练时，每张图像的每个通道以概率 p 变成 0，其余的除以 1 − p。"),
        (x * kept, "保留的通道没有变化。像 `dropout` 里那样，把它们除以 1 − p。"),
        (x * kept / 0.25, "保留的通道除以了 p。应除以 1 − p，这里是 0.75。"),
        (x * kept * 0.75, "保留的通道乘以了 1 − p。应除以它。"),
    ]
    slips = slips if kept.any() else []  # all may be dropped, by chance
    _compare(call, got, x / 0.75 * kept, slips, "每个通道要么是 0，要么是 x / (1 − p)，这里是 x / 0.75。")


def _channels_share(function):
    x = torch.ones(150, 200, 2, 3)
    for p, options in ((0.25, {"p": 0.25}), (0.5, {})):
        call = "channel_dropout(torch.ones(150, 200, 2, 3)" + "".join(f", {key}={value}" for key, value in options.items()) + ")"
        first, second = (function(x, **options).detach() == 0 for _ in range(2))
        whole = first.flatten(2).all(2)  # (150, 200)
        if not torch.equal(whole, first.flatten(2).any(2)):
            raise Wrong(call, Words("有的通道里，一部分值是 0，一部分不是"), Words("整个通道"), "为每张图像的每个通道抽一个数，形状为 (N, C, 1, 1)；其余的交给广播。")
        share = whole.double().mean().item()
        if share == 0:
            raise Wrong(call, Words("没有通道是 0"), Words(f"其中约 {p:.0%}"), "这里什么也没有丢弃。有没有为每张图像的每个通道抽一个数，并把小于 p 的置为 0？")
        if (whole == whole[:, :1]).all():
            raise Wrong(call, Words("一张图像的所有通道同进同退"), Words("每个通道各自抽取"), "为每张图像的每个通道抽一个数，形状为 (N, C, 1, 1)，而不是每张图像抽一个。")
        if (whole == whole[:1]).all():
            raise Wrong(call, Words("所有图像失去的都是相同的通道"), Words("每张图像各不相同"), "要为每张图像分别抽取：形状为 (N, C, 1, 1)，而不是 (1, C, 1, 1)。")
        if abs(share - p) > 0.02:  # a right answer is so far off once in 10¹¹ times
            better = "p 是通道被丢弃的概率，不是被保留的概率。" if abs(share - 0.75) < 0.02 else "通道的数小于 p 时就丢弃它；不传参数时，p 是 0.5。"
            raise Wrong(call, Words(f"{share:.1%} 的通道是 0"), Words(f"约 {p:.0%}"), better)
        if (whole.sum(dim=1) == whole[0].sum()).all():
            raise Wrong(call, Words(f"每张图像恰好有 {p:.0%} 的通道是 0"), Words("有的图像多几个，有的少几个"), "不要选取固定个数的通道：每个通道各自抽取。")
        if torch.equal(first, second):
            raise Wrong(call + "，两次", Words("又丢弃了相同的通道"), Words("每次各不相同"), "每次调用都要重新抽取，不要在函数里设置随机种子。")


def _channels_gradient(function):
    call = "channel_dropout(x, p=0.25).sum().backward()，其中 x 是 5 张图像、8 个通道；x 的梯度"
    x = torch.linspace(1, 3, 240, dtype=torch.float64).reshape(5, 8, 2, 3).requires_grad_()
    got = function(x, 0.25)
    if got.dtype != torch.float64 or function(x.detach().float(), 0.25).dtype != torch.float32:
        raise Wrong(call, Words("结果的类型与 x 不同"), Words("float64 对 float64，float32 对 float32"), "结果的类型要与 x 相同：`x.new_empty(…)` 会创建与它同类的张量。")
    if not got.requires_grad:
        raise Wrong(call, Words("没有：结果与 x 的联系被切断了"), Words("保留的通道中是 1 / (1 − p)，其余是 0"), "要从 x 本身计算结果，不要用 `detach`、`.data`、`no_grad` 或 NumPy。")
    got.sum().backward()
    if not _same(x.grad, (got != 0) / 0.75):
        raise Wrong(call, Words("另一个梯度"), Words("保留的通道中是 1 / (1 − p)，其余是 0"), "用 x 乘以掩码，再除以 1 − p：梯度就自然对了。")


_channels_x = torch.arange(1.0, 9).reshape(2, 2, 2, 1)
EXAMPLES["channel_dropout"] = [
    _value(
        "channel_dropout(torch.arange(1., 9).reshape(2, 2, 2, 1), p=0.25, training=False)",
        (_channels_x, {"p": 0.25, "training": False}),
        _channels_x,
        [(_channels_x * 0.75, "评估时 x 原样返回：尺度在训练时就已经调好了。")],
        advice="training=False 时，x 的值原样返回。有没有检查 `training`？",
    ),
    _channels_small,
    _channels_share,
    _value("channel_dropout(torch.arange(1., 9).reshape(2, 2, 2, 1), p=0.0)", (_channels_x, {"p": 0.0}), _channels_x, advice="p = 0 时什么也不丢弃。"),
    _value(
        "channel_dropout(torch.arange(1., 9).reshape(2, 2, 2, 1), p=1.0)",
        (_channels_x, {"p": 1.0}),
        torch.zeros(2, 2, 2, 1),
        advice="p = 1 时全部丢弃。",
        nan="p = 1 时，你除以了 1 − p = 0。这时不做任何除法，应该返回什么？",
    ),
    _channels_gradient,
]

HINTS["channel_dropout"] = (
    "这就是抽取次数更少的随机失活：N 张图像，每张 C 个通道，需要多少个数？",
    "每张图像的每个通道一个：共 N · C 个。它们要排成什么形状，才能让每个数乘上一整个 (H, W) 平面？",
    "一个形状为 (N, C, 1, 1) 的掩码，由 `torch.rand(N, C, 1, 1) >= p` 得到，类型和设备与 x 相同。或者，让一个这种形状的全一张量通过你的 `dropout`，再用 x 乘以返回的结果。",
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
    call = "l2_penalty(model, weight_decay=0.1)：一个块里的权重 [[1, 2], [0, -1]] 和 [2, -0.5]，以及一个冻结的层"
    model = _penalised()
    got = function(model, 0.1)
    expected = _t(0.5125)
    slips = [
        (_t(1.025), "少了因子 1/2：有了它，梯度就是 weight_decay · w，没有 2。"),
        (_t(0.3), "漏掉了偏置。这里每个可训练参数都要计入：model.parameters() 给出全部参数。"),
        (_t(0.6), "少了因子 1/2，而且漏掉了偏置：每个可训练参数都要计入。"),
        (_t(1.8125), "计入了冻结的层。只取 requires_grad 为真的参数。"),
        (_t(3.625), "计入了冻结的层，而且少了因子 1/2。"),
        (_t(0.160078), "这是用范数算的，也就是和的平方根。应取平方和，不开方。"),
        (_t(0.320156), "这是用范数算的，也就是和的平方根。应取平方和，不开方，再乘以因子 1/2。"),
        (_t(0.225552), "这是各个范数，也就是和的平方根。应取每个张量的平方和，不开方。"),
        (_t(0.525552), "这是各个范数，也就是和的平方根，而且计入了冻结的层。应取每个可训练张量的平方和，不开方。"),
        (_t(0.325), "这是绝对值（L1 惩罚项）。应取平方。"),
        (_t(0.65), "这是绝对值（L1 惩罚项）。应取平方，再取平方和的一半。"),
        (_t(5.125), "少了 weight_decay：要乘以它。"),
        (_t(0.18125), "这是每个张量各取一个均值。应把平方加起来：是和，不是均值。"),
        (_t(0.085417), "这是所有平方的均值。应取它们的和。"),
        (_t(0.3125), "这是和的平方：应先对每个权重平方，再相加。"),
        (_t(0.2125), "循环在前几个张量就结束了，或者只留下了最后一个：要对所有参数累加。"),
    ]
    _compare(call, got, expected, slips, "这里是 0.1 / 2 · (1 + 4 + 0 + 1 + 4 + 0.25)，即六个可训练的数的平方。")
    if not isinstance(got, torch.Tensor) or not got.requires_grad:
        raise Wrong(call, Words("一个没有计算图的数"), Words("一个可微的张量"), "这里不要用 `.item()`、`.data`、`detach` 或 `no_grad`：惩罚项是损失的一部分，它的全部意义就在于它的梯度。")
    got.backward()
    weight = model[0][0].weight
    _compare(call + "；backward 之后权重的梯度", weight.grad, 0.1 * weight.detach(), (), "weight_decay / 2 · w² 的梯度是 weight_decay · w。从权重到总和的每一步都可微吗？")


EXAMPLES["l2_penalty"] = [_penalty]

MORE_WORDS["l2_penalty"] = (_NO_POWER,)

HINTS["l2_penalty"] = (
    "训练时，模型的哪些张量会改变？model.parameters() 逐个给出它们，冻结的也在内。",
    "对每个 requires_grad 为真的参数，`(p**2).sum()` 是一个只含一个值的张量。把它们加起来，再乘以 weight_decay / 2。",
    "weight_decay / 2 * sum((p**2).sum() for p in model.parameters() if p.requires_grad)。原样返回这个张量，带着它的计算图。",
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
        _compare(f"{call}；第 {epoch} 次 update 之后的一个权重（每个权重等于它的轮次）", model.weight[0], _t(float(epoch)), (), "`update` 不改动模型。训练需要时，由 `restore` 来改动它。")
        if isinstance(answer, torch.Tensor) and answer.numel() == 1:
            answer = answer.item()
        if not isinstance(answer, int) and type(answer).__module__ != "numpy":
            raise Wrong(f"{call}；update({loss}, model)", answer, Words("True 或 False"), "该停下时，`update` 返回 True，否则返回 False。是不是每种情况都会执行到 `return`？")
        said.append(bool(answer))
    call += f"；update 对损失 {', '.join(map(str, losses))} 的回答"
    if said != expected:
        words = "数的是最好一轮以来的轮数：每次有更好的一轮，计数就重新开始。"
        raise Wrong(call, said, expected, next((better for wrong, better in slips if said == wrong), words))
    value = _number(stopper.best)
    if best is None:  # where a loss was lower by less than min_delta, it may be either
        return model
    if value is None or abs(value - best) > 1e-6:
        raise Wrong(call + "；然后是 best", stopper.best, best, "`best` 是到目前为止最好一轮的损失，是一个数。只有当某一轮变好的幅度超过 min_delta 时，它才改变。")
    return model


def _stopping(EarlyStopping):
    call, no, yes = "EarlyStopping(patience=2)", False, True
    stopper = EarlyStopping(patience=2)
    slips = [
        ([no, no, no, no, yes, yes], "计数没有清零。遇到更好的一轮之后，它要重新从 0 开始。"),
        ([no] * 6, "它停不下来。要与到目前为止最好的损失比较，而不是与上一轮的损失比较；计数达到 `patience` 就停下，而不是超过它才停。"),
        ([no, no, yes, no, yes, yes], "只有一轮变差，它就停下了。要数变差的轮数，计数达到 `patience` 才停下。"),
        ([no, no, yes, yes, yes, yes], "它把较大的损失当成了更好的。损失越小越好。"),
        ([yes, yes, no, yes, no, no], "这说的是这一轮有没有变好。`update` 要说的是该不该停下。"),
        ([yes, yes, yes, yes, yes, no], "这说的是要不要继续。`update` 要说的是该不该停下：正好相反。"),
        ([no, yes, yes, yes, yes, yes], "没有哪一轮被算作变好。从 best = 无穷大开始，再与它比较：val_loss 更小吗？"),
    ]
    model = _stops(call, stopper, [1.0, 0.8, 0.9, 0.7, 0.75, 0.72], [no, no, no, no, no, yes], 0.7, slips)
    stopper.restore(model)
    call += "；六轮之后 restore(model)，其中第四轮最好"
    slips = [(_t([6.0] * 3), "这是最后一轮的权重。`restore` 放回的是当时保存的东西吗，保存的是副本吗？`state_dict()` 里就是那些张量本身，训练还会继续改变它们：请保存副本（`.clone()`、`copy.deepcopy`）。")]
    _compare(call + "；权重（每个等于它的轮次）", model.weight, _t([4.0] * 3), slips, "要的是最好一轮的权重：某一轮变好时，在 `update` 中复制它们；在 `restore` 中放回。")
    buffer = "权重回来了，但有一个缓冲区没有。缓冲区（例如批归一化的滑动均值）也属于网络：`state_dict()` 两样都有。"
    _compare(call + "；一个缓冲区（等于轮次的十倍）", model.running, _t([40.0] * 2), (), buffer)
    model.train_to(7)
    stopper.restore(model)
    _compare(call + "，再过一轮之后又一次；权重", model.weight, _t([4.0] * 3), (), "放回去的东西与副本连在一起，训练把两者都改了。应把数值复制到模型里：`load_state_dict` 就是这样做的。")


def _small_steps(EarlyStopping):
    no, yes = False, True
    slips = [
        ([no] * 5, "min_delta 没有用上，或者方向反了。只有损失低于 best − min_delta，这一轮才算变好。"),
        ([no, no, yes, yes, yes], "第三轮好了 0.2。min_delta 是损失之差，而不是一个比例：变好是指 val_loss < best − min_delta。"),
        ([no, yes, yes, yes, yes], "第一轮无论如何都算变好：从 best = 无穷大开始。另外，`patience` 和 `min_delta` 是按这个顺序接收的吗？"),
    ]
    _stops("EarlyStopping(2, 0.1)", EarlyStopping(2, 0.1), [5.0, 5.2, 4.8, 4.75, 4.78], [no, no, no, no, yes], None, slips)


def _without_arguments(EarlyStopping):
    no, yes = False, True
    slips = [
        ([no] * 7, "不传参数时，`patience` 是 3。"),
        ([no, no, no, no, no, yes, yes], "不传参数时，`patience` 是 3：连续三轮。"),
        ([no, no, no, no, yes, yes, yes], "第四轮变好了，哪怕只有一点点：不传参数时，min_delta 是 0，什么也不舍入。"),
    ]
    _stops("EarlyStopping()", EarlyStopping(), [0.5, 0.4, 0.45, 0.39995, 0.6, 0.41, 0.45], [no, no, no, no, no, no, yes], 0.39995, slips)


EXAMPLES["EarlyStopping"] = [_stopping, _small_steps, _without_arguments]
MORE_WORDS["EarlyStopping"] = (
    (
        "RuntimeError",
        "Missing key",
        "副本里缺了模型有的东西。`model.state_dict()` 里什么都有，包括权重和缓冲区；model.parameters() 只给出权重。",
    ),
    (
        "AttributeError",
        "has no attribute 'best'",
        "在 `__init__` 中给对象设好属性 `best`，例如无穷大：这样第一轮的任何损失都更好。",
    ),
)

HINTS["EarlyStopping"] = (
    "从一轮到下一轮，这个对象必须记住什么？三样东西：最好的损失，从那以后过了多少轮，以及那一轮的权重。",
    "从 best = 无穷大开始，这样第一轮就算变好。在 `update` 中：val_loss 低于 best − min_delta 吗？是的话，记下损失，复制权重，把计数设为 0；否则计数加一。两种情况各返回什么？",
    "`copy.deepcopy(model.state_dict())` 是权重和缓冲区的副本，训练改变不了它；`model.load_state_dict(kept)` 把它放回去。返回 `self.count >= self.patience`。",
)


# --------------------------------------------------------------- 03_regularisation_and_evaluation: classification_report

_report_labels = torch.tensor([0, 1, 0, 2, 0, 1, 0, 0, 2, 0, 1])
_report_preds = torch.tensor([0, 1, 0, 1, 0, 1, 0, 1, 1, 3, 0])


def _report(function):
    call = "classification_report(preds, labels, 5)，labels 为 0 1 0 2 0 1 0 0 2 0 1，preds 为 0 1 0 1 0 1 0 1 1 3 0"
    preds, labels = _report_preds.clone(), _report_labels.clone()
    got = function(preds, labels, 5)
    if not torch.equal(preds, _report_preds) or not torch.equal(labels, _report_labels):
        raise Wrong(call, Words("preds 或 labels 被改动了"), Words("两者都保持原样"), "输入必须保持原样：请把计数放进新的张量。")
    keys = ("precision", "recall", "f1", "support", "accuracy", "macro_f1", "weighted_f1")
    if not isinstance(got, dict) or any(key not in got for key in keys):
        lacking = ", ".join(key for key in keys if not isinstance(got, dict) or key not in got)
        raise Wrong(call, list(got) if isinstance(got, dict) else got, Words("含有这些键的字典：" + ", ".join(keys)), f"请返回一个字典。缺少的是：{lacking}。")
    precision, recall, f1 = _t([0.8, 0.4, 0, 0, 0]), _t([0.666667, 0.666667, 0, 0, 0]), _t([0.727273, 0.5, 0, 0, 0])
    percent = "要的是 0 到 1 之间的比例，不是百分数。"
    wanted = {
        "support": (_t([6.0, 3, 2, 0, 0]), [(_t([5.0, 5, 0, 1, 0]), "这是每个类别被预测的次数。支持数数的是标签。"), (_t([4.0, 2, 0, 0, 0]), "这是命中数。支持数要数一个类别的全部标签。")], "类别 0 在 labels 中出现六次。"),
        "precision": (precision, [(recall, "精确率和召回率对调了：精确率是命中数除以该类别被预测的次数。"), (100 * precision, percent)], "类别 0 被预测五次，其中四次正确：4 / 5。从未被预测的类别，取 0。"),
        "recall": (recall, [(precision, "精确率和召回率对调了：召回率是命中数除以该类别出现的次数。"), (100 * recall, percent)], "类别 0 的六个样本，找到了四个：4 / 6。不出现的类别，取 0。"),
        "f1": (f1, [(_t([0.733333, 0.533333, 0, 0, 0]), "F1 不是普通平均：2·p·r / (p + r)。"), (f1 / 2, "F1 少了一个因子 2：2·p·r / (p + r)。")], "F1 是 2·p·r / (p + r)，逐个类别计算；两者都是 0 时，取 0。"),
        "accuracy": (6 / 11, [(600 / 11, percent), (6.0, "这是答对的个数。应除以样本数。")], "11 个样本中答对了 6 个。"),
        "macro_f1": (0.245455, [(0.409091, "这是对出现的类别取的均值。这里全部 `num_classes` 个类别都要计入，不出现的按 0 计。"), (0.306818, "略去了类别 4，它既不出现也没有被预测。这里全部 `num_classes` 个类别都要计入，这样的类别按 0 计。"), (0.252632, "这是由平均精确率和平均召回率算出来的。应取各个 F1 值的均值。"), (0.533058, "这是加权平均。宏平均对所有类别一视同仁。")], "五个 F1 值的普通平均。"),
        "weighted_f1": (0.533058, [(0.245455, "这是普通平均。这里每个类别的权重是它的支持数。"), (0.557851, "权重用的是每个类别被预测的次数。应按支持数加权。"), (5.863636, "应除以样本数。")], "每个 F1 乘以它的支持数，加起来，再除以样本数。"),
    }
    for key in keys[3:4] + keys[:3] + keys[4:]:
        expected, slips, advice = wanted[key]
        value = got[key]
        if key == "support" and isinstance(value, torch.Tensor):
            value = value.float()  # a whole number of any type
        _compare(f'{call}; ["{key}"]', value, expected, slips, advice, nan="分母为 0 时，值按定义取 0：对计数用 `clamp(min=1)`，或者用 `torch.where`。")


EXAMPLES["classification_report"] = [_report]
MORE_WORDS["classification_report"] = (
    (
        "RuntimeError",
        r"size of tensor a \(\d\) must match",
        "两个计数的长度不同。不写 `minlength=num_classes`，`bincount` 就只数到出现过的最大类别。",
    ),
)

HINTS["classification_report"] = (
    "每个类别只要三个计数：它出现多少次，被预测多少次，两者同时发生多少次。",
    "`torch.bincount(labels, minlength=num_classes)` 数的是标签。用同样的方法，数 `preds` 得到预测数，数 `labels[preds == labels]` 得到命中数。你在哪里会除以 0？",
    "有了命中数、预测数和支持数：精确率 = 命中数 / 预测数，召回率 = 命中数 / 支持数，F1 = 2 · 命中数 / (预测数 + 支持数)，每个分母都加上 `.clamp(min=1)`。macro_f1 是 f1.mean()，weighted_f1 是 f1 · 支持数 之和 / 样本数，两者都要 `.item()`。",
)


# ----------------------------------------------------------------- 03_regularisation_and_evaluation: trained_regularised


def _parts_fit(CNNNet, train_with_log, Adam):
    model = CNNNet()
    if not isinstance(model, nn.Module):
        raise Wrong("CNNNet()", model, Words("一个 nn.Module"), "把你在第 1 部分写的类粘贴到单元格 `my_cnnnet` 中。")
    images = ((torch.arange(20 * 784) * 7 % 31) / 31).reshape(20, 1, 28, 28)
    scores = model(images)
    if not isinstance(scores, torch.Tensor) or scores.shape != (20, 10):
        raise Wrong("CNNNet()(images)，20 张图像", scores, Words("形状为 (20, 10) 的张量"), "先修好 CNNNet：它在第 1 部分的检查应该通过。")
    before = [p.detach().clone() for p in model.parameters()]
    if sum(p.numel() for p in before) != 21840:
        raise Wrong("CNNNet() 的参数", sum(p.numel() for p in before), 21840, "把你在第 1 部分完成的类粘贴到单元格 `my_cnnnet` 中。")
    if not _same(scores.exp().sum(dim=1), torch.ones(20)):
        raise Wrong("CNNNet()(images).exp().sum(dim=1)，第一张图像的值", scores.exp().sum(dim=1)[0].item(), 1.0, "损失是 nn.NLLLoss()，所以网络的结尾是对数概率：log_softmax，dim=1。")
    labels = torch.arange(20) % 10
    loader = DataLoader(TensorDataset(images, labels), batch_size=5)
    with torch.no_grad():
        at_first = nn.NLLLoss()(model.eval()(images), labels).item()
    call = "train_with_log(CNNNet(), loader, nn.NLLLoss(), Adam(model.parameters(), lr=0.001), 1)，20 张图像"
    optimizer = Adam(model.parameters(), lr=0.001)
    train_with_log(model, loader, nn.NLLLoss(), optimizer, 1)
    if all(torch.equal(old, new) for old, new in zip(before, model.parameters())):
        raise Wrong(call, Words("权重保持原样"), Words("训练过的权重"), "什么也没有学到。第 2 部分里 Adam 和 train_with_log 的检查通过了吗？`model.parameters()` 是生成器：只能遍历一次。")
    if not all(p.isfinite().all() for p in model.parameters()):
        raise Wrong(call, Words("不是数的权重（NaN 或无穷大）"), Words("训练过的权重"), "第 2 部分里 Adam 的检查通过了吗？看看它的两处除法：除以 1 − betaᵗ，其中 t 从 1 开始；以及除以平方根加 eps。")
    quicker = Adam(model.parameters(), lr=0.01)
    with contextlib.redirect_stdout(io.StringIO()):
        for epoch in range(2, 10):
            train_with_log(model, loader, nn.NLLLoss(), quicker, epoch)
    with torch.no_grad():
        at_last = nn.NLLLoss()(model.eval()(images), labels).item()
    if not at_last < at_first + 0.1:
        raise Wrong(call + "，然后用 lr=0.01 再训练八轮；这些图像上的损失", at_last, Words(f"不超过开始时的 {at_first:.3f}"), "损失在增大。Adam 是逆着梯度走的吗？第 2 部分里它的检查和 train_with_log 的检查通过了吗？")


EXAMPLES["trained_regularised"] = [_parts_fit]
NEEDS["trained_regularised"] = ("CNNNet", "train_with_log", "Adam")
PASSED_WORDS["trained_regularised"] = "各部分接得上。训练本身，以及测试图像上的准确率，在评分时进行。"

HINTS["trained_regularised"] = (
    "这里没有新东西要写。你的 CNNNet、train_with_log 和 Adam 粘贴进来了吗，它们在第 1 和第 2 部分的检查通过了吗？",
    "运行上面那个单元格，它像评分时那样训练。损失是不是从 2.3 左右开始，一轮比一轮低？",
    "如果损失停在 2.3 左右：检查 zero_grad、backward、step，以及 Adam 的偏差修正。如果损失下降而准确率很低：随机失活在评估时还开着，或者 train_with_log 训练的不是传给它的那个模型。",
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
