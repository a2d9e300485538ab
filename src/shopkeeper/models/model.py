"""Model: the protocol of an algorithm that is fitted; frames in and out, saved without pickle."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar, Protocol, Self, runtime_checkable

if TYPE_CHECKING:
    import pandas as pd

# A saved model: file name → content; JSON, npz without objects, or a library's own format.
Files = Mapping[str, bytes]


@runtime_checkable
class Model(Protocol):
    """An algorithm that learns from rows and says something of other rows.

    What is predicted and over which horizon is fixed when the model is made, so that `fit` and
    `predict` need nothing but rows. Same rows in any order and the same seed give the same model.

    Attributes:
        name: Name on the shelf, such as `bg_nbd`.
    """

    name: ClassVar[str]

    def fit(self, rows: pd.DataFrame) -> Self:
        """Learns from rows, one per thing that is learned from; gives itself."""
        ...

    def predict(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Gives one row per row of `rows`, with its index."""
        ...

    def save(self) -> Files:
        """Gives the fitted model as files; `load` of them predicts the same to the last bit."""
        ...

    @classmethod
    def load(cls, files: Files) -> Self:
        """Gives the model that `save` wrote."""
        ...
