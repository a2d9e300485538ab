"""Makes in a running Metabase what `shopkeeper bi metabase` wrote: once or again.

    python provision.py FOLDER http://127.0.0.1:3000

Reads METABASE_API_KEY (Admin settings > Authentication > API keys) and, in PGPASSWORD, the password
of the shop's database. What has the same name is replaced, so running it again changes nothing.
Needs nothing but Python.
"""

import json
import os
import sys
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

COLLECTION = "Shopkeeper"
TIMEOUT_SECONDS = 60


class Metabase:
    """A server, asked by its documented API with a key."""

    def __init__(self, address: str, key: str) -> None:
        self.address = address.rstrip("/")
        self._headers = {"X-API-Key": key, "Content-Type": "application/json"}

    def send(self, method: str, path: str, plain: Any = None) -> Any:
        """Sends JSON; gives the answer."""
        body = None if plain is None else json.dumps(plain).encode()
        # The address is the operator's own argument.
        request = urllib.request.Request(  # noqa: S310
            self.address + path, body, self._headers, method=method
        )
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as response:  # noqa: S310
                return json.load(response)
        except urllib.error.HTTPError as error:
            told = error.read().decode(errors="replace")[:2_000]
            sys.exit(f"error: {method} {path} was answered with {error.code}: {told}")
        except OSError as error:
            sys.exit(f"error: {self.address} does not answer: {error}")

    def named(self, path: str) -> dict[str, int]:
        """Gives what a list names → its id."""
        found = self.send("GET", path)
        rows = found["data"] if isinstance(found, dict) else found
        return {row["name"]: row["id"] for row in rows}

    def put(self, known: dict[str, int], path: str, plain: dict[str, Any]) -> int:
        """Changes what has this name, or makes it; gives its id."""
        if plain["name"] in known:
            self.send("PUT", f"{path}/{known[plain['name']]}", plain)
            return known[plain["name"]]
        return int(self.send("POST", path, plain)["id"])


def database(metabase: Metabase, plan: dict[str, Any], password: str) -> int:
    """Gives the id of the shop's database, which is made known where it is not."""
    details = {
        "host": plan["host"],
        "port": plan["port"],
        "dbname": plan["database"],
        "user": plan["user"],
        "password": password,
        "ssl": os.environ.get("PGSSLMODE", "prefer") in {"require", "verify-ca", "verify-full"},
    }
    wanted = {"name": plan["name"], "engine": "postgres", "details": details}
    return metabase.put(metabase.named("/api/database"), "/api/database", wanted)


def collection(metabase: Metabase) -> int:
    """Gives the id of the collection in which everything stands."""
    known = {n: i for n, i in metabase.named("/api/collection").items() if isinstance(i, int)}
    if COLLECTION in known:
        return known[COLLECTION]
    wanted = {"name": COLLECTION, "description": "Made from the contracts of Shopkeeper."}
    return int(metabase.send("POST", "/api/collection", wanted)["id"])


def question(
    plan: dict[str, Any], folder: Path, *, database_id: int, collection_id: int
) -> dict[str, Any]:
    """Gives a question as the server takes it."""
    query = {"query": (folder / plan["file"]).read_text(encoding="utf-8")}
    return {
        "name": plan["name"],
        "description": plan["description"],
        "display": plan["display"],
        "visualization_settings": plan["visualization_settings"],
        "dataset_query": {"type": "native", "database": database_id, "native": query},
        "collection_id": collection_id,
    }


def main() -> None:
    """Makes database, collection, questions and dashboards."""
    if len(sys.argv) != 3:
        sys.exit("usage: provision.py FOLDER ADDRESS")
    folder = Path(sys.argv[1])
    try:
        key, password = os.environ["METABASE_API_KEY"], os.environ["PGPASSWORD"]
    except KeyError as error:
        sys.exit(f"error: set {error.args[0]} in the environment")
    plan = json.loads((folder / "dashboards.json").read_text(encoding="utf-8"))
    metabase = Metabase(sys.argv[2], key)
    database_id = database(metabase, plan["database"], password)
    home = collection(metabase)
    cards = metabase.named(f"/api/collection/{home}/items?models=card")
    boards = metabase.named(f"/api/collection/{home}/items?models=dashboard")
    for board in plan["dashboards"]:
        placed = []
        for place, asked in enumerate(board["questions"], 1):
            wanted = question(asked, folder, database_id=database_id, collection_id=home)
            card_id = metabase.put(cards, "/api/card", wanted)
            box = {name: asked[name] for name in ("row", "col", "size_x", "size_y")}
            # Ids below zero are new; those that stood there before are not named, so they go.
            placed.append({"id": -place, "card_id": card_id, **box, "parameter_mappings": []})
        told = {"name": board["name"], "description": board["description"], "collection_id": home}
        board_id = metabase.put(boards, "/api/dashboard", told)
        metabase.send("PUT", f"/api/dashboard/{board_id}", {"dashcards": placed})
        print(f"{board['name']}: {len(placed)} questions")


if __name__ == "__main__":
    main()
