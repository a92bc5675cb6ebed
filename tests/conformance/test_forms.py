"""Forms as the judge of requests reads them, and items that fall over."""

from __future__ import annotations

from typing import Any

import pytest

from conformance.check import Item, check
from conformance.contract import Contract, open_contract
from conformance.exchange import Exchange
from conformance.multipart import File, Form
from conformance.plugin import Requirement
from conformance.promise import Promises
from conformance.verdict import Verdict

PATH = "/releases/a1b2c3d4-e5f6-7890-abcd-ef1234567890/animated-artwork/canvas_loop"


@pytest.fixture(scope="module")
def tonegrid() -> Promises:
    contract = open_contract("tonegrid")
    return Promises(contract.document, contract.operations)


def sent(form: Form) -> Exchange:
    return Exchange(
        number=1,
        method="POST",
        url=f"http://target.example{PATH}",
        sent_headers={"Content-Type": form.media_type, "Authorization": "Bearer x"},
        sent_body=form.encode(),
        status=422,
        headers={},
        body=b"{}",
        milliseconds=1.0,
        operation="uploadAnimatedArtwork",
        principal="full",
    )


def test_a_form_is_read_by_its_boundary(tonegrid: Promises) -> None:
    film = Form((("asset", File("cover.mp4", b"\x00\xff\x01", "video/mp4")),))

    assert tonegrid.find_request_faults(sent(film)) == []


def test_a_form_without_its_file_does_not_fit(tonegrid: Promises) -> None:
    faults = tonegrid.find_request_faults(sent(Form((("note", "no file"),))))

    assert faults == ["'asset' is a required property"]


def test_a_large_upload_is_not_read(tonegrid: Promises) -> None:
    large = Form((("note", "x" * 1_000_001),))

    assert tonegrid.find_request_faults(sent(large)) == []


def test_an_item_that_falls_over_is_an_error_and_not_missing(contract: Contract) -> None:
    class Falling:
        def perform(self, item: Item) -> Any:
            raise AssertionError("fell over")

    requirement = Requirement.__new__(Requirement)
    requirement.item = next(iter(check("PR-010", lambda case: None, name="falls").items(contract)))

    outcome = requirement._outcome(Falling())  # type: ignore[arg-type]

    assert outcome.own.verdict is Verdict.ERROR
    assert "fell over" in outcome.own.text
