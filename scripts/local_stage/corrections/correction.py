"""A correction: one gap of moto, closed in-process. No file of moto is edited.

Each names its symptom, the moto symbol it replaces and the version it was needed for.
`tests/functional/test_corrections.py` shows the corrected behaviour of each,
and fails when stock moto shows it too: then the correction can be deleted.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

MOTO_VERSION = "5.2.5"


@dataclass(frozen=True, slots=True)
class Seams:
    """What the corrected control plane asks of the rest of the local stage."""

    endpoint_changed: Callable[[str], None] | None = None
    """Called with an endpoint's name after CreateEndpoint, UpdateEndpoint and DeleteEndpoint.

    It must bring the endpoint out of Creating or Updating (`sagemaker_deployments.py` has the ways out).
    Called from a thread of the control plane; must return at once.
    None: every deployment succeeds at once.
    """
    capacities_changed: Callable[[str], None] | None = None
    """Called with an endpoint's name after UpdateEndpointWeightsAndCapacities; must return at once."""
    code_url: Callable[[str], str] = lambda digest: f"http://127.0.0.1/_stage/code/{digest}"
    """SHA-256 of a function's zip, hex → where it can be downloaded."""


@dataclass(frozen=True, slots=True)
class Correction:
    """One gap of moto and what closes it."""

    name: str
    symptom: str
    """What a user of stock moto sees."""
    symbol: str
    """The moto symbol that is replaced."""
    needed_for: str
    """The version of moto it was found in."""
    apply: Callable[[Seams], None]


CORRECTIONS: dict[str, Correction] = {}


def correction(
    *, symptom: str, symbol: str, needed_for: str = MOTO_VERSION
) -> Callable[[Callable[[Seams], None]], Callable[[Seams], None]]:
    """Register the decorated function as the correction named like it."""

    def register(apply: Callable[[Seams], None]) -> Callable[[Seams], None]:
        name = apply.__name__
        if name in CORRECTIONS:
            raise ValueError(f"two corrections are named {name}")
        CORRECTIONS[name] = Correction(name, symptom, symbol, needed_for, apply)
        return apply

    return register


def replace(owner: Any, **symbols: Any) -> None:
    """Replace symbols of a class of moto: `replace(RestAPI, to_dict=to_dict)`."""
    for name, symbol in symbols.items():
        setattr(owner, name, symbol)
