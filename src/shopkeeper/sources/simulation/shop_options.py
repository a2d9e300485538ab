"""Which shop to make up: size, window, habits, and what is planted in its data."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from shopkeeper.sources.simulation.parameters import PurchaseProcess, SpendDistribution

SHORTEST_WINDOW_DAYS = 56
FEWEST_PRODUCTS = 16
# One product per name is promised; the words in `product_words` make this many names.
MOST_PRODUCTS = 1_200
DEFAULT_PRODUCTS = 120
DEFAULT_CUSTOMERS = 2_500

_WHOLE: dict[str, tuple[int, int]] = {
    "customer_count": (1, 100_000_000),
    "seed": (0, 2**63 - 1),
    "block_size": (1, 1_000_000),
    "overlap_day_count": (0, 31),
}
_FRACTIONS: dict[str, tuple[float, float]] = {
    "opening_share": (0, 1),
    "growth": (0, 100),
    "seasonality_strength": (0, 3),
    "experiment_lift": (-0.9, 2),
    "guest_share": (0, 0.9),
    "duplicate_share": (0, 0.9),
    "refund_share": (0, 0.9),
    "gift_card_share": (0, 0.9),
    "dirty_row_share": (0, 0.9),
}


@dataclass(frozen=True, kw_only=True)
class ShopOptions:
    """Every knob of the simulated shop, checked when made.

    Attributes:
        customer_count: People who order at least once in the window (not customer ids).
        start: First day of the window.
        end: Day after the last day of the window.
        seed: Seed of everything drawn; same options, same bytes.
        purchase_process: How often people order and when they drop out.
        spend: What the merchandise of an order comes to.
        opening_share: Share of people whose first order falls soon after the start, as if an
            older shop had moved in with its customers, 0-1.
        growth: Of the others, newcomers per day at the end over those at the start, less one.
        seasonality_strength: Exponent of month, weekday and hour factors; 0 is no seasonality.
        promotions: Whether sale days with a planted lift, and a welcome code, exist.
        guest_share: About the share of orders placed without an account, 0-0.9.
        duplicate_share: Share of people with an account who own a second one, 0-0.9.
        refund_share: Share of orders that are refunded in whole or in part, 0-0.9.
        gift_card_share: Share of orders with a gift card on them, 0-0.9.
        dirty_row_share: Share of order lines that are damaged, 0-0.9; about a third of each kind.
        overlap_day_count: Whole days whose lines the file holds twice, 0-31.
        events: Whether a clickstream is written.
        experiments: Whether experiments are written.
        experiment_lift: Planted relative lift of the conversion of the first experiment.
        currency: Code of the shop's one currency.
        product_count: Products in the catalogue; by default it grows slowly with the shop.
        block_size: People drawn and written at a time; it bounds memory and shapes the file.
    """

    customer_count: int = DEFAULT_CUSTOMERS
    start: date = date(2023, 1, 1)
    end: date = date(2025, 1, 1)
    seed: int = 7
    purchase_process: PurchaseProcess = field(default_factory=PurchaseProcess)
    spend: SpendDistribution = field(default_factory=SpendDistribution)
    opening_share: float = 0.25
    growth: float = 0.5
    seasonality_strength: float = 1.0
    promotions: bool = True
    guest_share: float = 0.12
    duplicate_share: float = 0.05
    refund_share: float = 0.06
    gift_card_share: float = 0.01
    dirty_row_share: float = 0.001
    overlap_day_count: int = 3
    events: bool = True
    experiments: bool = True
    experiment_lift: float = 0.25
    currency: str = "EUR"
    product_count: int | None = None
    block_size: int = 5_000

    def __post_init__(self) -> None:
        for name, (lowest, highest) in _WHOLE.items():
            _require_whole(name, getattr(self, name), lowest, highest)
        for name, bounds in _FRACTIONS.items():
            _require_within(name, getattr(self, name), *bounds)
        if self.product_count is not None:
            _require_whole("product_count", self.product_count, FEWEST_PRODUCTS, MOST_PRODUCTS)
        if not (len(self.currency) == 3 and self.currency.isascii() and self.currency.isupper()):
            raise ValueError(f"`currency` is `{self.currency}`; it is a code such as `EUR`")
        self._require_window()

    def _require_window(self) -> None:
        if self.day_count < SHORTEST_WINDOW_DAYS:
            raise ValueError(
                f"`start` {self.start} to `end` {self.end} is {self.day_count} days;"
                f" a shop needs at least {SHORTEST_WINDOW_DAYS}"
            )

    @property
    def day_count(self) -> int:
        """Days in the window."""
        return (self.end - self.start).days

    @property
    def block_count(self) -> int:
        """Blocks of people the shop is made in."""
        return -(-self.customer_count // self.block_size)

    @property
    def catalogue_size(self) -> int:
        """Products in the catalogue: as asked, else 120, growing with the fourth root of people."""
        if self.product_count is not None:
            return self.product_count
        growth = max(1.0, self.customer_count / DEFAULT_CUSTOMERS) ** 0.25
        return min(round(DEFAULT_PRODUCTS * growth), MOST_PRODUCTS)


def _require_whole(name: str, value: object, lowest: int, highest: int) -> None:
    whole = isinstance(value, int) and not isinstance(value, bool)
    if not whole:
        raise ValueError(f"`{name}` is {value!r}; it is a whole number")
    _require_within(name, value, lowest, highest)


def _require_within(name: str, value: object, lowest: float, highest: float) -> None:
    number = value if isinstance(value, int | float) and not isinstance(value, bool) else None
    if number is None:
        raise ValueError(f"`{name}` is {value!r}; it is a number")
    if not lowest <= number <= highest:
        raise ValueError(f"`{name}` is {value}; it is from {lowest:,} to {highest:,}")
