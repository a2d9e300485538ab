"""Each model that is fitted by likelihood keeps the same promises, whatever it learns."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest
import simulated_histories

from shopkeeper.errors import ModelDataError, UsageError
from shopkeeper.models.bg_nbd import BgNbd
from shopkeeper.models.gamma_gamma import GammaGamma
from shopkeeper.models.mbg_nbd import MbgNbd
from shopkeeper.models.model import Model
from shopkeeper.models.pareto_nbd import ParetoNbd

CUSTOMERS = simulated_histories.beta_geometric((0.6, 6.0, 0.9, 2.5), 400, seed=1)
CUSTOMERS["mean_value"] = simulated_histories.values(
    (5.0, 4.0, 20.0), CUSTOMERS["frequency"].to_numpy(), seed=2
)["mean_value"]
# Rows out of which nothing can be learned, as nobody came back.
NOBODY_RETURNED = CUSTOMERS[CUSTOMERS["frequency"] == 0]


@dataclass(frozen=True)
class Case:
    """How a model is made, and which of its columns must have a value."""

    make: Callable[..., Model]
    columns: tuple[str, ...]
    rows: pd.DataFrame

    @property
    def name(self) -> str:
        return self.make().name


HISTORY = ("frequency", "recency", "T")
# A new model is one more line here.
CASES = (
    Case(lambda **options: BgNbd(13, **options), HISTORY, CUSTOMERS),
    Case(lambda **options: MbgNbd(13, **options), HISTORY, CUSTOMERS),
    Case(lambda **options: ParetoNbd(13, **options), HISTORY, CUSTOMERS),
    Case(GammaGamma, ("frequency", "mean_value"), CUSTOMERS),
)


@pytest.fixture(params=CASES, ids=[case.name for case in CASES])
def case(request) -> Case:
    return request.param


def test_it_follows_the_protocol(case):
    assert isinstance(case.make(), Model)


def test_fitting_again_gives_the_same_to_the_last_bit(case):
    first, second = (case.make().fit(case.rows) for _ in range(2))
    assert first.save() == second.save()


def test_the_order_of_rows_changes_nothing(case):
    shuffled = case.rows.sample(frac=1, random_state=5)
    model, other = case.make().fit(case.rows), case.make().fit(shuffled)
    assert model.save() == other.save()
    assert model.predict(shuffled).sort_index().equals(model.predict(case.rows))


def test_what_was_saved_predicts_the_same_to_the_last_bit(case):
    model = case.make().fit(case.rows)
    loaded = type(model).load(model.save())
    assert loaded.predict(case.rows).equals(model.predict(case.rows))
    assert loaded.save() == model.save()


def test_files_are_json(case):
    files = case.make().fit(case.rows).save()
    assert [name.rpartition(".")[2] for name in files] == ["json"]


def test_a_file_of_another_model_is_refused(case):
    files = case.make().fit(case.rows).save()
    kind = type(case.make())
    (content,) = files.values()
    with pytest.raises(ModelDataError):
        kind.load({f"{kind.name}.json": content.replace(kind.name.encode(), b"other")})
    with pytest.raises(ModelDataError):
        kind.load({"other.json": content})


def test_predictions_have_the_index_of_the_rows(case):
    rows = case.rows.set_index(pd.Index([f"c{i}" for i in range(len(case.rows))]))
    predicted = case.make().fit(rows).predict(rows)
    assert predicted.index.equals(rows.index)


def test_one_row_is_predicted_as_among_others(case):
    model = case.make().fit(case.rows)
    alone = model.predict(case.rows.iloc[[7]])
    assert np.allclose(alone, model.predict(case.rows).iloc[[7]], rtol=1e-12, atol=0)


def test_no_row_gives_no_prediction(case):
    assert len(case.make().fit(case.rows).predict(case.rows.head(0))) == 0


def test_one_row_or_constant_columns_are_learned_from_with_a_penalty(case):
    row = case.rows[case.rows["frequency"] == 3].head(1)
    for rows in (row, pd.concat([row] * 50, ignore_index=True)):
        # Fifty equal values speak for no variation at all; the prior must weigh as much as they.
        model = case.make(penalty=10.0).fit(rows)
        assert model.is_converged_
        assert np.isfinite(model.predict(rows).to_numpy()).all()


def test_constant_columns_without_a_penalty_say_that_there_is_no_maximum(case):
    rows = pd.concat([case.rows[case.rows["frequency"] == 3].head(1)] * 50, ignore_index=True)
    model = case.make().fit(rows)
    assert not model.is_converged_
    assert all(np.isinf(error) for error in model.standard_errors_.values())
    (content,) = model.save().values()
    assert b"Infinity" not in content
    assert type(model).load(model.save()).standard_errors_ == model.standard_errors_
    assert not np.isnan(model.predict(rows).to_numpy()).any()


def test_missing_infinite_and_negative_values_are_refused(case):
    returned = int(np.argmax(case.rows["frequency"].to_numpy() > 0))
    for column in case.columns:
        for value in (np.nan, np.inf, -1.0):
            rows = case.rows.copy()
            rows.iloc[returned, rows.columns.get_loc(column)] = value
            with pytest.raises(ModelDataError) as caught:
                case.make().fit(rows)
            assert column in caught.value.message


def test_a_missing_column_is_named(case):
    for column in case.columns:
        with pytest.raises(ModelDataError, match=column):
            case.make().fit(case.rows.drop(columns=column))


def test_texts_are_refused(case):
    with pytest.raises(ModelDataError, match="no numbers"):
        case.make().fit(case.rows.assign(frequency="many"))


@pytest.mark.parametrize("rows", [CUSTOMERS.head(0), NOBODY_RETURNED], ids=["none", "no repeats"])
def test_rows_that_teach_nothing_are_refused_with_a_hint(case, rows):
    with pytest.raises(ModelDataError) as caught:
        case.make().fit(rows)
    assert caught.value.hint


def test_what_is_not_fitted_predicts_nothing(case):
    with pytest.raises(UsageError, match="not fitted"):
        case.make().predict(case.rows)


def test_a_weight_is_as_good_as_that_many_rows(case):
    weights = np.arange(len(case.rows)) % 3 + 1
    expanded = case.rows.loc[np.repeat(case.rows.index, weights)]
    weighted = case.make().fit(case.rows.assign(weight=weights.astype(float)))
    assert weighted.save() == case.make().fit(expanded).save()


def test_a_penalty_pulls_towards_the_prior(case):
    loose, tight = case.make().fit(case.rows), case.make(penalty=1e4).fit(case.rows)
    assert tight.log_likelihood_ < loose.log_likelihood_
    assert tight.is_converged_


@pytest.mark.parametrize("penalty", [-1.0, np.nan])
def test_a_penalty_that_cannot_be_is_refused(case, penalty):
    with pytest.raises(UsageError, match="penalty"):
        case.make(penalty=penalty)
