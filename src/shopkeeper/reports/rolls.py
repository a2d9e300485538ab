"""Rolls: the lists that counts of reports open, of all reports."""

from __future__ import annotations

from shopkeeper.reports import funnel, lifecycle, repeat_purchase, retention
from shopkeeper.reports.drill import Roll

ALL: tuple[Roll, ...] = (
    *funnel.ROLLS,
    *retention.ROLLS,
    *lifecycle.ROLLS,
    *repeat_purchase.ROLLS,
)
