"""The running server tells what it is."""

from __future__ import annotations

import threading
from typing import Any

from mockserver import census
from mockserver.app import App
from mockserver.control.desk import DESK


def test_promise_and_code_of_the_control_api_agree() -> None:
    assert census.find_differences(DESK) == []


def test_it_is_up(tester: Any) -> None:
    assert tester.get("health") == {"status": "ok"}


def test_it_is_ready_once_the_worlds_stand(tester: Any) -> None:
    assert tester.get("ready") == {"status": "ready"}


def test_it_is_not_ready_while_the_worlds_are_being_built(tester: Any, house: App) -> None:
    began, done = threading.Event(), threading.Event()

    def build() -> None:
        with house.house.preparing:
            began.set()
            done.wait(5)

    thread = threading.Thread(target=build)
    thread.start()
    began.wait(5)
    answer = tester.control("GET", "ready")
    done.set()
    thread.join()

    assert answer.status_code == 503
    assert answer.json["title"] == "Service Unavailable"
    assert tester.get("ready") == {"status": "ready"}


def test_info_names_settings_and_providers(tester: Any) -> None:
    info = tester.get("info")

    assert info["store"] == "memory"
    assert info["settings"]["seed"] == 1
    assert "control_token" not in info["settings"]
    assert [provider["name"] for provider in info["providers"]] == ["parcels", "products"]
    assert info["providers"][0] == {
        "name": "parcels",
        "title": "Parcels API",
        "base_url": "http://localhost/parcels",
        "spec_url": "http://localhost/parcels/openapi.json",
        "docs_url": "http://localhost/_docs/parcels",
        "operations": 4,
        "carrier": True,
    }


def test_addresses_keep_the_prefix_by_which_they_were_asked_for(tester: Any) -> None:
    info = tester.ask("GET", f"/~{tester.sandbox}/_control/info", headers={"Host": "127.0.0.1:4010"}).json

    assert info["providers"][0]["base_url"] == f"http://127.0.0.1:4010/~{tester.sandbox}/parcels"


def test_the_document_names_this_server_first(tester: Any) -> None:
    document = tester.get("openapi.json")

    assert document["servers"][0]["url"] == "http://localhost"
    assert "/_control/clock" in document["paths"]
