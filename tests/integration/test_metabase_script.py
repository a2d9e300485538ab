"""The Metabase script sends only what the server's API documents, and runs again without copies."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from shopkeeper import Workspace
from shopkeeper.boards.charts import charts
from shopkeeper.jobs.bi import write_bi_files

SCRIPT = Path(__file__).parents[2] / "integrations" / "metabase" / "provision.py"
KEY = "mb_key"
# Route → field → type and whether it must be there, after the API's own pages (docs/api, 0.5x).
TEXT, MAP, ID, LIST = str, dict, int, list
DOCUMENTED = {
    "POST /api/database": {"name": (TEXT, True), "engine": (TEXT, True), "details": (MAP, True)},
    "PUT /api/database/:id": {"name": (TEXT, False), "engine": (TEXT, False), "details": (MAP, 0)},
    "POST /api/collection": {
        "name": (TEXT, True),
        "description": (TEXT, False),
        "parent_id": (ID, False),
    },
    "POST /api/card": {
        "name": (TEXT, True),
        "display": (TEXT, True),
        "dataset_query": (MAP, True),
        "visualization_settings": (MAP, True),
        "description": (TEXT, False),
        "collection_id": (ID, False),
    },
    "PUT /api/card/:id": {
        "name": (TEXT, False),
        "display": (TEXT, False),
        "dataset_query": (MAP, False),
        "visualization_settings": (MAP, False),
        "description": (TEXT, False),
        "collection_id": (ID, False),
    },
    "POST /api/dashboard": {
        "name": (TEXT, True),
        "description": (TEXT, False),
        "collection_id": (ID, False),
    },
    "PUT /api/dashboard/:id": {
        "name": (TEXT, False),
        "description": (TEXT, False),
        "collection_id": (ID, False),
        "dashcards": (LIST, False),
    },
}
DASHCARD = {"id", "card_id", "row", "col", "size_x", "size_y", "parameter_mappings"}
DISPLAYS = {"scalar", "bar", "line", "table", "funnel"}


class Recorder:
    """Answers like the server and writes down what it was sent; refuses what is not documented."""

    def __init__(self) -> None:
        self.kinds: dict[str, dict[int, dict]] = {
            kind: {} for kind in ("database", "collection", "card", "dashboard")
        }
        self.refused: list[str] = []

    def answer(self, method: str, path: str, body: dict | None) -> object:
        found = urlsplit(path)
        if method == "GET":
            return self.listed(found.path, found.query)
        route = f"{method} {re.sub(r'/[0-9]+$', '/:id', found.path)}"
        self.hold(route, body or {})
        kind = found.path.split("/")[2]
        number = int(found.path.split("/")[3]) if route.endswith(":id") else None
        if number is None:
            number = len(self.kinds[kind]) + 1
        elif number not in self.kinds[kind]:
            self.refused.append(f"{route}: there is no {number}")
        self.kinds[kind].setdefault(number, {}).update(body or {})
        return {"id": number}

    def listed(self, path: str, query: str) -> object:
        wanted = re.fullmatch(r"/api/collection/(\d+)/items", path)
        kind = query.removeprefix("models=") if wanted else path.split("/")[2]
        rows = [
            {"id": number, "name": one["name"]}
            for number, one in self.kinds[kind].items()
            if not wanted or one["collection_id"] == int(wanted[1])
        ]
        if kind == "collection":
            return [{"id": "root", "name": "Our analytics"}, *rows]
        return {"data": rows, "total": len(rows)}

    def hold(self, route: str, body: dict) -> None:
        fields = DOCUMENTED.get(route)
        if fields is None:
            self.refused.append(f"{route} is not documented")
            return
        for name, value in body.items():
            if name not in fields or not isinstance(value, fields[name][0]) or value == "":
                self.refused.append(f"{route}: {name} = {value!r}")
        self.refused += [
            f"{route}: no {n}" for n, (_, must) in fields.items() if must and n not in body
        ]
        if body.get("display", "table") not in DISPLAYS:
            self.refused.append(f"{route}: display {body['display']}")
        for card in body.get("dashcards", ()):
            if set(card) != DASHCARD or card["card_id"] not in self.kinds["card"]:
                self.refused.append(f"{route}: {card}")


@pytest.fixture
def server():
    recorder = Recorder()

    class Handler(BaseHTTPRequestHandler):
        def do(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            body = json.loads(self.rfile.read(length)) if length else None
            known = self.headers.get("X-API-Key") == KEY
            answer = recorder.answer(self.command, self.path, body) if known else {}
            self.send_response(200 if known else 401)
            self.end_headers()
            self.wfile.write(json.dumps(answer).encode())

        do_GET = do_POST = do_PUT = do  # noqa: N815 - names that the library calls

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    running = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=running.serve_forever)
    thread.start()
    recorder.address = f"http://127.0.0.1:{running.server_port}"
    yield recorder
    running.shutdown()
    thread.join()
    running.server_close()


@pytest.fixture
def written(tmp_path) -> Path:
    address = "postgresql://reader:not-this-one@db.example:5433/shop"
    write_bi_files(Workspace(tmp_path / "shop"), "metabase", tmp_path / "made", to=address)
    return tmp_path / "made"


def provision(folder: Path, server: Recorder, **environment: str) -> subprocess.CompletedProcess:
    given = {"METABASE_API_KEY": KEY, "PGPASSWORD": "right-one", **environment}
    return subprocess.run(
        [sys.executable, str(SCRIPT), str(folder), server.address],
        env={**os.environ, **given},
        capture_output=True,
        text=True,
        check=False,
    )


def test_only_what_is_documented_is_sent_and_nothing_twice(written, server):
    for _ in range(2):
        done = provision(written, server)
        assert done.returncode == 0, done.stderr
    assert server.refused == []
    sizes = {kind: len(found) for kind, found in server.kinds.items()}
    assert sizes == {"database": 1, "collection": 1, "card": len(list(charts())), "dashboard": 4}
    details = server.kinds["database"][1]["details"]
    assert (details["host"], details["port"], details["dbname"]) == ("db.example", 5433, "shop")
    assert details["password"] == "right-one"
    for card in server.kinds["card"].values():
        assert "boards" in card["dataset_query"]["native"]["query"]


def test_charts_lie_beside_each_other(written, server):
    provision(written, server)
    for board in server.kinds["dashboard"].values():
        boxes = [
            {
                (x, y)
                for x in range(c["col"], c["col"] + c["size_x"])
                for y in range(c["row"], c["row"] + c["size_y"])
            }
            for c in board["dashcards"]
        ]
        assert sum(map(len, boxes)) == len(set().union(*boxes))
        assert max(x for box in boxes for x, _ in box) < 24


def test_a_wrong_key_ends_it_with_the_servers_word(written, server):
    done = provision(written, server, METABASE_API_KEY="wrong")
    assert done.returncode == 1
    assert "401" in done.stderr


def test_no_file_has_the_password(written):
    assert not [f for f in written.rglob("*") if f.is_file() and "not-this-one" in f.read_text()]
