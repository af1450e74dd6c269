"""The outputs that a stack will have once a plan that waits is applied, for who looks before an apply."""

import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from scripts.stack.arguments import KEPT
from scripts.stack.parcel import key_for, look_into
from scripts.stack.saved_plan import SavedPlanError, load_plan, record_file, show_plan
from scripts.stack.target import Target, ready_terraform


def find_planned_outputs(target: Target, saved_plan: Path | None) -> dict[str, Any] | None:
    """Read the outputs of a target's plan: the parcel `saved_plan`, or the one that `plan` kept (KEPT).

    Where none is named, a kept plan that still fits is read: None without one, or if it can't be applied,
    which standard error is told. Raises SavedPlanError where one is named and isn't one for this target.
    """
    if saved_plan is None:
        return _of_kept_plan(target) if record_file(target).is_file() else None
    if saved_plan != KEPT:
        return _of_parcel(target, saved_plan)
    load_plan(target)
    return _show(target, target.plan_file)


def read_planned_outputs(plan: Mapping[str, Any]) -> dict[str, Any]:
    """Read a plan's JSON: output → its value, of which what is known only after the apply is left out.

    `output_changes` has those that stay, too, and parts of values: `planned_values` has whole ones alone.
    https://developer.hashicorp.com/terraform/internals/json-format#plan-representation
    """
    changes = plan.get("output_changes", {})
    return {name: change["after"] for name, change in changes.items() if change.get("after") is not None}


def _of_kept_plan(target: Target) -> dict[str, Any] | None:
    try:
        load_plan(target)
    except SavedPlanError as error:
        print(f"{str(error).splitlines()[0]} It isn't looked at.", file=sys.stderr)
        return None
    return _show(target, target.plan_file)


def _of_parcel(target: Target, parcel: Path) -> dict[str, Any]:
    record, plan = look_into(parcel, key_for(target))
    if (record.stack, record.env, record.on) != (target.stack, target.env, target.on):
        raise SavedPlanError(
            f"{parcel} holds a plan of {record.stack} of {record.env} on {record.on}.\n"
            f"  repair   STACK={record.stack} ENV={record.env} ON={record.on}, or another parcel"
        )
    with tempfile.TemporaryDirectory() as folder:  # for its owner only, since a plan holds secrets
        file = Path(folder) / "stack.tfplan"
        file.write_bytes(plan)
        return _show(target, file)


def _show(target: Target, plan: Path) -> dict[str, Any]:
    return read_planned_outputs(show_plan(ready_terraform(target), plan))
