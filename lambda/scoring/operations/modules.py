"""Which module of this package holds which operation, so that a cold start imports those its contract names.

Modules cost 0.2 to 1 ms each. A test holds these tables complete.
"""

from typing import Final

FEATURE_MODULES: Final[dict[str, str]] = {
    "standardize": "scalers",
    "minmax": "scalers",
    "max_abs": "scalers",
    "robust_scale": "robust_scale",
    "normalize": "normalize",
    "quantile": "quantile",
    "power": "power",
    "log": "functions",
    "log1p": "functions",
    "sqrt": "functions",
    "square": "functions",
    "abs": "functions",
    "exp": "functions",
    "expm1": "functions",
    "clip": "functions",
    "impute": "impute",
    "missing": "impute",
    "bucketize": "bucketize",
    "polynomial": "polynomial",
    "spline": "spline",
    "project": "project",
    "select": "select",
    "datetime_parts": "dates",
    "one_hot": "one_hot",
    "ordinal": "ordinal",
    "target_encode": "target_encode",
    "hash": "hashing",
    "count_vector": "words",
    "tf_idf": "words",
    "hash_words": "hashing",
    "cyclical": "cycles",
    "elapsed_since": "cycles",
    "local_time": "cycles",
    "ratio": "arithmetic",
    "difference": "arithmetic",
    "product": "arithmetic",
    "sum": "arithmetic",
    "equals": "conditions",
    "between": "conditions",
    "when": "conditions",
}
"""Operations for `features`, in the order in which docs/contract.md explains them."""

STEP_MODULES: Final[dict[str, str]] = {
    "expm1": "steps",
    "exp": "steps",
    "square": "steps",
    "sigmoid": "steps",
    "scale": "steps",
    "clip": "steps",
    "round": "steps",
    "inverse_standardize": "inverses",
    "inverse_minmax": "inverses",
    "inverse_max_abs": "inverses",
    "inverse_robust_scale": "inverses",
    "inverse_power": "inverse_power",
    "inverse_quantile": "inverses",
    "softmax": "classes",
    "argmax": "classes",
    "threshold": "classes",
    "label_map": "classes",
    "top_k": "classes",
}
"""Operations for the `steps` of `outputs`."""
