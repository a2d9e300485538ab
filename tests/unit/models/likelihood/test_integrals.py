"""Integrals against 60-digit arithmetic of the hypergeometric forms that the papers give."""

import numpy as np
import pytest

from shopkeeper.models.likelihood.integrals import expected_before_dropping_out, power_integral

# s, w, a, b and (a+b-1)/(a-1) [1 - 2F1(s, a-1; a+b-1; -w)]; at a = 1 its limit.
EXPECTED = [
    (0.243, 8.8, 0.793, 2.426, 1.193480350349),
    (28.2, 1.2, 0.793, 28.4, 24.1503605976),
    (1000.25, 0.4, 0.793, 1002.4, 348.6354898849),
    (1000.25, 40, 0.793, 1002.4, 5597.442567582),
    (0.25, 1e6, 0.8, 2.4, 73.18528489105),
    (5, 3, 1, 4, 6.29517744448),
    (5, 3, 2, 4, 3.75),
    (0.5, 0.001, 0.05, 0.1, 0.0004998750950294),
    (3, 10, 0.01, 0.05, 24.43699953098),
    (400, 100, 1e-3, 401, 39853.83264407),
    (12, 0.5, 30, 0.2, 0.9989028332395),
]
# A, m, B, n, from, to and the logarithm of ∫ (A+u)^-m (B+u)^-n du.
POWERS = [
    (10.58, 0.55, 11.67, 1.61, 0, 38.86, -3.1667628051142),
    (10.58, 26.55, 11.67, 1.61, 30.86, 31, -106.92976748985),
    (0.01, 1000.5, 50, 1.6, 5, 100, -1623.9493313299),
    (50, 400.5, 0.01, 1.6, 1, 40, -1576.9396779593),
    (50, 0.5, 0.01, 1.6, 0, 40, 1.3075965979756),
    (1e-4, 0.3, 1e3, 8, 0, 500, -51.571879296912),
    (8, 500, 1000, 1.01, 0, 300, -1050.8307844503),
]


@pytest.mark.parametrize(("s", "w", "a", "b", "expected"), EXPECTED)
def test_expected_purchases_are_the_hypergeometric_form(s, w, a, b, expected):
    found = expected_before_dropping_out(
        np.array([float(s)]), np.array([float(w)]), a, np.array([float(b)])
    )
    assert found[0] == pytest.approx(expected, rel=1e-10)


@pytest.mark.parametrize(("a", "m", "b", "n", "start", "end", "expected"), POWERS)
def test_integrals_of_powers_are_right_to_rounding(a, m, b, n, start, end, expected):
    a, m, b, n, start, end = (np.array([float(value)]) for value in (a, m, b, n, start, end))
    found = power_integral((a, m), (b, n), start, end).logarithm[0]
    assert found == pytest.approx(expected, rel=1e-11)


def test_an_empty_range_has_an_integral_of_nothing():
    one = np.ones(1)
    assert power_integral((one, one), (one, one), one, one).logarithm[0] == -np.inf
