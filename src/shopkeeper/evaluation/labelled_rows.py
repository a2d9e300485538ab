"""Labelled rows: features at a cut-off, the label that followed, and the window it looked at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from shopkeeper.errors import UsageError

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import ArrayLike

    from shopkeeper.evaluation.classification import Numbers

KEYS = ("customer_id", "cutoff", "label_from", "label_until")


@dataclass(frozen=True, eq=False)
class LabelledRows:
    """Rows that a classifier is taught or judged on.

    Attributes:
        keys: One row per customer and cut-off: `customer_id`, `cutoff` (features know what was
            before it), `label_from` and `label_until` (exclusive end of the label's window).
        features: Same rows; one column per feature.
        label: Array of shape (rows,), 0 or 1.
    """

    keys: pd.DataFrame
    features: pd.DataFrame
    label: Numbers

    def take(self, places: ArrayLike) -> LabelledRows:
        """Gives some of the rows, by their places or by a mask."""
        import numpy as np

        chosen = np.arange(len(self.label))[np.asarray(places)]
        return LabelledRows(self.keys.iloc[chosen], self.features.iloc[chosen], self.label[chosen])

    @classmethod
    def of(cls, parts: Sequence[LabelledRows]) -> LabelledRows:
        """Gives the rows of several cut-offs as one."""
        import numpy as np
        import pandas as pd

        return cls(
            pd.concat([part.keys for part in parts], ignore_index=True),
            pd.concat([part.features for part in parts], ignore_index=True),
            np.concatenate([part.label for part in parts]),
        )


def labelled_rows(
    features: pd.DataFrame,
    label: ArrayLike,
    *,
    cutoff: date,
    horizon_days: int,
    label_from: date | None = None,
) -> LabelledRows:
    """Gives the rows of one cut-off.

    Args:
        features: One row per customer, whose id is the index; one column per feature.
        label: One label for each row, 0 or 1.
        cutoff: What features know lies before it; a date or a timestamp.
        horizon_days: Length of the label's window, in days.
        label_from: Start of the label's window; `cutoff` if not given, as it should be.

    Raises:
        UsageError: There are not as many labels as rows, or a label is neither 0 nor 1.
    """
    import numpy as np
    import pandas as pd

    labels = np.asarray(label, dtype=float)
    if labels.shape != (len(features),) or not np.isin(labels, (0, 1)).all():
        raise UsageError(
            f"{len(features)} rows have labels of the shape {labels.shape}.",
            "give each row one label, 0 or 1",
        )
    start = cutoff if label_from is None else label_from
    keys = pd.DataFrame(
        {
            "customer_id": features.index,
            "cutoff": pd.Timestamp(cutoff),
            "label_from": pd.Timestamp(start),
            "label_until": pd.Timestamp(start + timedelta(days=horizon_days)),
        }
    )
    return LabelledRows(keys, features.reset_index(drop=True), labels)
