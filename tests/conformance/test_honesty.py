"""Misconfiguration and trouble: never a fail, never a pass."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from judging import Judged, Opened
from rival import Rival, _Handler, serving
from rival_query import TOKENS
from werkzeug.serving import make_server
from werkzeug.wrappers import Response

from conformance.check import Suite
from conformance.config import Settings
from conformance.contract import Contract
from conformance.doctor import examine, trouble
from conformance.failure import Misconfigured, Untestable
from conformance.target import find_target
from conformance.verdict import Verdict

Application = Callable[[Any, Any], Any]


@contextmanager
def listening(application: Application, context: Any = None) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, application, threaded=True, request_handler=_Handler, ssl_context=context)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"{'https' if context else 'http'}://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)


def aimed(url: str, **more: Any) -> Settings:
    return Settings("products", **{"base_url": url, "control_url": "none", "tokens": TOKENS, **more})


def test_an_address_where_nobody_listens_is_not_testable(opened: Opened) -> None:
    with serving() as url:
        pass  # the port was free a moment ago

    bad = trouble(examine(opened(aimed(url))))

    assert bad is not None
    assert "not answered" in bad.detail


@pytest.mark.parametrize(
    "answered",
    [
        Response("<html>hello", 200, content_type="text/html"),
        Response("{}", 404),
        Response("no", 500),
        Response("", 503),
    ],
    ids=["a web page", "no such path", "a crash", "not there"],
)
def test_what_is_not_this_api_is_not_testable(opened: Opened, answered: Response) -> None:
    with listening(answered) as url:
        bad = trouble(examine(opened(aimed(url))))

    assert bad is not None
    assert bad.name == "address"


def test_a_wrong_path_on_a_right_host_is_not_testable(opened: Opened, rival: str) -> None:
    assert trouble(examine(opened(aimed(f"{rival}/elsewhere")))) is not None


def test_a_wrong_token_is_not_testable(opened: Opened, rival: str) -> None:
    bad = trouble(examine(opened(aimed(rival, tokens={"full": "wrong"}))))

    assert bad is not None
    assert bad.name == "principal full"
    assert "credential" in bad.advice


def test_a_wrong_second_token_is_not_testable_either(opened: Opened, rival: str) -> None:
    bad = trouble(examine(opened(aimed(rival, tokens={**TOKENS, "second-account": "wrong"}))))

    assert bad is not None
    assert bad.name == "principal second-account"


def test_one_token_for_two_accounts_is_not_testable(opened: Opened, rival: str) -> None:
    same = {"full": TOKENS["full"], "second-account": TOKENS["full"]}

    assert trouble(examine(opened(aimed(rival, tokens=same)))) is not None


def test_no_token_at_all_is_not_testable(contract: Contract, rival: str) -> None:
    with pytest.raises(Untestable, match="--token"):
        find_target(aimed(rival, tokens={}), contract)


def test_an_address_that_is_none_is_a_mistake_of_the_command_line(contract: Contract) -> None:
    with pytest.raises(Misconfigured):
        find_target(aimed("products.test"), contract)


def test_an_untrusted_certificate_is_not_testable(opened: Opened) -> None:
    with listening(Rival(), "adhoc") as url:
        bad = trouble(examine(opened(aimed(url))))
        unchecked = trouble(examine(opened(aimed(url, verify="no"))))

    assert bad is not None
    assert "certificate" in bad.detail.lower()
    assert unchecked is None


def test_plain_speech_on_a_tls_port_is_not_testable(opened: Opened) -> None:
    with listening(Rival()) as url:
        bad = trouble(examine(opened(aimed(url.replace("http:", "https:")))))

    assert bad is not None
    assert ssl.OPENSSL_VERSION  # TLS was there to be spoken


class Mortal:
    """A right server that is gone after some requests: it drops connections, or says 503."""

    def __init__(self, requests: int, status: int | None) -> None:
        self.rival, self.left, self.status = Rival(), requests, status

    def __call__(self, environ: Any, start_response: Any) -> Any:
        self.left -= 1
        if self.left >= 0:
            return self.rival(environ, start_response)
        if self.status is None:
            environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
            raise ConnectionResetError
        return Response("gone", self.status)(environ, start_response)


@pytest.mark.parametrize("status", [None, 503, 401], ids=["hangs up", "says 503", "forgets us"])
def test_a_server_that_dies_on_the_way_ends_in_errors_not_in_fails(
    opened: Opened, contract: Contract, suite: Suite, status: int | None
) -> None:
    items = [item for item in suite.items(contract) if item.rule in ("PR-092", "PR-093", "PR-095", "PR-096")]
    with listening(Mortal(20, status)) as url:
        session = opened(aimed(url))
        found = [session.perform(item).own for item in items]

    verdicts = [finding.verdict for finding in found]
    assert verdicts[0] is Verdict.PASS
    assert Verdict.FAIL not in verdicts
    assert Verdict.WARN not in verdicts
    assert Verdict.ERROR in verdicts
    assert session.lost
    assert set(verdicts[verdicts.index(Verdict.ERROR) + 1 :]) == {Verdict.NOT_TESTED}


def test_a_read_only_run_sends_no_writes_and_still_tests(judged: Judged) -> None:
    seen: list[str] = []
    rival = Rival()

    def watched(environ: Any, start_response: Any) -> Any:
        seen.append(environ["REQUEST_METHOD"])
        return rival(environ, start_response)

    with listening(watched) as url:
        found = judged(url, *(f"PR-0{number}" for number in range(10, 45)), read_only=True)

    assert set(seen) == {"GET"}
    verdicts = {finding.verdict for finding in found}
    assert verdicts == {Verdict.PASS, Verdict.NOT_TESTED}, [f.text for f in found if f.verdict is Verdict.ERROR]
    tested = {finding.rule for finding in found if finding.verdict is Verdict.PASS}
    assert {"PR-010", "PR-011", "PR-015", "PR-020", "PR-027", "PR-028"} <= tested


def test_a_fault_of_the_suite_is_an_error(opened: Opened, rival: str) -> None:
    from conformance.check import check

    def stumbles(case: Any) -> None:
        """It stumbles."""
        raise KeyError("oops")

    session = opened(aimed(rival))
    item = next(iter(check("PR-010", stumbles).items(session.contract)))

    finding = session.perform(item).own

    assert finding.verdict is Verdict.ERROR
    assert "KeyError" in finding.text


def test_a_check_that_stumbles_over_a_broken_answer_leaves_the_blame_there(opened: Opened) -> None:
    from conformance.check import check

    def stumbles(case: Any) -> None:
        """It adds to what is no number."""
        case.call("listProducts").at("/data") + 1

    rival = Rival()

    def broken(environ: Any, start_response: Any) -> Any:
        if environ["QUERY_STRING"]:  # the doctor's call is answered well
            return rival(environ, start_response)
        return Response('{"data": {}}', content_type="application/vnd.api+json")(environ, start_response)

    with listening(broken) as url:
        session = opened(aimed(url))
        outcome = session.perform(next(iter(check("PR-010", stumbles).items(session.contract))))

    assert outcome.own.verdict is Verdict.NOT_TESTED
    assert "breaks the document" in outcome.own.text
    assert Verdict.FAIL in {finding.verdict for finding in outcome.others}


def test_a_strangers_link_gets_no_credentials(opened: Opened, rival: str) -> None:
    seen: list[str | None] = []

    def stranger(environ: Any, start_response: Any) -> Any:
        seen.append(environ.get("HTTP_AUTHORIZATION"))
        return Response(b"x")(environ, start_response)

    with listening(stranger) as url:
        opened(aimed(rival)).new_case().follow(f"{url}/file", anywhere=True)

    assert seen == [None]


@pytest.mark.slow
def test_a_whole_run_against_a_server_that_dies_is_not_testable(tmp_path: Path) -> None:
    from test_cli import conformance, flags

    with listening(Mortal(150, 503)) as url:
        done = conformance("run", *flags(url), "--no-fuzz", "-q", folder=tmp_path)

    assert done.returncode == 3, done.stdout + done.stderr
    assert "not testable: the target was lost on the way" in done.stdout
    assert "FAIL" not in done.stdout
