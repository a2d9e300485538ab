"""Saving: the state of a fitted model as JSON; numbers come back to the last bit."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from shopkeeper.errors import ModelDataError


def to_files(name: str, state: Mapping[str, Any]) -> dict[str, bytes]:
    """Gives one JSON file with the name of the model and its state."""
    text = json.dumps({"model": name, **state}, indent=1, sort_keys=True)
    return {f"{name}.json": text.encode()}


def from_files(name: str, files: Mapping[str, bytes]) -> dict[str, Any]:
    """Gives the state that `to_files` wrote.

    Raises:
        ModelDataError: The file is missing or was written by another model.
    """
    file = f"{name}.json"
    if file not in files:
        raise ModelDataError(f"There is no file `{file}` in the saved model.")
    state: dict[str, Any] = json.loads(files[file])
    if state.pop("model", None) != name:
        raise ModelDataError(f"File `{file}` was not written by the model `{name}`.")
    return state
