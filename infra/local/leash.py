"""Become a program that ends when its parent does, as another user if asked.

Run by path under `python -I -S`, so that it costs milliseconds:
`leash.py PARENT_PID SIGNAL UID GID PROGRAM [ARGUMENT ...]`; -1 keeps the user and the group.

A step of its own, because code between fork and exec (`preexec_fn`) may dead-lock in a
process that has threads, and because the kernel forgets the wish when the user changes: it
must be uttered after that, by the process itself.
"""

import ctypes
import os
import sys

_PR_SET_PDEATHSIG = 1  # linux/prctl.h


def _change_user(uid: int, gid: int) -> None:
    if uid >= 0:
        os.setgroups([gid])
        os.setgid(gid)
        os.setuid(uid)


def end_with_parent(parent: int, signal_number: int) -> None:
    """Ask the kernel for a signal when the parent ends; elsewhere than on Linux do nothing."""
    if sys.platform != "linux":
        return
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal_number, 0, 0, 0)
    if os.getppid() != parent:  # it ended before the kernel knew of the wish
        raise SystemExit(1)


def main(arguments: list[str]) -> None:
    """Change user, bind to the parent, become the program."""
    parent, signal_number, uid, gid = (int(argument) for argument in arguments[:4])
    program = arguments[4:]
    _change_user(uid, gid)
    end_with_parent(parent, signal_number)
    os.execv(program[0], program)  # noqa: S606 - no shell is the purpose


if __name__ == "__main__":
    main(sys.argv[1:])
