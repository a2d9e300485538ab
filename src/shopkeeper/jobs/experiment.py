"""Experiment: reads a test out of a file, and asks it whom a treatment changes; writes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from shopkeeper.errors import UnknownNameError, UsageError, shorten
from shopkeeper.experiments.experiment import read_experiment
from shopkeeper.jobs.experiment_file import ExperimentFile, Holds, opened
from shopkeeper.jobs.experiment_guesses import (
    UNIT_NAMES,
    Asked,
    check_one_test,
    definition_of,
)
from shopkeeper.reports.experiment import experiment as experiment_report
from shopkeeper.reports.experiment_units import units_behind

if TYPE_CHECKING:
    from collections.abc import Sequence

    import ibis.expr.types as ir

    from shopkeeper.experiments.experiment import Experiment
    from shopkeeper.experiments.uplift.learners import Family, Learner
    from shopkeeper.experiments.uplift.targeting import Targeting
    from shopkeeper.reports.drill import Members, Selection
    from shopkeeper.reports.experiment_units import OpenReadout


def analyse_file(
    file: Path,
    asked: Asked | None = None,
    *,
    definition: Path | None = None,
    where: Sequence[str] = (),
) -> OpenReadout:
    """Reads a test out of a file of assignments and outcomes.

    Args:
        file: CSV, Parquet or Excel; one row per unit, or several that are put together.
        asked: What is known of the test; the rest is guessed.
        definition: A TOML file that says all of it, instead.
        where: Rows to look at, each as `column=value`.

    Raises:
        SourceError: The file cannot be read, or an outcome in it.
        UsageError: Something is missing or does not fit; the hint says what would.
    """
    with _read(file, asked, definition, where) as (rows, planned):
        return experiment_report(rows, definition=planned)


def units_of_file(
    file: Path,
    selection: Selection,
    asked: Asked | None = None,
    *,
    definition: Path | None = None,
    where: Sequence[str] = (),
) -> Members:
    """Gives the units that a count of a test counts, read as `analyse_file` reads them.

    Args:
        file: As for the read-out.
        selection: What the count carries.
        asked: As for the read-out.
        definition: As for the read-out.
        where: As for the read-out.

    Raises:
        SourceError: The file cannot be read, or an outcome in it.
        UsageError: Something is missing or does not fit; or there is no such list.
    """
    with _read(file, asked, definition, where) as (rows, planned):
        return units_behind(rows, definition=planned, selection=selection)


@contextmanager
def _read(
    file: Path, asked: Asked | None, definition: Path | None, where: Sequence[str]
) -> Iterator[tuple[ir.Table, Experiment]]:
    """Gives the rows of a test and its definition, while the file is open."""
    told = read_experiment(definition) if definition else None
    with opened(file) as whole:
        rows = chosen(whole, where)
        planned = told or _guessed(rows, asked or Asked(), file, where)
        rows.check_numbers(tuple(c for c in planned.number_columns if c in rows.holds))
        is_number = planned.unit in planned.number_columns
        yield rows.with_units(None if is_number else planned.unit).rows, planned


@dataclass(frozen=True, kw_only=True)
class UpliftAsked:
    """What is asked of a test about its units; what is None is guessed.

    Attributes:
        outcome: Column that is yes or no.
        features: Columns known before the test.
        learner: Which learner.
        family: Of which classifiers.
        variant: Column of the arm.
        control: Arm that is compared with.
        treatment: Arm whose effect is learned.
        shares: Planned part of each arm, as `arm=part`; empty plans equal parts.
    """

    outcome: str
    features: tuple[str, ...]
    learner: Learner
    family: Family
    variant: str | None = None
    control: str | None = None
    treatment: str | None = None
    shares: tuple[str, ...] = ()


def uplift_of_file(file: Path, asked: UpliftAsked, *, where: Sequence[str] = ()) -> Targeting:
    """Asks a test whom its treatment changes most.

    Args:
        file: One row per unit of the whole test.
        asked: What is asked.
        where: Rows to look at, each as `column=value`.

    Raises:
        UsageError: Something is missing or does not fit.
        ModelDataError: There is too little to learn from.
    """
    from shopkeeper.experiments.uplift.targeting import UpliftQuestion, targeting

    with opened(file) as whole:
        rows = chosen(whole, where)
        test = Asked(
            variant=asked.variant,
            control=asked.control,
            metrics=(asked.outcome,),
            shares=asked.shares,
        )
        planned = definition_of(rows, test, "uplift")
        rows.check_numbers((asked.outcome,))
        treatment = _treatment(rows, planned, asked.treatment)
        if not asked.features:
            raise UsageError(
                "Which columns were known before the test? Later ones would give the answer away.",
                f"name them with `--feature`; columns: {_others(rows, planned)}",
            )
        for name in asked.features:
            if name not in rows.holds:
                raise UnknownNameError.among("column", name, rows.holds)
        question = UpliftQuestion(
            variant=planned.variant,
            control=planned.control,
            treatment=treatment,
            outcome=asked.outcome,
            features=asked.features,
            learner=asked.learner,
            family=asked.family,
            allocation=planned.allocation,
        )
        return targeting(rows.with_units(None).rows.to_pandas(), question)


def chosen(file: ExperimentFile, where: Sequence[str]) -> ExperimentFile:
    """Gives the rows of a file in which columns have the values asked for.

    Raises:
        UsageError: A condition is none, or no row is left.
        UnknownNameError: There is no such column.
    """
    rows = file.rows
    for condition in where:
        column, sign, value = condition.partition("=")
        if not sign:
            raise UsageError(
                f"`--where {shorten(condition)}` has no `=`.", 'write `--where column="value"`'
            )
        if column not in file.holds:
            raise UnknownNameError.among("column", column, file.holds)
        # A number is compared as a number, whether it is written 1 or 1.0.
        is_text = file.holds[column] is Holds.TEXT
        rows = rows.filter(rows[column] == (value if is_text else _number(condition, value)))
    if where and not rows.count().execute():
        raise UsageError(
            f"No row of `{file.name}` fits {', '.join(f'`{shorten(c)}`' for c in where)}.",
            "look at the values of the column",
        )
    return replace(file, rows=rows)


def _number(condition: str, text: str) -> float:
    try:
        return float(text)
    except ValueError as error:
        raise UsageError(
            f"`--where {shorten(condition)}` asks a column of numbers for a text.",
            "write a number behind the `=`",
        ) from error


def _guessed(rows: ExperimentFile, asked: Asked, file: Path, where: Sequence[str]) -> Experiment:
    check_one_test(rows)
    name = where[0].partition("=")[2] if where else file.name.split(".")[0]
    return definition_of(rows, asked, name or "experiment")


def _treatment(rows: ExperimentFile, planned: Experiment, named: str | None) -> str:
    from shopkeeper.jobs.experiment_guesses import MOST_ARMS, values_of

    arms = [a for a in values_of(rows, planned.variant, MOST_ARMS) if a != planned.control]
    if named is None and len(arms) == 1:
        return arms[0]
    if named is None:
        listed = ", ".join(f"`{shorten(arm)}`" for arm in arms)
        raise UsageError(
            f"Which arm's effect is to be learned? There are {listed}.",
            "name it with `--treatment`",
        )
    if named not in arms:
        raise UnknownNameError.among("treatment", named, arms)
    return named


def _others(rows: ExperimentFile, planned: Experiment) -> str:
    taken = {planned.variant, *planned.number_columns, *UNIT_NAMES}
    return ", ".join(f"`{shorten(name)}`" for name in rows.holds if name not in taken)
