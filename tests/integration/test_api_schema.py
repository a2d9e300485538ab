"""Whatever the OpenAPI document allows to ask is answered, as it says, and never by a failure."""

from __future__ import annotations

import hashlib

import pytest
import schemathesis
from api_client import ALL_KEY, NO_LOG
from hypothesis import HealthCheck, given, settings
from schemathesis import checks

KEY = (
    f'api.keys=[{{name="all", scopes=["read", "customers", "predict", "operate"], '
    f'hash="sha256:{hashlib.sha256(ALL_KEY.encode()).hexdigest()}"}}]'
)
# Of each address; more are asked for when the API changes.
EXAMPLES = 4
CHECKS = [
    checks.not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_schema_conformance,
]


@pytest.fixture(scope="module")
def api_schema(demo_folder):
    from shopkeeper.api.app import create_app

    # The tester calls itself so, and is no address of this machine.
    names = 'api.allowed_hosts=["testserver"]'
    app = create_app(demo_folder, [*NO_LOG, KEY, names])
    headers = {"Authorization": f"Bearer {ALL_KEY}"}
    return schemathesis.openapi.from_asgi("/openapi.json", app, headers=headers)


@pytest.mark.slow
def test_every_address_answers_as_it_says(api_schema):
    asked = [_ask(result.ok()) for result in api_schema.get_all_operations()]
    assert len(asked) > 60
    assert all(count > 0 for count in asked)


def _ask(operation) -> int:
    count = 0

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy())
    def ask(case):
        nonlocal count
        count += 1
        case.call_and_validate(checks=CHECKS, headers={"Authorization": f"Bearer {ALL_KEY}"})

    ask()
    return count
