"""Prediction log: what a model was asked and said, with its version and how long it took.

One JSON object a line, one file for each day and process, readable by nobody but its owner. It
holds customers' ids and features: what is forgotten of a customer is to be forgotten here too.
"""

from __future__ import annotations

import json
import os
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from shopkeeper.errors import StorageError

FOLDER = "predictions"
OWNER_ONLY = 0o600
# Under which a line may name a customer.
NAMING = ("user_id", "customer_id")


@dataclass(frozen=True, slots=True)
class Prediction:
    """One row that a model said something of.

    Attributes:
        at: When, UTC.
        request_id: Request in which it was asked.
        model: Name and version of the model.
        run_id: Run that was current.
        as_of: Day before which data were seen, as ISO text.
        inputs: What was asked: a customer's id, or the features of a row.
        output: What was said.
        milliseconds: How long it took, of the whole request.
    """

    at: datetime
    request_id: str
    model: str
    run_id: str
    as_of: str
    inputs: Mapping[str, Any]
    output: Mapping[str, Any]
    milliseconds: float = 0.0


@dataclass(frozen=True)
class PredictionLog:
    """The log of a shop.

    Attributes:
        folder: The `.shopkeeper` folder of the shop.
        process: Number of the process that writes, so that no two write to one file.
    """

    folder: Path
    process: int = field(default_factory=os.getpid)

    def write(self, predictions: Iterable[Prediction]) -> None:
        """Adds predictions, each a whole line.

        Raises:
            StorageError: The folder cannot be written.
        """
        lines: dict[str, list[str]] = {}
        for prediction in predictions:
            day = prediction.at.date().isoformat()
            lines.setdefault(day, []).append(_line(prediction))
        try:
            (self.folder / FOLDER).mkdir(parents=True, exist_ok=True, mode=0o700)
            for day, texts in lines.items():
                self._append(self.folder / FOLDER / f"{day}-{self.process}.jsonl", "".join(texts))
        except OSError as error:
            raise StorageError(
                f"The log of predictions cannot be written: {error.strerror}.",
                "mend the disk, or set `api.logs_predictions` to false",
            ) from error

    def _append(self, file: Path, text: str) -> None:
        # One write of whole lines: who reads meanwhile sees whole lines.
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, OWNER_ONLY)
        try:
            os.write(handle, text.encode())
        finally:
            os.close(handle)


def read_predictions(folder: Path) -> Iterator[Prediction]:
    """Gives all predictions of a shop, by day; a line that a kill cut short is left out.

    Args:
        folder: The `.shopkeeper` folder of the shop.
    """
    for file in sorted((folder / FOLDER).glob("*.jsonl")):
        for line in file.read_text(encoding="utf-8").splitlines(keepends=True):
            if line.endswith("\n"):
                plain = json.loads(line)
                yield Prediction(**{**plain, "at": datetime.fromisoformat(plain["at"])})


def remove_before(folder: Path, day: date) -> int:
    """Removes the predictions of earlier days; gives how many files went.

    Whole files go, each of one day, so that who reads meanwhile sees a day or does not.

    Args:
        folder: The `.shopkeeper` folder of the shop.
        day: First day that stays.

    Raises:
        StorageError: A file cannot be removed.
    """
    removed = 0
    for file in sorted((folder / FOLDER).glob("*.jsonl")):
        said_on = file.name[: len(day.isoformat())]
        if said_on < day.isoformat():
            try:
                file.unlink()
            except OSError as error:
                raise StorageError(
                    f"`{FOLDER}/{file.name}` cannot be removed: {error.strerror}.",
                    "give whoever runs `shopkeeper monitor` the right to remove it",
                ) from error
            removed += 1
    return removed


def forget_customers(folder: Path, customer_ids: Collection[str]) -> int:
    """Takes what was asked and said of some customers out of the log; gives how many lines went.

    Features of rows that name nobody stay: nothing in them tells whose they were.

    Args:
        folder: The `.shopkeeper` folder of the shop.
        customer_ids: Their ids.

    Raises:
        StorageError: A file cannot be changed.
    """
    return sum(_without(file, customer_ids) for file in sorted((folder / FOLDER).glob("*.jsonl")))


def _without(file: Path, customer_ids: Collection[str]) -> int:
    """Takes lines out of one file; gives how many."""
    partial = file.with_name(f".{file.name}.partial")
    while True:
        content = file.read_bytes()
        lines = content.decode("utf-8").splitlines(keepends=True)
        kept = [line for line in lines if not _names(line, customer_ids)]
        if len(kept) == len(lines):
            return 0
        try:
            partial.touch(OWNER_ONLY)
            partial.write_text("".join(kept), encoding="utf-8")
            # A line that a program was told meanwhile is read as well, not lost.
            if file.stat().st_size != len(content):
                continue
            partial.replace(file)
        except OSError as error:
            raise StorageError(
                f"`{FOLDER}/{file.name}` cannot be changed: {error.strerror}.",
                "mend the disk and forget them again",
            ) from error
        return len(lines) - len(kept)


def _names(line: str, customer_ids: Collection[str]) -> bool:
    """Gives whether a line is of one of some customers; a line cut short is looked at as text."""
    try:
        plain = json.loads(line)
    except ValueError:
        return any(one in line for one in customer_ids)
    parts = (plain.get("inputs"), plain.get("output"))
    values = (part.get(name) for part in parts if part for name in NAMING)
    return any(str(value) in customer_ids for value in values if value is not None)


def _line(prediction: Prediction) -> str:
    plain = {**asdict(prediction), "at": prediction.at.isoformat()}
    return json.dumps(plain, sort_keys=True, default=str) + "\n"
