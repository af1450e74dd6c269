"""What this process holds open, to see what a test leaves."""

import contextlib
import os


def open_descriptors() -> set[tuple[int, int, int]]:
    """Number, device and inode of each. What others close meanwhile is no matter: compare with `<=`."""
    found = set()
    for name in os.listdir("/dev/fd"):  # noqa: PTH208 - of a listing of its own, Path would keep one open
        with contextlib.suppress(OSError):
            status = os.fstat(int(name))
            found.add((int(name), status.st_dev, status.st_ino))
    return found
