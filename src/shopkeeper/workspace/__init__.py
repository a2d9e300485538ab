"""Workspace: a shop's folder - settings, engine, lake, last good run; reads, never writes."""

from shopkeeper.workspace.answering import LISTED, TOP_SHARE, answer, questions_of_run, table_states
from shopkeeper.workspace.shop_folder import STATE_FOLDER
from shopkeeper.workspace.workspace import Workspace

__all__ = [
    "LISTED",
    "STATE_FOLDER",
    "TOP_SHARE",
    "Workspace",
    "answer",
    "questions_of_run",
    "table_states",
]
