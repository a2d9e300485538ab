"""Artifacts: a model as an immutable folder of checksummed files; never pickle, never half."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import stat
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from shopkeeper.errors import ArtifactError, StorageError, UnsafeArtifactError, shorten
from shopkeeper.lifecycle.model_classes import class_path, find_class
from shopkeeper.lifecycle.safe_files import LARGEST_FILE_BYTES, check_file, check_name
from shopkeeper.models.model import Files, Model

CHECKSUMS_FILE = "checksums.json"
FORMAT_VERSION = 1
# What stands beside a model's own files; a model may not save files of these names.
DOCUMENTS = frozenset({"card.md", "evidence.json", "verdict.json", "reference.json"})


@dataclass(frozen=True)
class Artifact:
    """A model's folder, verified.

    Attributes:
        folder: Where it lies.
        model: Name of the model on its shelf.
        model_class: Where its class is found, as `module:Class`.
        files: The model's own files.
        documents: Card, evidence and verdict.
        facts: What was recorded beside them.
        seal: SHA-256 of the checksum file: it stands for every byte of the folder.
    """

    folder: Path
    model: str
    model_class: str
    files: Files
    documents: Files
    facts: Mapping[str, Any] = field(default_factory=dict)
    seal: str = ""

    def load(self, further: Iterable[type[Model]] = ()) -> Model:
        """Gives the fitted model; `further` are classes trusted besides our own."""
        found = find_class(self.model_class, further)
        if found.name != self.model:
            raise ArtifactError(
                f"The folder `{self.folder.name}` says `{self.model}`, "
                f"but its class makes `{found.name}`."
            )
        return found.load(self.files)


def write_artifact(
    folder: Path, model: Model, documents: Files, facts: Mapping[str, Any]
) -> Artifact:
    """Writes a model aside and renames it whole; what stands is never changed.

    Args:
        folder: Where it shall stand; must not exist.
        model: The fitted model.
        documents: Card, evidence and verdict, by file name.
        facts: What else to record, as plain values.

    Raises:
        UnsafeArtifactError: The model saves what the reader would refuse.
        ArtifactError: The folder stands already.
        StorageError: The folder cannot be written.
    """
    files = dict(model.save())
    _check_saved(files, documents)
    if folder.exists():
        raise ArtifactError(f"Version `{folder.name}` of `{folder.parent.name}` stands already.")
    record = {
        "format_version": FORMAT_VERSION,
        "model": model.name,
        "class": class_path(type(model)),
        "files": {name: _mark(content) for name, content in sorted(files.items())},
        "documents": {name: _mark(content) for name, content in sorted(documents.items())},
        "facts": dict(facts),
    }
    text = json.dumps(record, indent=1, sort_keys=True).encode() + b"\n"
    aside = folder.with_name(f".{folder.name}.aside")
    try:
        shutil.rmtree(aside, ignore_errors=True)
        aside.mkdir(parents=True)
        for name, content in {**files, **documents, CHECKSUMS_FILE: text}.items():
            (aside / name).write_bytes(content)
            (aside / name).chmod(0o444)
        aside.rename(folder)
    except OSError as error:
        raise StorageError(f"Model folder `{folder}` cannot be written: {error}.") from error
    return read_artifact(folder)


def read_artifact(folder: Path, seal: str | None = None) -> Artifact:
    """Reads a model's folder and verifies every byte of it; runs nothing.

    Args:
        folder: Folder of one version.
        seal: SHA-256 that the checksum file must have; None where nobody else knows it.

    Raises:
        ArtifactError: A file is missing, added or changed.
        UnsafeArtifactError: A file could run code, or leads out of the folder.
    """
    found = _names(folder)
    if CHECKSUMS_FILE not in found:
        raise ArtifactError(f"`{folder}` has no `{CHECKSUMS_FILE}`, so it is no saved model.")
    text = _read(folder / CHECKSUMS_FILE)
    actual = hashlib.sha256(text).hexdigest()
    if seal is not None and seal != actual:
        raise ArtifactError(
            f"`{CHECKSUMS_FILE}` of version `{folder.name}` is not the one that was registered.",
            "take another version with `shopkeeper promote --rollback`, or train again",
        )
    record = _record(text, folder)
    marks = {**record["files"], **record["documents"]}
    if found - {CHECKSUMS_FILE} != set(marks):
        odd = shorten(", ".join(sorted((found - {CHECKSUMS_FILE}) ^ set(marks))), 120)
        raise ArtifactError(f"Files missing or added in model folder `{folder.name}`: {odd}.")
    contents = {name: _verified(folder / name, mark) for name, mark in marks.items()}
    return Artifact(
        folder,
        str(record["model"]),
        str(record["class"]),
        {name: contents[name] for name in record["files"]},
        {name: contents[name] for name in record["documents"]},
        record["facts"],
        actual,
    )


def load_model(folder: Path, seal: str | None = None, further: Iterable[type[Model]] = ()) -> Model:
    """Gives the fitted model of a folder, after verifying every byte of it."""
    return read_artifact(folder, seal).load(further)


def _check_saved(files: Files, documents: Files) -> None:
    if not files:
        raise ArtifactError("The model saved no file.")
    taken = (DOCUMENTS | {CHECKSUMS_FILE}) & set(files)
    if taken or not set(documents) <= DOCUMENTS:
        raise ArtifactError(f"File names that are taken or unknown: {sorted(taken)}.")
    for name, content in {**files, **documents}.items():
        check_file(name, content)


def _mark(content: bytes) -> dict[str, Any]:
    return {"sha256": hashlib.sha256(content).hexdigest(), "size": len(content)}


def _names(folder: Path) -> set[str]:
    """Gives the names in a folder that is a folder, with plain files only."""
    try:
        if not stat.S_ISDIR(folder.lstat().st_mode):
            raise UnsafeArtifactError(f"`{folder}` is no folder but a link or a file.")
        entries = list(os.scandir(folder))
    except OSError as error:
        raise ArtifactError(f"There is no model in `{folder}`.", "train it again") from error
    for entry in entries:
        if not entry.is_file(follow_symlinks=False):
            raise UnsafeArtifactError(
                f"`{shorten(entry.name)}` in model folder `{folder.name}` is a link or a folder."
            )
    return {entry.name for entry in entries}


def _read(file: Path) -> bytes:
    """Reads a plain file of bounded size; a link that was swapped in is not followed."""
    try:
        handle = os.open(file, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0))
        with os.fdopen(handle, "rb") as stream:
            content = stream.read(LARGEST_FILE_BYTES + 1)
    except OSError as error:
        raise ArtifactError(f"`{file}` cannot be read: {error.strerror}.") from error
    if len(content) > LARGEST_FILE_BYTES:
        raise UnsafeArtifactError(f"`{file.name}` is larger than a model's file may be.")
    return content


def _record(text: bytes, folder: Path) -> dict[str, Any]:
    check_file(CHECKSUMS_FILE, text)
    record: dict[str, Any] = json.loads(text)
    try:
        if record["format_version"] != FORMAT_VERSION:
            raise ArtifactError(
                f"Model `{folder.name}` has format {record['format_version']}; "
                f"this version reads {FORMAT_VERSION}.",
                "upgrade Shopkeeper, or train again",
            )
        whole = all(isinstance(record[key], dict) for key in ("files", "documents", "facts"))
        named = {"model", "class"} <= set(record)
    except (KeyError, TypeError):
        whole = named = False
    if not (whole and named):
        raise ArtifactError(f"`{CHECKSUMS_FILE}` of `{folder.name}` is not complete.")
    for name in (*record["files"], *record["documents"]):
        check_name(name)
    return record


def _verified(file: Path, mark: Mapping[str, Any]) -> bytes:
    content = _read(file)
    if _mark(content) != dict(mark):
        raise ArtifactError(
            f"`{file.name}` of model version `{file.parent.name}` has changed since it was saved.",
            "take another version with `shopkeeper promote --rollback`, or train again",
        )
    check_file(file.name, content)
    return content
