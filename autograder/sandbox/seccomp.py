"""A system-call filter for the sandbox: what a notebook has no use for is refused with EPERM.

Written as classic BPF and given to bubblewrap (`--seccomp`). Numbers are those of the kernel's system-call tables.
"""

from __future__ import annotations

import errno
import platform
import struct

from autograder.errors import SandboxError

# name: (x86_64, aarch64); None where the architecture has no such call.
_DENIED: dict[str, tuple[int | None, int | None]] = {
    "ptrace": (101, 117), "process_vm_readv": (310, 270), "process_vm_writev": (311, 271), "kcmp": (312, 272),
    "mount": (165, 40), "umount2": (166, 39), "pivot_root": (155, 41), "chroot": (161, 51), "mount_setattr": (442, 442),
    "open_tree": (428, 428), "move_mount": (429, 429), "fsopen": (430, 430), "fsmount": (432, 432), "fspick": (433, 433),
    "unshare": (272, 97), "setns": (308, 268), "personality": (135, 92),
    "bpf": (321, 280), "perf_event_open": (298, 241), "userfaultfd": (323, 282), "fanotify_init": (300, 262),
    "io_uring_setup": (425, 425), "io_uring_enter": (426, 426), "io_uring_register": (427, 427),
    "keyctl": (250, 219), "add_key": (248, 217), "request_key": (249, 218),
    "init_module": (175, 105), "finit_module": (313, 273), "delete_module": (176, 106),
    "kexec_load": (246, 104), "kexec_file_load": (320, 294), "reboot": (169, 142), "swapon": (167, 224), "swapoff": (168, 225),
    "acct": (163, 89), "quotactl": (179, 60), "syslog": (103, 116), "sethostname": (170, 161), "setdomainname": (171, 162),
    "settimeofday": (164, 170), "clock_settime": (227, 112), "adjtimex": (159, 171), "clock_adjtime": (305, 266),
    "name_to_handle_at": (303, 264), "open_by_handle_at": (304, 265), "ioperm": (173, None), "iopl": (172, None),
    # Memory that no limit counts: anonymous files and System V shared memory.
    "memfd_create": (319, 279), "memfd_secret": (447, 447), "shmget": (29, 194), "msgget": (68, 186), "semget": (64, 190),
    # Requests to disks: their number is one for the whole machine.
    "io_setup": (206, 0),
    # What one submission could read of another by files that both may only read: locks, watches, and what of them is in memory.
    "flock": (73, 32), "inotify_init": (253, None), "inotify_init1": (294, 26), "inotify_add_watch": (254, 27),
    "fadvise64": (221, 223), "mincore": (27, 232), "cachestat": (451, 451),
}  # fmt: skip
# Calls that the C library does without where the kernel seems not to know them. Reads and writes with flags tell what is in memory.
_UNKNOWN: dict[str, tuple[int, int]] = {"clone3": (435, 435), "preadv2": (327, 286), "pwritev2": (328, 287)}
_CLONE = (56, 220)
_SOCKET = (41, 198)
_MMAP = (9, 222)
_FCNTL = (72, 25)
_LOCKS = (
    5,
    6,
    7,
    36,
    37,
    38,
    1024,
    1025,
    1026,
)  # F_*LK, F_OFD_*LK, leases, F_NOTIFY: seen by whoever opens the file
_ARCHITECTURES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}
_NEW_NAMESPACES = 0x7E020000  # CLONE_NEWNS | NEWCGROUP | NEWUTS | NEWIPC | NEWUSER | NEWPID | NEWNET
_AF_UNIX = 1
_MAP_SHARED_ANONYMOUS = 0x21

_LOAD, _JUMP_EQUAL, _JUMP_GREATER, _AND, _RETURN = 0x20, 0x15, 0x35, 0x54, 0x06
_ALLOW, _ERROR, _KILL = 0x7FFF0000, 0x00050000, 0x80000000
_NUMBER, _ARCH, _ARGUMENTS = 0, 4, 16  # offsets in struct seccomp_data


def _instruction(code: int, value: int, yes: int = 0, no: int = 0) -> bytes:
    return struct.pack("HBBI", code, yes, no, value)


def _refuse(error: int) -> bytes:
    return _instruction(_RETURN, _ERROR | error)


_PROGRAMS = ((59, 221), (322, 281))  # execve, execveat


def no_programs(machine: str | None = None) -> bytes:
    """Return a filter for a machine that `program` knows: no other program is started."""
    column, _ = _ARCHITECTURES[machine or platform.machine()]
    code = [_instruction(_LOAD, _NUMBER)]
    for numbers in _PROGRAMS:
        code += [_instruction(_JUMP_EQUAL, numbers[column], 0, 1), _refuse(errno.EPERM)]
    return b"".join([*code, _instruction(_RETURN, _ALLOW)])


def program(machine: str | None = None) -> bytes:
    """Return the filter for this machine's architecture.

    Raises:
        SandboxError: The architecture is not one of those that the filter knows.
    """
    machine = machine or platform.machine()
    if machine not in _ARCHITECTURES:
        raise SandboxError(
            f"The system-call filter knows x86_64 and aarch64, not {machine}. Grade on one of those."
        )
    column, audit = _ARCHITECTURES[machine]
    allow = _instruction(_RETURN, _ALLOW)
    code = [
        _instruction(_LOAD, _ARCH),
        _instruction(_JUMP_EQUAL, audit, 1, 0),
        _instruction(_RETURN, _KILL),
        _instruction(_LOAD, _NUMBER),
        _instruction(_JUMP_GREATER, 0x40000000, 0, 1),  # the x32 table would go round the numbers below
        _refuse(errno.EPERM),
    ]
    for numbers in _DENIED.values():
        if (number := numbers[column]) is not None:
            code += [_instruction(_JUMP_EQUAL, number, 0, 1), _refuse(errno.EPERM)]
    for unknown in _UNKNOWN.values():
        code += [_instruction(_JUMP_EQUAL, unknown[column], 0, 1), _refuse(errno.ENOSYS)]
    code += [
        _instruction(_JUMP_EQUAL, _CLONE[column], 0, 5),
        _instruction(_LOAD, _ARGUMENTS),
        _instruction(_AND, _NEW_NAMESPACES),
        _instruction(_JUMP_EQUAL, 0, 1, 0),
        _refuse(errno.EPERM),
        allow,
    ]
    code += [
        _instruction(_JUMP_EQUAL, _SOCKET[column], 0, 4),
        _instruction(_LOAD, _ARGUMENTS),
        _instruction(_JUMP_EQUAL, _AF_UNIX, 1, 0),
        _refuse(errno.EPERM),
        allow,
    ]
    code += [
        _instruction(_JUMP_EQUAL, _MMAP[column], 0, 5),
        _instruction(_LOAD, _ARGUMENTS + 8 * 3),
        _instruction(_AND, _MAP_SHARED_ANONYMOUS),
        _instruction(_JUMP_EQUAL, _MAP_SHARED_ANONYMOUS, 0, 1),
        _refuse(errno.ENOMEM),
        allow,
    ]
    code += [
        _instruction(_JUMP_EQUAL, _FCNTL[column], 0, 2 * len(_LOCKS) + 2),
        _instruction(_LOAD, _ARGUMENTS + 8),
        *(each for lock in _LOCKS for each in (_instruction(_JUMP_EQUAL, lock, 0, 1), _refuse(errno.EPERM))),
        allow,
    ]
    code.append(allow)
    return b"".join(code)
