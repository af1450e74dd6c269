"""The quantiles of the normal distribution, vectorised."""

from typing import Any, Final

import numpy as np

Block = np.ndarray[Any, Any]

# Rational approximations of Cephes' `ndtri` (S. L. Moshier, 1984-2000), highest power first; relative error
# below 1e-15. NEAR is for |p - 1/2| <= 1/2 - exp(-2), in (p - 1/2)²; TAIL for p from exp(-32), in 1/z with
# z = sqrt(-2 log p).
NEAR: Final = (
    (
        -59.9633501014107895267,
        98.0010754185999661536,
        -56.6762857469070293439,
        13.9312609387279679503,
        -1.23916583867381258016,
    ),
    (
        1.0,
        1.95448858338141759834,
        4.67627912898881538453,
        86.3602421390890590575,
        -225.462687854119370527,
        200.260212380060660359,
        -82.0372256168333339912,
        15.9056225126211695515,
        -1.18331621121330003142,
    ),
)
TAIL: Final = (
    (
        4.05544892305962419923,
        31.5251094599893866154,
        57.1628192246421288162,
        44.0805073893200834700,
        14.6849561928858024014,
        2.18663306850790267539,
        -1.40256079171354495875e-1,
        -3.50424626827848203418e-2,
        -8.57456785154685413611e-4,
    ),
    (
        1.0,
        15.7799883256466749731,
        45.3907635128879210584,
        41.3172038254672030440,
        15.0425385692907503408,
        2.50464946208309415979,
        -1.42182922854787788574e-1,
        -3.80806407691578277194e-2,
        -9.33259480895457427372e-4,
    ),
)
CENTRAL: Final = 0.13533528323661269189
"""exp(-2)"""
ROOT_2_PI: Final = 2.50662827463100050242


def normal_quantile(p: Block) -> Block:
    """z such that a standard normal number is below it with probability p.

    Any shape; p from exp(-32) to 1 - exp(-32); NaN stays NaN.
    """
    upper = p > 1 - CENTRAL
    tail = np.where(upper, 1 - p, p)
    centred = tail - 0.5
    square = centred * centred
    near = (centred + centred * (square * _ratio(NEAR, square))) * ROOT_2_PI
    root = np.sqrt(-2 * np.log(tail))
    inverse = 1 / root
    far = (root - np.log(root) / root) - inverse * _ratio(TAIL, inverse)
    made: Block = np.where(tail > CENTRAL, near, np.where(upper, far, -far))
    return np.where(np.isnan(p), p, made)


def _ratio(polynomials: tuple[tuple[float, ...], tuple[float, ...]], x: Block) -> Block:
    above, below = (_polynomial(coefficients, x) for coefficients in polynomials)
    return above / below


def _polynomial(coefficients: tuple[float, ...], x: Block) -> Block:
    made = np.full_like(x, coefficients[0])
    for coefficient in coefficients[1:]:
        made = made * x + coefficient
    return made
