"""Trees that were grown elsewhere: scored by hand, and refused where they lead nowhere."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from shopkeeper.errors import ModelDataError, UsageError
from shopkeeper.models.handed_over_trees import HandedOverTrees

# One tree asks for the days and, on its right, for the amount; the other is a single leaf.
NODES = {
    "feature": [0, -1, 1, -1, -1, -1],
    "threshold": [2.0, 0.0, 10.0, 0.0, 0.0, 0.0],
    "left": [1, -1, 3, -1, -1, -1],
    "right": [2, -1, 4, -1, -1, -1],
    "value": [0.0, 0.5, 0.0, -0.25, 1.0, 0.125],
    "roots": [0, 5],
}


def trees(**changed) -> HandedOverTrees:
    nodes = {name: np.array(values) for name, values in {**NODES, **changed}.items()}
    return HandedOverTrees(["days", "amount"], missing=-1e30, row_count=9).of_nodes(nodes)


def test_log_odds_are_twice_the_sum_of_the_leaves():
    rows = pd.DataFrame({"days": [2.0, 3.0, 3.0, np.nan], "amount": [0.0, 10.0, 11.0, 50.0]})
    found = HandedOverTrees.load(trees().save()).predict(rows)
    assert list(found["log_odds"]) == [1.25, -0.25, 2.25, 1.25]
    assert found["probability"][0] == pytest.approx(1 / (1 + np.exp(-1.25)))


@pytest.mark.parametrize(
    "changed",
    [
        {"left": [0, -1, 3, -1, -1, -1]},
        {"right": [6, -1, 4, -1, -1, -1]},
        {"feature": [2, -1, 1, -1, -1, -1]},
        {"value": [0.0, np.nan, 0.0, -0.25, 1.0, 0.125]},
        {"roots": []},
        {"roots": [6]},
    ],
)
def test_nodes_that_lead_nowhere_are_refused(changed):
    with pytest.raises(ModelDataError):
        trees(**changed)


def test_without_trees_nothing_is_said():
    with pytest.raises(UsageError, match="has no trees"):
        HandedOverTrees(["days"], missing=0.0).predict(pd.DataFrame({"days": [1.0]}))
    with pytest.raises(ModelDataError, match="no files"):
        HandedOverTrees.load({})
