"""Suspicious features: single features that tell more of the label than the past can."""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from shopkeeper.evaluation.alarm import Alarm, AlarmKind
from shopkeeper.evaluation.classification import roc_auc

if TYPE_CHECKING:
    import pandas as pd

    from shopkeeper.evaluation.classification import Numbers
    from shopkeeper.evaluation.labelled_rows import LabelledRows

# One row in five hundred pairs on the wrong side: no behaviour is so regular, a copy is.
FUNCTION_OF_LABEL = 0.998
# Of what a score tells beyond chance, a feature that tells this much leaves nothing to the rest.
WHOLE_SCORE = 0.95
# On Online Retail II the count of a year's orders alone reaches .79, and among customers active
# lately, of whom recency tells little, .75 and so the whole score: below this is no sign.
LEAST_CARRYING = 0.8
# From one season to the next honest features lost up to .09 of their power (Online Retail II and
# CDNOW at 30, 90, 180 days); beyond this and what chance moves, no season explains it.
MOST_FADING = 0.15
# A feature that tells little cannot fade by much.
LEAST_POWER_TO_FADE = 0.6
# Groups of equal or similar values, whose label rate stands for them: enough to follow any
# shape, and with `LEAST_ROWS_OF_GROUP` rows each few enough not to learn the labels by heart.
MOST_GROUPS = 20
LEAST_ROWS_OF_GROUP = 50
# Features that count time back from the cut-off begin so.
SINCE = "days_since_"
REBUILD = "Find how it is computed; rebuild it from rows before the cut-off alone, or leave it out."


@dataclass(frozen=True, slots=True)
class Power:
    """What one feature alone tells of the label, by the area under its ROC curve.

    The direction and shape are taken from the training rows, so chance is .5 on both sides and a
    feature that turns round at the test cut-off has less.
    """

    train: float
    test: float


@dataclass(frozen=True, slots=True)
class Limits:
    """What is honest for this label.

    Attributes:
        score: Highest believable area under the ROC curve.
        recency_alone: What days since the last order give by themselves; None if not known.
        recency: Highest believable value of that.
    """

    score: float
    recency_alone: float | None
    recency: float

    @property
    def carrying(self) -> float:
        """From where on a feature that carries a score is suspicious: midway to `score`."""
        # Unknown recency is taken as what leaves half the way to perfection at the limit.
        plain = 2 * self.score - 1 if self.recency_alone is None else self.recency_alone
        return max(LEAST_CARRYING, (min(plain, self.score) + self.score) / 2)


def feature_alarms(
    train: LabelledRows, test: LabelledRows, score_auc: float, limits: Limits, recency: str | None
) -> tuple[Alarm, ...]:
    """Gives an alarm for each feature that by itself tells too much, or tells it in training only.

    Args:
        train: Rows that the model was taught on.
        test: Rows that it was judged on, with the same features.
        score_auc: Area under the ROC curve of the model on the test rows.
        limits: What is honest for this label.
        recency: Name of the feature that holds the days since the last order; None if none does.
    """
    alarms = []
    for name in train.features.columns:
        power = feature_power(train, test, name)
        limit = limits.recency if name == recency else limits.score
        alarms += [
            alarm
            for alarm in (
                _too_good(name, power, limit)
                or _carries(name, power, score_auc, limits, is_recency=name == recency),
                _fades(name, power, train, test),
                _negative(name, train, test, is_recency=name == recency),
            )
            if alarm
        ]
    return tuple(alarms)


def feature_power(train: LabelledRows, test: LabelledRows, name: str) -> Power:
    """Gives what a feature alone tells on both sides; NaN where a side has one class only."""
    import pandas as pd

    columns = _comparable(train.features[name]), _comparable(test.features[name])
    found = [_of_groups(train, test, *columns)]
    column = columns[0]
    if pd.api.types.is_numeric_dtype(column) and not column.isna().any():
        raw = roc_auc(train.label, column.to_numpy(dtype=float))
        sign = -1 if raw < 0.5 else 1
        # A value missing at the test cut-off tells nothing, so it stands in the middle.
        later = columns[1].fillna(column.median()).to_numpy(dtype=float)
        tested = roc_auc(test.label, sign * later)
        found.append(Power(max(raw, 1 - raw), tested))
    return max(found, key=lambda power: -1.0 if math.isnan(power.train) else power.train)


def standard_error(auc: float, label: Numbers) -> float:
    """Gives the standard error of an area under the ROC curve.

    References:
        Hanley, McNeil (1982), equation 1, with their exponential approximation of Q₁ and Q₂.
    """
    ones = float(label.sum())
    zeros = len(label) - ones
    if not ones or not zeros or math.isnan(auc):
        return math.nan
    above, square = auc / (2 - auc), auc * auc
    below = 2 * square / (1 + auc)
    spread = auc * (1 - auc) + (ones - 1) * (above - square) + (zeros - 1) * (below - square)
    return math.sqrt(max(0.0, spread) / (ones * zeros))


def _comparable(column: pd.Series) -> pd.Series:
    """Gives a column whose order can be told as floats; others as they are."""
    import pandas as pd

    if pd.api.types.is_datetime64_any_dtype(column):
        utc = pd.to_datetime(column, utc=True)
        return (utc - pd.Timestamp(0, tz="UTC")) / pd.Timedelta(days=1)
    known = column.dropna()
    is_decimal = column.dtype == object and len(known) and isinstance(known.iloc[0], Decimal)
    if is_decimal or pd.api.types.is_numeric_dtype(column):
        return column.astype("Float64").astype(float)
    return column


def _of_groups(
    train: LabelledRows, test: LabelledRows, column: pd.Series, later: pd.Series
) -> Power:
    """Gives the power of the label rates of groups of values, missing ones a group of their own."""
    import pandas as pd

    taught, tested = _groups(column, later)
    rates = pd.Series(train.label).groupby(taught.to_numpy()).mean()
    base = float(train.label.mean()) if len(train.label) else 0.5
    return Power(
        roc_auc(train.label, taught.map(rates).to_numpy(dtype=float)),
        roc_auc(test.label, tested.map(rates).fillna(base).to_numpy(dtype=float)),
    )


def _groups(train: pd.Series, test: pd.Series) -> tuple[pd.Series, pd.Series]:
    """Gives the group of each value; borders are learned from training rows."""
    import numpy as np
    import pandas as pd

    count = max(2, min(MOST_GROUPS, len(train) // LEAST_ROWS_OF_GROUP))
    if pd.api.types.is_numeric_dtype(train) and train.nunique() > count:
        known = train.dropna().to_numpy(dtype=float)
        borders = np.unique(np.quantile(known, np.linspace(0, 1, count + 1)[1:-1]))
        return tuple(  # type: ignore[return-value]
            pd.Series(np.searchsorted(borders, side.to_numpy(dtype=float), "right")).where(
                side.notna().to_numpy(), -1
            )
            for side in (train, test)
        )
    usual = set(train.value_counts().index[:count])
    return tuple(  # type: ignore[return-value]
        side.where(side.isin(usual) | side.isna(), "other").astype(str).reset_index(drop=True)
        for side in (train.astype(object), test.astype(object))
    )


def _too_good(name: str, power: Power, limit: float) -> Alarm | None:
    found = max(value for value in (power.train, power.test, 0.0) if not math.isnan(value))
    if found >= FUNCTION_OF_LABEL:
        return Alarm(
            AlarmKind.FUNCTION_OF_LABEL,
            name,
            f"Feature `{name}` alone tells the label: AUC {found:.3f}, limit "
            f"{FUNCTION_OF_LABEL:.3f}. The label was made from it, or it from the label.",
            found,
            FUNCTION_OF_LABEL,
            "Take the label from orders after the cut-off, never from a feature.",
        )
    if found <= limit:
        return None
    return Alarm(
        AlarmKind.SINGLE_FEATURE_TOO_GOOD,
        name,
        f"Feature `{name}` alone has an AUC of {found:.3f}, limit {limit:.3f}.",
        found,
        limit,
        REBUILD,
    )


def _carries(
    name: str, power: Power, score_auc: float, limits: Limits, *, is_recency: bool
) -> Alarm | None:
    # That recency carries much of an honest score is known and no sign of anything.
    if is_recency or not score_auc > 0.5 or not power.test > limits.carrying:
        return None
    share = (power.test - 0.5) / (score_auc - 0.5)
    if share < WHOLE_SCORE:
        return None
    return Alarm(
        AlarmKind.CARRIES_THE_SCORE,
        name,
        f"Feature `{name}` alone reaches {share:.0%} of what the score tells beyond chance "
        f"(AUC {power.test:.3f} of {score_auc:.3f}), limit {WHOLE_SCORE:.0%} once above "
        f"{limits.carrying:.3f}.",
        share,
        WHOLE_SCORE,
        REBUILD,
    )


def _fades(name: str, power: Power, train: LabelledRows, test: LabelledRows) -> Alarm | None:
    lost = power.train - power.test
    chance = math.hypot(
        standard_error(power.train, train.label), standard_error(power.test, test.label)
    )
    limit = MOST_FADING + 2 * chance
    if not (power.train >= LEAST_POWER_TO_FADE and lost > limit):
        return None
    return Alarm(
        AlarmKind.FADES,
        name,
        f"Feature `{name}` tells the label in training (AUC {power.train:.3f}) but not at the "
        f"test cut-off ({power.test:.3f}): it lost {lost:.3f}, limit {limit:.3f}. In training "
        "it may have seen days that at the test cut-off are still to come.",
        lost,
        limit,
        REBUILD,
    )


def _negative(
    name: str, train: LabelledRows, test: LabelledRows, *, is_recency: bool
) -> Alarm | None:
    if not is_recency and not str(name).startswith(SINCE):
        return None
    count = int((train.features[name] < 0).sum() + (test.features[name] < 0).sum())
    if not count:
        return None
    return Alarm(
        AlarmKind.NEGATIVE_DURATION,
        name,
        f"Feature `{name}` is negative in {count:,} rows: the event lies at or after the "
        "cut-off; 0 are allowed.",
        count,
        0,
        REBUILD,
    )
