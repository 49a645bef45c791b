"""Draw whole submissions at random: a folder's name, a time stamp, files, cells, code and outputs, each odd in its own way.

One number gives one submission, whatever else is drawn.
"""

from __future__ import annotations

import copy
import json
import os
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

NOTEBOOK = "01_cnn_layers"
POINTS = {"conv_output_size": 2.0, "conv2d": 3.0, "relu": 2.0}
SOLVED = {
    "conv_output_size": "def conv_output_size(size, kernel_size, stride=1, padding=0):\n"
    "    return (size + 2 * padding - kernel_size) // stride + 1\n",
    "relu": "def relu(x):\n    return x * (x > 0)\n",
    "conv2d": """def conv2d(x, weight, bias=None, stride=1, padding=0):
    x = F.pad(x, (padding,) * 4)
    kh, kw = weight.shape[2:]
    windows = x.unfold(2, kh, stride).unfold(3, kw, stride)
    out = torch.einsum("nchwij,ocij->nohw", windows, weight)
    return out if bias is None else out + bias.view(1, -1, 1, 1)
""",
}
Values = dict[str, Any]

# ---------------------------------------------------------------- code

_RIGHT = {
    "conv_output_size": "(a[0] + 2 * k.get('padding', 0) - a[1]) // k.get('stride', 1) + 1",
    "relu": "a[0].clamp(min=0)",
    "conv2d": "F.conv2d(*a, **k)",
}
_VALUES = """None|True|0|-1|10**400|2**63|1e308|-1e308|float('nan')|float('inf')|5e-324|1+2j|''|'3'|'\\ud800'|'x'*10**6|b'x'|[]|()|{}|[[]]|
[[[1]],[2,[3]]]|[1,'a',None]|(None,None)|{1:2}|{None:None}|{(1,2):3}|{'result':{'a':[]}}|...|NotImplemented|int|object()|lambda: 0|iter([1])|range(5)|
{1,2}|torch|Exception('x')|slice(1)|memoryview(b'ab')|torch.empty(0)|torch.empty(0,3)|torch.zeros(())|torch.tensor(True)|torch.tensor(float('nan'))|
torch.full((3,3),1e308,dtype=torch.float64)|torch.full((1,),5e-324,dtype=torch.float64)|torch.ones(3,dtype=torch.complex64)|
torch.ones(3,dtype=torch.bfloat16)|torch.full((3,),2**63-1)|torch.eye(3).to_sparse()|torch.eye(3).to_sparse_csr()|torch.quantize_per_tensor(torch.ones(3),0.1,0,torch.quint8)|
torch.empty(3,device='meta')|torch.nested.nested_tensor([torch.ones(2),torch.ones(3)])|torch.ones(*[1]*20)|torch.ones(3,requires_grad=True)|
torch.ones(3).expand(4000,3)|nn.Linear(2,2)|nn.Parameter(torch.ones(2))|np.zeros(3)|np.array(5.0)|np.array([object()])|np.array(['a'])|np.float32(3)|
np.datetime64('2020')|np.longdouble(1)/3|np.zeros(3,dtype=[('a',int)])|torch.zeros(30_000_000)|[0]*10**6|deep(5000)|Odd()|Num(3)|torch.ones(3,dtype=torch.float8_e4m3fn)|
RIGHT*1e308|(RIGHT,)|[RIGHT]|str(RIGHT)|RIGHT if random.random()<.5 else 1/0|torch.as_tensor(RIGHT).to(torch.complex64)|torch.as_tensor(RIGHT).double()*1e308|
torch.as_tensor(RIGHT).double()*-1e308|torch.as_tensor(RIGHT).double()*1e-320|torch.as_tensor(RIGHT)*float('nan')|torch.as_tensor(RIGHT).reshape(-1)[:0]|
torch.as_tensor(RIGHT)[None]|torch.as_tensor(RIGHT).bool()|torch.as_tensor(RIGHT).half()|torch.as_tensor(RIGHT).tolist()|torch.as_tensor(RIGHT).numpy()|
torch.as_tensor(RIGHT).to_sparse()|torch.as_tensor(RIGHT).to('meta')|torch.randn_like(torch.as_tensor(RIGHT).double())*10.0**random.randint(-320,308)|
torch.where(torch.rand(torch.as_tensor(RIGHT).shape)>.5,torch.as_tensor(RIGHT).double(),torch.tensor(1e308,dtype=torch.float64))|RIGHT""".replace("\n", "").split("|")  # fmt: skip
_ERRORS = """ValueError('x'*10**6)|KeyError('\\ud800')|Unprintable()|SystemExit(3)|KeyboardInterrupt()|GeneratorExit()|BaseException('b')|StopIteration(1)|
MemoryError()|RecursionError()|ExceptionGroup('g',[ValueError('a'),ExceptionGroup('h',[KeyError('b')])])|OSError(28,'No space left on device')|
Exception(*range(1000))|Exception('[/bold]{0}%s<script>alert(1)</script>\\x1b[2J\\u202e')|type('E'*5000,(Exception,),{})()|SyntaxError('a',('f',10**9,-3,'x'))|
SyntaxError('a',None)|UnicodeDecodeError('utf-8',b'\\xff',0,1,'why')|NotImplementedError()|AssertionError""".replace("\n", "").split("|")  # fmt: skip
_STATEMENTS = r"""print('\x1b[2J\x1b]0;owned\x07'*1000)
print('x'*10**7)
for i in range(20_000): print(i)
import sys; sys.stderr.write('\ud800'.encode('utf-8','surrogatepass').decode('utf-8','replace')*1000)
import sys; sys.stdout.buffer.write(bytes(range(256))*100) if hasattr(sys.stdout,'buffer') else None
from IPython.display import HTML, display; display(HTML('<table>'*5000))
from IPython.display import display; display({'text/html': 5, 'text/plain': ['a', None], 'image/png': '!!', 'x'*1000: {}}, raw=True)
from IPython.display import display; display({'image/png': 'A'*900_000}, raw=True)
from IPython.display import display; [display({'text/html': '<b>'*i, 'application/javascript': 'alert(1)'}, raw=True) for i in range(300)]
from IPython.display import display; display({'text/plain': 'a', 'text/latex': '$$'*10_000, 'image/svg+xml': '<svg onload=x>'}, raw=True, metadata={'a': 1})
import time; time.sleep(0.2)
import os; os._exit(0)
import os, signal; os.kill(os.getpid(), signal.SIGKILL)
import ctypes; ctypes.string_at(0)
import sys; sys.exit()
exit()
import os; os.closerange(0, 50)
import sys; sys.stdout = sys.stderr = None
import sys; sys.setrecursionlimit(20)
import builtins; builtins.len = None
import builtins; del builtins.print
import threading; [threading.Thread(target=lambda: 1 / 0).start() for _ in range(20)]
import warnings; warnings.warn('w'*10_000)
import torch; torch.Tensor.__eq__ = lambda *a: 1/0
import torch; torch.set_default_dtype(torch.float64)
import torch; torch.set_grad_enabled(False)
import json; json.dumps = lambda *a, **k: 'x'
import matplotlib.pyplot as plt; plt.plot([1e308, -1e308]); plt.show()
%%bash
%magic_that_is_none
%time 1
!echo hi
?len
get_ipython().kernel.do_shutdown(True)
get_ipython().ast_transformers.append(5)
get_ipython().input_transformers_cleanup.append(None)
await 1
return 5
yield 1
x = \
 indented
'''never closed
\x00
𝔁 = 1; print(x)
(((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((
lambda: (yield)
class relu: __call__ = None
def relu(x): return relu(x)
globals().clear()
del conv2d
raise SystemExit
import gc; [o.clear() for o in gc.get_objects() if type(o) is dict and 'relu' in o]
open('/tmp/a','w').write('x'*10**8)
x = bytearray(10**10)
import asyncio; asyncio.get_event_loop().stop()
import faulthandler; faulthandler._sigsegv()""".split("\n")  # fmt: skip  # noqa: SIM905
_HEAD = """import random, numpy as np, torch, torch.nn as nn, torch.nn.functional as F
class Odd:
    def __getattr__(self, name): raise RuntimeError(name)
    def __repr__(self): return 5
class Num(float): pass
class Unprintable(Exception):
    def __str__(self): return 1 / 0
    __repr__ = __str__
def deep(n):
    x = []
    for _ in range(n): x = [x]
    return x
"""


def _answer(rng: random.Random, item: str) -> str:
    kind = rng.random()
    if kind < 0.2:
        return SOLVED[item]
    if kind < 0.3:
        return rng.choice(_STATEMENTS)
    if kind < 0.45:
        body = f"raise {rng.choice(_ERRORS)}"
    else:
        body = f"return {rng.choice(_VALUES)}".replace("RIGHT", _RIGHT[item])
    if rng.random() < 0.1 and not (statement := rng.choice(_STATEMENTS)).startswith(
        ("%", "!", "?", " ", "x = \\", "'''")
    ):
        body = f"{statement}\n    {body}"
    return f"{_HEAD}def {item}(*a, **k):\n    {body}\n"


# ---------------------------------------------------------------- values of any kind, for metadata and outputs

_WORDS = (
    "",
    "x",
    "code",
    "markdown",
    "raw",
    "demo",
    "setup",
    "relu",
    "test_relu",
    "conv2d",
    "\ud800",
    "\x1b[2J",
    "a\nb",
    "é" * 50,
    "<b>",
    "\x00",
)


def _any(rng: random.Random, depth: int = 0) -> Any:
    kind = rng.randrange(9 if depth < 3 else 6)
    if kind < 6:
        return (
            None,
            rng.random() < 0.5,
            rng.randint(-(10**20), 10**20),
            rng.choice((1e308, float("nan"), -0.5)),
            rng.choice(_WORDS),
            rng.choice(_WORDS),
        )[kind]
    if kind == 6:
        return [_any(rng, depth + 1) for _ in range(rng.randrange(4))]
    return {
        rng.choice((*_WORDS, "nbgrader", "grade_id", "tags", "text", "data")): _any(rng, depth + 1)
        for _ in range(rng.randrange(4))
    }


def _output(rng: random.Random) -> Any:
    kind = rng.choice(("stream", "display_data", "execute_result", "error", "any", "any type"))
    if kind == "any":
        return _any(rng)
    kinds = (
        "text/html",
        "text/plain",
        "image/png",
        "image/jpeg",
        "application/javascript",
        "text/latex",
        "image/svg+xml",
        "x",
    )
    data = {
        rng.choice(kinds): rng.choice(
            (_any(rng), "<table>" * 2000, "A" * 50_000, ["a", 5, "b"], "\x1b[31m" * 100)
        )
        for _ in range(rng.randrange(4))
    }
    return {
        "output_type": _any(rng) if kind == "any type" else kind,
        "name": rng.choice(("stdout", "stderr", _any(rng))),
        "text": rng.choice(("x" * 30_000, ["a", "b"], _any(rng))),
        "data": rng.choice((data, data, _any(rng))),
        "metadata": _any(rng),
        "ename": rng.choice(("E", _any(rng))),
        "evalue": rng.choice(("v", _any(rng))),
        "traceback": rng.choice((["\x1b[0;31m" * 1000, "a"] * 40, _any(rng))),
    }


# ---------------------------------------------------------------- cells


def _code(source: Any, **more: Any) -> Values:
    return {
        "cell_type": "code",
        "execution_count": None,
        "metadata": {},
        "outputs": [],
        "source": source,
        **more,
    }


def _turn(rng: random.Random, cells: list[Any]) -> None:
    rng.choice([c for c in cells if isinstance(c, dict)])["cell_type"] = rng.choice(
        ("markdown", "raw", "code", "x", None, [])
    )


def _odd_metadata(rng: random.Random, cells: list[Any]) -> None:
    for cell in rng.sample(cells, min(5, len(cells))):
        if isinstance(cell, dict):
            cell["metadata"] = rng.choice(
                (_any(rng), {"nbgrader": _any(rng), "tags": _any(rng)}, {"nbgrader": {"grade_id": _any(rng)}})
            )


def _odd_sources(rng: random.Random, cells: list[Any]) -> None:
    long = (
        "(" * 5000,
        "-" * 50_000 + "1",
        "a." * 20_000,
        "# " + "é" * 150_000,
        "\\begin{a}" * 5000,
        "[a](" * 20_000,
        "<" * 30_000,
        "x=1\n" * 20_000,
        "`" * 20_000,
        "> " * 10_000,
    )
    for cell in rng.sample(cells, min(3, len(cells))):
        if isinstance(cell, dict):
            cell["source"] = rng.choice((_any(rng), rng.choice(long), [rng.choice(long)], [_any(rng), "x"]))


def _insert(rng: random.Random, cells: list[Any]) -> None:
    for _ in range(rng.choice((1, 1, 3, 60))):
        demo = {"tags": ["demo"]} if rng.random() < 0.5 else {}
        new = rng.choice((
            _code(rng.choice(_STATEMENTS)), _code("", metadata=demo, outputs=[_output(rng) for _ in range(rng.choice((1, 5, 80)))]), _any(rng),
            {"cell_type": "markdown", "metadata": {}, "source": rng.choice(("# words", "<script>", "![](attachment:a)", "$x$")), "attachments": _any(rng)},
        ))  # fmt: skip
        cells.insert(rng.randrange(len(cells) + 1), copy.deepcopy(new))


def _many(rng: random.Random, cells: list[Any]) -> None:
    cells += [
        rng.choice(
            (_code("1"), _code("", metadata={"tags": ["demo"]}), {"cell_type": "markdown", "source": "*"})
        )
    ] * rng.choice((400, 1900, 1900, 5000))


def _twice(rng: random.Random, cells: list[Any]) -> None:
    cells += [copy.deepcopy(rng.choice(cells)) for _ in range(rng.choice((1, 10)))]


def _without(rng: random.Random, cells: list[Any]) -> None:
    cells[:] = (
        rng.sample(cells, rng.randrange(len(cells) + 1))
        if rng.random() < 0.5
        else cells[: rng.randrange(len(cells) + 1)]
    )


_CHANGES: tuple[Callable[[random.Random, list[Any]], None], ...] = (
    _turn, _odd_metadata, _odd_sources, _insert, _insert, _many, _twice, _without, lambda rng, cells: rng.shuffle(cells),
)  # fmt: skip


def _notebook(rng: random.Random, released: Values) -> Values:
    values = copy.deepcopy(released)
    for cell in values["cells"]:
        nbgrader = cell["metadata"].get("nbgrader", {})
        if nbgrader.get("solution"):
            cell["source"] = _answer(rng, nbgrader["grade_id"])
        elif nbgrader.get("locked") and rng.random() < 0.05:
            cell["source"] = rng.choice(_STATEMENTS)
        if "demo" in cell["metadata"].get("tags", []) and rng.random() < 0.3:
            cell["outputs"] = [_output(rng) for _ in range(3)]
    for _ in range(rng.choice((0, 0, 0, 1, 1, 2, 4))):
        if values["cells"]:
            rng.choice(_CHANGES)(rng, values["cells"])
    if rng.random() < 0.05:
        values[rng.choice(("metadata", "nbformat", "nbformat_minor", "cells", "x"))] = _any(rng)
    return values


# ---------------------------------------------------------------- files


def _bytes(rng: random.Random, values: Values) -> bytes:
    content = json.dumps(values, ensure_ascii=rng.random() < 0.5).encode("utf-8", "surrogatepass")
    if (
        b"\xed\xa0\x80" in content and rng.random() < 0.9
    ):  # half a character, escaped: else it is no text at all
        content = json.dumps(values).encode()
    kind = rng.random()
    if kind < 0.9:
        return content
    at, size = rng.randrange(len(content)), rng.choice((1, 20, len(content)))
    return rng.choice((
        b"", content[:at], content[:at] + rng.randbytes(3) + content[at + size :], b"\xef\xbb\xbf" + content, content.decode("utf-8", "replace").encode("utf-16"),
        content + b"\n}", rng.randbytes(200), b"[" * 100_000, content.replace(b"}", b"},", 1), b"<<<<<<< a\n" + content + b"\n>>>>>>> b", b" " * 100_000 + content,
    ))  # fmt: skip


def _put(rng: random.Random, folder: Path, content: bytes) -> None:
    path = folder / f"{NOTEBOOK}.ipynb"
    kind = rng.choice(
        ("link", "broken link", "loop", "pipe", "folder", "renamed", "missing", "unreadable", "huge", "many")
    )
    match kind:
        case "link":
            path.symlink_to("/etc/passwd")
        case "broken link":
            path.symlink_to("/nothing/here")
        case "loop":
            path.symlink_to(path.name)
        case "pipe":
            os.mkfifo(path)
        case "folder":
            path.mkdir()
        case "renamed":
            (
                folder
                / rng.choice(
                    (
                        "solution (1).ipynb",
                        "\x1b[2J.ipynb",
                        "a\nb.ipynb",
                        "01_CNN_layers.ipynb",
                        "[x]*.ipynb",
                        "half\udcff.ipynb",
                    )
                )
            ).write_bytes(content)
        case "huge":
            path.touch()
            os.truncate(path, 1 << 40)
        case "many":
            for i in range(40):
                (folder / f"{i}.ipynb").write_bytes(content[: 2000 * i])
        case "unreadable":
            path.write_bytes(content)
            path.chmod(0)


def _extra(rng: random.Random, folder: Path) -> None:
    name = rng.choice(
        (
            "checks.py",
            "torch.py",
            "a\nb",
            "feedback",
            "x" * 200,
            "autograder",
            ".hidden",
            "half\udcff",
            "timestamp.txt",
            "02_training_loop.ipynb",
            "submission_secret.txt",
        )
    )
    path = folder / name
    if path.exists():
        return
    rng.choice((
        lambda: path.mkdir(), lambda: path.symlink_to("/dev/zero"), lambda: os.mkfifo(path), lambda: path.write_bytes(rng.randbytes(50)), lambda: path.symlink_to(".."),
    ))()  # fmt: skip


_STAMPS = (
    "2026-01-01 00:00:00.5 UTC", "2026-01-01T00:00 a/b", "2026-01-01 00:00 etc/passwd", "2026-01-01 00:00 +99:99", "2026-01-01T00:00 CEST", "9999-12-31 23:59 -23:59",
    "2026-02-30 00:00", "2026-01-01 00:00 Europe/Berlin", "2026-03-29 02:30 Europe/Berlin", "localtime", "2200-12-31 23:59 -12:00", "1970-01-01 00:00 +14:00", "", "\x1b[2J", "now",
    "2026-01-01 25:00", "2026-01-01 00:00 posixrules", "2026-01-01 00:00 Z", "2026-01-01 00:00Z", "2026-01-01 00:00 UTC\n2026-01-02 00:00 UTC", "２０２６-01-01 00:00",
)  # fmt: skip
_NAMES = (
    "*",
    "?",
    "[a]",
    "\n",
    " ",
    "\t",
    "\x1b[2J",
    "\u202e",
    "\u2028",
    "\udcff",
    ".",
    "-",
    "+",
    ":",
    "\\",
    "'",
    '"',
    "{0}",
    "%s",
    "$HOME",
    ";",
    "é",
    "𝔁",
    "\u200b",
    "&amp;",
    "<b>",
    "#",
    "~",
    "x" * 230,
)


@dataclass
class Submission:
    """What one number gives: a folder's name, and what writes into the folder."""

    seed: int
    name: str
    rng: random.Random = field(repr=False)

    def write(self, folder: Path, released: Values) -> None:
        """Write the submission into its folder."""
        rng = self.rng
        content = _bytes(rng, _notebook(rng, released))
        if rng.random() < 0.08:
            _put(rng, folder, content)
        else:
            (folder / f"{NOTEBOOK}.ipynb").write_bytes(content)
        if rng.random() < 0.4:
            stamp = rng.choice(_STAMPS) if rng.random() < 0.8 else rng.choice(_STAMPS) + rng.choice(_WORDS)
            (folder / "timestamp.txt").write_bytes(stamp.encode("utf-8", "surrogatepass"))
        if rng.random() < 0.15:
            _extra(rng, folder)


def submission(seed: int) -> Submission:
    """Draw a submission."""
    rng = random.Random(seed)
    name = f"s{seed}"
    if rng.random() < 0.2:
        pieces = [name, *rng.choices(_NAMES, k=rng.choice((1, 1, 2)))]
        rng.shuffle(pieces)
        while len(os.fsencode("".join(pieces))) > 255:
            pieces = [piece[:10] for piece in pieces]
        name = "".join(pieces)
    return Submission(seed, name, rng)
