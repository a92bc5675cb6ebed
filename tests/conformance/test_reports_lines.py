"""NDJSON and badges: lines from which the whole result can be had again, figures that fit into their box."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from lxml import etree
from made import build, one_of_each

import conformance.reports.ndjson as ndjson
from conformance.contract import Contract
from conformance.reports import FORMATS


@pytest.fixture(scope="module")
def result(contract: Contract) -> dict[str, Any]:
    return one_of_each(contract)


def events_of(result: dict[str, Any]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in FORMATS["ndjson"](result).split("\n")[:-1]]


def without(event: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in event.items() if name not in ("type", *names)}


def test_the_first_line_is_the_run_and_the_last_the_summary(result: dict[str, Any]) -> None:
    events = events_of(result)

    assert [events[0]["type"], events[-1]["type"]] == ["run", "summary"]
    assert [event["type"] for event in events].count("run") == 1
    assert events[-1]["exit_code"] == 4


def test_nothing_of_the_result_is_lost_in_lines(result: dict[str, Any]) -> None:
    events = events_of(result)

    again: dict[str, Any] = {**without(events[0]), "summary": without(events[-1])}
    again |= {"diagnoses": [], "capabilities": [], "requirements": []}
    again["baseline"] = {state: [] for state in ("used", "expired", "unneeded")}
    for event in events[1:-1]:
        match event["type"]:
            case "requirement":
                again["requirements"].append({**without(event), "items": []})
            case "finding":
                told = without(event, "requirement", "level", "basis")
                again["requirements"][-1]["items"].append({**told, "exchanges": []})
            case "exchange":
                told = without(event, "requirement", "item")
                again["requirements"][-1]["items"][-1]["exchanges"].append(told)
            case "acceptance":
                again["baseline"][event["state"]].append(without(event, "state"))
            case kind:
                again[{"diagnosis": "diagnoses", "capability": "capabilities"}[kind]].append(without(event))
    assert again == result


def test_every_finding_and_exchange_says_to_what_it_belongs(result: dict[str, Any]) -> None:
    for event in events_of(result):
        if event["type"] in ("finding", "exchange"):
            assert event["item"].startswith(event["requirement"])
        if event["type"] == "finding":
            assert (event["level"], event["basis"]) in (("MUST", "documented"), ("SHOULD", "inferred"))


def test_every_type_of_line_is_documented(result: dict[str, Any]) -> None:
    listed = re.findall(r"^ +(\w+)  ", ndjson.__doc__ or "", re.MULTILINE)

    assert {event["type"] for event in events_of(result)} <= set(listed)


def boxes(svg: str) -> list[tuple[str, float, float]]:
    """Return each text of a badge with what room its box leaves to the left and to the right of it."""
    root = etree.fromstring(svg.encode())
    rects = [entry for entry in root.iter("{*}rect") if entry.get("fill")]
    found = []
    for text, rect in zip(root.iter("{*}text"), rects, strict=True):
        start, width = float(text.get("x", "")), float(text.get("textLength", ""))
        left, room = float(rect.get("x", "0")), float(rect.get("width", ""))
        found.append((text.text or "", start - left, left + room - start - width))
    return found


def test_the_text_of_a_badge_is_not_cut_off(result: dict[str, Any]) -> None:
    for provider in ("products", "og_records", "yourmusic"):
        for _, before, after in boxes(FORMATS["badge"]({**result, "provider": provider})):
            assert before == after == 6


def test_a_badge_has_room_for_each_of_its_letters(result: dict[str, Any]) -> None:
    root = etree.fromstring(FORMATS["badge"](result).encode())

    # As measured with the font itself, DejaVu Sans at 11 pixels.
    widths = {"products core": 75.4, "4/43 tested, 2/4 kept, 1 accepted": 183.4}
    told = {text.text: float(text.get("textLength", "")) for text in root.iter("{*}text")}
    assert told.keys() == widths.keys()
    assert all(abs(told[text] - width) <= 2 for text, width in widths.items())


def test_a_badge_says_to_everybody_what_it_shows(result: dict[str, Any]) -> None:
    root = etree.fromstring(FORMATS["badge"](result).encode())

    title = root.findtext("{*}title")
    assert (root.get("role"), root.get("aria-label")) == ("img", title)
    assert title is not None
    assert title.startswith("Products API, MUST requirements: 4/43 tested, 2/4 kept")


@pytest.mark.parametrize(("code", "is_error"), [(0, False), (1, False), (3, True), (4, True)])
def test_the_colour_of_a_badge_tells_the_exit_code(result: dict[str, Any], code: int, is_error: bool) -> None:
    shown = {**result, "summary": {**result["summary"], "exit_code": code}}

    answer = json.loads(FORMATS["badge-json"](shown))

    colours = {0: "1a7f37", 1: "cf222e", 3: "57606a", 4: "8a5a00"}
    assert f'fill="#{colours[code]}"' in FORMATS["badge"](shown)
    assert (answer["schemaVersion"], answer["color"], answer["isError"]) == (1, colours[code], is_error)


def test_a_badge_needs_nothing_from_elsewhere(contract: Contract) -> None:
    svg = FORMATS["badge"](build(contract, []))

    assert re.findall(r"https?://[^\"]+", svg) == ["http://www.w3.org/2000/svg"]
    assert not re.search(r"href|<style|<image|<script|@", svg)
