"""Routes of customers: a list that is searched, filtered and paged, and everything about one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from starlette.convertors import Convertor, register_url_convertor
from starlette.requests import Request
from starlette.responses import Response

from shopkeeper.api.answering import (
    TABLE,
    Question,
    answered_by,
    asked_of,
    headers_of,
    runs_of,
)
from shopkeeper.api.customer_search import SORTS, Search, found_customers
from shopkeeper.api.formats import JSON, to_json
from shopkeeper.api.paging import cursor_of, page_of
from shopkeeper.api.problems import missing_as_404
from shopkeeper.api.routes.reports import (
    ALIASES,
    ID_PARAMETER,
    page_parameters,
    page_size,
    run_of,
)
from shopkeeper.api.routes.route import Address, Routes
from shopkeeper.api.schemas import query
from shopkeeper.reports.customer import Customer
from shopkeeper.reports.recommendations import Recommended
from shopkeeper.settings.serving import ApiScope

if TYPE_CHECKING:
    from shopkeeper.api.published_run import PublishedRun
    from shopkeeper.api.schemas import Schemas
# Questions about all customers; a customer of such a name is found by `/customers?q=`.
RESERVED = {path.removeprefix("/customers/") for path in ALIASES if path.startswith("/customers/")}


# Behind the id of a customer: what is offered to them.
OFFERED = "/recommendations"


class CustomerId(Convertor[str]):
    """What may stand behind `/customers/`: any id, slashes too, but none of the questions."""

    regex = f"(?!(?:{'|'.join(sorted(RESERVED))})$)(?!.*{OFFERED}$).+"

    def convert(self, value: str) -> str:
        """Gives the id."""
        return value

    def to_string(self, value: str) -> str:
        """Gives what stands in an address."""
        return value


register_url_convertor("customer", CustomerId())
ONE = "/customers/{customer_id:customer}"
OFFERED_TO_ONE = f"{ONE}{OFFERED}"
SCOPE: ApiScope = "customers"
FILTERS = {
    "q": "Part of the customer's id",
    "country": "Country",
    "rfm_segment": "RFM segment",
    "segment": "Segment of the segmentation model",
    "risk_band": "`low`, `moderate`, `high` or `very high`",
    "min_net_amount": "Least net amount",
    "min_order_count": "Least number of orders",
    "sort": f"{', '.join(f'`{name}`' for name in SORTS)}; `-` before it for the highest first",
}


@dataclass(frozen=True, slots=True)
class CustomerLine:
    """One customer in a list."""

    customer_id: str
    country: str | None
    first_order_date: date | None
    last_order_date: date | None
    days_since_last_order: int | None
    order_count: int
    net_amount: Decimal
    rfm_score: str | None
    rfm_segment: str | None
    segment: str | None
    churn_probability: float | None
    risk_band: str | None
    expected_amount: Decimal | None


@dataclass(frozen=True, slots=True)
class CustomerPage:
    """A part of a list of customers.

    Attributes:
        run_id: Run that all pages of the list come from.
        count: Customers in all.
        items: Those of this page.
        next_cursor: With which the next page is asked for; None on the last one.
    """

    run_id: str
    count: int
    items: tuple[CustomerLine, ...]
    next_cursor: str | None


@dataclass(frozen=True, slots=True)
class OfferedProducts:
    """What is offered to one customer.

    Attributes:
        customer_id: The customer.
        products: Best first; empty where nothing is recommended in this run.
    """

    customer_id: str
    products: tuple[Recommended, ...]


def add_to(schemas: Schemas) -> Routes:
    """Gives the addresses of customers."""
    routes = Routes("customers", schemas)
    routes.add(
        Address(
            path="/customers",
            answer=CustomerPage,
            summary="Customers, searched, filtered, sorted, in pages",
            scope="customers",
            parameters=[
                *(query(name, text) for name, text in FILTERS.items()),
                *page_parameters(),
                query(TABLE, "As CSV or Arrow: which list of the answer"),
            ],
        ),
        list_customers,
    )
    routes.add(
        Address(
            path=ONE,
            answer=Customer,
            summary="Everything known of one customer",
            scope=SCOPE,
            parameters=[ID_PARAMETER],
        ),
        one_customer,
    )
    routes.add(
        Address(
            path=OFFERED_TO_ONE,
            answer=OfferedProducts,
            summary="What one customer may want next, best first, with reasons",
            scope=SCOPE,
            parameters=[ID_PARAMETER, query(TABLE, "As CSV or Arrow: which list of the answer")],
        ),
        offered_products,
    )
    return routes


async def list_customers(request: Request) -> Response:
    """Gives a page of customers."""
    texts = asked_of(request, (*FILTERS, "page_size", "cursor", TABLE))
    texts.pop(TABLE, None)
    cursor_text, size = texts.pop("cursor", None), page_size(texts.pop("page_size", None))
    search = Search.read(texts)
    key = ("customers", tuple(sorted(texts.items())))
    cursor = cursor_of(cursor_text, key)
    run = run_of(request, cursor)
    offset = cursor.offset if cursor else 0

    def page(of: PublishedRun) -> CustomerPage:
        count, rows = found_customers(of.customers.listing, search, offset, size)
        lines = tuple(CustomerLine(**row) for row in rows)
        found = page_of(lines, of.run_id, key, offset, size, count)
        return CustomerPage(found.run_id, found.count, found.items, found.next_cursor)

    return await answered_by(run, request, Question((key, offset, size), page))


async def one_customer(request: Request) -> Response:
    """Gives everything known of one customer, from memory."""
    customer_id = request.path_params["customer_id"]
    run = runs_of(request).current()
    if request.query_params or request.headers.get("accept", JSON) not in {JSON, "*/*"}:
        return await _other_form(run, request, customer_id)
    headers = headers_of(run)
    if request.headers.get("if-none-match") == headers["ETag"]:
        return Response(None, 304, headers)
    with missing_as_404():
        body = story_of(run, customer_id)
    return Response(body, 200, headers, JSON)


async def offered_products(request: Request) -> Response:
    """Gives what one customer may want next."""
    asked_of(request, (TABLE,))
    customer_id = request.path_params["customer_id"]

    def offered(of: PublishedRun) -> OfferedProducts:
        return OfferedProducts(customer_id, of.customers.recommendations(customer_id))

    run = runs_of(request).current()
    with missing_as_404():
        return await answered_by(run, request, Question(("offered", customer_id), offered))


def story_of(run: PublishedRun, customer_id: str) -> bytes:
    """Gives everything known of a customer as JSON.

    Raises:
        UnknownNameError: There is no such customer.
        NotPublishedError: The run has no customers with a name.
    """
    body: bytes | None = run.stories.get(customer_id)
    if body is None:
        body = to_json(run.customers.customer(customer_id))
        run.stories.keep(customer_id, body, len(body))
    return body


async def _other_form(run: PublishedRun, request: Request, customer_id: str) -> Response:
    asked_of(request, (TABLE,))
    question = Question(("customer", customer_id), lambda of: of.customers.customer(customer_id))
    with missing_as_404():
        return await answered_by(run, request, question)
