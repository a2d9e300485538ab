"""Blend: the mean of repeat buying, boosting where there are lessons, and the last period."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import date
from typing import TYPE_CHECKING, Self

import numpy as np

from shopkeeper.errors import ModelDataError
from shopkeeper.models.bg_nbd import BgNbd
from shopkeeper.tasks.lifetime_value.candidates.baselines import LastPeriod
from shopkeeper.tasks.lifetime_value.candidates.boosting import Boosting
from shopkeeper.tasks.lifetime_value.candidates.repeat_buying import RepeatBuying
from shopkeeper.tasks.lifetime_value.candidates.state import STATE_FILE, State

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from shopkeeper.tasks.lifetime_value.candidates.candidate import Candidate
    from shopkeeper.tasks.lifetime_value.known import Known

SEPARATOR = "--"
REPEAT_BUYING, BOOSTING, LAST_PERIOD = "repeat_buying", "boosting", "last_period"


class Blend:
    """Equal weights: weights learned on a few folds would mostly be noise.

    The last period tells who is large better than how much all will spend: it joins scaled to the
    total of the others, by a factor that is found once at the cut-off of the fit.
    """

    state: State

    def __init__(self) -> None:
        self.members: dict[str, Candidate] = {}

    def fit(self, known: Known) -> Self:
        """Fits all members; boosting is left out where it has nothing to learn from."""
        self.members = {REPEAT_BUYING: RepeatBuying(BgNbd, has_prior=True).fit(known)}
        # Younger shops have no lessons; the others carry the blend.
        with suppress(ModelDataError):
            self.members[BOOSTING] = Boosting().fit(known)
        others = np.mean([m.predict(known.customers, known.cutoff) for m in self.members.values()])
        self.members[LAST_PERIOD] = LastPeriod().fit(known)
        last = float(self.members[LAST_PERIOD].predict(known.customers, known.cutoff).mean())
        scale = float(others) / last if last > 0 else 0.0
        self.state = State.of(known, scale=scale, members=sorted(self.members))
        return self

    def predict(self, customers: pd.DataFrame, cutoff: date) -> NDArray[np.float64]:
        """Gives the mean of the members' predictions."""
        found = {name: member.predict(customers, cutoff) for name, member in self.members.items()}
        found[LAST_PERIOD] = found[LAST_PERIOD] * float(self.state.numbers["scale"])
        return np.asarray(np.mean([found[name] for name in sorted(found)], axis=0))

    def save(self) -> Mapping[str, bytes]:
        """Gives the state and the files of all members under their names."""
        files = dict(self.state.to_files())
        for name, member in self.members.items():
            files |= {f"{name}{SEPARATOR}{file}": data for file, data in member.save().items()}
        return files

    @classmethod
    def load(cls, files: Mapping[str, bytes]) -> Self:
        """Gives what `save` wrote."""
        kinds: Mapping[str, type[Candidate]] = {
            REPEAT_BUYING: RepeatBuying,
            BOOSTING: Boosting,
            LAST_PERIOD: LastPeriod,
        }
        loaded = cls()
        loaded.state = State.from_files({STATE_FILE: files[STATE_FILE]})
        for name in loaded.state.numbers["members"]:
            prefix = f"{name}{SEPARATOR}"
            own = {f.removeprefix(prefix): d for f, d in files.items() if f.startswith(prefix)}
            loaded.members[name] = kinds[name].load(own)
        return loaded
