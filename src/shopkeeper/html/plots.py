"""Plots: pictures that stand alone, as training runs keep them; SVG with its colours inside."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup

from shopkeeper.evaluation.lifetime_value import calibration_by_decile
from shopkeeper.html.charts import svg
from shopkeeper.html.charts.scale import Scale

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

WIDTH, NAME_WIDTH, VALUE_WIDTH = 720.0, 130.0, 80.0
BAR, PITCH, TOP = 12.0, 34.0, 48.0
EXPECTED, ACTUAL = "#2f6f8f", "#d08a2e"
CALIBRATED = ("expected", "what happened")


def rate_plot(rows: tuple[tuple[float, float], ...]) -> str:
    """Gives a picture of the foretold and the actual rate by bin of the forecast, lowest first.

    Args:
        rows: Foretold and actual rate of each bin, in 0–1.
    """
    titled = tuple((f"part {place + 1}", *row) for place, row in enumerate(rows))
    return _pairs("Share by part of the forecast, the lowest first", titled, ".3f")


def forecast_plot(expected: Array, actual: Array) -> str:
    """Gives a picture of the mean expected and the mean actual amount by decile of the forecast.

    Args:
        expected: Predicted means; shape (customers,).
        actual: What was spent; shape (customers,).
    """
    rows = calibration_by_decile(actual, expected)
    titled = tuple((f"tenth {decile}", one, other) for decile, _, one, other in rows)
    return _pairs("Mean amount by tenth of the forecast, the lowest first", titled, ",.0f")


def gain_plot(rows: tuple[tuple[float, float], ...]) -> str:
    """Gives a picture of how much a ranking finds among the first, against any order.

    Args:
        rows: Share of customers looked at and share found among them, both in 0–1, ascending.
    """
    titled = tuple((f"first {share:.0%}", share, found) for share, found in rows)
    keys = ("in any order", "by the forecast")
    return _pairs("Share found among the first by the forecast", titled, ".2f", keys)


def contest_plot(metric: str, rows: tuple[tuple[str, float, float], ...]) -> str:
    """Gives a picture of all who entered a contest: mean over the folds, and the last one alone.

    Args:
        metric: What was measured.
        rows: Name, mean and last fold of each, the best first.
    """
    return _pairs(f"Contest on {metric}", rows, ".4g", ("mean of all folds", "last fold"))


def _pairs(
    title: str,
    rows: tuple[tuple[str, float, float], ...],
    form: str,
    keys: tuple[str, str] = CALIBRATED,
) -> str:
    """Draws two bars for each row, such as what was expected and what happened."""
    most = max((max(one, other) for _, one, other in rows), default=1.0)
    scale = Scale(0, max(most, 1e-9), NAME_WIDTH, WIDTH - VALUE_WIDTH)
    marks = [_text(0, 16, title)]
    marks += [_key(0, EXPECTED, keys[0]), _key(150, ACTUAL, keys[1])]
    for place, (name, one, other) in enumerate(rows):
        top = TOP + place * PITCH
        marks.append(_text(0, top + BAR + 4, name))
        marks.append(_bar(scale, top, (one, format(one, form)), EXPECTED))
        marks.append(_bar(scale, top + BAR, (other, format(other, form)), ACTUAL))
    height = TOP + len(rows) * PITCH
    picture = svg.element(
        "svg",
        {
            "xmlns": "http://www.w3.org/2000/svg",
            # Without a size of its own an image has none on MLflow's pages.
            "width": WIDTH,
            "height": height,
            "viewBox": f"0 0 {svg.coordinate(WIDTH)} {svg.coordinate(height)}",
            "font-family": "sans-serif",
            "font-size": 12.0,
        },
        Markup("").join(marks),
    )
    return str(picture) + "\n"


def _bar(scale: Scale, top: float, told: tuple[float, str], colour: str) -> Markup:
    value, words = told
    end = scale.at(value)
    sides = {"x": scale.start, "y": top, "width": max(end - scale.start, 0.5), "height": BAR - 1}
    bar = svg.element("rect", {**sides, "fill": colour})
    return Markup("").join([bar, _text(end + 4, top + BAR - 2, words)])


def _key(left: float, colour: str, words: str) -> Markup:
    sides = {"x": left, "y": 26.0, "width": 10.0, "height": 10.0}
    return Markup("").join(
        [svg.element("rect", {**sides, "fill": colour}), _text(left + 15, 35, words)]
    )


def _text(x: float, y: float, words: str) -> Markup:
    return svg.element("text", {"x": x, "y": y, "fill": "#333"}, words)
