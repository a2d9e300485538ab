"""Aggregates: parts merge to the whole, and an engine counts what arrays count."""

import ibis
import numpy as np
import pandas as pd
import pytest

from shopkeeper.experiments.aggregates import merged, moment_rows, moments_by_arm, moments_of


def columns(count, seed=1):
    random = np.random.default_rng(seed)
    return random.lognormal(3, 1, count) + 1e6, random.normal(size=count)


@pytest.mark.parametrize("cut", [0, 1, 37, 500])
def test_merged_parts_are_the_whole(cut):
    whole = columns(500)
    parts = merged(
        moments_of(*(column[:cut] for column in whole)),
        moments_of(*(column[cut:] for column in whole)),
    )
    expected = moments_of(*whole)
    assert parts.count == 500
    assert parts.means == pytest.approx(expected.means)
    assert parts.comoments == pytest.approx(expected.comoments)


def test_large_means_keep_their_variance():
    values = columns(1000)[0]
    assert moments_of(values).covariance() == pytest.approx(np.var(values, ddof=1), rel=1e-9)


def test_a_table_is_counted_in_one_pass_as_arrays_are():
    one, other = columns(600)
    rows = pd.DataFrame({"x": one, "y": other, "arm": np.where(np.arange(600) % 3, "a", "b")})
    rows.loc[5, "y"] = None
    counted = moment_rows(ibis.memtable(rows), ("x", "y"), "arm").to_pyarrow().to_pylist()
    found = moments_by_arm(counted)
    kept = rows.dropna()
    for arm in ("a", "b"):
        expected = moments_of(*(kept[kept.arm == arm][c] for c in ("x", "y")))
        assert found[arm].count == expected.count
        assert found[arm].means == pytest.approx(expected.means)
        assert found[arm].comoments == pytest.approx(expected.comoments)
