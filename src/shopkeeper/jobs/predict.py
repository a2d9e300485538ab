"""Predict: what the models of a run say of rows that a caller sends; reads, and writes nothing."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any

from shopkeeper.errors import (
    ModelDataError,
    NotPublishedError,
    UnknownNameError,
    UsageError,
    shorten,
)
from shopkeeper.marts.customer_features import CUSTOMER_FEATURES, buying
from shopkeeper.marts.purchase_history import PURCHASE_HISTORY
from shopkeeper.tasks.churn.findings import all_of_facts as findings_of_churn
from shopkeeper.tasks.customer_segmentation.features import RAW
from shopkeeper.tasks.customer_segmentation.findings import (
    findings_of_facts as findings_of_segments,
)
from shopkeeper.tasks.lifetime_value.customers import HISTORY
from shopkeeper.tasks.lifetime_value.findings import findings_of_facts as findings_of_values

if TYPE_CHECKING:
    import pandas as pd

    from shopkeeper.contracts.contract import Column
    from shopkeeper.models.model import Model
    from shopkeeper.pipeline.manifest import Manifest
    from shopkeeper.workspace import Workspace

# Rows that are predicted at once.
MOST_ROWS = 10_000
KEYS = ("customer_id", "as_of")
TEXT_TYPES = ("string",)
# Numbers of no shop are larger.
HIGHEST = 1e12
NEVER_BELOW_0 = ("_count", "_days", "_share", "frequency", "_purchase", "_refund", "_session")


@dataclass(frozen=True, slots=True)
class Input:
    """One feature that a model is given.

    Attributes:
        name: Column of a mart.
        type: What it holds.
        meaning: What it says.
        is_needed: Whether it may not be missing.
    """

    name: str
    type: str
    meaning: str
    is_needed: bool


@dataclass(frozen=True)
class Predictor:
    """A model that a run published, ready to say its word.

    Attributes:
        name: Name in the registry, such as `churn`.
        label: Name and version.
        as_of: Day of the run; rows are taken to be as of it.
        model: The fitted model, every byte of it verified.
        inputs: What it looks at; a row may hold all other features too.
        longest_days: Days from the shop's first purchase to `as_of`; no customer is older.
    """

    name: str
    label: str
    as_of: date
    model: Model
    inputs: tuple[Input, ...]
    longest_days: int

    def predict(self, instances: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """Gives what the model says of each row, in their order.

        Args:
            instances: Rows of features, by name; what is not needed may be left out.

        Raises:
            UsageError: There are too many rows, a needed feature is missing or a value is none.
            UnknownNameError: A feature is not known.
            ModelDataError: No customer can be like this.
        """
        if not 1 <= len(instances) <= MOST_ROWS:
            raise UsageError(f"{len(instances):,} rows; from 1 to {MOST_ROWS:,} are predicted.")
        rows = self._rows(instances)
        try:
            predicted = self.model.predict(rows)
        except (ValueError, IndexError, KeyError, TypeError, ArithmeticError) as error:
            # Each value is possible by itself; together they may be a customer that cannot be.
            raise ModelDataError(
                f"`{self.name}` can say nothing of these rows: {shorten(error)}.",
                "look at rows of the table `customer_features`",
            ) from error
        return [_plain(row) for row in predicted.to_dict("records")]

    @cached_property
    def _known(self) -> Mapping[str, Input]:
        return {each.name: each for each in self.inputs}

    def _rows(self, instances: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
        import numpy as np
        import pandas as pd

        for place, row in enumerate(instances):
            self._check(row, place)
        columns = {
            name: pd.Series(
                [row.get(name) for row in instances],
                dtype=object if each.type in TEXT_TYPES else np.float64,
            )
            for name, each in self._known.items()
        }
        rows = pd.DataFrame(columns)
        rows["as_of"] = self.as_of
        names = [str(row.get("customer_id", place)) for place, row in enumerate(instances)]
        rows.index = pd.Index(names, name="customer_id")
        return rows

    def _check(self, row: Mapping[str, Any], place: int) -> None:
        for name, value in row.items():
            if name in KEYS:
                continue
            if name not in ALL_INPUTS:
                raise UnknownNameError.among("feature", name, ALL_INPUTS)
            if value is not None and not _fits(value, ALL_INPUTS[name]):
                kind = ALL_INPUTS[name].type
                raise UsageError(
                    f"`{name}` of row {place + 1} is `{shorten(value)}`, which is no {kind}."
                )
        for each in self.inputs:
            if each.is_needed and row.get(each.name) is None:
                raise UsageError(
                    f"Row {place + 1} has no `{each.name}`.",
                    f"it is: {each.meaning}; `{self.name}` cannot do without",
                )
        check_days(row, place, self.longest_days)


def published_models(manifest: Manifest) -> dict[str, str]:
    """Gives the models whose scores a run published: name → name and version."""
    facts = manifest.facts
    labels = [found.model for found in findings_of_churn(facts) if found.is_published]
    labels += [found.model for found in findings_of_values(facts) if found.is_published]
    segments = findings_of_segments(facts)
    if segments is not None and segments.is_published:
        labels.append(segments.model)
    return {label.rpartition(" ")[0]: label for label in labels}


def load_predictor(workspace: Workspace, name: str | None = None) -> Predictor:
    """Gives a model of the run that a workspace looks at, read through the safe loader.

    Args:
        workspace: The shop.
        name: Name of the model; None takes that of churn, or else of second purchases.

    Raises:
        NotPublishedError: No model of the run may score.
        UnknownNameError: The run has no model of that name.
        ArtifactError: The model is not what was registered.
    """
    manifest = workspace.published
    known = published_models(manifest)
    if name is None:
        named = [each for each in ("churn", "second_purchase") if each in known]
        name = named[0] if named else next(iter(known), None)
    if name is None or manifest.as_of is None:
        raise NotPublishedError(
            "No model of this run may score.", "see why with `shopkeeper show scores`"
        )
    if name not in known:
        raise UnknownNameError.among("model that scores", name, known)
    number = int(known[name].rpartition(" ")[2])
    model = workspace.registry.load(name, number)
    longest = _longest_days(workspace)
    return Predictor(name, known[name], manifest.as_of, model, inputs_of(name), longest)


def inputs_of(name: str) -> tuple[Input, ...]:
    """Gives the features that a registered model is given, by its name."""
    features = CUSTOMER_FEATURES.contract
    history = tuple(PURCHASE_HISTORY.contract.column(column) for column in HISTORY)
    if name == "customer_segments":
        columns: tuple[Column, ...] = tuple(features.column(column) for column in RAW)
    elif name.startswith("lifetime_value"):
        columns = (*buying.COLUMNS, *history)
    else:
        columns = (*features.columns, *history)
    return tuple(
        Input(column.name, column.type, column.meaning, not column.nullable)
        for column in columns
        if column.name not in KEYS
    )


ALL_INPUTS: Mapping[str, Input] = {each.name: each for each in inputs_of("")}


def _longest_days(workspace: Workspace) -> int:
    features = workspace.table(CUSTOMER_FEATURES.name)
    found = features.agg(days=features.days_since_first_purchase.max())
    return int(workspace.engine.collect(found).to_pylist()[0]["days"] or 0)


def check_days(row: Mapping[str, Any], place: int, longest: int) -> None:
    """Holds the days of a row to each other: first purchase, last purchase, shop.

    Raises:
        UsageError: No customer of the shop can have them.
    """
    first, last = row.get("days_since_first_purchase"), row.get("days_since_last_purchase")
    if first is not None and first > longest:
        raise UsageError(
            f"Row {place + 1} bought first {shorten(first)} days ago; "
            f"the shop knows of {longest:,} days."
        )
    if first is not None and last is not None and last > first:
        raise UsageError(f"Row {place + 1} bought last before it bought first.")
    recency = row.get("recency_days")
    if first is not None and recency is not None and recency > first:
        raise UsageError(f"Row {place + 1} has more `recency_days` than days as a customer.")


def _fits(value: Any, wanted: Input) -> bool:
    if wanted.type in TEXT_TYPES:
        return isinstance(value, str)
    if not isinstance(value, bool | int | float) or not abs(value) <= HIGHEST:
        return False
    return value >= 0 or not wanted.name.endswith(NEVER_BELOW_0)


def _plain(row: Mapping[Any, Any]) -> dict[str, Any]:
    """Gives a row of predictions as values of JSON; what is missing is None."""
    found: dict[str, Any] = {}
    for name, value in row.items():
        plain = value.item() if hasattr(value, "item") else value
        is_missing = isinstance(plain, float) and not math.isfinite(plain)
        found[str(name)] = None if is_missing else plain
    return found
