"""The operations a contract may name: importing this package registers all of them."""

from . import dates, steps
from .registry import FEATURES, STEPS, Operation

__all__ = ["FEATURES", "STEPS", "Operation", "dates", "steps"]
