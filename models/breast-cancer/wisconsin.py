"""The training data: 569 tumours of the Wisconsin Diagnostic Breast Cancer set, as scikit-learn ships it.

Source: W. Street, W. Wolberg, O. Mangasarian: Nuclear feature extraction for breast tumor diagnosis (1993);
archive.ics.uci.edu, dataset 17. In scikit-learn's copy 0 is malignant and 1 benign; AWS's notebook, and so
Linear Learner's predicted_label there, has it the other way round. Here 1 is malignant.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True)
class Tumours:
    """`inputs`: columns by input name; `malignant`: 1.0 or 0.0; all (n_rows,) float64."""

    inputs: dict[str, npt.NDArray[np.float64]]
    malignant: npt.NDArray[np.float64]


def load_tumours() -> Tumours:
    """Read the set; raises ImportError without scikit-learn."""
    from sklearn.datasets import load_breast_cancer  # noqa: PLC0415 - train.py says what to do without it

    data: Any = load_breast_cancer()
    names = [str(name).replace(" ", "_") for name in data.feature_names]
    columns = dict(zip(names, data.data.T, strict=True))
    return Tumours(columns, 1.0 - data.target)
