"""Experiment guesses: a definition from what was asked and what a file shows, or a question."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from shopkeeper.errors import UnknownNameError, UsageError, shorten
from shopkeeper.experiments.experiment import Experiment, Kind, Role, experiment_from
from shopkeeper.jobs.experiment_file import Holds

if TYPE_CHECKING:
    from shopkeeper.jobs.experiment_file import ExperimentFile

ARM_NAMES = (
    "variant", "arm", "group", "test_group", "ab_group", "treatment_group", "bucket", "version",
    "condition", "treatment",
)  # fmt: skip
UNIT_NAMES = (
    "customer_id", "user_id", "userid", "visitor_id", "client_id", "unit_id", "account_id",
    "customer", "user", "visitor", "session_id", "id",
)  # fmt: skip
TEST_NAMES = ("experiment", "experiment_name", "experiment_id", "test", "test_name")
CONTROL_NAMES = ("control", "a", "baseline", "holdout", "original", "none", "off", "0", "old")
CONTROL_START = re.compile(r"(control|no|without|baseline|holdout)\b", re.IGNORECASE)
MONEY_NAMES = ("revenue", "spend", "spent", "sales", "amount", "turnover", "gmv")
MOST_ARMS = 10
SHOWN = 12


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What was said of a test on the command line; what is empty is guessed or asked for.

    Attributes:
        variant: Column of the arm.
        control: Arm that others are compared with.
        unit: Column of whom was drawn.
        metrics: Primary metrics, each as `column`, `above/below`, with `:word` for kind, quantile
            (`p90`), direction (`lower`) or cap (`cap99`).
        secondary: Metrics that are looked at, written the same.
        guardrails: Metrics that must not be harmed, written the same.
        covariate: Column known before the test, for the means among the metrics.
        segments: Columns to divide by.
        shares: Planned part of each arm, as `arm=part`.
        alpha: Accepted chance of a false alarm.
        is_sequential: Whether the test may be looked at any time.
        planned_count: Units planned.
    """

    variant: str | None = None
    control: str | None = None
    unit: str | None = None
    metrics: tuple[str, ...] = ()
    secondary: tuple[str, ...] = ()
    guardrails: tuple[str, ...] = ()
    covariate: str | None = None
    segments: tuple[str, ...] = ()
    shares: tuple[str, ...] = ()
    alpha: float = 0.05
    is_sequential: bool = False
    planned_count: int | None = None


def definition_of(file: ExperimentFile, asked: Asked, name: str) -> Experiment:
    """Gives the definition of a test.

    Args:
        file: The rows of one test.
        asked: What is known of it.
        name: Its name.

    Raises:
        UsageError: Something cannot be guessed; the hint names the option and what fits.
        UnknownNameError: A named column or arm does not exist.
    """
    variant = _known(file, asked.variant) or _guessed_variant(file)
    unit = _known(file, asked.unit) or _named(file, UNIT_NAMES)
    metrics = _metrics(file, asked, {variant, unit or ""})
    values: dict[str, Any] = {
        "name": name,
        "variant": variant,
        "control": control_of(file, variant, asked.control),
        "unit": unit,
        "metrics": metrics,
        "segments": tuple(c for s in asked.segments if (c := _known(file, s))),
        "allocation": _shares(asked.shares),
        "alpha": asked.alpha,
        "test": "sequential" if asked.is_sequential else "welch",
        "planned_count": asked.planned_count,
    }
    return experiment_from(values, "from the command line")


def check_one_test(file: ExperimentFile) -> None:
    """Holds a file to the rows of one test.

    Raises:
        UsageError: A column names several.
    """
    column = _named(file, TEST_NAMES)
    if column is None or file.holds[column] is not Holds.TEXT:
        return
    names = values_of(file, column, SHOWN)
    if len(names) > 1:
        raise UsageError(
            f"`{file.name}` holds {len(names)} tests: {_listed(names)}.",
            f'choose one, as in `--where {column}="{names[0]}"`',
        )


def values_of(file: ExperimentFile, column: str, most: int) -> tuple[str, ...]:
    """Gives the different values of a column, in order; one more than `most` at most."""
    text = file.rows.select(value=file.rows[column].cast("string")).drop_null("value")
    found = text.distinct().order_by("value").limit(most + 1).to_pyarrow()
    return tuple(found["value"].to_pylist())


def control_of(file: ExperimentFile, variant: str, named: str | None) -> str:
    """Gives the arm that others are compared with.

    Raises:
        UnknownNameError: There is no such arm.
        UsageError: None was named, and no name of an arm says it.
    """
    arms = values_of(file, variant, MOST_ARMS)
    if named is not None:
        if named not in arms:
            raise UnknownNameError.among("arm", named, arms)
        return named
    lowered = {arm.casefold(): arm for arm in reversed(arms)}
    for known in CONTROL_NAMES:
        if known in lowered:
            return lowered[known]
    starting = [arm for arm in arms if CONTROL_START.match(arm.replace("_", " "))]
    if len(starting) == 1:
        return starting[0]
    raise UsageError(
        f"Which arm of `{shorten(variant)}` is the control? There are {_listed(arms)}.",
        f'name it with `--control "{arms[0] if arms else ""}"`',
    )


def metric_from(text: str, file: ExperimentFile, role: Role) -> dict[str, Any]:
    """Gives a metric from its short form.

    Raises:
        UnknownNameError: There is no such column.
        UsageError: A word behind the column is none that is known, or the column has no numbers.
    """
    columns, *words = [text] if text in file.holds else text.split(":")
    above, _, below = (columns, "", "") if columns in file.holds else columns.partition("/")
    column = _known(file, above)
    assert column is not None
    if file.holds[column] is Holds.TEXT:
        raise UsageError(
            f"Column `{shorten(column)}` holds no numbers.", _metric_hint(file, {column})
        )
    metric: dict[str, Any] = {"column": column, "role": role, "kind": _kind(file, column)}
    if below:
        metric.update(kind=Kind.RATIO, denominator=_known(file, below))
    for word in words:
        metric.update(_meaning(word, text))
    return metric


def _meaning(word: str, text: str) -> dict[str, Any]:
    if word in set(Kind) - {Kind.RATIO, Kind.QUANTILE}:
        return {"kind": Kind(word)}
    if word in {"lower", "higher"}:
        return {"better": word}
    if word == "zero":
        return {"missing": "zero"}
    if found := re.fullmatch(r"p(\d{1,2}(?:\.\d+)?)", word):
        return {"kind": Kind.QUANTILE, "quantile": float(found[1]) / 100}
    if found := re.fullmatch(r"cap(\d{2}(?:\.\d+)?)", word):
        return {"cap_quantile": float(found[1]) / 100}
    raise UsageError(
        f"`{shorten(word)}` in the metric `{shorten(text)}` is not known.",
        "behind a colon: `mean`, `revenue`, `proportion`, `p90` for a quantile, `cap99` to cap, "
        "`lower` where less is better, `zero` where empty means none",
    )


def _metrics(file: ExperimentFile, asked: Asked, taken: set[str]) -> list[dict[str, Any]]:
    primary = asked.metrics
    if not primary:
        raise UsageError(
            "Which outcome decides the test? That is for you to say, not for the data.",
            _metric_hint(file, taken),
        )
    found = [metric_from(text, file, Role.PRIMARY) for text in primary]
    found += [metric_from(text, file, Role.SECONDARY) for text in asked.secondary]
    found += [metric_from(text, file, Role.GUARDRAIL) for text in asked.guardrails]
    covariate = _known(file, asked.covariate)
    for metric in found if covariate else ():
        if metric["kind"] not in {Kind.RATIO, Kind.QUANTILE}:
            metric["covariate"] = covariate
    return found


def _metric_hint(file: ExperimentFile, taken: set[str]) -> str:
    fitting = [c for c, held in file.holds.items() if held is not Holds.TEXT and c not in taken]
    if not fitting:
        return "no column holds numbers; bring outcomes as numbers, or as yes and no"
    return f"name it with `--metric`; columns with numbers: {_listed(fitting[:SHOWN])}"


def _kind(file: ExperimentFile, column: str) -> Kind:
    if file.holds[column] is Holds.FLAG:
        return Kind.PROPORTION
    words = re.split(r"[^a-z]+", column.casefold())
    return Kind.REVENUE if set(words) & set(MONEY_NAMES) else Kind.MEAN


def _guessed_variant(file: ExperimentFile) -> str:
    named = _named(file, ARM_NAMES)
    if named is not None and 2 <= file.distinct_counts[named] <= MOST_ARMS:
        return named
    fitting = [
        column
        for column, held in file.holds.items()
        if held is Holds.TEXT and 2 <= file.distinct_counts[column] <= MOST_ARMS
    ]
    if len(fitting) == 1:
        return fitting[0]
    columns = fitting or list(file.holds)
    raise UsageError(
        f"Which column of `{file.name}` names the arm of a row?",
        f"name it with `--variant`; columns: {_listed(columns[:SHOWN])}",
    )


def _named(file: ExperimentFile, names: tuple[str, ...]) -> str | None:
    lowered = {column.casefold().replace(" ", "_"): column for column in file.holds}
    return next((lowered[name] for name in names if name in lowered), None)


def _known(file: ExperimentFile, column: str | None) -> str | None:
    if column is not None and column not in file.holds:
        raise UnknownNameError.among("column", column, file.holds)
    return column


def _shares(texts: tuple[str, ...]) -> dict[str, float]:
    shares = {}
    for text in texts:
        arm, _, part = text.rpartition("=")
        try:
            shares[arm] = float(part)
        except ValueError as error:
            raise UsageError(
                f"`--share {shorten(text)}` names no part of an arm.",
                "write it as `--share control=0.5`, once for each arm",
            ) from error
    return shares


def _listed(names: tuple[str, ...] | list[str]) -> str:
    return ", ".join(f"`{shorten(name)}`" for name in names)
