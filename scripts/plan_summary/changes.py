"""What a plan changes, from `terraform show -json`: addresses, actions, reasons and names of attributes.

Format: https://developer.hashicorp.com/terraform/internals/json-format#change-representation
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

ACTIONS = {
    ("create",): "create",
    ("update",): "update",
    ("delete",): "delete",
    ("forget",): "forget",
    ("delete", "create"): "replace",
    ("create", "delete"): "replace",
    ("create", "forget"): "replace",
}
"""The plan's actions → ours; what is missing here (`no-op`, `read`) changes nothing."""

REASONS = {
    "replace_because_tainted": "it is marked as broken (tainted)",
    "replace_because_cannot_update": "can't be changed in place",
    "replace_by_request": "asked for with -replace",
    "replace_by_triggers": "follows what it is triggered by",
    "delete_because_no_resource_config": "no longer in the configuration",
    "delete_because_no_module": "its module is no longer in the configuration",
    "delete_because_wrong_repetition": "for_each or count came or went",
    "delete_because_count_index": "its index is beyond count",
    "delete_because_each_key": "its key is no longer in for_each",
    "delete_because_no_move_target": "it was moved to what is no longer configured",
}

COMPANIONS = {
    "aws_iam_role": {
        "inline_policy": "aws_iam_role_policy",
        "managed_policy_arns": "aws_iam_role_policy_attachment",
    },
    "aws_s3_bucket": {
        "lifecycle_rule": "aws_s3_bucket_lifecycle_configuration",
        "logging": "aws_s3_bucket_logging",
        "policy": "aws_s3_bucket_policy",
        "server_side_encryption_configuration": "aws_s3_bucket_server_side_encryption_configuration",
        "versioning": "aws_s3_bucket_versioning",
    },
    "aws_sns_topic": {"policy": "aws_sns_topic_policy"},
}
"""Type → attribute that another resource sets, which is made after it: the next look finds it changed.
If somebody changes it, that other resource has drifted."""


@dataclass(frozen=True, slots=True)
class Change:
    """What happens to one resource."""

    address: str
    type: str
    action: str
    attributes: tuple[str, ...] = ()
    """Top-level attributes whose values differ; of a creation or deletion: none."""
    sensitive: frozenset[str] = frozenset()
    """Those of them that hold something sensitive."""
    forced_by: tuple[str, ...] = ()
    """Attributes that can't be changed in place, as `block.0.name`."""
    reason: str = ""
    made_first: bool = False
    """Of a replacement: the new one is made before the old one goes."""


@dataclass(frozen=True, slots=True)
class PlannedChanges:
    """All that a plan would do, and what it found changed."""

    planned: tuple[Change, ...]
    outside: tuple[Change, ...]
    """What was changed by somebody else than Terraform since it last looked."""
    outputs: tuple[str, ...]
    errored: bool
    applied: bool
    """Whether there is anything of the stack already; else all is created."""


def read_changes(plan: Mapping[str, Any]) -> PlannedChanges:
    """Read a plan's JSON."""
    outputs = plan.get("output_changes", {})
    managed = {entry["type"] for entry in plan.get("resource_changes", [])}
    drift = (_without_companions(change, managed) for change in _changes(plan.get("resource_drift", [])))
    return PlannedChanges(
        planned=tuple(_changes(plan.get("resource_changes", []))),
        outside=tuple(change for change in drift if _is_drift(change)),
        outputs=tuple(sorted(name for name, change in outputs.items() if change["actions"] != ["no-op"])),
        errored=bool(plan.get("errored", False)),
        applied=_is_applied(plan),
    )


def _is_applied(plan: Mapping[str, Any]) -> bool:
    """Whether the plan is of a stack with something in its state, which it lists even if that stays."""
    entries = plan.get("resource_changes", [])
    kept = any(e.get("mode") != "data" and e["change"]["actions"] != ["create"] for e in entries)
    return kept or not entries or bool(plan.get("resource_drift"))


def _without_companions(change: Change, managed: set[str]) -> Change:
    """Without the attributes that resources of our own set."""
    theirs = {name for name, by in COMPANIONS.get(change.type, {}).items() if by in managed}
    return replace(change, attributes=tuple(name for name in change.attributes if name not in theirs))


def _is_drift(change: Change) -> bool:
    """Refreshing turns null into "" or [] here and there: that is no difference."""
    return change.action != "update" or bool(change.attributes)


def _changes(entries: Iterable[Mapping[str, Any]]) -> Iterable[Change]:
    for entry in entries:
        change = entry["change"]
        action = ACTIONS.get(tuple(change["actions"]))
        if action is None or entry.get("mode") == "data":
            continue
        differing = _differing(change) if action in ("update", "replace") else ()
        yield Change(
            address=entry["address"],
            type=entry["type"],
            action=action,
            attributes=differing,
            sensitive=frozenset(name for name in differing if _is_sensitive(change, name)),
            forced_by=tuple(".".join(map(str, path)) for path in change.get("replace_paths", [])),
            reason=REASONS.get(entry.get("action_reason", ""), ""),
            made_first=change["actions"][0] == "create",
        )


def _differing(change: Mapping[str, Any]) -> tuple[str, ...]:
    before, after = change.get("before") or {}, change.get("after") or {}
    unknown = change.get("after_unknown") or {}
    names = sorted({*before, *after, *(name for name, value in unknown.items() if value)})
    return tuple(
        name
        for name in names
        if _holds_true(unknown.get(name)) or (before.get(name) or None) != (after.get(name) or None)
    )


def _is_sensitive(change: Mapping[str, Any], name: str) -> bool:
    marks = (change.get("before_sensitive"), change.get("after_sensitive"))
    return any(mark is True or (isinstance(mark, dict) and _holds_true(mark.get(name))) for mark in marks)


def _holds_true(mark: Any) -> bool:
    """Whether a mark, which has the shape of the value that it marks, says true anywhere."""
    if isinstance(mark, dict):
        return any(map(_holds_true, mark.values()))
    if isinstance(mark, list):
        return any(map(_holds_true, mark))
    return bool(mark)
