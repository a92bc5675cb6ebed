"""TG-169 to TG-174 and TG-187: subscriptions, their secrets and what can be subscribed to."""

from __future__ import annotations

from typing import Any

from conformance import judge
from conformance.answer import Answer
from conformance.case import Case
from conformance.check import check
from conformance.checks.tonegrid import parcels, wares
from conformance.pointer import MISSING
from conformance.properties.webhooks import receiving

_CAP = 25
_LIMIT = "Webhook subscription limit (25) reached."
_EVENTS = (
    *("release.created", "release.submitted", "release.dsp.spotify.submitted", "release.dsp.spotify.accepted"),
    *("release.dsp.spotify.live", "release.dsp.applemusic.live", "release.dsp.youtubemusic.live"),
    *("ingestion.received", "ingestion.accepted", "ingestion.rejected", "royalty_statement.ready"),
)
_WILDCARDS = ("*", "release.dsp.*.live", "release.dsp.spotify.*", "ingestion.*")
_STAGES = (
    *("submitted", "accepted", "rejected", "live", "taken_down", "failed"),
    *("update_submitted", "updated", "takedown_submitted"),
)


def update(case: Case, webhook: str, **members: Any) -> Answer:
    """Send PUT /webhooks/{uuid}."""
    return case.call("updateWebhook", path={"uuid": webhook}, json=members)


def secret_is_shown_once(case: Case) -> None:
    """Creation shows the secret and how it begins; no later answer shows the secret."""
    answer = wares.create_webhook(case, "webhook.test")
    secret, prefix = answer.at("/data/secret"), answer.at("/data/secret_prefix")
    right = isinstance(secret, str) and secret.startswith("tgwhsec_") and len(secret) > 20
    judge.that(right, "the secret is no secret", answer, expected="tgwhsec_…", received=secret)
    begins = isinstance(prefix, str) and len(prefix) < len(secret) and secret.startswith(prefix)
    judge.that(begins, "secret_prefix is not how the secret begins", answer, expected=secret, received=prefix)
    message = "Webhook created. Store the secret now — it will not be shown again."
    judge.equal("message", message, answer.at("/message"), answer)
    webhook = str(answer.at("/data/uuid"))
    path = {"uuid": webhook}
    later = [
        update(case, webhook, description="changed"),
        case.call("testWebhook", path=path),
        case.call("listWebhookDeliveries", path=path),
        update(case, webhook, is_active=False),
    ]
    for shown in later:
        judge.that(shown.is_success, "the call is refused", shown, expected="2xx", received=shown.status)
        judge.that(str(secret).encode() not in shown.content, "the secret is shown again", shown)
        judge.equal("data.secret", MISSING, shown.at("/data/secret"), shown)


def secrets_differ(case: Case) -> None:
    """Each subscription has a secret of its own."""
    first, second = wares.create_webhook(case), wares.create_webhook(case)
    judge.that(first.at("/data/secret") != second.at("/data/secret"), "two subscriptions share a secret", second)


def what_is_sent_is_kept(case: Case) -> None:
    """Name, address, events and description come back; a new subscription is active."""
    body = {**wares.webhook_body(case, "release.dsp.*.live", "ingestion.*"), "description": "For our backend."}
    answer = case.call("createWebhook", json=body)
    judge.status(answer, 201)
    case.ledger.add(f"webhooks/{answer.at('/data/uuid')}")
    for name, value in {**body, "is_active": True}.items():
        if name != "description" or answer.at("/data/description") is not MISSING:
            judge.equal(name, value, answer.at(f"/data/{name}"), answer)
    changed = update(case, str(answer.at("/data/uuid")), events=["webhook.test"], is_active=False)
    judge.status(changed, 200)
    for name, value in (("events", ["webhook.test"]), ("is_active", False), ("url", body["url"])):
        judge.equal(name, value, changed.at(f"/data/{name}"), changed)


def twenty_five_are_enough(case: Case) -> None:
    """25 active subscriptions are accepted and the 26th is refused; one that is switched off makes room."""
    with case.own_sandbox(world="empty") as inside:
        made = [str(wares.create_webhook(inside).at("/data/uuid")) for _ in range(_CAP)]
        wares.refused(inside.call("createWebhook", json=wares.webhook_body(inside)), 409, _LIMIT)
        inside.given(update(inside, made[0], is_active=False), 200)
        answer = inside.call("createWebhook", json=wares.webhook_body(inside))
        judge.status(answer, 201)
        wares.refused(inside.call("createWebhook", json=wares.webhook_body(inside)), 409, _LIMIT)
        wares.refused(update(inside, made[0], is_active=True), 409, _LIMIT)
        judge.status(update(inside, made[1], description="an active one can still change"), 200)


def cap_is_per_tenant(case: Case) -> None:
    """One tenant's subscriptions take no room from another."""
    with case.own_sandbox(world="empty") as inside:
        for _ in range(_CAP):
            wares.create_webhook(inside)
        answer = inside.call("createWebhook", json=wares.webhook_body(inside), principal="second-account")
        judge.status(answer, 201)


def unknown_event_is_refused(case: Case, events: tuple[str, ...]) -> None:
    """Events that do not exist are refused, each by its name, on creation and on update."""
    unknown = [event for event in events if event != "release.created"]
    webhook = str(wares.create_webhook(case, "webhook.test").at("/data/uuid"))
    for answer in (
        case.call("createWebhook", json=wares.webhook_body(case, *events)),
        update(case, webhook, events=list(events)),
    ):
        wares.refused(answer, 422)
        error = str(answer.at("/error"))
        named = error.startswith("Unknown event pattern(s):") and all(event in error for event in unknown)
        judge.that(named, "error does not name the events", answer, expected=unknown, received=error)
        expected = [f"Unknown event pattern: {event}" for event in unknown]
        judge.equal("errors.events", expected, answer.at("/errors/events"), answer)


def no_events_are_refused(case: Case) -> None:
    """A subscription to nothing is refused."""
    wares.invalid(case.call("createWebhook", json={**wares.webhook_body(case), "events": []}), "events")


def _received(case: Case, *patterns: str) -> list[str]:
    """Let a release go live in two stores and return the events that a subscription to some patterns received."""
    with receiving(case) as receiver:
        case.given(case.call("createWebhook", json=wares.webhook_body(case, *patterns, url=receiver.url)), 201)
        wares.make_live(case, "spotify", "deezer")
        body = {"title": case.ledger.name("ingested"), "tracks": [{"title": "Opening"}]}
        case.given(case.call("ingestJson", json=body), 201)
        return sorted(parcels.carry(case, receiver))


_TOLD = {
    "release.dsp.*.live": {"release.dsp.spotify.live", "release.dsp.deezer.live"},
    "release.dsp.spotify.*": {f"release.dsp.spotify.{stage}" for stage in ("submitted", "accepted", "live")},
    "release.dsp.spotify.live": {"release.dsp.spotify.live"},
    "release.*": {"release.created", "release.submitted"},
}


def star_stands_for_one_segment(case: Case, pattern: str) -> None:
    """A star within a pattern stands for exactly one segment."""
    with case.own_sandbox(world="empty") as inside:
        found = set(_received(inside, pattern))
        judge.equal("the events", sorted(_TOLD[pattern]), sorted(found))


def lone_star_is_everything(case: Case) -> None:
    """A lone star receives everything that happens."""
    with case.own_sandbox(world="empty") as inside:
        found = set(_received(inside, "*"))
        missed = sorted({*_TOLD["release.*"], *_TOLD["release.dsp.spotify.*"], "ingestion.accepted"} - found)
        judge.equal("the events that were missed", [], missed)


def catalogue_has_what_is_documented(case: Case) -> None:
    """The catalogue has the documented events and says what the documented wildcards mean."""
    answer = case.call("listWebhookEventTypes")
    judge.status(answer, 200)
    events, wildcards = answer.items("/data/events"), answer.at("/data/wildcards")
    judge.equal("the events that are missing", [], sorted(set(_EVENTS) - set(map(str, events))), answer)
    judge.that(isinstance(wildcards, dict), "wildcards is no map", answer, received=wildcards)
    for name in _WILDCARDS:
        text = wildcards.get(name)
        judge.that(isinstance(text, str) and text, f"{name} is not explained", answer, received=text)


def documented_names_are_taken(case: Case) -> None:
    """Everything that the catalogue lists can be subscribed to, wildcards too."""
    answer = case.given(case.call("listWebhookEventTypes"), 200)
    names = [*answer.items("/data/events"), *answer.at("/data/wildcards")]
    body = wares.webhook_body(case, *map(str, names))
    created = case.call("createWebhook", json=body)
    judge.status(created, 201)
    case.ledger.add(f"webhooks/{created.at('/data/uuid')}")
    judge.equal("events", body["events"], created.at("/data/events"), created)


def stage_can_be_subscribed_to(case: Case, stage: str) -> None:
    """Each stage of a store's pipeline is an event."""
    events = (f"release.dsp.spotify.{stage}", f"release.dsp.*.{stage}")
    answer = case.call("createWebhook", json=wares.webhook_body(case, *events))
    judge.status(answer, 201)
    webhook = str(answer.at("/data/uuid"))
    case.ledger.add(f"webhooks/{webhook}")
    update(case, webhook, is_active=False)


def other_stages_do_not_exist(case: Case, stage: str) -> None:
    """Nothing else is a stage."""
    answer = case.call("createWebhook", json=wares.webhook_body(case, f"release.dsp.spotify.{stage}"))
    wares.refused(answer, 422)


def inactive_receives_nothing(case: Case) -> None:
    """A subscription that is switched off receives nothing, and everything again once it is switched on."""
    with case.own_sandbox(world="empty") as inside, receiving(inside) as receiver:
        answer = inside.given(inside.call("createWebhook", json=wares.webhook_body(inside, url=receiver.url)), 201)
        webhook = str(answer.at("/data/uuid"))
        inside.given(update(inside, webhook, is_active=False), 200)
        wares.make_release(inside)
        judge.equal("the events while off", [], parcels.carry(inside, receiver))
        inside.given(update(inside, webhook, is_active=True), 200)
        wares.make_release(inside)
        judge.equal("the events while on", ["release.created"], parcels.carry(inside, receiver))


_UNKNOWN = (
    ("release.dsp.spotify.totallyfake",),
    ("release.dsp.nosuchdsp.live",),
    ("nope.*", "release.created", "also.nope"),
    ("release.dsp.*",),
)
CHECKS = (
    check("TG-169", secret_is_shown_once),
    check("TG-169", secrets_differ),
    check("TG-169", what_is_sent_is_kept),
    check("TG-170", twenty_five_are_enough, needs=("control",)),
    check("TG-170", cap_is_per_tenant, needs=("control", "second-account")),
    check("TG-171", unknown_event_is_refused, each=_UNKNOWN[:3]),
    check("TG-171", no_events_are_refused),
    check("TG-172", star_stands_for_one_segment, each=tuple(_TOLD)),
    check("TG-172", lone_star_is_everything),
    check("TG-172", unknown_event_is_refused, each=_UNKNOWN[3:], name="pattern_without_a_match_is_refused"),
    check("TG-173", catalogue_has_what_is_documented),
    check("TG-173", documented_names_are_taken),
    check("TG-174", stage_can_be_subscribed_to, each=_STAGES),
    check("TG-174", other_stages_do_not_exist, each=("pending", "Live", "error")),
    check("TG-187", inactive_receives_nothing),
)
