"""Each correction of moto does what it says, and stock moto still needs it."""

import functools
import json
import os
import subprocess
import sys
from pathlib import Path

import moto
import pytest

from scripts.local_stage.corrections import CORRECTIONS, load_corrections
from scripts.local_stage.corrections.correction import MOTO_VERSION

pytestmark = pytest.mark.functional

ROOT = Path(__file__).parents[2]
PROBES = "tests.functional.moto_probes"

# tested apart: tests/functional/test_apigateway_import.py and test_apigateway_deployments.py
ELSEWHERE = "scripts.local_stage.corrections.apigateway_import"


@functools.cache
def outcomes(*arguments: str) -> dict[str, str]:
    """Every probe's outcome, all in one process."""
    environment = os.environ | {"PYTHONPATH": str(ROOT), "AWS_EC2_METADATA_DISABLED": "true"}
    for name in ("AWS_ENDPOINT_URL", "AWS_PROFILE"):
        environment.pop(name, None)
    run = subprocess.run(
        [sys.executable, "-m", PROBES, *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    found: dict[str, str] = json.loads(run.stdout.splitlines()[-1])
    return found


def names() -> list[str]:
    load_corrections()
    return sorted(name for name, found in CORRECTIONS.items() if found.apply.__module__ != ELSEWHERE)


@pytest.mark.parametrize("name", names())
def test_corrected_moto_behaves(name: str) -> None:
    """What the symptom names is gone."""
    assert outcomes("--corrected")[name] == "ok"


@pytest.mark.parametrize("name", names())
def test_stock_moto_still_needs_the_correction(name: str) -> None:
    """When this fails, moto has caught up: delete the correction and its probe."""
    assert outcomes()[name] != "ok", f"stock moto passes: {CORRECTIONS[name].symptom!r} is no more"


def test_corrections_name_the_moto_that_is_pinned() -> None:
    """A new moto means looking at each correction again."""
    assert moto.__version__ == MOTO_VERSION
    for found in CORRECTIONS.values():
        assert found.symptom and found.symbol.startswith("moto.")
