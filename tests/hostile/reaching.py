"""Reach the host: its files, network, processes and kernel. A trace would be a file with MARK in its name, a connection, or
the instructor's secret in what comes back."""

from tests.hostile import MARK, Attack, size

_C = "import ctypes, os\nlibc = ctypes.CDLL(None, use_errno=True)\n"
_TRY = "def t(f):\n    try: print(f())\n    except BaseException as e: print(type(e).__name__)\n"

ATTACKS = [
    Attack("files on the host", _TRY + f"for p in ('/tmp', '/var/tmp', '/dev/shm', '/home', '/root', '/', '/usr', '/etc', '/agent', '/data', 'ROOT'):\n    t(lambda: open(p + '/{MARK}', 'w').write('x'))"),
    Attack("the instructor's secret", _TRY + "t(lambda: open('SECRET').read())\nimport os\nfor d, _, files in os.walk('/'):\n    if d.startswith(('/proc', '/usr', '/venv')): continue\n    for f in files:\n        if 'secret' in f or f.endswith('.ipynb'): t(lambda: open(d + '/' + f).read())"),
    Attack("password files", _TRY + "for p in ('/etc/passwd', '/etc/shadow', '/root/.ssh/id_rsa', '/proc/1/environ', '/proc/self/environ'): t(lambda: open(p).read()[:50])"),
    Attack("the host by process 1's root", _TRY + f"import os\nt(lambda: os.listdir('/proc/1/root/home'))\nt(lambda: open('/proc/1/root/tmp/{MARK}', 'w'))\nt(lambda: open('/proc/1/cwd/../../{MARK}', 'w'))"),
    Attack("a connection", _TRY + "import socket\nt(lambda: socket.create_connection(('127.0.0.1', PORT), 1))\nt(lambda: socket.create_connection(('::1', PORT), 1))\nt(lambda: socket.socket(socket.AF_INET, socket.SOCK_RAW))\nt(lambda: socket.socket(socket.AF_NETLINK, socket.SOCK_RAW))"),
    Attack("a connection by a program", "import subprocess\nsubprocess.run(['python3', '-c', 'import socket; socket.create_connection((\"127.0.0.1\", PORT), 1)'], capture_output=True)\nsubprocess.run('exec 3<>/dev/tcp/127.0.0.1/PORT', shell=True, executable='/bin/bash', capture_output=True)"),
    Attack("an abstract socket", _TRY + "import socket\ns = socket.socket(socket.AF_UNIX)\nt(lambda: s.connect('\\0autograder-hostile-PORT'))"),
    Attack("descriptors sent to the grader", _TRY + "import array, os, socket\ns = socket.socket(fileno=os.dup(4))\nt(lambda: socket.send_fds(s, [b'x'], [os.open('/', os.O_RDONLY)] * 10))"),
    Attack("tracing", _C + "print([libc.ptrace(16, p, 0, 0) for p in range(1, 50)], libc.ptrace(0, 0, 0, 0))"),
    Attack("mounts and namespaces", _C + "print(libc.mount(b'none', b'/tmp', b'tmpfs', 0, None), libc.unshare(0x10000000), libc.unshare(0x20000), libc.chroot(b'/tmp'), libc.setns(3, 0))"),
    Attack("another user", _C + "print([f(0) for f in (libc.setuid, libc.setgid, libc.setreuid)])\nimport subprocess\nprint(subprocess.run(['su', '-c', 'id'], capture_output=True, input=b'').returncode)"),
    Attack("keys, traces and modules of the kernel", _C + "print([libc.syscall(n, 0, 0, 0, 0, 0) for n in (248, 250, 321, 298, 323, 175, 313, 425, 103)])"),
    Attack("settings of the kernel", _TRY + "for p in ('/proc/sys/kernel/hostname', '/proc/sysrq-trigger', '/proc/1/oom_score_adj', '/sys/kernel/mm'): t(lambda: open(p, 'w').write('1'))"),
    Attack("the clock", _C + "print(libc.settimeofday(0, 0), libc.clock_settime(0, ctypes.byref((ctypes.c_long * 2)(0, 0))))"),
    Attack("devices", _TRY + "import os\nprint(os.listdir('/dev'))\nfor p in ('/dev/sda', '/dev/vda', '/dev/mem', '/dev/kmsg', '/dev/tty'): t(lambda: open(p, 'rb').read(1))\nt(lambda: os.mknod('/tmp/sda', 0o60600, 0x800))"),
    Attack("the hidden tests by import", _TRY + "import importlib, sys\nsys.path += ['/work', '/root', '/home', 'ROOT']\nfor m in ('autograder', 'autograder.graders', 'autograder.graders.lab1_train_cnn.conv_output_size.reference'): t(lambda: importlib.import_module(m))",
           answers=size("from autograder.graders.lab1_train_cnn.conv_output_size.reference import reference\nreturn reference(size, kernel_size, stride, padding)")),
]  # fmt: skip
