"""Label windows: finds labels that overlap features, and training that overlaps the test."""

from __future__ import annotations

from shopkeeper.evaluation.alarm import Alarm, AlarmKind
from shopkeeper.evaluation.labelled_rows import LabelledRows

BY_TIME = "Teach on cut-offs whose label windows end on or before the test cut-off."


def window_alarms(train: LabelledRows, test: LabelledRows) -> tuple[Alarm, ...]:
    """Gives an alarm for each way in which the split of these rows is not by time.

    Args:
        train: Rows that the model was taught on.
        test: Rows that it was judged on.
    """
    found = [
        _label_before_cutoff(train, "training"),
        _label_before_cutoff(test, "test"),
        _shared_rows(train, test),
        _random_split(train, test),
        _trained_on_future(train, test),
    ]
    return tuple(alarm for alarm in found if alarm)


def _label_before_cutoff(rows: LabelledRows, side: str) -> Alarm | None:
    early = rows.keys[rows.keys["label_from"] < rows.keys["cutoff"]]
    if early.empty:
        return None
    first = early.iloc[0]
    days = (first["cutoff"] - first["label_from"]).days
    return Alarm(
        AlarmKind.LABEL_BEFORE_CUTOFF,
        "label windows",
        f"The labels of {len(early):,} {side} rows look at {days} days before their cut-off "
        f"{first['cutoff']:%Y-%m-%d}, which their features know already; 0 are allowed.",
        days,
        0,
        "Take the label from the days after the cut-off, the features from before it.",
    )


def _shared_rows(train: LabelledRows, test: LabelledRows) -> Alarm | None:
    names = ["customer_id", "cutoff"]
    taught = train.keys[names].drop_duplicates()
    shared = test.keys[names].merge(taught, on=names)
    if shared.empty:
        return None
    example = shared.iloc[0]
    return Alarm(
        AlarmKind.SHARED_ROWS,
        "rows",
        f"{len(shared):,} test rows were also taught on, such as customer "
        f"`{example['customer_id']}` at {example['cutoff']:%Y-%m-%d}; 0 are allowed.",
        len(shared),
        0,
        "Keep each customer at each cut-off on one side.",
    )


def _random_split(train: LabelledRows, test: LabelledRows) -> Alarm | None:
    cutoffs = set(train.keys["cutoff"]) & set(test.keys["cutoff"])
    if not cutoffs:
        return None
    return Alarm(
        AlarmKind.RANDOM_SPLIT,
        "label windows",
        f"{len(cutoffs)} cut-offs, such as {min(cutoffs):%Y-%m-%d}, stand in training and in "
        "test; 0 are allowed: the model was told what that very season brought.",
        len(cutoffs),
        0,
        BY_TIME,
    )


def _trained_on_future(train: LabelledRows, test: LabelledRows) -> Alarm | None:
    if train.keys.empty or test.keys.empty:
        return None
    begin = test.keys["cutoff"].min()
    # Cut-offs on both sides are a random split, which has its own alarm.
    apart = train.keys[~train.keys["cutoff"].isin(set(test.keys["cutoff"]))]
    late = apart[apart["label_until"] > begin]
    if late.empty:
        return None
    days = (late["label_until"].max() - begin).days
    return Alarm(
        AlarmKind.TRAINED_ON_FUTURE,
        "label windows",
        f"Labels of {len(late):,} training rows reach up to {days} days past the test cut-off "
        f"{begin:%Y-%m-%d}; 0 are allowed.",
        days,
        0,
        BY_TIME,
    )
