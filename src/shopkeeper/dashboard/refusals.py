"""Refusals: why a question has no answer in a run, where a gate said no to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shopkeeper.dashboard.charts import card, plain
from shopkeeper.html.blocks import Notice

if TYPE_CHECKING:
    from shopkeeper.dashboard.asking import Asking
    from shopkeeper.html.blocks import Section

LONELY = "No such model is in use in this run."


def reason_of(asking: Asking, *names: str) -> str:
    """Gives the first reason why tasks with such names were refused; "" where none was.

    Args:
        asking: The run.
        names: How the names of tasks begin.
    """
    refused = asking.manifest.refused.items()
    return next((plain(reason) for name, reason in refused if name.startswith(names)), "")


def no_model(asking: Asking, title: str, *names: str) -> Section:
    """Gives a section in the place of a form that no model of the run can answer."""
    notice = Notice("info", "No model may answer this", reason_of(asking, *names) or LONELY)
    return card(f"no-{names[0].replace('_', '-')}", title, "", notice)
