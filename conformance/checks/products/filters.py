"""PR-026 to PR-036: what the list lets through."""

from __future__ import annotations

from datetime import datetime, timedelta

from conformance import judge
from conformance.answer import Answer
from conformance.case import Case
from conformance.check import check
from conformance.checks.products import wares
from conformance.judge import NotTested
from conformance.properties import jsonapi

# query parameter and value: each is unknown or outside its limits
BAD_QUERIES = (
    ("filter[foo]", "1"),
    ("page[foo]", "1"),
    ("sort", "foo"),
    ("include", "foo"),
    ("fields[products]", "foo"),
    ("filter[status]", "live"),
    ("page[size]", "101"),
    ("page[size]", "0"),
    ("page[number]", "0"),
)


def shows(answer: Answer, present: str, absent: str | None = None) -> None:
    """Judge that a filtered list shows one product and not another."""
    judge.status(answer, 200)
    found = wares.ids(answer)
    judge.that(
        present in found, "the list does not show a product that matches", answer, expected=present, received=found
    )
    judge.that(absent not in found, "the list shows a product that does not match", answer, received=absent)


def by_name(case: Case) -> None:
    """filter[name] shows the product of that name and not another."""
    name = case.ledger.name("filtered")
    one, other = wares.several(case, {"name": name}, {})
    answer = wares.listed(case, name=name)
    shows(answer, one, other)
    judge.equal("total", 1, answer.at("/meta/page/total"), answer)


def by_status(case: Case, status: str) -> None:
    """filter[status] shows only products with that status."""
    if not case.is_read_only:
        wares.make_in(case, status)
    answer = wares.listed(case, status=status)
    judge.status(answer, 200)
    found = {entry["attributes"]["status"] for entry in answer.items("/data")}
    judge.that(found or case.is_read_only, "the list shows no product with that status", answer, expected=status)
    judge.that(found <= {status}, "the list shows other statuses", answer, expected=status, received=sorted(found))


def by_id(case: Case) -> None:
    """filter[id] shows exactly that product; an unknown id shows none."""
    id = wares.any_product(case)
    answer = wares.listed(case, id=id)
    judge.equal("the products found by id", [id], wares.ids(answer), answer)
    none = wares.listed(case, id=wares.NO_ID)
    judge.status(none, 200)
    judge.equal("the products found by an unknown id", [], wares.ids(none), none)


def by_label(case: Case) -> None:
    """filter[label-id] shows the products of that label only."""
    first, second = case.fact("labels", at_least=2)[:2]
    name = case.ledger.name("labelled")
    one = wares.make(case, {"name": name}, label=wares.linkage("labels", first))
    other = wares.make(case, {"name": name}, label=wares.linkage("labels", second))
    wares.differ(one, other)
    answer = case.call("listProducts", query={"filter[label-id]": first, "filter[name]": name})
    shows(answer, one, other)
    every = case.call("listProducts", query={"filter[label-id]": second, "page[size]": 5})
    for id in wares.ids(every):
        linked = case.call("getProductLabelRelationship", path={"id": id})
        judge.equal("the label of a product found by label", second, linked.at("/data/id"), linked)


def by_upc(case: Case) -> None:
    """filter[upc-code] shows exactly that product."""
    upc = wares.new_upc(case)
    one, _ = wares.several(case, {"upc-code": upc}, {})
    answer = wares.listed(case, upc_code=upc)
    judge.equal("the products found by UPC", [one], wares.ids(answer), answer)
    judge.equal("the UPC of what was found", upc, answer.at("/data/0/attributes/upc-code"), answer)


def _created_on(case: Case) -> tuple[str, str, datetime]:
    created = wares.made(case)
    moment = datetime.fromisoformat(str(created.at("/data/attributes/createdAt")))
    return str(created.at("/data/id")), str(created.at("/data/attributes/name")), moment


def _bounded(case: Case, name: str, **bounds: datetime) -> Answer:
    days = {f"created_at_{bound}": moment.date().isoformat() for bound, moment in bounds.items()}
    return wares.listed(case, name=name, **days)


def by_day_of_creation(case: Case) -> None:
    """created-at-gte and created-at-lte bound the day of creation."""
    id, name, moment = _created_on(case)
    day = timedelta(days=1)
    shows(_bounded(case, name, gte=moment), id)
    shows(_bounded(case, name, gte=moment - day), id)
    shows(_bounded(case, name, lte=moment + day), id)
    for answer in (_bounded(case, name, gte=moment + day), _bounded(case, name, lte=moment - day)):
        judge.status(answer, 200)
        judge.equal("the products outside the bound", [], wares.ids(answer), answer)


def bounds_include_their_day(case: Case) -> None:
    """A bound includes the whole day that it names."""
    id, name, moment = _created_on(case)
    later = _bounded(case, name, gte=moment + timedelta(days=1))
    if id in wares.ids(later):
        raise NotTested("could not be set up: a bound of the day after does not leave the product out")
    shows(_bounded(case, name, lte=moment), id)
    shows(_bounded(case, name, gte=moment, lte=moment), id)


def by_send_tasks(case: Case) -> None:
    """has-send-tasks=true keeps products with send tasks: not a new one, and not all."""
    fresh = wares.make(case)
    every = case.call("listProducts", query={"page[size]": 1})
    sent = wares.listed(case, has_send_tasks="true")
    judge.status(sent, 200)
    if not sent.items("/data"):
        raise NotTested("the target has no product with send tasks")
    total, all = sent.at("/meta/page/total"), every.at("/meta/page/total")
    judge.that(total < all, "products without send tasks are not left out", sent, expected=f"< {all}", received=total)
    mine = case.call("listProducts", query={"filter[has-send-tasks]": "true", "filter[id]": fresh})
    judge.equal("the new product, which has no send task,", [], wares.ids(mine), mine)


def without_send_tasks(case: Case) -> None:
    """has-send-tasks=false keeps the others, a new product among them."""
    fresh = wares.make(case)
    mine = case.call("listProducts", query={"filter[has-send-tasks]": "false", "filter[id]": fresh})
    shows(mine, fresh)
    sent = wares.listed(case, has_send_tasks="true")
    for id in wares.ids(sent)[:1]:
        other = case.call("listProducts", query={"filter[has-send-tasks]": "false", "filter[id]": id})
        judge.equal("a product with send tasks under false", [], wares.ids(other), other)


def marked_product_has_send_tasks(case: Case) -> None:
    """A product that is given a send task shows under true and no longer under false."""
    id = wares.make(case)
    case.control.ask("PATCH", f"/state/products/products/{id}", {"has_send_tasks": True})
    shows(case.call("listProducts", query={"filter[has-send-tasks]": "true", "filter[id]": id}), id)
    other = case.call("listProducts", query={"filter[has-send-tasks]": "false", "filter[id]": id})
    judge.equal("a product with a send task under false", [], wares.ids(other), other)


def filters_combine(case: Case) -> None:
    """Several filters all hold at once."""
    name = case.ledger.name("both")
    draft, active = wares.several(case, {"name": name}, {"name": name})
    case.given(wares.update(case, active, {"status": "active"}), 200)
    shows(wares.listed(case, name=name, status="active"), active, draft)
    none = wares.listed(case, id=draft, status="active")
    judge.equal("a draft under active", [], wares.ids(none), none)


def bad_queries_are_refused(case: Case, query: tuple[str, str]) -> None:
    """An unknown key or a bad value is 400, and the parameter or its family is named."""
    name, value = query
    answer = case.call("listProducts", query={name: value})
    jsonapi.refused_for_parameter(answer, 400, name)


def known_queries_are_obeyed(case: Case) -> None:
    """sort, include and fields do what JSON:API says."""
    word = f"{case.ledger.MARK} {case.ledger.run} sort{case.ledger.serial()}x"
    a, b = wares.several(case, {"name": f"{word} a"}, {"name": f"{word} b"})
    for order, expected in (("name", [a, b]), ("-name", [b, a])):
        answer = case.call("listProducts", query={"filter[name]": word, "sort": order})
        judge.equal(f"the order by {order}", expected, wares.ids(answer), answer)
    included = case.call("listProducts", query={"filter[id]": a, "include": "label"})
    judge.status(included, 200)
    types = {entry.get("type") for entry in included.items("/included")}
    judge.equal("the types of included resources", ["labels"], sorted(map(str, types)), included)
    jsonapi.document(included)
    sparse = case.call("listProducts", query={"filter[id]": a, "fields[products]": "name,status"})
    judge.equal("the attributes asked for", ["name", "status"], sorted(sparse.at("/data/0/attributes") or {}), sparse)


def part_of_a_name(case: Case) -> None:
    """filter[name] finds a part of the name, whatever its case."""
    name = case.ledger.name("Nightbus Sessions")
    id = wares.make(case, {"name": name})
    part = name[: -len("bus Sessions")]
    if id in wares.ids(wares.listed(case, name=f"{name} of another")):
        raise NotTested("could not be set up: filter[name] with another name does not leave the product out")
    shows(wares.listed(case, name=part), id)
    shows(wares.listed(case, name=part.upper()), id)


CHECKS = (
    check("PR-026", by_name, needs=("destructive",)),
    check("PR-027", by_status, each=wares.STATES),
    check("PR-028", by_id),
    check("PR-029", by_label, needs=("destructive",)),
    check("PR-030", by_upc, needs=("destructive",)),
    check("PR-031", by_day_of_creation, needs=("destructive",)),
    check("PR-032", bounds_include_their_day, needs=("destructive",)),
    # rules.yaml asks for the control API to seed a send task; a target that has some products with one does as well.
    check("PR-033", by_send_tasks, needs=("destructive",)),
    check("PR-033", without_send_tasks, needs=("destructive",)),
    check("PR-033", marked_product_has_send_tasks, required=False),
    check("PR-034", filters_combine, needs=("destructive",)),
    check("PR-035", bad_queries_are_refused, each=BAD_QUERIES),
    check("PR-035", known_queries_are_obeyed, needs=("destructive",)),
    check("PR-036", part_of_a_name, needs=("destructive",)),
)
