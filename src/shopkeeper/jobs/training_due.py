"""Training due: whether what a task learned last still stands, by data, settings and age."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any


def is_due(
    last: Mapping[str, Any] | None,
    wanted: str,
    as_of: date,
    retrain_days: int,
    *,
    is_whole: bool,
) -> bool:
    """Gives whether a task must be trained again.

    Args:
        last: What the facts of the last run keep of the task: `fingerprint` and `as_of`; None or
            empty before the first training.
        wanted: Fingerprint of data, settings and code now.
        as_of: Day before which data are seen now.
        retrain_days: Age of a training in days from which on new data train again.
        is_whole: Whether the last training published all it was to publish; what was refused is
            tried again whenever the data change.
    """
    if not last:
        return True
    if last["fingerprint"] == wanted:
        return False
    age = (as_of - date.fromisoformat(last["as_of"])).days
    return not is_whole or not 0 <= age < retrain_days
