"""Things that exist, for calls that need one: path values, bodies, and how to see whether they have changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from weakref import WeakKeyDictionary

from conformance.answer import Answer
from conformance.case import Case
from conformance.checks.tonegrid import wares
from conformance.judge import NotTested
from conformance.media import films
from conformance.multipart import File, Form
from conformance.session import Session

# One thing of each kind per run serves every operation that only reads.
_SHARED: WeakKeyDictionary[Session, dict[str, str]] = WeakKeyDictionary()

_PLACES = {
    "dsp_slug": "spotify",
    "asset_type": "square_motion",
}


class Place(dict[str, Any]):
    """Path values that also know which operation shows the thing."""

    reader = ""


def receivers(case: Case) -> list[str]:
    """Return the UUIDs of accounts that releases can be handed over to."""
    return [str(case.account("second-account")["account"])]


def statements(case: Case) -> list[str]:
    """Return the ids of royalty statements."""
    answer = case.given(case.call("listRoyaltyStatements"), 200)
    return [str(entry.get("id")) for entry in answer.items("/statements") if isinstance(entry, dict)]


def _release(case: Case) -> str:
    return wares.make_complete(case)


def _track(case: Case) -> str:
    return wares.make_track(case, wares.make_release(case))


def _artist(case: Case) -> str:
    return wares.make_artist(case)


def transfer(case: Case) -> str:
    """Offer a new release to the second account and return the transfer's UUID."""
    body = {"to_account_uuid": case.fact("receivers")[0], "releases": [wares.make_release(case)]}
    return wares.identity(case.given(case.call("createTransfer", json=body), 201), "/transfer/uuid")


def _webhook(case: Case) -> str:
    answer = wares.create_webhook(case, "webhook.test")
    uuid = wares.identity(answer, "/data/uuid")
    # Switched off at once: only 25 may be active, and reading or refusing does not need it to be.
    case.given(case.call("updateWebhook", path={"uuid": uuid}, json={"is_active": False}), 200)
    return uuid


def make_job(case: Case) -> str:
    """Push a release in as a precondition and return the UUID of its job."""
    body = {"title": case.ledger.name("ingested"), "tracks": [{"title": "Opening"}]}
    answer = case.given(case.call("ingestJson", json=body), 201)
    case.ledger.add(f"releases/{wares.identity(answer, '/data/release/uuid')}")
    return wares.identity(answer, "/data/ingestion_job_id")


def _tenant(case: Case) -> str:
    return wares.identity(make_tenant(case, "client"), "/data/uuid")


def make_tenant(case: Case, role: str, principal: str = "full") -> Answer:
    """Make a child tenant of the caller as a precondition."""
    slug = f"conformance-{case.ledger.digits(12)}"
    body = {"name": case.ledger.name("tenant"), "slug": slug, "tenant_role": role}
    return case.given(case.call("createClientTenant", json=body, principal=principal), 201)


def _statement(case: Case) -> str:
    return case.fact("statements")[0]


def _tenant_statement(case: Case) -> str:
    return wares.identity(case.given(case.call("listTenantStatements"), 200), "/data/0/uuid")


def _key(case: Case) -> str:
    return str(case.account("full")["id"])


# The beginning of a path, what its identifier names, and the operation that shows it.
_KINDS: tuple[tuple[str, str, Callable[[Case], str], str], ...] = (
    ("/releases/{uuid}", "uuid", _release, "getRelease"),
    ("/supply-chain/releases/{uuid}", "uuid", _release, "getReleaseSupplyChainConfig"),
    ("/tracks/{uuid}", "uuid", _track, "getTrack"),
    ("/artists/{uuid}", "uuid", _artist, "getArtist"),
    ("/transfers/{uuid}", "uuid", transfer, "getTransfer"),
    ("/webhooks/{uuid}", "uuid", _webhook, "listWebhookDeliveries"),
    ("/ingestion/jobs/{uuid}", "uuid", make_job, "getIngestionJob"),
    ("/tenants/clients/{uuid}", "uuid", _tenant, "getTenantUsage"),
    ("/royalties/statements/{id}", "id", _statement, "getRoyaltyStatement"),
    ("/finance/statements/{uuid}", "uuid", _tenant_statement, "listTenantStatements"),
    ("/api-keys/{id}", "id", _key, "listSupplyChainDsps"),
)


def sample(case: Case, operation: str, shared: bool = False) -> Mapping[str, Any]:
    """Return path values of things that exist, made for the purpose where the operation writes, unless `shared`."""
    promise = case.contract.operations[operation]
    place = Place({name: value for name, value in _PLACES.items() if f"{{{name}}}" in promise.path})
    for start, member, make, reader in _KINDS:
        if promise.path.startswith(start):
            place[member] = _shared(case, start, make) if shared or promise.method == "GET" else make(case)
            place.reader = reader
    return place


def shared(case: Case, operation: str) -> Mapping[str, Any]:
    """Return path values for calls that must be refused: they may all be aimed at one and the same thing."""
    return sample(case, operation, shared=True)


def _shared(case: Case, kind: str, make: Callable[[Case], str]) -> str:
    if case.is_read_only and kind.endswith("releases/{uuid}"):
        found = case.given(case.call("listReleases"), 200).at("/data/0/uuid")
        if not isinstance(found, str):
            raise NotTested("a read-only run needs at least one release on the target")
        return found
    known = _SHARED.setdefault(case.session, {})
    if kind not in known:
        known[kind] = make(case)
    return known[kind]


def show(case: Case, path: Mapping[str, Any]) -> Answer:
    """Read the thing that path values of `sample` lead to."""
    reader = path.reader if isinstance(path, Place) else "listReleases"
    names = {parameter.name for parameter in case.contract.operations[reader].in_place("path")}
    return case.call(reader, path={name: value for name, value in path.items() if name in names})


_FORMS = {
    "uploadReleaseArtwork": Form((("artwork", File("cover.png", b"\x89PNG", "image/png")),)),
    "uploadTrackAudio": Form((("audio", File("master.wav", b"RIFF", "audio/wav")),)),
    "ingestDdex": Form((("ddex_xml", File("message.xml", b"<a/>", "application/xml")),)),
    "ingestCsv": Form((("releases_csv", File("list.csv", b"title,track_title\nA,B\n", "text/csv")),)),
    "uploadAnimatedArtwork": Form((("asset", File("cover.mp4", films.mp4(), "video/mp4")),)),
}


def body(case: Case, operation: str, path: Mapping[str, Any]) -> Any:
    """Return a body as the document shows one."""
    if operation in _FORMS:
        return _FORMS[operation]
    media = case.contract.operations[operation].body["application/json"]
    return next(iter(media.examples.values()))
