"""YM-090 to YM-099: the composed home page."""

from __future__ import annotations

import re
from typing import Any

from conformance import judge
from conformance.answer import Answer
from conformance.case import Case
from conformance.check import check
from conformance.checks.yourmusic import people, signing
from conformance.checks.yourmusic.refusing import refused
from conformance.judge import NotApplicable
from conformance.pointer import MISSING

_INSTANT = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$")
_KEY = re.compile(r"^home\.[a-z_]+$")
_PAGE = ("id", "schema_version", "revision", "generated_at")
_MODULE = ("id", "type", "layout", "name_key", "name_params", "actions", "content_source")
_SOURCE = ("strategy", "strategy_version", "execution_mode")
_ITEM = ("id", "type", "name", "artwork_url", "track_id", "stream_url", "metadata")
_SAMPLES = {
    "featured-playlists": ("playlist_carousel", "horizontal_scroll", "editorial_manual"),
    "continue-listening": ("continue_listening", "list", "continue_listening"),
}


def guest(case: Case, slug: str | None = None) -> Answer:
    """Read the page as a guest of a tenant."""
    return case.call("getHomePage", headers={"X-Tenant": slug or signing.tenant(case)}, principal=None)


def user(case: Case, principal: str | None = None, **headers: str) -> Answer:
    """Read the page as a user."""
    return case.call("getHomePage", headers=headers, principal=principal or people.reader(case))


def _read(case: Case, who: str) -> Answer:
    answer = guest(case) if who == "guest" else user(case)
    judge.status(answer, 200)
    return answer


def _modules(answer: Answer) -> list[dict[str, Any]]:
    found = answer.at("/modules")
    judge.that(isinstance(found, list), "modules is no array", answer, received=found)
    return [module for module in answer.items("/modules") if isinstance(module, dict)]


def works_either_way(case: Case, who: str) -> None:
    """The page is served to a guest who names a tenant and to a user who names none."""
    judge.that(_modules(_read(case, who)) is not None, "there is no page")


def guest_names_a_tenant(case: Case) -> None:
    """A guest who names no tenant is refused."""
    answer = case.call("getHomePage", principal=None)
    refused(answer)
    judge.that(answer.at("/modules") is MISSING, "a refusal carries modules", answer)


def guests_see_their_tenant(case: Case) -> None:
    """Two tenants' guests get two pages."""
    mine, theirs = guest(case), guest(case, signing.tenant(case, 1))
    judge.status(theirs, 200)
    ids = [_item_ids(answer) for answer in (mine, theirs)]
    if not ids[0] or not ids[1]:
        raise NotApplicable("one of the two tenants features nothing")
    judge.that(not ids[0] & ids[1], "two tenants feature the same items", theirs, received=sorted(ids[0] & ids[1]))


def _item_ids(answer: Answer) -> set[str]:
    return {str(item.get("id")) for module in _modules(answer) for item in module.get("items") or []}


def tenant_comes_from_the_user(case: Case, named: str) -> None:
    """X-Tenant is ignored for a user: the page is that of the user's own tenant."""
    slug = signing.tenant(case, 1) if named == "another" else "conformance-no-such-tenant"
    own, answer = user(case), user(case, **{"X-Tenant": slug})
    judge.status(answer, 200)
    judge.equal("the modules", own.at("/modules"), answer.at("/modules"), answer)


def bad_token_is_refused(case: Case, kind: str) -> None:
    """A bad token is 401 INVALID_AUTH_TOKEN, with a good X-Tenant and without; there is no guest's page."""
    for headers in ({"X-Tenant": signing.tenant(case)}, {}):
        if kind == "garbage":
            sent = {**headers, **people.bearer("conformance-no-such-token")}
            answer = case.call("getHomePage", headers=sent, principal=None)
        else:
            answer = case.call("getHomePage", headers=headers, principal=kind)
        judge.status(answer, 401)
        body = answer.content.decode("utf-8", "replace")
        judge.that("INVALID_AUTH_TOKEN" in body, "the refusal is not INVALID_AUTH_TOKEN", answer, received=body)
        judge.that(answer.at("/modules") is MISSING, "a refusal carries modules", answer)


def worn_out_token_is_refused(case: Case) -> None:
    """A device token that has run out is 401 INVALID_AUTH_TOKEN."""
    with case.own_sandbox(world="demo") as inside:
        someone = people.person(inside)
        judge.status(user(inside, someone.principal), 200)
        inside.control.advance("PT601S")
        bad_token_is_refused(inside, someone.principal)


def page_document(case: Case, who: str) -> None:
    """The body is page and modules; page has its four members and the id home."""
    answer = _read(case, who)
    judge.equal("what the body lacks", [], people.lacking(answer.json, ("page", "modules")), answer)
    judge.equal("what page lacks", [], people.lacking(answer.at("/page"), _PAGE), answer)
    judge.equal("page.id", "home", answer.at("/page/id"), answer)
    for name in ("schema_version", "revision"):
        value = answer.at(f"/page/{name}")
        judge.that(type(value) is int, f"page.{name} is no integer", answer, received=value)
    _modules(answer)


def generated_at(case: Case, who: str) -> None:
    """generated_at is UTC with six fractional digits and Z."""
    answer = _read(case, who)
    value = answer.at("/page/generated_at")
    fits = isinstance(value, str) and _INSTANT.match(value)
    judge.that(fits, "generated_at has another form", answer, expected=_INSTANT.pattern, received=value)


def generated_at_is_now(case: Case) -> None:
    """generated_at is the moment of composing."""
    with case.own_sandbox(world="demo") as inside:
        before = str(guest(inside).at("/page/generated_at"))
        inside.control.advance("PT90S")
        after = str(guest(inside).at("/page/generated_at"))
        judge.that(after > before, "generated_at stays while time passes", received=(before, after))
        judge.equal("generated_at to the second", inside.control.get("/clock")["now"][:19], after[:19])


def modules_have_their_members(case: Case, who: str) -> None:
    """Every module has its seven members; see_all, name_params and execution_mode may be null."""
    answer = _read(case, who)
    modules = _modules(answer)
    judge.that(modules, "the page has no module", answer, expected="at least one", received=[])
    for module in modules:
        judge.equal(f"what module {module.get('id')} lacks", [], people.lacking(module, _MODULE), answer)
        judge.equal("the members of actions", True, "see_all" in (module["actions"] or {}), answer)
        source = module["content_source"]
        judge.equal("what content_source lacks", [], people.lacking(source, _SOURCE), answer)
        for name, value in (("strategy", source["strategy"]), ("strategy_version", source["strategy_version"])):
            judge.that(isinstance(value, str), f"{name} is no text", answer, received=value)
        if "items" in module:
            judge.that(isinstance(module["items"], list), "items is no array", answer, received=module["items"])


def sample_module(case: Case, id: str) -> None:
    """A module of the document's sample has its printed type, layout and strategy."""
    answer = _read(case, "guest")
    module = next((module for module in _modules(answer) if module.get("id") == id), None)
    if module is None:
        raise NotApplicable(f"the page has no module {id}")
    shown = (module["type"], module["layout"], module["content_source"]["strategy"])
    judge.equal(f"type, layout and strategy of {id}", _SAMPLES[id], shown, answer)
    if id == "continue-listening":
        judge.that(not module.get("items"), "a guest has something to continue", answer, received=module.get("items"))
    else:
        judge.that(isinstance(module.get("items"), list), f"{id} has no items", answer)


def items_have_their_members(case: Case, who: str) -> None:
    """Every item has its seven members; artwork_url, track_id and stream_url may be null."""
    answer = _read(case, who)
    items = [item for module in _modules(answer) for item in module.get("items") or []]
    if not items:
        raise NotApplicable("no module has items")
    for item in items:
        judge.equal(f"what item {item.get('id')} lacks", [], people.lacking(item, _ITEM), answer)
        for name in ("id", "type", "name"):
            judge.that(isinstance(item[name], str) and item[name], f"{name} is no text", answer, received=item[name])
        for name in ("artwork_url", "track_id", "stream_url"):
            fits = item[name] is None or isinstance(item[name], str)
            judge.that(fits, f"{name} is neither text nor null", answer, received=item[name])
        judge.that(isinstance(item["metadata"], dict), "metadata is no object", answer, received=item["metadata"])


def name_key_is_a_key(case: Case) -> None:
    """name_key is a translation key."""
    for who in ("guest", "user"):
        answer = _read(case, who)
        for module in _modules(answer):
            key = module.get("name_key")
            judge.that(_KEY.match(str(key)), "name_key is no key", answer, expected=_KEY.pattern, received=key)


def guest_and_user_see_one_shape(case: Case) -> None:
    """The page of a guest and that of a user of the same tenant have the same members and the same modules."""
    mine, theirs = _read(case, "user"), _read(case, "guest")
    judge.equal("the members", sorted(mine.json), sorted(theirs.json), theirs)
    judge.equal("the members of page", sorted(mine.at("/page")), sorted(theirs.at("/page")), theirs)
    modules = [[module.get("id") for module in _modules(answer)] for answer in (mine, theirs)]
    judge.equal("the modules", modules[0], modules[1], theirs)


_WHO = ("guest", "user")

CHECKS = (
    check("YM-090", works_either_way, each=_WHO),
    check("YM-091", guest_names_a_tenant),
    check("YM-091", guests_see_their_tenant, required=False),
    check("YM-092", tenant_comes_from_the_user, each=("another", "none")),
    check("YM-093", bad_token_is_refused, each=("garbage",)),
    check("YM-093", bad_token_is_refused, each=("expired", "expired-user"), required=False, name="expired_is_refused"),
    check("YM-093", worn_out_token_is_refused, needs=("clock",), required=False),
    check("YM-094", page_document, each=_WHO),
    check("YM-095", generated_at, each=_WHO),
    check("YM-095", generated_at_is_now, needs=("clock",), required=False),
    check("YM-096", modules_have_their_members, each=_WHO),
    check("YM-096", sample_module, each=tuple(_SAMPLES), required=False),
    check("YM-097", items_have_their_members, each=_WHO),
    check("YM-098", name_key_is_a_key),
    check("YM-099", guest_and_user_see_one_shape),
)
