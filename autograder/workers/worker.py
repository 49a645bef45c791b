"""A worker process: an engine behind one socket, answering one task after another.

python -m autograder.workers.worker DESCRIPTOR SETUP
"""

from __future__ import annotations

import contextlib
import json
import signal
import sys
from multiprocessing.connection import Connection

from autograder.errors import AutograderError
from autograder.workers.tasks import Setup, Task, grade_task, open_engine


def main() -> None:
    """Serve the other end of the descriptor until it closes."""
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # the parent has gone
        _serve(Setup(**json.loads(sys.argv[2])), Connection(int(sys.argv[1])))


def _serve(setup: Setup, pipe: Connection) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    try:
        engine = open_engine(setup)
        pipe.send(("ready", engine.fingerprint()))
        while True:
            try:
                task: Task = pipe.recv()
            except (EOFError, OSError):
                return
            pipe.send(("done", grade_task(engine, task)))
    except AutograderError as error:
        pipe.send(("refused", type(error).__name__, str(error)))


if __name__ == "__main__":
    main()
