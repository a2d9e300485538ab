"""Resampling: made-up rows of the rarer class, inside the training rows only; an option."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from shopkeeper.errors import MissingExtraError

if TYPE_CHECKING:
    import pandas as pd


def smote(rows: pd.DataFrame, target: str, seed: int) -> pd.DataFrame:
    """Gives the rows with so many made-up ones of the rarer class that both are as many.

    Probabilities learned from them are those of a world in which half of the customers leave, so
    they are too high where fewer do: calibration can only mend the part that it sees.

    Args:
        rows: Features, target and `weight`; missing values take the median.
        target: Column with the label.
        seed: Seed of what is made up.

    Raises:
        MissingExtraError: imbalanced-learn is not installed.

    References:
        Chawla, N. et al. (2002). SMOTE: synthetic minority over-sampling technique. JAIR 16.
    """
    try:
        from imblearn.over_sampling import SMOTE
    except ImportError as error:
        raise MissingExtraError(
            "Resampling needs imbalanced-learn, which is not installed.",
            "install it with `pip install 'shopkeeper[resampling]'`, or set "
            '`churn.resampling = "none"`',
        ) from error
    names = [name for name in rows.columns if name != target]
    filled = rows[names].fillna(rows[names].median()).fillna(0.0)
    values, label = SMOTE(random_state=seed).fit_resample(
        filled.to_numpy(dtype=np.float64), rows[target].to_numpy()
    )
    import pandas as pd

    return pd.DataFrame(values, columns=names).assign(**{target: label})
