"""Classification metrics against scikit-learn, on random labels with many and few ties."""

import numpy as np
import pytest
from sklearn import metrics

from shopkeeper.evaluation.classification import (
    average_precision,
    brier_parts,
    brier_score,
    log_loss,
    roc_auc,
)


@pytest.mark.parametrize("decimals", [1, 2, 6])
@pytest.mark.parametrize("rate", [0.02, 0.3, 0.567])
@pytest.mark.parametrize("seed", range(3))
def test_same_as_scikit_learn(seed, rate, decimals):
    random = np.random.default_rng(seed)
    label = (random.random(2_000) < rate).astype(int)
    raw = np.clip(random.normal(0.3 + 0.2 * label, 0.2), 0, 1)
    probability = raw.round(decimals)
    assert roc_auc(label, probability) == pytest.approx(metrics.roc_auc_score(label, probability))
    assert average_precision(label, probability) == pytest.approx(
        metrics.average_precision_score(label, probability)
    )
    assert brier_score(label, probability) == pytest.approx(
        metrics.brier_score_loss(label, probability)
    )
    kept = np.clip(probability, 0.01, 0.99)
    assert log_loss(label, kept) == pytest.approx(metrics.log_loss(label, kept))


def test_parts_add_up_to_the_brier_score():
    random = np.random.default_rng(1)
    label, probability = (random.random(999) < 0.4).astype(int), random.random(999)
    parts = brier_parts(label, probability)
    whole = parts.reliability - parts.resolution + parts.uncertainty + parts.within_bins
    assert whole == pytest.approx(metrics.brier_score_loss(label, probability))
    assert abs(parts.within_bins) < 0.01
