"""Demand training: the contest on what will sell, and what it brings; or the better simple rule."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import UTC, date
from functools import cached_property
from typing import TYPE_CHECKING

from shopkeeper.errors import ModelDataError, UnknownNameError
from shopkeeper.jobs.contending import Challenge, contend
from shopkeeper.jobs.demand_data import (
    all_days,
    content_of,
    file_marks,
    known_days,
    whole_weeks,
)
from shopkeeper.jobs.training_due import is_due
from shopkeeper.jobs.writing import Step, Writing
from shopkeeper.lifecycle.model_card import CardFacts
from shopkeeper.lifecycle.promotion import DEFAULT_LIMITS, Verdict, judge
from shopkeeper.lifecycle.registry import Registration
from shopkeeper.lifecycle.runs import TrainingRun, log_run
from shopkeeper.marts.daily_demand import DAILY_DEMAND
from shopkeeper.marts.weekly_demand import WEEKLY_DEMAND, SeriesLevel
from shopkeeper.models.boosted_demand import GROWTH, TREES
from shopkeeper.pipeline.state import digest
from shopkeeper.tasks.demand.contest import Contest, hold, with_rules
from shopkeeper.tasks.demand.day_contest import DayContest, better_rule, day_findings, hold_days
from shopkeeper.tasks.demand.days import SHARED_OUT
from shopkeeper.tasks.demand.findings import DayFindings, Findings, findings_of_facts, found_by
from shopkeeper.tasks.demand.model import DemandModel, Options
from shopkeeper.tasks.demand.names import AMOUNT, CHOSEN, QUANTITY, TASK, Group
from shopkeeper.tasks.demand.panel import KnownDays, Panel, panel_of
from shopkeeper.tasks.demand.plan import Plan, plan_of, readiness_of
from shopkeeper.version import VERSION

if TYPE_CHECKING:
    import pandas as pd

    from shopkeeper.evaluation.requirement import Readiness
    from shopkeeper.lifecycle.versions import ModelVersion

# A level has few weeks in a fold, but none may be broken for the sake of others.
LIMITS = replace(DEFAULT_LIMITS, slice_rows=1)
EXAMPLE_WEEKS = 4
# What was found in another form says ranges in other units, or nothing of days of products: it is
# trained again.
FORM = 3


def train_demand_into(at_work: Writing, *, always: bool = False) -> Findings | None:
    """Trains where it is due; gives what was found, None where it is switched off."""
    as_of, settings = at_work.as_of, at_work.workspace.settings.demand
    if not settings.is_trained:
        at_work.refused.pop(TASK, None)
        return None
    if as_of is None or not at_work.draft.has(WEEKLY_DEMAND.name):
        return None
    learned_from = at_work.draft.fingerprints[WEEKLY_DEMAND.name]
    files = file_marks(at_work.workspace.folder, settings)
    wanted = digest(learned_from, settings.model_dump(), files, VERSION, str(as_of))
    last = findings_of_facts(at_work.facts)
    # A rule that is served is as good as a model: it stands until it is old.
    is_whole = last is not None and last.is_published
    before = at_work.facts.get(TASK)
    if before is not None and before.get("form") != FORM:
        before = None
    if not always and not is_due(before, wanted, as_of, settings.retrain_days, is_whole=is_whole):
        at_work.tell(Step("train", TASK, "unchanged"))
        return last
    found = DemandTraining(at_work, as_of).found()
    at_work.facts[TASK] = {
        "form": FORM,
        "fingerprint": wanted,
        "as_of": as_of.isoformat(),
        "finding": found.to_plain(),
    }
    at_work.refused.pop(TASK, None)
    if not found.is_proved:
        at_work.refused[TASK] = " ".join(found.reasons)
    at_work.has_new_facts = True
    return found


class DemandTraining:
    """One training on the tables of a run.

    Args:
        at_work: The run.
        as_of: Day before which data are seen.
    """

    def __init__(self, at_work: Writing, as_of: date) -> None:
        self.at_work = at_work
        self.as_of = as_of
        self.settings = at_work.workspace.settings.demand
        self.registry = at_work.workspace.registry

    @cached_property
    def rows(self) -> pd.DataFrame:
        """Whole weeks of the mart."""
        return whole_weeks(self.at_work)

    @cached_property
    def known(self) -> KnownDays:
        """Days that were known in advance."""
        return known_days(self.at_work, self.rows)

    @cached_property
    def ready(self) -> Readiness:
        """Whether they can carry a forecast."""
        total = self.rows[self.rows["series_level"] == SeriesLevel.TOTAL]
        sold = int((total[QUANTITY] > 0).sum())
        return readiness_of(len(total), sold, self.settings.horizon_weeks)

    def panel(self, ranked_until: int | None = None) -> Panel:
        """Gives the weeks as arrays; best sellers are those of a past date, or of now."""
        most = self.settings.most_products
        return panel_of(self.rows, most_products=most, ranked_until=ranked_until, known=self.known)

    def found(self) -> Findings:
        """Holds the contest; registers and promotes what it brings."""
        started = time.perf_counter()
        settings = self.settings
        found = Findings(
            settings.horizon_weeks, settings.interval_level, caveats=self.ready.caveats
        )
        if self.ready.is_ready:
            found = self._contested(found)
        else:
            found = replace(found, reasons=self.ready.reasons, caveats=())
        outcome = "promoted" if found.is_proved else "refused"
        seconds = time.perf_counter() - started
        self.at_work.tell(Step("train", TASK, outcome, None, seconds, "; ".join(found.reasons)))
        return found

    def _contested(self, found: Findings) -> Findings:
        now = self.panel()
        plan = plan_of(now.weeks.week_count, self.settings.horizon_weeks)
        then = self.panel(ranked_until=plan.origins[0])
        contest = hold(then, plan, self.settings.horizon_weeks, self.settings.seed)
        champion = self.registry.champion(TASK)
        outcome = contend(
            self.at_work,
            self._challenge(contest, now, plan),
            None if champion is None else CHOSEN,
            LIMITS,
        )
        if outcome.promoted is not None:
            told = found_by(contest, self.settings.interval_level)
            days = self.of_days(contest)
            return _published(outcome.promoted, replace(found, **told, days=days, is_proved=True))
        rule = with_rules(contest)
        version = self._register_rule(self._challenge(rule, now, plan))
        told = found_by(rule, self.settings.interval_level)
        days = self.of_days(rule)
        return _published(version, replace(found, **told, days=days, reasons=outcome.refusals))

    def of_days(self, contest: Contest) -> DayFindings | None:
        """Judges what is served of weeks when it is shared out to days; None without days."""
        if not self.at_work.draft.has(DAILY_DEMAND.name):
            return None
        days = all_days(self.at_work, contest.rolling.panel, self.rows)
        return days_found(hold_days(contest, days), self.settings.interval_level)

    def _challenge(self, contest: Contest, now: Panel, plan: Plan) -> Challenge:
        settings = self.settings
        options = Options(
            settings.horizon_weeks, plan.season_weeks, settings.most_products, settings.seed
        )
        model = DemandModel.of(contest, options, settings.interval_level).taught(now)
        fingerprint = digest(
            content_of(self.rows),
            settings.model_dump(),
            file_marks(self.at_work.workspace.folder, settings),
            VERSION,
            str(self.as_of),
        )
        return Challenge(
            name=TASK,
            candidate=CHOSEN,
            model=model,
            evidence=contest.evidence,
            as_of=self.as_of,
            seed=settings.seed,
            data_fingerprint=fingerprint,
            parameters={
                **asdict(options),
                **{f"way of {group.label}": way for group, way in contest.ways.items()},
                "trees": TREES,
                **GROWTH,
            },
            plots={},
            card=self._card(contest, plan),
            example=self._example(),
        )

    def _register_rule(self, challenge: Challenge) -> ModelVersion:
        """Registers the simple rule that is served, beside the champions and never as one.

        Where the last one says the same it stays: that data moved is no new version.
        """
        standing = self._standing(challenge)
        if standing is not None:
            return standing
        moment = self.at_work.now.replace(tzinfo=UTC)
        run = TrainingRun(
            task=challenge.name,
            model="simple_rule",
            started_at=moment,
            ended_at=moment,
            as_of=challenge.as_of,
            seed=challenge.seed,
            data_fingerprint=challenge.data_fingerprint,
            code_version=VERSION,
            parameters=dict(challenge.parameters),
            evidence=challenge.evidence,
        )
        return self.registry.register(
            Registration(
                name=challenge.name,
                model=challenge.model,
                run_id=log_run(self.registry.tracking, run),
                created_at=moment,
                as_of=challenge.as_of,
                data_fingerprint=challenge.data_fingerprint,
                code_version=VERSION,
                evidence=challenge.evidence,
                verdict=None,
                card=challenge.card,
                example=challenge.example,
            )
        )

    def _standing(self, challenge: Challenge) -> ModelVersion | None:
        """Gives the version of the rule that was served last, if it says what this one says."""
        last = findings_of_facts(self.at_work.facts)
        if last is None or not last.is_published or last.is_proved:
            return None
        number = int(last.model.rpartition(" ")[2])
        try:
            version = self.registry.version(challenge.name, number)
            served = self.registry.load(challenge.name, number)
        except (UnknownNameError, ModelDataError):
            # Emptied by hand, or of an earlier form.
            return None
        assert isinstance(served, DemandModel)
        assert isinstance(challenge.model, DemandModel)
        return version if challenge.model.is_like(served, self.settings.interval_level) else None

    def _example(self) -> pd.DataFrame:
        """Gives the last weeks of the total, and the coming one without its numbers."""
        import pandas as pd

        total = self.rows[self.rows["series_level"] == SeriesLevel.TOTAL].tail(EXAMPLE_WEEKS)
        coming = total.tail(1).assign(**{QUANTITY: float("nan"), AMOUNT: float("nan")})
        coming["week_date"] += pd.Timedelta(days=7)
        found = pd.concat([total, coming], ignore_index=True)
        return found.assign(week_date=found["week_date"].dt.strftime("%Y-%m-%d"))

    def _card(self, contest: Contest, plan: Plan) -> CardFacts:
        weeks = contest.rolling.panel.weeks
        return CardFacts(
            predicts=f"Pieces and money of each of the {self.settings.horizon_weeks} weeks from "
            "the first unfinished one on, in total, by category and by best seller, adding up.",
            for_whom="Those who order stock and plan a month.",
            data=f"Mart `weekly_demand`, {weeks.week_count} whole weeks from {weeks.first_date}.",
            row_count=len(self.rows),
            first_date=weeks.first_date,
            limits=(
                "It knows sales, not demand: what was out of stock was not sold.",
                "Promotions are known only where `demand.calendar_file` names them; holidays are "
                "those of one country that recur every year.",
                "Money is before later refunds.",
                "Ranges hold over all products of a shop, not for each one of them.",
            ),
            settings=(
                ("season_weeks", str(plan.season_weeks)),
                *((f"way of {group.label}", way) for group, way in contest.ways.items()),
            ),
        )


def days_found(held: DayContest, level: float) -> DayFindings:
    """Gives what is served of days, by a gate for the shop and one for products."""
    verdict, way = _of_gate(held, held.days.upper)
    ways = dict.fromkeys(held.days.upper, way)
    if not held.days.products:
        return DayFindings(*_told(verdict, way), day_findings(held, ways, level))
    own, _ = _of_gate(held, held.days.products)
    # As the last day, or as that of last week, most products sell nothing: a rule adds up to
    # nothing and helps nobody, so days of products are refused.
    product_way = SHARED_OUT if own.passed else ""
    if own.passed:
        ways |= dict.fromkeys(held.days.products, SHARED_OUT)
    groups = day_findings(held, ways, level)
    return DayFindings(*_told(verdict, way), groups, product_way, own.refusals)


def _of_gate(held: DayContest, groups: Sequence[Group]) -> tuple[Verdict, str]:
    """Gives the verdict on shared-out weeks of some groups, and the way that is served."""
    evidence = held.evidence(groups)
    verdict = judge(evidence, SHARED_OUT, None, LIMITS)
    return verdict, SHARED_OUT if verdict.passed else better_rule(evidence)


def _told(verdict: Verdict, way: str) -> tuple[bool, str, tuple[str, ...]]:
    return verdict.passed, way, verdict.refusals


def _published(version: ModelVersion, found: Findings) -> Findings:
    return replace(found, is_published=True, model=f"{version.name} {version.version}")
