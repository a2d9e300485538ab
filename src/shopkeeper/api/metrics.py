"""Metrics: counts and times of requests in the form of Prometheus; by route, never by address."""

from __future__ import annotations

import os
from dataclasses import dataclass

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client import multiprocess as many_workers

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"
# Set by the job `serve` where several workers answer: they add up their counts in a folder.
SHARED_FOLDER = "PROMETHEUS_MULTIPROC_DIR"
BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)


@dataclass(frozen=True)
class Metrics:
    """What is counted.

    Attributes:
        registry: Of one application; several may live in one process.
        requests: By method, route and status.
        seconds: By route.
        predictions: By model.
    """

    registry: CollectorRegistry
    requests: Counter
    seconds: Histogram
    predictions: Counter

    @classmethod
    def new(cls) -> Metrics:
        """Gives metrics that start at nothing."""
        registry = CollectorRegistry()
        return cls(
            registry,
            Counter(
                "shopkeeper_requests",
                "Requests answered",
                ("method", "route", "status"),
                registry=registry,
            ),
            Histogram(
                "shopkeeper_request_seconds",
                "Time to answer",
                ("route",),
                buckets=BUCKETS,
                registry=registry,
            ),
            Counter("shopkeeper_predictions", "Rows predicted", ("model",), registry=registry),
        )

    def observe(self, method: str, route: str, status: int, seconds: float) -> None:
        """Counts a request."""
        self.requests.labels(method, route, str(status)).inc()
        self.seconds.labels(route).observe(seconds)

    def text(self) -> bytes:
        """Gives all counts, those of other workers added."""
        if SHARED_FOLDER not in os.environ:
            return generate_latest(self.registry)
        together = CollectorRegistry()
        many_workers.MultiProcessCollector(together)  # type: ignore[no-untyped-call]
        return generate_latest(together)
