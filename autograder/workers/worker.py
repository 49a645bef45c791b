"""The process that worker processes are forked from: libraries, graders and data are loaded once for all of them.

python -m autograder.workers.worker DESCRIPTOR SETUP
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import json
import os
import resource
import signal
import socket
import sys
from collections.abc import Callable
from multiprocessing.connection import Connection
from multiprocessing.reduction import send_handle
from typing import TYPE_CHECKING, Any

import psutil

from autograder.errors import AutograderError, of_system
from autograder.workers.children import require_same_package
from autograder.workers.tasks import Setup, Task, grade_task, open_engine

if TYPE_CHECKING:
    from autograder.grading.engine import Engine

_PR_SET_PDEATHSIG = 1
CHECKING = 2.0  # times what a notebook may use: for checking what came back


def main() -> None:
    """Fork a worker for each descriptor that arrives, until the other end closes."""
    gc.disable()  # PyTorch is imported in three quarters of the time: what is imported stays
    end_with_parent()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the pool's matter
    mother = os.getpid()
    setup = Setup(**json.loads(sys.argv[2]))
    control = socket.socket(fileno=int(sys.argv[1]))
    serve: Callable[[Connection], None]
    try:
        require_same_package()
        engine = open_engine(setup)
        serve = lambda pipe: _serve(engine, pipe)  # noqa: E731
        gc.freeze()  # keeps the loaded pages shared
    except (AutograderError, OSError) as error:
        words = of_system(error) if isinstance(error, OSError) else str(error)
        refused = ("refused", type(error).__name__, words)
        serve = lambda pipe: pipe.send(refused)  # noqa: E731
    gc.enable()
    while True:
        message, descriptors, _, _ = socket.recv_fds(control, 16, 1)
        if not message:
            # Python's own end would look at every frozen object once more, and libraries would report each as a leak of theirs.
            os._exit(0)
        _reap()
        if os.fork() == 0:
            end_with_parent()
            if os.getppid() != mother:  # it ended before the kernel was asked
                os._exit(1)
            control.close()
            code = 1
            try:
                with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # the pool has gone
                    serve(Connection(descriptors[0]))
                code = 0
            finally:
                os._exit(code)  # nothing of the parent's is this process's to close
        os.close(descriptors[0])


def end_with_parent() -> None:
    """Let the kernel end this process with the one above it: at work in our own code, it would not see that its pipe is closed.

    Strictly, with the thread that forked it. A command's is its main thread; a pool replaces what ended with another.
    """
    if sys.platform.startswith("linux"):
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def limit_memory(more: int) -> None:
    """Let this process use so many bytes more than it has. A fork has what it was forked from, and that may be large."""
    # As RLIMIT_DATA counts them; other systems than Linux do not tell.
    has = getattr(psutil.Process().memory_info(), "data", 0)
    hard = resource.getrlimit(resource.RLIMIT_DATA)[1]
    soft = has + more if hard == resource.RLIM_INFINITY else min(has + more, hard)
    resource.setrlimit(resource.RLIMIT_DATA, (soft, hard))


def _reap() -> None:
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def _serve(engine: Engine, pipe: Any) -> None:
    from autograder.sandbox import Sandbox
    from autograder.sandbox.session import PATIENCE

    def tell(handle: int) -> None:
        pipe.send(("sandbox",))
        send_handle(pipe, handle, os.getppid())  # not the process id: it could be another's when it is read

    Sandbox.on_start = tell
    deadline = float((PATIENCE + CHECKING) * engine.course.limits.notebook)
    pipe.send(("ready", os.getpid(), engine.fingerprint(), deadline))
    while True:
        try:
            task: Task = pipe.recv()
        except (EOFError, OSError):
            return
        try:
            pipe.send(("done", grade_task(engine, task)))
        except AutograderError as error:
            pipe.send(("refused", type(error).__name__, str(error)))
            return


if __name__ == "__main__":
    main()
