"""Alerts reach a real web server and a real mail server; one that fails hides nothing."""

from __future__ import annotations

import json
import socket
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from shopkeeper.jobs.alerting import alert
from shopkeeper.monitoring.findings import Findings, Sign, Status
from shopkeeper.monitoring.policy import Retraining
from shopkeeper.settings import AlertSettings, MailSettings

FOUND = Findings(
    watched_at="2024-06-01T03:00:00",
    on="2024-06-01",
    as_of="2024-06-01",
    signs=(
        Sign("features", "churn 3", Status.ALARM, "`amount` has drifted."),
        Sign("volume", "the shop", Status.QUIET, "12 orders."),
    ),
    freshness=None,
    volume=None,
    drift=(),
    performance=(),
    answered=(),
    retraining=Retraining(is_due=True, reasons=()),
)


@pytest.fixture
def web():
    """A web server that keeps what is posted; `/moved` sends elsewhere, `/broken` fails."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            self.server.posted.append((self.path, self.headers["Content-Type"], body))
            status = {"/moved": 302, "/broken": 500}.get(self.path, 204)
            self.send_response(status)
            if status == 302:
                self.send_header("Location", "/elsewhere")
            self.end_headers()

        def do_GET(self):
            self.server.posted.append((self.path, "", b""))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_):
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.posted = []
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()


def address(server: ThreadingHTTPServer, path: str) -> str:
    return f"http://127.0.0.1:{server.server_address[1]}{path}"


@contextmanager
def mail_server(*, is_silent: bool = False):
    """A mail server of one connection that keeps what it is sent, line by line."""
    listening = socket.create_server(("127.0.0.1", 0))
    lines: list[str] = []

    def serve() -> None:
        try:
            connection, _ = listening.accept()
        except OSError:
            return
        with connection, connection.makefile("rwb") as stream:

            def say(text: str) -> None:
                stream.write(text.encode() + b"\r\n")
                stream.flush()

            if is_silent:
                stream.read(1)
                return
            say("220 here")
            is_text = False
            for raw in stream:
                line = raw.decode().rstrip("\r\n")
                lines.append(line)
                if is_text:
                    if line == ".":
                        is_text = False
                        say("250 kept")
                    continue
                is_text = line.upper() == "DATA"
                say("354 go on" if is_text else "221 bye" if line.upper() == "QUIT" else "250 well")
                if line.upper() == "QUIT":
                    return

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    yield listening.getsockname()[1], lines
    listening.close()
    thread.join(timeout=5)


def mail(port: int, **more) -> MailSettings:
    known = {"host": "127.0.0.1", "port": port, "encryption": "none", **more}
    return MailSettings(recipients=("owner@shop.example", "data@shop.example"), **known)


def test_a_webhook_gets_the_alarms_and_only_them(web):
    settings = AlertSettings(webhooks=(address(web, "/hook?key=secret"),))
    (told,) = alert(settings, "My shop", "run-1", FOUND)
    assert told.was_sent
    assert "secret" not in told.target
    ((path, kind, body),) = web.posted
    assert (path, kind) == ("/hook?key=secret", "application/json")
    message = json.loads(body)
    assert message["run_id"] == "run-1"
    assert [alarm["subject"] for alarm in message["alarms"]] == ["churn 3"]
    assert message["text"].startswith("My shop: 1 alarm")


def test_mail_reaches_all_recipients():
    with mail_server() as (port, lines):
        (told,) = alert(AlertSettings(mail=mail(port)), "My\nshop", "run-1", FOUND)
    assert told.was_sent, told.detail
    assert [line for line in lines if line.startswith("rcpt TO:")] == [
        "rcpt TO:<owner@shop.example>",
        "rcpt TO:<data@shop.example>",
    ]
    assert "Subject: My shop: 1 alarm" in lines
    assert any("`amount` has drifted." in line for line in lines)


def test_failing_hooks_are_told_of_and_the_next_one_is_tried(web):
    with socket.create_server(("127.0.0.1", 0)) as free:
        closed = free.getsockname()[1]
    hooks = (
        f"http://127.0.0.1:{closed}/",
        address(web, "/broken"),
        address(web, "/moved"),
        address(web, "/hook"),
    )
    settings = AlertSettings(webhooks=hooks, mail=mail(closed), timeout_seconds=2)
    told = alert(settings, "My shop", "run-1", FOUND)
    assert [one.was_sent for one in told] == [False, False, False, True, False]
    assert all(one.detail for one in told if not one.was_sent)
    assert "/elsewhere" not in [path for path, _, _ in web.posted]


def test_a_server_that_says_nothing_is_given_up():
    with mail_server(is_silent=True) as (port, _):
        settings = AlertSettings(mail=mail(port), timeout_seconds=0.3)
        (told,) = alert(settings, "My shop", "run-1", FOUND)
    assert not told.was_sent


def test_a_mail_server_without_encryption_gets_no_mail_where_encryption_is_asked():
    with mail_server() as (port, lines):
        settings = AlertSettings(mail=mail(port, encryption="starttls", user="me"))
        (told,) = alert(settings, "My shop", "run-1", FOUND)
    assert not told.was_sent
    assert not [line for line in lines if line.startswith(("AUTH", "mail FROM"))]


def test_a_password_is_never_sent_in_the_open():
    settings = AlertSettings(
        mail=MailSettings(
            host="mail.example", user="me", encryption="none", recipients=("owner@shop.example",)
        )
    )
    (told,) = alert(settings, "My shop", "run-1", FOUND)
    assert not told.was_sent
    assert "encrypted" in told.detail
