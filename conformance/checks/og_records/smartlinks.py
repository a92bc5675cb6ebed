"""OG-110 to OG-117: link pages with pre-save, their public view and their figures."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from conformance import judge
from conformance.answer import Answer
from conformance.case import Case
from conformance.check import check
from conformance.checks.og_records import wares
from conformance.checks.og_records.refusing import refused

_PRESAVE = {"enabled": True, "release_date": "2099-04-17", "dsps": ["spotify"]}
_PUBLIC = {"slug", "title", "artist_name", "cover_url", "release_date", "destinations", "presave"}
_SECRETIVE = ("id", "account", "owner", "email", "key", "stats", "clicks", "conversions", "release_id")


def stats(case: Case, id: Any, principal: str | None = "full") -> Answer:
    """Read the figures of a smart link."""
    return case.call("getSmartlinkStats", path={"id": id}, principal=principal)


def created_with_its_presave(case: Case) -> None:
    """A smart link is made together with its pre-save, which comes back and stands in the public view."""
    body = wares.new_smartlink(case, wares.release(case, title="Harbour Lights"), presave=_PRESAVE)
    answer = case.call("createSmartlink", json=body)
    judge.that(answer.is_success, "the smart link is refused", answer, expected="2xx", received=answer.status)
    for name, value in body.items():
        judge.equal(name, value, answer.at(f"/{name}"), answer)
    public = wares.view(case, answer.at("/slug"))
    judge.status(public, 200)
    judge.equal("the pre-save in the public view", _PRESAVE, public.at("/presave"), public)
    judge.equal("the title in the public view", "Harbour Lights", public.at("/title"), public)


def presave_may_be_left_out(case: Case) -> None:
    """Without a pre-save it is off, and the public view shows the destinations."""
    answer = wares.smartlink(case)
    judge.equal("presave/enabled", False, answer.at("/presave/enabled"), answer)
    public = wares.view(case, answer.at("/slug"))
    judge.equal("the destinations", answer.at("/destinations"), public.at("/destinations"), public)


def presave_takes_what_is_known(case: Case) -> None:
    """A pre-save without date and services has those of the release and of the destinations."""
    release = wares.release(case, release_date="2099-05-01")
    answer = wares.made(case, "createSmartlink", wares.new_smartlink(case, release, presave={}))
    expected = {"enabled": True, "release_date": "2099-05-01", "dsps": ["spotify", "apple_music"]}
    judge.equal("presave", expected, answer.at("/presave"), answer)


def presave_needs_a_date(case: Case) -> None:
    """An enabled pre-save of a release without a date is refused where it brings none, and makes no link."""
    body = wares.new_smartlink(case, wares.release(case), presave={"enabled": True, "dsps": ["spotify"]})
    refused(case.call("createSmartlink", json=body), 422)
    refused(wares.view(case, body["slug"]), 404)


def slug_comes_from_the_title(case: Case) -> None:
    """Without a slug one is made, another for each link, and it leads to the public view."""
    release = wares.release(case)
    answers = [wares.made(case, "createSmartlink", {"release_id": release}) for _ in range(2)]
    slugs = [answer.at("/slug") for answer in answers]
    judge.that(slugs[0] != slugs[1], "both links have one slug", answers[1], received=slugs)
    for slug in slugs:
        judge.status(wares.view(case, slug), 200)


def address_leads_to_the_view(case: Case) -> None:
    """The link's url leads to its public view."""
    answer = wares.smartlink(case)
    found = case.follow(answer.at("/url"), principal=None, anywhere=True)
    judge.status(found, 200)
    judge.equal("slug", answer.at("/slug"), found.at("/slug"), found)


def foreign_release_gets_no_link(case: Case) -> None:
    """A release of another account, or none, gets no smart link."""
    body = wares.new_smartlink(case, wares.release(case))
    foreign = case.call("createSmartlink", json=body, principal="second-account")
    refused(foreign)
    nowhere = case.call("createSmartlink", json={**body, "release_id": wares.NO_ID}, principal="second-account")
    judge.equal("the status for a foreign release and for none", nowhere.status, foreign.status, foreign)
    refused(wares.view(case, body["slug"]), 404)


def anybody_may_look(case: Case, principal: str | None) -> None:
    """The public view is the same without a credential, with a bad one and with another account's."""
    slug = wares.smartlink(case).at("/slug")
    expected = wares.view(case, slug)
    judge.status(expected, 200)
    headers: dict[str, str | None] = {"X-API-Key": "conformance-no-such-key"} if principal is None else {}
    answer = case.call("getSmartlinkPublic", path={"slug": slug}, headers=headers, principal=principal)
    judge.status(answer, 200)
    judge.equal("the view", expected.json, answer.json, answer)


def found_by_slug_alone(case: Case) -> None:
    """The public view is found by slug and not by id."""
    answer = wares.smartlink(case)
    judge.status(wares.view(case, answer.at("/slug")), 200)
    refused(wares.view(case, answer.at("/id")), 404)


def stats_need_a_credential(case: Case) -> None:
    """The figures need a credential and are found by id, not by slug."""
    link = wares.smartlink(case)
    refused(stats(case, link.at("/id"), principal=None))
    judge.status(stats(case, link.at("/id")), 200)
    refused(stats(case, link.at("/slug")), 404)


def stats_need_their_scope(case: Case) -> None:
    """The figures are shown to a key that may read smart links."""
    key = wares.mint(case, ["smartlinks:read"])["name"]
    judge.status(stats(case, wares.smartlink(case).at("/id"), principal=key), 200)


def stats_are_the_owners(case: Case) -> None:
    """Another account does not find the figures."""
    refused(stats(case, wares.smartlink(case).at("/id"), principal="second-account"), 404)


def figures_add_up(case: Case) -> None:
    """Conversions, clicks and the distribution are there; the services' clicks are all clicks, the shares all."""
    link = wares.smartlink(case)
    empty = stats(case, link.at("/id"))
    judge.status(empty, 200)
    judge.equal("the clicks of a new link", 0, empty.at("/clicks"), empty)
    for dsp in ("spotify", "spotify", "apple_music", ""):
        judge.status(wares.view(case, link.at("/slug"), **({"dsp": dsp} if dsp else {})), 200)
    answer = stats(case, link.at("/id"))
    judge.equal("clicks", 4, answer.at("/clicks"), answer)
    conversions, parts = answer.at("/conversions"), answer.items("/dsp_distribution")
    fits = isinstance(conversions, int) and 3 <= conversions <= 4
    judge.that(fits, "the visits with a service are no conversions", answer, expected="3 or 4", received=conversions)
    judge.equal("the clicks of all services", 4, sum(part.get("clicks", 0) for part in parts), answer)
    whole = round(sum(part.get("share", 0) for part in parts), 6)
    judge.equal("the shares together", 1.0, float(whole), answer)
    clicks = {part.get("dsp"): part.get("clicks", 0) for part in parts}
    judge.that(clicks.get("spotify", 0) >= 2, "the clicks of a service are lost", answer, received=clicks)


def links_have_figures_of_their_own(case: Case) -> None:
    """A visit of one link is no click of another, and looking at the figures is none."""
    first, second = wares.smartlink(case), wares.smartlink(case)
    judge.status(wares.view(case, first.at("/slug")), 200)
    for expected, link in ((1, first), (0, second), (1, first)):
        answer = stats(case, link.at("/id"))
        judge.equal("clicks", expected, answer.at("/clicks"), answer)


def slug_is_unique(case: Case, principal: str) -> None:
    """A slug that is taken is refused, to the same account and to others, and the first link stays."""
    link = wares.smartlink(case)
    before = wares.view(case, link.at("/slug"))
    body = wares.new_smartlink(case, wares.release(case, principal), slug=link.at("/slug"), destinations=[])
    refused(case.call("createSmartlink", json=body, principal=principal), 409, 422)
    after = wares.view(case, link.at("/slug"))
    judge.equal("the view of the first link", before.json, after.json, after)


def view_shows_no_more(case: Case) -> None:
    """The public view has what a visitor needs and no owner, id, figures, key or e-mail."""
    public = wares.view(case, wares.smartlink(case, presave=_PRESAVE).at("/slug"))
    names = set(public.json if isinstance(public.json, dict) else {})
    judge.equal("further members", [], sorted(names - _PUBLIC), public)
    text = public.content.decode("utf-8", "replace")
    shown = [name for name in _SECRETIVE if f'"{name}"' in text]
    judge.equal("members that are nobody's business", [], shown, public)


def presave_gives_way(case: Case) -> None:
    """Pre-save is offered until the release date; from that day on the destinations are."""
    with case.own_sandbox(world="empty") as inside:
        today = date.fromisoformat(str(inside.control.get("/clock")["now"])[:10])
        day = str(today + timedelta(days=3))
        release = wares.release(inside, release_date=day)
        link = wares.made(inside, "createSmartlink", wares.new_smartlink(inside, release, presave={}))
        for by, is_offered in (("PT0S", True), ("P2D", True), ("P1D", False), ("P30D", False)):
            inside.control.advance(by)
            public = wares.view(inside, link.at("/slug"))
            judge.equal("presave/enabled", is_offered, public.at("/presave/enabled"), public)
            judge.equal("the destinations", [] if is_offered else link.at("/destinations"), public.at("/destinations"))


def unknown_slug_is_not_found(case: Case, slug: str) -> None:
    """A slug that nobody has is 404."""
    refused(wares.view(case, slug), 404)


_SECOND = ("second-account",)
CHECKS = (
    check("OG-110", created_with_its_presave),
    check("OG-110", presave_may_be_left_out),
    check("OG-110", presave_takes_what_is_known),
    check("OG-110", presave_needs_a_date),
    check("OG-110", slug_comes_from_the_title),
    check("OG-110", address_leads_to_the_view),
    check("OG-110", foreign_release_gets_no_link, needs=_SECOND, required=False),
    check("OG-111", anybody_may_look, each=(None, "full")),
    check(
        "OG-111", anybody_may_look, each=("second-account",), needs=_SECOND, required=False, name="strangers_may_look"
    ),
    check("OG-111", found_by_slug_alone),
    check("OG-112", stats_need_a_credential),
    check("OG-112", stats_need_their_scope, needs=("control",), required=False),
    check("OG-112", stats_are_the_owners, needs=_SECOND, required=False),
    check("OG-113", figures_add_up),
    check("OG-113", links_have_figures_of_their_own),
    check("OG-114", slug_is_unique, each=("full",)),
    check(
        "OG-114", slug_is_unique, each=("second-account",), needs=_SECOND, required=False, name="slug_is_unique_to_all"
    ),
    check("OG-115", view_shows_no_more),
    check("OG-116", presave_gives_way),
    check("OG-117", unknown_slug_is_not_found, each=("conformance-nope", "nope", "0")),
)
