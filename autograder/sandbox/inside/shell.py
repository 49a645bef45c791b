"""The shell inside: run cells as a notebook would, call probes, and send what happens over one socket."""

from __future__ import annotations

import ast
import contextlib
import gc
import os
import signal
import socket
import sys
import traceback
import types
from collections.abc import Callable, Collection, Iterator
from typing import Any

import torch
from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

from . import bare, parts, wire
from .calling import MissingFunction
from .probes import PROBES

_MOST_TEXT = 60_000  # characters of output that one cell may send
_MOST_DISPLAYS = 50
_exit, _getpid = os._exit, os.getpid


class _Line:
    """The socket, written to in whole frames."""

    def __init__(self, descriptor: int) -> None:
        self._socket = socket.socket(fileno=descriptor)
        self._socket.setblocking(True)
        self._owner = _getpid()
        self.left = _MOST_TEXT
        self.displays = _MOST_DISPLAYS

    def send(self, header: dict[str, Any], tensors: dict[str, Any] | None = None) -> None:
        if _getpid() == self._owner:  # not from a process that the student forked
            self._socket.sendall(wire.pack(header, tensors))

    def receive(self) -> tuple[dict[str, Any], dict[str, Any]]:
        text, blob = wire.HEAD.unpack(self._exactly(wire.HEAD.size))
        return wire.unpack(self._exactly(text), self._exactly(blob))

    def _exactly(self, count: int) -> bytes:
        chunks = bytearray()
        while len(chunks) < count:
            chunk = self._socket.recv(min(count - len(chunks), 1 << 20))
            if not chunk:
                _exit(0)  # the grader is gone
            chunks += chunk
        return bytes(chunks)


class _Stream:
    """Standard output or error of the student's code, capped."""

    encoding = "utf-8"
    errors = "replace"

    def __init__(self, line: _Line, name: str) -> None:
        self._line = line
        self.name = name
        self._pending = ""

    def write(self, text: str) -> int:
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        if len(self._pending) < self._line.left:
            self._pending += text
        if len(self._pending) > 4096:
            self.flush()
        return len(text)

    def writelines(self, lines: Any) -> None:
        for line in lines:
            self.write(line)

    def flush(self) -> None:
        text, self._pending = self._pending[: max(self._line.left, 0)], ""
        if text:
            self._line.left -= len(text)
            self._line.send({"op": "stream", "name": self.name, "text": text})

    def isatty(self) -> bool:
        return False

    def readable(self) -> bool:
        return False

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        import io

        raise io.UnsupportedOperation("fileno")


class _Publisher(DisplayPublisher):
    line: Any = None

    def publish(self, data: Any, metadata: Any = None, **_: Any) -> None:
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        if self.line.displays > 0:
            self.line.displays -= 1
            self.line.send({"op": "display", "data": {k: v for k, v in data.items() if isinstance(v, str)}})


class _Hook(DisplayHook):
    line: Any = None

    def write_output_prompt(self) -> None:
        pass

    def write_format_data(self, format_dict: Any, md_dict: Any = None) -> None:
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        self.line.send({"op": "result", "data": {k: v for k, v in format_dict.items() if isinstance(v, str)}})


class _Shell(InteractiveShell):
    display_pub_class = _Publisher
    displayhook_class = _Hook
    line: Any = None

    def enable_gui(self, gui: Any = None) -> None:
        pass

    def _tee(self, channel: Any) -> Any:
        """Keep no copy of what is printed: IPython's history would, without end, until no memory is left for what comes."""
        return contextlib.nullcontext()

    def _showtraceback(self, etype: Any, evalue: Any, stb: Any) -> None:
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        value = str(evalue)[:2000]
        self.line.send(
            {
                "op": "error",
                "ename": etype.__name__,
                "evalue": value,
                "traceback": [str(s)[:4000] for s in stb][-30:],
            }
        )


def _make_shell(line: _Line) -> _Shell:
    config = Config()
    config.HistoryManager.enabled = False
    config.HistoryManager.hist_file = ":memory:"
    config.InteractiveShell.colors = "nocolor"
    config.InteractiveShell.xmode = "Context"
    module = types.ModuleType("__main__")
    sys.modules["__main__"] = module
    shell = _Shell.instance(config=config, user_module=module, user_ns=module.__dict__)
    _Publisher.line = _Hook.line = _Shell.line = line
    return shell


class _Runner:
    """Run cells so that a statement which fails stops only itself."""

    def __init__(self, shell: _Shell) -> None:
        self._shell = shell

    def run(self, code: str) -> str:
        status = "ok"
        for _ in range(50):
            result = self._shell.run_cell(code, store_history=True)
            if result.success:
                return status
            if result.error_before_exec is not None:
                return "syntax"
            status = "error"
            error = result.error_in_exec
            if isinstance(error, KeyboardInterrupt):
                return "interrupted"
            code = self._rest(code, error)
            if not code.strip():
                return status
        return status

    def _rest(self, code: str, error: BaseException | None) -> str:
        """Return what stands behind the top-level statement that failed."""
        transformed = self._shell.transform_cell(code)
        name = self._shell.compile.get_code_name(code, transformed, self._shell.execution_count - 1)
        lines = [
            frame.lineno for frame in traceback.extract_tb(error.__traceback__ if error else None)
            if frame.filename == name or frame.filename.startswith(("<ipython-input", "/tmp/ipykernel"))
        ]  # fmt: skip
        if not lines or lines[0] is None:
            return ""
        for node in ast.parse(transformed).body:
            if node.end_lineno is not None and node.end_lineno >= lines[0]:
                return "\n".join(transformed.splitlines()[node.end_lineno :])
        return ""


def definitions_only(code: str) -> str:
    """Return the functions, classes and imports of a cell that is not to be run."""
    try:
        tree = ast.parse(code)
    except SyntaxError:
        return ""
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom)
    return "\n".join(ast.unparse(node) for node in tree.body if isinstance(node, kinds))


class _Kept:
    """What items' own cells gave their names: probes find that, whatever later cells gave them to.

    And what functions, classes and modules there were then: a later cell may have a helper of the same name.
    """

    def __init__(self, namespace: dict[str, Any]) -> None:
        self._namespace = namespace
        self._things: dict[str, Any] = {}
        self._then: dict[str, dict[str, Any]] = {}

    def keep(self, names: list[str]) -> None:
        found = {name: self._namespace[name] for name in names if callable(self._namespace.get(name))}
        self._things |= found
        then = {n: t for n, t in self._namespace.items() if callable(t) or isinstance(t, types.ModuleType)}
        for name in found:
            self._then.pop(name, None)  # so that the last is the last kept
            self._then[name] = then

    def overtaken(self) -> list[str]:
        return self._others(self._things)

    def shifted(self) -> list[str]:
        """Return the items that may find a helper of another cell's under the name of one of their own."""
        return [
            name
            for name, then in self._then.items()
            if self._others({**then, **self._things}, but=self._things)
        ]

    def _others(self, things: dict[str, Any], but: Collection[str] = ()) -> list[str]:
        return [n for n, thing in things.items() if n not in but and self._namespace.get(n) is not thing]

    @contextlib.contextmanager
    def as_it_was(self, way: str, item: str) -> Iterator[None]:
        """Let items' names be what was kept, for the length of one probe.

        Args:
            way: "then" for helpers as the item's own cell found them, "now" for helpers as they are, "later" for all as it is.
            item: Which; one without a cell finds helpers as the last of the others did.
        """
        last = next(reversed(self._then.values()), {})
        things = {**(self._then.get(item, last) if way == "then" else {}), **self._things}
        things = {} if way == "later" else things
        names = self._others(things)
        later = {name: self._namespace[name] for name in names if name in self._namespace}
        self._namespace.update({name: things[name] for name in names})
        try:
            yield
        finally:
            for name in names:
                self._namespace.pop(name, None)
            self._namespace.update(later)


@contextlib.contextmanager
def _nothing_drawn(shell: _Shell) -> Iterator[None]:
    """Make no pictures of what a call displays: nobody sees them."""
    own: dict[str, Any] = shell.display_formatter.__dict__
    own["format"] = lambda *_, **__: ({}, {})
    try:
        yield
    finally:
        own.pop("format", None)


def _run_cell(runner: _Runner, kept: _Kept, header: dict[str, Any], line: _Line) -> None:
    line.left, line.displays = _MOST_TEXT, _MOST_DISPLAYS
    code = definitions_only(header["code"]) if header.get("definitions_only") else header["code"]
    status = runner.run(code)
    kept.keep(header["keep"])
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    line.send(
        {
            "op": "done",
            "id": header["id"],
            "status": status,
            "overtaken": kept.overtaken(),
            "shifted": kept.shifted(),
        }
    )


def _probe(shell: _Shell, kept: _Kept, header: dict[str, Any], tensors: dict[str, Any], line: _Line) -> None:
    decode = wire.Decoder(tensors, parts.restore).decode
    line.left, line.displays = 0, 0
    encoder = wire.Encoder()
    try:
        spec = decode(header["spec"])
        with kept.as_it_was(spec.get("way", "now"), spec.get("whose", "")), _nothing_drawn(shell):
            body = {"seen": encoder.encode(PROBES[header["probe"]](shell.user_ns, spec))}
    except KeyboardInterrupt:
        body, encoder = {"interrupted": True}, wire.Encoder()
    except BaseException as error:
        body, encoder = {"error": describe_error(error)}, wire.Encoder()
    line.send({"op": "reply", "id": header["id"], **body}, encoder.tensors)


def describe_error(error: BaseException) -> dict[str, Any]:
    """Return type, message and place (in the student's own code) of an error."""
    missing = error.name if isinstance(error, MissingFunction) else ""
    where = ""
    try:
        for frame in traceback.extract_tb(error.__traceback__)[-40:]:
            if frame.filename.startswith(("<ipython-input", "/tmp/ipykernel")):
                where = f"line {frame.lineno} of {frame.name}: {frame.line}"[:300]
        message = str(error)[:1000]
    except BaseException:
        message = "(its message cannot be shown)"
    return {"type": type(error).__name__[:100], "message": message, "where": where, "missing": missing}


def warm_up() -> None:
    """Make one optimizer: the first imports a good deal."""
    torch.optim.Adam([torch.zeros(1, requires_grad=True)])


def serve(descriptor: int, taken: dict[str, Any] | None = None) -> None:
    """Answer requests until the other side closes; `taken` says what a student's code finds gone (`bare.take_away`)."""
    os.write(descriptor, b"hello")  # the other side learns from the kernel who writes
    line = _Line(descriptor)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    torch.set_num_threads(1)
    warm_up()
    if taken is not None:
        bare.take_away(**taken)
    gc.enable()  # off since the process began: what is imported stays
    shell = _make_shell(line)
    sys.path.insert(0, "")  # as in Jupyter: what a notebook writes beside itself it may import
    sys.stdout, sys.stderr = _Stream(line, "stdout"), _Stream(line, "stderr")
    runner, kept = _Runner(shell), _Kept(shell.user_ns)
    owner = _getpid()
    line.send({"op": "ready", "torch": torch.__version__})
    handlers: dict[str, Callable[[dict[str, Any], dict[str, Any]], None]] = {
        "cell": lambda header, tensors: _run_cell(runner, kept, header, line),
        "probe": lambda header, tensors: _probe(shell, kept, header, tensors, line),
    }
    while True:
        try:
            header, tensors = line.receive()
            handlers[header["op"]](header, tensors)
        except KeyboardInterrupt:
            continue  # came between two requests
        finally:
            if _getpid() != owner:
                _exit(0)
