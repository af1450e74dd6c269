"""A protected stack refuses its destruction itself; here it is asked first.

Terraform drops the outputs of a state that it destroys, even when it then fails. Who asks first keeps them.
"""

from collections.abc import Mapping
from typing import Any

from scripts import ROOT
from scripts.stack.target import Target


def is_protected(outputs: Mapping[str, Any]) -> bool:
    """Whether the stack was applied with deletion_protection."""
    return bool(outputs.get("deletion_protection"))


def refusal(target: Target) -> str:
    """What to say instead of destroying a protected stack, with the repair."""
    where = f"STACK={target.stack} ENV={target.env} ON={target.on}"
    return (
        f"{target.stack}-{target.env} is protected from deletion; nothing was touched.\n"
        f"  repair   write deletion_protection = false into {target.var_file.relative_to(ROOT)}, "
        f"then: make apply {where} && make destroy {where}"
    )
