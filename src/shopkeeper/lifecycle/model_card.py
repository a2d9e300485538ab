"""Model card: what a version predicts, how it was judged, where it fails, and how to load it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from shopkeeper.evaluation.evidence import EVERYONE, Evidence
from shopkeeper.lifecycle.promotion import Verdict


@dataclass(frozen=True, slots=True)
class Parameter:
    """A fitted parameter; the standard error is None where the model gives none."""

    name: str
    value: float
    standard_error: float | None = None


@dataclass(frozen=True, slots=True)
class CardFacts:
    """What a model card says that neither the registry nor the evidence knows.

    Attributes:
        predicts: What is predicted, in one sentence.
        for_whom: Who is scored and who is to read it, in one sentence.
        data: What it learned from: tables, period, shop.
        row_count: Training rows of the final fit.
        first_date: First day of the training data; None where it is not known.
        limits: What it must not be used for, a sentence each.
        parameters: Fitted parameters.
        settings: Name → value of what was chosen before fitting.
    """

    predicts: str
    for_whom: str
    data: str
    row_count: int
    first_date: date | None = None
    limits: tuple[str, ...] = ()
    parameters: tuple[Parameter, ...] = ()
    settings: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class CardSubject:
    """Whose card it is.

    Attributes:
        name: Name under which it is registered.
        version: Number of the version.
        model: Name of the model.
        candidate: Name under which it stands in the evidence.
        as_of: Day before which data were seen.
        created_on: Day on which it was registered.
        run_id: The run that trained it.
        data_fingerprint: Hash of the tables it learned from.
        code_version: Version of the code.
    """

    name: str
    version: int
    model: str
    candidate: str
    as_of: date
    created_on: date
    run_id: str
    data_fingerprint: str
    code_version: str


def model_card(
    subject: CardSubject, facts: CardFacts, evidence: Evidence, verdict: Verdict | None
) -> str:
    """Gives the card as Markdown; same inputs, same text."""
    parts = [
        f"# {subject.name} {subject.version}: {subject.model}\n\n"
        f"{facts.predicts}\n\n{facts.for_whom}\n",
        _section("Data and dates", _dates(subject, facts, evidence)),
        _section("Limits: what it must not be used for", _limits(facts, evidence)),
        _section("Parameters", _parameters(facts)),
        _section("The contest", _contest(evidence, subject.candidate)),
        _section("Fold by fold", _folds(evidence, subject.candidate)),
        _section("Slices", _slices(evidence, subject.candidate)),
        _section("Verdict of the gate", _verdict(verdict)),
        _section("How to load it", _loading(subject)),
    ]
    return "\n".join(parts)


def _section(title: str, lines: Iterable[str]) -> str:
    return f"## {title}\n\n" + "\n".join(lines) + "\n"


def _dates(subject: CardSubject, facts: CardFacts, evidence: Evidence) -> Iterator[str]:
    first = f"from {facts.first_date} " if facts.first_date else ""
    yield f"- {facts.data}"
    yield f"- {facts.row_count:,} training rows, {first}to the day before {subject.as_of}"
    yield f"- it predicts the {evidence.horizon_days} days from that day on"
    yield f"- registered on {subject.created_on} from run `{subject.run_id}`"
    yield f"- data fingerprint `{subject.data_fingerprint}`, code version `{subject.code_version}`"


def _limits(facts: CardFacts, evidence: Evidence) -> Iterator[str]:
    for limit in facts.limits:
        yield f"- {limit}"
    yield (
        f"- It was judged on {evidence.horizon_days} days ahead and no further; other shops, "
        "and customers unlike those it learned from, were not looked at."
    )
    yield "- It finds what goes together, not what causes what: whom a campaign changes is unknown."
    for candidate, alarms in evidence.alarms.items():
        for alarm in alarms:
            yield f"- leak alarm for `{candidate}`: {_plain(alarm)}"


def _parameters(facts: CardFacts) -> Iterator[str]:
    if facts.parameters:
        yield from _table(
            ("parameter", "value", "standard error"),
            [(p.name, _number(p.value), _number(p.standard_error)) for p in facts.parameters],
        )
    if facts.settings:
        yield from ([""] if facts.parameters else [])
        yield from _table(("chosen before fitting", "value"), facts.settings)
    if not facts.parameters and not facts.settings:
        yield "None that could be read by themselves."


def _contest(evidence: Evidence, model: str) -> Iterator[str]:
    """Gives the mean over the folds of each metric for each candidate, baselines marked."""
    count = len(evidence.cutoffs)
    yield (
        f"Mean over {count} later folds, all fitted anew on what was known before each cut-off. "
        f"Ranked by {evidence.primary} ({_better(evidence, evidence.primary)})."
    )
    if evidence.calibration:
        yield f"Calibration is {evidence.calibration} ({_better(evidence, evidence.calibration)})."
    yield ""
    rows = [
        (
            f"**{name}**" if name == model else name,
            "baseline" if name in evidence.baselines else "candidate",
            *(_number(evidence.mean(name, metric)) for metric in evidence.metrics),
        )
        for name in evidence.candidates
    ]
    yield from _table(("who", "what", *evidence.metrics), rows)


def _folds(evidence: Evidence, model: str) -> Iterator[str]:
    names = [model, *evidence.baselines]
    metrics = dict.fromkeys([evidence.primary, *filter(None, [evidence.calibration])])
    for metric in metrics:
        yield from _table(
            (f"{metric}, cut-off", *names),
            [
                (str(c), *(_number(evidence.values(n, metric).get(c)) for n in names))
                for c in evidence.cutoffs
            ],
        )
        yield ""


def _slices(evidence: Evidence, model: str) -> Iterator[str]:
    slices = [name for name in evidence.slices if name != EVERYONE]
    if not slices:
        yield "None were looked at."
        return
    names = [model, *evidence.baselines]
    yield from _table(
        (f"{evidence.primary} on", "rows in all folds", *names),
        [
            (
                name,
                f"{_row_count(evidence, model, name):,}",
                *(_number(evidence.mean(n, evidence.primary, name)) for n in names),
            )
            for name in slices
        ],
    )


def _row_count(evidence: Evidence, model: str, slice_: str) -> int:
    return sum(
        score.row_count
        for score in evidence.scores
        if (score.candidate, score.metric, score.slice) == (model, evidence.primary, slice_)
    )


def _verdict(verdict: Verdict | None) -> Iterator[str]:
    if verdict is None:
        yield "Not judged: it cannot be promoted."
        return
    against = f"champion `{verdict.champion}`" if verdict.champion else "no champion"
    yield f"**{'Passed' if verdict.passed else 'Refused'}**, against {against}.\n"
    yield from _table(
        ("", "criterion", "found"),
        [("passed" if c.passed else "REFUSED", c.name, c.sentence) for c in verdict.criteria],
    )


def _loading(subject: CardSubject) -> Iterator[str]:
    yield "```text"
    yield "from shopkeeper import Workspace"
    yield f'model = Workspace("my-shop").registry.load("{subject.name}", {subject.version})'
    yield "model.predict(rows)"
    yield "```"
    yield ""
    yield "Every byte is verified against `checksums.json` first; no file of it can run code."


def _better(evidence: Evidence, metric: str) -> str:
    word = str(evidence.metrics[metric])
    return f"{word} is better" if word != "near one" else "best near 1"


def _number(value: float | None) -> str:
    if value is None or not math.isfinite(value):
        return "–"
    return f"{value:,.4g}" if abs(value) < 1000 else f"{value:,.0f}"


def _table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(map(_plain, headings))} |"
    yield f"|{'---|' * len(headings)}"
    for row in rows:
        yield f"| {' | '.join(map(_plain, row))} |"


def _plain(text: str) -> str:
    """Gives a text that stays in its table cell, whatever a shop's data put into it."""
    return " ".join(text.split()).replace("|", "\\|").replace("<", "&lt;")
