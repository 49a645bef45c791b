"""Take each limit away and see its attack succeed: a test of a limit that holds without it tests nothing. All bounded."""

import contextlib
import dataclasses
import os
import shutil
import struct
import subprocess
import sys
import time
from dataclasses import replace

import psutil
import pytest

from autograder.authoring.handing_in import filled
from autograder.course.model import Limits
from autograder.errors import NotebookError, SandboxError
from autograder.grading.cache import Cache
from autograder.grading.cells import Cells
from autograder.grading.engine import Engine
from autograder.grading.observers import NotebookObserver
from autograder.grading.student import Student
from autograder.intake.notebooks import Cell, Notebook, read_json
from autograder.intake.submissions import released
from autograder.sandbox import Place, Sandbox, bubblewrap, session, view, warm, watch
from autograder.sandbox.outputs import Outputs
from tests import hostile
from tests.test_resuming import make_class

LIMITS = Limits(cell=20, call=5, notebook=60, tmp=40, memory=1536, memory_in_sum=2048, processes=24)
ALLOW_ALL = struct.pack("HBBI", 0x06, 0, 0, 0x7FFF0000)


def said(run):
    return "".join(str(o.get("text", o.get("evalue", ""))) for o in run.outputs).strip() or run.status


def tried(code, limits=LIMITS, deadline=20.0):
    with Sandbox(Place(limits)) as sandbox:
        return said(sandbox.run_cell(code, deadline))


# ------------------------------------------------------------- limits that the launcher sets, one fork for each trial

TRY = "def tried(f):\n    try:\n        f()\n        return 'had'\n    except (OSError, MemoryError, RuntimeError):\n        return 'refused'\n"
SETTINGS = {
    "memory of a process": (
        "RLIMIT_DATA",
        "import mmap\nprint(tried(lambda: mmap.mmap(-1, 2 << 30, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)))",
    ),
    "processes": (
        "RLIMIT_NPROC",
        "import os, time\ndef fork():\n    for i in range(40):\n        if os.fork() == 0:\n            time.sleep(8); os._exit(0)\nprint(tried(fork))",
    ),
    "open files": ("RLIMIT_NOFILE", "print(tried(lambda: [open('/dev/null') for i in range(400)]))"),
    "size of a file": ("RLIMIT_FSIZE", "print(tried(lambda: open('/tmp/x', 'wb').truncate(41 << 20)))"),
    "number of files": (
        "inodes",
        "def fill():\n    for i in range(20_001): open(f'/tmp/{i}', 'w').close()\nprint(tried(fill))",
    ),
    "size of a folder": (
        "tmp",
        "def fill():\n    for i in range(3):\n        with open(f'/tmp/{i}', 'wb') as f: f.write(bytes(30 << 20))\nprint(tried(fill))",
    ),
}


@pytest.mark.parametrize("name", SETTINGS)
def test_a_setting_taken_away_lets_its_attack_through(monkeypatch, name):
    setting, code = SETTINGS[name]
    assert tried(TRY + code) == "refused"
    settings = bubblewrap.settings

    def without(place, taken=None):
        values = settings(place, taken)
        if setting == "tmp":
            values["tmp"] = 200 << 20
        elif setting == "inodes":
            values["inodes"] = 40_000
        else:
            hard = {"RLIMIT_NOFILE": 1000, "RLIMIT_NPROC": 200, "RLIMIT_DATA": 4 << 30}
            values["limits"][setting] = hard.get(setting, 1 << 40)
        return values

    monkeypatch.setattr(bubblewrap, "settings", without)
    assert tried(TRY + code) == "had"


# --------------------------------------------------------------------------------------------- the system-call filter

CALLS = {
    "tracing": "libc.ptrace(0, 0, 0, 0)",
    "anonymous files": "libc.syscall(319 if x86 else 279, b'x', 0)",
    "shared memory": "libc.shmget(0, 4096, 0o1600)",
    "shared anonymous memory": "(lambda: -1 if tried(lambda: __import__('mmap').mmap(-1, 4096)) == 'refused' else 0)()",
    "user namespaces": "libc.unshare(0x10000000)",
    "locks on files that two may read": "libc.flock(os.open('/usr/bin/env', os.O_RDONLY), 1)",
    "record locks": "libc.fcntl(os.open('/usr/bin/env', os.O_RDONLY), 5, ctypes.create_string_buffer(b'\\0' * 32))",
    "watches on files that two may read": "libc.inotify_init1(0)",
    "requests to disks": "libc.syscall(206 if x86 else 0, 10, ctypes.byref(ctypes.c_ulong(0)))",
    "files put out of memory": "libc.syscall(221 if x86 else 223, os.open('/usr/bin/env', os.O_RDONLY), 0, 0, 4)",
    "pages that are in memory": "libc.syscall(27 if x86 else 232, 0, 0, 0)",
    "reads that tell what is in memory": "told(lambda f: os.preadv(f, [bytearray(4)], 0, os.RWF_NOWAIT))",
    "writes with flags": "told(lambda f: os.pwritev(os.open('/tmp/x', os.O_RDWR | os.O_CREAT), [b'x'], 0, os.RWF_DSYNC))",
    "keys": "libc.syscall(250 if x86 else 219, 0, -3, 0)",
    "personality": "libc.personality(0xffffffff)",
    "internet sockets": "libc.socket(2, 1, 0)",
    "kernel sockets": "libc.socket(16, 3, 0)",
}
CALL = "import ctypes, os, platform\nlibc = ctypes.CDLL(None)\nx86 = platform.machine() == 'x86_64'\n" + TRY
CALL += "def told(call):\n    f = os.open('/usr/bin/env', os.O_RDONLY); os.read(f, 10)\n    return -1 if tried(lambda: call(f)) == 'refused' else 0\n"


@pytest.fixture(scope="module")
def closed():
    with Sandbox(Place(LIMITS)) as sandbox:
        sandbox.run_cell(CALL, 10)
        yield sandbox


@pytest.fixture(scope="module")
def unfiltered():
    with contextlib.closing(Sandbox(Place(LIMITS))) as sandbox:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(bubblewrap.seccomp, "program", lambda machine=None: ALLOW_ALL)
            sandbox.start()
        sandbox.run_cell(CALL, 10)
        yield sandbox


@pytest.mark.parametrize("name", CALLS)
def test_without_the_filter_the_call_succeeds(closed, unfiltered, name):
    code = f"print({CALLS[name]} == -1)"
    assert said(closed.run_cell(code, 10)) == "True"
    assert said(unfiltered.run_cell(code, 10)) == "False"


# ------------------------------------------------------------------------------------------------ namespaces and mounts


def cold(data, change=lambda arguments: arguments):
    """Start a sandbox cold and without the filter, some of bubblewrap's arguments left out or changed; return it."""
    arguments = view.arguments
    sandbox = Sandbox(Place(LIMITS, data=data))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AUTOGRADER_COLD", "1")
        patch.setattr(view, "arguments", lambda place, **more: iter(change([*arguments(place, **more)])))
        patch.setattr(bubblewrap.seccomp, "program", lambda machine=None: ALLOW_ALL)
        sandbox.start()
    return sandbox


@pytest.fixture(scope="module")
def raw(tmp_path_factory):
    """Return a folder that sandboxes read below `/data`, and everybody here may write."""
    raw = tmp_path_factory.mktemp("data") / "MNIST" / "raw"
    raw.mkdir(parents=True)
    for folder in (raw.parents[1], raw.parent, raw):
        folder.chmod(0o777)
    return raw


@pytest.fixture(scope="module")
def shut(raw):
    """A sandbox of which bubblewrap's arguments are as they should be."""
    with contextlib.closing(cold(raw.parents[1])) as sandbox:
        yield sandbox


@pytest.fixture(scope="module")
def opened(raw):
    """A sandbox in others' namespaces of networks and processes, whose data can be written."""

    def change(arguments):
        arguments[arguments.index(str(raw)) - 1] = "--bind"
        return [a for a in arguments if a not in ("--unshare-net", "--unshare-pid", "--as-pid-1")]

    with contextlib.closing(cold(raw.parents[1], change)) as sandbox:
        yield sandbox


def test_without_its_network_namespace_and_the_filter_a_sandbox_connects(shut, opened):
    import socket

    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        code = (
            TRY + f"import socket\nprint(tried(lambda: socket.create_connection(('127.0.0.1', {port}), 2)))"
        )
        assert tried(code) == "refused"
        assert said(shut.run_cell(code, 10)) == "refused"  # the namespace alone
        assert said(opened.run_cell(code, 10)) == "had"


def test_without_its_process_namespace_a_sandbox_sees_others(shut, opened):
    code = "import os\nprint(len([p for p in os.listdir('/proc') if p.isdigit()]) > 3)"
    assert tried(code) == said(shut.run_cell(code, 10)) == "False"
    assert said(opened.run_cell(code, 10)) == "True"


def test_a_writable_mount_leaves_a_trace(shut, opened, raw):
    code = TRY + "print(tried(lambda: open('/data/MNIST/raw/trace', 'w').write('x')))"
    assert said(shut.run_cell(code, 10)) == "refused"
    assert not list(raw.iterdir())
    assert said(opened.run_cell(code, 10)) == "had"
    assert [path.name for path in raw.iterdir()] == ["trace"]


@contextlib.contextmanager
def without(folder, file, *lines):
    """Give processes that start now sources of their own for the inside of a sandbox, in which lines of a file are missing."""
    shutil.copytree(view.INSIDE, folder / "inside", ignore=shutil.ignore_patterns("__pycache__"))
    path = folder / "inside" / file
    text = path.read_text()
    for line in lines:
        assert text.count(line) == 1
        text = text.replace(line, "pass")
    path.write_text(text)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(view, "INSIDE", folder / "inside")
        yield patch


@pytest.fixture(scope="module")
def apart():
    """Two sandboxes that are open at the same time, as they should be."""
    with Sandbox(Place(LIMITS)) as one, Sandbox(Place(LIMITS)) as other:
        if reason := warm.refusal(Place(LIMITS)):
            pytest.skip(f"sandboxes start cold here: {reason}")
        yield one, other


@pytest.fixture(scope="module")
def in_common(apart, tmp_path_factory):
    """Two that have terminals and devices in common."""
    lines = (
        '_mount("devpts", "/dev/pts", _MS_NOSUID | _MS_NOEXEC, "newinstance,ptmxmode=0666,mode=620,max=32")',
        '_mount("", f"/dev/{device}", _MS_REMOUNT | _MS_BIND | _MS_RDONLY | _MS_NOSUID, "")',
    )
    with contextlib.ExitStack() as stack:
        with without(tmp_path_factory.mktemp("in_common"), "warm.py", *lines):
            both = [stack.enter_context(Sandbox(Place(LIMITS))) for _ in range(2)]
        yield both


def letters(both, write, read):
    """Return what one sandbox reads of what another has written."""
    one, other = both
    one.run_cell(write, 10)
    return said(other.run_cell(read, 10))


def test_without_terminals_of_its_own_a_sandbox_reads_those_of_another(apart, in_common):
    write = "import os\nm, s = os.openpty()\nos.chmod(os.ttyname(s), 0o666)\nos.write(m, b'answer\\n')"
    read = (
        TRY
        + "import os\nprint(tried(lambda: os.read(os.open('/dev/pts/0', os.O_RDONLY | os.O_NONBLOCK), 9)))"
    )
    assert letters(apart, write, read) == "refused"
    read = "import os\nprint(os.listdir('/dev/pts'))"
    assert "'0'" not in letters(apart, write, read)
    assert "'0'" in letters(in_common, write, read)


def test_without_devices_that_are_read_only_their_time_stamps_are_letters(apart, in_common):
    write = "import os\ntry: os.utime('/dev/full')\nexcept OSError: pass"
    read = "import os, time\nprint(time.time() - os.stat('/dev/full').st_mtime < 5)"
    assert letters(apart, write, read) == "False"
    assert letters(in_common, write, read) == "True"


def test_a_capability_that_is_left_is_noticed(tmp_path):
    code = "print([l for l in open('/proc/self/status') if l.startswith('Cap') and int(l.split()[1], 16)])"
    assert tried(code) == "[]"
    if os.getuid():
        pytest.skip("root's capabilities are what is left")
    line = "bounded = _bound_capabilities()  # before the user changes: it takes a capability"
    with without(tmp_path, "launch.py", line) as patch:
        patch.setenv("AUTOGRADER_COLD", "1")
        with pytest.raises(SandboxError, match="CapBnd"), Sandbox(Place(LIMITS)):
            pass


# --------------------------------------------------------------------------------------------------- deadlines and caps


def test_a_longer_deadline_lets_a_cell_and_a_call_end():
    slow = "import time\ndef slow(): time.sleep(1.5); return 1\n"
    spec = {"item": "slow", "args": [], "kwargs": {}, "seed": 0}
    with Sandbox(Place(LIMITS)) as sandbox:
        assert sandbox.run_cell(slow + "slow()", 0.5).status == "timeout"
        assert sandbox.probe("call", spec, 0.5).status == "timeout"
        assert sandbox.run_cell("slow()", 10).status == "ok"
        assert sandbox.probe("call", spec, 10).status == "ok"


def test_without_the_kill_what_ignores_the_interrupt_lives_on(monkeypatch):
    code = "import signal, time\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\ntime.sleep(3)"
    monkeypatch.setattr(session, "_GRACE", 0.3)
    with Sandbox(Place(LIMITS)) as sandbox:
        assert sandbox.run_cell(code, 0.5).status == "timeout"
        assert not sandbox.alive
    monkeypatch.setattr(session, "_GRACE", 15.0)
    with Sandbox(Place(LIMITS)) as sandbox:
        sandbox.run_cell(code, 0.5)
        assert sandbox.alive


def test_without_the_notebook_s_budget_cells_take_their_minute_each(course):
    cells = tuple(Cell("own", "", f"import time\ntime.sleep(0.6)  # {i}") for i in range(5))
    for budget, count in ((1.0, range(1, 3)), (60.0, range(5, 6))):
        notebook = Cells(Notebook("n", cells), course.limits)
        with Sandbox(Place(LIMITS)) as sandbox:
            notebook(sandbox, budget, True)
        assert sum(run.status == "ok" for run in notebook.runs.values()) in count


@pytest.mark.parametrize(
    ("constant", "value", "code", "status"),
    [
        ("_SMALL", 64, "def f(): return torch.zeros(5 << 20)", "too_large"),  # 20 MiB
        ("_MAX_HEADER", 64 << 20, "def f(): return ['x' * 99_000] * 60", "too_large"),
    ],
)
def test_without_the_cap_a_large_reply_is_read(monkeypatch, constant, value, code, status):
    spec = {"item": "f", "args": [], "kwargs": {}, "seed": 0}
    for expected in (status, "ok"):
        with Sandbox(Place(LIMITS)) as sandbox:
            sandbox.run_cell("import torch\n" + code, 10)
            assert sandbox.probe("call", spec, 10).status == expected
        monkeypatch.setattr(session, constant, value)


def test_without_the_cap_floods_and_outputs_are_kept(monkeypatch):
    flood = (
        "import os, json, struct\n"
        "text = json.dumps({'op': 'stream', 'name': 'stdout', 'text': 'x' * 100_000}).encode()\n"
        "for i in range(100): os.write(4, struct.pack('>II', len(text), 0) + text)\n"
    )
    code = "import os\nfd = [f for f in range(3, 12) if os.path.exists(f'/proc/self/fd/{f}') and 'socket' in os.readlink(f'/proc/self/fd/{f}')][0]\n"
    code += flood.replace("os.write(4,", "os.write(fd,")

    def kept():
        with Sandbox(Place(LIMITS)) as sandbox:
            run = sandbox.run_cell(code, 10)
            return run.status, sum(len(o.get("text", "")) for o in run.outputs)

    assert kept()[1] <= 4 << 20
    monkeypatch.setattr(session, "_FLOOD", 5 << 20)
    assert kept()[0] == "died"
    monkeypatch.setattr(session, "_FLOOD", 128 << 20)
    monkeypatch.setattr(session, "Outputs", lambda room: Outputs(1 << 30))

    assert kept() == ("ok", 10_000_000)


def test_without_the_watch_memory_in_sum_grows():
    code = (
        "import os, time\nfor i in range(4):\n    if os.fork() == 0:\n"
        "        held = bytearray(250 << 20); time.sleep(6); os._exit(0)\ntime.sleep(4)\nprint('had')"
    )
    assert tried(code, dataclasses.replace(LIMITS, memory_in_sum=900)) == "died"
    assert tried(code, dataclasses.replace(LIMITS, memory_in_sum=100_000)) == "had"


def test_memory_that_no_process_s_limit_counts_is_counted_in_sum():
    code = (
        "import mmap, time\nf = open('/dev/zero', 'r+b')\nm = mmap.mmap(f.fileno(), 1 << 30)\n"
        "for i in range(0, 1 << 30, 4096): m[i] = 1\ntime.sleep(1)\nprint('had')"
    )
    assert tried(code, dataclasses.replace(LIMITS, memory_in_sum=700)) == "died"
    assert tried(code, dataclasses.replace(LIMITS, memory_in_sum=100_000)) == "had"


def test_without_the_watch_busy_processes_do_not_yield(monkeypatch):
    code = "import os, time\nfor i in range(7):\n    if os.fork() == 0:\n        end = time.time() + 40\n        while time.time() < end: pass\n        os._exit(0)\ntime.sleep(1.5)"
    for most, nice in ((watch._MOST_BUSY, {19}), (1000, {0})):
        monkeypatch.setattr(watch, "_MOST_BUSY", most)
        with Sandbox(Place(LIMITS)) as sandbox:
            sandbox.run_cell(code, 60)
            assert {each.nice() for each in psutil.Process(sandbox.pid).children(recursive=True)} == nice


def test_larger_caps_let_larger_notebooks_through(tmp_path):
    path = tmp_path / "n.ipynb"
    path.write_text('{"nbformat": 4, "cells": [' + ", ".join(["{}"] * 3000) + "]" + " " * (1 << 20) + "}")
    for change in (
        {"notebook_cells": 3000, "notebook_file": 1},
        {"notebook_cells": 2999, "notebook_file": 2},
    ):
        with pytest.raises(NotebookError):
            read_json(path, dataclasses.replace(LIMITS, **change))
    read_json(path, dataclasses.replace(LIMITS, notebook_cells=3000, notebook_file=2))


# ------------------------------------------------------------------------------------------- time that others have


@pytest.fixture
def crowded(monkeypatch):
    """One processor on which every sandbox runs, and with it more work than it can do; the others stay free."""
    processor = {max(os.sched_getaffinity(0))}
    start = Sandbox.start

    def start_there(sandbox):
        start(sandbox)
        os.sched_setaffinity(sandbox.pid, processor)

    monkeypatch.setattr(Sandbox, "start", start_there)
    spin = "import time\nend = time.monotonic() + 120\nwhile time.monotonic() < end: pass"  # also where nobody ends it
    spinning = [subprocess.Popen([sys.executable, "-c", spin], start_new_session=True) for _ in range(6)]
    for each in spinning:
        os.sched_setaffinity(each.pid, processor)
    yield
    for each in spinning:
        each.kill()
        each.wait()


WORKS = (
    "import time\nbegin = time.process_time()\nwhile time.process_time() - begin < 0.4: pass\nprint('done')"
)
FORKS = "import os, time\nfor _ in range(4):\n    if not os.fork():\n        begin = time.process_time()\n        while time.process_time() - begin < 0.1: pass\n        os._exit(0)\n    os.wait()\nprint('done')"


@pytest.mark.parametrize(("code", "patience", "status"), [
    (WORKS, 40, "ok"), (FORKS, 40, "ok"),
    (WORKS, 1, "timeout"),  # as if it were its own time
    ("import time\ntime.sleep(4)", 40, "timeout"),
    ("while True: pass", 4, "timeout"),
])  # fmt: skip
def test_what_a_submission_waits_for_a_processor_is_not_its_time(
    monkeypatch, crowded, code, patience, status
):
    monkeypatch.setattr(session, "PATIENCE", patience)
    with Sandbox(Place(LIMITS)) as sandbox:
        begin = time.monotonic()
        run = sandbox.run_cell(code, 1.6)
        passed = time.monotonic() - begin
    assert run.status == status, run
    assert passed > run.seconds
    assert passed > 1.6


def test_a_time_out_says_that_other_processes_were_at_work(desk):
    answer = "def relu(x):\n    import os, time\n    for _ in range(2):\n        if not os.fork(): time.sleep(60)\n    while True: pass"
    limits = replace(desk.course.limits, call=1.0)
    observer = NotebookObserver(Place(limits), lambda sandbox, *rest: sandbox.run_cell(answer, 5), 60.0)
    observer.open()
    reply = observer.observe("call", {"item": "relu", "args": [1], "kwargs": {}, "seed": 0}, 1.0)
    observer.close()
    said = Student(observer, desk.assignment.name, limits, ("relu",)).broken(reply, "relu(…)", "relu")
    assert "(2 processes that it had started were still running)" in said.got
    assert "num_workers" in said.advice


def test_what_was_ended_for_want_of_a_processor_is_tried_again_and_not_kept(
    course, monkeypatch, crowded, tmp_path
):
    """The clock of patience stands in for a machine that is far busier than a test may make one."""
    monkeypatch.setattr(session, "PATIENCE", 1)
    small = make_class(tmp_path / "course", course, 0)
    small = replace(small, limits=replace(small.limits, call=1.6))
    engine = Engine(small, small.assignments[0].name, "digits")
    engine.place = Place(small.limits)  # as the others: no answer reads data
    engine.cache = Cache(tmp_path / "cache")
    slow = (  # in its first call of each sandbox
        "def relu(x):\n    import os, time\n    begin = time.process_time()\n"
        "    if not os.path.exists('/tmp/called'):\n        open('/tmp/called', 'w').close()\n"
        "        while time.process_time() - begin < 0.4: pass\n    return (x > 0) * x"
    )
    values = filled(released(small, engine.assignment.name)[hostile.NOTEBOOK].values, {"relu": slow})
    result = engine.grade_values(values, hostile.NOTEBOOK, "ana", True)
    assert any("so busy with other work" in note for note in result["scorecard"]["notes"])
    assert result["busy"]
    assert engine.cache.get(result["key"]) is None
    monkeypatch.setattr(session, "PATIENCE", 40)
    result = engine.grade_values(values, hostile.NOTEBOOK, "ana", True)
    (relu,) = (each for each in result["scorecard"]["items"] if each["id"] == "relu")
    assert relu["score"] == relu["points"]
    assert engine.cache.get(result["key"]) is not None
