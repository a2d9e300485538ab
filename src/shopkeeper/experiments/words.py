"""Words: values and differences of a metric as people read them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shopkeeper.experiments.experiment import Kind

if TYPE_CHECKING:
    from shopkeeper.experiments.difference import Difference
    from shopkeeper.experiments.experiment import Metric

MINUS = "−"


def value_words(metric: Metric, value: float | None) -> str:
    """Gives a value of a metric: a share as percent, others in four digits at least."""
    if value is None:
        return "–"
    if metric.kind is Kind.PROPORTION:
        return _minus(f"{value * 100:.2f} %")
    return _minus(f"{value:,.2f}" if abs(value) >= 100 else f"{value:,.4f}")


def change_words(metric: Metric, value: float) -> str:
    """Gives a difference of a metric with its sign; of a share in percentage points."""
    if metric.kind is Kind.PROPORTION:
        return _minus(f"{value * 100:+.2f} points")
    return _minus(f"{value:+,.2f}" if abs(value) >= 100 else f"{value:+,.4f}")


def lift_words(value: float) -> str:
    """Gives a relative difference with its sign.

    Examples:
        >>> lift_words(0.0512)
        '+5.1 %'
    """
    return _minus(f"{value * 100:+,.1f} %")


def range_words(metric: Metric, found: Difference) -> str:
    """Gives the two ends of an interval."""
    low = change_words(metric, found.low).removesuffix(" points")
    return f"{low} to {change_words(metric, found.high)}"


def p_words(p_value: float | None) -> str:
    """Gives a p-value in three digits, tiny ones as a power of ten.

    Examples:
        >>> p_words(0.0123)
        '.012'
    """
    if p_value is None:
        return "–"
    if p_value >= 0.9995:
        return "1"
    return f"{p_value:.3f}".removeprefix("0") if p_value >= 0.001 else f"{p_value:.1e}"


def listed(names: tuple[str, ...] | list[str]) -> str:
    """Gives names in quotes, the last with `and`."""
    quoted = [f"`{name}`" for name in names]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} and {quoted[-1]}"


def _minus(text: str) -> str:
    return text.replace("-", MINUS)
