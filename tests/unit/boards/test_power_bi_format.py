"""The Power BI project keeps to the format that Microsoft publishes: its JSON schemas, and TMDL."""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import Any

import jsonschema
import pytest

from shopkeeper import boards
from shopkeeper.boards.power_bi import power_bi_project

CONTRACTS = [board.contract for board in boards.ALL]
FILES = power_bi_project(CONTRACTS, server="db.example:5433", database="shop", schema="boards")
PLAIN = {
    name: json.loads(text)
    for name, text in FILES.items()
    if name.endswith((".json", ".pbip", ".pbism", ".pbir", ".platform"))
}
TMDL = {name: text for name, text in FILES.items() if name.endswith(".tmdl")}
HOST = "https://developer.microsoft.com/json-schemas/fabric/"
PARTS = f"{HOST}item/report/definition/"
TEXT: dict[str, Any] = {"type": "string"}
NAME = {"type": "string", "maxLength": 50}
NUMBER = {"type": "number"}


def closed(must: dict[str, Any], may: dict[str, Any] | None = None) -> dict[str, Any]:
    """Gives the schema of an object that has nothing but these members."""
    members = {**must, **(may or {})}
    return {
        "type": "object",
        "properties": members,
        "required": list(must),
        "additionalProperties": False,
    }


def listed(item: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": item}


def written_for(schema: str, must: dict[str, Any], may: dict[str, Any] | None = None) -> Any:
    return closed({"$schema": {"const": schema}, **must}, may)


ENTITY = closed({"SourceRef": {"type": "object", "minProperties": 1}})
PROPERTY = closed({"Expression": ENTITY, "Property": TEXT})
EXPRESSION = {**closed({}, {"Column": PROPERTY, "Measure": PROPERTY}), "minProperties": 1}
PROJECTION = closed({"field": EXPRESSION, "queryRef": TEXT})
FILTER = closed(
    {"name": TEXT},
    {
        "field": EXPRESSION,
        "type": {"enum": ["Categorical", "Range", "Advanced", "Passthrough", "TopN"]},
        "filter": closed(
            {
                "From": listed(closed({"Name": TEXT, "Entity": TEXT}, {"Type": NUMBER})),
                "Where": listed(closed({"Condition": {"type": "object"}})),
            },
            {"Version": {"const": 2}},
        ),
    },
)
VISUAL = closed(
    {"visualType": TEXT},
    {
        "query": closed(
            {
                "queryState": {
                    "type": "object",
                    "additionalProperties": closed({"projections": listed(PROJECTION)}),
                }
            }
        ),
        "visualContainerObjects": closed({}, {"title": listed({"required": ["properties"]})}),
    },
)
PLACE = dict.fromkeys(("x", "y", "width", "height"), NUMBER)
# What the schemas at `HOST` demand and allow of the members that are written here, in our words.
PUBLISHED = {
    r"\.pbip": written_for(
        f"{HOST}pbip/pbipProperties/1.0.0/schema.json",
        {"version": TEXT, "artifacts": listed(closed({"report": closed({"path": TEXT})}))},
        {"settings": closed({}, {"enableAutoRecovery": {"type": "boolean"}})},
    ),
    r"\.platform": written_for(
        f"{HOST}gitIntegration/platformProperties/2.0.0/schema.json",
        {
            "metadata": closed(
                {"type": {"enum": ["Report", "SemanticModel"]}, "displayName": TEXT}
            ),
            "config": closed({"version": TEXT, "logicalId": TEXT}),
        },
    ),
    r"definition\.pbism": written_for(
        f"{HOST}item/semanticModel/definitionProperties/1.0.0/schema.json",
        {"version": TEXT},
        {"settings": closed({}, {"qnaEnabled": {}})},
    ),
    r"definition\.pbir": written_for(
        f"{HOST}item/report/definitionProperties/2.0.0/schema.json",
        {"version": TEXT, "datasetReference": closed({"byPath": closed({"path": TEXT})})},
    ),
    r"version\.json": written_for(
        f"{PARTS}versionMetadata/1.0.0/schema.json",
        {"version": {"type": "string", "pattern": r"^[1-9][0-9]*\.(0|[1-9][0-9]*)\.0$"}},
    ),
    r"report\.json": written_for(
        f"{PARTS}report/1.0.0/schema.json",
        {"themeCollection": closed({}), "layoutOptimization": {"enum": ["None", "PhonePortrait"]}},
    ),
    r"pages\.json": written_for(
        f"{PARTS}pagesMetadata/1.0.0/schema.json",
        {},
        {"pageOrder": listed(TEXT), "activePageName": TEXT},
    ),
    r"page\.json": written_for(
        f"{PARTS}page/1.0.0/schema.json",
        {
            "name": NAME,
            "displayName": TEXT,
            "displayOption": {"enum": ["FitToPage", "FitToWidth", "ActualSize"]},
        },
        {"width": NUMBER, "height": NUMBER},
    ),
    r"visual\.json": written_for(
        f"{PARTS}visualContainer/1.0.0/schema.json",
        {"name": NAME, "position": closed(PLACE, {"z": NUMBER, "tabOrder": NUMBER})},
        {"visual": VISUAL, "filterConfig": closed({}, {"filters": listed(FILTER)})},
    ),
}
# TMDL: what may stand in what, and the properties that each may have.
PROPERTIES = {
    "database": {"compatibilityLevel"},
    "model": {"culture", "defaultPowerBIDataSourceVersion", "sourceQueryCulture"},
    "expression": {"lineageTag"},
    "table": {"lineageTag"},
    "measure": {"formatString", "lineageTag"},
    "column": {"dataType", "formatString", "lineageTag", "summarizeBy", "sourceColumn"},
    "partition": {"mode", "source"},
}
DATA_TYPES = {"string", "int64", "double", "decimal", "dateTime", "boolean"}
DECLARED = re.compile(r"^(\t*)(ref )?([a-z]+)(?: ('(?:[^']|'')+'|[^\s.=:']+))?(?: = (.+))?$")
PROPERTY_LINE = re.compile(r"^(\t+)([A-Za-z]+)(?:: (\S.*)| =)$")


@pytest.mark.parametrize("name", PLAIN)
def test_every_json_file_is_what_its_published_schema_wants(name):
    (schema,) = [one for ends, one in PUBLISHED.items() if re.search(f"(^|[/\\w]){ends}$", name)]
    jsonschema.validate(PLAIN[name], schema)


def test_visuals_lie_within_their_page_and_name_each_field_once():
    filters = Counter()
    for name, plain in PLAIN.items():
        if not name.endswith("visual.json"):
            continue
        page = PLAIN[f"{name.split('/visuals/')[0]}/page.json"]
        box = plain["position"]
        assert box["x"] + box["width"] <= page["width"]
        assert box["y"] + box["height"] <= page["height"]
        assert f"/{plain['name']}/visual.json" in name
        roles = plain["visual"]["query"]["queryState"].values()
        named = [p["queryRef"] for role in roles for p in role["projections"]]
        assert len(set(named)) == len(named)
        filters.update(f["name"] for f in plain.get("filterConfig", {}).get("filters", ()))
    assert filters
    assert set(filters.values()) == {1}


def parsed(text: str) -> list[tuple[int, str, str, str]]:
    """Gives depth, kind, name and default of each object; fails where a line is none of TMDL."""
    found: list[tuple[int, str, str, str]] = []
    expression_at: int | None = None
    described = False
    for line in text.splitlines():
        depth = len(line) - len(line.lstrip("\t"))
        assert not line[depth:].startswith(" "), "indented by a space"
        if expression_at is not None and depth > expression_at + 1:
            continue
        expression_at = None
        if line.lstrip("\t").startswith("/// "):
            described = True
            continue
        if not line:
            assert not described, "a description stands right before its object"
            continue
        given, declared = PROPERTY_LINE.match(line), DECLARED.match(line)
        if given and not described:
            owner = next(one for one in reversed(found) if one[0] == depth - 1)
            assert given[2] in PROPERTIES[owner[1]], line
            expression_at = depth if given[3] is None else None
        else:
            assert declared, line
            assert declared[3] in PROPERTIES, line
            assert depth == 0 or any(one[0] == depth - 1 for one in found), line
            found.append((depth, declared[3], declared[4] or "", declared[5] or ""))
        described = False
    return found


@pytest.mark.parametrize("name", TMDL)
def test_every_file_of_the_model_is_tmdl(name):
    objects = parsed(TMDL[name])
    assert objects[0][0] == 0
    tags = re.findall(r"lineageTag: (\S+)", TMDL[name])
    assert len(set(tags)) == len(tags)
    assert set(re.findall(r"dataType: (\S+)", TMDL[name])) <= DATA_TYPES
    if "/tables/" in name:
        kinds = Counter(kind for _, kind, _, _ in objects)
        assert kinds["table"] == kinds["partition"] == 1
        # A measure that is called as a column is refused when the model is opened.
        named = [
            found.strip("'").lower() for _, kind, found, _ in objects[1:] if kind != "partition"
        ]
        assert len(set(named)) == len(named)


@pytest.mark.parametrize(
    "wrong",
    [
        "table cups\n    column shelf\n",
        "table cups\n\tcolour: red\n",
        "table cups of tea\n",
        "/// Cups\n\ntable cups\n",
        "table cups\n\t\tcolumn shelf\n",
        "tabel cups\n",
    ],
)
def test_what_is_not_tmdl_is_found(wrong):
    with pytest.raises((AssertionError, StopIteration)):
        parsed(wrong)
