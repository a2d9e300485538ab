"""Files that are no tables of text, told by their first bytes, and refused with their name."""

from __future__ import annotations

from shopkeeper.errors import FileUnreadableError, FormatError

PARQUET_MAGIC = b"PAR1"
OLD_WORKBOOK_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_BINARY_KINDS = (
    (b"\x7fELF", "a program"),
    (b"MZ", "a program"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"%PDF", "a PDF document"),
    (b"SQLite format 3", "an SQLite database"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"Rar!", "a rar archive"),
    (b"BZh", "compressed with bzip2"),
    (b"\xfd7zXZ", "compressed with xz"),
    (b"\x28\xb5\x2f\xfd", "compressed with zstd"),
    (b"ARROW1", "an Arrow file"),
    (b"Obj\x01", "an Avro file"),
    (b"ORC", "an ORC file"),
    (PARQUET_MAGIC, "a compressed Parquet file"),
    (b"PK\x03\x04", "a compressed archive"),
)
_TEXT_KINDS = ((b"<", "HTML or XML"), (b"{", "JSON"), (b"[", "JSON"))
_CONTROLS = bytes(set(range(32)) - set(b"\t\n\r\f\x1a")) + b"\x7f"
_HEAD_BYTES = 65_536
# Texts have hardly any control characters; random bytes have one in ten.
_CONTROL_SHARE_OF_TEXT = 0.005
_CONTROLS_OF_TEXT = 10


def refuse_other_kinds(name: str, head: bytes, *, is_wide: bool = False) -> None:
    """Lets pass what may be delimited text.

    Args:
        name: Name of the file for messages.
        head: Its first bytes, unpacked.
        is_wide: Whether it is UTF-16 or UTF-32, which is full of NUL bytes.

    Raises:
        FileUnreadableError: The bytes are no text.
        FormatError: The text is of a kind that is no table.
    """
    for magic, kind in _BINARY_KINDS:
        if head.startswith(magic):
            raise _not_a_table(name, kind)
    window = head[:_HEAD_BYTES]
    controls = len(window) - len(window.translate(None, _CONTROLS))
    limit = max(_CONTROLS_OF_TEXT, _CONTROL_SHARE_OF_TEXT * len(window))
    if controls > limit and not is_wide:
        raise _not_a_table(name, "binary data")
    for sign, kind in _TEXT_KINDS:
        if window.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(sign):
            raise FormatError(
                f"`{name}` is {kind}, not a table.", "save it as CSV, Parquet or Excel"
            )


def _not_a_table(name: str, kind: str) -> FileUnreadableError:
    return FileUnreadableError(
        f"`{name}` is {kind}, not a table.",
        "name a CSV, TSV, Parquet or Excel file; gzip and zip are read as they are",
        {"file": name, "kind": kind},
    )
