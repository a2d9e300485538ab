"""Groups of customers to render: those that the real model finds among made-up customers."""

from __future__ import annotations

import functools
from datetime import date
from decimal import Decimal

from segment_customers import customers, one_time

from shopkeeper.reports.customer_segments import (
    OPENED,
    CustomerSegments,
    GroupMove,
    GroupRow,
)
from shopkeeper.tasks.customer_segmentation.choice import choose
from shopkeeper.tasks.customer_segmentation.features import useful, with_features
from shopkeeper.tasks.customer_segmentation.findings import (
    Findings,
    PastGrouping,
    found_segments,
)
from shopkeeper.tasks.customer_segmentation.model import SegmentationModel
from shopkeeper.tasks.customer_segmentation.pictures import pictures_of

PAST = PastGrouping(
    "2011-09-11",
    4,
    400,
    {"kmeans": 0.41, "rfm_segments": 0.1, "shuffled": 0.27, "one_cloud": 0.22},
    0.93,
)


@functools.cache
def findings(*, are_repeaters: bool = True) -> Findings:
    rows = customers(1) if are_repeaters else one_time(1)
    model = SegmentationModel(seed=0).fit(rows)
    features = with_features(rows)
    return Findings(
        is_published=True,
        model="customer_segments 1",
        as_of="2011-12-10",
        reasons=(),
        caveats=("A tenth of the money is of guests.",),
        customer_count=len(rows),
        segments=found_segments(model),
        trials=choose(features[list(useful(features))], seed=0),
        past=(PAST,),
        pictures=pictures_of(model, rows, seed=0),
    )


def groups(*, are_repeaters: bool = True) -> CustomerSegments:
    found = findings(are_repeaters=are_repeaters)
    names = [segment.segment for segment in found.segments]
    rows = tuple(
        GroupRow(
            *(segment.cluster_id, segment.segment, segment.meaning, segment.advice),
            *(100, 1 / len(names), Decimal(1000 - place), (1000 - place) / 5000),
            *(2.5, Decimal("12.34"), 40.0, 200.0, place, 90),
            *(OPENED, OPENED, OPENED),
        )
        for place, segment in enumerate(found.segments)
    )
    moves = (
        *(GroupMove(name, name, 80, Decimal(800), OPENED) for name in names),
        GroupMove(names[0], names[1], 17, Decimal(170), OPENED),
        GroupMove(None, names[-1], 20, Decimal(200), OPENED),
    )
    day = date(2011, 12, 10)
    earlier = date(2011, 9, 11)
    count = 100 * len(names)
    return CustomerSegments(day, earlier, count, 3, found.model, rows, moves, found)


def refused(*reasons: str) -> CustomerSegments:
    """Nobody is in a group, though the numbers of groups were tried."""
    found = findings()
    bare = Findings(False, "", "", reasons, trials=found.trials, past=found.past)
    return CustomerSegments(None, None, 0, 0, "", (), (), bare)
