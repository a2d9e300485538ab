"""Options of single reports: what may stand behind `show <report>`, and how it is read."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from shopkeeper.errors import UnknownNameError, UsageError, shorten

# Hours of each unit in which a conversion window may be given.
HOURS = {"d": 24.0, "h": 1.0, "m": 1 / 60}
NO_WINDOW = "none"


@dataclass(frozen=True, slots=True)
class ReportOption:
    """An option of one report.

    Attributes:
        meaning: What it says, for the help.
        read: Text → value.
        name: Name of the question's field, or of the report's parameter, that it sets.
        is_parameter: Whether it sets a parameter of the report itself.
    """

    meaning: str
    read: Callable[[str], Any]
    name: str
    is_parameter: bool = False


def _names(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _day(text: str) -> date:
    return date.fromisoformat(text)


def _positive(text: str) -> int:
    if (found := int(text)) < 1:
        raise ValueError(text)
    return found


def _window(text: str) -> float | None:
    if text == NO_WINDOW:
        return None
    return float(text[:-1]) * HOURS[text[-1]]


def _brackets(text: str) -> tuple[tuple[int, int], ...]:
    parts = [part.split("-") for part in text.split(",")]
    return tuple((int(part[0]), int(part[-1])) for part in parts)


def _share(text: str) -> float:
    if not 0 < (found := float(text)) <= 1:
        raise ValueError(text)
    return found


LIMIT = {"--limit": ReportOption("rows to list", _positive, "limit", is_parameter=True)}

OPTIONS: Mapping[str, Mapping[str, ReportOption]] = {
    "funnel": {
        "--steps": ReportOption("events in order: `view,cart,purchase`", _names, "steps"),
        "--order": ReportOption("`ordered`, `strict` or `any`", str, "order"),
        "--per": ReportOption("`person` or `session`", str, "per"),
        "--window": ReportOption("`14d`, `24h`, `30m` or `none`", _window, "window_hours"),
        "--entry": ReportOption("`each` first step or only the `first`", str, "entry"),
        "--since": ReportOption("day from which events are seen", _day, "since"),
        "--until": ReportOption("day before which they are", _day, "until"),
        "--by": ReportOption(
            "`channel`, `device`, `browser` or `country`", str, "split", is_parameter=True
        ),
    },
    "retention": {
        "--of": ReportOption("`orders` or `events`", str, "activity"),
        "--measure": ReportOption(
            "`customers`, `orders`, `revenue`; of events `people`, `events`", str, "measure"
        ),
        "--cohorts": ReportOption("`day`, `week` or `month`", str, "cohorts"),
        "--clock": ReportOption("`calendar` or `rolling`", str, "clock"),
        "--kind": ReportOption("`period`, `unbounded` or `bracket`", str, "kind"),
        "--brackets": ReportOption("`1-3,4-6,7-12`", _brackets, "brackets"),
        "--events": ReportOption("events that count: `purchase`", _names, "event_names"),
        "--periods": ReportOption("the highest period shown", int, "periods"),
    },
    "lifecycle": {
        "--of": ReportOption("`orders` or `events`", str, "activity", is_parameter=True),
        "--period": ReportOption("`day`, `week` or `month`", str, "period", is_parameter=True),
    },
    "forecast": {
        "--per": ReportOption(
            "`week`, or `day` for the days beside the weeks", str, "per", is_parameter=True
        ),
        **LIMIT,
    },
    "stock": {
        "--product": ReportOption("id of one product", str, "product", is_parameter=True),
        **LIMIT,
    },
    "scores": LIMIT,
    "best_customers": LIMIT,
    "products": LIMIT,
    "basket": LIMIT,
    "whales": {
        "--top": ReportOption("part of the customers, 0-1", _share, "top_share", is_parameter=True),
        **LIMIT,
    },
    "change": {
        "--from": ReportOption("the earlier period: `2011-10`", str, "before", is_parameter=True),
        "--to": ReportOption("the later period: `2011-11`", str, "after", is_parameter=True),
    },
    "repeat_purchase": {
        "--from-order": ReportOption(
            "number of the order after which the next is awaited",
            int,
            "from_order",
            is_parameter=True,
        ),
    },
}


def options_text() -> str:
    """Gives the options of all reports, for the help."""
    found = []
    for report, options in OPTIONS.items():
        listed = "; ".join(f"{name} ({option.meaning})" for name, option in options.items())
        found.append(f"{report}: {listed}.")
    return "\n\n".join(found)


def questions_of(report: str, arguments: Sequence[str]) -> dict[str, Any]:
    """Gives the keyword arguments of a report from what stands behind it.

    Raises:
        UsageError: An option is not known, lacks its value or has one that cannot be read.
    """
    known = OPTIONS.get(report, {})
    fields: dict[str, Any] = {}
    parameters: dict[str, Any] = {}
    for name, text in _pairs(report, arguments):
        if name not in known:
            raise UnknownNameError.among(f"option of `{report}`", name, known)
        option = known[name]
        into = parameters if option.is_parameter else fields
        try:
            into[option.name] = option.read(text)
        except (ValueError, KeyError, IndexError) as error:
            raise UsageError(
                f"`{name} {shorten(text)}` cannot be read.", f"it is {option.meaning}"
            ) from error
    if fields:
        parameters["question"] = _question(report)(**fields)
    return parameters


def _pairs(report: str, arguments: Sequence[str]) -> list[tuple[str, str]]:
    waiting, found = list(arguments), []
    while waiting:
        name, is_joined, text = waiting.pop(0).partition("=")
        if not name.startswith("--"):
            raise UsageError(
                f"`{shorten(name)}` is no option of `{report}`.", "see `shopkeeper show --help`"
            )
        if not is_joined:
            if not waiting:
                raise UsageError(f"`{name}` has no value.", "see `shopkeeper show --help`")
            text = waiting.pop(0)
        found.append((name, text))
    return found


def _question(report: str) -> Callable[..., Any]:
    if report == "funnel":
        from shopkeeper.marts.funnel import FunnelQuestion

        return FunnelQuestion
    from shopkeeper.marts.retention import RetentionQuestion

    return RetentionQuestion
