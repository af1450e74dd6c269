"""Files that others read while they are written: the old content or the new, never half of it."""

from __future__ import annotations

import os
import stat
import threading
from pathlib import Path


def write_whole(path: Path, content: bytes | str, *, mode: int = 0o666) -> None:
    """Put a file in the place of the one that is there, if any; a text is written as UTF-8.

    Two commands at once in one checkout, or one that is broken off, leave a whole file. A link is followed,
    and a file that is there keeps its mode; a new one gets `mode` less the umask. What is no file, such as
    /dev/stdout, is written to as it is.
    """
    data = content.encode() if isinstance(content, str) else content
    if Path("/dev") in path.parents or (path.exists() and not path.is_file()):
        path.write_bytes(data)
        return
    place = path.resolve()
    place.parent.mkdir(parents=True, exist_ok=True)
    draft = place.with_name(f".{place.name}.{os.getpid()}-{threading.get_ident()}")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "wb") as file:
            if place.exists():
                os.fchmod(file.fileno(), stat.S_IMODE(place.stat().st_mode))
            file.write(data)
        draft.replace(place)
    finally:
        draft.unlink(missing_ok=True)
