"""The boundary of a stack's roles: where `make bootstrap` made one, a pipeline may make no role without it.

Forgotten, the plan of a pull request is green and the deployment fails half-way, when the first role is made.
"""

import os
import re
from collections.abc import Mapping

from scripts import ROOT
from scripts.stack.hcl_text import HclError, parse_settings
from scripts.stack.target import StackError, Target

SETTING = "permissions_boundary_arn"
_NAMED = re.compile(r"^# Boundary .*: (arn:\S+)$", re.MULTILINE)


def check_boundary(target: Target) -> None:
    """Raise StackError when a bootstrapped environment's settings don't name its boundary."""
    wanted, found = wanted_boundary(target), given_boundary(target)
    if wanted in (None, found):
        return
    settings = target.var_file.relative_to(ROOT)
    raise StackError(
        f"{settings} {f'names another boundary, {found}' if found else 'names no boundary'}: "
        f"the role that applies {target.env} may make no role of the stack.\n"
        f'  repair   write into it: {SETTING} = "{wanted}"\n'
        f"           (make bootstrap ON=aws ARGS=--write does, for all stacks)"
    )


def wanted_boundary(target: Target) -> str | None:
    """The boundary that bootstrap named in the environment's backend file; None where it wrote none."""
    file = target.var_file.with_suffix(".s3.tfbackend")
    if target.on != "aws" or not file.is_file():
        return None
    named = _NAMED.search(file.read_text(encoding="utf-8"))
    return named[1] if named else None


def given_boundary(target: Target, variables: Mapping[str, str] = os.environ) -> str | None:
    """The boundary that the environment's settings name, or else TF_VAR_permissions_boundary_arn."""
    try:
        settings = parse_settings(target.var_file.read_text(encoding="utf-8"))
    except HclError:
        settings = {}  # Terraform says what is wrong, with its line
    given = settings.get(SETTING, variables.get(f"TF_VAR_{SETTING}"))
    return given.strip('"') if isinstance(given, str) and given != "null" else None
