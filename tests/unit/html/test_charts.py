"""Charts: what is drawn is proportional to what is told."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from datetime import date
from decimal import Decimal
from itertools import pairwise

import pytest
from unit.html.reading import boxes, drawing

from shopkeeper.html.charts import svg
from shopkeeper.html.charts.canvas import NARROW, WIDE, Canvas
from shopkeeper.html.charts.flow import RIBBONS_HEIGHT, Flow, Ribbon, draw_flow
from shopkeeper.html.charts.grouped_bars import (
    Bar,
    GroupedBars,
    GroupedRow,
    draw_grouped_bars,
)
from shopkeeper.html.charts.heat_map import HeatCell, HeatMap, draw_heat_map, level
from shopkeeper.html.charts.months import MonthFrame, month_axis
from shopkeeper.html.charts.paired_bars import PairedBar, PairedBars, draw_paired_bars
from shopkeeper.html.charts.ranked_bars import RankedBar, draw_ranked_bars
from shopkeeper.html.charts.revenue_months import RevenueMonth, RevenueMonths, draw_revenue_months
from shopkeeper.html.charts.scale import Scale, axis, ticks
from shopkeeper.html.charts.sparkline import sparkline
from shopkeeper.html.charts.stacked_months import StackedMonth, StackedMonths, draw_stacked_months
from shopkeeper.html.charts.waterfall import draw_waterfall
from shopkeeper.html.sections.reconciliation import steps

SHEETS = [Canvas("wide", WIDE, is_narrow=False), Canvas("narrow", NARROW, is_narrow=True)]
sheets = pytest.mark.parametrize("sheet", SHEETS, ids=["wide", "narrow"])


def _months(*values: tuple[float, float, float]) -> RevenueMonths:
    rows = tuple(
        RevenueMonth(date(2024 + i // 12, i % 12 + 1, 1), gross, refund, net, 3.0, i > 0, ("tip",))
        for i, (gross, refund, net) in enumerate(values)
    )
    return RevenueMonths(rows, "GBP", 0)


@pytest.mark.parametrize(
    ("low", "high"),
    [(0, 1), (0, 930), (0, 1e10), (-250, 1000), (-7, -3), (0, 0), (0, 0.004), (-1e7, 1)],
)
def test_ticks_are_round_even_and_hold_all_values(low: float, high: float) -> None:
    named = ticks(low, high)
    gaps = {round((b - a) / (named[1] - named[0]), 6) for a, b in pairwise(named)}
    assert gaps == {1.0}
    assert 0.0 in named
    assert named[0] <= low
    assert named[-1] >= high
    assert 2 <= len(named) <= 8
    assert f"{named[1] - named[0]:e}"[:3] in {"1.0", "2.0", "2.5", "5.0"}


@pytest.mark.parametrize("high", [1, 2, 3, 7, 11, 1660])
def test_counts_have_whole_ticks(high: float) -> None:
    assert all(tick == int(tick) for tick in ticks(0, high, 4, is_whole=True))


def test_an_axis_leaves_no_empty_half_step() -> None:
    ends, named = axis(-174_126, 1_457_742)
    assert ends == (-174_126, 1_500_000)
    assert named == (0, 500_000, 1_000_000, 1_500_000)


@sheets
def test_month_bars_are_proportional_to_money(sheet: Canvas) -> None:
    root = drawing(draw_revenue_months(_months((100, 0, 80), (50, 10, 40)), sheet).marks)
    gross, net, refunds = (boxes(root, css) for css in ("gross", "net", "refunds"))
    unit = gross[0]["height"] / 100
    assert [box["height"] for box in gross + net] == pytest.approx(
        [100 * unit, 50 * unit, 80 * unit, 40 * unit], abs=0.02
    )
    assert refunds[0]["height"] == pytest.approx(10 * unit, abs=0.02)


@sheets
def test_refunds_and_losses_hang_below_zero(sheet: Canvas) -> None:
    root = drawing(draw_revenue_months(_months((10, 60, -50), (40, 0, 40)), sheet).marks)
    zero = float(next(e for e in root.iter("line") if e.get("class") == "zero").get("y1", "0"))
    loss, profit = boxes(root, "net")
    assert loss["y"] == pytest.approx(zero, abs=0.02)
    assert profit["y"] + profit["height"] == pytest.approx(zero, abs=0.02)
    assert all(box["y"] >= zero - 0.02 for box in boxes(root, "refunds"))


@sheets
def test_only_unfinished_months_are_veiled(sheet: Canvas) -> None:
    root = drawing(draw_revenue_months(_months((10, 0, 10), (40, 0, 40)), sheet).marks)
    (veil,), net = boxes(root, "veil"), boxes(root, "net")
    assert veil == net[0]


@sheets
def test_every_month_has_one_reading_as_wide_as_its_band(sheet: Canvas) -> None:
    root = drawing(draw_revenue_months(_months(*[(10, 0, 10)] * 24), sheet).marks)
    hits = boxes(root, "hit")
    assert len(hits) == 24
    ends = [box["x"] + box["width"] for box in hits[:-1]]
    assert ends == pytest.approx([box["x"] for box in hits[1:]], abs=0.03)


def test_a_month_without_sales_leaves_its_place_empty() -> None:
    frame = MonthFrame(SHEETS[0], (date(2024, 1, 1), date(2024, 4, 1)), 50.0)
    assert frame.band == pytest.approx((WIDE - 60) / 4)
    assert frame.center(date(2024, 4, 1)) - frame.center(date(2024, 1, 1)) == pytest.approx(
        3 * frame.band
    )


@sheets
@pytest.mark.parametrize("count", [1, 2, 13, 25, 60, 120, 400])
def test_names_of_months_never_run_into_each_other(sheet: Canvas, count: int) -> None:
    months = tuple(date(1990 + i // 12, i % 12 + 1, 1) for i in range(count))
    root = drawing(month_axis(MonthFrame(sheet, months, 60.0), 0.0))
    rows: dict[str, list[float]] = {}
    for text in root.iter("text"):
        rows.setdefault(text.get("y", ""), []).append(float(text.get("x", "nan")))
    assert rows
    for places in rows.values():
        assert all(b - a >= 29.9 for a, b in pairwise(places))


@sheets
def test_stacked_heights_add_up_to_the_whole(sheet: Canvas) -> None:
    rows = tuple(
        StackedMonth(date(2024, month, 1), (30.0 * month, 10.0), True, ("tip",))
        for month in (1, 2, 3)
    )
    root = drawing(draw_stacked_months(StackedMonths(rows, ("returning", "new")), sheet).marks)
    returning, new = boxes(root, "returning"), boxes(root, "new")
    unit = new[0]["height"] / 10
    for month, (low, high) in enumerate(zip(returning, new, strict=True), start=1):
        assert low["height"] + high["height"] == pytest.approx((30 * month + 10) * unit, abs=0.1)
        assert high["y"] + high["height"] == pytest.approx(low["y"], abs=0.02)


@sheets
def test_paired_bars_share_one_scale(sheet: Canvas) -> None:
    rows = (PairedBar("A", 0.1, 0.6, ("tip",)), PairedBar("B", 0.9, 0.4, ("tip",)))
    root = drawing(draw_paired_bars(PairedBars(rows, ("customers", "amount")), sheet).marks)
    customers, amount = boxes(root, "customers"), boxes(root, "amount")
    unit = customers[1]["width"] / 0.9
    assert [box["width"] for box in (customers[0], *amount)] == pytest.approx(
        [0.1 * unit, 0.6 * unit, 0.4 * unit], abs=0.02
    )


@sheets
def test_ranked_bars_begin_at_zero_and_may_go_either_way(sheet: Canvas) -> None:
    rows = tuple(
        RankedBar(str(value), value, str(value), ("tip",)) for value in (50.0, 25.0, -10.0)
    )
    bars = boxes(drawing(draw_ranked_bars(rows, sheet).marks), "bar")
    assert bars[0]["width"] == pytest.approx(2 * bars[1]["width"], abs=0.02)
    assert bars[2]["x"] + bars[2]["width"] == pytest.approx(bars[0]["x"], abs=0.02)
    assert all(b["x"] >= 0 and b["x"] + b["width"] <= sheet.width for b in bars)


@sheets
def test_waterfall_goes_from_raw_to_kept_without_a_gap(sheet: Canvas) -> None:
    apart: list[tuple[str, Decimal | None]] = [("copy", Decimal(30)), ("debt", Decimal(-10))]
    drawn = steps((Decimal(100), Decimal(20), Decimal(80)), apart, str)
    assert [(step.start, step.end) for step in drawn] == [(0, 100), (100, 70), (70, 80), (0, 80)]
    root = drawing(draw_waterfall(drawn, sheet).marks)
    (total,), parts, (kept,) = (boxes(root, css) for css in ("total", "part", "kept"))
    assert parts[0]["width"] / total["width"] == pytest.approx(0.3, abs=0.001)
    assert parts[0]["x"] + parts[0]["width"] == pytest.approx(total["x"] + total["width"], abs=0.03)
    assert parts[0]["x"] == pytest.approx(parts[1]["x"], abs=0.03)
    assert kept["width"] / total["width"] == pytest.approx(0.8, abs=0.001)


def test_waterfall_says_what_is_missing() -> None:
    drawn = steps((Decimal(100), Decimal(20), Decimal(70)), [("copy", Decimal(20))], str)
    assert [step.name for step in drawn] == [
        "Raw, as delivered",
        "Copy",
        "Not accounted for",
        "Kept",
    ]
    assert (drawn[2].start, drawn[2].end) == (80, 70)


def test_waterfall_shows_one_step_where_reasons_do_not_add_up() -> None:
    drawn = steps((Decimal(100), Decimal(20), Decimal(80)), [("copy", Decimal(5))], str)
    assert [step.name for step in drawn] == ["Raw, as delivered", "Put aside", "Kept"]


def test_waterfall_does_not_pass_an_unknown_amount_off_as_zero() -> None:
    drawn = steps((Decimal(100), Decimal(0), Decimal(100)), [("date", None)], str)
    assert drawn[1].shown == "amount not known"


@pytest.mark.parametrize(
    ("weight", "step"), [(0, 0), (1, 1), (3.9, 1), (4.1, 2), (16.1, 3), (64.1, 5), (100, 5)]
)
def test_heat_rises_with_the_square_root(weight: float, step: int) -> None:
    assert level(weight, 100) == step


@sheets
def test_heat_map_puts_the_best_scores_in_the_upper_right(sheet: Canvas) -> None:
    cells = tuple(
        HeatCell(column, row, 1.0, f"{column}{row}", "", ("tip",))
        for column in range(1, 6)
        for row in range(1, 6)
    )
    root = drawing(draw_heat_map(HeatMap(cells, "x", "y"), sheet).marks)
    places = {
        text.text: (float(text.get("x", "nan")), float(text.get("y", "nan")))
        for text in root.iter("text")
        if text.get("class") == "strong"
    }
    assert places["55"] == (max(x for x, _ in places.values()), min(y for _, y in places.values()))


def _flow() -> ET.Element:
    ribbons = (
        Ribbon("a", "a", 96.0, "stayed", ("tip",)),
        Ribbon("a", "b", 1.0, "later", ("tip",)),
        Ribbon("new", "b", 3.0, "arrived", ("tip",)),
    )
    chart = Flow(ribbons, ("a", "b", "new"), ("a", "b"), ("before", "after"))
    return drawing(draw_flow(chart, SHEETS[0]).marks)


def test_flow_keeps_every_customer_on_both_sides() -> None:
    groups = [group for group in _flow().iter("g") if group.get("class") == "node"]
    heights = [float(rect.get("height", "nan")) for group in groups for rect in group.iter("rect")]
    unit = RIBBONS_HEIGHT / 100
    assert heights == pytest.approx([97 * unit, 3 * unit, 96 * unit, 4 * unit], abs=0.02)


def test_ribbons_lie_side_by_side_where_they_arrive() -> None:
    shapes = [p.get("d", "") for p in _flow().iter("path") if p.get("class") == "ribbon"]
    # An outline runs along the upper curve to its end, then down its thickness.
    ends = [[float(n) for n in re.findall(r"[\d.]+", shape)][7:10:2] for shape in shapes]
    to_a, first_to_b, second_to_b = ends
    assert to_a[1] - to_a[0] == pytest.approx(96 * RIBBONS_HEIGHT / 100, abs=0.02)
    assert first_to_b[1] == pytest.approx(second_to_b[0], abs=0.02)
    assert second_to_b[1] - second_to_b[0] == pytest.approx(3 * RIBBONS_HEIGHT / 100, abs=0.02)


def test_a_line_of_one_point_is_no_line() -> None:
    assert sparkline((1.0,), "words") == ""


def test_sparkline_rises_where_the_values_rise() -> None:
    (line,) = [
        path.get("d", "")
        for path in drawing(sparkline((1.0, 2.0, 4.0), "words")).iter("path")
        if path.get("class") == "spark-line"
    ]
    heights = [float(point.split(" ")[1]) for point in line[1:].split("L")]
    assert heights[0] - heights[1] == pytest.approx((heights[1] - heights[2]) / 2, abs=0.02)


def test_a_scale_of_one_value_has_one_place() -> None:
    assert Scale(3, 3, 10, 90).at(7) == 10


@pytest.mark.parametrize(
    ("value", "written"),
    [(1.0, "1"), (-0.001, "0"), (2.5, "2.5"), (1e6, "1000000"), (1 / 3, "0.33")],
)
def test_coordinates_are_short(value: float, written: str) -> None:
    assert svg.coordinate(value) == written


def test_drawn_text_and_attributes_are_escaped() -> None:
    drawn = svg.label(1, 2, '<b>"', 'x" onload="y', "end")
    assert drawn == (
        '<text class="x&#34; onload=&#34;y" x="1" y="2" text-anchor="end">&lt;b&gt;&#34;</text>'
    )


@sheets
def test_grouped_bars_share_one_scale(sheet: Canvas) -> None:
    rows = tuple(
        GroupedRow(name, tuple(Bar(value, f"{value:g}") for value in pair), (name,))
        for name, pair in (("one", (100.0, 50.0)), ("two", (25.0, 0.0)))
    )
    root = drawing(draw_grouped_bars(GroupedBars(rows, ("expected", "actual")), sheet).marks)
    expected, actual = boxes(root, "expected"), boxes(root, "actual")
    unit = expected[0]["width"] / 100
    widths = [box["width"] for box in (*expected, *actual)]
    assert widths == pytest.approx([100 * unit, 25 * unit, 50 * unit, 0], abs=0.02)
    # No bar lies on another.
    tops = sorted(box["y"] for box in (*expected, *actual))
    assert all(b - a >= expected[0]["height"] for a, b in pairwise(tops))


@sheets
def test_grouped_bars_that_are_all_zero_are_drawn(sheet: Canvas) -> None:
    rows = (GroupedRow("one", (Bar(0.0, "0"), Bar(-3.0, "-3")), ("one",)),)
    root = drawing(draw_grouped_bars(GroupedBars(rows, ("expected", "actual")), sheet).marks)
    assert [box["width"] for box in (*boxes(root, "expected"), *boxes(root, "actual"))] == [0, 0]
