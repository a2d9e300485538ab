"""Imports what `shopkeeper bi superset` wrote into a running Superset, and asks each chart.

    python import_dashboards.py shop.zip http://127.0.0.1:8088

Reads SUPERSET_USER and SUPERSET_PASSWORD, and in PGPASSWORD the password of the shop's database.
Needs nothing but Python.
"""

import http.cookiejar
import json
import os
import sys
import urllib.error
import urllib.request
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

DATABASE_FILE = "databases/Shopkeeper.yaml"
TIMEOUT_SECONDS = 120
CHARTS_ON_A_PAGE = 100


class Superset:
    """A session with a server: token, cookie and the token against forged requests."""

    def __init__(self, address: str, user: str, password: str) -> None:
        self.address = address.rstrip("/")
        jar = http.cookiejar.CookieJar()
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
        self._headers: dict[str, str] = {"Referer": self.address}
        login = {"username": user, "password": password, "provider": "db", "refresh": False}
        token = self.send("POST", "/api/v1/security/login", login)["access_token"]
        self._headers["Authorization"] = f"Bearer {token}"
        found = self.send("GET", "/api/v1/security/csrf_token/")
        self._headers["X-CSRFToken"] = found["result"]

    def send(self, method: str, path: str, plain: Any = None) -> Any:
        """Sends JSON; gives the answer."""
        body = None if plain is None else json.dumps(plain).encode()
        return self._answer(method, path, body, "application/json")

    def upload(self, path: str, fields: dict[str, str], name: str, content: bytes) -> Any:
        """Sends a form with one file in the field `bundle`."""
        mark = uuid.uuid4().hex
        say = f"--{mark}\r\nContent-Disposition: form-data; name="
        parts = [f'{say}"{field}"\r\n\r\n{value}\r\n'.encode() for field, value in fields.items()]
        head = f'{say}"bundle"; filename="{name}"\r\n'
        parts.append(f"{head}Content-Type: application/zip\r\n\r\n".encode() + content)
        body = b"".join(parts) + f"\r\n--{mark}--\r\n".encode()
        return self._answer("POST", path, body, f"multipart/form-data; boundary={mark}")

    def _answer(self, method: str, path: str, body: bytes | None, kind: str) -> Any:
        headers = {**self._headers, "Content-Type": kind, "Accept": "application/json"}
        # The address is the operator's own argument.
        request = urllib.request.Request(  # noqa: S310
            self.address + path, body, headers, method=method
        )
        try:
            with self._opener.open(request, timeout=TIMEOUT_SECONDS) as response:
                return json.load(response)
        except urllib.error.HTTPError as error:
            told = error.read().decode(errors="replace")[:2_000]
            sys.exit(f"error: {method} {path} was answered with {error.code}: {told}")
        except OSError as error:
            sys.exit(f"error: {self.address} does not answer: {error}")


def charts(superset: Superset) -> Iterator[dict[str, Any]]:
    """Gives all charts that the server knows."""
    page = 0
    while True:
        asked = f"(page:{page},page_size:{CHARTS_ON_A_PAGE})"
        found = superset.send("GET", f"/api/v1/chart/?q={asked}")["result"]
        yield from found
        if len(found) < CHARTS_ON_A_PAGE:
            return
        page += 1


def rows_of(superset: Superset, chart_id: int) -> int:
    """Asks the query of a chart; gives the number of rows, or ends where it cannot be answered."""
    chart = superset.send("GET", f"/api/v1/chart/{chart_id}")["result"]
    query = json.loads(chart["query_context"])
    answer = superset.send("POST", "/api/v1/chart/data", query)["result"][0]
    if answer.get("error"):
        sys.exit(f"error: chart `{chart['slice_name']}`: {answer['error']}")
    return int(answer["rowcount"])


def main() -> None:
    """Imports, then asks."""
    if len(sys.argv) != 3:
        sys.exit("usage: import_dashboards.py BUNDLE.zip ADDRESS")
    bundle = Path(sys.argv[1])
    try:
        user, password = os.environ["SUPERSET_USER"], os.environ["SUPERSET_PASSWORD"]
        database = os.environ["PGPASSWORD"]
    except KeyError as error:
        sys.exit(f"error: set {error.args[0]} in the environment")
    superset = Superset(sys.argv[2], user, password)
    passwords = {"passwords": json.dumps({DATABASE_FILE: database})}
    superset.upload("/api/v1/assets/import/", passwords, bundle.name, bundle.read_bytes())
    for chart in charts(superset):
        print(f"{rows_of(superset, chart['id']):>7,} rows  {chart['slice_name']}")


if __name__ == "__main__":
    main()
