"""Sweep runs: many trials under one run, as MLflow's pages fold them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from shopkeeper.lifecycle.tracking import Tracking, told_apart

# By which MLflow knows that a run is a part of another one.
PARENT_TAG = "mlflow.parentRunId"
BEST_TAG = "shopkeeper.sweep.best"


def finish_sweep(
    tracking: Tracking, run_id: str, leads: Sequence[float | None], best: Mapping[str, str]
) -> None:
    """Writes to the run of a sweep what its trials found.

    Args:
        tracking: Where runs are kept.
        run_id: The run of the sweep.
        leads: Lead of each trial over the best baseline, one step each; None where it has none.
        best: Settings of the best trial; empty where there is none.

    Raises:
        TrackingError: The store does not answer.
    """
    with told_apart(tracking.store):
        for step, lead in enumerate(leads):
            if lead is not None:
                tracking.client.log_metric(run_id, "lead", lead, step=step)
        words = ", ".join(f"{name}={value}" for name, value in best.items())
        tracking.client.set_tag(run_id, BEST_TAG, words or "none could be judged")
