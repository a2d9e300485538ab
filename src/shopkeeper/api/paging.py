"""Paging: lists in pages of bounded length; a cursor stays in the run in which it was begun."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from shopkeeper.errors import RequestRefusedError
from shopkeeper.pipeline.state import digest

USUAL_LIMIT = 100
MOST_ROWS = 1000
# A cursor is a few dozen characters; longer ones are none of ours.
LONGEST_CURSOR = 400


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a list goes on: the run it was begun in, what was asked, and how far it came."""

    run_id: str
    question: str
    offset: int

    def text(self) -> str:
        """Gives the cursor as it is sent."""
        plain = json.dumps([self.run_id, self.question, self.offset], separators=(",", ":"))
        return base64.urlsafe_b64encode(plain.encode()).decode().rstrip("=")


@dataclass(frozen=True, slots=True)
class Page:
    """A part of a list.

    Attributes:
        run_id: Run that all pages of the list come from.
        count: How many there are in all.
        items: Those of this page.
        next_cursor: With which the next page is asked for; None on the last one.
    """

    run_id: str
    count: int
    items: tuple[Any, ...]
    next_cursor: str | None


def cursor_of(text: str | None, question: Any) -> Cursor | None:
    """Gives the cursor of a request; None where a list is begun.

    Raises:
        RequestRefusedError: It is none of ours, or belongs to another question.
    """
    if text is None:
        return None
    found = _read(text)
    if found is None:
        raise RequestRefusedError(
            422, "cursor", "The cursor cannot be read.", "begin the list again without it"
        )
    if found.question != mark_of(question):
        raise RequestRefusedError(
            422, "cursor", "The cursor belongs to another question.", "ask the same as before"
        )
    return found


def mark_of(question: Any) -> str:
    """Gives a short mark of what was asked, beside limit and cursor."""
    return digest(question)[:12]


def page_of(
    rows: Sequence[Any], run_id: str, question: Any, offset: int, limit: int, count: int
) -> Page:
    """Gives a page.

    Args:
        rows: Those of the page.
        run_id: The run they come from.
        question: What was asked.
        offset: How many stand before them.
        limit: The most of a page.
        count: All that there are.
    """
    end = offset + limit
    following = Cursor(run_id, mark_of(question), end).text() if end < count else None
    return Page(run_id, count, tuple(rows), following)


def expired() -> RequestRefusedError:
    """Gives the error for a list whose run stands open no more."""
    return RequestRefusedError(
        410, "cursor", "The run in which this list was begun is gone.", "begin the list again"
    )


def _read(text: str) -> Cursor | None:
    if len(text) > LONGEST_CURSOR:
        return None
    try:
        plain = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (binascii.Error, ValueError, UnicodeError, RecursionError):
        return None
    match plain:
        case [str(run_id), str(question), int(offset)] if 0 <= offset < 2**53:
            return Cursor(run_id, question, offset)
    return None
