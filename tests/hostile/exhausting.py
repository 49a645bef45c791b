"""Exhaust what the machine has: time, memory, processes, disk, the grader's patience."""

from tests.hostile import Attack, size
from tests.hostile.forging import _WIRE

ATTACKS = [
    Attack("a loop that never ends", answers=size("while True: pass")),
    Attack("a loop that catches everything", answers=size("while True:\n    try:\n        while True: pass\n    except BaseException: pass")),
    Attack("a cell that ignores the interrupt", "import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\nwhile True: pass"),
    Attack("a loop in C", answers=size("import re\nre.match('(a+)+$', 'a' * 40 + 'b')")),
    Attack("sleep", answers=size("import time\ntime.sleep(3600)")),
    Attack("one large block", answers=size("return len(bytearray(8 << 30))")),
    Attack("lists without end", answers=size("a = []\nwhile True: a.append(bytearray(50 << 20))")),
    Attack("shared memory that no limit of a process counts",
           "import mmap, time\nf = open('/dev/zero', 'r+b')\nm = mmap.mmap(f.fileno(), 3 << 30)\nfor i in range(0, 3 << 30, 4096): m[i] = 1\ntime.sleep(5)"),
    Attack("a fork bomb", "import os, time\nfor i in range(150):\n    try:\n        if os.fork() == 0:\n            time.sleep(4); os._exit(0)\n    except OSError: break", may_lose=True),
    Attack("a thread bomb", "import threading, time\nfor i in range(150):\n    try: threading.Thread(target=time.sleep, args=(4,), daemon=True).start()\n    except RuntimeError: break", may_lose=True),
    Attack("a full disk", "for place in ('/tmp', '/student', '/dev/shm'):\n    try:\n        with open(place + '/big', 'wb') as f:\n            for i in range(60): f.write(bytes(1 << 20))\n    except OSError: pass"),
    Attack("files without content", "for place in ('/tmp', '/student', '/dev/shm'):\n    try:\n        for i in range(25000): open(f'{place}/{i}', 'w').close()\n    except OSError: pass", may_lose=True),
    Attack("all requests to disks that the machine has", "import ctypes, platform\nn = 206 if platform.machine() == 'x86_64' else 0\nprint(ctypes.CDLL(None).syscall(n, 65000, ctypes.byref(ctypes.c_ulong(0))))"),
    Attack("many open files", "held = []\ntry:\n    while len(held) < 2000: held.append(open('/dev/null'))\nexcept OSError: held.clear()"),
    Attack("a flood of print", answers=size("while True: print('x' * 10000)")),
    Attack("a flood of print in a cell", "for i in range(300000): print('x' * 200)"),
    Attack("a flood of displays", "from IPython.display import HTML, display\nfor i in range(3000): display(HTML('<b>x</b>' * 1000))"),
    Attack("a flood of frames", _WIRE + "for i in range(400000): _send(b'{}')"),
    Attack("a flood of empty streams", _WIRE + "for i in range(100000): _send({'op': 'stream', 'name': 'stdout', 'text': 'x'})"),
    Attack("one byte at a time", answers=size("import time\nfor i in range(60):\n    os.write(4, b'\\0'); os.write(3, b'\\0'); time.sleep(0.5)", "import os")),
    Attack("a frame of four gigabytes", answers=size("for fd in range(3, 12):\n    try: os.write(fd, b'\\xff' * 8)\n    except OSError: pass\nreturn 1", "import os")),
    Attack("a large result", answers=size("return torch.zeros(60 << 20)")),
    Attack("a result without end", answers=size("a = []\na.append(a)\nreturn a")),
    Attack("a wide result", answers=size("return [0] * 3_000_000")),
    Attack("recursion", answers=size("return conv_output_size(size, kernel_size)")),
    Attack("an error whose text never ends", answers=size("raise Slow()", "class Slow(Exception):\n    def __str__(self):\n        while True: pass")),
    Attack("a type whose name never ends", answers=size("return type('x' * 10_000_000, (), {})()")),
    Attack("an iteration that never ends", answers=size("return Many((1,))", "class Many(tuple):\n    def __iter__(self):\n        while True: yield 1")),
]  # fmt: skip
