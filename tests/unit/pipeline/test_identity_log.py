"""Identity log: entries stand whole, in order, and are never changed."""

from dataclasses import replace
from datetime import datetime

import pytest

from shopkeeper.errors import StorageError
from shopkeeper.pipeline.identity_log import LOG_FOLDER, Entry, append, file_name, read_log

ENTRY = Entry(
    number=1,
    action="merge",
    at=datetime(2026, 1, 1, 12),
    by="ann",
    rule="email",
    why="called them",
    ids=("é", "b"),
    customer_ids=("é", None),
    apart=("b",),
)


def test_what_is_appended_is_read(tmp_path):
    second = replace(ENTRY, number=2, action="split")
    assert read_log(tmp_path) == ()
    for entry in (ENTRY, second):
        append(tmp_path, entry)
    assert read_log(tmp_path) == (ENTRY, second)


def test_an_entry_is_never_written_over(tmp_path):
    append(tmp_path, ENTRY)
    with pytest.raises(StorageError, match="Entry 1 stands in"):
        append(tmp_path, replace(ENTRY, why="else"))
    assert read_log(tmp_path) == (ENTRY,)


def test_a_missing_entry_is_told(tmp_path):
    for number in (1, 2):
        append(tmp_path, replace(ENTRY, number=number))
    (tmp_path / LOG_FOLDER / file_name(1)).unlink()
    with pytest.raises(StorageError, match="Entry 1 of the merges and splits is missing"):
        read_log(tmp_path)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"number": 1}', '{"format_version": 1}'])
def test_a_damaged_entry_is_told_with_its_file(tmp_path, text):
    file = append(tmp_path, ENTRY)
    file.chmod(0o644)
    file.write_text(text)
    with pytest.raises(StorageError, match=r"cannot be read: `000001\.json`"):
        read_log(tmp_path)


def test_an_entry_whose_ids_lack_names_is_damaged(tmp_path):
    file = append(tmp_path, ENTRY)
    file.chmod(0o644)
    file.write_text(
        file.read_text().replace('  "b"\n ],\n "customer_ids"', '  "b", "c"\n ],\n "customer_ids"')
    )
    with pytest.raises(StorageError, match="cannot be read"):
        read_log(tmp_path)
