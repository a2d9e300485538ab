"""The API answers what the command line answers, in every form, and opens every count."""

from __future__ import annotations

import csv
import io
import json
import re
from decimal import Decimal

import jsonschema_rs
import pyarrow as pa
import pytest
from api_client import client_of
from typer.testing import CliRunner

from shopkeeper import as_plain
from shopkeeper.api.app import openapi_of
from shopkeeper.api.routes.reports import ALIASES, OF_PLANS, REPORTS

# They take seconds by themselves.
COSTLY = {"monday", "change", "whales"}
ADDRESS = re.compile(r"^[a-z_]+:")
COUNTED = {
    "orders": "order_count",
    "customers": "customer_count",
    "lines": "line_count",
    "previous_customers": "previous_customer_count",
    "outliers": "outlier_count",
    "outside": "outside_count",
    "active": "active_count",
}


@pytest.fixture(scope="module")
def client(demo_folder):
    return client_of(demo_folder)


@pytest.fixture(scope="module")
def document(client):
    return openapi_of(client.app)


def show(folder, *arguments: str):
    from shopkeeper.cli.main import app

    done = CliRunner().invoke(app, ["show", *arguments, "-C", str(folder), "--json"])
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def test_every_report_of_the_command_line_has_an_address():
    from shopkeeper.cli.answers import SHOWS

    assert set(REPORTS) == set(SHOWS)
    assert set(ALIASES.values()) <= set(REPORTS)


@pytest.mark.parametrize(
    "report",
    [pytest.param(r, marks=[pytest.mark.slow] if r in COSTLY else []) for r in REPORTS],
)
def test_api_and_command_line_and_schema_agree(client, demo_folder, document, report):
    answer = client.get(f"/reports/{report.replace('_', '-')}")
    assert answer.status_code == 200, answer.text
    assert answer.json() == show(demo_folder, report)
    assert ("etag" in answer.headers) == (report not in OF_PLANS)
    path = document["paths"][f"/reports/{report.replace('_', '-')}"]["get"]
    schema = path["responses"]["200"]["content"]["application/json"]["schema"]
    jsonschema_rs.validate({**schema, "components": document["components"]}, answer.json())


def test_library_gives_the_same_numbers(client, demo):
    assert client.get("/customers/rfm-segments").json() == as_plain(demo.segments())
    named = client.get("/customers/top-customers?limit=3").json()
    assert named == as_plain(demo.best_customers(limit=3))
    found = client.get("/retention?measure=revenue&cohorts=week&periods=5").json()
    from shopkeeper.marts.retention import RetentionQuestion

    question = RetentionQuestion(measure="revenue", cohorts="week", periods=5)
    assert found == as_plain(demo.retention(question=question))


def test_options_are_those_of_the_command_line(client, demo_folder):
    options = ("funnel", "--steps", "view,purchase", "--by", "device", "--window", "7d")
    asked = client.get("/funnel?steps=view,purchase&by=device&window=7d")
    assert asked.json() == show(demo_folder, *options)


def test_each_customer_is_found_in_memory_as_by_a_query(client, demo):
    listed = client.get("/customers?page_size=1000").json()
    assert listed["count"] == len(demo.frame("customer_360"))
    chosen = listed["items"][::125]
    for line in chosen:
        address = f"/customers/{line['customer_id']}"
        # The second way is the quick one.
        for packing in ("gzip", "identity"):
            answer = client.get(address, headers={"Accept-Encoding": packing})
            assert answer.json() == as_plain(demo.customer(line["customer_id"]))
            assert answer.headers["etag"]


def test_pages_hold_each_customer_once_and_in_order(client, demo):
    seen, cursor = [], ""
    while cursor is not None:
        address = f"/customers?page_size=900&sort=-net_amount{cursor and f'&cursor={cursor}'}"
        page = client.get(address).json()
        seen += [(Decimal(row["net_amount"]), row["customer_id"]) for row in page["items"]]
        cursor = page["next_cursor"]
    assert len(seen) == len({name for _, name in seen}) == page["count"]
    assert seen == sorted(seen, key=lambda row: (-row[0], row[1]))


def test_filters_are_those_of_the_tables(client, demo):
    frame = demo.frame("customer_scores")
    most = frame.risk_band.value_counts().idxmax()
    country = demo.frame("customer_360").merge(frame, on="customer_id")
    wanted = country[(country.risk_band == most) & (country.country == "Germany")]
    asked = client.get("/customers", params={"risk_band": most, "country": "Germany"}).json()
    assert asked["count"] == len(wanted) > 0
    least = client.get("/customers?min_net_amount=500&q=C100").json()
    both = country[(country.net_amount >= 500) & country.customer_id.str.contains("C100")]
    assert least["count"] == len(both) > 0
    assert client.get("/customers?country=Nowhere").json()["items"] == []


@pytest.mark.parametrize(
    "report",
    [
        *("best-customers", "payments", "returns", "repeat-buyers"),
        *("segments", "customer-segments", "churn", "scores"),
    ],
)
def test_every_count_opens_as_many_ids(client, report):
    found = 0
    for row in _records(client.get(f"/reports/{report}").json()):
        for name, count in COUNTED.items():
            if name in row and count in row and ADDRESS.match(str(row[name])):
                opened = client.get(
                    f"/reports/{report}/members", params={"of": row[name], "page_size": 1}
                ).json()
                assert opened["count"] == row[count], row[name]
                assert len(opened["items"]) == min(row[count], 1)
                found += 1
    assert found


def test_a_list_behind_a_count_is_paged_to_its_end(client):
    step = client.get("/funnel").json()["steps"][-1]
    ids, cursor = [], None
    while True:
        params = {"of": step["members"], "page_size": 1000}
        page = client.get(
            "/reports/funnel/members", params=params | ({"cursor": cursor} if cursor else {})
        ).json()
        ids += [tuple(row.values()) for row in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert len(ids) == len(set(ids)) == page["count"]


def test_csv_and_arrow_hold_the_numbers_of_json(client):
    plain = client.get("/customers/rfm-segments").json()["segments"]
    text = client.get("/customers/rfm-segments", headers={"Accept": "text/csv"})
    assert text.headers["content-type"] == "text/csv; charset=utf-8"
    rows = list(csv.DictReader(io.StringIO(text.text)))
    assert [row["order_amount"] for row in rows] == [row["order_amount"] for row in plain]
    stream = client.get(
        "/customers/rfm-segments",
        headers={"Accept": "application/vnd.apache.arrow.stream"},
    )
    table = pa.ipc.open_stream(stream.content).read_all()
    assert [format(v, "f") for v in table["order_amount"].to_pylist()] == [
        row["order_amount"] for row in plain
    ]
    moves = client.get("/customers/rfm-segments?table=moves", headers={"Accept": "text/csv"})
    assert moves.text.startswith("from_segment,")
    assert client.get("/quality", headers={"Accept": "image/png"}).status_code == 406


def test_the_etag_of_a_run_spares_the_answer(client):
    first = client.get("/insights/seasonality")
    again = client.get("/insights/seasonality", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    as_csv = {"If-None-Match": first.headers["etag"], "Accept": "text/csv"}
    assert client.get("/insights/seasonality", headers=as_csv).status_code == 200
    assert first.headers["content-encoding"] == "gzip"


def test_health_names_the_run(client, demo):
    found = client.get("/health").json()
    assert (found["status"], found["run_id"]) == ("ok", demo.published.run_id)
    assert found["model_loaded"] is True
    assert client.get("/ready").status_code == client.get("/ping").status_code == 200


def test_experiments_campaigns_models_and_plans_answer(client, demo):
    experiments = client.get("/experiments").json()["experiments"]
    assert experiments
    assert all(test["readout"] for test in experiments)
    from shopkeeper.reports.campaign import CampaignQuestion

    asked = client.get("/simulations/campaign?response=0.05&discount=0.1&cost=1").json()
    question = CampaignQuestion(response_rate=0.05, discount_rate=0.1, contact_cost=1.0)
    assert asked == as_plain(demo.campaign(question))
    models = client.get("/models").json()["models"]
    assert {model["name"] for model in models} == set(demo.registry.names())
    assert "folder" not in models[0]
    assert client.get("/plans").json() == {"plans": []}


def test_a_test_that_is_sent_is_read_out_as_from_a_file(client, tmp_path):
    from shopkeeper.jobs.experiment import analyse_file
    from shopkeeper.jobs.experiment_guesses import Asked

    rows = [f"u{n},{'treatment' if n % 2 else 'control'},{n % 7}\n" for n in range(400)]
    body = "user_id,variant,revenue\n" + "".join(rows)
    (tmp_path / "sent.csv").write_text(body)
    sent = client.post(
        "/experiments/analyze?metric=revenue", content=body, headers={"Content-Type": "text/csv"}
    )
    expected = as_plain(analyse_file(tmp_path / "sent.csv", Asked(metrics=("revenue",))))
    assert sent.json() == json.loads(json.dumps(expected, default=str))


def test_each_count_of_a_test_opens_as_many_units(client, demo_folder, demo):
    """The first list is read to its end; the command line names the same units."""
    listed = client.get("/experiments").json()["experiments"]
    for test in listed:
        counts = test["readout"]["lists"]
        assert {one["counted"] for one in counts} >= {"in one arm", "in the arm", "converted"}
        for one in counts if test["number"] == 1 else counts[-2:]:
            asked = {"of": one["units"], "page_size": 1}
            page = client.get(f"/experiments/{test['number']}/units", params=asked)
            assert page.json()["count"] == one["unit_count"], one
            assert "etag" not in page.headers
    whole, cursor = [], ""
    while cursor is not None:
        asked = {
            "of": counts[0]["units"],
            "page_size": 700,
            **({"cursor": cursor} if cursor else {}),
        }
        page = client.get(f"/experiments/{test['number']}/units", params=asked).json()
        whole += [row["customer_id"] for row in page["items"]]
        cursor = page["next_cursor"]
    assert len(whole) == len(set(whole)) == counts[0]["unit_count"]
    from shopkeeper.cli.main import app

    words = ["experiment", "analyze", str(demo_folder / "data" / "experiments.csv")]
    words += ["--definition", str(demo_folder / test["definition"]), "--members"]
    where = demo.settings.experiments[test["number"] - 1].where
    words += [counts[0]["units"], *(part for each in where for part in ("--where", each))]
    lines = CliRunner().invoke(app, words).stdout.splitlines()
    assert lines == ["customer_id", *whole]
    assert client.get("/experiments/9/units?of=experiment_units").status_code == 404
    assert client.get("/experiments/1/units?of=buyers").status_code == 422


def test_units_of_a_test_that_is_sent_are_paged(client):
    names = [f"u,{n}" for n in range(90)]
    rows = [f'"{name}",{"new" if n % 3 else "control"},{n % 2}\n' for n, name in enumerate(names)]
    body, kind = "user_id,variant,bought\n" + "".join(rows), {"Content-Type": "text/csv"}
    found = client.post("/experiments/analyze?metric=bought", content=body, headers=kind).json()
    one = next(x for x in found["lists"] if (x["counted"], x["arm"]) == ("converted", "new"))
    seen, cursor = [], ""
    while cursor is not None:
        asked = {"metric": "bought", "of": one["units"], "page_size": 16}
        asked |= {"cursor": cursor} if cursor else {}
        path = "/experiments/analyze/units"
        page = client.post(path, params=asked, content=body, headers=kind).json()
        seen += [row["unit_id"] for row in page["items"]]
        cursor = page["next_cursor"]
    expected = [name for n, name in enumerate(names) if n % 3 and n % 2]
    assert seen == sorted(expected)
    assert one["unit_count"] == len(expected)
    other = client.post(path, params=asked, content=body + '"z",new,1\n', headers=kind)
    assert other.status_code == 422


def _records(plain):
    if isinstance(plain, dict):
        yield plain
        for value in plain.values():
            yield from _records(value)
    elif isinstance(plain, list):
        for value in plain:
            yield from _records(value)
