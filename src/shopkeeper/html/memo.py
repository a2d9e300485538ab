"""Decision memo: what one experiment says, as one HTML file or as Markdown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shopkeeper.experiments.words import (
    change_words,
    lift_words,
    p_words,
    range_words,
    value_words,
)
from shopkeeper.html import formatting
from shopkeeper.html.memo_sections import STATUS_WORDS, definition_lines, sections_of
from shopkeeper.html.page import render_page
from shopkeeper.html.text import clean
from shopkeeper.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shopkeeper.experiments.readout import Comparison, MetricReadout, Readout

NAME_CHARACTERS = 80


def render_memo(found: Readout, file_name: str) -> str:
    """Gives the memo as one HTML document; the same readout gives the same bytes.

    Args:
        found: What was found.
        file_name: Name of the file that was read.
    """
    return render_page(
        "memo.html",
        name=clean(found.experiment.name)[:NAME_CHARACTERS] or "Experiment",
        facts=_facts(found),
        sections=sections_of(found),
        file=file_name,
        version=VERSION,
    )


def _facts(found: Readout) -> tuple[str, ...]:
    experiment = found.experiment
    facts = [f"{found.unit_count:,} units in {len(found.sample_ratio.variants)} arms"]
    if experiment.starts_on:
        last = formatting.day(experiment.ends_before) if experiment.ends_before else "open"
        facts.append(f"{formatting.day(experiment.starts_on)} {formatting.EN_DASH} {last}")
    facts.append(STATUS_WORDS[found.verdict.status])
    return tuple(facts)


def memo_text(found: Readout, file_name: str) -> str:
    """Gives the memo as Markdown, to be pasted where decisions are kept.

    Args:
        found: What was found.
        file_name: Name of the file that was read.
    """
    said = found.verdict
    parts = [
        f"# {_plain(found.experiment.name)}: {STATUS_WORDS[said.status].lower()}",
        _plain(said.headline),
        _bullets(said.reasons),
        f"**Next:** {_plain(said.next_step)}",
        "## Arms",
        _arms(found),
    ]
    rows = [_row(m, one) for m in found.metrics for one in m.comparisons]
    if rows:
        heads = ("metric", "arm", "difference", "interval", "relative", "p", "corrected p")
        parts += ["## Differences", _table(heads, rows)]
    if said.caveats:
        parts += ["## What limits this", _bullets(said.caveats)]
    parts += ["## How it was planned", _bullets(definition_lines(found.experiment))]
    parts += [
        "## Decision",
        "- [ ] decided by: \n- [ ] on: \n- [ ] what is done, and when it is looked at again: ",
        f"Read from `{_plain(file_name)}` by Shopkeeper {VERSION}.",
    ]
    return "\n\n".join(parts) + "\n"


def _arms(found: Readout) -> str:
    ratio = found.sample_ratio
    sizes = dict(zip(ratio.variants, zip(ratio.counts, ratio.expected, strict=True), strict=True))
    rows = []
    for place, arm in enumerate(found.metrics[0].arms):
        values = (value_words(m.metric, m.arms[place].value) for m in found.metrics)
        seen, planned = sizes[arm.variant]
        rows.append((arm.variant, f"{seen:,}", f"{planned:,.0f}", *values))
    heads = ("arm", "units", "planned", *(m.metric.label for m in found.metrics))
    word = "broken" if ratio.is_broken else "as planned"
    return _table(heads, rows) + f"\n\nSample ratio: {word}, p {p_words(ratio.p_value)}."


def _row(found: MetricReadout, one: Comparison) -> tuple[str, ...]:
    if one.absolute is None:
        return (found.metric.label, one.variant, "–", one.problem, "–", "–", "–")
    relative = "–"
    if one.relative:
        ends = f"{lift_words(one.relative.low)} to {lift_words(one.relative.high)}"
        relative = f"{lift_words(one.relative.value)} ({ends})"
    return (
        found.metric.label,
        one.variant,
        change_words(found.metric, one.absolute.value),
        range_words(found.metric, one.absolute),
        relative,
        p_words(one.absolute.p_value),
        p_words(one.corrected_p_value),
    )


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(_cell(text) for text in line)} |" for line in lines)


def _bullets(sentences: Sequence[str]) -> str:
    return "\n".join(f"- {_plain(text)}" for text in sentences)


def _cell(text: str) -> str:
    return _plain(text).replace("|", "\\|")


def _plain(text: str) -> str:
    """Gives text on one line, in which no name of a file or an arm makes markup."""
    return clean(text).replace("<", "&lt;").replace("[", "\\[")
