"""Asking: the only place where pages ask; one run at a time, every answer kept while it stands."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from shopkeeper.errors import NotPublishedError, ShopkeeperError
from shopkeeper.jobs.experiment_lists import TEST, is_of_test, state_of_test, units_of_test
from shopkeeper.jobs.predict import ALL_INPUTS, Predictor, load_predictor, published_models
from shopkeeper.pipeline.manifest import Manifest, current_file
from shopkeeper.reports.campaign import CampaignQuestion
from shopkeeper.reports.drill import Members, Selection
from shopkeeper.settings import SETTINGS_FILE, Settings
from shopkeeper.workspace import Workspace

if TYPE_CHECKING:
    import pandas as pd

KEPT_ANSWERS = 200
UNKNOWN = object()
LISTED = (
    "customer_id", "country", "first_order_date", "last_order_date", "days_since_last_order",
    "order_count", "net_amount",
)  # fmt: skip
SEGMENT = "rfm_segment"
SCORES = ("segment", "churn_probability", "risk_band", "expected_amount")
REGISTRY = "registry"
# In the order of the pages.
FIRST_ASKED = (
    "overview", "quality", "seasonality", "change", "products", "basket", "returns", "customers",
    "segments", "churn", "lifetime_value", "retention", "recommendations", "monday",
    "customer_segments", "whales", "best_customers", "stores", "payments", "discounts",
    "category_segments", "lifecycle", "repeat_purchase", "funnel", "forecast", "stock", "scores",
    "monitoring", "campaign",
)  # fmt: skip
# What pages ask of a report unless a reader asks something else.
USUAL: dict[str, dict[str, Any]] = {
    "funnel": {"split": "channel"},
    "forecast": {"per": "day"},
    "campaign": {
        "question": CampaignQuestion(discount_rate=0.1, contact_cost=0.5, response_rate=0.05)
    },
}

Found = TypeVar("Found")


class Asking:
    """One published run as pages ask it.

    Args:
        workspace: The shop, looking at this run; or one in which nothing is published yet.
    """

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        # Read now: who holds this run keeps it, whatever is published later.
        self._manifest = workspace.manifest
        self._kept: OrderedDict[Hashable, Any] = OrderedDict()
        # The engine inside this process answers one question after the other.
        self._engine = threading.RLock()
        # What is known is given while another question is still being answered.
        self._keeping = threading.Lock()

    @property
    def settings(self) -> Settings:
        """The shop's settings."""
        return self.workspace.settings

    @property
    def currency(self) -> str:
        """ISO 4217 code of every amount."""
        return self.settings.shop.currency

    @property
    def is_empty(self) -> bool:
        """Whether nothing has been published yet."""
        return self._manifest is None

    @property
    def manifest(self) -> Manifest:
        """What the run published.

        Raises:
            NotPublishedError: There was no run yet.
        """
        return self.workspace.published

    def report(self, name: str, **questions: Any) -> Any:
        """Gives the answer of a report by its name on the workspace; the usual one unless asked."""
        questions = questions or USUAL.get(name, {})
        key = ("report", name, repr(sorted(questions.items())))
        return self.keep(key, lambda: getattr(self.workspace, name)(**questions))

    def report_if_there(self, name: str, **questions: Any) -> Any:
        """Gives the answer of a report; None where its tables were not published."""
        try:
            return self.report(name, **questions)
        except NotPublishedError:
            return None

    def members(self, selection: Selection) -> Members:
        """Gives the list behind a count."""
        key: tuple[str, ...] = ("members", selection.address, repr(selection.questions))
        if is_of_test(selection):
            # Its file changes without a run, and the count is read anew each time.
            place = int(dict(selection.questions)[TEST])
            key = (*key, state_of_test(self.workspace, place))
            return self.keep(key, lambda: units_of_test(self.workspace, place, selection))
        return self.keep(key, lambda: self.workspace.members(selection))

    def predictor(self, name: str) -> Predictor:
        """Gives a model of the run, ready to say its word."""
        return self.keep(("model", name), lambda: load_predictor(self.workspace, name))

    def models(self) -> tuple[str, ...]:
        """Gives the names of the models that score in this run."""
        return tuple(published_models(self.manifest))

    def customers(self) -> pd.DataFrame:
        """Gives all customers with what a list says of each, by id; segments where there are any.

        Raises:
            NotPublishedError: The run names no customers.
        """
        return self.keep(("customers",), self._customers)

    def typical_customer(self) -> dict[str, Any]:
        """Gives the features of a customer in the middle; what is missing of them is None."""
        return self.keep(("typical",), self._typical)

    def keep(self, key: Hashable, ask: Callable[[], Found]) -> Found:
        """Gives an answer that was kept, or asks for it now and keeps it."""
        found = self._known(key)
        if found is not UNKNOWN:
            return found
        with self._engine:
            # Somebody else may have asked it meanwhile.
            found = self._known(key)
            if found is UNKNOWN:
                found = ask()
                with self._keeping:
                    self._kept[key] = found
                    while len(self._kept) > KEPT_ANSWERS:
                        self._kept.popitem(last=False)
            return found

    def _known(self, key: Hashable) -> Any:
        with self._keeping:
            if key in self._kept:
                self._kept.move_to_end(key)
            return self._kept.get(key, UNKNOWN)

    def _typical(self) -> dict[str, Any]:
        rows = self.workspace.frame("customer_features")
        if rows.empty:
            return {}
        again = rows[rows["purchase_count"] > 1]
        ordered = (rows if again.empty else again).sort_values(["purchase_amount", "customer_id"])
        row = ordered.iloc[len(ordered) // 2]
        if "purchase_history" in self.manifest.tables:
            history = self.workspace.frame("purchase_history").set_index("customer_id")
            row = row.combine_first(history.loc[row["customer_id"]])
        known = row[row.notna()].to_dict()
        return {name: known.get(name) for name in ALL_INPUTS}

    def _customers(self) -> pd.DataFrame:
        known = self.workspace.frame("customer_360")
        found = known[[name for name in LISTED if name in known]].set_index("customer_id")
        tables = self.manifest.tables
        if "rfm_segments" in tables:
            rfm = self.workspace.frame("rfm_segments").set_index("customer_id")
            found[SEGMENT] = rfm["segment"]
        if "customer_scores" in tables:
            scores = self.workspace.frame("customer_scores").set_index("customer_id")
            found = found.join(scores[[name for name in SCORES if name in scores]])
        return found.sort_index()


class Shop:
    """A shop's folder: gives the run that is current, opened anew when another was published.

    Args:
        folder: The shop's folder.
        overrides: Settings as `name=value`.
    """

    def __init__(self, folder: Path, overrides: Sequence[str] = ()) -> None:
        self.folder = folder
        self.overrides = tuple(overrides)
        self._opening = threading.Lock()
        self._seen: object = None
        self._current: Asking | None = None

    def current(self) -> Asking:
        """Gives the current run; an earlier one stays open for those who are reading it.

        Raises:
            ShopkeeperError: Settings or the run cannot be read.
        """
        with self._opening:
            seen = self.marks()
            if self._current is None or seen != self._seen:
                self._current = Asking(Workspace(self.folder, overrides=self.overrides))
                self._seen = self.marks()
            return self._current

    def marks(self) -> tuple[object, ...]:
        """Gives what changes when another run is published, or settings are written."""
        store = "" if self._current is None else self._current.workspace.store.name
        files = (self.folder / ".shopkeeper" / current_file(store), self.folder / SETTINGS_FILE)
        return tuple(_mark(file) for file in files)


def warm(shop: Shop) -> None:
    """Asks what pages ask, so that their first reader need not wait; what fails fails again."""
    for name in (*FIRST_ASKED, REGISTRY):
        try:
            asking = shop.current()
            if name == "customers":
                asking.customers()
            elif name == REGISTRY:
                # The first look brings in MLflow where its index cannot be used.
                asking.workspace.registry.names()
            else:
                asking.report(name)
        except ShopkeeperError:
            continue


def _mark(file: Path) -> tuple[int, int, int] | None:
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns, found.st_size
