"""PR-070 to PR-076 and PR-106: the cover image."""

from __future__ import annotations

import hashlib
import re
from urllib.parse import urlsplit

from conformance import judge
from conformance.answer import Answer
from conformance.case import Case
from conformance.check import check
from conformance.checks.products import wares
from conformance.judge import NotTested
from conformance.pointer import MISSING
from conformance.properties import jsonapi
from conformance.properties.readback import unchanged

_PATH = re.compile(r".*/storage/covers/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\.(jpg|png)")
IMAGES = {"jpeg": wares.jpeg(), "png": wares.png(200, 30, 40)}


def md5(image: bytes) -> str:
    """Return the digest that front-cover-md5 shows."""
    return hashlib.md5(image, usedforsecurity=False).hexdigest()


def _with_cover(case: Case, image: bytes) -> Answer:
    answer = wares.create(case, wares.body(case, {"front-cover": wares.data_uri(image)}))
    judge.status(answer, 201)
    return answer


def cover_becomes_an_address(case: Case, kind: str) -> None:
    """A cover that was sent comes back as an address and is never echoed."""
    created = _with_cover(case, IMAGES[kind])
    for answer in (created, wares.read(case, str(created.at("/data/id")))):
        url = answer.at("/data/attributes/cover-url")
        judge.that(isinstance(url, str) and urlsplit(url).scheme, "cover-url is no address", answer, received=url)
        echoed = answer.at("/data/attributes/front-cover")
        judge.that(echoed is MISSING, "front-cover is echoed", answer, expected="(absent)", received=echoed)


def cover_by_update(case: Case) -> None:
    """An update takes a cover too."""
    id = wares.make(case)
    answer = wares.update(case, id, {"front-cover": wares.data_uri(IMAGES["png"])})
    judge.status(answer, 200)
    url = answer.at("/data/attributes/cover-url")
    judge.that(isinstance(url, str), "cover-url is no address", answer, received=url)


def cover_address_has_its_form(case: Case, kind: str) -> None:
    """cover-url ends in /storage/covers/, a UUID and the image's extension."""
    answer = _with_cover(case, IMAGES[kind])
    url = str(answer.at("/data/attributes/cover-url"))
    expected = "<host>/storage/covers/<uuid>.<jpg|png>"
    judge.that(
        _PATH.fullmatch(urlsplit(url).path), "cover-url has another form", answer, expected=expected, received=url
    )


def hash_is_of_the_bytes(case: Case, kind: str) -> None:
    """front-cover-md5 is the MD5 of the image; right after the write it may still be null."""
    image = IMAGES[kind]
    created = _with_cover(case, image)
    at_once = created.at("/data/attributes/front-cover-md5")
    judge.among("front-cover-md5 right after the write", (md5(image), None), at_once, created)
    again = wares.read(case, str(created.at("/data/id")))
    judge.equal("front-cover-md5", md5(image), again.at("/data/attributes/front-cover-md5"), again)


def no_cover_no_address(case: Case) -> None:
    """Without a cover both cover members are null."""
    created = wares.create(case, wares.body(case))
    judge.status(created, 201)
    for answer in (created, wares.read(case, str(created.at("/data/id")))):
        for name in ("cover-url", "front-cover-md5"):
            judge.equal(name, None, answer.at(f"/data/attributes/{name}"), answer)


def new_cover_replaces(case: Case) -> None:
    """A second cover has another address and another hash."""
    id = wares.make(case)
    seen = []
    for image in (wares.png(10, 0, 0), wares.png(0, 10, 0)):
        judge.status(wares.update(case, id, {"front-cover": wares.data_uri(image)}), 200)
        answer = wares.read(case, id)
        seen.append(answer.at("/data/attributes/cover-url"))
        judge.equal("front-cover-md5", md5(image), answer.at("/data/attributes/front-cover-md5"), answer)
    judge.that(seen[0] != seen[1], "both covers have one address", answer, received=seen[0])


def no_image_is_refused(case: Case, text: str) -> None:
    """Text that is no base64 image is refused by an update and changes nothing."""
    id = wares.make(case)
    with unchanged(lambda: wares.read(case, id)):
        answer = wares.update(case, id, {"front-cover": text})
        jsonapi.refused_at(answer, 422, "/data/attributes/front-cover")


def server_attributes_cannot_be_written(case: Case) -> None:
    """Attributes that only the server sets are not taken from a client."""
    created = wares.made(case)
    id = str(created.at("/data/id"))
    forged = {
        "cover-url": "https://example.org/storage/covers/00000000-0000-4000-8000-000000000000.jpg",
        "front-cover-md5": "0" * 32,
        "createdAt": "2001-01-01T00:00:00.000000Z",
        "updatedAt": "2001-01-01T00:00:00.000000Z",
    }
    name = case.ledger.name("forged")
    plain = case.ledger.name("plain")
    wares.update(case, id, {"name": plain})
    if wares.read(case, id).at("/data/attributes/name") != plain:
        raise NotTested("could not be set up: an update of the name is not read back")
    answer = wares.update(case, id, {"name": name, **forged})
    again = wares.read(case, id)
    judge.status(answer, 200)
    for member, value in forged.items():
        for told in (answer, again):
            shown = told.at(f"/data/attributes/{member}")
            judge.that(shown != value, f"{member} was taken from the client", told, received=shown)
    judge.equal("name", name, again.at("/data/attributes/name"), again)
    judge.equal("createdAt", created.at("/data/attributes/createdAt"), again.at("/data/attributes/createdAt"), again)


def server_attributes_are_ignored_on_create(case: Case) -> None:
    """A create does not take them either."""
    forged = {"createdAt": "2001-01-01T00:00:00.000000Z", "front-cover-md5": "0" * 32}
    answer = wares.create(case, wares.body(case, forged))
    judge.status(answer, 201)
    for member, value in forged.items():
        shown = answer.at(f"/data/attributes/{member}")
        judge.that(shown != value, f"{member} was taken from the client", answer, received=shown)


def cover_can_be_fetched(case: Case, kind: str) -> None:
    """The address gives the very bytes that were sent."""
    answer = _with_cover(case, IMAGES[kind])
    image = case.follow(answer.at("/data/attributes/cover-url"), principal=None, anywhere=True)
    judge.status(image, 200)
    judge.equal("the MD5 of the fetched bytes", md5(IMAGES[kind]), md5(image.content), image)
    judge.equal("the media type of the image", f"image/{kind}", image.exchange.media_type, image)


_BAD_IMAGES = (
    "hello",
    "data:image/png;base64,@@@@",
    "data:image/png;base64,aGVsbG8=",
    "data:text/plain;base64,aGVsbG8=",
)
CHECKS = (
    check("PR-070", cover_becomes_an_address, each=tuple(IMAGES)),
    check("PR-070", cover_by_update),
    check("PR-071", cover_address_has_its_form, each=tuple(IMAGES)),
    check("PR-072", hash_is_of_the_bytes, each=tuple(IMAGES)),
    check("PR-073", no_cover_no_address),
    check("PR-074", new_cover_replaces),
    check("PR-075", no_image_is_refused, each=_BAD_IMAGES),
    check("PR-076", server_attributes_cannot_be_written),
    check("PR-076", server_attributes_are_ignored_on_create),
    check("PR-106", cover_can_be_fetched, each=tuple(IMAGES)),
)
