"""What an experiment says: arms, intervals, corrections and a verdict; counts open their units."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shopkeeper.experiments.analysis import analyse
from shopkeeper.experiments.units import lost_rows, unit_rows, units_of
from shopkeeper.reports.experiment_units import opened
from shopkeeper.reports.report import rows_of

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from shopkeeper.experiments.experiment import Experiment
    from shopkeeper.reports.experiment_units import OpenReadout


def experiment(outcomes: ir.Table, *, definition: Experiment) -> OpenReadout:
    """Reads an experiment out.

    Args:
        outcomes: One row per unit, or several that are put together, with arm and outcomes.
        definition: What was tested, how, and by which rule it is decided.

    Raises:
        UnknownNameError: A column, or the control, is not there.
        UsageError: A column holds no numbers, or there are not two to ten arms.
    """
    found = unit_rows(outcomes, definition).to_pyarrow()
    lost = rows_of(lost_rows(outcomes, definition).agg(size=lambda t: t.count()))
    units = units_of(found, int(lost[0]["size"]), definition)
    return opened(analyse(units, definition))
