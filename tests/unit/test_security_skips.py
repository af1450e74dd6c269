"""What the security scan is told to leave out: with a reason, and nothing of the policies that roles get."""

import re
from pathlib import Path

import pytest

from scripts import ROOT

pytestmark = pytest.mark.unit

SKIP = re.compile(r"checkov:skip=(\w+):?(.*)")
SKIPPING = sorted(
    path.relative_to(ROOT)
    for path in (ROOT / "infra").rglob("*.tf")
    if ".terraform" not in path.parts and SKIP.search(path.read_text(encoding="utf-8"))
)


@pytest.mark.parametrize("file", SKIPPING, ids=str)
def test_each_skip_says_why(file: Path) -> None:
    """In words of its own, not in one."""
    skips = SKIP.findall((ROOT / file).read_text(encoding="utf-8"))
    assert [name for name, reason in skips if len(reason.split()) < 4] == []


def test_what_roles_may_is_scanned_without_exception() -> None:
    """A `*` that slips into a policy of the stacks' or the pipelines' roles is seen."""
    policies = ("infra/modules/iam", "infra/bootstrap/policies", "infra/bootstrap/boundary")
    assert [str(file) for file in SKIPPING if str(file).startswith(policies)] == []


def test_nothing_is_skipped_for_all() -> None:
    """Not by the scan's configuration either."""
    assert not re.search(r"^(skip-check|soft-fail)", (ROOT / ".checkov.yaml").read_text(), re.MULTILINE)
