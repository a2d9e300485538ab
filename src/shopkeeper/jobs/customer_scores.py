"""Customer scores: brings together what the models of a run say of each customer, in one table."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from shopkeeper.jobs.writing import Step, Writing
from shopkeeper.pipeline.runner import Outcome, Runner
from shopkeeper.tasks.customer_scores import CONTRACT, MAIN_HORIZON_DAYS, build
from shopkeeper.tasks.lifetime_value.findings import findings_of_facts
from shopkeeper.tasks.lifetime_value.values import CONTRACT as VALUES
from shopkeeper.tasks.rfm_segmentation import CONTRACT as RFM_SEGMENTS
from shopkeeper.warehouse.table import Table

if TYPE_CHECKING:
    from datetime import date

    import ibis.expr.types as ir

# Tables of models, with the name under which the run refuses them.
SCORED = {"customer_segments": "customer_segments", "churn_scores": "churn"}


def score_customers_into(at_work: Writing) -> bool:
    """Gives each customer one row with all scores of the run; gives whether anything was new.

    A model that was refused in this run says nothing, even if an earlier run published its scores.

    Raises:
        ContractError: The scores broke their contract; the last ones stay.
    """
    draft, as_of = at_work.draft, at_work.as_of
    if as_of is None or not draft.has(RFM_SEGMENTS.name):
        return False
    table = _table(at_work, as_of)
    runner = Runner(draft, at_work.run_folder / "evidence", questions={})
    (outcome,) = runner.run((table,))
    if outcome.error is not None:
        raise outcome.error
    is_new = outcome.outcome is Outcome.BUILT
    said = "scored" if is_new else "unchanged"
    at_work.tell(Step("score", CONTRACT.name, said, outcome.row_count, outcome.seconds))
    return is_new


def _table(at_work: Writing, as_of: date) -> Table:
    """Gives the table as this run can build it: over the tables of the models that may score."""
    horizon = _horizon(at_work)
    needs = [RFM_SEGMENTS.name]
    needs += [
        name
        for name, refused in SCORED.items()
        if at_work.draft.has(name) and refused not in at_work.refused
    ]
    if horizon is not None and at_work.draft.has(VALUES.name):
        needs.append(VALUES.name)
    asked = partial(build, as_of=as_of, value_horizon_days=horizon or MAIN_HORIZON_DAYS)

    def over(*tables: ir.Table) -> ir.Table:
        return asked(**dict(zip(needs, tables, strict=True)))

    return Table(CONTRACT, over, needs=tuple(needs))


def _horizon(at_work: Writing) -> int | None:
    """Gives the horizon whose values are shown; None where none is published."""
    published = [f.horizon_days for f in findings_of_facts(at_work.facts) if f.is_published]
    return MAIN_HORIZON_DAYS if MAIN_HORIZON_DAYS in published else max(published, default=None)
