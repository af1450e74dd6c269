"""An environment that was copied from another and not told apart: one name, or one state, for two of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from scripts import ROOT
from scripts.stack.hcl_text import HclError, parse_settings
from scripts.stack.target import StackError, Target


def check_copied(target: Target) -> None:
    """Raise StackError where another environment has this one's names, or its state.

    Names are an account's: the local stage is one account, and so are those who share a state's bucket.
    """
    name, backend = _settings(target.var_file).get("environment"), _backend(target.var_file)
    others = [file for file in sorted(target.var_file.parent.glob("*.tfvars")) if file != target.var_file]
    for other in others if name else []:
        together = target.on == "local" or _backend(other).get("bucket") == backend.get("bucket")
        if together and _settings(other).get("environment") == name:
            raise StackError(
                f"{_shown(target.var_file)} says environment = {name}, as {other.name} does: "
                "they would take each other's names.\n"
                f'  repair   environment = "{target.env}" in {_shown(target.var_file)}'
            )
    if target.on == "aws" and "key" in backend:
        for file in _other_backends(target):
            if _place(_settings(file)) == _place(backend):
                raise StackError(
                    f"{_shown(target.var_file.with_suffix('.s3.tfbackend'))} keeps the state where "
                    f"{_shown(file)} does: an apply of one would destroy what the other made.\n"
                    f'  repair   key = "{target.stack}/{target.env}.tfstate" in it'
                )


def _other_backends(target: Target) -> Iterator[Path]:
    mine = target.var_file.with_suffix(".s3.tfbackend")
    for file in sorted((ROOT / "infra" / "stacks").glob("*/env/*.s3.tfbackend")):
        if file != mine:
            yield file


def _place(backend: Mapping[str, Any]) -> tuple[Any, Any]:
    return backend.get("bucket"), backend.get("key")


def _backend(var_file: Path) -> Mapping[str, Any]:
    return _settings(var_file.with_suffix(".s3.tfbackend"))


def _settings(file: Path) -> Mapping[str, Any]:
    """Names with their values as they are written; nothing of a file that is missing, or is no HCL."""
    try:
        return parse_settings(file.read_text(encoding="utf-8"))
    except (OSError, HclError):
        return {}


def _shown(file: Path) -> str:
    return str(file.relative_to(ROOT)) if file.is_relative_to(ROOT) else file.name
