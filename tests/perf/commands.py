"""Runs the project's own commands and takes their time."""

import json
import subprocess
import sys
from pathlib import Path
from time import perf_counter
from typing import Any

from scripts import ROOT
from scripts.local_stage.environment import local_target
from tests.perf.result import CannotMeasureError

MODEL = "bike-rental"
BUILD = ROOT / "build" / MODEL
TRAIN = (f"models/{MODEL}/train.py",)
PACKAGE = ("-m", "scripts.package", MODEL, "--target", "local")
OPENAPI = ("-m", "scripts.openapi", MODEL)


def run_command(*arguments: str) -> float:
    """Run a command of this interpreter from the root; wall seconds. Raises CannotMeasureError."""
    began = perf_counter()
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        last_lines = "\n".join((done.stdout + done.stderr).strip().splitlines()[-10:])
        raise CannotMeasureError(f"python {' '.join(arguments)} failed ({done.returncode}):\n{last_lines}")
    return perf_counter() - began


def make_artefacts() -> None:
    """Make what a deployment needs, as far as it isn't there."""
    if not (BUILD / "model.tar.gz").is_file():
        run_command(*TRAIN)
    run_command(*PACKAGE)
    run_command(*OPENAPI)


def function_zip() -> Path:
    """The zip of this interpreter."""
    return BUILD / f"function-{local_target()}.zip"


def manifest() -> dict[str, Any]:
    """What the zip is."""
    read: dict[str, Any] = json.loads(function_zip().with_suffix(".json").read_text())
    return read
