"""Where a model's contract lies, and where what is built of it goes: here in models/, or anywhere else."""

import json
from pathlib import Path

from scripts import ROOT

MODELS = ROOT / "models"


def contract_path(model: str) -> Path:
    """The contract file of a model's name, or of a path to it or to its directory."""
    named = MODELS / model / "contract.json"
    path = Path(model)
    if path.suffix == ".json" or not named.is_file():
        return path / "contract.json" if path.is_dir() else path
    return named


def build_directory(contract: Path) -> Path:
    """build/<model> of this repository for its models; for another contract, build/<its name> beside it."""
    folder = contract.resolve().parent
    if folder.parent == MODELS:
        return ROOT / "build" / folder.name
    return folder / "build" / _name(contract)


def known_models() -> str:
    """The models of this repository, for messages."""
    return ", ".join(sorted(path.parent.name for path in MODELS.glob("*/contract.json"))) or "none yet"


def _name(contract: Path) -> str:
    """The contract's name; its directory's for one that can't be read, which whoever loads it will say."""
    try:
        return str(json.loads(contract.read_text(encoding="utf-8"))["name"])
    except (OSError, ValueError, KeyError, TypeError):
        return contract.resolve().parent.name
