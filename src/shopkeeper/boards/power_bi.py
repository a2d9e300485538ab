"""Power BI: a project in its text form: a semantic model made from the contracts, and pages."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID, uuid5

from shopkeeper.boards.charts import Chart, Dashboard, Kind, charts, dashboards_over
from shopkeeper.contracts.contract import Column, Contract

NAMESPACE = UUID("b1a4a1a6-6f1d-4c4e-9a0c-0c8f4c1c2d55")
NAME = "Shopkeeper"
SCHEMAS = "https://developer.microsoft.com/json-schemas/fabric/"
TYPES = {
    "date": "dateTime",
    "timestamp": "dateTime",
    "int64": "int64",
    "float64": "double",
    "boolean": "boolean",
    "string": "string",
}
FORMATS = {"currency": "#,0.00", "0-1": "0.0%"}
VISUALS = {
    Kind.NUMBER: "card",
    Kind.BARS: "clusteredColumnChart",
    Kind.LINES: "lineChart",
    Kind.HEAT: "pivotTable",
    Kind.FUNNEL: "funnel",
    Kind.ROWS: "tableEx",
}
# Of a page of 1280 by 720.
PAGE = (1280, 720)
SIZES = {
    Kind.NUMBER: (320, 120),
    Kind.BARS: (640, 300),
    Kind.LINES: (640, 300),
    Kind.HEAT: (1280, 360),
    Kind.FUNNEL: (640, 300),
    Kind.ROWS: (1280, 300),
}


def power_bi_project(
    contracts: Iterable[Contract], *, server: str, database: str, schema: str
) -> dict[str, str]:
    """Gives the files of the project.

    Args:
        contracts: Boards.
        server: Host and port of the database.
        database: Name of the database.
        schema: Schema of the boards.

    Returns:
        Path → text.
    """
    model, report = f"{NAME}.SemanticModel", f"{NAME}.Report"
    tables = list(contracts)
    shown = dashboards_over(tables)
    plain: dict[str, Any] = {
        f"{NAME}.pbip": {
            "$schema": f"{SCHEMAS}pbip/pbipProperties/1.0.0/schema.json",
            "version": "1.0",
            "artifacts": [{"report": {"path": report}}],
            "settings": {"enableAutoRecovery": True},
        },
        f"{model}/.platform": _platform("SemanticModel"),
        f"{model}/definition.pbism": {
            "$schema": f"{SCHEMAS}item/semanticModel/definitionProperties/1.0.0/schema.json",
            "version": "4.2",
            "settings": {},
        },
        f"{report}/.platform": _platform("Report"),
        f"{report}/definition.pbir": {
            "$schema": f"{SCHEMAS}item/report/definitionProperties/2.0.0/schema.json",
            "version": "4.0",
            "datasetReference": {"byPath": {"path": f"../{model}"}},
        },
        **{f"{report}/definition/{name}": page for name, page in _pages(shown).items()},
    }
    files = {
        f"{model}/definition/database.tmdl": "database\n\tcompatibilityLevel: 1600\n",
        f"{model}/definition/model.tmdl": _model(tables),
        f"{model}/definition/expressions.tmdl": _parameters(server, database),
        **{
            f"{model}/definition/tables/{table.name}.tmdl": _table(table, schema)
            for table in tables
        },
    }
    return {**{name: json.dumps(one, indent=2) + "\n" for name, one in plain.items()}, **files}


def _platform(item: str) -> dict[str, Any]:
    """Gives what Fabric's Git integration knows an item by."""
    return {
        "$schema": f"{SCHEMAS}gitIntegration/platformProperties/2.0.0/schema.json",
        "metadata": {"type": item, "displayName": NAME},
        "config": {"version": "2.0", "logicalId": _tag("item", item)},
    }


def _tag(*names: str) -> str:
    return str(uuid5(NAMESPACE, "/".join(names)))


def _model(tables: Iterable[Contract]) -> str:
    head = (
        "model Model\n\tculture: en-US\n\tdefaultPowerBIDataSourceVersion: powerBI_V3\n"
        "\tsourceQueryCulture: en-US\n"
    )
    return "\n".join([head, *(f"ref table {table.name}" for table in tables)]) + "\n"


def _parameters(server: str, database: str) -> str:
    asked = 'meta [IsParameterQuery=true, Type="Text", IsParameterQueryRequired=true]'
    given = (("Server", server), ("Database", database))
    return "\n".join(
        f"expression {name} = {_quoted(value)} {asked}\n\tlineageTag: {_tag('parameter', name)}\n"
        for name, value in given
    )


def _table(contract: Contract, schema: str) -> str:
    lines = [f"/// {contract.meaning}", f"table {contract.name}"]
    lines += [f"\tlineageTag: {_tag(contract.name)}", ""]
    for chart in charts():
        if chart.contract.name == contract.name and chart.kind is not Kind.ROWS:
            for name in chart.measures:
                lines += [*_measure(chart, name), ""]
    for column in contract.columns:
        lines += [*_column(contract, column), ""]
    lines += [
        f"\tpartition {contract.name} = m",
        "\t\tmode: import",
        "\t\tsource =",
        "\t\t\t\tlet",
        "\t\t\t\t\tSource = PostgreSQL.Database(Server, Database),",
        f"\t\t\t\t\tRows = Source{{[Schema={_quoted(schema)}, Item={_quoted(contract.name)}]}}"
        "[Data]",
        "\t\t\t\tin",
        "\t\t\t\t\tRows",
    ]
    return "\n".join(lines) + "\n"


def measure_name(chart: Chart, column: str) -> str:
    """Gives the name of a measure, unique in the model."""
    title = chart.title.replace("'", "’")
    return title if len(chart.measures) == 1 else f"{title}: {column.replace('_', ' ')}"


def _measure(chart: Chart, name: str) -> list[str]:
    table = chart.contract.name
    conditions = []
    if chart.where is not None:
        column, value = chart.where
        wanted = "TRUE()" if value is True else _quoted(str(value))
        conditions.append(f"{table}[{column}] = {wanted}")
    if chart.beyond_zero is not None:
        conditions.append(f"{table}[{chart.beyond_zero}] > 0")
    total = f"SUM({table}[{name}])"
    formula = f"CALCULATE({', '.join([total, *conditions])})" if conditions else total
    called = measure_name(chart, name)
    return [
        f"\t/// {chart.contract.column(name).meaning}",
        f"\tmeasure '{called}' = {formula}",
        f"\t\tformatString: {FORMATS.get(chart.contract.column(name).unit, '#,0')}",
        f"\t\tlineageTag: {_tag(table, 'measure', called)}",
    ]


def _column(contract: Contract, column: Column) -> list[str]:
    lines = [
        f"\t/// {column.meaning}",
        f"\tcolumn {column.name}",
        f"\t\tdataType: {TYPES.get(column.type, 'decimal')}",
    ]
    if column.type == "date":
        lines.append("\t\tformatString: yyyy-MM-dd")
    elif column.unit in FORMATS:
        lines.append(f"\t\tformatString: {FORMATS[column.unit]}")
    return [
        *lines,
        f"\t\tlineageTag: {_tag(contract.name, column.name)}",
        # Sums are the measures'; a column of rates must not be added up by a click.
        "\t\tsummarizeBy: none",
        f"\t\tsourceColumn: {column.name}",
    ]


def _pages(dashboards: Sequence[Dashboard]) -> dict[str, Any]:
    found: dict[str, Any] = {
        "version.json": {
            "$schema": f"{SCHEMAS}item/report/definition/versionMetadata/1.0.0/schema.json",
            "version": "2.0.0",
        },
        "report.json": {
            "$schema": f"{SCHEMAS}item/report/definition/report/1.0.0/schema.json",
            "themeCollection": {},
            "layoutOptimization": "None",
        },
        "pages/pages.json": {
            "$schema": f"{SCHEMAS}item/report/definition/pagesMetadata/1.0.0/schema.json",
            "pageOrder": [dashboard.name for dashboard in dashboards],
            "activePageName": dashboards[0].name,
        },
    }
    for dashboard in dashboards:
        found |= _page(dashboard)
    return found


def _page(dashboard: Dashboard) -> dict[str, Any]:
    folder = f"pages/{dashboard.name}"
    visuals: dict[str, Any] = {}
    x, y, height = 0, 0, 0
    for place, chart in enumerate(dashboard.charts):
        wide, high = SIZES[chart.kind]
        if x + wide > PAGE[0]:
            x, y, height = 0, y + height, 0
        position = {"x": x, "y": y, "z": place, "width": wide, "height": high, "tabOrder": place}
        visuals[f"{folder}/visuals/{chart.name}/visual.json"] = _visual(chart, position)
        x, height = x + wide, max(height, high)
    page = {
        "$schema": f"{SCHEMAS}item/report/definition/page/1.0.0/schema.json",
        "name": dashboard.name,
        "displayName": dashboard.title,
        "displayOption": "FitToWidth",
        "width": PAGE[0],
        "height": max(PAGE[1], y + height),
    }
    return {f"{folder}/page.json": page, **visuals}


def _visual(chart: Chart, position: Mapping[str, int]) -> dict[str, Any]:
    kind = VISUALS[chart.kind]
    visual = {
        "$schema": f"{SCHEMAS}item/report/definition/visualContainer/1.0.0/schema.json",
        "name": chart.name,
        "position": dict(position),
        "visual": {
            "visualType": "columnChart" if chart.is_stacked else kind,
            "query": {"queryState": _roles(chart)},
            "visualContainerObjects": {"title": [{"properties": {"text": _text(chart.title)}}]},
        },
    }
    if chart.kind is Kind.ROWS and chart.where is not None:
        return {**visual, "filterConfig": {"filters": [_filter(chart, chart.where)]}}
    return visual


def _roles(chart: Chart) -> dict[str, Any]:
    """Gives what fills each place of a visual."""
    if chart.kind is Kind.ROWS:
        return {"Values": _fields(_of_column(chart, name) for name in chart.measures)}
    measures = _fields(_of_measure(chart, name) for name in chart.measures)
    if chart.by is None:
        return {"Values": measures}
    axis = _fields([_of_column(chart, chart.by)])
    if chart.split is None:
        return {"Category": axis, "Y": measures}
    split = _fields([_of_column(chart, chart.split)])
    if chart.kind is Kind.HEAT:
        return {"Rows": split, "Columns": axis, "Values": measures}
    return {"Category": axis, "Series": split, "Y": measures}


def _fields(fields: Iterable[tuple[str, str, str]]) -> dict[str, Any]:
    return {
        "projections": [
            {
                "field": {kind: {"Expression": _entity(table), "Property": name}},
                "queryRef": f"{table}.{name}",
            }
            for kind, table, name in fields
        ]
    }


def _of_column(chart: Chart, name: str) -> tuple[str, str, str]:
    return ("Column", chart.contract.name, name)


def _of_measure(chart: Chart, name: str) -> tuple[str, str, str]:
    return ("Measure", chart.contract.name, measure_name(chart, name))


def _entity(table: str) -> dict[str, Any]:
    return {"SourceRef": {"Entity": table}}


def _filter(chart: Chart, condition: tuple[str, str | bool]) -> dict[str, Any]:
    column, value = condition
    table = chart.contract.name
    source = {"Column": {"Expression": {"SourceRef": {"Source": "t"}}, "Property": column}}
    wanted = "true" if value is True else f"'{value}'"
    return {
        "name": f"{chart.name}_{column}",
        "field": {"Column": {"Expression": _entity(table), "Property": column}},
        "type": "Categorical",
        "filter": {
            "Version": 2,
            "From": [{"Name": "t", "Entity": table, "Type": 0}],
            "Where": [
                {
                    "Condition": {
                        "In": {
                            "Expressions": [source],
                            "Values": [[{"Literal": {"Value": wanted}}]],
                        }
                    }
                }
            ],
        },
    }


def _text(text: str) -> dict[str, Any]:
    escaped = text.replace("'", "''")
    return {"expr": {"Literal": {"Value": f"'{escaped}'"}}}


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'
