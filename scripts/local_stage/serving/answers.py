"""What a container answers, and how it is asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Answer:
    """What a container says to one request."""

    status: int
    body: bytes = b""
    content_type: str = "text/plain; charset=utf-8"


Invoke = Callable[[bytes, Mapping[str, str]], Answer]
"""(body, headers that don't regard case) → answer"""
Load = Callable[[Path], Invoke]
"""folder of an unpacked model.tar.gz → its answers; raises SystemExit if there is no model in it"""
AnswerPath = Callable[[str, str, bytes, Mapping[str, str]], Answer]
"""(method, path, body, headers) → answer"""
