"""Search the machine for directories that hold providers, within bounds."""

import os
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

DEPTH = 6
"""How far below a place a mirror is looked for."""

SECONDS = 5.0
"""How long a search may take: it is a favour to the user, not a promise."""

_NEVER = {
    "proc",
    "sys",
    "dev",
    "run",
    "tmp",
    "node_modules",
    "site-packages",
    "__pycache__",
    ".git",
    ".terraform",
}


def usual_places(home: Path) -> list[Path]:
    """List where images and package managers keep a mirror, likeliest first; the root comes last."""
    system = (
        "/opt",
        "/usr/local",
        "/usr/share",
        "/usr/lib",
        "/srv",
        "/var/lib",
        "/var/cache",
        "/etc",
        "/mnt",
        "/",
    )
    return [home, *(Path(place) for place in system)]


def find_mirrors(
    hosts: set[str],
    places: Sequence[Path],
    *,
    seconds: float = SECONDS,
    depth: int = DEPTH,
    clock: Callable[[], float] = time.monotonic,
) -> Iterator[Path]:
    """Yield every directory below `places` that has a subdirectory named after one of the hosts.

    Breadth first and place by place, so that the shallow and likely come first; stays on each place's
    file system, follows no links, and ends when the time is over.
    """
    deadline = clock() + seconds
    seen: set[Path] = set()
    for place in places:
        try:
            device = place.stat().st_dev
        except OSError:
            continue
        queue = deque([(place, 0)])
        while queue:
            if clock() > deadline:
                return
            directory, level = queue.popleft()
            if directory in seen:
                continue
            seen.add(directory)
            children = _subdirectories(directory, device)
            if hosts & {child.name for child in children}:
                yield directory
            elif level < depth:
                queue.extend((child, level + 1) for child in children if child.name not in _NEVER)


def _subdirectories(directory: Path, device: int) -> list[Path]:
    try:
        with os.scandir(directory) as entries:
            return sorted(
                Path(entry.path)
                for entry in entries
                if entry.is_dir(follow_symlinks=False) and entry.stat(follow_symlinks=False).st_dev == device
            )
    except OSError:
        return []
