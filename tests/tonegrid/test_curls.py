"""Every curl call that the document prints, sent as it stands there to a world that has what the call needs."""

from __future__ import annotations

import json
import os
import re
import shlex
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import TestResponse

from mockserver.media.sounds import wav
from specs import open_book

_NAME = "001_e1923062f0106022.txt"
_NAMED = os.environ.get("SOUNDCHECK_DOCUMENTS")  # noqa: TID251 - where a tester keeps the documents
_FILE = (Path(_NAMED) if _NAMED else Path(__file__).parents[3] / "shared" / "documents") / _NAME
_JWT = "eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9"
# What no call may be sent with: the signs of a placeholder that nobody has filled.
_LEFT = re.compile(r"[$…{}]uuid|\$|…|\.\.\.|<access_token>|your_client|tgk_\.")
_UUID = "a1b2c3d4-e5f6-7890-abcd-ef1234567890"
BOOK = open_book("tonegrid")

# What looks like curl and is no call, by what stands around it.
PROSE = ("copy-paste curl recipe", "Barecurlin shell loops")
# Calls that contradict themselves or the text around them, by line, with the reason and the reading.
READ_OTHERWISE = {
    88: "the & of an address without quotes would end the command in a shell; it is read as a part of the address",
}


@dataclass(frozen=True)
class Curl:
    """One call of the document: the line it begins on, its words, what they mean, and the answer printed below."""

    line: int
    command: str
    method: str = ""
    url: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    body: str | None = None
    files: dict[str, str] = field(default_factory=dict)
    answer: Any = None

    @property
    def operation(self) -> str:
        """Return the id of the operation that is called; the sandbox has its paths below /api."""
        path = re.sub(r"^https://[^/]+(/api)?", "", self.url).partition("?")[0]
        match = BOOK.routes.match(path)
        assert match is not None, self
        return match.methods[self.method].id


# reading the document


def find_curls(text: str) -> Iterator[Curl]:
    """Yield every call; a command may begin and end in the middle of a line, glued to what is printed beside it."""
    for found in re.finditer(r'curl (?=-|"?https://)', text):
        command = command_at(text, found.start())
        answer = answer_at(text, found.start() + len(command))
        yield understood(text.count("\n", 0, found.start()) + 1, command, answer)


def command_at(text: str, start: int) -> str:
    """Return the command that begins at a place: up to the end of its line, a pipe, or what is glued to a quote."""
    quote, place = "", start
    while place < len(text):
        letter = text[place]
        if letter == quote:
            quote = ""
            if text[place + 1 : place + 2].strip():
                return text[start : place + 1]
        elif not quote and letter in "'\"":
            quote = letter
        elif not quote and (letter == "|" or (letter == "\n" and text[place - 1] != "\\")):
            break
        place += 1
    return text[start:place].rstrip().removesuffix("{")  # the brace opens the printed answer


def answer_at(text: str, place: int) -> Any:
    """Return the JSON object that is printed from a place on, comments left out; None where there is none."""
    try:
        return json.JSONDecoder().raw_decode(re.sub(r"/\*.*?\*/", "", text[place : place + 5000].lstrip()))[0]
    except ValueError:
        return None


def understood(line: int, command: str, answer: Any) -> Curl:
    """Return what the words of a command mean to curl; an unknown option is an error."""
    words = shlex.split(command.replace("\\\n", " "))
    facts: dict[str, Any] = {"headers": {}, "files": {}, "answer": answer}
    rest = iter(words[1:])
    for word in rest:
        match word:
            case "-X":
                facts["method"] = next(rest)
            case "-H":
                name, _, value = next(rest).partition(": ")
                facts["headers"][name] = value
            case "-d" | "--data" | "--data-binary":
                facts["body"] = next(rest)
            case "-F":
                name, _, value = next(rest).partition("=")
                facts["files"][name] = value
            case "-i" | "-O" | "-J":
                pass  # what is printed, and under which name it is saved
            case address if address.startswith("https://") and "url" not in facts:
                facts["url"] = address
            case _:
                raise ValueError(f"line {line}: {word!r} is not understood")
    facts.setdefault("method", "POST" if facts.get("body") or facts["files"] else "GET")
    return Curl(line, command, **facts)


TEXT = _FILE.read_text("utf-8") if _FILE.is_file() else ""
CURLS = list(find_curls(TEXT))
pytestmark = pytest.mark.skipif(
    not TEXT, reason="the documents are not on this machine; SOUNDCHECK_DOCUMENTS names them"
)


# what a call needs: what its placeholders stand for in a world, made for it

Values = dict[str, str]


def _nothing(room: Any) -> Values:
    return {}


def _draft(room: Any) -> Values:
    return dict.fromkeys((_UUID, "$UUID", "{uuid}"), room.ready("spotify", "apple-music"))


def _approved(room: Any) -> Values:
    """Bring a release through review; one of its stores is blocked, as in the sample of deliver."""
    release = room.approved("spotify", "apple-music", "boomplay", "tidal", "youtube-music")
    room.put(f"/supply-chain/releases/{release}/overrides/youtube-music", {"is_blocked": True})
    return dict.fromkeys((_UUID, "$UUID"), release)


def _live(room: Any) -> Values:
    return dict.fromkeys((_UUID, "$UUID"), room.live("spotify", "apple-music", "tidal", "boomplay", "deezer"))


def _track(room: Any) -> Values:
    track = room.get(f"/releases/{room.ready()}/tracks").json["tracks"][0]["uuid"]
    return dict.fromkeys(("t1t2t3t4-u5u6-7890-abcd-123456789012", "{uuid}"), track)


def _credited(room: Any) -> Values:
    """Put a writer in the place of each of the two dots."""
    roles = ('"…", "role":"composer_lyricist"', '"…", "role":"composer"')
    made = [room.post("/writers", {"name": name}).json["data"]["uuid"] for name in ("Ayo", "Tems")]
    return {**_track(room), **{role: role.replace("…", id) for role, id in zip(roles, made, strict=True)}}


def _artist(room: Any) -> Values:
    artist = room.post("/artists", {"name": "Davido"}).json["artist"]["uuid"]
    return dict.fromkeys(("ar1b2c3d-e5f6-7890-abcd-ef1234567890", "ar9z8y7x-w6v5-4321-dcba-fedcba987654"), artist)


def _offer(room: Any) -> Values:
    return {**_draft(room), "e5f6a7b8-c9d0-1234-efab-567890123456": room.account("second-account")}


def _received(room: Any) -> Values:
    body = {"to_account_uuid": room.account("full"), "releases": [room.create("second-account")]}
    return {
        "f6a7b8c9-d0e1-2345-fabc-678901234567": room.post("/transfers", body, "second-account").json["transfer"]["uuid"]
    }


def _client(room: Any) -> Values:
    client = room.credential("client")
    return {"your_client_id": client["client_id"], "your_client_secret": client["client_secret"]}


def _tokens(room: Any) -> Values:
    tokens = log_in(room)
    return {"def50200a1b2c3d4e5f6...": tokens["refresh_token"], f"{_JWT}...": tokens["access_token"]}


def log_in(room: Any) -> dict[str, Any]:
    client = room.credential("client")
    pair = {name: client[name] for name in ("client_id", "client_secret")}
    return dict(room.post("/auth/token", {"grant_type": "client_credentials", **pair}, None).json)


PREPARED: dict[str, Callable[[Any], Values]] = {
    operation: prepare
    for prepare, operations in {
        _nothing: "createRelease listReleases createArtist listArtists getAnalyticsSummary getAnalyticsByRelease"
        " getAnalyticsByTerritory getAnalyticsByDsp getRoyaltyBalance listRoyaltyStatements getRoyaltyStatement"
        " requestWithdrawal listDistributionDsps listDistributionTerritories createWebhook ingestJson ingestDdex"
        " listIngestionJobs listSupplyChainDsps createWriter createPublisher",
        _client: "issueAccessToken",
        _tokens: "refreshAccessToken revokeToken",
        _draft: "updateRelease submitRelease deleteRelease listReleaseTracks createTrack previewDdexMessage"
        " downloadDdexMessage validateDdexMessage setReleaseRights setReleaseLocalizations",
        _approved: "distributeRelease deliverRelease",
        _live: "getRelease getReleaseDistribution updateDistributionTerritories takedownRelease redeliverRelease"
        " listDdexDeliveries",
        _track: "getTrack updateTrack uploadTrackAudio deleteTrack",
        _credited: "replaceTrackWriters",
        _artist: "getArtist updateArtist",
        _offer: "createTransfer",
        _received: "listTransfers getTransfer acceptTransfer declineTransfer",
    }.items()
    for operation in operations.split()
}


# sending


def file_of(room: Any, path: str) -> bytes:
    """Return what stands in a file that the document's reader has."""
    match path.rpartition("/")[2]:
        case "release.json":  # the release that the document itself ingests
            told = next(
                curl for curl in CURLS if curl.operation == "ingestJson" and not (curl.body or "").startswith("@")
            )
            return str(told.body).encode()
        case "release-bundle.xml":
            return bytes(room.get(f"/releases/{room.ready('spotify')}/ddex/preview/spotify.xml").data)
        case "eclipse_master.wav":
            return wav(1, bits=24, sample_rate_hz=44_100)
    raise ValueError(f"nobody knows what stands in {path}")


def send(room: Any, curl: Curl) -> TestResponse:
    """Send a call to its own host, method, address, headers and body as they stand, placeholders filled."""
    values = {
        "<access_token>": log_in(room)["access_token"],
        "$TG_TOKEN": room.values["full"],
        "tgk_...": room.values["full"],
        "$(date +%s)": str(int(room.now.timestamp())),
        **PREPARED[curl.operation](room),
    }

    def filled(text: str) -> str:
        for placeholder, value in values.items():
            text = text.replace(placeholder, value)
        assert not _LEFT.search(text), f"line {curl.line}: a placeholder is left in {text}"
        return text

    host, path = re.fullmatch(r"(https://[^/]+)(/.*)", filled(curl.url)).groups()  # type: ignore[union-attr]
    headers = {"Accept": "*/*", **{name: filled(value) for name, value in curl.headers.items()}}
    parts: dict[str, Any] = {}
    if curl.files:
        assert all(text.startswith("@") for text in curl.files.values())
        named = {name: text[1:] for name, text in curl.files.items()}
        parts["data"] = {name: (BytesIO(file_of(room, path)), Path(path).name) for name, path in named.items()}
    elif curl.body is not None:
        headers.setdefault("Content-Type", "application/x-www-form-urlencoded")
        parts["data"] = file_of(room, curl.body[1:]) if curl.body.startswith("@") else filled(curl.body).encode()
    return room.ask(curl.method, path, None, prefix="", base_url=host, headers=headers, **parts)  # type: ignore[no-any-return]


# what is asked


def test_every_mention_of_curl_is_a_call_or_prose() -> None:
    assert all(TEXT.count(words) == 1 for words in PROSE)
    assert TEXT.lower().count("curl") == len(CURLS) + len(PROSE)
    assert len(CURLS) == 57


def test_every_call_that_a_shell_would_read_otherwise_is_listed() -> None:
    cut = set()
    for curl in CURLS:
        reader = shlex.shlex(curl.command, posix=True, punctuation_chars="&;<>()|")
        reader.whitespace_split = True
        if any(word in ("&", ";", "<", ">", "(", ")", "|") for word in reader):
            cut.add(curl.line)

    assert cut == READ_OTHERWISE.keys()


def test_nothing_is_prepared_for_a_call_that_is_not_there() -> None:
    assert {curl.operation for curl in CURLS} == PREPARED.keys()


def members(value: Any, place: str = "") -> Iterator[str]:
    """Yield the places of all members of a JSON value; the first entry of a list speaks for all."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield f"{place}/{name}"
            yield from members(inner, f"{place}/{name}")
    elif isinstance(value, list) and value:
        yield from members(value[0], f"{place}/0")


def test_the_answers_that_are_printed_below_the_calls_are_read() -> None:
    assert sum(1 for curl in CURLS if curl.answer) == 45


@pytest.mark.parametrize("curl", CURLS, ids=lambda curl: f"L{curl.line}-{curl.operation}")
def test_the_call_succeeds_as_it_is_printed(in_april: Any, curl: Curl) -> None:
    """With the success of its operation, and with every member of the sample that is printed below it."""
    answer = send(in_april, curl)

    assert answer.status_code == BOOK.operations[curl.operation].success_status(), answer.text
    if curl.answer:
        assert set(members(curl.answer)) - set(members(answer.json)) == set()
