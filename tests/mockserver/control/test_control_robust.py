"""No input breaks the control API: never a 5xx, never an answer that the spec does not promise."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from werkzeug.test import Client

from mockserver.app import App
from specs import open_book

BOOK = open_book("control")
_LEAVE_OUT = {"waitForRequests"}  # it may wait for minutes, as it was told to


@pytest.fixture(scope="module")
def schema(build_house: Callable[..., App]) -> Any:
    """The control API's document with a house behind it."""
    app = build_house("products")
    document = {**BOOK.document, "servers": [{"url": "http://localhost"}]}
    found = schemathesis.openapi.from_dict(document)
    found.app = app.wsgi
    return found, app


_GOOD, _BAD = schemathesis.GenerationMode.POSITIVE, schemathesis.GenerationMode.NEGATIVE
# What has neither parameters nor a body cannot be asked for wrongly.
_CASES = [
    (operation.id, mode)
    for operation in BOOK.operations.values()
    for mode in ((_GOOD, _BAD) if operation.parameters or operation.body else (_GOOD,))
    if operation.id not in _LEAVE_OUT
]


@pytest.mark.slow
@pytest.mark.parametrize(("operation", "mode"), _CASES)
def test_generated_requests_get_promised_answers(schema: Any, operation: str, mode: Any) -> None:
    found, app = schema
    case = next(one.ok() for one in found.get_all_operations() if one.ok().definition.raw["operationId"] == operation)

    @given(asked=case.as_strategy(generation_mode=mode))
    @settings(
        max_examples=8,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def probe(asked: Any) -> None:
        answer = asked.call(base_url="http://localhost", app=app.wsgi)
        assert answer.status_code < 500, answer.text

    probe()

    broken = [entry for name in app.sandboxes.names() for entry in app.house.violations.list(name)]
    assert [entry for entry in broken if entry["provider"] == "control"] == []


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
_WRITES = [operation for operation in BOOK.operations.values() if operation.body]


@settings(max_examples=150, deadline=None, derandomize=True, database=None)
@given(operation=st.sampled_from(_WRITES), value=_JSON, name=st.text(min_size=1, max_size=10), data=st.data())
def test_any_json_in_any_place_is_answered(build: App, operation: Any, value: Any, name: str, data: Any) -> None:
    client = Client(build.wsgi)
    body = _woven(operation, value, data)
    path = operation.path.format(provider="parcels", collection="parcels", id="1", hook="stork", name="x")

    answer = client.open(path, method=operation.method, json=body, headers={"X-Sandbox": "robust"})

    assert answer.status_code < 500, answer.text


@pytest.fixture(scope="module")
def build(build_house: Callable[..., App]) -> App:
    """A house of this module's own."""
    return build_house()


def _woven(operation: Any, value: Any, data: Any) -> Any:
    """Return an example of the spec with one member replaced by any value, or any value in its place."""
    media = next(iter(operation.body.values()))
    example = data.draw(st.sampled_from([*media.examples.values(), None]))
    if operation.id == "waitForRequests" or not isinstance(example, dict) or not example:
        return [value]
    return {**example, data.draw(st.sampled_from(list(example))): value}
