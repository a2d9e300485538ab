"""Sweeps in the terminal: all trials beside each other, the best of them, and what to do next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shopkeeper.cli.output import RAW_CHARACTERS, print_table, print_text, say
from shopkeeper.reports.formatting import change

if TYPE_CHECKING:
    from shopkeeper.jobs.sweep import SweepReport, Trial


def show_sweep(done: SweepReport) -> None:
    """Prints how each trial did against the best baseline on the same past days."""
    print_text(
        f"Judged on data before {done.judged_before}; what lies from there to {done.as_of} was not "
        "looked at, and is left to the gate."
    )
    if not done.is_alike:
        print_text("Trials look ahead for different numbers of days: compare their leads only.")
    print_text()
    print_table(
        (
            "",
            "settings",
            "best way",
            "metric",
            "mean",
            "best baseline",
            "its mean",
            "lead",
            "folds",
        ),
        [_row(trial, place == done.best) for place, trial in enumerate(done.trials)],
        RAW_CHARACTERS,
    )
    for trial in done.trials:
        if trial.reason:
            print_text(f"refused  {_words(trial)}: {trial.reason}")
    if done.best is None:
        say("no trial could be judged; nothing was changed")
        return
    flags = " ".join(
        f"--set {name}={value}" for name, value in done.trials[done.best].settings.items()
    )
    say(
        f"the best of {len(done.trials)} looks better than it is; nothing was changed. "
        f"next: `shopkeeper train {done.task} {flags}`, where the gate judges it"
    )


def _row(trial: Trial, is_best: bool) -> tuple[object, ...]:
    found = trial.judged
    mark = "best" if is_best else ""
    if found is None:
        return (mark, _words(trial), None, None, None, None, None, None, None)
    means = (f"{found.value:.4f}", found.baseline, f"{found.baseline_value:.4f}")
    lead = change(found.lead)
    return (mark, _words(trial), found.candidate, found.metric, *means, lead, found.fold_count)


def _words(trial: Trial) -> str:
    return ", ".join(f"{name}={value}" for name, value in trial.settings.items())
