"""Store: the registry as MLflow keeps it, and an index of it that is read in no time."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from shopkeeper.lifecycle.history import replace_text
from shopkeeper.lifecycle.tracking import Tracking, told_apart
from shopkeeper.lifecycle.versions import RECORD_TAG, ModelVersion, from_tags, to_tags

CHAMPION, CHALLENGER = "champion", "challenger"
CHAMPIONS_TAG = "shopkeeper.champions"
INDEX_FILE = "index.json"
PAGE = 200

Versions = dict[str, tuple[ModelVersion, ...]]


class Store:
    """Registered models in MLflow.

    MLflow's registry is the truth. Importing it takes seconds, so where the store is a file of the
    workspace, an index beside it holds what was read last; it counts only while the database file
    is the same to size and time, and can be thrown away.

    Args:
        tracking: Where the registry is.
        folder: Folder of all models.
    """

    def __init__(self, tracking: Tracking, folder: Path) -> None:
        self.tracking = tracking
        self.folder = folder
        self._memory: tuple[list[int], list[dict[str, Any]]] | None = None

    def read(self) -> Versions:
        """Gives all versions of all models, ascending."""
        if not self.tracking.exists:
            return {}
        rows = self._index()
        return self._versions(self._remembered() if rows is None else rows)

    def refresh(self) -> None:
        """Writes the index anew; nothing where the store is elsewhere."""
        if self.tracking.address is None:
            if not self.tracking.database.exists():
                self._rows()
            # The stamp comes first: what is written while rows are read makes the index void.
            index = {"database": self._stamp(), "rows": self._rows()}
            replace_text(self.folder / INDEX_FILE, json.dumps(index, sort_keys=True) + "\n")

    def next_number(self, name: str) -> int:
        """Gives the number after all that were ever given, in the registry or on disk."""
        known = [version.version for version in self.read().get(name, ())]
        place = self.folder / name
        known += (
            [int(f.name) for f in place.glob("*") if f.name.isdigit()] if place.exists() else []
        )
        return max(known, default=0) + 1

    @contextmanager
    def pending(self, name: str, number: int) -> Iterator[None]:
        """Marks a folder as not registered yet; the mark goes once it is."""
        mark = self._mark(name, number)
        replace_text(mark, "not registered yet\n")
        yield
        mark.unlink()

    def remove_orphans(self, name: str) -> None:
        """Removes folders that a killed job wrote and did not register, and nothing else.

        A folder without a mark is kept even if the registry does not know it: then the registry
        was lost, not the folder.
        """
        known = {version.version for version in self.read().get(name, ())}
        for mark in (self.folder / name).glob("*.pending"):
            number = int(mark.stem)
            if number not in known:
                shutil.rmtree(mark.with_name(f".{number}.aside"), ignore_errors=True)
                shutil.rmtree(mark.with_name(str(number)), ignore_errors=True)
            mark.unlink()

    def add(self, version: ModelVersion, source: str) -> ModelVersion:
        """Registers a version with all its tags in one step."""
        client, name = self.tracking.client, self.tracking.model_name(version.name)
        with told_apart(self.tracking.store):
            if not self._is_registered(name):
                client.create_registered_model(name)
            made = client.create_model_version(
                name, self._artifacts(source), run_id=version.run_id, tags=to_tags(version)
            )
        return replace(version, store_number=str(made.version))

    def set_alias(self, version: ModelVersion, alias: str) -> None:
        """Points an alias to a version, in one step."""
        name = self.tracking.model_name(version.name)
        with told_apart(self.tracking.store):
            self.tracking.client.set_registered_model_alias(name, alias, version.store_number)

    def drop_alias(self, version: ModelVersion, alias: str) -> None:
        """Takes an alias away."""
        with told_apart(self.tracking.store):
            self.tracking.client.delete_registered_model_alias(
                self.tracking.model_name(version.name), alias
            )

    def champions(self, name: str) -> tuple[int, ...]:
        """Gives the line of champions to the one that stands, oldest first.

        The alias is the truth: an entry behind it was never reached, and a champion that was set
        from elsewhere stands at the end.
        """
        standing = [v.version for v in self.read().get(name, ()) if CHAMPION in v.aliases]
        if not standing:
            return ()
        with told_apart(self.tracking.store):
            registered = self.tracking.client.get_registered_model(self.tracking.model_name(name))
        line: list[int] = json.loads(registered.tags.get(CHAMPIONS_TAG, "[]"))
        while line and line[-1] != standing[0] and standing[0] in line:
            line.pop()
        return tuple(line) if line[-1:] == standing else (*line, standing[0])

    def set_champions(self, name: str, line: tuple[int, ...]) -> None:
        """Keeps the line of champions."""
        with told_apart(self.tracking.store):
            self.tracking.client.set_registered_model_tag(
                self.tracking.model_name(name), CHAMPIONS_TAG, json.dumps(line)
            )

    def _is_registered(self, name: str) -> bool:
        found = self.tracking.client.search_registered_models(f"name = '{name}'")
        return bool(found)

    def _artifacts(self, source: str) -> str:
        """Gives where a run's model lies; MLflow wants the place itself."""
        run_id, path = source.removeprefix("runs:/").split("/", 1)
        run = self.tracking.client.get_run(run_id)
        return f"{run.info.artifact_uri}/{path}"

    def _rows(self) -> list[dict[str, Any]]:
        """Reads all versions that are ours from MLflow."""
        client, prefix = self.tracking.client, self.tracking.model_name("")
        rows: list[dict[str, Any]] = []
        with told_apart(self.tracking.store):
            for model in _pages(client.search_registered_models, f"name LIKE '{prefix}%'"):
                pointed = {alias: str(number) for alias, number in model.aliases.items()}
                for found in _pages(client.search_model_versions, f"name = '{model.name}'"):
                    if RECORD_TAG not in found.tags:
                        continue
                    number = str(found.version)
                    rows.append(
                        {
                            "name": model.name.removeprefix(prefix),
                            "number": number,
                            "tags": dict(found.tags),
                            "aliases": sorted(a for a, n in pointed.items() if n == number),
                        }
                    )
        return rows

    def _versions(self, rows: list[dict[str, Any]]) -> Versions:
        versions: dict[str, list[ModelVersion]] = {}
        for row in rows:
            name = row["name"]
            version = from_tags(
                name, self.folder / name, row["tags"], row["number"], tuple(row["aliases"])
            )
            versions.setdefault(name, []).append(version)
        return {
            name: tuple(sorted(found, key=lambda version: version.version))
            for name, found in sorted(versions.items())
        }

    def _index(self) -> list[dict[str, Any]] | None:
        """Gives what the index holds; None where it is not that of the database as it is."""
        if self.tracking.address is not None:
            return None
        try:
            index = json.loads((self.folder / INDEX_FILE).read_text(encoding="utf-8"))
            rows: list[dict[str, Any]] = index["rows"]
            return rows if index["database"] == self._stamp() else None
        except (OSError, ValueError, KeyError, TypeError):
            # A cache that cannot be read is a cache that is not there.
            return None

    def _remembered(self) -> list[dict[str, Any]]:
        """Gives the rows as MLflow has them; a database of ours is read once for each state."""
        if self.tracking.address is not None:
            return self._rows()
        # The stamp comes first: what is written while rows are read makes them void.
        stamp = self._stamp()
        if self._memory is None or self._memory[0] != stamp:
            self._memory = (stamp, self._rows())
        return self._memory[1]

    def _stamp(self) -> list[int]:
        found = self.tracking.database.stat()
        return [found.st_size, found.st_mtime_ns]

    def _mark(self, name: str, number: int) -> Path:
        return self.folder / name / f"{number}.pending"


def _pages(search: Any, filter_: str) -> Iterator[Any]:
    token = None
    while True:
        page = search(filter_, max_results=PAGE, page_token=token)
        yield from page
        token = page.token
        if not token:
            return
