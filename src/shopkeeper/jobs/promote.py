"""Promote: makes a version champion that has passed the gate, or goes back to the previous one."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from shopkeeper.jobs.writing import Step, Tell, locked, silent
from shopkeeper.lifecycle.versions import ModelVersion
from shopkeeper.workspace import Workspace


@dataclass(frozen=True, slots=True)
class PromoteReport:
    """What became of a model's champion.

    Attributes:
        champion: The version that is champion now.
        previous: The version that was before; None where there was none.
        is_new: Whether anything changed.
    """

    champion: ModelVersion
    previous: ModelVersion | None
    is_new: bool


def promote(
    workspace: Workspace,
    name: str,
    version: int | None = None,
    *,
    now: datetime | None = None,
    tell: Tell = silent,
) -> PromoteReport:
    """Makes a version champion, by default the challenger; only through the gate.

    Raises:
        UnknownNameError: There is no such model or version.
        PromotionRefusedError: It has not passed the gate.
        WorkspaceLockedError: Another job is writing.
    """
    return _change(
        workspace,
        name,
        lambda moment: workspace.registry.promote(name, version, now=moment),
        now,
        tell,
    )


def rollback(
    workspace: Workspace, name: str, *, now: datetime | None = None, tell: Tell = silent
) -> PromoteReport:
    """Makes the previous champion champion again, one step back.

    Raises:
        UnknownNameError: There is no such model.
        PromotionRefusedError: There is no previous champion.
        WorkspaceLockedError: Another job is writing.
    """
    return _change(
        workspace, name, lambda moment: workspace.registry.rollback(name, now=moment), now, tell
    )


def _change(
    workspace: Workspace,
    name: str,
    act: Callable[[datetime], ModelVersion],
    now: datetime | None,
    tell: Tell,
) -> PromoteReport:
    moment = now or datetime.now(UTC)
    started = time.perf_counter()
    with locked(workspace.state_folder, moment.replace(tzinfo=None)):
        previous = workspace.registry.champion(name)
        champion = act(moment)
    is_new = previous is None or previous.version != champion.version
    outcome = f"version {champion.version}" if is_new else "unchanged"
    tell(Step("promote", name, outcome, seconds=time.perf_counter() - started))
    return PromoteReport(champion, previous, is_new)
