"""The addresses of the API: one file for each group of them."""

from __future__ import annotations

from collections.abc import Callable

from shopkeeper.api.routes import (
    customers,
    experiments,
    health,
    models,
    plans,
    predict,
    reports,
    what_if,
)
from shopkeeper.api.routes.route import Routes
from shopkeeper.api.schemas import Schemas

# Addresses are looked through in this order: the one that is asked most comes first.
ALL: tuple[Callable[[Schemas], Routes], ...] = (
    customers.add_to,
    health.add_to,
    reports.add_to,
    predict.add_to,
    what_if.add_to,
    models.add_to,
    plans.add_to,
    experiments.add_to,
)
