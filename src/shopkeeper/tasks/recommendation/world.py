"""World: what contests ask of the mart - who had bought what at past moments, and what followed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np

from shopkeeper.models.recommender.pairs import Pairs, pairs_of
from shopkeeper.tasks.recommendation.features import Knowledge
from shopkeeper.tasks.recommendation.model import Lesson, near_products

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray
    from scipy.sparse import csr_matrix

    from shopkeeper.models.recommender.recommender import SimilarProducts

    Places = NDArray[np.int64]

# Customers of one earlier moment that trees learn from, evenly spread in order of their id.
MOST_TAUGHT = 500
# Earlier moments that trees learn from.
MOST_LESSONS = 2


@dataclass(frozen=True)
class Moment:
    """What was known at a past moment, and what customers then bought within the horizon.

    Attributes:
        cutoff: Day before which data were seen.
        pairs: Who had bought what.
        near: How near products were by then.
        knowledge: What candidates are made of.
        wanted: 1 where a product that was known was bought within the horizon; shape (customers,
            products).
    """

    cutoff: date
    pairs: Pairs
    near: dict[str, SimilarProducts]
    knowledge: Knowledge
    wanted: csr_matrix

    def buyers(self, most: int) -> Places:
        """Gives places of customers who bought a known product later, evenly spread."""
        found = np.flatnonzero(np.diff(self.wanted.indptr))
        if len(found) <= most:
            return found
        return found[np.linspace(0, len(found) - 1, most).astype(np.int64)]

    def lesson(self) -> Lesson:
        """Gives candidates of some customers with what they chose."""
        customers = self.buyers(MOST_TAUGHT)
        found = self.knowledge.candidates(customers)
        chosen = np.asarray(self.wanted[customers[found.customer], found.product]).ravel()
        return Lesson(found, chosen > 0)


@dataclass
class World:
    """Past moments of a shop, each worked out once.

    Attributes:
        rows_at: Cut-off → rows of the mart `interactions`.
        bought_in: First day and end (exclusive) → `customer_id`, `product_id` of what was bought.
        first_date: Day of the first purchase.
        as_of: Day before which data may be seen.
        horizon_days: Length of what is predicted.
    """

    rows_at: Callable[[date], pd.DataFrame]
    bought_in: Callable[[date, date], pd.DataFrame]
    first_date: date
    as_of: date
    horizon_days: int
    _moments: dict[date, Moment] = field(default_factory=dict, repr=False)
    _lessons: dict[date, Lesson] = field(default_factory=dict, repr=False)

    def moment(self, cutoff: date) -> Moment:
        """Gives what was known at a cut-off, and what followed."""
        if cutoff not in self._moments:
            pairs = pairs_of(self.rows_at(cutoff))
            near = near_products(pairs)
            end = cutoff + timedelta(days=self.horizon_days)
            wanted = _wanted(pairs, self.bought_in(cutoff, end))
            self._moments[cutoff] = Moment(cutoff, pairs, near, Knowledge(pairs, near), wanted)
        return self._moments[cutoff]

    def lessons(self, cutoff: date, known: tuple[date, ...]) -> tuple[Lesson, ...]:
        """Gives lessons of the last earlier moments whose horizon had ended by a cut-off."""
        horizon = timedelta(days=self.horizon_days)
        ended = [day for day in sorted(known) if day + horizon <= cutoff][-MOST_LESSONS:]
        for day in ended:
            if day not in self._lessons:
                self._lessons[day] = self.moment(day).lesson()
        return tuple(self._lessons[day] for day in ended)


def _wanted(pairs: Pairs, bought: pd.DataFrame) -> csr_matrix:
    """Gives 1 where a known customer bought a known product."""
    import pandas as pd
    from scipy.sparse import csr_matrix

    row = pd.Index(pairs.customer_ids).get_indexer(pd.Index(bought["customer_id"].astype(object)))
    column = pd.Index(pairs.product_ids).get_indexer(pd.Index(bought["product_id"].astype(object)))
    known = (row >= 0) & (column >= 0)
    values = np.ones(int(known.sum()), dtype=np.float32)
    found = csr_matrix((values, (row[known], column[known])), shape=pairs.shape)
    found.sum_duplicates()
    return found
