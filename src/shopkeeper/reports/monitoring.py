"""Is all as it was: orders, customers, scores and models beside what the shop and they were."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from shopkeeper.monitoring.answered import AnsweredWeek
from shopkeeper.monitoring.findings import Findings, ModelDrift, Sign
from shopkeeper.monitoring.performance import Performance
from shopkeeper.monitoring.policy import Retraining
from shopkeeper.monitoring.volume import Freshness, Volume
from shopkeeper.reports.drift_rolls import Moved, moved_of

QUIET, ALARM, NEVER = "quiet", "alarm", "never looked at"


@dataclass(frozen=True)
class Monitoring:
    """What the last look at a shop and its models found.

    Attributes:
        status: `quiet`, `alarm`, or `never looked at`.
        run_id: Run that is asked.
        watched_at: When it was looked at, UTC, as ISO text; empty before the first look.
        on: Day that freshness was asked for, as ISO text.
        as_of: Day before which the tables saw data then; None before the first look.
        signs: What was looked at, alarms first, each in a sentence.
        freshness, volume: Of orders; None where nobody can tell.
        drift: Of each champion: how far customers and scores are from what it was trained on.
        performance: Of what each model said some time ago and what happened.
        answered: What models told programs, week by week.
        retraining: Whether models are to be trained anew; None before the first look.
        over: Alarms of the look before that are over, in sentences.
        history: All that is known of how good each model was, ascending by day; what was said
            afterwards only is marked.
        moved: Where customers are who changed features that have drifted; counts open them.
    """

    status: str
    run_id: str
    watched_at: str
    on: str
    as_of: date | None
    signs: tuple[Sign, ...]
    freshness: Freshness | None
    volume: Volume | None
    drift: tuple[ModelDrift, ...]
    performance: tuple[Performance, ...]
    answered: tuple[AnsweredWeek, ...]
    retraining: Retraining | None
    over: tuple[str, ...] = ()
    history: tuple[Performance, ...] = ()
    moved: tuple[Moved, ...] = ()

    @property
    def is_alarm(self) -> bool:
        """Whether there is an alarm, new or not."""
        return self.status == ALARM

    @property
    def is_news(self) -> bool:
        """Whether anybody is to be told: of a new alarm, or again of one that goes on."""
        return any(sign.status == ALARM and sign.is_news for sign in self.signs)


def monitoring(*, monitoring_findings: Findings | None, run_id: str) -> Monitoring:
    """Gives what the last look found, or says that there was none.

    Args:
        monitoring_findings: What it found; None before the first.
        run_id: Run that is asked.
    """
    found = monitoring_findings
    if found is None:
        return Monitoring(NEVER, run_id, "", "", None, (), None, None, (), (), (), None)
    return Monitoring(
        status=ALARM if found.alarms else QUIET,
        run_id=run_id,
        watched_at=found.watched_at,
        on=found.on,
        as_of=date.fromisoformat(found.as_of),
        signs=tuple(sorted(found.signs, key=lambda sign: sign not in found.alarms)),
        freshness=found.freshness,
        volume=found.volume,
        drift=found.drift,
        performance=found.performance,
        answered=found.answered,
        retraining=found.retraining,
        over=found.over,
        history=found.history,
        moved=tuple(one for drift in found.drift for one in moved_of(drift)),
    )
