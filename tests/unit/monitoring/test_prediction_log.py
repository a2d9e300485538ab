"""Prediction log: what is old goes by whole days, and what is needed stays."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from shopkeeper.monitoring.prediction_log import (
    FOLDER,
    Prediction,
    PredictionLog,
    forget_customers,
    read_predictions,
    remove_before,
)

DAY = datetime(2025, 1, 10, 12, tzinfo=UTC)


def said(at: datetime, inputs: dict, output: dict | None = None) -> Prediction:
    return Prediction(at, "q", "churn 1", "r", "2025-01-10", inputs, output or {"probability": 0.5})


def test_whole_days_go_and_the_first_that_stays_stays_whole(tmp_path):
    for process in (1, 2):
        log = PredictionLog(tmp_path, process)
        log.write(said(DAY - timedelta(days=n), {"user_id": f"C{n}"}) for n in range(4))
    assert remove_before(tmp_path, date(2025, 1, 9)) == 4
    assert {p.at.date().isoformat() for p in read_predictions(tmp_path)} == {
        *("2025-01-09", "2025-01-10"),
    }
    assert len(list(read_predictions(tmp_path))) == 4
    assert remove_before(tmp_path / "nothing", date(2025, 1, 9)) == 0


def test_a_customer_is_forgotten_and_others_of_a_like_name_are_not(tmp_path):
    log = PredictionLog(tmp_path, 1)
    rows = ({"user_id": "C1"}, {"user_id": "C11"}, {"purchase_count": 3})
    log.write(said(DAY, row) for row in rows)
    log.write([said(DAY, {"instance": 1}, {"customer_id": "C1"})])
    file = next((tmp_path / FOLDER).glob("*.jsonl"))
    with file.open("a") as half:
        half.write('{"inputs": {"user_id": "C1')
    assert forget_customers(tmp_path, {"C1"}) == 3
    assert [p.inputs for p in read_predictions(tmp_path)] == list(rows[1:])
    assert 'C1"' not in file.read_text()
    assert file.stat().st_mode & 0o077 == 0
    assert forget_customers(tmp_path, {"C1"}) == 0
