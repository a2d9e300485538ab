"""Matching: which segment of a new fit is which of the champion's, so that ids and names stay."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from shopkeeper.models.kmeans import KMeans, squares
from shopkeeper.tasks.customer_segmentation.names import Profile, names_of, unique

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

# A centre that moved by less than this many standard deviations has the profile it had.
SMALL_MOVE = 0.35


@dataclass(frozen=True, slots=True)
class Segment:
    """One cluster as the shop knows it.

    Attributes:
        cluster_id: Its number as text, kept over refits.
        name: Its name.
        profile: What it is.
    """

    cluster_id: str
    name: str
    profile: Profile


def first_segments(profiles: Sequence[Profile], sizes: Sequence[int]) -> tuple[Segment, ...]:
    """Gives segments where there is no champion: the largest is number 1."""
    order = np.argsort([-size for size in sizes], kind="stable")
    numbers = {int(place): str(number) for number, place in enumerate(order, start=1)}
    names = names_of(profiles)
    return tuple(
        Segment(numbers[place], names[place], profile) for place, profile in enumerate(profiles)
    )


def matched_segments(
    new: KMeans, segments: Sequence[Segment], old: KMeans, known: Sequence[Segment]
) -> tuple[Segment, ...]:
    """Gives new segments the ids, and where the profile stayed the names, of those they continue.

    Centres are compared in the champion's scaled space, by the features that both look at.

    Args:
        new: The new fit.
        segments: Its segments, in order of its centres, as if there were no champion.
        old: The champion's fit.
        known: The champion's segments, in order of its centres.
    """
    pairs = _pairs(new, old)
    number = 1 + max(int(segment.cluster_id) for segment in known)
    found: list[Segment] = []
    for place, segment in enumerate(segments):
        if place not in pairs:
            found.append(replace(segment, cluster_id=str(number)))
            number += 1
            continue
        before, moved = known[pairs[place][0]], pairs[place][1]
        stays = moved <= SMALL_MOVE or _alike(segment.profile, before.profile)
        name = before.name if stays else segment.name
        found.append(Segment(before.cluster_id, name, segment.profile))
    # Kept names come first: a new one that is the same is the one that is numbered.
    order = sorted(range(len(found)), key=lambda place: (place not in pairs, place))
    names = dict(zip(order, unique([found[place].name for place in order]), strict=True))
    return tuple(replace(segment, name=names[place]) for place, segment in enumerate(found))


def _alike(one: Profile, other: Profile) -> bool:
    features = set(one.deviations) | set(other.deviations)
    return all(one.level(feature) == other.level(feature) for feature in features)


def _pairs(new: KMeans, old: KMeans) -> Mapping[int, tuple[int, float]]:
    """Gives new place → old place and the distance between them, at the least total distance.

    A pair further apart than the champion's two nearest centres is none.

    References:
        Kuhn, H. W. (1955). The Hungarian method for the assignment problem. Naval Research
        Logistics Quarterly 2: 83-97.
    """
    from scipy.optimize import linear_sum_assignment

    both = [name for name in old.features if name in new.features]
    if not both or new.scaler_ is None or old.scaler_ is None:
        return {}
    ours = [new.features.index(name) for name in both]
    theirs = [old.features.index(name) for name in both]
    raw = new.scaler_.unscale(new.centres_)[:, ours]
    scaled = (np.log(raw) - old.scaler_.mean[theirs]) / old.scaler_.spread[theirs]
    centres = old.centres_[:, theirs]
    distances = np.sqrt(squares(scaled, centres))
    between = np.sqrt(squares(centres, centres))
    apart = between[~np.eye(len(centres), dtype=bool)]
    limit = float(apart.min()) if apart.size else np.inf
    return {
        int(one): (int(other), float(distances[one, other]))
        for one, other in zip(*linear_sum_assignment(distances), strict=True)
        if distances[one, other] <= limit
    }
