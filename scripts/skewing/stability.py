"""The population stability index, and how much of it chance alone explains."""

from __future__ import annotations

from collections.abc import Sequence
from math import log, sqrt
from statistics import NormalDist

PSEUDO_COUNT = 0.5
"""Added to every bin of both sides, so that an empty bin has a finite logarithm."""
CONFIDENCE = 0.95


def index(expected: Sequence[float], found: Sequence[float]) -> float:
    """PSI = Σ (f - e) · ln(f / e), over the shares of the rows in each bin: e in training, f now.

    A share is (count + ½) / (rows + ½ · bins): the half (Jeffreys' prior of a multinomial) keeps empty bins
    finite and matters only in small samples. Both sequences hold counts, in the same bins.

    Source: E. M. Lewis, An Introduction to Credit Scoring (1992), from where the rule of thumb comes too:
    from 0.1 on look at it, from 0.25 on act. It is Jeffreys' symmetric Kullback-Leibler divergence.
    """
    before, after = _shares(expected), _shares(found)
    return sum((f - e) * log(f / e) for e, f in zip(before, after, strict=True))


def noise(bins: int, expected_rows: float, found_rows: float) -> float:
    """The index that two samples of one population stay below 95 times in a hundred.

    (1/m + 1/n) · χ²₀.₉₅(bins - 1), of samples of m and n rows: B. Yurdakul, Statistical Properties of
    Population Stability Index, Western Michigan University (2018). The quantile is Wilson and Hilferty's
    approximation, 2.5 % too low at one degree of freedom and within 1 % from two on.
    """
    degrees = bins - 1
    if degrees < 1 or not expected_rows or not found_rows:
        return 0.0
    spread = 2 / (9 * degrees)
    quantile = degrees * (1 - spread + NormalDist().inv_cdf(CONFIDENCE) * sqrt(spread)) ** 3
    return (1 / expected_rows + 1 / found_rows) * quantile


def _shares(counts: Sequence[float]) -> list[float]:
    whole = sum(counts) + PSEUDO_COUNT * len(counts)
    return [(count + PSEUDO_COUNT) / whole for count in counts]
