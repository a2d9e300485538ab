"""Worlds to hold churn contests in: what the marts of buying know of purchases by hand or real."""

from __future__ import annotations

from datetime import date

import pandas as pd
import value_worlds

from shopkeeper.tasks.churn.known import World
from shopkeeper.tasks.churn.question import CHURN, Question


def world(
    purchases: pd.DataFrame, as_of: date, horizon_days: int, question: Question = CHURN
) -> World:
    """The world before a day."""
    return World(value_worlds.world(purchases, as_of, horizon_days), question)
