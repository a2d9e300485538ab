"""Shop timetable: nights of a shop by `[schedule]` of its settings; each run stands for whole days.

A run of Monday at 03:30 has the interval from midnight of the last scheduled day to midnight of
Monday, in the shop's time zone: nothing falls between two runs where days are left out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pendulum
from airflow.plugins_manager import AirflowPlugin
from airflow.timetables.base import DagRunInfo, DataInterval, Timetable

if TYPE_CHECKING:
    from airflow.timetables.base import TimeRestriction
    from pendulum import DateTime

WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class ShopTimetable(Timetable):
    """Runs at one time of the day on some days of the week, on the shop's own clock.

    Args:
        at: Time of the day, such as `03:30`.
        days: Days of the week, such as `mon`.
        time_zone: IANA time zone.
    """

    # Tasks name the day of what they made; runs keep their interval of whole days.
    partitioned_at_runtime = True

    def __init__(self, at: str, days: tuple[str, ...] | list[str], time_zone: str) -> None:
        self.at, self.days, self.time_zone = at, tuple(days), time_zone
        self.description = f"at {at} on {', '.join(self.days)} ({time_zone})"

    @property
    def summary(self) -> str:
        """What the page of DAGs shows."""
        return self.description

    def serialize(self) -> dict[str, Any]:
        """Gives what the scheduler keeps, so that it never asks the shop."""
        return {"at": self.at, "days": list(self.days), "time_zone": self.time_zone}

    @classmethod
    def deserialize(cls, data: dict[str, Any]) -> ShopTimetable:
        """Gives the timetable that was kept."""
        return cls(**data)

    def infer_manual_data_interval(self, *, run_after: DateTime) -> DataInterval:
        """Gives the days up to the midnight before a moment."""
        end = self._midnight(run_after)
        return DataInterval(self._scheduled(end.subtract(days=1), -1), end)

    def next_dagrun_info(
        self,
        *,
        last_automated_data_interval: DataInterval | None,
        restriction: TimeRestriction,
    ) -> DagRunInfo | None:
        """Gives the next run; without catching up, the last one that is due already."""
        if last_automated_data_interval is not None:
            day = self._midnight(last_automated_data_interval.end).add(days=1)
        elif restriction.earliest is not None:
            # The first interval begins at the start, so the first run comes on a later day.
            day = self._midnight(restriction.earliest.subtract(microseconds=1)).add(days=2)
        else:
            return None
        if not restriction.catchup:
            day = max(day, self._last_due())
        end = self._scheduled(day, 1)
        info = self._run(end)
        if restriction.latest is not None and info.data_interval.start > restriction.latest:
            return None
        return info

    def _last_due(self) -> DateTime:
        """Gives the last scheduled day whose time has come."""
        now = pendulum.now(self.time_zone)
        day = self._scheduled(self._midnight(now), -1)
        is_due = self._run(day).run_after <= now
        return day if is_due else self._scheduled(day.subtract(days=1), -1)

    def _run(self, end: DateTime) -> DagRunInfo:
        start = self._scheduled(end.subtract(days=1), -1)
        hour, minute = (int(part) for part in self.at.split(":"))
        # By the clock on the wall: 03:30 stays 03:30 where clocks are put forward or back.
        run_after = end.set(hour=hour, minute=minute)
        return DagRunInfo(run_after=run_after.in_timezone("UTC"), data_interval=_utc(start, end))

    def _midnight(self, moment: DateTime) -> DateTime:
        return pendulum.instance(moment).in_timezone(self.time_zone).start_of("day")

    def _scheduled(self, day: DateTime, step: int) -> DateTime:
        """Gives the first scheduled day from a day on, forward or back."""
        while WEEK[day.weekday()] not in self.days:
            day = day.add(days=step)
        return day


def _utc(start: DateTime, end: DateTime) -> DataInterval:
    return DataInterval(start.in_timezone("UTC"), end.in_timezone("UTC"))


class ShopTimetablePlugin(AirflowPlugin):
    """Makes the timetable known to Airflow."""

    name = "shop_timetable"
    timetables = [ShopTimetable]  # noqa: RUF012 - Airflow asks for a list
