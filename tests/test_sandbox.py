"""The sandbox, limit by limit, and what it does with code that misbehaves. Loopback only; everything is bounded."""

import json
import os
import socket
import struct
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

import psutil
import pytest
import torch

from autograder.commands.doctor import TRIALS, try_all
from autograder.course.model import Limits
from autograder.errors import SandboxError
from autograder.sandbox import Place, Sandbox, bubblewrap, session, warm
from autograder.sandbox.forking import Warm
from tests.conftest import ROOT
from tests.ordinary_user import run_as_ordinary_user

CANARY = "CANARY-" + "5b0c2f6e-hidden-grader"  # in two pieces: this file is no hidden file
LIMITS = Limits(cell=10, call=3, notebook=60, processes=24)


@pytest.fixture(scope="module")
def sandbox():
    with Sandbox(Place(LIMITS)) as started:
        yield started


def said(run):
    return "".join(str(output.get("text", output.get("evalue", ""))) for output in run.outputs).strip()


@pytest.fixture(scope="module")
def trials(course):
    return try_all(course)


@pytest.mark.parametrize("name", TRIALS)
def test_protection_is_in_force(trials, name):
    holds, seen = trials[name]
    assert holds, seen


_AS_ORDINARY_USER = """
import json, os, sys
from dataclasses import replace
from pathlib import Path
from autograder.course.model import load
from autograder.commands.doctor import try_all
from autograder.grading.items import material
from autograder.sandbox import Place, Sandbox, warm
course = load(Path(sys.argv[1]))
course = replace(course, limits=replace(course.limits, processes=24))  # a quicker trial
found = try_all(course)
with Sandbox(Place(course.limits), material("lab1_train_cnn", "softmax").taken) as sandbox:
    sandbox.run_cell("import torch, torchvision, matplotlib.pyplot, sklearn.metrics\\ndef softmax(): return torch.ones(2).exp().sum()", 20)
    kept = sandbox.probe("call", {"item": "softmax", "args": [], "kwargs": {}, "seed": 0}, 8).status
    lost = sandbox.run_cell("torch.softmax(torch.ones(2), 0)", 20).outputs[0]["ename"]
print(json.dumps([os.geteuid(), found, list(warm._refused.values()), len(warm._hosts), kept, lost]))
"""


def test_an_ordinary_user_has_every_protection_and_warm_starts():
    done = run_as_ordinary_user(sys.executable, "-c", _AS_ORDINARY_USER, str(ROOT))
    assert done.returncode == 0, done.stderr
    user, found, refused, warm_processes, kept, lost = json.loads(done.stdout)
    assert user != 0
    assert found.keys() == TRIALS.keys()
    assert {name: seen for name, (holds, seen) in found.items() if not holds} == {}
    assert (refused, warm_processes) == ([], 1)
    assert (kept, lost) == ("ok", "LibraryCall")  # where a library's answers are taken away


def test_without_the_sandbox_the_same_trials_fail(course):
    """Each trial sees a difference: the same code in the open, as this user, is let through."""
    open_place = Place(LIMITS, unsafe=True)
    with Sandbox(open_place) as sandbox:
        for name in (
            "own process tree",
            "no host files",
            "no uncounted memory",
            "nothing of ours",
            "no shared locks",
            "no shared requests",
            "no letters in memory",
        ):
            code, expected = TRIALS[name]
            assert said(sandbox.run_cell(code, 20)) != expected, name


@pytest.mark.parametrize(
    ("name", "limit"),
    [
        ("no uncounted memory", None),
        ("no tracing", None),
        ("memory limit", "RLIMIT_DATA"),
        ("process limit", "RLIMIT_NPROC"),
        ("file size limit", "RLIMIT_FSIZE"),
    ],
)
def test_a_limit_taken_away_is_noticed(monkeypatch, name, limit):
    """What these trials see comes from that limit, or from the filter: without it they fail."""
    settings = bubblewrap.settings

    def without(place, taken=None):
        values = settings(place, taken)
        del values["limits"][limit]
        return values

    if limit:
        monkeypatch.setattr(bubblewrap, "settings", without)
    else:
        allow_all = struct.pack("HBBI", 0x06, 0, 0, 0x7FFF0000)
        monkeypatch.setattr(bubblewrap.seccomp, "program", lambda machine=None: allow_all)
    with Sandbox(Place(LIMITS)) as sandbox:
        code, expected = TRIALS[name]
        code = code.replace("8 << 30", "3 << 30").replace("range(500)", "range(40)")
        assert said(sandbox.run_cell(code, 20)) != expected


def test_cells_stop_at_their_deadline_and_the_rest_goes_on(sandbox):
    begin = time.monotonic()
    assert sandbox.run_cell("while True: pass", 1).status == "timeout"
    assert time.monotonic() - begin < 6
    assert said(sandbox.run_cell("print(1 + 1)", 5)) == "2"


def test_a_statement_that_fails_stops_only_itself(sandbox):
    run = sandbox.run_cell("import seaborn\ndef half(x):\n    return x / 2\n1 / 0\nprint(half(3))", 5)
    assert run.status == "error"
    assert "1.5" in said(run)


@pytest.mark.parametrize(
    ("code", "grace"),
    [
        ("import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\nwhile True: pass", 0.5),
        ("while True:\n    try:\n        while True: pass\n    except BaseException: pass", None),  # as it is
        ("import re\nre.match('(a+)+$', 'a' * 40 + 'b')", 0.5),
    ],
)
def test_what_ignores_the_interrupt_is_killed(monkeypatch, code, grace):
    if grace:
        monkeypatch.setattr(session, "_GRACE", grace)
    with Sandbox(Place(LIMITS)) as sandbox:
        begin = time.monotonic()
        assert sandbox.run_cell(code, 1).status in ("timeout", "died")
        assert time.monotonic() - begin < 10


def test_a_first_error_loads_nothing():
    """What IPython needs to show one takes a fifth of a second to import: the warm process has it."""
    with Sandbox(Place(LIMITS)) as sandbox:
        sandbox.run_cell("import sys\nbefore = set(sys.modules)", 20)
        assert sandbox.run_cell("1 / 0", 20).outputs[0]["ename"] == "ZeroDivisionError"
        assert said(sandbox.run_cell("print(sorted(set(sys.modules) - before))", 20)) == "[]"


def test_exit_is_seen_at_once():
    with Sandbox(Place(LIMITS)) as sandbox:
        begin = time.monotonic()
        assert sandbox.run_cell("import os; os._exit(0)", 30).status == "died"
        assert time.monotonic() - begin < 5
        assert not sandbox.alive


def test_nothing_is_left_when_a_sandbox_closes():
    sandbox = Sandbox(Place(LIMITS))
    sandbox.start()
    sandbox.run_cell(
        "import os, time\nfor _ in range(5):\n    if os.fork() == 0:\n        os.setsid()\n        if os.fork() == 0:\n            time.sleep(100)\n        os._exit(0)", 10
    )  # fmt: skip
    top = psutil.Process(sandbox.pid)
    inside = [top, *top.children(recursive=True)]
    assert len(inside) >= 5
    sandbox.close()
    psutil.wait_procs(inside, timeout=5)
    assert not [
        process for process in inside if process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    ]


def test_output_floods_are_cut(sandbox):
    run = sandbox.run_cell("for i in range(10**6): print('x' * 100)", 10)
    assert sum(len(output.get("text", "")) for output in run.outputs) < 1_000_000


def test_floods_and_lies_on_the_wire_end_the_sandbox_only():
    attacks = [
        "import os\nfor fd in range(3, 20):\n    try:\n        os.write(fd, b'\\xff' * 8)\n    except OSError: pass",
        "import os\nfor fd in range(3, 20):\n    try:\n        os.write(fd, (5).to_bytes(4, 'big') + (0).to_bytes(4, 'big') + b'[1,2]')\n    except OSError: pass",
        "import os\nfor fd in range(3, 20):\n    try:\n        os.write(fd, (9).to_bytes(4, 'big') + (9).to_bytes(4, 'big') + b'{\"op\": 1}' + b'x' * 9)\n    except OSError: pass",
        "import os\nfor fd in range(3, 20):\n    try:\n        while True: os.write(fd, (9).to_bytes(4, 'big') + bytes(4) + b'{\"op\": 1}')\n    except OSError: pass",
    ]
    for attack in attacks:
        with Sandbox(Place(LIMITS)) as sandbox:
            sandbox.run_cell(attack, 5)
            reply = sandbox.probe("call", {"item": "f", "args": [], "kwargs": {}, "seed": 0}, 3)
            assert reply.status in ("ok", "error", "died", "malformed", "timeout", "too_large")


def test_a_reply_that_is_too_large_is_refused(sandbox):
    sandbox.run_cell("import torch\ndef large(): return torch.zeros(40_000_000)", 5)
    with Sandbox(Place(LIMITS)) as other:
        other.run_cell("import torch\ndef large(): return torch.zeros(40_000_000)", 5)
        assert (
            other.probe("call", {"item": "large", "args": [], "kwargs": {}, "seed": 0}, 10).status
            == "too_large"
        )


def test_probes_bring_back_values_and_errors(sandbox):
    sandbox.run_cell("import torch\ndef double(x): return x * 2\ndef bad(x): return x.nothing", 5)
    reply = sandbox.probe("call", {"item": "double", "args": [torch.arange(3.0)], "kwargs": {}, "seed": 0}, 5)
    assert reply.value["result"].tolist() == [0, 2, 4]
    reply = sandbox.probe("call", {"item": "bad", "args": [torch.arange(3.0)], "kwargs": {}, "seed": 0}, 5)
    assert reply.value["type"] == "AttributeError"
    assert "return x.nothing" in reply.value["where"]
    reply = sandbox.probe("call", {"item": "absent", "args": [], "kwargs": {}, "seed": 0}, 5)
    assert reply.value["missing"] == "absent"


LEAKS = """
import numpy, torch, warnings
def state():
    flags = torch.is_grad_enabled(), torch.is_inference_mode_enabled(), torch.is_autocast_enabled("cpu")
    return str([*flags, torch.get_default_dtype(), torch.get_default_device(), warnings.filters[:1], numpy.geterr()])
def leaks(how):
    exec(how, globals())
    raise ValueError(state())  # on the way, before anything is set back
"""


@pytest.mark.parametrize(
    "how",
    [
        "torch.set_grad_enabled(False)",
        "held = torch.no_grad(); held.__enter__()",
        "held = torch.inference_mode(); held.__enter__()",
        "torch.set_default_dtype(torch.float64)",
        "torch.set_default_device('meta')",
        "held = torch.autocast('cpu', torch.bfloat16); held.__enter__()",
        "warnings.simplefilter('error')",
        "numpy.seterr(all='raise')",
    ],
)
def test_what_one_call_leaves_behind_reaches_nothing_else(sandbox, how):
    sandbox.run_cell(LEAKS, 5)
    before = sandbox.run_cell("print(state())", 5).outputs[0]["text"].strip()
    left = sandbox.probe("call", {"item": "leaks", "args": [how], "kwargs": {}, "seed": 0}, 5).value
    assert left["type"] == "ValueError"
    assert left["message"] != before
    assert sandbox.run_cell("print(state())", 5).outputs[0]["text"].strip() == before


def test_what_is_printed_takes_no_memory(sandbox):
    resident = (
        "import resource\ndef most(): return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024"
    )
    sandbox.run_cell(resident, 5)
    sandbox.run_cell(
        "before = most()\nfor _ in range(20_000): print('x' * 10_000)\ngrown = most() - before", 20
    )
    sandbox.run_cell("def answer(): return grown", 5)
    reply = sandbox.probe("call", {"item": "answer", "args": [], "kwargs": {}, "seed": 0}, 5)
    assert reply.value["result"] < 20  # MiB, of the 191 that were printed


def test_a_notebook_may_import_what_it_wrote(sandbox):
    assert sandbox.run_cell("%%writefile own_helper.py\ndef twice(x):\n    return 2 * x", 5).status == "ok"
    assert sandbox.run_cell("from own_helper import twice", 5).status == "ok"
    reply = sandbox.probe("call", {"item": "twice", "args": [4], "kwargs": {}, "seed": 0}, 5)
    assert reply.value["result"] == 8


def test_a_name_that_is_no_function_any_more_is_said_to_be_none(sandbox):
    sandbox.run_cell("def accuracy(): return 0.5\naccuracy = accuracy()", 5)
    reply = sandbox.probe("call", {"item": "accuracy", "args": [], "kwargs": {}, "seed": 0}, 5)
    assert (reply.value["missing"], reply.value["message"]) == ("accuracy", "float")


def test_loaders_with_workers_run_inside():
    with Sandbox(Place(LIMITS)) as sandbox:
        code = (
            "import torch\nfrom torch.utils.data import DataLoader, TensorDataset\n"
            "print(sum(len(b[0]) for b in DataLoader(TensorDataset(torch.arange(10)), batch_size=4, num_workers=2)))"
        )
        assert said(sandbox.run_cell(code, 20)).endswith("10")


def test_two_sandboxes_share_nothing(sandbox):
    sandbox.run_cell("for p in ('/tmp/x', '/student/x', '/dev/shm/x'):\n    open(p, 'w').write('answer')", 5)
    with Sandbox(Place(LIMITS)) as other:
        assert (
            said(
                other.run_cell(
                    "import os\nprint([p for p in ('/tmp/x', '/student/x', '/dev/shm/x') if os.path.exists(p)])",
                    5,
                )
            )
            == "[]"
        )
        assert (
            said(other.run_cell("import os\nprint(len([p for p in os.listdir('/proc') if p.isdigit()]))", 5))
            == "1"
        )


def test_the_canary_is_nowhere_inside(course):
    """Every text file that the sandbox can read is searched, by the sandbox itself."""
    kinds = " ".join(
        f"--include=*.{kind}"
        for kind in ("py", "ipynb", "txt", "json", "md", "pth", "toml", "html", "cfg", "po", "sh", "yml")
    )
    code = (
        "import subprocess\n"
        f"search = lambda word: subprocess.run('grep -rlF {kinds} ' + word + ' / --exclude-dir=proc 2>/dev/null | head -3', "
        "shell=True, capture_output=True, text=True).stdout.strip()\n"
        f"print(repr(search({CANARY[:7]!r} + {CANARY[7:]!r})), len(search('TorchFunctionMode')) > 0)"
    )
    with Sandbox(Place(LIMITS, course.data)) as sandbox:
        assert said(sandbox.run_cell(code, 250)) == "'' True"


def test_the_search_would_find_the_canary_if_it_were_there(tmp_path):
    (tmp_path / "MNIST" / "raw").mkdir(parents=True)
    (tmp_path / "MNIST" / "raw" / "notes.txt").write_text(CANARY)
    with Sandbox(Place(LIMITS, tmp_path)) as sandbox:
        code = f"import subprocess\nprint(subprocess.run(['grep', '-rlF', {CANARY[:7]!r} + {CANARY[7:]!r}, '/data'], capture_output=True, text=True).stdout)"
        assert said(sandbox.run_cell(code, 20)) == "/data/MNIST/raw/notes.txt"


def test_the_canary_is_in_every_hidden_file():
    for path in (ROOT / "autograder" / "graders").rglob("*.py"):
        # What of a lab runs inside is there for everybody to read.
        assert (CANARY in path.read_text()) is (path.parent.name != "inside"), path


def test_no_bubblewrap_means_no_grading(monkeypatch, course):
    bubblewrap.missing_reason.cache_clear()
    monkeypatch.setenv("PATH", "/nowhere")
    try:
        with pytest.raises(SandboxError, match="apt-get install bubblewrap"):
            Sandbox(Place(LIMITS)).start()
    finally:
        bubblewrap.missing_reason.cache_clear()


def test_the_numbers_of_the_filter_are_the_kernel_s():
    header = Path("/usr/include/x86_64-linux-gnu/asm/unistd_64.h")
    if not header.is_file():
        pytest.skip("the kernel's headers are not installed")
    table = dict(
        line.split()[1:3] for line in header.read_text().splitlines() if line.startswith("#define __NR_")
    )
    for name, (number, _) in bubblewrap.seccomp._DENIED.items():
        if f"__NR_{name}" in table:
            assert int(table[f"__NR_{name}"]) == number, name


def test_an_unknown_machine_is_refused():
    with pytest.raises(SandboxError, match="riscv64"):
        bubblewrap.seccomp.program("riscv64")


def test_forks_of_a_warm_process_and_cold_starts_are_equally_closed(course, monkeypatch):
    place = Place(LIMITS)
    assert warm.host(place) is not None, warm.refusal(place)
    monkeypatch.setenv("AUTOGRADER_COLD", "1")
    assert warm.host(place) is None
    quicker = replace(course, limits=replace(course.limits, processes=24))
    for name, (holds, seen) in try_all(quicker).items():
        assert holds, f"cold, {name}: {seen}"


@pytest.mark.parametrize("cold", ["", "1"])
def test_what_a_student_makes_is_collected(cold, monkeypatch):
    """Neither sandboxes nor workers collect garbage while they import."""
    monkeypatch.setenv("AUTOGRADER_COLD", cold)
    with Sandbox(Place(LIMITS)) as sandbox:
        code = "import gc, weakref\nclass A: pass\na = A(); a.itself = a; r = weakref.ref(a); del a\nb = [[] for _ in range(10**6)]\nprint(gc.isenabled(), r())"
        assert said(sandbox.run_cell(code, 5)) == "True None"


def test_one_warm_process_serves_every_set_of_limits_and_no_other_data_or_filter(monkeypatch, tmp_path):
    known = warm.host(Place(LIMITS))
    assert known is not None, warm.refusal(Place(LIMITS))
    begun = []
    monkeypatch.setattr(bubblewrap, "start_warm", lambda place: begun.append(place) or known)
    monkeypatch.setattr(warm, "_begun", {})
    small = Place(replace(LIMITS, tmp=1))
    warm.begin(small)
    assert warm.host(small) is known
    assert begun == []
    with Sandbox(small) as sandbox:  # it has its own all the same
        code = "import os\nf = os.statvfs('/tmp')\nprint(f.f_blocks * f.f_frsize >> 20)"
        assert said(sandbox.run_cell(code, 5)) == "1"
    other = Place(LIMITS, tmp_path)
    warm.begin(other)
    monkeypatch.setattr(bubblewrap.seccomp, "program", lambda machine=None: b"another")
    warm.begin(small)
    assert begun == [other, small]


def test_a_fork_has_no_capability_and_cannot_reach_the_warm_process():
    with Sandbox(Place(LIMITS)) as sandbox:
        status = said(sandbox.run_cell("print(open('/proc/self/status').read())", 5))
        fields = dict(line.split(":\t", 1) for line in status.splitlines() if ":\t" in line)
        for name in ("CapInh", "CapPrm", "CapEff", "CapAmb"):
            assert int(fields[name], 16) == 0, name
        assert fields["NoNewPrivs"] == "1"
        assert fields["Seccomp"] == "2"
        assert (
            said(sandbox.run_cell("import os\nprint(os.getppid(), os.listdir('/proc').count('2'))", 5))
            == "0 0"
        )


def test_the_sandbox_leaves_no_files_behind(tmp_path, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    import tempfile

    tempfile.tempdir = None
    try:
        with Sandbox(Place(LIMITS)) as sandbox:
            sandbox.run_cell("open('/tmp/a', 'w').write('x')", 5)
        assert os.listdir(tmp_path) == []
    finally:
        tempfile.tempdir = None


def test_a_fork_that_says_more_than_its_greeting_at_once_is_there():
    """Under load the greeting and the first frame arrive together; the frame must stay for whoever reads next."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    for said_first, left in ((b"hello" + b"frame", b"frame"), (b"failed: why", None)):

        def answer(said_first=said_first):
            _, (descriptor,), _, _ = socket.recv_fds(theirs, 1000, 1)
            os.write(descriptor, said_first)
            os.close(descriptor)

        thread = threading.Thread(target=answer)
        thread.start()
        host = Warm.__new__(Warm)
        host.control = ours
        if left is None:
            with pytest.raises(SandboxError, match="no fork: failed: why"):
                host.fork({})
        else:
            connection, pid = host.fork({})
            assert (connection.recv(100), pid) == (left, os.getpid())
            connection.close()
        thread.join()
    ours.close()
    theirs.close()
