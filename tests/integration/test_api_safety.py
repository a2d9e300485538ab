"""Who may not ask is refused, and each wrong request gets its own right answer."""

from __future__ import annotations

import json
import logging
import shutil
from urllib.parse import quote

import pytest
from api_client import ALL_KEY, KEYS, client_of, key_settings

from shopkeeper.api.gate import JsonLines, log_to_stderr
from shopkeeper.monitoring.prediction_log import read_predictions

KIND = "urn:shopkeeper:problem:"
HOSTILE = (
    "' OR 1=1 --", "../../etc/passwd", "..%2f..%2fetc%2fpasswd", "<script>alert(1)</script>",
    "\u202eevil", "a" * 300, "%00", "null", "=1+1", "🛒", ";ls", "{{7*7}}",
)  # fmt: skip


@pytest.fixture(scope="module")
def shop(demo_folder, tmp_path_factory):
    """A demo shop of this file's own, with keys in its settings."""
    folder = tmp_path_factory.mktemp("api") / "shop"
    shutil.copytree(demo_folder, folder)
    with (folder / "shopkeeper.toml").open("a") as settings:
        settings.write("\n" + key_settings())
    return folder


@pytest.fixture(scope="module")
def locked(shop):
    return client_of(shop, "api.largest_body_bytes=20000")


@pytest.fixture(scope="module")
def open_client(demo_folder):
    return client_of(demo_folder)


def bearer(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"}


def problem(answer, status: int, kind: str) -> dict:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    found = answer.json()
    assert (found["status"], found["type"]) == (status, KIND + kind)
    assert found["request_id"] == answer.headers["x-request-id"]
    return found


def test_without_the_right_key_nothing_is_said(locked):
    refused = problem(locked.get("/quality"), 401, "no-key")
    assert "--new-key" in refused["hint"]
    problem(locked.get("/quality", headers=bearer("wrong")), 401, "no-key")
    problem(locked.get("/quality", headers={"X-API-Key": ""}), 401, "no-key")
    assert locked.get("/quality", headers=bearer(KEYS["read"])).status_code == 200
    assert locked.get("/quality", headers={"X-API-Key": KEYS["read"]}).status_code == 200
    assert locked.get("/health").status_code == 200


def test_a_key_does_what_its_scopes_say_and_no_more(locked):
    reader, operator = bearer(KEYS["read"]), bearer(KEYS["operate"])
    for address in ("/customers", "/customers/C1000000", "/whales", "/customers/top-customers"):
        if address != "/whales":
            problem(locked.get(address, headers=reader), 403, "wrong-scope")
    problem(locked.get("/reports/funnel/members?of=funnel", headers=reader), 403, "wrong-scope")
    units = "/experiments/1/units?of=experiment_units"
    problem(locked.get(units, headers=reader), 403, "wrong-scope")
    sent = locked.post("/experiments/analyze/units?of=experiment_units", headers=reader)
    problem(sent, 403, "wrong-scope")
    problem(locked.get("/plans/x/members?of=plan_customers", headers=reader), 403, "wrong-scope")
    problem(locked.post("/predict", json={"user_id": "x"}, headers=reader), 403, "wrong-scope")
    problem(locked.get("/metrics", headers=reader), 403, "wrong-scope")
    assert locked.get("/metrics", headers=operator).status_code == 200
    problem(locked.get("/quality", headers=operator), 403, "wrong-scope")


def test_without_keys_only_this_machine_may_ask(demo_folder):
    elsewhere = client_of(demo_folder, address="192.0.2.7")
    problem(elsewhere.get("/quality"), 401, "no-key")
    named = client_of(demo_folder, 'api.allowed_hosts=["shop.example"]')
    problem(named.get("/quality"), 401, "no-key")


def test_another_host_is_refused(open_client):
    problem(open_client.get("/health", headers={"Host": "evil.example"}), 400, "wrong-host")
    problem(
        open_client.get("/health", headers={"Host": "localhost.evil.example"}), 400, "wrong-host"
    )
    assert open_client.get("/health", headers={"Host": "localhost:8765"}).status_code == 200
    assert open_client.get("/ping", headers={"Host": "10.0.0.7:8080"}).status_code == 200


def test_pages_of_other_sites_learn_nothing(open_client):
    answer = open_client.get("/health", headers={"Origin": "https://evil.example"})
    assert not [name for name in answer.headers if name.startswith("access-control")]
    assert answer.headers["x-content-type-options"] == "nosniff"
    sent = open_client.post("/predict", content=b"{}", headers={"Content-Type": "text/plain"})
    problem(sent, 415, "media-type")
    assert open_client.options("/quality").status_code == 405


def test_an_oversized_body_is_refused_before_it_is_read(locked):
    asked = bearer(ALL_KEY)
    large = {"instances": [{"purchase_count": 1}] * 5000}
    problem(locked.post("/predict", json=large, headers=asked), 413, "too-large")

    def parts():
        for _ in range(40):
            yield b"x" * 1000

    kind = {**asked, "Content-Type": "text/csv"}
    problem(locked.post("/experiments/analyze", content=parts(), headers=kind), 413, "too-large")
    problem(locked.get("/quality?x=" + "y" * 9000, headers=asked), 414, "too-long")


def test_too_many_requests_wait(demo_folder):
    client = client_of(demo_folder, "api.requests_per_minute=5")
    answers = [client.get("/health") for _ in range(7)]
    assert [answer.status_code for answer in answers] == [200] * 5 + [429] * 2
    assert int(answers[-1].headers["retry-after"]) >= 1


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_and_ids_are_only_names(open_client, name):
    quoted = quote(name, safe="")
    problem(open_client.get(f"/customers/{quoted}"), 404, "not-found")
    assert open_client.get("/customers", params={"q": name}).json()["count"] == 0
    assert open_client.get("/customers", params={"country": name}).json()["count"] == 0
    assert open_client.get("/customers", params={"sort": name}).status_code == 422
    assert open_client.get(f"/plans/{quoted}").status_code == 404
    assert open_client.get(f"/models/{quoted}").status_code == 404
    assert open_client.get(f"/reports/{quoted}").status_code == 404
    assert open_client.get("/funnel", params={"steps": name}).status_code in {404, 422}
    for of in (name, f"funnel:{name}", f"funnel:step_count={name}"):
        assert open_client.get("/reports/funnel/members", params={"of": of}).status_code == 422
    answer = open_client.post("/predict", json={"user_id": name})
    assert answer.status_code == 404
    assert "Traceback" not in answer.text


@pytest.mark.parametrize(
    ("address", "status", "kind"),
    [
        ("/customers/nobody", 404, "not-found"),
        ("/nothing/here", 404, "not-found"),
        ("/reports/overvew", 404, "not-found"),
        ("/funnel?stps=view", 422, "unknown-name"),
        ("/funnel?window=long", 422, "usage"),
        ("/funnel?window=1d&window=2d", 422, "usage"),
        ("/customers/top-customers?limit=100000", 422, "usage"),
        ("/customers?page_size=100000", 422, "usage"),
        ("/customers?min_net_amount=much", 422, "usage"),
        ("/customers?cursor=abc", 422, "cursor"),
        ("/reports/funnel/members", 422, "usage"),
        ("/reports/funnel/members?of=nothing:x=1", 422, "unknown-name"),
        ("/what-if/rfm?order_count=2", 422, "usage"),
        ("/simulations/campaign?response=7", 422, "usage"),
        ("/plans/2024-01-01-call-list-1", 404, "not-found"),
        ("/retention?periods=100000", 422, "usage"),
    ],
)
def test_each_mistake_has_its_answer(open_client, address, status, kind):
    problem(open_client.get(address), status, kind)


def test_a_cursor_goes_on_with_its_own_question_only(open_client):
    cursor = open_client.get("/customers?page_size=2").json()["next_cursor"]
    problem(open_client.get(f"/customers?q=x&cursor={cursor}"), 422, "cursor")


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b"[]", b"null", b'{"user_id": 5}', b'{"user_id": ""}', b"{}",
        b'{"user_id": "a", "instances": [{}]}', b'{"instances": []}', b'{"instances": [5]}',
        b'{"instances": [{"purchase_count": "many"}]}', b'{"instances": [{"nothing": 1}]}',
        b'{"instances": [{"purchase_count": NaN}]}', b'{"instances": [{}], "model": "x"}',
        b'{"instances": [{"purchase_count": 1e308}]}', b"\xff\xfe", b"[" * 5000,
    ],
)  # fmt: skip
def test_a_body_that_says_nothing_is_refused(open_client, body):
    answer = open_client.post(
        "/predict", content=body, headers={"Content-Type": "application/json"}
    )
    assert answer.status_code == 422, answer.text
    assert answer.headers["content-type"] == "application/problem+json"


def test_no_data_is_told_from_what_could_not_be_read(tmp_path, demo_folder):
    empty = client_of(tmp_path)
    problem(empty.get("/quality"), 404, "no-data")
    assert empty.get("/health").json()["status"] == "empty"
    assert empty.get("/ready").status_code == 503
    broken = tmp_path / "broken"
    (broken / ".shopkeeper").mkdir(parents=True)
    (broken / ".shopkeeper" / "current.json").write_text("{")
    damaged = client_of(broken)
    told = problem(damaged.get("/quality"), 503, "could-not-read")
    # Where things lie on the server is nobody's business.
    assert str(broken) not in json.dumps(told)
    assert damaged.get("/health").json()["status"] == "failed"


def test_a_customer_is_predicted_as_scored_and_logged(shop, demo):
    client = client_of(shop, "api.logs_predictions=true")
    score = demo.frame("customer_scores").dropna(subset=["churn_probability"]).iloc[0]
    answer = client.post(
        "/predict",
        json={"user_id": score.customer_id},
        headers={**bearer(ALL_KEY), "X-Request-ID": "mine-1"},
    )
    found = answer.json()
    assert found["probability"] == score.churn_probability
    assert found["is_at_risk"] == (score.churn_probability >= found["risk_threshold"])
    assert found["reasons"][0] == score.reason_1
    assert found["recommended_action"]
    (logged,) = [p for p in read_predictions(shop / ".shopkeeper") if p.request_id == "mine-1"]
    assert logged.model == score.churn_model == found["model"]
    assert logged.inputs == {"user_id": score.customer_id}
    assert logged.output["probability"] == score.churn_probability
    assert logged.milliseconds > 0
    (file,) = (shop / ".shopkeeper" / "predictions").iterdir()
    assert file.stat().st_mode & 0o077 == 0


def test_rows_of_features_get_the_scores_that_the_run_published(open_client, demo):
    history = demo.frame("purchase_history")[["customer_id", "frequency", "recency_days"]]
    features = demo.frame("customer_features").merge(history, on="customer_id")
    rows = json.loads(features.head(20).drop(columns=["as_of"]).to_json(orient="records"))
    scores = (
        demo.frame("customer_scores")
        .set_index("customer_id")
        .loc[[row["customer_id"] for row in rows]]
    )
    churn = open_client.post("/predict", json={"instances": rows}).json()
    found = [row["probability"] for row in churn["predictions"]]
    known = scores.churn_probability
    assert [each is None for each in found] == known.isna().tolist()
    told = [each for each in found if each is not None]
    assert told == pytest.approx(known.dropna().tolist(), abs=1e-9)
    values = {"instances": rows, "model": "lifetime_value_365_days"}
    expected = open_client.post("/predict", json=values).json()
    amounts = [row["expected_amount"] for row in expected["predictions"]]
    assert amounts == pytest.approx(scores.expected_amount.tolist(), abs=0.011)
    segments = {"instances": rows, "model": "customer_segments"}
    named = open_client.post("/predict", json=segments).json()["predictions"]
    assert [row["segment"] for row in named] == scores.segment.tolist()


def test_what_if_answers_as_the_tables_do(open_client, demo):
    rfm = demo.frame("rfm_segments").iloc[3]
    asked = {name: rfm[name] for name in ("days_since_last_order", "order_count", "order_amount")}
    found = open_client.get("/what-if/rfm", params=asked).json()
    assert (found["rfm_score"], found["segment"]) == (rfm.rfm_score, rfm.segment)
    row = demo.frame("customer_features").iloc[5]
    names = (
        "purchase_count", "purchase_amount", "days_since_first_purchase",
        "days_since_last_purchase",
    )  # fmt: skip
    asked = {name: row[name] for name in names}
    scores = demo.frame("customer_scores").set_index("customer_id").loc[row.customer_id]
    assert open_client.get("/what-if/persona", params=asked).json()["segment"] == scores.segment
    worth = open_client.get("/what-if/lifetime-value", params=asked).json()
    values = demo.frame("lifetime_values").set_index(["customer_id", "horizon_days"])
    published = values.loc[(row.customer_id, 365)]
    assert worth["purchase_probability"] == pytest.approx(published.purchase_probability)
    # The champion of the demo shop looks at nothing but the history.
    if worth["lower_amount"] is not None:
        assert worth["expected_amount"] == pytest.approx(published.expected_amount, abs=0.011)


def test_the_log_holds_no_personal_data(open_client, caplog):
    log_to_stderr()
    logger = logging.getLogger("shopkeeper.api")
    logger.addHandler(caplog.handler)
    try:
        open_client.get("/customers/C1000000?table=orders", headers={"X-Request-ID": "r-7"})
    finally:
        logger.removeHandler(caplog.handler)
    (record,) = [r for r in caplog.records if r.getMessage() == "request"]
    told = json.loads(JsonLines().format(record))
    assert told["request_id"] == "r-7"
    assert told["route"].startswith("/customers/{")
    assert "C1000000" not in json.dumps(told)
