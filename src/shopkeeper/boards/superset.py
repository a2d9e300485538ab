"""Superset: all dashboards as a bundle that its importer takes, made from the contracts."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID, uuid5

from shopkeeper.boards.charts import Chart, Dashboard, Kind, dashboards_over
from shopkeeper.contracts.contract import Column, Contract

# Names come from it, so that importing again replaces what was imported before.
NAMESPACE = UUID("6f9c3c0e-3b0e-4f5f-9d54-5a0c1d1f7b11")
VERSION = "1.0.0"
# The importer asks for files of a fixed moment; the same input gives the same bytes.
TIMESTAMP = "2025-01-01T00:00:00+00:00"
DATABASE = "Shopkeeper"
# What stands in place of a password; the importer asks for the real one.
MASK = "XXXXXXXXXX"
VISUALS = {
    Kind.NUMBER: "big_number_total",
    Kind.BARS: "echarts_timeseries_bar",
    Kind.LINES: "echarts_timeseries_line",
    Kind.HEAT: "heatmap_v2",
    Kind.FUNNEL: "funnel",
    Kind.ROWS: "table",
}
# Of twelve columns; and height in units of the grid.
SIZES = {
    Kind.NUMBER: (3, 18),
    Kind.BARS: (6, 50),
    Kind.LINES: (6, 50),
    Kind.HEAT: (12, 70),
    Kind.FUNNEL: (6, 50),
    Kind.ROWS: (12, 50),
}
WIDTH = 12
OPERATORS = {"IS TRUE": "IS_TRUE", "==": "EQUALS", ">": "GREATER_THAN"}
FORMATS = {"currency": ",.2f", "0-1": ".1%"}
# Contract's type → the database's, as the importer keeps it.
TYPES = {
    "date": "DATE",
    "int64": "BIGINT",
    "float64": "DOUBLE PRECISION",
    "boolean": "BOOLEAN",
    "string": "TEXT",
}


def superset_bundle(contracts: Iterable[Contract], *, address: str, schema: str) -> dict[str, str]:
    """Gives the files of the bundle.

    Args:
        contracts: Boards that are published; charts of others are left out.
        address: Of the database as SQLAlchemy writes it, with `MASK` for the password.
        schema: Schema of the boards.

    Returns:
        Path in the bundle → YAML.
    """
    known = {contract.name: contract for contract in contracts}
    files: dict[str, Any] = {
        "metadata.yaml": {"version": VERSION, "type": "assets", "timestamp": TIMESTAMP},
        f"databases/{DATABASE}.yaml": _database(address),
    }
    for contract in known.values():
        files[f"datasets/{DATABASE}/{contract.name}.yaml"] = _dataset(contract, schema)
    for dashboard in dashboards_over(known.values()):
        for chart in dashboard.charts:
            files[f"charts/{chart.name}.yaml"] = _chart(chart)
        files[f"dashboards/{dashboard.name}.yaml"] = _dashboard(dashboard)
    return {name: _yaml(plain) for name, plain in files.items()}


def _id(kind: str, name: str) -> str:
    return str(uuid5(NAMESPACE, f"{kind}/{name}"))


def _database(address: str) -> dict[str, Any]:
    return {
        "database_name": DATABASE,
        "sqlalchemy_uri": address,
        "cache_timeout": None,
        "expose_in_sqllab": True,
        "allow_run_async": False,
        "allow_ctas": False,
        "allow_cvas": False,
        "allow_dml": False,
        "extra": {},
        "uuid": _id("database", DATABASE),
        "version": VERSION,
    }


def _dataset(contract: Contract, schema: str) -> dict[str, Any]:
    dated = [column.name for column in contract.columns if column.type == "date"]
    return {
        "table_name": contract.name,
        "main_dttm_col": next((name for name in dated if name != "as_of"), None),
        "description": contract.meaning,
        "schema": schema,
        "filter_select_enabled": True,
        "columns": [_column(column) for column in contract.columns],
        "metrics": [],
        "uuid": _id("dataset", contract.name),
        "version": VERSION,
        "database_uuid": _id("database", DATABASE),
    }


def _column(column: Column) -> dict[str, Any]:
    unit = f" ({column.unit})" if column.unit else ""
    return {
        "column_name": column.name,
        "verbose_name": column.name.replace("_", " "),
        "description": f"{column.meaning}{unit}.",
        "is_dttm": column.type == "date",
        "is_active": True,
        "type": TYPES.get(column.type, "NUMERIC"),
        "groupby": True,
        "filterable": True,
    }


def _chart(chart: Chart) -> dict[str, Any]:
    params = _params(chart)
    return {
        "slice_name": chart.title,
        "description": chart.contract.meaning,
        "viz_type": VISUALS[chart.kind],
        "params": params,
        "query_context": json.dumps(_query_context(chart, params)),
        "cache_timeout": None,
        "uuid": _id("chart", chart.name),
        "version": VERSION,
        "dataset_uuid": _id("dataset", chart.contract.name),
    }


def _params(chart: Chart) -> dict[str, Any]:
    """Gives the form as the chart's editor keeps it."""
    filters = [_form_filter(*condition) for condition in _conditions(chart)]
    form: dict[str, Any] = {
        "viz_type": VISUALS[chart.kind],
        "adhoc_filters": filters,
        "row_limit": chart.limit,
    }
    measures = [_metric(chart, name) for name in chart.measures]
    if chart.kind is Kind.ROWS:
        form |= _rows_form(chart)
    elif chart.kind is Kind.NUMBER:
        form |= {"metric": measures[0], "y_axis_format": _format(chart)}
    elif chart.kind is Kind.FUNNEL:
        form |= {"groupby": [chart.by], "metric": measures[0], "sort_by_metric": True}
    elif chart.kind is Kind.HEAT:
        form |= _heat_form(chart, measures[0])
    else:
        form |= _axes(chart, measures, _format(chart))
    return form


def _format(chart: Chart) -> str:
    return FORMATS.get(chart.contract.column(chart.measures[0]).unit, ",d")


def _rows_form(chart: Chart) -> dict[str, Any]:
    units = {name: chart.contract.column(name).unit for name in chart.measures}
    return {
        "query_mode": "raw",
        "all_columns": list(chart.measures),
        "order_by_cols": [json.dumps([chart.order, not chart.is_descending])],
        "column_config": {
            name: {"d3NumberFormat": FORMATS[unit]}
            for name, unit in units.items()
            if unit in FORMATS
        },
        "show_cell_bars": False,
    }


def _heat_form(chart: Chart, measure: dict[str, Any]) -> dict[str, Any]:
    is_money = chart.contract.column(chart.measures[0]).unit == "currency"
    return {
        "x_axis": chart.by,
        "groupby": chart.split,
        "metric": measure,
        "sort_x_axis": "alpha_asc",
        "sort_y_axis": "alpha_desc",
        "normalize_across": "heatmap",
        "show_values": True,
        # Cents do not fit into the cells.
        "y_axis_format": ",.0f" if is_money else _format(chart),
        "left_margin": 75,
        "linear_color_scheme": "blue_white_yellow",
    }


def _axes(chart: Chart, measures: list[dict[str, Any]], number: str) -> dict[str, Any]:
    axes: dict[str, Any] = {
        "x_axis": chart.by,
        "metrics": measures,
        "groupby": [chart.split] if chart.split else [],
        "y_axis_format": number,
        "show_legend": bool(chart.split) or len(measures) > 1,
        "stack": "Stack" if chart.is_stacked else None,
        "rich_tooltip": True,
        "truncateYAxis": False,
    }
    if chart.is_dated:
        # Days as they stand: they begin a month or a week already.
        shown = "%Y-%m-%d" if chart.by == "week_date" else "%Y-%m"
        return {**axes, "time_grain_sqla": "P1D", "x_axis_time_format": shown}
    # Every name is shown, none is left out for want of room.
    names = {"xAxisLabelRotation": 45, "xAxisLabelInterval": "0", "xAxisForceCategorical": True}
    return {**axes, **names, "x_axis_sort": chart.by, "x_axis_sort_asc": True}


def _metric(chart: Chart, name: str) -> dict[str, Any]:
    return {
        "expressionType": "SIMPLE",
        "aggregate": "SUM",
        "column": {"column_name": name},
        "label": name.replace("_", " "),
        "hasCustomLabel": True,
        "optionName": f"metric_{chart.name}_{name}",
    }


def _conditions(chart: Chart) -> list[tuple[str, str, object]]:
    """Gives what rows must fulfil: column, operator and value."""
    found: list[tuple[str, str, object]] = []
    if chart.where is not None:
        name, value = chart.where
        found.append((name, "IS TRUE" if value is True else "==", None if value is True else value))
    if chart.beyond_zero is not None:
        found.append((chart.beyond_zero, ">", 0))
    return found


def _form_filter(name: str, operator: str, value: object) -> dict[str, Any]:
    return {
        "expressionType": "SIMPLE",
        "clause": "WHERE",
        "subject": name,
        "operator": operator,
        "operatorId": OPERATORS[operator],
        "comparator": value,
    }


def _query_context(chart: Chart, params: Mapping[str, Any]) -> dict[str, Any]:
    """Gives the query that the server answers without a browser."""
    filters = [{"col": name, "op": op, "val": value} for name, op, value in _conditions(chart)]
    is_rows = chart.kind is Kind.ROWS
    measures = [] if is_rows else [_metric(chart, name) for name in chart.measures]
    query: dict[str, Any] = {
        "columns": list(chart.measures if is_rows else chart.groups),
        "metrics": None if is_rows else measures,
        "filters": filters,
        "orderby": [[chart.order, not chart.is_descending]] if is_rows and chart.order else [],
        "row_limit": chart.limit,
        "extras": {},
        "is_timeseries": False,
    }
    return {
        "datasource": {"id": 0, "type": "table"},
        "force": False,
        "queries": [query],
        "form_data": dict(params),
        "result_format": "json",
        "result_type": "full",
    }


def _dashboard(dashboard: Dashboard) -> dict[str, Any]:
    return {
        "dashboard_title": dashboard.title,
        "description": dashboard.meaning,
        "css": "",
        "slug": f"shopkeeper-{dashboard.name}",
        "uuid": _id("dashboard", dashboard.name),
        "position": _grid(dashboard),
        "metadata": {"color_scheme": "supersetColors", "cross_filters_enabled": True},
        "version": VERSION,
        "published": True,
    }


def _grid(dashboard: Dashboard) -> dict[str, Any]:
    """Gives the places of the charts: in rows of twelve columns, in order."""
    grid: dict[str, Any] = {
        "DASHBOARD_VERSION_KEY": "v2",
        "ROOT_ID": {"type": "ROOT", "id": "ROOT_ID", "children": ["GRID_ID"]},
        "HEADER_ID": {"type": "HEADER", "id": "HEADER_ID", "meta": {"text": dashboard.title}},
    }
    rows = _rows(dashboard.charts)
    names = [f"ROW-{place}" for place in range(len(rows))]
    parents = ["ROOT_ID", "GRID_ID"]
    grid["GRID_ID"] = {"type": "GRID", "id": "GRID_ID", "children": names, "parents": ["ROOT_ID"]}
    for row, found in zip(names, rows, strict=True):
        grid[row] = {
            "type": "ROW",
            "id": row,
            "children": [f"CHART-{chart.name}" for chart in found],
            "meta": {"background": "BACKGROUND_TRANSPARENT"},
            "parents": parents,
        }
        for chart in found:
            grid[f"CHART-{chart.name}"] = _placed(chart, [*parents, row])
    return grid


def _placed(chart: Chart, parents: list[str]) -> dict[str, Any]:
    width, height = SIZES[chart.kind]
    return {
        "type": "CHART",
        "id": f"CHART-{chart.name}",
        "children": [],
        "meta": {
            # The importer puts its own in place.
            "chartId": 1 + int(_id("chart", chart.name)[:6], 16),
            "uuid": _id("chart", chart.name),
            "sliceName": chart.title,
            "width": width,
            "height": height,
        },
        "parents": parents,
    }


def _rows(charts: Iterable[Chart]) -> list[list[Chart]]:
    rows: list[list[Chart]] = []
    left = 0
    for chart in charts:
        width = SIZES[chart.kind][0]
        if width > left:
            rows.append([])
            left = WIDTH
        rows[-1].append(chart)
        left -= width
    return rows


def _yaml(plain: Mapping[str, Any]) -> str:
    import yaml

    return yaml.safe_dump(plain, sort_keys=False, width=100, allow_unicode=True)
