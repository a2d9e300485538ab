"""Readout: everything that was found in one experiment, as frozen values that a face can show."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from shopkeeper.experiments.bayesian import Belief
    from shopkeeper.experiments.corrections import Correction
    from shopkeeper.experiments.difference import Difference
    from shopkeeper.experiments.experiment import Experiment, Metric
    from shopkeeper.experiments.normality import Normality
    from shopkeeper.experiments.outliers import Capping
    from shopkeeper.experiments.rank_test import RankTest
    from shopkeeper.experiments.sample_ratio import SampleRatio


class Status(StrEnum):
    """What an experiment says."""

    BLOCKED = "blocked"
    UNREADABLE = "unreadable"
    BETTER = "better"
    WORSE = "worse"
    HARMED = "harmed"
    TOO_SMALL = "too_small"
    NOT_SHOWN = "not_shown"


@dataclass(frozen=True, slots=True)
class ArmValue:
    """A metric in one arm, before anything is compared.

    Attributes:
        variant: Name of the arm.
        count: Units with an outcome.
        missing_count: Units without one.
        value: The metric; None where the arm does not carry it.
        error: Its standard error.
        normality: Shape of the outcomes, or None where it says nothing.
        converted_count: Units with a yes; None where the metric is no proportion.
    """

    variant: str
    count: int
    missing_count: int
    value: float | None
    error: float | None
    normality: Normality | None
    converted_count: int | None = None


@dataclass(frozen=True, slots=True)
class SecondOpinions:
    """The same comparison by tests that assume less; they do not decide.

    Attributes:
        bootstrap: Absolute difference by drawing units anew; None for quantiles.
        rank_test: Mann–Whitney; None for ratios.
        permutation_p_value: By dealing units anew; None for ratios, quantiles and large tests.
        belief: Bayesian read-out, from a prior that knows nothing or only how large changes
            usually are.
    """

    bootstrap: Difference | None
    rank_test: RankTest | None
    permutation_p_value: float | None
    belief: Belief


@dataclass(frozen=True, slots=True)
class Cuped:
    """What the covariate bought."""

    covariate: str
    variance_saved: float
    is_worth_it: bool


@dataclass(frozen=True, slots=True)
class Comparison:
    """One treatment against control on one metric.

    Attributes:
        variant: Name of the treatment.
        problem: Why nothing can be compared, or "".
        absolute: Difference in the metric's unit, by the test that decides.
        relative: Difference by the size of control; None where control is too near zero.
        sequential: Absolute difference that is valid at any look.
        corrected_p_value: p-value that allows for the family the comparison belongs to.
        cuped: What the covariate bought, or None.
        detectable_lift: Relative change that the test could have seen with a chance of 80 %.
        opinions: The same by other tests.
    """

    variant: str
    problem: str
    absolute: Difference | None = None
    relative: Difference | None = None
    sequential: Difference | None = None
    corrected_p_value: float | None = None
    cuped: Cuped | None = None
    detectable_lift: float | None = None
    opinions: SecondOpinions | None = None


@dataclass(frozen=True, slots=True)
class MetricReadout:
    """All that was found of one metric.

    Attributes:
        metric: Its definition.
        arms: Its value in each arm, control first.
        comparisons: One per treatment; empty where the sample ratio blocks.
        correction: How the family of its comparisons was corrected.
        capping: What was capped, or None.
    """

    metric: Metric
    arms: tuple[ArmValue, ...]
    comparisons: tuple[Comparison, ...]
    correction: Correction | None = None
    capping: Capping | None = None


@dataclass(frozen=True, slots=True)
class SegmentRow:
    """One treatment against control inside one segment.

    Attributes:
        segment: Column that divides.
        value: Which part.
        variant: Name of the treatment.
        count: Units of both arms in it.
        absolute: Difference; None where the part is too small or does not vary.
        corrected_p_value: p-value that allows for all parts looked at.
    """

    segment: str
    value: str
    variant: str
    count: int
    absolute: Difference | None
    corrected_p_value: float | None


@dataclass(frozen=True, slots=True)
class SegmentReadout:
    """The first primary metric, segment by segment.

    Attributes:
        metric: Name of the metric.
        rows: One per segment, part and treatment.
        differ_p_values: (segment, treatment, p-value) that the effect is the same in all parts.
        correction: How the family of all rows was corrected.
    """

    metric: str
    rows: tuple[SegmentRow, ...]
    differ_p_values: tuple[tuple[str, str, float], ...]
    correction: Correction


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the experiment says, in plain language.

    Attributes:
        status: In one word.
        variant: The treatment it is about, or "".
        headline: In one sentence.
        reasons: What it rests on.
        caveats: What a reader must know before relying on it.
        next_step: What to do now.
    """

    status: Status
    variant: str
    headline: str
    reasons: tuple[str, ...]
    caveats: tuple[str, ...]
    next_step: str


@dataclass(frozen=True, slots=True)
class Readout:
    """Everything that was found in one experiment.

    Attributes:
        experiment: Its definition.
        unit_count: Units in one arm each.
        several_arms_count: Units seen in several arms; they are in no figure.
        repeated_count: Units with several rows, put together.
        no_arm_count: Rows without arm or unit.
        sample_ratio: Sizes of arms beside the plan.
        metrics: One entry per metric, in order of the definition.
        segments: The primary metric by segment, or None.
        verdict: What it comes to.
    """

    experiment: Experiment
    unit_count: int
    several_arms_count: int
    repeated_count: int
    no_arm_count: int
    sample_ratio: SampleRatio
    metrics: tuple[MetricReadout, ...]
    segments: SegmentReadout | None
    verdict: Verdict
