"""Serving: refused where others would reach it without a key; keys are made, kept as hashes."""

from __future__ import annotations

import hashlib
import json
import socket

import pytest

from shopkeeper.errors import ServerUnavailableError, SettingsError, UsageError
from shopkeeper.jobs.new_key import new_key
from shopkeeper.jobs.serve import check_open_to, serve
from shopkeeper.monitoring.prediction_log import Prediction, PredictionLog, read_predictions
from shopkeeper.settings import ApiKeySettings, ApiSettings, load_settings
from shopkeeper.workspace import Workspace


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "shop.example", ""])
def test_elsewhere_needs_a_key(host):
    key = ApiKeySettings(name="a", scopes=("read",), hash="sha256:" + "0" * 64)
    if host:
        check_open_to(ApiSettings(host=host, keys=(key,)))
        with pytest.raises(SettingsError, match="no key") as caught:
            check_open_to(ApiSettings(host=host))
        assert "--new-key" in caught.value.hint
    with pytest.raises(SettingsError, match="no key"):
        check_open_to(ApiSettings(allowed_hosts=("shop.example",)))


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "::1", "[::1]", "localhost"])
def test_this_machine_needs_none(host):
    check_open_to(ApiSettings(host=host))


def test_a_port_that_is_taken_is_said(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        shop = Workspace(tmp_path, overrides=[f"api.port={port}"], environment={})
        with pytest.raises(ServerUnavailableError, match=str(port)):
            serve(shop)


def test_a_folder_that_is_not_there_is_not_served(tmp_path):
    with pytest.raises(UsageError, match="no folder"):
        serve(Workspace(tmp_path / "typo", environment={}))


def test_a_new_key_is_kept_as_its_hash_beside_what_stood_there(tmp_path):
    file = tmp_path / "shopkeeper.toml"
    file.write_text('[shop]\nname = "Täst" # mine\n\n[api]\nport = 99')
    first = new_key(tmp_path, "crm", ["read", "predict"])
    second = new_key(tmp_path, "site", ["read"])
    settings = load_settings(tmp_path, environment={}).settings
    assert [key.name for key in settings.api.keys] == ["crm", "site"]
    assert settings.api.keys[0].scopes == ("read", "predict")
    assert settings.api.keys[0].hash == f"sha256:{hashlib.sha256(first.key.encode()).hexdigest()}"
    assert (settings.shop.name, settings.api.port) == ("Täst", 99)
    assert first.key != second.key
    assert len(first.key) > 40
    assert first.key not in file.read_text()


@pytest.mark.parametrize(
    ("name", "scopes"),
    [("crm", ["read"]), ("", ["read"]), ('a"b', ["read"]), ("x", ["root"]), ("x", [])],
)
def test_what_is_no_key_changes_nothing(tmp_path, name, scopes):
    new_key(tmp_path, "crm", ["read"])
    before = (tmp_path / "shopkeeper.toml").read_bytes()
    with pytest.raises(UsageError):
        new_key(tmp_path, name, scopes)
    assert (tmp_path / "shopkeeper.toml").read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == ["shopkeeper.toml"]


def test_settings_that_take_no_further_key_stay_as_they_are(tmp_path):
    file = tmp_path / "shopkeeper.toml"
    file.write_text("api = { port = 99 }\n")
    with pytest.raises(SettingsError, match="cannot be added"):
        new_key(tmp_path, "crm", ["read"])
    assert file.read_text() == "api = { port = 99 }\n"


def test_predictions_are_read_as_they_were_written(tmp_path):
    from datetime import UTC, datetime

    told = [
        Prediction(
            at=datetime(2026, 1, day, tzinfo=UTC), request_id=f"r{day}", model="churn 1",
            run_id="run", as_of="2025-12-31", inputs={"user_id": "é\n"},
            output={"probability": 0.25}, milliseconds=1.5,
        )
        for day in (2, 1)
    ]  # fmt: skip
    PredictionLog(tmp_path).write(told)
    assert list(read_predictions(tmp_path)) == told[::-1]
    (later,) = [f for f in (tmp_path / "predictions").iterdir() if "01-02" in f.name]
    # A kill in the middle of a line loses that line only.
    with later.open("a") as file:
        file.write('{"at": "2026-')
    assert list(read_predictions(tmp_path)) == told[::-1]
    assert json.loads(later.read_text().splitlines()[0])["request_id"] == "r2"
