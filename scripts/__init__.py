"""The project's commands: `python -m scripts.NAME` from the root of the repository.

`scoring`, the package of the Lambda, lies in lambda/ as it lies in the zip; this makes it importable to them.
"""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
"""Root of the repository."""

if str(ROOT / "lambda") not in sys.path:
    sys.path.insert(0, str(ROOT / "lambda"))
