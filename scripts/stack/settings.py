"""Names in a tfvars file that the stack doesn't know. Terraform drops them: the setting would do nothing."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from scripts import ROOT
from scripts.stack.copied_environment import check_copied
from scripts.stack.hcl_text import Call, HclError, parse_expression, parse_settings
from scripts.stack.target import StackError, Target

_VARIABLE = re.compile(r'^variable "(\w+)" \{\n(.*?)^\}', re.MULTILINE | re.DOTALL)
_TYPE = re.compile(r"^  type\s*=", re.MULTILINE)


def check_settings(target: Target) -> None:
    """Raise StackError when the environment's file names what no variable or no object of the stack has.

    Or when it is a copy of another's that still has its name, or its state.
    """
    check_copied(target)
    problems = unknown_settings(target.root, target.var_file)
    if problems:
        shown = target.var_file.relative_to(ROOT)
        raise StackError(
            f"{shown} has settings that the stack doesn't know; Terraform would ignore them:\n"
            + "".join(f"  {problem}\n" for problem in problems)
            + f"  repair   correct their names in {shown}; infra/modules/model_api/README.md has them all"
        )


def unknown_settings(stack: Path, var_file: Path) -> list[str]:
    """Name each unknown setting by its path, with the name that was probably meant."""
    try:
        settings = parse_settings(var_file.read_text(encoding="utf-8"))
        return list(_unknown(settings, variable_types(stack), ""))
    except HclError:
        return []  # Terraform says what is wrong, with its line


def variable_types(stack: Path) -> dict[str, Any]:
    """Return the type of each variable of a root module, as parse_expression gives it."""
    source = "\n".join(path.read_text(encoding="utf-8") for path in sorted(stack.glob("*.tf")))
    types = {}
    for name, body in _VARIABLE.findall(source):
        declared = _TYPE.search(body)
        types[name] = parse_expression(body[declared.end() :]) if declared else None
    return types


def _unknown(value: dict[str, Any], members: dict[str, Any], path: str) -> Iterator[str]:
    for name, inner in value.items():
        if name in members:
            yield from _unknown_inside(inner, members[name], f"{path}{name}")
        else:
            inside = [f"{outer}.{inner}" for outer, kind in members.items() for inner in _members(kind)]
            near = difflib.get_close_matches(name, [*members, *inside], 1)
            yield f"{path}{name}" + (f" (did you mean {near[0]}?)" if near else "")


def _members(kind: Any) -> dict[str, Any]:
    match kind:
        case Call("optional", (inner, *_)):
            return _members(inner)
        case Call("object", (dict() as members,)):
            return members
    return {}


def _unknown_inside(value: Any, kind: Any, path: str) -> Iterator[str]:
    match kind:
        case Call("optional", (inner, *_)):
            yield from _unknown_inside(value, inner, path)
        case Call("object", (dict() as members,)) if isinstance(value, dict):
            yield from _unknown(value, members, f"{path}.")
        case Call("map", (inner,)) if isinstance(value, dict):
            for name, each in value.items():
                yield from _unknown_inside(each, inner, f"{path}.{name}")
        case Call("list" | "set", (inner,)) if isinstance(value, list):
            for number, each in enumerate(value):
                yield from _unknown_inside(each, inner, f"{path}[{number}]")
