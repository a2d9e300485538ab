"""Findings: what the grouping found, as plain values that a report can show."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from shopkeeper.tasks.customer_segmentation.choice import Trial
from shopkeeper.tasks.customer_segmentation.contest import Fold
from shopkeeper.tasks.customer_segmentation.names import advice_of, meaning_of
from shopkeeper.tasks.customer_segmentation.pictures import Pictures

if TYPE_CHECKING:
    from shopkeeper.tasks.customer_segmentation.model import SegmentationModel

# Where the facts of a run keep what was found.
FACTS = "segmentation"


@dataclass(frozen=True, slots=True)
class FoundSegment:
    """One segment of the model in use.

    Attributes:
        cluster_id: Its number.
        segment: Its name.
        meaning: What its customers do, in a sentence.
        advice: What to try with them.
        centre: Feature → value of its centre.
        deviations: Feature → distance from the shop's mean, in standard deviations.
    """

    cluster_id: str
    segment: str
    meaning: str
    advice: str
    centre: dict[str, float]
    deviations: dict[str, float]


@dataclass(frozen=True, slots=True)
class PastGrouping:
    """Groups made at one past date and looked at a quarter later.

    Attributes:
        cutoff: The past date, as ISO text.
        cluster_count: Groups that were chosen then.
        customer_count: Customers of the later day.
        silhouettes: Candidate or baseline → mean silhouette on the later day.
        agreement: Adjusted Rand index with groups formed on the later day.
    """

    cutoff: str
    cluster_count: int
    customer_count: int
    silhouettes: dict[str, float]
    agreement: float


@dataclass(frozen=True)
class Findings:
    """All that is to be said of the grouping beside who is in which segment.

    Attributes:
        is_published: Whether customers are put into segments.
        model: Name and version of the champion; empty where there is none.
        as_of: Day before which the champion saw data, as ISO text; empty where there is none.
        reasons: Why nobody is put into segments; empty where they are.
        caveats: What to know beside it.
        customer_count: Customers learned from.
        segments: The champion's segments, in order of their numbers.
        trials: Numbers of segments that were tried last.
        past: Past dates at which the last contest judged.
        pictures: What pictures of the champion are drawn from; None where there is none.
    """

    is_published: bool
    model: str
    as_of: str
    reasons: tuple[str, ...]
    caveats: tuple[str, ...] = ()
    customer_count: int = 0
    segments: tuple[FoundSegment, ...] = ()
    trials: tuple[Trial, ...] = ()
    past: tuple[PastGrouping, ...] = ()
    pictures: Pictures | None = None

    def to_plain(self) -> dict[str, Any]:
        """Gives plain values for JSON."""
        return asdict(self)

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> Findings:
        """Gives the findings that `to_plain` gave."""
        lists: dict[str, Any] = {
            "reasons": tuple(plain["reasons"]),
            "caveats": tuple(plain["caveats"]),
            "segments": tuple(FoundSegment(**row) for row in plain["segments"]),
            "trials": tuple(Trial(**row) for row in plain["trials"]),
            "past": tuple(PastGrouping(**row) for row in plain["past"]),
            "pictures": Pictures.from_plain(plain["pictures"]) if plain["pictures"] else None,
        }
        return cls(**{**plain, **lists})


def findings_of_facts(facts: Mapping[str, Any]) -> Findings | None:
    """Gives the findings of the last training from the facts of a run; None before the first."""
    found = facts.get(FACTS)
    return Findings.from_plain(found["findings"]) if found else None


def not_grouped(reasons: Sequence[str], caveats: Sequence[str] = ()) -> Findings:
    """Gives the findings where nothing could be formed."""
    return Findings(False, "", "", tuple(reasons), tuple(caveats))


def found_segments(model: SegmentationModel) -> tuple[FoundSegment, ...]:
    """Gives the segments of a model with their centres as people read them."""
    kmeans = model.fitted
    assert kmeans.scaler_ is not None
    raw = kmeans.scaler_.unscale(kmeans.centres_)
    found = [
        FoundSegment(
            segment.cluster_id,
            segment.name,
            meaning_of(segment.profile),
            advice_of(segment.profile),
            {name: float(value) for name, value in zip(kmeans.features, centre, strict=True)},
            dict(segment.profile.deviations),
        )
        for segment, centre in zip(model.segments, np.asarray(raw), strict=True)
    ]
    return tuple(sorted(found, key=lambda segment: int(segment.cluster_id)))


def past_of(folds: Sequence[Fold]) -> tuple[PastGrouping, ...]:
    """Gives the folds as plain values."""
    return tuple(
        PastGrouping(
            fold.cutoff.isoformat(),
            fold.cluster_count,
            fold.customer_count,
            {name: value for name, value in fold.silhouettes.items() if math.isfinite(value)},
            fold.agreement,
        )
        for fold in folds
    )
