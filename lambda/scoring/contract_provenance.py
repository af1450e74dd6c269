"""Provenance of a contract: what its features were converted from.

`scripts/from_sklearn` writes it; the function itself only checks that it is well-formed.
"""

from typing import Final

from .declarations import Field, Record
from .kinds import Text

PROVENANCE: Final = Record(
    doc="What the features were converted from; `python -m scripts.from_sklearn` writes it.",
    fields=(
        Field("library", Text(), "The library.", required=True, example="scikit-learn"),
        Field("version", Text(), "Its version.", required=True, example="1.8.0"),
        Field("estimator", Text(), "The class that was converted.", example="Pipeline"),
        Field("source", Text(), "The file's name, or module:attribute.", example="pipeline.joblib"),
        Field("sha256", Text("64 hexadecimal digits", "[0-9a-f]{64}"), "The file's SHA-256."),
    ),
)
