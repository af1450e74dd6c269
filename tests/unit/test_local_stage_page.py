"""docs/local-stage.md names what can be asked of a stage."""

import re

import pytest

from scripts import ROOT
from scripts.local_stage.faults import KINDS

pytestmark = pytest.mark.unit


def test_every_kind_of_fault_is_explained() -> None:
    """In the table of faults, once."""
    page = (ROOT / "docs/local-stage.md").read_text(encoding="utf-8")
    table = page.partition("| Fault (`kind`) |")[2].partition("\n\n")[0]
    named = [kind for row in re.findall(r"^\| (`[^|]+) \|", table, re.MULTILINE) for kind in row.split(", ")]
    assert sorted(named) == sorted(f"`{kind}`" for kind in KINDS)
