"""A fitted estimator from a file or a module."""

from __future__ import annotations

import importlib
import sys
import warnings
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import joblib
import sklearn
from sklearn.exceptions import InconsistentVersionWarning, NotFittedError
from sklearn.utils.validation import check_is_fitted

from .refusals import ConversionError


@dataclass(frozen=True)
class Loaded:
    """An estimator, and what the contract says of where it comes from."""

    estimator: Any
    provenance: dict[str, Any]


def load_pipeline(source: str) -> Loaded:
    """Load FILE.joblib, FILE.pickle or module:attribute; raises ConversionError.

    A pickle is a program: this runs it.
    """
    path = Path(source)
    module, colon, attribute = source.rpartition(":")
    if path.is_file():
        estimator, origin = _from_file(path), {"source": path.name, "sha256": _digest(path)}
    elif colon:
        estimator, origin = _from_module(module, attribute), {"source": source}
    else:
        raise ConversionError(
            f"there is no file {source}", "save it with joblib.dump, or name module:attribute"
        )
    estimator = getattr(estimator, "best_estimator_", estimator)
    if not (hasattr(estimator, "transform") or hasattr(estimator, "predict")):
        raise ConversionError(f"{source} is a {type(estimator).__name__}, and no estimator of scikit-learn")
    _check_fitted(estimator, source)
    kind = type(estimator).__name__
    return Loaded(
        estimator, {"library": "scikit-learn", "version": sklearn.__version__, "estimator": kind} | origin
    )


def _from_file(path: Path) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("error", InconsistentVersionWarning)
        try:
            return joblib.load(path)
        except InconsistentVersionWarning as warning:
            raise ConversionError(
                f"{path.name} was saved by scikit-learn {warning.original_sklearn_version}, and this is "
                f"{warning.current_sklearn_version}",
                f"pip install scikit-learn=={warning.original_sklearn_version}, or fit and save it again",
            ) from None
        except Exception as error:  # what a pickle's program may raise has no end
            raise ConversionError(
                f"{path.name} can't be loaded: {type(error).__name__}: {error}",
                "save it with joblib.dump; what it refers to must be importable from here",
            ) from error


def _from_module(module: str, attribute: str) -> Any:
    sys.path[:0] = [str(Path.cwd())]
    try:
        made = getattr(importlib.import_module(module), attribute)
    except (ImportError, AttributeError) as error:
        raise ConversionError(f"{module}:{attribute} can't be imported: {error}") from error
    finally:
        del sys.path[0]
    return made if hasattr(made, "get_params") else made()


def _digest(path: Path) -> str:
    return sha256(path.read_bytes()).hexdigest()


def _check_fitted(estimator: Any, source: str) -> None:
    try:
        check_is_fitted(estimator)
    except (NotFittedError, TypeError):
        raise ConversionError(f"{source} isn't fitted", "call its fit before saving it") from None
