"""Saving: the state of a fitted model as JSON; numbers come back to the last bit."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from shopkeeper.errors import ModelDataError

if TYPE_CHECKING:
    from numpy.typing import NDArray


def to_files(name: str, state: Mapping[str, Any]) -> dict[str, bytes]:
    """Gives one JSON file with the name of the model and its state."""
    text = json.dumps({"model": name, **state}, indent=1, sort_keys=True, allow_nan=False)
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


def number_or_none(value: float) -> float | None:
    """Gives a number as JSON can hold it: None for one that is unknown or infinite."""
    return float(value) if np.isfinite(value) else None


def matrix_or_none(values: NDArray[np.float64]) -> list[list[float]] | None:
    """Gives a matrix as JSON can hold it: None for one that is infinite."""
    return values.tolist() if np.isfinite(values).all() else None


def matrix(values: list[list[float]] | None, size: int) -> NDArray[np.float64]:
    """Gives the matrix that `matrix_or_none` wrote; infinite, with `size` rows, for None."""
    return np.full((size, size), np.inf) if values is None else np.array(values, dtype=np.float64)
