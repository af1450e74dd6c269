"""Processes that tests look after."""

import os


def is_gone(pid: int) -> bool:
    """Whether no process has the id."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False
