"""Shopkeeper: customer intelligence for online shops; local first, verifiable to the cent."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from shopkeeper.errors import ShopkeeperError
    from shopkeeper.jobs.build import build
    from shopkeeper.jobs.demo import demo
    from shopkeeper.jobs.ingest import ingest
    from shopkeeper.jobs.initialise import initialise
    from shopkeeper.jobs.profile import profile
    from shopkeeper.jobs.report import report
    from shopkeeper.jobs.run import run
    from shopkeeper.jobs.score import score
    from shopkeeper.reports.report import as_plain, to_frame
    from shopkeeper.workspace import Workspace

    __version__: str

__all__ = [
    "ShopkeeperError",
    "Workspace",
    "__version__",
    "as_plain",
    "build",
    "demo",
    "ingest",
    "initialise",
    "profile",
    "report",
    "run",
    "score",
    "to_frame",
]

# Where each public name lives; a module is imported when its name is first used.
_HOMES = {
    "ShopkeeperError": ("shopkeeper.errors", "ShopkeeperError"),
    "Workspace": ("shopkeeper.workspace", "Workspace"),
    "__version__": ("shopkeeper.version", "VERSION"),
    "as_plain": ("shopkeeper.reports.report", "as_plain"),
    "build": ("shopkeeper.jobs.build", "build"),
    "demo": ("shopkeeper.jobs.demo", "demo"),
    "ingest": ("shopkeeper.jobs.ingest", "ingest"),
    "initialise": ("shopkeeper.jobs.initialise", "initialise"),
    "profile": ("shopkeeper.jobs.profile", "profile"),
    "report": ("shopkeeper.jobs.report", "report"),
    "run": ("shopkeeper.jobs.run", "run"),
    "score": ("shopkeeper.jobs.score", "score"),
    "to_frame": ("shopkeeper.reports.report", "to_frame"),
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module `shopkeeper` has no attribute `{name}`")
    module, attribute = _HOMES[name]
    return getattr(import_module(module), attribute)


def __dir__() -> list[str]:
    return __all__
