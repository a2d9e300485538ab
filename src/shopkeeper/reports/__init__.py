"""The read side: published tables in, one frozen typed answer out; shared by all faces."""

from __future__ import annotations

from shopkeeper.reports.drill import Roll

# The lists that counts of reports open.
ROLLS: tuple[Roll, ...] = ()
