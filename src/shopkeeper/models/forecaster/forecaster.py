"""Forecaster: the protocol of a way to say what series bring in the coming weeks."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Protocol, Self, runtime_checkable

if TYPE_CHECKING:
    from shopkeeper.models.forecaster.weeks import Numbers, Weeks


@runtime_checkable
class Forecaster(Protocol):
    """A way to say what each series brings in the weeks after the last one that is known.

    It sees nothing but the weeks it is given. Same weeks, same forecast, whatever stands beside a
    series, except where it was taught on all series before.

    Attributes:
        name: Name on the shelf, such as `last_week`.
    """

    name: ClassVar[str]

    def taught(self, past: Weeks) -> Self:
        """Learns what is common to all series; gives itself. Most have nothing to learn."""
        ...

    def forecast(self, past: Weeks, horizon: int) -> Numbers:
        """Gives means of the coming weeks.

        Args:
            past: What is known; a series that has not begun brings 0.
            horizon: Weeks to foretell, at least 1.

        Returns:
            Array of shape (series, horizon), finite and at least 0.
        """
        ...
