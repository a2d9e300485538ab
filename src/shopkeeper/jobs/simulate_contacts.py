"""Simulate contacts: plays the months after a plan in a made-up shop, with a planted effect."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from shopkeeper.decisions.holdout import TREAT
from shopkeeper.decisions.plan_files import read_plan
from shopkeeper.errors import SettingsError, StorageError, UsageError
from shopkeeper.settings import SETTINGS_FILE

if TYPE_CHECKING:
    from shopkeeper.decisions.plan import StoredPlan
    from shopkeeper.sources.simulation.contact_files import ContactTruth
    from shopkeeper.workspace import Workspace

SIMULATED = "simulation"


def simulate_contacts(
    workspace: Workspace, plan_id: str, *, saved_rate: float, seed: int = 7
) -> ContactTruth:
    """Writes what those whom a plan contacts buy because of it, and names the file in the settings.

    Args:
        workspace: A shop made up by `shopkeeper demo`.
        plan_id: The plan; its holdout buys nothing more.
        saved_rate: Share of those who leave that a contact keeps: the truth to be found again.
        seed: Another seed keeps other people.

    Raises:
        UnknownNameError: There is no such plan.
        SettingsError: The shop was not made up.
        UsageError: The rate is none, the plan was withdrawn, or it ends after the shop does.
        StorageError: The folder cannot be written.
    """
    from shopkeeper.sources.simulation.contact_files import simulate_contacts as simulate
    from shopkeeper.sources.simulation.contacts import Contacts
    from shopkeeper.sources.simulation.staging import CONTACTS

    stored = read_plan(workspace.state_folder, plan_id)
    if stored.is_withdrawn:
        raise UsageError(f"Plan `{plan_id}` was withdrawn; nobody is contacted by it.")
    data = _made_up(workspace)
    listed = stored.targets
    try:
        contacts = Contacts(
            contacted_on=stored.plan.as_of,
            day_count=stored.plan.window_days,
            saved_rate=saved_rate,
            key=f"{seed}/{plan_id}",
        )
        contacted = (listed["arm"] == TREAT).to_numpy(dtype=bool)
        truth = simulate(data, plan_id, listed["customer_id"].tolist(), contacted, contacts)
        _name_source(workspace, stored, data / CONTACTS / f"{plan_id}.csv")
    except ValueError as error:
        raise UsageError(
            f"Contacts of plan `{plan_id}` cannot be made up: {error}.",
            "plan with an earlier `--set shop.as_of=…`, and state a rate from 0 to 1",
        ) from error
    except OSError as error:
        raise StorageError(
            f"`{data}` cannot be written: {error.strerror}.", "make room and run again"
        ) from error
    return truth


def _made_up(workspace: Workspace) -> Path:
    """Gives the folder that the shop was simulated into."""
    from shopkeeper.sources.simulation.staging import TRUTH

    for source in workspace.settings.sources:
        folder = (workspace.folder / source.path).parent
        if source.kind == SIMULATED and (folder / TRUTH).exists():
            return folder
    raise SettingsError(
        f"`{workspace.folder.name}` is no shop that was made up, so nobody knows what its "
        "customers would have done.",
        "make one with `shopkeeper demo`; in your own shop, contact the customers and wait",
    )


def _name_source(workspace: Workspace, stored: StoredPlan, file: Path) -> None:
    name = f"contacts_{stored.plan.plan_id.replace('-', '_')}"
    if any(source.name == name for source in workspace.settings.sources):
        return
    path = file.relative_to(workspace.folder).as_posix()
    block = f'\n[[sources]]\nname = "{name}"\nkind = "{SIMULATED}"\npath = "{path}"\n'
    settings = workspace.folder / SETTINGS_FILE
    aside = settings.with_name(f".{SETTINGS_FILE}.partial")
    aside.write_text(settings.read_text(encoding="utf-8") + block, encoding="utf-8")
    aside.replace(settings)
