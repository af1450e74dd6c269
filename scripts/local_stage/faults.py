"""Faults on request, so that every answer to every fault is a test.

`PUT /_stage/faults` with `{"faults": [{"kind": "slow", "seconds": 3, "endpoint": "bikes", "times": 2}]}`
replaces what is set, `GET` shows it, `DELETE` clears it. Without `endpoint` a fault meets every endpoint,
without `times` every call. KINDS says what each does.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

KINDS: dict[str, str] = {
    "slow": "answer after `seconds` more",
    "throttled": "400 ThrottlingException",
    "not_ready": "429 ModelNotReadyException",
    "missing": "400 ValidationError, endpoint not found",
    "internal": "500 InternalFailure",
    "unavailable": "503 ServiceUnavailable",
    "dependency": "530 InternalDependencyException",
    "model_error": "424 ModelError: the container answered `status` with `message`",
    "malformed": "200 with `message` as the body, which is no prediction",
    "truncated": "200, and the connection breaks in the middle of the body",
    "reset": "the connection breaks before any answer",
    "short": "200 with the last row's prediction missing",
    "slow_rollout": "an endpoint's next deployment takes `seconds` more",
    "failed_rollout": "an endpoint's next deployment fails, with `message` as the reason",
}
ROLLOUT_KINDS = frozenset({"slow_rollout", "failed_rollout"})


@dataclass(slots=True)
class Fault:
    """One fault, as it came in the request."""

    kind: str
    endpoint: str | None = None
    times: int | None = None
    seconds: float = 0.0
    status: int = 500
    message: str = "injected by the local stage"


TYPES: Mapping[str, tuple[type, ...]] = {
    "kind": (str,),
    "endpoint": (str, type(None)),
    "times": (int, type(None)),
    "seconds": (int, float),
    "status": (int,),
    "message": (str,),
}


class Faults:
    """The faults that are set now; safe to use from any thread."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []
        self._lock = threading.Lock()

    def set(self, document: Any) -> None:
        """Replace all faults by those of `document`; raises ValueError that says what is wrong with it."""
        if not isinstance(document, dict) or not isinstance(document.get("faults"), list):
            raise ValueError('expected {"faults": [{"kind": …}, …]}')
        faults = [_read_fault(index, item) for index, item in enumerate(document["faults"])]
        with self._lock:
            self._faults = faults

    def clear(self) -> None:
        """Forget all faults."""
        with self._lock:
            self._faults = []

    def describe(self) -> dict[str, Any]:
        """Return what is set, in the form that `set` takes."""
        with self._lock:
            return {"faults": [asdict(fault) for fault in self._faults]}

    def take_invocation(self, endpoint: str) -> Fault | None:
        """Return the fault that this call of `endpoint` meets, and count it."""
        return self._take(endpoint, rollout=False) if self._faults else None

    def take_rollout(self, endpoint: str) -> Fault | None:
        """Return the fault that this deployment of `endpoint` meets, and count it."""
        return self._take(endpoint, rollout=True) if self._faults else None

    def _take(self, endpoint: str, *, rollout: bool) -> Fault | None:
        with self._lock:
            for fault in self._faults:
                fits = fault.endpoint in (None, endpoint) and (fault.kind in ROLLOUT_KINDS) is rollout
                if fits and fault.times != 0:
                    if fault.times is not None:
                        fault.times -= 1
                    return fault
        return None


def _read_fault(index: int, item: Any) -> Fault:
    where = f"/faults/{index}"
    if not isinstance(item, dict):
        raise ValueError(f"{where}: expected an object, found {item!r}")
    for name, value in item.items():
        if name not in TYPES:
            raise ValueError(f"{where}/{name}: unknown; there are {', '.join(TYPES)}")
        if not isinstance(value, TYPES[name]) or isinstance(value, bool):
            raise ValueError(f"{where}/{name}: expected {TYPES[name][0].__name__}, found {value!r}")
    if item.get("kind") not in KINDS:
        raise ValueError(f"{where}/kind: expected one of {', '.join(KINDS)}, found {item.get('kind')!r}")
    return Fault(**item)
