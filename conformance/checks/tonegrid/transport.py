"""TG-001 to TG-007 and TG-241: media types, unknown addresses, unreadable requests, failures of the server itself."""

from __future__ import annotations

import gzip
import json

from conformance import judge
from conformance.answer import Answer
from conformance.case import Case
from conformance.check import check
from conformance.checks.tonegrid import ern, samples, wares

_XML = ("application/xml", "text/xml")
_DDEX = ("downloadDdexMessage", "downloadPurgeMessage")


def refusals(case: Case) -> dict[int, Answer]:
    """Return one refusal of every kind that a client can bring about by a single call."""
    return {
        400: case.call("createRelease", body=b"{", headers={"Content-Type": "application/json"}),
        401: case.call("listReleases", principal=None),
        404: wares.read(case, wares.NO_ID),
        422: case.call("createRelease", json={}),
    }


def answers_are_json(case: Case) -> None:
    """Answers are JSON, refusals included."""
    found = [case.call("listReleases"), case.call("listSupplyChainDsps"), wares.read(case, wares.make_release(case))]
    for answer in (*found, *refusals(case).values()):
        judge.equal("the media type", "application/json", answer.exchange.media_type, answer)
        judge.that(isinstance(answer.json, dict), "the body is no JSON object", answer, received=answer.content[:80])


def json_bodies_are_read(case: Case) -> None:
    """A JSON body is taken in as it was sent, beyond ASCII too."""
    title = case.ledger.name("Òjò Òru Èkó 真夜中")
    answer = wares.create_release(case, wares.release_body(case, title=title))
    judge.status(answer, 201)
    judge.equal("title", title, answer.at("/release/title"), answer)


def messages_are_xml(case: Case, operation: str) -> None:
    """A raw message is XML, not JSON."""
    answer = case.given(case.call(operation, path=samples.sample(case, operation)), 200)
    judge.among("the media type", _XML, answer.exchange.media_type, answer)
    judge.that(answer.content.lstrip().startswith(b"<"), "the body is no XML", answer, received=answer.content[:60])


def statement_is_pdf(case: Case) -> None:
    """The paper of a statement is a PDF."""
    path = samples.sample(case, "downloadRoyaltyStatementPdf")
    answer = case.call("downloadRoyaltyStatementPdf", path=path, headers={"Accept": "application/pdf"})
    judge.status(answer, 200)
    judge.equal("the media type", "application/pdf", answer.exchange.media_type, answer)
    judge.that(answer.content.startswith(b"%PDF-"), "the body is no PDF", answer, received=answer.content[:20])


_NOWHERE = (
    ("GET", "/conformance-nope"),
    ("GET", "/releases/x/conformance-nope"),
    ("DELETE", "/analytics/summary"),
    ("PATCH", "/artists"),
    ("POST", "/royalties/balance"),
)


def unknown_endpoint_is_404(case: Case, call: tuple[str, str]) -> None:
    """An unknown path, or a known one with another method, is 404 `Endpoint not found.`."""
    method, path = call
    body, headers = (b"{}", {"Content-Type": "application/json"}) if method in ("POST", "PATCH") else (None, {})
    answer = case.send(method, path, body=body, headers={"Accept": "application/json", **headers})
    wares.refused(answer, 404, "Endpoint not found.")


def broken_json_is_400(case: Case, text: str) -> None:
    """A body that is no JSON is 400 in the common shape."""
    answer = case.call("createRelease", body=text.encode(), headers={"Content-Type": "application/json"})
    wares.refused(answer, 400)


def broken_json_makes_nothing(case: Case) -> None:
    """A body that breaks off makes no release."""
    with case.own_sandbox(world="empty") as inside:
        body = json.dumps(wares.release_body(inside)).encode()[:-1]
        wares.refused(inside.call("createRelease", body=body, headers={"Content-Type": "application/json"}), 400)
        after = inside.call("listReleases")
        judge.equal("the number of releases", 0, after.at("/total"), after)


def broken_json_of_an_update_is_400(case: Case) -> None:
    """An update whose body is no JSON is 400 and changes nothing."""
    release = wares.make_release(case)
    before = wares.read(case, release).at("/release")
    headers = {"Content-Type": "application/json"}
    answer = case.call("updateRelease", path={"uuid": release}, body=b'{"genre": ', headers=headers)
    wares.refused(answer, 400)
    judge.equal("the release after the refusal", before, wares.read(case, release).at("/release"))


def broken_query_is_400(case: Case, query: tuple[str, str, str]) -> None:
    """A query that cannot be read is 400 in the common shape."""
    operation, name, value = query
    wares.refused(case.call(operation, query={name: value}), 400)


def gzip_is_welcome(case: Case) -> None:
    """A body sent with Content-Encoding gzip is read like a plain one."""
    body = wares.release_body(case)
    headers = {"Content-Type": "application/json", "Content-Encoding": "gzip"}
    answer = case.call("createRelease", body=gzip.compress(json.dumps(body).encode()), headers=headers)
    judge.status(answer, 201)
    release = wares.identity(answer, "/release/uuid")
    case.ledger.add(f"releases/{release}")
    judge.equal("title", body["title"], wares.read(case, release).at("/release/title"))


def _asked_for(case: Case, status: int) -> Answer:
    """Make the server answer as it does when it fails; the convention of the control API for that is Prefer."""
    case.control  # noqa: B018 - without a control API a failure cannot be brought about
    return case.call("listReleases", headers={"Prefer": f"code={status}"})


def failure_names_the_request(case: Case) -> None:
    """A 500 carries X-Request-Id, to be quoted in a report, and a new one each time."""
    first, second = _asked_for(case, 500), _asked_for(case, 500)
    for answer in (first, second):
        wares.refused(answer, 500)
        id = answer.header("X-Request-Id") or ""
        judge.that(id and "," not in id, "X-Request-Id is not one id", answer, expected="an id", received=id)
    told = [answer.header("X-Request-Id") for answer in (first, second)]
    judge.that(told[0] != told[1], "two requests have one id", second, received=told[0])


def unavailable_can_be_retried(case: Case) -> None:
    """A 503 says `Service temporarily unavailable.`, and the same call works afterwards."""
    wares.refused(_asked_for(case, 503), 503, "Service temporarily unavailable.")
    judge.status(case.call("listReleases"), 200)


def message_text_survives(case: Case, title: str) -> None:
    """A message is UTF-8 with a declaration, and a title comes through it unharmed."""
    release = wares.make_complete(case, "spotify", title=title)
    answer = case.given(case.call("downloadDdexMessage", path={"uuid": release, "dsp_slug": "spotify"}), 200)
    start = answer.content[:60].lower()
    declared = start.startswith(b"<?xml") and b"utf-8" in start
    judge.that(declared, "there is no declaration of UTF-8", answer, expected="<?xml … UTF-8 …?>", received=start)
    texts = [element.text for element in ern.parse(answer.content, answer).iter()]
    judge.that(title in texts, "the title is not in the message", answer, expected=title)


_BROKEN_QUERIES = (
    ("listReleases", "page", "abc"),
    ("listReleases", "per_page", "1x"),
    ("listIngestionJobs", "page", "abc"),
)
CHECKS = (
    check("TG-001", answers_are_json, needs=("destructive",)),
    check("TG-001", json_bodies_are_read, needs=("destructive",)),
    check("TG-001", messages_are_xml, each=_DDEX),
    check("TG-001", statement_is_pdf),
    check("TG-003", unknown_endpoint_is_404, each=_NOWHERE),
    check("TG-004", broken_json_is_400, each=("{", "[1,", "title=x")),
    check("TG-004", broken_json_makes_nothing, needs=("control",)),
    check("TG-004", broken_json_of_an_update_is_400),
    check(
        "TG-004",
        broken_query_is_400,
        each=_BROKEN_QUERIES,
    ),
    check("TG-005", gzip_is_welcome),
    check("TG-006", failure_names_the_request),
    check("TG-007", unavailable_can_be_retried),
    check("TG-241", message_text_survives, each=("Alté", "Itọju Eko", 'Fish & <Chips> "Live"', "ラゴスの真夜中")),
)
