"""Data-quality findings: what a reader of the numbers should know about the data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from shopkeeper.html import formatting
from shopkeeper.html.blocks import Notice, Section

if TYPE_CHECKING:
    from shopkeeper.html.answers import ReportAnswers
    from shopkeeper.reports.quality_findings import Finding

HEADING = "Data quality"
# Severities from the gravest down, each with a sign and a word.
SEVERITIES = {
    "error": ("\N{HEAVY BALLOT X}", "Error"),
    "warning": ("!", "Warning"),
    "info": ("i", "Note"),
}


@dataclass(frozen=True, slots=True)
class Remark:
    """One finding as it is shown."""

    severity: str
    sign: str
    word: str
    title: str
    size: str
    detail: str
    advice: str


@dataclass(frozen=True, slots=True)
class Remarks:
    """All findings, the gravest first."""

    template: ClassVar[str] = "remarks.html"
    remarks: tuple[Remark, ...]


def section(answers: ReportAnswers) -> Section:
    """Gives the findings."""
    findings = answers.quality.findings
    if not findings:
        nothing = Notice(
            "good", "Nothing stands out", "The checks of the data found nothing to report."
        )
        return Section("data-quality", HEADING, "", (nothing,))
    order = list(SEVERITIES)
    ranked = sorted(findings, key=lambda finding: order.index(_severity(finding)))
    remarks = tuple(_remark(finding, answers.currency) for finding in ranked)
    return Section("data-quality", HEADING, "", (Remarks(remarks),))


def _severity(finding: Finding) -> str:
    """Gives a known severity; an unknown one counts as a warning."""
    return finding.severity if finding.severity in SEVERITIES else "warning"


def _remark(finding: Finding, currency: str) -> Remark:
    """Gives one finding as it is shown."""
    severity = _severity(finding)
    parts = [formatting.plural(finding.row_count, "row")] if finding.row_count else []
    if finding.amount is not None:
        parts.append(formatting.money(finding.amount, currency))
    sign, word = SEVERITIES[severity]
    size = ", ".join(parts)
    return Remark(severity, sign, word, finding.title, size, finding.detail, finding.advice)
