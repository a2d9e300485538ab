"""Buy it again: what a customer buys most often, or what by their own rhythm is due."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from shopkeeper.models.recommender.popularity import ByPopularity

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from shopkeeper.models.recommender.pairs import Pairs
    from shopkeeper.models.recommender.recommender import Scorer

    Numbers = NDArray[np.float32]

RECENT_DAYS = 28
# A rhythm of two purchases is hardly known: it is drawn towards one of a quarter.
USUAL_GAP_DAYS = 90.0


class BuyItAgain(ByPopularity):
    """Score: how often the customer bought the product; of equals, what is popular lately first.

    Args:
        most_days: Days within which popularity counts.
    """

    name = "buy_it_again"

    def __init__(self, most_days: int | None = RECENT_DAYS) -> None:
        super().__init__(most_days)

    def strength(self, pairs: Pairs) -> Numbers:
        """Gives how strongly each pair says that the product is bought again."""
        return pairs.purchase_count

    def _scorer(self, pairs: Pairs) -> Scorer:
        own = pairs.matrix(self.strength(pairs))
        popular = super()._scorer(pairs)
        most = 1 + self.learned["count"].max(initial=0)
        return lambda places: own[places].toarray() + popular(places) / most


class OwnRhythm(BuyItAgain):
    """Score: purchases of the product that are due, by how often and how lately it was bought."""

    name = "own_rhythm"

    def strength(self, pairs: Pairs) -> Numbers:
        """Gives purchases by their rate, faded by the silence since in terms of the usual gap."""
        bought = pairs.is_bought
        count = pairs.purchase_count
        first, last = (np.nan_to_num(age) for age in (pairs.first_age, pairs.last_age))
        gap = (first - last + USUAL_GAP_DAYS) / np.maximum(count, 1)
        rate = (count + 1) / (first + USUAL_GAP_DAYS)
        due = rate * np.exp2(-last / (4 * gap + USUAL_GAP_DAYS))
        # Above all popularity: what was never bought lies below 1.
        return np.where(bought, 1 + 30 * due, 0).astype(np.float32)
