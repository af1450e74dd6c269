"""Become the command of a container, tied to the life of the server: python launch.py SERVER_PID COMMAND….

The kernel kills the process when the server that started it is gone, however that ended (prctl(2),
PR_SET_PDEATHSIG; it survives execve). Run by path, imports nothing of ours.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def main() -> None:
    """Tie, then replace this process by the command; exit code 127 says that there is no such command."""
    server, command = int(sys.argv[1]), sys.argv[2:]
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != server:
        sys.exit(f"server {server} is gone")
    try:
        os.execvp(command[0], command)  # noqa: S606 - a command of the user's configuration
    except OSError as error:
        print(f"can't run {command[0]}: {error.strerror}", file=sys.stderr)
        sys.exit(127)


if __name__ == "__main__":
    main()
