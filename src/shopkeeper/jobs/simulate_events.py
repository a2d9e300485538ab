"""Simulate events: makes up a clickstream that leads to a shop's orders, marked as made up."""

from __future__ import annotations

from dataclasses import dataclass

from shopkeeper.errors import SettingsError, StorageError
from shopkeeper.settings import SETTINGS_FILE
from shopkeeper.warehouse.bronze import LineType
from shopkeeper.workspace import Workspace

FILE = "simulated-events.csv"
SOURCE = "simulated_clicks"


@dataclass(frozen=True, slots=True)
class SimulatedEventsReport:
    """What was made up: the file, its events and sessions."""

    file: str
    event_count: int
    session_count: int


def simulate_events(workspace: Workspace, *, seed: int = 7) -> SimulatedEventsReport:
    """Writes a log of made-up events into the workspace and names it in the settings.

    Args:
        workspace: A shop that has been built.
        seed: Another seed makes other clicks; the same orders and seed give the same file.

    Raises:
        NotPublishedError: The shop has not been built.
        SettingsError: The shop has events of its own.
        StorageError: The folder cannot be written.
    """
    from shopkeeper.sources.simulation.clicks_of_orders import clicks_of_orders

    own = [source for source in workspace.settings.sources if source.name != SOURCE]
    events = workspace.published.tables.get("events")
    if events and events.version.row_count and len(own) == len(workspace.settings.sources):
        raise SettingsError(
            f"`{workspace.folder.name}` has events of its own.",
            "made-up ones would be counted beside them; simulate in another workspace",
        )
    items = workspace.table("order_items")
    sold = items.filter(
        (items.line_type == str(LineType.MERCHANDISE))
        & ~items.is_return
        & ~items.is_cancellation
        & items.product_id.notnull()
    )
    in_order = sold.order_by("source", "order_id", "line_number")
    lines = workspace.engine.collect(
        in_order.select("order_id", "customer_id", "product_id", "ordered_at")
    ).to_pandas()
    clicks = clicks_of_orders(lines, seed)
    _write(workspace, clicks.to_csv(index=False))
    return SimulatedEventsReport(FILE, len(clicks), clicks["session_id"].nunique())


def _write(workspace: Workspace, text: str) -> None:
    """Writes the log, and a source for it if the settings have none."""
    settings = workspace.folder / SETTINGS_FILE
    try:
        (workspace.folder / FILE).write_text(text, encoding="utf-8")
        if all(source.name != SOURCE for source in workspace.settings.sources):
            source = (
                f'\n[[sources]]\nname = "{SOURCE}"\nkind = "simulated_events"\npath = "{FILE}"\n'
            )
            settings.write_text(settings.read_text(encoding="utf-8") + source, encoding="utf-8")
    except OSError as error:
        raise StorageError(
            f"`{workspace.folder}` cannot be written: {error.strerror}.", "make room and run again"
        ) from error
