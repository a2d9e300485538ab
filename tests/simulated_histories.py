"""Purchase histories simulated with known parameters, by seed, for tests of models."""

from __future__ import annotations

import numpy as np
import pandas as pd

WEEKS = 52.0


def beta_geometric(
    parameters: tuple[float, float, float, float],
    count: int,
    seed: int,
    *,
    may_leave_at_once: bool = False,
    ahead: float = 0.0,
) -> pd.DataFrame:
    """Gives customers of a BG/NBD (or MBG/NBD) shop, with what they buy within `ahead`."""
    generator = np.random.default_rng(seed)
    r, alpha, a, b = parameters
    rates, chances = generator.gamma(r, 1 / alpha, count), generator.beta(a, b, count)
    ages = generator.uniform(WEEKS / 2, WEEKS, count)
    found = []
    for rate, chance, age in zip(rates, chances, ages, strict=True):
        times, now = [], 0.0
        is_here = not (may_leave_at_once and generator.random() < chance)
        while is_here:
            now += generator.exponential(1 / max(rate, 1e-12))
            if now > age + ahead:
                break
            times.append(now)
            is_here = generator.random() >= chance
        found.append(_history(np.array(times), age))
    return pd.DataFrame(found)


def pareto(
    parameters: tuple[float, float, float, float], count: int, seed: int, *, ahead: float = 0.0
) -> pd.DataFrame:
    """Gives customers of a Pareto/NBD shop, with what they buy within `ahead`."""
    generator = np.random.default_rng(seed)
    r, alpha, s, beta = parameters
    rates, leaving = generator.gamma(r, 1 / alpha, count), generator.gamma(s, 1 / beta, count)
    ages = generator.uniform(WEEKS / 2, WEEKS, count)
    found = []
    for rate, mu, age in zip(rates, leaving, ages, strict=True):
        end = min(generator.exponential(1 / max(mu, 1e-12)), age + ahead)
        times = np.sort(generator.uniform(0, end, generator.poisson(rate * end)))
        found.append(_history(times, age))
    return pd.DataFrame(found)


def values(
    parameters: tuple[float, float, float], frequency: np.ndarray, seed: int
) -> pd.DataFrame:
    """Gives mean values of purchases of a Gamma-Gamma shop."""
    generator = np.random.default_rng(seed)
    p, q, gamma = parameters
    rates = generator.gamma(q, 1 / gamma, len(frequency))
    means = generator.gamma(p * np.maximum(frequency, 1), 1 / (np.maximum(frequency, 1) * rates))
    return pd.DataFrame({"frequency": frequency, "mean_value": np.where(frequency > 0, means, 0)})


def _history(times: np.ndarray, age: float) -> dict[str, float]:
    seen = times[times <= age]
    last = seen[-1] if len(seen) else 0.0
    later = float(len(times) - len(seen))
    return {"frequency": float(len(seen)), "recency": last, "T": age, "later": later}
