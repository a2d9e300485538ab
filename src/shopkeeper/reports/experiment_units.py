"""Units of a test: each count of a read-out opens the units that it counts, exactly as many."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from shopkeeper.engines.raw_layout import ROW_NUMBER
from shopkeeper.errors import UnknownNameError
from shopkeeper.experiments.readout import Readout
from shopkeeper.experiments.standing import UNIT, deciding_place, standing_of, treatments_of
from shopkeeper.experiments.units import lost_rows, unit_rows, units_of
from shopkeeper.reports.drill import Members, Roll, Selection, members

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from shopkeeper.experiments.experiment import Experiment
    from shopkeeper.experiments.readout import MetricReadout, SegmentRow

# What a unit is called in a list: a customer where the column says so, a row by its place.
CUSTOMER_NAMES = ("customer_id", "customer")
CUSTOMER, ANY, ROW = "customer_id", "unit_id", "row_number"


@dataclass(frozen=True, slots=True)
class UnitCount:
    """One count of a read-out, and the way to the units it counts.

    Attributes:
        counted: Who is counted, in words.
        arm: In which arm; "" for all.
        metric: By which metric; "" for none.
        part: In which part of which segment, as `segment: part`; "" for all.
        unit_count: How many.
        units: Opens them.
    """

    counted: str
    arm: str
    metric: str
    part: str
    unit_count: int
    units: Selection


@dataclass(frozen=True, slots=True)
class OpenReadout(Readout):
    """A read-out with the way to the units behind each of its counts.

    Attributes:
        lists: One entry per count.
    """

    lists: tuple[UnitCount, ...]


def experiment_units(outcomes: ir.Table, *, definition: Experiment) -> ir.Table:
    """Gives where each unit of a test stands, under the name that lists call it by."""
    import ibis

    found = unit_rows(outcomes, definition).to_pyarrow()
    standing = standing_of(found, units_of(found, 0, definition), definition)
    return ibis.memtable(standing).rename({key_of(definition): UNIT})


def experiment_rows(outcomes: ir.Table, *, definition: Experiment) -> ir.Table:
    """Gives the rows that name no arm, or no unit, by their place in the file."""
    return lost_rows(outcomes, definition).select(**{ROW: ROW_NUMBER})


UNITS = Roll(
    "experiment_units",
    "Units of a test, with their arm, by what is known of them",
    (ANY,),
    experiment_units,
)
LOST = Roll("experiment_rows", "Rows of a test without an arm or a unit", (ROW,), experiment_rows)
ALL = {roll.name: roll for roll in (UNITS, LOST)}
EVERYBODY = Selection(UNITS.name)


def key_of(definition: Experiment) -> str:
    """Gives the name under which lists call a unit."""
    if definition.unit is None:
        return ROW
    name = definition.unit.strip().casefold().replace(" ", "_")
    return CUSTOMER if name in CUSTOMER_NAMES else ANY


def units_behind(outcomes: ir.Table, *, definition: Experiment, selection: Selection) -> Members:
    """Gives the list behind a count of a read-out: exactly those it counts.

    Args:
        outcomes: Rows of the test, as its read-out saw them, with their places in the file.
        definition: As its read-out saw it.
        selection: What the count carries.

    Raises:
        UnknownNameError: There is no such list, or nothing by that name is known of a unit.
    """
    if selection.roll not in ALL:
        raise UnknownNameError.among("list of a test", selection.roll, ALL)
    roll = ALL[selection.roll]
    if roll is UNITS:
        roll = replace(roll, key=(key_of(definition),))
    return members(roll.build(outcomes, definition=definition), roll, selection)


def opened(found: Readout) -> OpenReadout:
    """Gives a read-out with the way to the units behind each of its counts."""
    plain = {name: getattr(found, name) for name in Readout.__dataclass_fields__}
    return OpenReadout(**plain, lists=_lists(found))


def of_test(found: OpenReadout, **questions: object) -> OpenReadout:
    """Gives a read-out whose ways say which test they are of, by what else they ask."""
    asked = tuple(questions.items())
    lists = (replace(one, units=replace(one.units, questions=asked)) for one in found.lists)
    return replace(found, lists=tuple(lists))


def arm_units(variant: str) -> Selection:
    """Gives the way to the units of an arm."""
    return EVERYBODY.where("arm", variant)


def outcome_units(place: int, variant: str, *, is_known: bool = True) -> Selection:
    """Gives the way to the units of an arm with an outcome of a metric, or without one."""
    return arm_units(variant).where(f"has_outcome_{place}", is_known)


def converted_units(place: int, variant: str) -> Selection:
    """Gives the way to the units of an arm that a proportion counts as a yes."""
    return arm_units(variant).where(f"is_converted_{place}", True)


def capped_units(place: int) -> Selection:
    """Gives the way to the units whose outcome counts as the cap."""
    return EVERYBODY.where(f"is_capped_{place}", True)


def part_units(found: Readout, row: SegmentRow) -> Selection:
    """Gives the way to the units of control and a treatment inside a part of a segment."""
    known = found.experiment
    # A planned arm that nobody was seen in stands in the sample ratio only.
    seen = tuple(arm.variant for arm in found.metrics[0].arms)
    treatment = treatments_of(seen, known).index(row.variant) + 1
    segment = known.segments.index(row.segment) + 1
    return (
        EVERYBODY.where(f"part_{segment}", row.value)
        .where(f"against_{treatment}", True)
        .where(f"has_outcome_{deciding_place(known)}", True)
    )


def _lists(found: Readout) -> tuple[UnitCount, ...]:
    sizes = zip(found.sample_ratio.variants, found.sample_ratio.counts, strict=True)
    listed = [
        *whole_counts(found),
        *(UnitCount("in the arm", arm, "", "", count, arm_units(arm)) for arm, count in sizes),
    ]
    for place, metric in enumerate(found.metrics, 1):
        listed += _of_metric(place, metric)
    for row in found.segments.rows if found.segments else ():
        part, label = f"{row.segment}: {row.value}", found.segments.metric if found.segments else ""
        units = part_units(found, row)
        listed.append(UnitCount("with an outcome", row.variant, label, part, row.count, units))
    return tuple(listed)


def whole_counts(found: Readout) -> tuple[UnitCount, ...]:
    """Gives the counts of a test that are of no single arm."""
    return tuple(
        UnitCount(counted, "", "", "", count, units)
        for counted, count, units in (
            ("in one arm", found.unit_count, EVERYBODY.where("arm_count", 1)),
            (
                "in several arms, counted in none",
                found.several_arms_count,
                EVERYBODY.where("arm_count", 2, ">="),
            ),
            (
                "with several rows, put together",
                found.repeated_count,
                EVERYBODY.where("row_count", 2, ">="),
            ),
            ("rows without an arm or a unit", found.no_arm_count, Selection(LOST.name)),
        )
    )


def _of_metric(place: int, found: MetricReadout) -> list[UnitCount]:
    label = found.metric.label
    listed = []
    for arm in found.arms:
        name = arm.variant
        counts = [
            ("with an outcome", arm.count, outcome_units(place, name)),
            ("without an outcome", arm.missing_count, outcome_units(place, name, is_known=False)),
        ]
        if arm.converted_count is not None:
            counts.append(("converted", arm.converted_count, converted_units(place, name)))
        listed += [UnitCount(said, name, label, "", count, units) for said, count, units in counts]
    if found.capping is not None:
        count = found.capping.unit_count
        listed.append(UnitCount("above the cap", "", label, "", count, capped_units(place)))
    return listed
