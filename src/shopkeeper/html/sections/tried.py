"""What was tried: each test and each plan, what it brought and how sure that is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shopkeeper.decisions.readout import Verdict
from shopkeeper.experiments.words import lift_words, p_words
from shopkeeper.html import cells, formatting
from shopkeeper.html.blocks import Block, Cell, Column, DataTable, Kind, Notice, Section
from shopkeeper.html.memo_sections import BAD, GOOD, STATUS_WORDS
from shopkeeper.html.text import clean

if TYPE_CHECKING:
    from shopkeeper.experiments.readout import Comparison
    from shopkeeper.experiments.readout import Readout as TestReadout
    from shopkeeper.html.answers import ReportAnswers
    from shopkeeper.reports.plans import Readout as PlanReadout
    from shopkeeper.reports.plans import Total

TEST_COLUMNS = (
    Column("Test", Kind.PROSE),
    Column("Arm"),
    Column("Measure"),
    Column("Change", Kind.NUMBER, "Relative difference to control, with its interval"),
    Column("p", Kind.NUMBER, "Corrected for all comparisons of its family"),
)
PLAN_COLUMNS = (
    Column("Plan"),
    Column("Contacted", Kind.NUMBER),
    Column("Held out", Kind.NUMBER),
    Column("Until"),
    Column("More sales", Kind.NUMBER, "Of all who were contacted, with its 95 % interval"),
    Column("Left after costs", Kind.NUMBER, "After margin and contacts, with its 95 % interval"),
    Column("Verdict"),
)
# A shop plans every week: the last ones are told in sentences, all of them in the table.
PLANS_IN_WORDS = 4


def section(answers: ReportAnswers) -> Section | None:
    """Gives tests and plans; None where nothing was tried."""
    told = answers.tried
    if told is None:
        return None
    blocks: list[Block] = [_notice(test) for test in told.tests]
    rows = tuple(row for test in told.tests for row in _comparisons(test))
    if rows:
        blocks.append(DataTable("tried-tests", "Tests", TEST_COLUMNS, rows))
    if told.plans:
        blocks.extend(_said(plan) for plan in told.plans[-PLANS_IN_WORDS:])
        plans = tuple(_plan(plan, answers.currency) for plan in told.plans)
        blocks.append(DataTable("tried-plans", "Plans", PLAN_COLUMNS, plans))
    lead = "Tests against a control group, and plans against customers held out at random."
    return Section("tried", "What was tried, and what came of it", lead, tuple(blocks))


def _notice(test: TestReadout) -> Notice:
    said = test.verdict
    status = "good" if said.status in GOOD else "bad" if said.status in BAD else "info"
    name = clean(test.experiment.name)
    told = clean(said.headline).replace("`", "")
    return Notice(status, f"{name}: {STATUS_WORDS[said.status]}", told)


def _said(plan: PlanReadout) -> Notice:
    good, bad = {Verdict.WORKED}, {Verdict.HARMED, Verdict.DID_NOT_PAY}
    status = "good" if plan.verdict in good else "bad" if plan.verdict in bad else "info"
    verdict = plan.verdict[:1].upper() + plan.verdict[1:]
    return Notice(status, f"{clean(plan.plan_id)}: {verdict}", clean(plan.sentence))


def _comparisons(test: TestReadout) -> list[tuple[Cell, ...]]:
    return [
        (
            cells.text(test.experiment.name),
            cells.text(one.variant),
            cells.text(found.metric.label),
            _change(one),
            cells.EMPTY
            if one.corrected_p_value is None
            else Cell(p_words(one.corrected_p_value), f"{one.corrected_p_value:.6g}"),
        )
        for found in test.metrics
        for one in found.comparisons
    ]


def _change(one: Comparison) -> Cell:
    if one.relative is None:
        return cells.EMPTY
    low, high = lift_words(one.relative.low), lift_words(one.relative.high)
    return Cell(f"{lift_words(one.relative.value)} ({low} to {high})", str(one.relative.value))


def _plan(plan: PlanReadout, currency: str) -> tuple[Cell, ...]:
    return (
        cells.text(plan.plan_id),
        cells.count(plan.treat_count, plan.treated),
        cells.count(plan.holdout_count, plan.held_out),
        cells.text(formatting.day(plan.end_date)),
        _total(plan.sales_amount, currency),
        _total(plan.profit_amount, currency),
        cells.text(plan.verdict),
    )


def _total(total: Total | None, currency: str) -> Cell:
    if total is None:
        return cells.EMPTY
    low, high = (formatting.money(x, currency) for x in (total.low_amount, total.high_amount))
    shown = f"{formatting.money(total.amount, currency)} ({low} to {high})"
    return Cell(shown, str(total.amount))
