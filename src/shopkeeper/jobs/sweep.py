"""Sweep: tries settings of a task on the past; records each trial, and changes nothing."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from shopkeeper.errors import ModelDataError, NotPublishedError, UnknownNameError, UsageError
from shopkeeper.evaluation.evidence import Better, Evidence
from shopkeeper.evaluation.readiness import readiness
from shopkeeper.jobs.churn_training import ChurnTraining
from shopkeeper.jobs.contending import plots_of_evidence
from shopkeeper.jobs.recommendation_training import RecommendationTraining
from shopkeeper.jobs.sweep_space import Space
from shopkeeper.jobs.train import Training
from shopkeeper.jobs.training_data import facts_of_run
from shopkeeper.jobs.writing import Step, Tell, Writing, silent, writing
from shopkeeper.lifecycle.runs import TrainingRun, log_run
from shopkeeper.lifecycle.sweep_runs import PARENT_TAG, finish_sweep
from shopkeeper.pipeline.state import digest
from shopkeeper.tasks.churn.question import CHURN
from shopkeeper.tasks.demand.names import TASK as DEMAND_TASK
from shopkeeper.tasks.recommendation.names import BLEND
from shopkeeper.version import VERSION
from shopkeeper.workspace import Workspace

if TYPE_CHECKING:
    from optuna import Trial as Draw

# What can be judged as of an earlier day.
SWEPT = ("lifetime_value", "churn", "recommendation")
VALUES_TASK, CHURN_TASK, RECOMMENDATION_TASK = SWEPT
# Trials of a sweep that has ranges, where nobody says how many.
USUAL_TRIALS = 20


@dataclass(frozen=True, slots=True)
class Judged:
    """How a task did under some settings: its best candidate, and the best baseline beside it.

    Attributes:
        candidate: Name of the best candidate.
        metric: By which all are ranked.
        value: Its mean over the folds.
        baseline: Name of the best baseline.
        baseline_value: Its mean over the same folds.
        lead: By how much the candidate is better, as a share of the baseline.
        fold_count: Past cut-offs it was judged at.
    """

    candidate: str
    metric: str
    value: float
    baseline: str
    baseline_value: float
    lead: float
    fold_count: int


@dataclass(frozen=True, slots=True)
class Trial:
    """One choice of settings, and how it did.

    Attributes:
        settings: Setting → value, of those that vary.
        judged: How it did; None where the data or the settings could not carry it.
        reason: Why they could not.
        run_id: The run in MLflow.
    """

    settings: Mapping[str, str]
    judged: Judged | None
    reason: str = ""
    run_id: str = ""


@dataclass(frozen=True, slots=True)
class SweepReport:
    """What a sweep found.

    Attributes:
        task: The task.
        as_of: Day before which data stand.
        judged_before: Day before which data were looked at; what lies between is left to the gate.
        trials: All trials, in the order in which they were made.
        best: Place of the best one among them; None where none could be judged.
        is_alike: Whether all trials answered the same question; else only leads can be compared.
        run_id: The run of the whole sweep in MLflow.
    """

    task: str
    as_of: date
    judged_before: date
    trials: tuple[Trial, ...]
    best: int | None
    is_alike: bool
    run_id: str


def check_task(task: str) -> None:
    """Refuses a task whose settings are not tried, and says why.

    Raises:
        UsageError: Its contest would learn the time that is kept for the gate.
        UnknownNameError: There is no such task.
    """
    if task == DEMAND_TASK:
        raise UsageError(
            f"Settings of `{task}` are not swept: its contest looks at all whole weeks, so a sweep "
            "would learn those that are kept for the gate.",
            f"change them in shopkeeper.toml, and see `shopkeeper train {task}`",
        )
    if task not in SWEPT:
        raise UnknownNameError.among("task", task, SWEPT)


def sweep(
    workspace: Workspace,
    task: str,
    space: Space,
    *,
    trials: int | None = None,
    overrides: Sequence[str] = (),
    now: datetime | None = None,
    tell: Tell = silent,
) -> SweepReport:
    """Tries settings of a task; nothing is registered, promoted or published.

    What lies within the longest horizon before the end of the data is not looked at, so that the
    gate can judge what was chosen on time that did not choose it.

    Args:
        workspace: The shop.
        task: Task to try settings of.
        space: What is tried.
        trials: How many are tried; None takes all combinations, or 20 where there is a range.
        overrides: Settings that the workspace was opened with; each trial opens it again.
        now: When the sweep begins; None reads the clock.
        tell: Told of each trial.

    Raises:
        UnknownNameError: There is no such task.
        UsageError: Settings of the task are not swept.
        SettingsError: A setting is unknown.
        NotPublishedError: Nothing was built yet.
        TrackingError: The store of runs does not answer.
    """
    check_task(task)
    began = now or datetime.now(UTC)
    _check_settings(workspace, space, overrides)
    as_of = workspace.published.as_of
    if as_of is None:
        raise NotPublishedError("No purchases to learn from.", "build them with `shopkeeper build`")
    until = as_of - timedelta(days=_longest_horizon(workspace, task, space, as_of, began))
    at_work = _Sweep(workspace, task, space, (*overrides, *space.fixed), until, began)
    at_work.parent = log_run(workspace.registry.tracking, at_work.run(_as_text(space), None))
    at_work.draw(trials, tell)
    report = at_work.report(as_of)
    leads = [trial.judged.lead if trial.judged else None for trial in report.trials]
    best = report.trials[report.best].settings if report.best is not None else {}
    finish_sweep(workspace.registry.tracking, report.run_id, leads, best)
    workspace.registry.refresh()
    return report


@dataclass
class _Sweep:
    """A sweep at work.

    Attributes:
        workspace, task, space: As they were asked for.
        overrides: Settings of all trials.
        until: Day before which data are looked at.
        began: When it began.
        parent: Its run in MLflow.
    """

    workspace: Workspace
    task: str
    space: Space
    overrides: tuple[str, ...]
    until: date
    began: datetime
    parent: str = ""

    def __post_init__(self) -> None:
        self.trials: list[Trial] = []
        self.horizons: set[int] = set()

    def draw(self, count: int | None, tell: Tell) -> None:
        """Lets Optuna choose the trials: every combination once, or by what was found before."""
        import optuna

        optuna.logging.set_verbosity(optuna.logging.WARNING)
        whole, seed = self.space.size, 0
        sampler = (
            optuna.samplers.TPESampler(seed=seed)
            if whole is None
            else optuna.samplers.GridSampler(
                {name: list(values) for name, values in self.space.choices.items()}, seed=seed
            )
        )
        study = optuna.create_study(direction="maximize", sampler=sampler)

        def objective(draw: Draw) -> float:
            trial = self._tried(self._drawn(draw))
            self.trials.append(trial)
            words = ", ".join(f"{name}={value}" for name, value in trial.settings.items())
            detail = f"lead {trial.judged.lead:+.1%}" if trial.judged else trial.reason
            tell(Step("sweep", words, "judged" if trial.judged else "refused", detail=detail))
            if trial.judged is None:
                raise optuna.TrialPruned
            return trial.judged.lead

        study.optimize(objective, n_trials=count or whole or USUAL_TRIALS)

    def report(self, as_of: date) -> SweepReport:
        """Gives what was found."""
        leads = [trial.judged.lead if trial.judged else -math.inf for trial in self.trials]
        best = leads.index(max(leads)) if leads and max(leads) > -math.inf else None
        return SweepReport(
            self.task,
            as_of,
            self.until,
            tuple(self.trials),
            best,
            is_alike=len(self.horizons) <= 1,
            run_id=self.parent,
        )

    def run(self, parameters: Mapping[str, object], evidence: Evidence | None) -> TrainingRun:
        """Gives the record of a trial, or of the whole sweep before its first."""
        published = self.workspace.published.tables
        learned_from = sorted((name, table.fingerprint) for name, table in published.items())
        return TrainingRun(
            task=f"sweep_{self.task}",
            model="sweep",
            started_at=self.began,
            ended_at=self.began,
            as_of=self.until,
            seed=0,
            data_fingerprint=digest(learned_from),
            code_version=VERSION,
            parameters=parameters,
            evidence=evidence,
        )

    def _drawn(self, draw: Draw) -> dict[str, str]:
        found = {}
        for name in self.space.names:
            if name in self.space.choices:
                found[name] = str(draw.suggest_categorical(name, self.space.choices[name]))
                continue
            low, high = self.space.ranges[name]
            is_whole = low.is_integer() and high.is_integer()
            drawn = (
                draw.suggest_int(name, int(low), int(high))
                if is_whole
                else draw.suggest_float(name, low, high)
            )
            found[name] = str(drawn)
        return found

    def _tried(self, settings: Mapping[str, str]) -> Trial:
        """Judges one choice of settings, and records the run, also one that was refused."""
        given = [*self.overrides, *(f"{name}={value}" for name, value in settings.items())]
        evidence, candidate, reason = None, "sweep", ""
        workspace = Workspace(self.workspace.folder, overrides=given)
        try:
            with writing(workspace, now=self.began) as at_work:
                evidence, candidate = JUDGES[self.task](at_work, self.until)
                self.horizons.add(evidence.horizon_days)
        except ModelDataError as error:
            reason = error.message
        finally:
            workspace.close()
        record = replace(
            self.run(settings, evidence),
            model=candidate,
            tags={PARENT_TAG: self.parent},
            failure=reason,
            plots=plots_of_evidence(evidence) if evidence else {},
        )
        run_id = log_run(self.workspace.registry.tracking, record)
        judged = judged_of(evidence, candidate) if evidence else None
        return Trial(settings, judged, reason, run_id)


def judged_of(evidence: Evidence, candidate: str) -> Judged:
    """Gives how a candidate did against the best baseline, over the folds both entered."""
    metric = evidence.primary
    is_rising = evidence.metrics[metric] is Better.HIGHER
    means = {name: evidence.mean(name, metric) for name in evidence.baselines}
    known = {name: mean for name, mean in means.items() if math.isfinite(mean)}
    best = max(known, key=lambda name: known[name] if is_rising else -known[name])
    value, beside = evidence.mean(candidate, metric), known[best]
    better = value - beside if is_rising else beside - value
    lead = better / abs(beside) if beside else 0.0
    return Judged(candidate, metric, value, best, beside, lead, len(evidence.cutoffs))


def _judge_churn(at_work: Writing, until: date) -> tuple[Evidence, str]:
    training = ChurnTraining(at_work, until)
    _need(at_work, CHURN.name, until, training.horizon.days)
    contest = training.contest(training.world_of(CHURN))
    return contest.evidence, _found(contest.winner)


def _judge_values(at_work: Writing, until: date) -> tuple[Evidence, str]:
    days = max(at_work.workspace.settings.lifetime_value.horizons_days)
    _need(at_work, VALUES_TASK, until, days)
    contest = Training(at_work, until).contest(days)
    return contest.evidence, _found(contest.winner if contest.is_proved else None)


def _judge_recommendation(at_work: Writing, until: date) -> tuple[Evidence, str]:
    training = RecommendationTraining(at_work, until)
    _need(at_work, RECOMMENDATION_TASK, until, training.settings.horizon_days)
    return training.contest().evidence, BLEND


def _found(winner: str | None) -> str:
    if winner is None:
        raise ModelDataError("No whole past horizon could be judged with something to learn from.")
    return winner


def _need(at_work: Writing, task: str, until: date, horizon_days: int) -> None:
    ready = readiness(task, facts_of_run(at_work, until, (horizon_days,)), horizon_days)
    if not ready.is_ready:
        raise ModelDataError(" ".join(ready.reasons))


JUDGES: Mapping[str, Callable[[Writing, date], tuple[Evidence, str]]] = {
    VALUES_TASK: _judge_values,
    CHURN_TASK: _judge_churn,
    RECOMMENDATION_TASK: _judge_recommendation,
}


def _check_settings(workspace: Workspace, space: Space, overrides: Sequence[str]) -> None:
    """Holds every value to be valid before the first trial costs anything."""
    ends = {name: tuple(map(_plain, limits)) for name, limits in space.ranges.items()}
    for name, values in {**space.choices, **ends}.items():
        for value in values:
            Workspace(workspace.folder, overrides=[*overrides, *space.fixed, f"{name}={value}"])


def _plain(number: float) -> str:
    return str(int(number)) if number.is_integer() else str(number)


def _longest_horizon(
    workspace: Workspace, task: str, space: Space, as_of: date, now: datetime
) -> int:
    """Gives the longest horizon of all trials in days."""
    found = [_horizon(workspace, task, as_of, now)]
    for name in space.names:
        if "horizon" in name:
            texts = space.choices.get(name) or [str(space.ranges[name][1])]
            found += [int(float(part)) for text in texts for part in _numbers(text)]
    return max(found)


def _numbers(text: str) -> list[str]:
    return [part for part in text.strip("[]").split(",") if part.strip().replace(".", "").isdigit()]


def _horizon(workspace: Workspace, task: str, as_of: date, now: datetime) -> int:
    settings: Any = getattr(workspace.settings, task)
    if task != CHURN_TASK:
        return int(max(getattr(settings, "horizons_days", (0,))) or settings.horizon_days)
    if settings.horizon_days != "auto":
        return int(settings.horizon_days)
    with writing(workspace, now=now) as at_work:
        return ChurnTraining(at_work, as_of).horizon.days


def _as_text(space: Space) -> dict[str, object]:
    tried = {name: ", ".join(values) for name, values in space.choices.items()}
    return {**tried, **{name: f"{low:g}..{high:g}" for name, (low, high) in space.ranges.items()}}
