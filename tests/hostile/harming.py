"""Harm others: stay behind, take the processor, leave words for accomplices."""

from tests.hostile import Attack, size

ATTACKS = [
    Attack("a process that stays behind", "import os, time\nfor i in range(3):\n    if os.fork() == 0:\n        os.setsid()\n        if os.fork() == 0: time.sleep(300)\n        os._exit(0)"),
    Attack("a daemon by a program", "import subprocess\nsubprocess.Popen(['setsid', 'nohup', 'sleep', '300'])"),
    Attack("twenty busy processes", "import os, time\nfor i in range(20):\n    if os.fork() == 0:\n        end = time.time() + 10\n        while time.time() < end: pass\n        os._exit(0)",
           may_lose=True, status=("graded", "timeout")),
    Attack("signals to everybody", "import os, signal\nfor p in (-1, 0, 2, 3, os.getppid()):\n    try: os.kill(p, signal.SIGTERM)\n    except (OSError, ValueError): pass"),
    Attack("a word left for an accomplice", "for p in ('/tmp', '/student', '/dev/shm', '/var/tmp', '/data'):\n    try: open(p + '/answers', 'w').write('28')\n    except OSError: pass"),
    Attack("the accomplice that reads it", answers=size("import glob\nfor p in ('/tmp', '/student', '/dev/shm', '/var/tmp', '/data'):\n    for f in glob.glob(p + '/answers'): return (size + 2 * padding - kernel_size) // stride + 1\nreturn 0")),
    Attack("a lock for an accomplice", "import fcntl, os\nfd = os.open('/usr/bin/env', os.O_RDONLY)\nfor f in (fcntl.flock, fcntl.lockf):\n    try: f(fd, fcntl.LOCK_SH)\n    except OSError as e: print(e)"),
    Attack("a terminal for an accomplice", "import os\nm, s = os.openpty()\nos.chmod(os.ttyname(s), 0o666)\nos.write(m, b'28\\n')"),
    Attack("the accomplice that reads terminals", answers=size("import glob, os\nfor p in glob.glob('/dev/pts/[0-9]*'):\n    if os.stat(p).st_uid != os.getuid(): return (size + 2 * padding - kernel_size) // stride + 1\nreturn 0")),
    Attack("time stamps and memory as letters", "import os\nfor p in ('/dev/null', '/dev/zero', '/usr', '/data'):\n    try: os.utime(p)\n    except OSError as e: print(e)\nf = os.open('/usr/bin/env', os.O_RDONLY)\nfor call in (lambda: os.posix_fadvise(f, 0, 0, 4), lambda: os.preadv(f, [bytearray(9)], 0, os.RWF_NOWAIT)):\n    try: call()\n    except OSError as e: print(e)"),
    Attack("libraries changed for those who follow", "import os, sys, torch\nfor p in (torch.__file__, '/agent/inside/probes.py', sys.executable, os.__file__):\n    for f in (lambda: open(p, 'a').write('x'), lambda: os.remove(p), lambda: os.chmod(p, 0o777), lambda: os.rename(p, p + '2')):\n        try: f()\n        except OSError: pass"),
    Attack("torch changed for those who follow", "import torch\ntorch.set_default_dtype(torch.float64)\ntorch.set_grad_enabled(False)\ntorch.manual_seed = lambda s: None\ntorch.use_deterministic_algorithms(True)\ntorch.set_num_threads(8)"),
    Attack("limits and priority", "import os, resource\nfor r in range(16):\n    try: resource.setrlimit(r, (-1, -1))\n    except (ValueError, OSError): pass\ntry: os.nice(-20)\nexcept OSError: pass"),
    Attack("queues and semaphores", "import ctypes\nlibc = ctypes.CDLL(None)\nprint(libc.shmget(7, 4096, 0o1666), libc.semget(7, 1, 0o1666), libc.msgget(7, 0o1666))"),
    Attack("a builtin that lies to the shell", "import builtins\nbuiltins.len = lambda x: 0\nbuiltins.isinstance = lambda a, b: True", may_lose=True,
           status=("graded", "crashed", "timeout")),
]  # fmt: skip
