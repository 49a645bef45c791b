"""Say for this machine which protections are in force, each tried in a real sandbox, and whether feedback pages can be made."""

from __future__ import annotations

from collections.abc import Callable

from rich.console import Console
from rich.table import Table

from autograder.course import data as datasets
from autograder.course import libraries
from autograder.course.model import Course
from autograder.errors import DataError, SandboxError
from autograder.sandbox import Place, Sandbox, missing_reason, warm

# What is tried inside, and what it must print there.
TRIALS: dict[str, tuple[str, str]] = {
    "no network": ("import socket\ntry:\n    socket.create_connection(('127.0.0.1', 9), 1)\nexcept OSError as e:\n    print(type(e).__name__)",
                   "PermissionError"),
    "no host files": ("import os\nprint(any(os.path.exists(p) for p in ('/etc/passwd', '/etc/shadow', '/var/log', '/home', '/root/.bashrc')))",
                      "False"),
    "nothing of ours": ("import importlib.util\nprint(importlib.util.find_spec('autograder') is not None and "
                        "bool(list(importlib.util.find_spec('autograder').submodule_search_locations or [])) and "
                        "importlib.util.find_spec('autograder.graders') is not None)", "False"),
    "read-only system": ("import os, sys\nr = []\nfor p in ('/x', '/usr/x', '/dev/x', sys.prefix + '/x', '/agent/x'):\n    try:\n"
                         "        open(p, 'w'); r.append(p)\n    except OSError:\n        pass\nprint(r)", "[]"),
    "own process tree": ("import os\nprint(os.getpid(), len([p for p in os.listdir('/proc') if p.isdigit()]) <= 3)", "1 True"),
    "no environment": ("import os\nprint([k for k in os.environ if 'SECRET' in k or 'TOKEN' in k or 'SSH' in k or k == 'LOGNAME'])", "[]"),
    "no new namespaces": ("import ctypes\nprint(ctypes.CDLL(None).unshare(0x10000000))", "-1"),
    "no tracing": ("import ctypes\nprint(ctypes.CDLL(None).ptrace(0, 0, 0, 0))", "-1"),
    "no uncounted memory": ("import mmap\ntry:\n    mmap.mmap(-1, 4096)\n    print('had')\nexcept OSError as e:\n    print(e.errno)", "12"),
    "no shared locks": ("import fcntl\ntry:\n    fcntl.flock(open('/usr/bin/env'), fcntl.LOCK_SH)\n    print('had')\nexcept OSError as e:\n    print(e.errno)", "1"),
    "no shared terminals": ("import os\nprint(os.listdir('/dev/pts'))", "['ptmx']"),
    "no shared requests": ("import ctypes, platform\nn = 206 if platform.machine() == 'x86_64' else 0\n"
                           "print(ctypes.CDLL(None).syscall(n, 10, ctypes.byref(ctypes.c_ulong(0))))", "-1"),
    "no letters in memory": ("import os\ntry:\n    os.posix_fadvise(os.open('/usr/bin/env', os.O_RDONLY), 0, 0, 4)\n    print('had')\nexcept OSError as e:\n    print(e.errno)", "1"),
    "no capabilities": ("print([s for s in open('/proc/self/status') if s.startswith(('CapPrm', 'CapEff')) and int(s.split()[1], 16)])", "[]"),
    "memory limit": ("try:\n    b = bytearray(8 << 30)\n    print('had')\nexcept MemoryError:\n    print('refused')", "refused"),
    "file size limit": ("try:\n    f = open('/tmp/big', 'wb')\n    f.truncate(1 << 34)\n    print('had')\nexcept OSError:\n    print('refused')",
                        "refused"),
    "process limit": ("import os, time\nn = 0\ntry:\n    for n in range(500):\n        if os.fork() == 0:\n            time.sleep(20); os._exit(0)\n"
                      "    print('had')\nexcept OSError:\n    print('refused')", "refused"),
}  # fmt: skip


def examine(course: Course, out: Console) -> bool:
    """Print each protection and whether it is in force; return whether notebooks can be graded safely, and pages made."""
    table = Table()
    table.add_column("protection")
    table.add_column("in force")
    table.add_column("what was seen")
    reason = missing_reason()
    table.add_row("bubblewrap", "no" if reason else "yes", reason)
    sound = not reason
    if not reason:
        try:
            results = try_all(course)
        except SandboxError as error:
            table.add_row("sandboxed shell", "no", str(error))
            sound = False
        else:
            for name, (holds, seen) in results.items():
                sound &= holds
                table.add_row(name, "yes" if holds else "NO", "" if holds else seen)
            cold = warm.refusal(Place(course.limits))
            table.add_row(
                "warm starts",
                "no" if cold else "yes",
                cold and f"Slower, and a little less is closed: {cold}",
            )
    from autograder.gradebook.pages import try_page  # after the sandbox's own trial: its libraries are many

    unreadable = try_page(course)
    table.add_row("feedback pages", "no" if unreadable else "yes", unreadable)
    sound &= not unreadable
    for name, version in libraries.versions(course).items():
        table.add_row(
            f"library {name}",
            "there" if version else "NO",
            version or f"Notebooks may import it. Install it: {libraries.recipe([name])}",
        )
        sound &= bool(version)
    for name in datasets.DATASETS:
        try:
            datasets.load(course.data, name)
            table.add_row(f"data set {name}", "there", "")
        except DataError as error:
            table.add_row(f"data set {name}", "no", str(error))
    out.print(table)
    return sound


def try_all(
    course: Course, change: Callable[[Sandbox], None] = lambda sandbox: None
) -> dict[str, tuple[bool, str]]:
    """Try every protection in one sandbox; return for each whether it holds, and what was seen."""
    results = {}
    with Sandbox(Place(course.limits)) as sandbox:
        change(sandbox)
        for name, (code, expected) in TRIALS.items():
            run = sandbox.run_cell(code, 30)
            said = "".join(str(each.get("text", each.get("evalue", ""))) for each in run.outputs).strip()
            results[name] = (run.status == "ok" and said == expected, said or run.status)
    return results
