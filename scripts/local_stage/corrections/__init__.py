"""What moto lacks of what Terraform's AWS provider and our stack ask of AWS. See `correction.py`."""

import importlib
import pkgutil

from scripts.local_stage.corrections.correction import CORRECTIONS, Correction, Seams, correction

__all__ = ["CORRECTIONS", "Correction", "Seams", "apply_corrections", "correction", "load_corrections"]

_applied: set[str] = set()


def apply_corrections(seams: Seams | None = None) -> None:
    """Correct the moto of this process, once; the seams of the first call stay."""
    load_corrections()
    for name, found in CORRECTIONS.items():
        if name not in _applied:
            found.apply(seams or Seams())
            _applied.add(name)


def load_corrections() -> None:
    """Fill CORRECTIONS without applying any."""
    for module in pkgutil.iter_modules(__path__):
        importlib.import_module(f"{__name__}.{module.name}")
