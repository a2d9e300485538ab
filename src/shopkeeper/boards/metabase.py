"""Metabase: each question as SQL, and a plan of dashboards for the script that makes them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from shopkeeper.boards.charts import Chart, Dashboard, Kind

DISPLAYS = {
    Kind.NUMBER: "scalar",
    Kind.BARS: "bar",
    Kind.LINES: "line",
    Kind.HEAT: "table",
    Kind.FUNNEL: "funnel",
    Kind.ROWS: "table",
}
# Of 24 columns; and rows.
WIDTH = 24
SIZES = {
    Kind.NUMBER: (6, 3),
    Kind.BARS: (12, 8),
    Kind.LINES: (12, 8),
    Kind.HEAT: (24, 10),
    Kind.FUNNEL: (12, 8),
    Kind.ROWS: (24, 8),
}
PLAN = "dashboards.json"


def metabase_files(
    dashboards: Iterable[Dashboard], sql: Mapping[str, str], *, connection: Mapping[str, Any]
) -> dict[str, str]:
    """Gives the files that `integrations/metabase/provision.py` reads.

    Args:
        dashboards: What is shown.
        sql: Name of a chart → its SQL.
        connection: Host, port, database and user; no password.

    Returns:
        Path → text.
    """
    plan = {
        "database": {"name": "Shopkeeper", **connection},
        "dashboards": [
            {
                "name": dashboard.title,
                "description": dashboard.meaning,
                "questions": _questions(dashboard.charts),
            }
            for dashboard in dashboards
        ],
    }
    files = {f"questions/{name}.sql": text for name, text in sql.items()}
    return {PLAN: json.dumps(plan, indent=1, ensure_ascii=False) + "\n", **files}


def _questions(charts: tuple[Chart, ...]) -> list[dict[str, Any]]:
    found, column, row, height = [], 0, 0, 0
    for chart in charts:
        width, own = SIZES[chart.kind]
        if column + width > WIDTH:
            column, row, height = 0, row + height, 0
        place = {"col": column, "row": row, "size_x": width, "size_y": own}
        found.append({**_question(chart), **place})
        column, height = column + width, max(height, own)
    return found


def _question(chart: Chart) -> dict[str, Any]:
    settings: dict[str, Any] = {}
    if chart.kind in {Kind.BARS, Kind.LINES}:
        settings = {"graph.dimensions": list(chart.groups), "graph.metrics": list(chart.measures)}
        if chart.is_stacked:
            settings["stackable.stack_type"] = "stacked"
    if chart.kind is Kind.FUNNEL:
        settings = {"funnel.dimension": chart.by, "funnel.metric": chart.measures[0]}
    if chart.kind is Kind.HEAT:
        settings = {
            "table.pivot": True,
            "table.pivot_column": chart.by,
            "table.cell_column": chart.measures[0],
        }
    return {
        "name": chart.title,
        "description": chart.contract.meaning,
        "display": DISPLAYS[chart.kind],
        "visualization_settings": settings,
        "file": f"questions/{chart.name}.sql",
    }
