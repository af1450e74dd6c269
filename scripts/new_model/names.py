"""Names: of the model, whose stack is named after it, and of inputs, which are the file's columns."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from scoring.contract_inputs import RESERVED
from scripts.fitting.training_data import DataError

LONGEST_IN_AWS: Final = 36
"""Of `<model>-<environment>`: module model_api."""
LONGEST_INPUT: Final = 100


def check_model_name(name: str, environments: Iterable[str]) -> None:
    """Raise DataError unless it can name a model, a stack and what AWS makes of both."""
    longest = max(map(len, environments), default=0)
    room = LONGEST_IN_AWS - 1 - longest
    if not re.fullmatch(r"[a-z](?:-?[a-z0-9])*", name) or len(name) > room:
        raise DataError(
            f"{name!r} can't be a model's name: lower-case letters, digits and single hyphens between them "
            f"make one, a letter first, at most {room} characters ({LONGEST_IN_AWS} with the environment's)",
            f"NAME={suggested_name(name, room)}",
        )


def suggested_name(name: str, room: int) -> str:
    """A model's name like this one."""
    made = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-0123456789")[:room].rstrip("-")
    return made or "my-model"


def input_names(columns: Iterable[str]) -> dict[str, str]:
    """Column → name that a contract takes: most stay as they are.

    Without white space around it, control characters and quotes; not one that requests use for something
    else; not one that another column has.
    """
    made: dict[str, str] = {}
    for place, column in enumerate(columns, 1):
        name = (
            re.sub(r"[\x00-\x1f\x7f\"\\]+", "_", column.strip())[:LONGEST_INPUT].strip() or f"column_{place}"
        )
        if name in RESERVED:
            name += "_value"
        taken, wanted, number = set(made.values()), name, 2
        while name in taken:
            name, number = f"{wanted[: LONGEST_INPUT - 4]}_{number}", number + 1
        made[column] = name
    return made
