"""Charts ask only for columns that their boards promise, and tools' files are made from them."""

from __future__ import annotations

import json
import re
import zipfile
from datetime import date

import duckdb
import ibis
import pytest
import yaml

from shopkeeper import Workspace, boards
from shopkeeper.boards.charts import DASHBOARDS, Kind, charts, question
from shopkeeper.boards.power_bi import power_bi_project
from shopkeeper.boards.superset import MASK, superset_bundle
from shopkeeper.engines.postgres_address import postgres_address
from shopkeeper.errors import SettingsError, UnknownNameError, UsageError
from shopkeeper.jobs.bi import write_bi_files

ADDRESS = "postgresql://reader:not-this-one@db.example:5433/shop"
DAYS = (date(2025, 2, 28), date(2025, 3, 9))
CONTRACTS = [board.contract for board in boards.ALL]


@pytest.mark.parametrize("chart", list(charts()), ids=lambda chart: chart.name)
def test_a_chart_can_be_asked_of_its_board(chart):
    board = ibis.memtable([], schema=ibis.schema(chart.contract.types()))
    answer = question(chart, board)
    wanted = chart.measures if chart.kind is Kind.ROWS else (*chart.groups, *chart.measures)
    assert tuple(answer.columns) == wanted
    assert chart.limit >= 1
    if chart.kind is Kind.ROWS:
        assert chart.order is not None


def test_names_of_charts_and_boards_are_their_own():
    names = [chart.name for chart in charts()]
    assert len(set(names)) == len(names)
    assert len({board.name for board in boards.ALL}) == len(boards.ALL)


def test_every_board_is_on_a_dashboard():
    assert {chart.contract.name for chart in charts()} == {board.name for board in boards.ALL}


@pytest.mark.parametrize("contract", CONTRACTS, ids=lambda contract: contract.name)
def test_contracts_of_boards_follow_the_glossary(contract):
    for column in contract.columns:
        kind = ibis.dtype(column.type)
        assert re.fullmatch(r"[a-z][a-z0-9_]*", column.name)
        assert column.meaning
        assert not column.meaning.endswith(".")
        is_average = column.name.startswith(("average", "median_"))
        if column.name.endswith("_amount"):
            assert kind.is_decimal() or is_average
            assert column.unit == "currency"
        if column.name.endswith(("_count", "_days")):
            assert kind.is_integer() or is_average
        if column.name.endswith("_date"):
            assert kind.is_date()
        if column.name.endswith(("_rate", "_share")):
            assert column.unit == "0-1"


def test_steps_of_a_funnel_are_counted_by_how_far_persons_came():
    from shopkeeper.boards.journeys import FUNNEL_STEPS
    from shopkeeper.marts.funnel import FUNNEL

    empty = dict.fromkeys(FUNNEL.contract.column_names)
    came = [(1, "email"), (3, "email"), (2, None)]
    rows = [
        {**empty, "person_id": str(n), "step_count": steps, "channel": channel, "is_open": n == 0}
        | {"entered_date": date(2025, 3, 9), "as_of": date(2025, 4, 1)}
        for n, (steps, channel) in enumerate(came)
    ]
    table = ibis.memtable(rows, schema=ibis.schema(FUNNEL.contract.types()))
    found = FUNNEL_STEPS.expression({"funnel": table}, {}).execute().to_dict("records")
    counts = {(row["step"], row["channel"]): row["person_count"] for row in found}
    assert counts == {
        ("view", "email"): 2,
        ("view", "unknown"): 1,
        ("cart", "email"): 1,
        ("cart", "unknown"): 1,
        ("purchase", "email"): 1,
    }
    assert sum(row["open_count"] for row in found) == 1


def test_a_month_that_is_not_over_says_so():
    from shopkeeper.boards.executive import SALES_BY_MONTH
    from shopkeeper.warehouse.gold.daily_sales import DAILY_SALES
    from shopkeeper.warehouse.gold.purchases import PURCHASES

    zero = dict.fromkeys(DAILY_SALES.contract.column_names, 0)
    days = [{**zero, "order_date": day, "order_count": 1} for day in DAYS]
    bought = [{"customer_id": "ann", "order_date": DAYS[0], "order_count": 2}]
    tables = {
        "daily_sales": ibis.memtable(days, schema=ibis.schema(DAILY_SALES.contract.types())),
        "purchases": ibis.memtable(bought, schema=ibis.schema(PURCHASES.contract.types())),
    }
    found = SALES_BY_MONTH.expression(tables, {"as_of": date(2025, 3, 10)}).execute()
    assert found.sort_values("month_date")["is_whole"].tolist() == [True, False]
    assert found.sort_values("month_date")["customer_count"].tolist() == [1, 0]


def test_weeks_that_are_over_are_told_and_those_to_come_are_foretold():
    from shopkeeper.boards.demand import FORECAST_AND_ACTUALS

    amount, week = "decimal(18, 4)", {"series_level": "string", "week_date": "date"}
    sold = {**week, "is_complete": "boolean", "sales_amount": amount}
    told = {**week, "expected_amount": amount, "lower_amount": amount, "upper_amount": amount}
    first, second = date(2025, 3, 3), date(2025, 3, 10)
    weeks = [("total", first, True, 10), ("product", first, True, 9), ("total", second, False, 4)]
    coming = [(level, second, 2, 1, 3) for level in ("total", "category", "product")]
    tables = {
        "weekly_demand": ibis.memtable(weeks, schema=ibis.schema(sold)),
        "demand_forecast": ibis.memtable(coming, schema=ibis.schema(told)),
    }
    board = FORECAST_AND_ACTUALS.expression(tables, {"as_of": date(2025, 3, 11)})
    found = board.order_by("week_date").execute()
    assert found["actual_amount"].astype(float).fillna(-1).tolist() == [10, -1]
    assert found["expected_amount"].astype(float).fillna(-1).tolist() == [-1, 2]


def test_the_bundle_for_superset_is_the_same_bytes_again_and_has_no_password(tmp_path):
    files = [tmp_path / "one.zip", tmp_path / "two.zip"]
    for file in files:
        write_bi_files(Workspace(tmp_path / "shop"), "superset", file, to=ADDRESS)
    assert files[0].read_bytes() == files[1].read_bytes()
    with zipfile.ZipFile(files[0]) as bundle:
        texts = {name: bundle.read(name).decode() for name in bundle.namelist()}
    assert not [name for name, text in texts.items() if "not-this-one" in text]
    database = yaml.safe_load(texts["shopkeeper/databases/Shopkeeper.yaml"])
    assert f"reader:{MASK}@db.example:5433/shop" in database["sqlalchemy_uri"]


def test_charts_of_boards_that_are_not_there_are_left_out():
    some = [contract for contract in CONTRACTS if contract.name != "funnel_steps"]
    files = superset_bundle(some, address="postgresql+psycopg2://x", schema="boards")
    assert not [name for name in files if "funnel" in name]
    assert "dashboards/cohorts.yaml" in files


def test_the_sql_for_metabase_runs_over_the_boards(tmp_path):
    write_bi_files(Workspace(tmp_path / "shop"), "metabase", tmp_path / "made", to=ADDRESS)
    with duckdb.connect() as connection:
        connection.execute("CREATE SCHEMA boards")
        for contract in CONTRACTS:
            kinds = {"float64": "DOUBLE", "string": "TEXT", "int64": "BIGINT"}
            columns = ", ".join(
                f"{name} {kinds.get(type_, type_)}" for name, type_ in contract.types().items()
            )
            connection.execute(f"CREATE TABLE boards.{contract.name} ({columns})")
        queries = sorted((tmp_path / "made" / "questions").glob("*.sql"))
        assert len(queries) == len(list(charts()))
        for query in queries:
            connection.execute(query.read_text())


def power_bi() -> dict[str, str]:
    return power_bi_project(
        CONTRACTS, server="db.example:5433", database='a "shop"', schema="boards"
    )


def test_the_power_bi_model_has_every_column_and_every_measure_that_visuals_ask_for():
    files = power_bi()
    known: set[tuple[str, str, str]] = set()
    for name, text in files.items():
        if "/tables/" not in name:
            continue
        table = re.search(r"^table (\w+)$", text, re.MULTILINE)[1]
        known |= {
            ("Column", table, found)
            for found in re.findall(r"^\tcolumn (\w+)$", text, re.MULTILINE)
        }
        measures = re.findall(r"^\tmeasure '([^']+)' = ", text, re.MULTILINE)
        known |= {("Measure", table, found) for found in measures}
        # Tabs only, one deeper at most than the line before: what the format is made of.
        assert not re.search(r"^ ", text, re.MULTILINE)
    for contract in CONTRACTS:
        for column in contract.column_names:
            assert ("Column", contract.name, column) in known
    asked = set()
    for name, text in files.items():
        if not name.endswith("visual.json"):
            continue
        for role in json.loads(text)["visual"]["query"]["queryState"].values():
            for projection in role["projections"]:
                ((kind, field),) = projection["field"].items()
                table = field["Expression"]["SourceRef"]["Entity"]
                asked.add((kind, table, field["Property"]))
    assert len([one for one in asked if one[0] == "Measure"]) > 10
    assert asked <= known
    names = [name for kind, _, name in known if kind == "Measure"]
    assert len(set(names)) == len(names)


def test_the_power_bi_project_names_pages_and_parts_that_are_there():
    files = power_bi()
    project = json.loads(files["Shopkeeper.pbip"])
    report = project["artifacts"][0]["report"]["path"]
    assert json.loads(files[f"{report}/definition.pbir"])["datasetReference"]
    pages = json.loads(files[f"{report}/definition/pages/pages.json"])["pageOrder"]
    assert pages == [dashboard.name for dashboard in DASHBOARDS]
    for page in pages:
        assert json.loads(files[f"{report}/definition/pages/{page}/page.json"])["name"] == page
    model = files["Shopkeeper.SemanticModel/definition/model.tmdl"]
    assert model.count("ref table ") == len(CONTRACTS)
    given = files["Shopkeeper.SemanticModel/definition/expressions.tmdl"]
    assert 'expression Database = "a ""shop""" meta' in given


def test_folders_of_others_are_left_alone(tmp_path):
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(UsageError, match="not made by"):
        write_bi_files(Workspace(tmp_path / "shop"), "power-bi", tmp_path, to=ADDRESS)
    assert (tmp_path / "thesis.txt").read_text() == "mine"


def test_wrong_words_are_answered_with_the_right_ones(tmp_path):
    shop = Workspace(tmp_path / "shop")
    with pytest.raises(UnknownNameError, match="superset"):
        write_bi_files(shop, "superset1", tmp_path / "x", to=ADDRESS)
    with pytest.raises(UsageError, match="which database"):
        write_bi_files(shop, "superset", tmp_path / "x")
    with pytest.raises(SettingsError, match="names no user"):
        postgres_address("postgresql://db.example/shop", "--to")


def test_sockets_and_odd_names_survive_in_addresses():
    found = postgres_address("postgresql://a%40b@/my%20shop?host=/run/pg&port=5433", "--to")
    wanted = "postgresql+psycopg2://a%40b:X@/my%20shop?host=/run/pg&port=5433"
    assert found.for_sqlalchemy("X") == wanted
    six = postgres_address("postgresql://a@[::1]/shop", "--to")
    assert six.for_sqlalchemy("X") == "postgresql+psycopg2://a:X@[::1]:5432/shop"
