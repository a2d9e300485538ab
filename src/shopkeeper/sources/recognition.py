"""Recognition: which kind of source reads a file, or files that lie in one folder."""

from __future__ import annotations

from collections.abc import Sequence

from shopkeeper.sources import ALL, LINKED
from shopkeeper.sources.linked_source import Kind, tells_all


def recognise(headers: Sequence[Sequence[str]]) -> Kind:
    """Gives the kind of source that reads files with these headers.

    Files that belong together are told by all of them; otherwise the first file tells.

    Args:
        headers: Names of the columns of each file, at least one.
    """
    for linked in LINKED:
        if tells_all(linked, headers):
            return linked
    return next(known for known in ALL if known.recognises(headers[0]))
