"""Groups of customers in the report: drawn with their numbers, or refused with the reasons."""

from __future__ import annotations

import dataclasses
import json
import re

import pytest
from unit.html.reading import Document
from unit.html.shop_answers import real_shop
from unit.html.shop_groups import findings, groups, refused

from shopkeeper.html.charts.canvas import NARROW, WIDE, Canvas
from shopkeeper.html.charts.histograms import HistogramBar, HistogramPanel, draw_histograms
from shopkeeper.html.charts.radar import RADIUS, Radar, Radars, draw_radars
from shopkeeper.html.charts.silhouette import SilhouetteBlade, Silhouettes, draw_silhouettes
from shopkeeper.html.page import render_report
from shopkeeper.reports.report import as_plain
from shopkeeper.tasks.customer_segmentation.findings import Findings

SECTIONS = ("groups", "group-profiles", "group-evidence")
FIGURES = (
    *("group-shares", "group-moves", "group-radar", "group-histograms", "group-correlations"),
    *("group-silhouettes", "group-plane"),
)
DESK, PHONE = Canvas("t", WIDE, False), Canvas("t", NARROW, True)


def page(found) -> str:
    return render_report(dataclasses.replace(real_shop(), customer_segments=found))


@pytest.fixture(scope="module")
def document() -> Document:
    return Document(page(groups()))


@pytest.mark.parametrize("name", FIGURES)
def test_every_figure_has_a_finding_and_its_numbers(document, name):
    figure = document.with_id(name)
    assert len(figure.text) > 40
    assert "Numbers as a table" in figure.text


def test_every_group_is_named_with_what_to_try(document):
    said = document.with_id("groups").text
    for segment in findings().segments:
        assert segment.segment in said
        assert segment.meaning in said
        assert segment.advice in said
    assert "3\N{NO-BREAK SPACE}customers lie far from every group" in said


def test_the_moves_are_counted(document):
    said = document.with_id("group-moves").text
    assert "17\N{NO-BREAK SPACE}customers changed their group, 20 are new" in said


def test_the_evidence_says_what_was_tried_and_how_it_held(document):
    said = document.with_id("group-evidence").text
    assert "Chosen" in said
    assert "11 Sep 2011".replace(" ", "\N{NO-BREAK SPACE}") in said
    assert "A tenth of the money is of guests." in said


def test_without_groups_the_page_says_why_and_what_was_tried():
    shown = Document(page(refused("They are no clearer than chance shows.")))
    assert "They are no clearer than chance shows." in shown.with_id("groups").text
    assert "How many groups" in shown.with_id("group-evidence").text
    assert 'id="group-profiles"' not in page(refused("No."))


def test_where_none_were_looked_for_nothing_is_said():
    shown = page(None)
    assert not any(f'id="{name}"' in shown for name in SECTIONS)


def test_two_features_give_no_radar_but_all_else():
    """Of one-time buyers two features are left: a radar needs three."""
    shown = page(groups(are_repeaters=False))
    assert 'id="group-radar"' not in shown
    assert 'id="group-histograms"' in shown
    assert 'id="group-plane"' in shown


def test_findings_come_back_from_json():
    for found in (findings(), refused("No.").findings):
        plain = json.loads(json.dumps(found.to_plain()))
        assert Findings.from_plain(plain) == found
    assert as_plain(groups())["segments"][0]["purchase_amount"] == "1000"


def points(path: str) -> list[tuple[float, float]]:
    return [(float(x), float(y)) for x, y in re.findall(r"[ML](-?[\d.]+) (-?[\d.]+)", path)]


def test_a_radar_reaches_to_the_ring_of_its_values():
    chart = Radars((Radar("a", (1.0, 0.0, -1.0, 5.0), ("a",)),), ("w", "x", "y", "z"))
    marks = str(draw_radars(chart, DESK).marks)
    (top, right, bottom, left) = points(re.search(r'class="shape" d="([^"]+)"', marks)[1])
    middle = bottom
    assert middle[1] - top[1] == pytest.approx(RADIUS)
    assert right[0] - middle[0] == pytest.approx(RADIUS / 2)
    # Beyond the rim it is drawn at the rim.
    assert middle[0] - left[0] == pytest.approx(RADIUS)


def test_radars_stand_below_each_other_on_a_phone():
    chart = Radars(tuple(Radar(n, (0.0,) * 3, (n,)) for n in "abcd"), ("x", "y", "z"))
    assert draw_radars(chart, PHONE).height == 2 * draw_radars(chart, DESK).height


def test_a_blade_goes_from_its_highest_to_its_lowest_value():
    blade = SilhouetteBlade("a", (0.8, 0.2, -0.1), 1.0, ("a",))
    marks = str(draw_silhouettes(Silhouettes((blade,), 0.3, "axis"), DESK).marks)
    edge = points(re.search(r'class="blade" d="([^"]+)"', marks)[1])
    assert edge[1][0] > edge[2][0] > edge[0][0] == edge[4][0] > edge[3][0]


def test_bars_of_a_histogram_are_as_high_as_their_counts():
    bars = tuple(HistogramBar(count, (str(count),)) for count in (0, 5, 10))
    marks = str(draw_histograms((HistogramPanel("a", bars, ("1", "9")),), DESK).marks)
    heights = [float(h) for h in re.findall(r'class="bar"[^>]*height="([\d.]+)"', marks)]
    assert heights == [0, pytest.approx(heights[2] / 2), heights[2]]
