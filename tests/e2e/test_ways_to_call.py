"""Every curl line of the README's table "Ways to call a model" is answered as the table says."""

import json
import os
import re
import subprocess
from typing import NamedTuple

import pytest

from scripts import ROOT
from tests.deployed_stack import DeployedStack

pytestmark = pytest.mark.e2e


class Way(NamedTuple):
    """A row of the table."""

    who: str
    stack: str
    command: str
    answer: str


def ways() -> list[Way]:
    section = (ROOT / "README.md").read_text(encoding="utf-8").split("## Ways to call a model\n")[1]
    rows = re.findall(r"^\| ([^|]+) \| ([a-z-]+) \| `(curl [^`]+)` \| `([^`]+)` \|$", section, re.MULTILINE)
    return [Way(*row) for row in rows]


def test_the_table_has_the_systems_this_project_comes_from() -> None:
    """A row that the pattern above no longer reads would not be tested."""
    commands = [way.command for way in ways()]
    for path in (
        "$URL/predict",
        "$URL/",
        "$URL/test",
        "$URL/predictbreastcancer",
        "$URL/v2/models/breast-cancer/infer",
    ):
        assert any(f'"{path}"' in command for command in commands), path


@pytest.mark.parametrize("way", ways(), ids=lambda way: way.who)
def test_way(way: Way, request: pytest.FixtureRequest) -> None:
    """The command, pasted into a shell that has URL and KEY, prints the answer of the table."""
    stack: DeployedStack = request.getfixturevalue(way.stack.replace("-", "_"))
    access = stack.checkout.python("-m", "scripts.stack", "access", *stack.target).stdout
    ended = subprocess.run(
        ["bash", "-euc", access + way.command],
        cwd=stack.checkout.root,
        env={"PATH": os.environ["PATH"], "NO_PROXY": "127.0.0.1"},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert json.loads(ended.stdout) == json.loads(way.answer)
