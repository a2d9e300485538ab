"""Versions: one registered model as a frozen record, and how it is written as tags and as JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from shopkeeper.lifecycle.promotion import Verdict

RECORD_TAG = "shopkeeper.record"
VERDICT_TAG = "shopkeeper.verdict"


@dataclass(frozen=True)
class ModelVersion:
    """One version of a registered model.

    Attributes:
        name: Name under which it is registered: that of its task.
        version: Number, from 1; also the name of its folder.
        run_id: The run that trained it.
        model: Name of the model.
        model_class: Where its class is found, as `module:Class`.
        created_at: When it was registered, UTC.
        as_of: Day before which data were seen.
        data_fingerprint: Hash of the tables it learned from.
        code_version: Version of the code.
        folder: Its folder.
        seal: SHA-256 of its checksum file.
        judged_against: Version that was champion when the gate judged it; None if there was none.
        aliases: `champion`, `challenger`, both or neither.
        verdict: What the gate said; None where it was not asked.
        store_number: Number that MLflow gave it.
    """

    name: str
    version: int
    run_id: str
    model: str
    model_class: str
    created_at: datetime
    as_of: date
    data_fingerprint: str
    code_version: str
    folder: Path
    seal: str
    judged_against: int | None = None
    aliases: tuple[str, ...] = ()
    verdict: Verdict | None = None
    store_number: str = ""

    @property
    def passed(self) -> bool:
        """Whether the gate let it through."""
        return self.verdict is not None and self.verdict.passed


def to_tags(version: ModelVersion) -> dict[str, str]:
    """Gives the record and the verdict as tags of a version in MLflow."""
    record = {
        "version": version.version,
        "run_id": version.run_id,
        "model": version.model,
        "model_class": version.model_class,
        "created_at": version.created_at.isoformat(),
        "as_of": version.as_of.isoformat(),
        "data_fingerprint": version.data_fingerprint,
        "code_version": version.code_version,
        "seal": version.seal,
        "judged_against": version.judged_against,
    }
    verdict = version.verdict.to_plain() if version.verdict else None
    return {
        RECORD_TAG: json.dumps(record, sort_keys=True),
        VERDICT_TAG: json.dumps(verdict, sort_keys=True),
    }


def from_tags(
    name: str, folder: Path, tags: Mapping[str, str], number: str, aliases: tuple[str, ...]
) -> ModelVersion:
    """Gives the version that `to_tags` wrote.

    Args:
        name: Name under which it is registered.
        folder: Folder of the name; a version lies in it under its number.
        tags: Tags of the version in MLflow.
        number: Number that MLflow gave it.
        aliases: Its aliases, ascending.
    """
    record: dict[str, Any] = json.loads(tags[RECORD_TAG])
    verdict = json.loads(tags.get(VERDICT_TAG, "null"))
    return ModelVersion(
        name=name,
        version=int(record["version"]),
        run_id=record["run_id"],
        model=record["model"],
        model_class=record["model_class"],
        created_at=datetime.fromisoformat(record["created_at"]),
        as_of=date.fromisoformat(record["as_of"]),
        data_fingerprint=record["data_fingerprint"],
        code_version=record["code_version"],
        folder=folder / str(record["version"]),
        seal=record["seal"],
        judged_against=record["judged_against"],
        aliases=aliases,
        verdict=Verdict.from_plain(verdict) if verdict else None,
        store_number=number,
    )
