"""The operations a contract may name; the module of one is imported when it is first asked for."""

from .registry import FEATURES, STEPS, FitError, Operation, RefusalError, StepError, Value

__all__ = ["FEATURES", "STEPS", "FitError", "Operation", "RefusalError", "StepError", "Value"]
