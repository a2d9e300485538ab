"""Promotion: the gate that a challenger must pass on later folds before it may become champion."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from itertools import product
from typing import Any

from shopkeeper.errors import UsageError
from shopkeeper.evaluation.evidence import EVERYONE, Better, Evidence
from shopkeeper.lifecycle.losses import fold_losses, gain, loss, mean_loss


@dataclass(frozen=True, slots=True)
class Limits:
    """How good is good enough.

    Attributes:
        folds: Folds that are needed. With three, luck wins all of them once in eight.
        chance: Largest probability, 0-1, that wins on the folds are luck; one in eight is what
            three folds can show at best.
        margin: Share by which the champion must be beaten, so that it does not change for nothing.
        calibration_mean: Largest mean distance of the calibration metric from its ideal.
        calibration_fold: The same on any one fold.
        fold: Share by which no fold may be worse than the strongest baseline.
        slice: Share by which no slice may be worse than strongest baseline and champion.
        slice_rows: Rows per fold, on average, from which a slice counts.
    """

    folds: int = 3
    chance: float = 0.125
    margin: float = 0.01
    calibration_mean: float = 0.15
    calibration_fold: float = 0.35
    fold: float = 0.25
    slice: float = 0.15
    slice_rows: int = 100


@dataclass(frozen=True, slots=True)
class Criterion:
    """One thing that was asked of a challenger.

    Attributes:
        name: Short name, such as `beats naive`.
        sentence: What was found, for people.
        found: The number found; NaN where there is none.
        needed: The number needed.
        passed: Whether it was enough.
    """

    name: str
    sentence: str
    found: float
    needed: float
    passed: bool


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the gate says of a challenger: passed only if every criterion is.

    Attributes:
        task: Name of the task.
        challenger: Name of the candidate that wants to be champion.
        champion: Name of the candidate that is champion; None where there is none.
        criteria: All that was asked.
    """

    task: str
    challenger: str
    champion: str | None
    criteria: tuple[Criterion, ...]

    @property
    def passed(self) -> bool:
        """Whether the challenger may become champion."""
        return bool(self.criteria) and all(criterion.passed for criterion in self.criteria)

    @property
    def refusals(self) -> tuple[str, ...]:
        """Why not: the sentences of the criteria that were not met."""
        return tuple(c.sentence for c in self.criteria if not c.passed)

    def to_plain(self) -> dict[str, Any]:
        """Gives it as plain values for JSON; NaN and infinity as None."""
        plain = asdict(self)
        for criterion in plain["criteria"]:
            for key in ("found", "needed"):
                criterion[key] = criterion[key] if math.isfinite(criterion[key]) else None
        return {**plain, "passed": self.passed}

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> Verdict:
        """Gives the verdict that `to_plain` wrote."""
        criteria = [
            Criterion(
                c["name"],
                c["sentence"],
                math.nan if c["found"] is None else float(c["found"]),
                math.nan if c["needed"] is None else float(c["needed"]),
                bool(c["passed"]),
            )
            for c in plain["criteria"]
        ]
        return cls(plain["task"], plain["challenger"], plain["champion"], tuple(criteria))


DEFAULT_LIMITS = Limits()


def judge(
    evidence: Evidence,
    challenger: str,
    champion: str | None = None,
    limits: Limits = DEFAULT_LIMITS,
    *,
    is_refresh: bool = False,
) -> Verdict:
    """Holds a challenger to the gate.

    Every criterion is monotone: making the challenger's metrics better never turns a pass into a
    refusal. A tie keeps the champion.

    Args:
        evidence: What the contest found; it must hold challenger, champion and baselines.
        challenger: Name of the candidate that wants to be champion.
        champion: Name of the candidate that is champion, None where there is none.
        limits: How good is good enough.
        is_refresh: Whether the challenger is the champion's own recipe, fitted on later data. It
            would tie with itself, so only that comparison is left out.

    Raises:
        UsageError: A name is not in the evidence, or the comparison has no sense.
    """
    _check_names(evidence, challenger, champion, is_refresh=is_refresh)
    criteria = [_enough_folds(evidence, challenger, limits), _has_baseline(evidence)]
    for baseline in evidence.baselines:
        criteria += _beats(evidence, challenger, baseline, 0.0, limits)
    if champion is not None and not is_refresh:
        criteria += _beats(evidence, challenger, champion, limits.margin, limits)
    if evidence.calibration is not None:
        criteria += _calibrated(evidence, challenger, evidence.calibration, limits)
    strongest = _strongest_baseline(evidence)
    if strongest is not None:
        criteria.append(_stable(evidence, challenger, strongest, limits))
        criteria += _slices(evidence, challenger, strongest, limits)
    if champion is not None and not is_refresh:
        criteria += _slices(evidence, challenger, champion, limits)
    criteria.append(_no_alarm(evidence, challenger))
    return Verdict(evidence.task, challenger, champion, tuple(criteria))


def chance_of_luck(differences: list[float]) -> float:
    """Gives how likely a mean as high as this is, were the sign of each difference a coin's throw.

    Args:
        differences: One for each fold; above 0 where the challenger is better.

    Returns:
        Probability in 0–1: the share of all ways to flip signs whose sum is not smaller. It never
        grows where a difference grows.

    References:
        Fisher, R. A. (1935). The Design of Experiments. Oliver and Boyd, §21.

    Examples:
        >>> chance_of_luck([1.0, 2.0, 3.0])
        0.125
        >>> chance_of_luck([9.0, 0.0, 0.0])
        0.5
    """
    if not differences or any(math.isnan(difference) for difference in differences):
        return 1.0
    if len(differences) > FOLDS_COUNTED_EXACTLY:
        wins = sum(difference > 0 for difference in differences)
        count = len(differences)
        ways = sum(math.comb(count, k) for k in range(wins, count + 1))
        return float(ways / 2**count)
    flips = list(product((0.0, 1.0), repeat=len(differences)))
    # A sum with some signs flipped reaches the observed one where the flipped part is not above 0.
    reached = sum(
        math.fsum(flip * d for flip, d in zip(chosen, differences, strict=True)) <= 0
        for chosen in flips
    )
    return reached / len(flips)


# Beyond it there are more than 65,536 ways to flip signs; wins are counted instead.
FOLDS_COUNTED_EXACTLY = 16


def _check_names(
    evidence: Evidence, challenger: str, champion: str | None, *, is_refresh: bool
) -> None:
    for name in (challenger, champion):
        if name is not None and name not in evidence.candidates:
            raise UsageError(
                f"The evidence of `{evidence.task}` holds no candidate `{name}`.",
                "challenger and champion must be judged on the same folds",
            )
    if challenger in evidence.baselines:
        raise UsageError(f"`{challenger}` is a baseline; a baseline is never promoted.")
    if is_refresh and challenger != champion:
        raise UsageError("A refresh is the champion's own recipe on later data; names differ.")


def _enough_folds(evidence: Evidence, challenger: str, limits: Limits) -> Criterion:
    found = len(fold_losses(evidence, challenger))
    return Criterion(
        "enough folds",
        f"`{challenger}` was judged on {found} later folds; {limits.folds} are needed.",
        found,
        limits.folds,
        found >= limits.folds,
    )


def _has_baseline(evidence: Evidence) -> Criterion:
    count = len([b for b in evidence.baselines if fold_losses(evidence, b)])
    whole = count == len(evidence.baselines) and count > 0
    sentence = f"{count} of {len(evidence.baselines)} baselines were judged beside it."
    return Criterion("baselines", sentence, count, max(1, len(evidence.baselines)), whole)


def _beats(
    evidence: Evidence, challenger: str, other: str, margin: float, limits: Limits
) -> Iterator[Criterion]:
    """Asks for a better mean, and for wins that luck does not explain, on exactly equal folds."""
    ours, theirs = fold_losses(evidence, challenger), fold_losses(evidence, other)
    same = bool(ours) and set(ours) == set(theirs)
    better = gain(mean_loss(ours), mean_loss(theirs)) if same else math.nan
    how = f"{better:+.1%}" if same else "not on the same folds"
    yield Criterion(
        f"beats {other}",
        f"{evidence.primary} against `{other}`: {how}; more than {margin:.1%} is needed.",
        better,
        margin,
        same and better > margin,
    )
    chance = chance_of_luck([theirs[c] - ours[c] for c in ours]) if same else 1.0
    wins = sum(ours[c] < theirs[c] for c in ours) if same else 0
    yield Criterion(
        f"not by luck against {other}",
        f"It beats `{other}` on {wins} of {len(ours)} folds; the chance that this is luck is "
        f"{chance:.3f}, at most {limits.chance:.3f} is allowed.",
        chance,
        limits.chance,
        chance <= limits.chance,
    )


def _calibrated(
    evidence: Evidence, challenger: str, metric: str, limits: Limits
) -> Iterator[Criterion]:
    if evidence.metrics[metric] is Better.HIGHER:
        raise UsageError(f"Calibration `{metric}` needs an ideal; `higher` is none.")
    values = evidence.values(challenger, metric).values()
    off = [loss(value, evidence.metrics[metric]) for value in values]
    judged = len(off) == len(fold_losses(evidence, challenger)) > 0 and not any(
        map(math.isnan, off)
    )
    found: tuple[tuple[str, Callable[[], float], float], ...] = (
        ("mean", lambda: math.fsum(off) / len(off), limits.calibration_mean),
        ("worst fold", lambda: max(off), limits.calibration_fold),
    )
    for name, measure, limit in found:
        value = measure() if judged else math.nan
        yield Criterion(
            f"calibrated ({name})",
            f"{metric} is {value:.3f} from its ideal ({name}); at most {limit:.3f} is allowed.",
            value,
            limit,
            judged and value <= limit,
        )


def _strongest_baseline(evidence: Evidence) -> str | None:
    """Gives the baseline one would otherwise use: the best by the mean over the folds."""
    means = {name: mean_loss(fold_losses(evidence, name)) for name in sorted(evidence.baselines)}
    known = {name: mean for name, mean in means.items() if not math.isnan(mean)}
    return min(known, key=lambda name: known[name]) if known else None


def _stable(evidence: Evidence, challenger: str, strongest: str, limits: Limits) -> Criterion:
    ours, theirs = fold_losses(evidence, challenger), fold_losses(evidence, strongest)
    gains = [gain(ours[c], theirs[c]) for c in theirs if c in ours]
    whole = set(ours) == set(theirs) and bool(gains)
    worst = min(gains) if whole else math.nan
    return Criterion(
        "stable",
        f"On its worst fold it is {worst:+.1%} against `{strongest}`; "
        f"no fold may be below {-limits.fold:+.1%}.",
        worst,
        -limits.fold,
        whole and worst >= -limits.fold,
    )


def _slices(evidence: Evidence, challenger: str, other: str, limits: Limits) -> Iterator[Criterion]:
    """Asks of each slice that is large enough that it is not broken; a slice left out is."""
    for name in sorted(set(evidence.slices) - {EVERYONE}):
        theirs = fold_losses(evidence, other, name)
        rows = _rows_per_fold(evidence, other, name)
        if not theirs or rows < limits.slice_rows:
            continue
        ours = fold_losses(evidence, challenger, name)
        whole = set(theirs) <= set(ours)
        mean = mean_loss({cutoff: ours[cutoff] for cutoff in theirs}) if whole else math.nan
        found = gain(mean, mean_loss(theirs)) if whole else math.nan
        how = f"{found:+.1%}" if whole else "not judged on all folds"
        yield Criterion(
            f"slice {name} against {other}",
            f"{evidence.primary} on `{name}` ({rows:,.0f} rows a fold) against `{other}`: "
            f"{how}; not below {-limits.slice:+.1%}.",
            found,
            -limits.slice,
            whole and found >= -limits.slice,
        )


def _rows_per_fold(evidence: Evidence, candidate: str, slice_: str) -> float:
    counts = {
        score.cutoff: score.row_count
        for score in evidence.scores
        if (score.candidate, score.slice) == (candidate, slice_)
        and score.metric == evidence.primary
        and not math.isnan(score.value)
    }
    return sum(counts.values()) / len(counts) if counts else 0.0


def _no_alarm(evidence: Evidence, challenger: str) -> Criterion:
    alarms = evidence.alarms.get(challenger, ())
    sentence = f"Leak alarm: {' '.join(alarms)}" if alarms else "No leak alarm."
    return Criterion("no leak alarm", sentence, len(alarms), 0, not alarms)
