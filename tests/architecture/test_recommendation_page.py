"""The page on recommendations says what its benchmark found."""

from __future__ import annotations

import json
from pathlib import Path

ROOT = Path(__file__).parents[2]
RESULTS = ROOT / "benchmarks" / "results" / "recommendation.json"
TABLE = json.loads(RESULTS.read_text(encoding="utf-8"))["table"]
PAGE = (ROOT / "docs" / "concepts" / "recommendations.md").read_text(encoding="utf-8")


def short(value: float) -> str:
    return f"{value:.4f}".replace("0.", ".", 1)


def test_each_way_stands_there_as_it_was_measured_beside_what_was_published():
    rows = [line for line in PAGE.splitlines() if line.count(" / ") == 2 and line[0] == "|"]
    for name, found in TABLE["ours"].items():
        whole, new = found["everyone"], found["new products only"]
        published = TABLE["published_at_10"].get(name, {})
        beside = [short(published[key]) if published else "–" for key in ("ndcg", "new_ndcg")]
        told = [
            f"{short(one['recall']['10'])} / {short(one['ndcg']['10'])}" for one in (whole, new)
        ]
        wanted = f"| {told[0]} | {beside[0]} | {told[1]} | {beside[1]} |"
        assert any(row.endswith(wanted) for row in rows[1:]), name
    assert len(rows) == len(TABLE["ours"]) + 1


def test_leads_stand_there_with_their_intervals():
    said = " ".join(PAGE.split())
    for lead in TABLE["leads_of_the_blend_in_ndcg_at_10"].values():
        value, low, high = (short(lead[key]) for key in ("value", "low", "high"))
        assert f"{value} ({low} to {high})" in said
        assert lead["low"] > 0
