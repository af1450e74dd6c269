"""The features of sampled requests, as log lines of their own, for `python -m scripts.skew MODEL --log FILE`.

Nothing is written unless FEATURE_LOG_SAMPLE_RATE asks for it: features may be personal data, and whoever
reads the log group reads them.
"""

import json
from collections.abc import Callable
from random import random
from typing import Any

from .contract import Contract

MOST_CELLS = 5_000
"""Of one line: 25 bytes each at most, and CloudWatch Logs took 256 KiB an event before it took more."""


class FeatureLog:
    """Writes a share of the requests, drawn at random."""

    def __init__(
        self,
        rate: float,
        contract: Contract,
        write: Callable[[str], Any],
        draw: Callable[[], float] = random,
    ) -> None:
        self._rate, self._contract, self._write, self._draw = rate, contract, write, draw

    def offer(self, matrix: Any, request_id: str) -> None:
        """Write the (n_rows, n_features) matrix of a request if the draw wants it.

        A large one is thinned to rows at equal distances; a missing value is null.
        """
        if self._draw() >= self._rate:
            return
        step = -(-matrix.size // MOST_CELLS)
        rows = matrix[:: max(step, 1)].astype(object)
        rows[rows != rows] = None  # noqa: PLR0124 - NaN, of which JSON knows nothing
        line = {
            "level": "INFO",
            "message": "features",
            "request_id": request_id,
            "contract_version": self._contract.version,
            "contract_digest": self._contract.digest,
            "rows": len(matrix),
            "features": rows.tolist(),
        }
        self._write(json.dumps(line, separators=(",", ":"), allow_nan=False) + "\n")
