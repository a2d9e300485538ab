"""Routes of reports: every `show` report of the command line with its options, and its lists."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from shopkeeper import catalog
from shopkeeper.api.answering import TABLE, Question, answered, answered_by, asked_of, runs_of
from shopkeeper.api.paging import (
    MOST_ROWS,
    USUAL_LIMIT,
    Cursor,
    Page,
    cursor_of,
    expired,
    mark_of,
    page_of,
)
from shopkeeper.api.routes.route import Address, Routes, in_path
from shopkeeper.api.schemas import Schema, answer_of, query
from shopkeeper.decisions.plan_files import is_withdrawn, plan_ids
from shopkeeper.errors import UnknownNameError, UsageError, shorten
from shopkeeper.reports.report_options import OPTIONS, questions_of
from shopkeeper.workspace import Workspace

if TYPE_CHECKING:
    from shopkeeper.api.published_run import PublishedRun
    from shopkeeper.api.schemas import Schemas
    from shopkeeper.reports.drill import Members
    from shopkeeper.settings.serving import ApiScope

# Every report of the command line; a test holds it to `shopkeeper show`.
REPORTS = (
    "overview", "segments", "customer_segments", "lifetime_value", "monday", "scores", "churn",
    "quality", "funnel", "retention", "lifecycle", "repeat_purchase", "seasonality", "stores",
    "payments", "category_segments", "discounts", "repeat_buyers", "best_customers", "products",
    "returns", "basket", "change", "whales", "recommendations", "forecast", "stock",
    "monitoring",
)  # fmt: skip
# Plain addresses of the questions that are asked most.
ALIASES = {
    "/customers/rfm-segments": "segments",
    "/customers/top-customers": "best_customers",
    "/customers/value-segmentation": "best_customers",
    "/customers/repeat-vs-onetime": "repeat_buyers",
    "/customers/at-risk": "whales",
    "/segments": "customer_segments",
    "/performance/stores": "stores",
    "/insights/seasonality": "seasonality",
    "/insights/discount-impact": "discounts",
    "/insights/payment-methods": "payments",
    "/insights/category-by-segment": "category_segments",
    "/funnel": "funnel",
    "/retention": "retention",
    "/quality": "quality",
    "/drift": "monitoring",
    "/forecast": "forecast",
}
# They name customers.
OF_CUSTOMERS = frozenset({"monday", "scores", "best_customers", "whales", "recommendations"})
# Plans decide them too, not the run alone.
OF_PLANS = frozenset({"monday"})
# What a roll may ask for that changes without a run.
BESIDES = frozenset({"planning", "links"})
# What names a list and a page of it, in an address.
PAGED = ("of", "page_size", "cursor")
# The highest number that an option may have; a list is cut into pages elsewhere.
HIGHEST = {"limit": MOST_ROWS, "periods": 400, "from_order": 1000}


@dataclass(frozen=True, slots=True)
class ReportFacts:
    """A report of the shop, and where it is answered.

    Attributes:
        name: Name of the report.
        summary: What it answers.
        address: Where.
        options: What may be asked of it.
        scope: What a key must be allowed.
    """

    name: str
    summary: str
    address: str
    options: tuple[str, ...]
    scope: str


@dataclass(frozen=True, slots=True)
class ReportList:
    """All reports."""

    reports: tuple[ReportFacts, ...]


def add_to(schemas: Schemas) -> Routes:
    """Gives the addresses of reports."""
    routes = Routes("reports", schemas)
    routes.add(
        Address(path="/reports", answer=ReportList, summary="All reports, with their options"),
        list_reports,
    )
    for report in REPORTS:
        _add(routes, f"/reports/{report.replace('_', '-')}", report)
        _add_members(routes, report)
    for path, report in ALIASES.items():
        _add(routes, path, report)
    return routes


async def list_reports(request: Request) -> Response:
    """Gives all reports."""
    asked_of(request, (TABLE,))
    listed = ReportList(tuple(_facts(report) for report in REPORTS))
    return await answered(request, Question("reports", lambda _: listed))


def questions_in(report: str, texts: Mapping[str, str]) -> dict[str, Any]:
    """Gives the questions of a report from the query of an address; as `show` reads its options.

    Raises:
        UsageError: A value cannot be read, or is more than a program may ask at once.
    """
    arguments = [
        part for name, text in texts.items() for part in (f"--{name.replace('_', '-')}", text)
    ]
    found = questions_of(report, arguments)
    for name, most in HIGHEST.items():
        value = found.get(name, getattr(found.get("question"), name, None))
        if isinstance(value, int) and not 0 <= value <= most:
            raise UsageError(f"`{name}` {shorten(value)} is more than {most:,}, or less than 0.")
    return found


def _add(routes: Routes, path: str, report: str) -> None:
    async def endpoint(request: Request) -> Response:
        texts = asked_of(request, (*_options(report), TABLE))
        texts.pop(TABLE, None)
        asked = questions_in(report, texts)
        key = (report, tuple(sorted(texts.items())))
        question = Question(
            key,
            lambda run: run.ask(lambda shop: getattr(shop, report)(**asked)),
            is_kept=report not in OF_PLANS,
        )
        return await answered(request, question)

    method = getattr(Workspace, report)
    routes.add(
        Address(
            path=path,
            answer=answer_of(method),
            summary=_summary(report),
            scope=_scope(report),
            parameters=[*_parameters(report), _table_parameter()],
        ),
        endpoint,
    )


def _add_members(routes: Routes, report: str) -> None:
    async def endpoint(request: Request) -> Response:
        texts = asked_of(request, (*_options(report), *PAGED, TABLE))
        place = place_in(texts)
        asked = questions_in(report, texts)
        return await members_page(request, place, texts, lambda shop, of: shop.members(of, **asked))

    routes.add(
        Address(
            path=f"/reports/{report.replace('_', '-')}/members",
            answer=Page,
            summary=f"Those whom a count of `{report}` counts: exactly as many",
            scope="customers",
            parameters=[
                *member_parameters("funnel:step_count>=3")[:1],
                *_parameters(report),
                *member_parameters()[1:],
            ],
        ),
        endpoint,
    )


@dataclass(frozen=True, slots=True)
class Place:
    """Which list is asked for, and how far it was read: what stands in an address, unread."""

    of: str
    size: int
    cursor: str | None


def place_in(texts: dict[str, str]) -> Place:
    """Takes what names a list and a page of it out of what stands in an address.

    Raises:
        UsageError: No list is named, or the length of pages is none.
    """
    texts.pop(TABLE, None)
    cursor, size = texts.pop("cursor", None), texts.pop("page_size", None)
    of = texts.pop("of", None)
    if of is None:
        raise UsageError(
            "Whom shall the list name?", "give `of` the address that stands with a count"
        )
    return Place(of, page_size(size), cursor)


async def members_page(
    request: Request,
    place: Place,
    texts: Mapping[str, str],
    ask: Callable[[Workspace, str], Members],
    state: str | None = None,
) -> Response:
    """Gives a page of those whom a count counts.

    Args:
        request: The request.
        place: Which list, and how far it was read.
        texts: What else decides the list.
        ask: Gives the whole list, from the shop and its address.
        state: Mark of what decides it besides the run; None where that is known of its roll.
    """
    besides = state or _besides(runs_of(request).current(), place.of)
    key = ("members", place.of, tuple(sorted(texts.items())), besides)
    cursor = cursor_of(place.cursor, key)
    run = run_of(request, cursor)
    found = await run_in_threadpool(_members, run, key, lambda shop: ask(shop, place.of))
    question = page_question(found, key, cursor, place.size)
    # What more than the run decides may be another list tomorrow: nobody keeps it by the run.
    return await answered_by(run, request, replace(question, is_kept=not besides))


def member_parameters(example: str = "") -> list[Schema]:
    """Gives the documentation of what a page of a list is asked for with."""
    told = f", as in `{example}`" if example else ""
    return [
        query("of", f"Address that stands with the count{told}"),
        *page_parameters(),
        _table_parameter(),
    ]


def page_size(text: str | None) -> int:
    """Gives the length of pages that was asked for.

    Raises:
        UsageError: It is no number from 1 on, or more than a page holds.
    """
    if text is None:
        return USUAL_LIMIT
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= MOST_ROWS):
        raise UsageError(f"`page_size` {shorten(text)} is no number from 1 to {MOST_ROWS:,}.")
    return int(text)


def page_parameters() -> list[Schema]:
    """Gives the documentation of what pages are asked for with."""
    return [
        query(
            "page_size",
            f"Items of a page, at most {MOST_ROWS:,}",
            type="integer",
            minimum=1,
            maximum=MOST_ROWS,
            default=USUAL_LIMIT,
        ),
        query("cursor", "`next_cursor` of the page before", maxLength=400),
    ]


def run_of(request: Request, cursor: Cursor | None) -> PublishedRun:
    """Gives the run of a list: that in which it was begun.

    Raises:
        RequestRefusedError: That run stands open no more.
    """
    runs = runs_of(request)
    if cursor is None:
        return runs.current()
    runs.current()
    found = runs.of_id(cursor.run_id)
    if found is None:
        raise expired()
    return found


def _besides(run: PublishedRun, of: str) -> tuple[object, ...]:
    """Gives what decides a list besides the run: plans that stand, ids that were put together."""
    build = catalog.roll(of.partition(":")[0].strip()).build
    if not BESIDES & set(inspect.signature(build).parameters):
        return ()
    folder = run.workspace.state_folder
    plans = tuple((name, is_withdrawn(folder, name)) for name in plan_ids(folder))
    return (plans, len(run.workspace.identity_log()))


def _members(run: PublishedRun, key: Any, ask: Callable[[Workspace], Members]) -> Members:
    kept: Members | None = run.lists.get(key)
    if kept is None:
        kept = run.ask(ask)
        run.lists.keep(key, kept, size=100 * (len(kept.rows) + 1))
    return kept


def page_question(found: Members, key: Any, cursor: Cursor | None, size: int) -> Question:
    """Gives the question for a page of a list that is known whole."""
    offset = cursor.offset if cursor else 0

    def page(run: PublishedRun) -> Page:
        rows = [dict(zip(found.key, row, strict=True)) for row in found.rows[offset:][:size]]
        return page_of(rows, run.run_id, key, offset, size, found.count)

    return Question((mark_of(key), offset, size), page)


def _facts(report: str) -> ReportFacts:
    path = f"/reports/{report.replace('_', '-')}"
    return ReportFacts(report, _summary(report), path, tuple(_options(report)), _scope(report))


def _scope(report: str) -> ApiScope:
    return "customers" if report in OF_CUSTOMERS else "read"


def _summary(report: str) -> str:
    text = str(getattr(Workspace, report).__doc__).strip().partition("\n")[0]
    text = text.removeprefix("Gives ").rstrip(".")
    return text[:1].upper() + text[1:]


def _options(report: str) -> Sequence[str]:
    return [name.removeprefix("--").replace("-", "_") for name in OPTIONS.get(report, {})]


def _parameters(report: str) -> list[Schema]:
    found = []
    for name, option in OPTIONS.get(report, {}).items():
        most = HIGHEST.get(option.name)
        kind = {} if most is None else {"type": "integer", "minimum": 1, "maximum": most}
        plain = name.removeprefix("--").replace("-", "_")
        found.append(query(plain, option.meaning[:1].upper() + option.meaning[1:], **kind))
    return found


def _table_parameter() -> Schema:
    return query(TABLE, "As CSV or Arrow: which list of the answer; default: the first")


def named(kind: str, name: str, known: Sequence[str]) -> None:
    """Holds a name to those that there are.

    Raises:
        UnknownNameError: There is none of that name.
    """
    if name not in known:
        raise UnknownNameError.among(kind, name, known)


ID_PARAMETER = in_path("customer_id", "Customer as the shop names them")
