"""Panel: the weeks of a shop as arrays - in total, by category, by best seller, and the rest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from shopkeeper.marts.weekly_demand import DAYS_OF_A_WEEK, SeriesLevel
from shopkeeper.models.forecaster.weeks import Weeks
from shopkeeper.tasks.demand.names import AMOUNT, GROUPS, QUANTITY, Group
from shopkeeper.warehouse.merchandise_sold import WHOLE_SHOP

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from shopkeeper.models.forecaster.weeks import Numbers

    Places = NDArray[np.int64]

# Best sellers are those of the year before.
RANKED_WEEKS = 52
# A price is that of the last quarter in which the product sold.
PRICE_WEEKS = 13
OTHERS = "(other products)"
NEEDED = ("series_level", "series_id", "category", "week_date", QUANTITY, AMOUNT)


@dataclass(frozen=True, slots=True)
class KnownDays:
    """Days that were known in advance: Monday → days of the week, 1 to 7.

    Attributes:
        events: Those that the shop named, such as promotions.
        holidays: Public holidays.
    """

    events: Mapping[date, int] = field(default_factory=dict)
    holidays: Mapping[date, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Panel:
    """Whole weeks of all series; each level adds up to the one before.

    Attributes:
        ids: Level → ids of its series.
        parents: Level → place of each series' parent in the level before.
        values: Level and measure → its weeks; money of products too.
        is_rest: Whether each series of the product level holds all that are not shown singly.
    """

    ids: Mapping[SeriesLevel, tuple[str, ...]]
    parents: Mapping[SeriesLevel, Places]
    values: Mapping[tuple[SeriesLevel, str], Weeks]
    is_rest: NDArray[np.bool_] = field(default_factory=lambda: np.zeros(0, dtype=bool))

    @property
    def levels(self) -> tuple[SeriesLevel, ...]:
        """Levels of this shop; without categories there are two."""
        return tuple(level for level in SeriesLevel if level in self.ids)

    @property
    def groups(self) -> tuple[Group, ...]:
        """What is foretold by a way of its own."""
        return tuple(group for group in GROUPS if group.level in self.ids)

    @property
    def weeks(self) -> Weeks:
        """The total's money, by which weeks are counted."""
        return self.values[SeriesLevel.TOTAL, AMOUNT]

    def until(self, week_count: int) -> Panel:
        """Gives what was known when only so many weeks were over."""
        cut = {key: weeks.until(week_count) for key, weeks in self.values.items()}
        return replace(self, values=cut)

    def prices(self) -> Numbers:
        """Gives what a piece of each product brought lately; 0 of what never sold."""
        found = np.zeros(len(self.ids[SeriesLevel.PRODUCT]))
        for length in (self.weeks.week_count, PRICE_WEEKS):
            money, pieces = (
                np.nan_to_num(self.values[SeriesLevel.PRODUCT, measure].values[:, -length:])
                for measure in (AMOUNT, QUANTITY)
            )
            sold = pieces.sum(axis=1)
            found = np.where(sold > 0, money.sum(axis=1) / np.maximum(sold, 1e-9), found)
        return found


def panel_of(
    rows: pd.DataFrame,
    *,
    most_products: int,
    ranked_until: int | None = None,
    known: KnownDays | None = None,
) -> Panel:
    """Gives a panel from rows of the mart, all of whole weeks.

    Args:
        rows: Columns `NEEDED`, days as timestamps, numbers as floats; at least one of the total.
        most_products: Best sellers that stand singly; the rest of each category is one series.
        ranked_until: Weeks that were over when best sellers were chosen; None takes all.
        known: Days that were known in advance.
    """
    import pandas as pd

    rows = rows.reset_index(drop=True)
    first = rows["week_date"].min()
    place = ((rows["week_date"] - first).dt.days // DAYS_OF_A_WEEK).to_numpy()
    count = int(place.max()) + 1
    cubes = {}
    for level, part in rows.groupby("series_level", sort=False, observed=True):
        keys = part[["series_id", "category"]].drop_duplicates().sort_values("series_id")
        row = pd.Index(keys["series_id"]).get_indexer(pd.Index(part["series_id"]))
        arrays = {name: np.full((len(keys), count), np.nan) for name in (QUANTITY, AMOUNT)}
        for name, array in arrays.items():
            array[row, place[part.index]] = part[name].to_numpy(dtype=np.float64)
        cubes[SeriesLevel(str(level))] = (keys.reset_index(drop=True), arrays)
    return _shown(cubes, first.date(), most_products, ranked_until or count, known or KnownDays())


def _shown(
    cubes: Mapping[SeriesLevel, tuple[pd.DataFrame, dict[str, Numbers]]],
    first: date,
    most: int,
    until: int,
    known: KnownDays,
) -> Panel:
    """Gives the panel with the best sellers singly, and what is left of each parent."""
    total = cubes[SeriesLevel.TOTAL][1]
    keys, arrays = cubes[SeriesLevel.CATEGORY]
    has_categories = len(keys) > 1
    above = arrays if has_categories else total
    names = list(keys["series_id"]) if has_categories else [WHOLE_SHOP]
    product_keys, products = cubes[SeriesLevel.PRODUCT]
    own = product_keys["category"].to_numpy() if has_categories else WHOLE_SHOP
    parent = np.array([names.index(c) for c in np.broadcast_to(own, len(product_keys))])
    best = best_sellers(products[QUANTITY][:, :until], most)
    rest_of, rest = _rest(above, products, parent, best)
    ids: dict[SeriesLevel, tuple[str, ...]] = {SeriesLevel.TOTAL: (WHOLE_SHOP,)}
    parents = {SeriesLevel.TOTAL: np.zeros(1, dtype=np.int64)}
    values = {(SeriesLevel.TOTAL, name): total[name] for name in total}
    if has_categories:
        ids[SeriesLevel.CATEGORY] = tuple(names)
        parents[SeriesLevel.CATEGORY] = np.zeros(len(names), dtype=np.int64)
        values |= {(SeriesLevel.CATEGORY, name): above[name] for name in above}
    single = product_keys["series_id"].to_numpy()[best]
    others = [f"{OTHERS} {names[place]}" if has_categories else OTHERS for place in rest_of]
    ids[SeriesLevel.PRODUCT] = (*map(str, single), *others)
    parents[SeriesLevel.PRODUCT] = np.concatenate([parent[best], rest_of]).astype(np.int64)
    for name in products:
        values[SeriesLevel.PRODUCT, name] = np.concatenate([products[name][best], rest[name]])
    is_rest = np.arange(len(single) + len(others)) >= len(single)
    weeks = {
        key: Weeks(first, array, known.events, known.holidays) for key, array in values.items()
    }
    return Panel(ids, parents, weeks, is_rest)


def best_sellers(quantity: Numbers, most: int) -> Places:
    """Gives places of the products that sold most pieces in the last year, ascending."""
    sold = np.nan_to_num(quantity[:, -RANKED_WEEKS:]).sum(axis=1)
    order = np.argsort(-sold, kind="stable")[:most]
    return np.sort(order[sold[order] > 0])


def _rest(
    above: Mapping[str, Numbers], products: Mapping[str, Numbers], parent: Places, best: Places
) -> tuple[Places, dict[str, Numbers]]:
    """Gives what is left of each parent that has more products than those shown, and whose."""
    hidden = np.setdiff1d(np.arange(len(parent)), best)
    rest_of = np.unique(parent[hidden])
    found = {}
    for name, array in products.items():
        shown = np.zeros_like(above[name])
        np.add.at(shown, parent[best], np.nan_to_num(array[best]))
        left = np.round(above[name] - shown, 6)[rest_of]
        # NaN stays where the parent has not begun.
        found[name] = np.where(left < 0, 0.0, left)
    return rest_of.astype(np.int64), found
