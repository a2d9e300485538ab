"""Limits: callers have each their own bucket, cursors their own question, keys their own scopes."""

from __future__ import annotations

import base64
import json

import pytest

from shopkeeper.api.auth import caller_of
from shopkeeper.api.limits import RateLimit, check_host
from shopkeeper.api.paging import cursor_of, page_of
from shopkeeper.errors import RequestRefusedError
from shopkeeper.settings import ApiKeySettings

KEY = "shopkeeper_abc"


def test_a_bucket_fills_evenly_and_is_each_callers_own():
    now = [0.0]
    rate = RateLimit(60, clock=lambda: now[0])
    for _ in range(60):
        rate.check("ann")
    with pytest.raises(RequestRefusedError) as caught:
        rate.check("ann")
    assert caught.value.headers == {"Retry-After": "1"}
    rate.check("bob")
    now[0] = 2.0
    rate.check("ann")
    rate.check("ann")
    with pytest.raises(RequestRefusedError):
        rate.check("ann")


def test_no_limit_is_no_limit():
    rate = RateLimit(0)
    for _ in range(1000):
        rate.check("ann")


@pytest.mark.parametrize(
    "hosts", [[b"evil.example"], [], [b"localhost", b"localhost"], [b"localhost.evil"], [b""]]
)
def test_only_names_of_this_machine_and_of_the_settings_are_hosts(hosts):
    check_host({"headers": [(b"host", b"LOCALHOST:80")]}, ())
    check_host({"headers": [(b"host", b"[::1]:80")]}, ())
    check_host({"headers": [(b"host", b"shop.example")]}, ("shop.example",))
    with pytest.raises(RequestRefusedError):
        check_host({"headers": [(b"host", host) for host in hosts]}, ("shop.example",))


def test_a_cursor_comes_back_as_it_was_and_no_other_does():
    page = page_of([1, 2], "run-1", ("q", "x"), 0, 2, 5)
    found = cursor_of(page.next_cursor, ("q", "x"))
    assert found is not None
    assert (found.run_id, found.offset) == ("run-1", 2)
    assert page_of([5], "run-1", ("q", "x"), 4, 2, 5).next_cursor is None
    assert cursor_of(None, "anything") is None
    forged = [
        "", "%%%", "x" * 500, base64.urlsafe_b64encode(b"[1]").decode(),
        base64.urlsafe_b64encode(json.dumps(["run-1", found.question, -2]).encode()).decode(),
    ]  # fmt: skip
    for text in forged:
        with pytest.raises(RequestRefusedError):
            cursor_of(text, ("q", "x"))
    with pytest.raises(RequestRefusedError):
        cursor_of(page.next_cursor, ("q", "y"))


def _scope(address: str | None, **headers: str):
    named = [(k.replace("_", "-").encode(), v.encode()) for k, v in headers.items()]
    return {"headers": named, "client": (address, 1) if address else None}


def test_who_asks_is_known_by_key_or_by_being_here():
    import hashlib

    mark = f"sha256:{hashlib.sha256(KEY.encode()).hexdigest()}"
    keys = (ApiKeySettings(name="crm", scopes=("read",), hash=mark),)
    for headers in ({"authorization": f"Bearer {KEY}"}, {"x_api_key": KEY}):
        found = caller_of(_scope("192.0.2.1", **headers), keys, needs_key=False)
        assert found is not None
        assert (found.name, found.scopes) == ("crm", {"read"})
    for headers in ({}, {"authorization": f"Basic {KEY}"}, {"x_api_key": KEY + " "}):
        assert caller_of(_scope("127.0.0.1", **headers), keys, needs_key=False) is None
    here = caller_of(_scope("127.0.0.1"), (), needs_key=False)
    assert here is not None
    assert "operate" in here.scopes
    assert caller_of(_scope("::1"), (), needs_key=False) == here
    for address in ("192.0.2.1", None, "localhost"):
        assert caller_of(_scope(address), (), needs_key=False) is None
    assert caller_of(_scope("127.0.0.1"), (), needs_key=True) is None
