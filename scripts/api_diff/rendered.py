"""A model's OpenAPI document as a commit renders it: that commit's contract, by that commit's code."""

import io
import json
import os
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import Any

from scoring import Contract
from scripts import ROOT
from scripts.openapi_document import render_document

NEEDED = ("lambda", "scripts", "models")


class RefError(Exception):
    """A git ref can't be read, or renders no document; the text says what to do."""


def document_now(contract: Path) -> Any:
    """Render the contract as it lies in the checkout; raises ContractError."""
    return render_document(Contract.load(contract))


def document_at(ref: str, model: str) -> Any | None:
    """Render the document of a commit; None when that commit has no such model."""
    commit = _git("rev-parse", "--verify", "--quiet", f"{ref}^{{commit}}").decode().strip()
    if not commit:
        raise RefError(
            f"git knows no {ref!r} here.\n"
            f"  repair   git fetch origin, or name another: make api-diff BASE=HEAD~1 (in CI: fetch-depth: 0)"
        )
    contract = f"models/{model}/contract.json"
    if not _git("ls-tree", "--name-only", commit, contract):
        return None
    with tempfile.TemporaryDirectory() as place:
        archive = _git("archive", "--format=tar", commit, *NEEDED)
        with tarfile.open(fileobj=io.BytesIO(archive)) as opened:
            opened.extractall(place, filter="data")
        output = Path(place) / "openapi.json"
        _render(Path(place), model, output, ref)
        return json.loads(output.read_text(encoding="utf-8"))


def _render(place: Path, model: str, output: Path, ref: str) -> None:
    environment = {**os.environ, "PYTHONPATH": f"{place / 'lambda'}:{place}", "PYTHONDONTWRITEBYTECODE": "1"}
    ended = subprocess.run(
        [sys.executable, "-m", "scripts.openapi", model, "--output", str(output)],
        cwd=place,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if ended.returncode != 0:
        raise RefError(
            f"{model} at {ref} renders no document:\n{ended.stderr.strip()}\n"
            f"  repair   give two documents instead: python -m scripts.api_diff OLD.json NEW.json"
        )


def _git(*arguments: str) -> bytes:
    return subprocess.run(["git", "-C", str(ROOT), *arguments], capture_output=True, check=False).stdout
