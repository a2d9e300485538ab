"""Route: what a group of addresses is made from - the schemas and the way to add an address."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from shopkeeper.api.auth import EITHER, check_scope
from shopkeeper.api.formats import JSON
from shopkeeper.api.schemas import Schema, Schemas, answers

if TYPE_CHECKING:
    from shopkeeper.settings.serving import ApiScope

Endpoint = Callable[[Request], Awaitable[Response]]


@dataclass(frozen=True, kw_only=True)
class Address:
    """One address of the API.

    Attributes:
        path: Where it is, with names in braces.
        answer: Type of the answer.
        summary: What it answers, in one line.
        scope: What a key must be allowed; None for anybody.
        parameters: What may stand in the address, documented.
        body: Schema of the body, and an example; None where it takes none.
        has_tables: Whether it is also given as CSV and Arrow.
        method: Of HTTP.
        form: Of the answer, where it is not asked for in another.
    """

    path: str
    answer: Any
    summary: str
    scope: ApiScope | None = "read"
    parameters: Sequence[Schema] = ()
    body: Schema | None = None
    has_tables: bool = True
    method: str = "GET"
    form: str = JSON


@dataclass
class Routes:
    """The addresses of one group.

    Attributes:
        tag: Name of the group.
        schemas: Types of answers, by name; shared by all groups.
    """

    tag: str
    schemas: Schemas
    router: APIRouter = field(default_factory=APIRouter)

    def add(self, address: Address, endpoint: Endpoint) -> None:
        """Adds an address with its documentation."""
        extra: dict[str, Any] = {"parameters": list(address.parameters)}
        if address.scope is not None:
            extra["security"] = EITHER
            endpoint = _guarded(endpoint, address.scope)
        if address.body is not None:
            extra["requestBody"] = {"required": True, "content": address.body}
        self.router.add_api_route(
            address.path,
            endpoint,
            methods=[address.method],
            name=address.path,
            summary=address.summary,
            tags=[self.tag],
            response_class=Response,
            responses=answers(
                self.schemas.of(address.answer), has_tables=address.has_tables, form=address.form
            ),
            openapi_extra=extra,
            operation_id=f"{address.method.lower()} {address.path}",
        )


def _guarded(endpoint: Endpoint, scope: ApiScope) -> Endpoint:
    async def guarded(request: Request) -> Response:
        check_scope(request, scope)
        return await endpoint(request)

    return guarded


def in_path(name: str, description: str) -> Schema:
    """Gives the documentation of a name in an address."""
    return {
        "name": name,
        "in": "path",
        "required": True,
        "description": description,
        "schema": {"type": "string", "minLength": 1, "maxLength": 200},
    }
