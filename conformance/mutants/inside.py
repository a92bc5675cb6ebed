"""Operators that fault the inside of a target by its control API: its records, what it believes, what it forgets."""

from __future__ import annotations

import json
import re
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, quote

from conformance import pointer as places_of
from conformance.mutants.message import Call, Reply
from conformance.mutants.operator import Operator, operator
from conformance.pointer import MISSING

if TYPE_CHECKING:
    from conformance.mutants.beyond import Beyond

_CONTROL = "/_control"
_HOLE = re.compile(r"\{[A-Za-z_][\w.]*\}")


def facts_of(call: Call) -> dict[str, str]:
    """Return what a call names: the values of its path, its query, its form, and the texts in its JSON objects."""
    facts = dict(parse_qsl(call.query))
    if "form-urlencoded" in (call.header("Content-Type") or ""):
        facts |= dict(parse_qsl(call.body.decode("latin-1")))
    return facts | _texts(call.json) | call.values


def _texts(body: Any) -> dict[str, str]:
    """Return the texts in an object and the objects in it by their names; the outermost of a name counts."""
    if not isinstance(body, dict):
        return {}
    inner: dict[str, str] = {}
    for value in body.values():
        inner |= _texts(value)
    return inner | {name: value for name, value in body.items() if isinstance(value, str)}


def filled(value: Any, facts: Mapping[str, str]) -> Any:
    """Return a value with its holes filled, MISSING where a call names nothing for one of them."""
    text = json.dumps(value)
    for name, fact in facts.items():
        text = text.replace(f"{{{name}}}", json.dumps(fact)[1:-1])
    return MISSING if _HOLE.search(text) else json.loads(text)


def control(method: str, path: str, like: Call, beyond: Beyond, sent: Any = MISSING) -> Any:
    """Ask the target's control API in a call's sandbox; MISSING where it refuses."""
    reply = beyond.fetch(method, _CONTROL + path, like, sent)
    return reply.json if reply.is_good else MISSING


@operator("alter")
@dataclass
class Alter(Operator):
    """A record is other than a call should find it or leave it.

    `before` is put into it for the time of the call, `after` when the call is over; `keep` are members that the call
    does not change, `add` numbers that it changes by so much more. `id`, `where` and what is put in may hold in
    braces what the call names, or when it is over what the answer names (`{answer.id}`). Without an `id` every record
    that is as `where` says is meant.
    """

    collection: str
    id: str = ""
    where: dict[str, Any] = field(default_factory=dict)
    before: dict[str, Any] = field(default_factory=dict)
    after: dict[str, Any] = field(default_factory=dict)
    keep: list[str] = field(default_factory=list)
    add: dict[str, float] = field(default_factory=dict)
    found: dict[int, list[dict[str, Any]]] = field(default_factory=dict, init=False)

    def request(self, call: Call, beyond: Beyond) -> Reply | None:
        """Look at the records before the call, and let it find them otherwise."""
        put = filled(self.before, facts_of(call))
        if self.keep or (self.before and put is not MISSING):
            self.found[id(call)] = records = self._meant(facts_of(call), call, beyond)
            for record in records if self.before else ():
                self._change(record, put, call, beyond)
        return None

    def answer(self, call: Call, reply: Reply, beyond: Beyond) -> None:
        """Leave the records otherwise."""
        for record in self.found.get(id(call), ()) if self.keep else ():
            self._change(record, {name: record[name] for name in self.keep if name in record}, call, beyond)
        facts = facts_of(call) | {f"answer.{name}": value for name, value in _texts(reply.json).items()}
        put = filled(self.after, facts)
        for record in self._meant(facts, call, beyond) if put is not MISSING and (self.after or self.add) else ():
            more = {name: record[name] + by for name, by in self.add.items() if name in record}
            self._change(record, put | more, call, beyond)

    def witness(self, call: Call, reply: Reply, beyond: Beyond) -> None:
        """Put back what was there for the time of the call only, unless the call has changed it."""
        records = self.found.pop(id(call), [])
        put = filled(self.before, facts_of(call)) if self.before else {}
        for record in records if put else ():
            now = control("GET", self._path(beyond, record["id"]), call, beyond)
            old = {name: record.get(name) for name, value in put.items() if places_of.read(now, f"/{name}") == value}
            self._change(record, old, call, beyond)

    def _meant(self, facts: Mapping[str, str], call: Call, beyond: Beyond) -> list[dict[str, Any]]:
        name, where = filled(self.id, facts), filled(self.where, facts)
        if MISSING in (name, where):
            return []
        listed = control("GET", self._path(beyond, name), call, beyond)
        records = listed if isinstance(listed, list) else [listed] if isinstance(listed, dict) else []
        return [record for record in records if all(record.get(key) == value for key, value in where.items())]

    def _change(self, record: Mapping[str, Any], put: Mapping[str, Any], call: Call, beyond: Beyond) -> None:
        if put:
            control("PATCH", self._path(beyond, record["id"]), call, beyond, put)

    def _path(self, beyond: Beyond, name: str) -> str:
        return f"/state{beyond.base}/{self.collection}" + (f"/{quote(name, safe='')}" if name else "")


@operator("vouch")
@dataclass
class Vouch(Operator):
    """An event that must be refused takes effect: the control API plays its sender and signs it rightly.

    `told` is what the refusal says, `without` a member that holds the proof. With `fresh`, the place of the event's own
    id, it is an event with a known id that is taken as a new one. With `silent` the answer stays as it was.
    """

    hook: str
    told: str = ""
    without: str = ""
    fresh: str = ""
    silent: bool = False
    seen: list[tuple[str, str]] = field(default_factory=list, init=False)

    def answer(self, call: Call, reply: Reply, beyond: Beyond) -> None:
        """Have it sent again, so that it is taken."""
        key = (call.header("X-Sandbox") or "", str(places_of.read(call.json, self.fresh)))
        times = self.seen.count(key)
        if reply.is_good:
            self.seen.append(key)
        is_repeated = self.fresh and reply.is_good and times
        is_refused = not self.fresh and not reply.is_good and re.search(self.told, reply.body.decode("latin-1"))
        if not is_repeated and not is_refused:
            return
        order = {"payload": self._payload(call, times), "variant": "valid"}
        result = control("POST", f"/inbound{beyond.base}/{self.hook}", call, beyond, order)
        answered = places_of.read(result, "/answered")
        if isinstance(answered, dict) and not self.silent:
            reply.status, reply.body = answered["status"], str(answered["body"]).encode()

    def _payload(self, call: Call, times: int) -> Any:
        if self.without:  # what the control API leaves out of its typical event it makes up, the id included
            return places_of.without(call.json, self.without)
        if self.fresh:
            return places_of.replaced(call.json, self.fresh, f"{places_of.read(call.json, self.fresh)}-{times}")
        return call.body.decode("utf-8", "replace")


@operator("retire")
@dataclass
class Retire(Operator):
    """A credential that the operation `by` has replaced lives for so many seconds; `last`: only the last one replaced.

    `header` carries it, `id` is the path's value that names it, `pointer` is where the answer tells the new one.
    """

    by: str
    header: str
    id: str
    pointer: str
    seconds: float
    last: bool = False
    current: dict[Hashable, str] = field(default_factory=dict, init=False)
    replaced: dict[tuple[str, str], tuple[str, float, float]] = field(default_factory=dict, init=False)

    def request(self, call: Call, beyond: Beyond) -> Reply | None:
        """Keep out who comes too late."""
        name, _, ends = self.replaced.get(self._key(call), ("", 0.0, 0.0))
        if call.operation == self.by:
            for entry in control("GET", f"/credentials{beyond.base}", call, beyond) or ():
                if entry.get("id") == call.values[self.id]:
                    self.current[self._key(call)[0], entry["id"]] = str(entry.get("value"))
        if name and _now(call, beyond) >= ends:
            call.set_header(self.header, "retired")
        return None

    def answer(self, call: Call, reply: Reply, beyond: Beyond) -> None:
        """Remember what was replaced, and let in who comes too early for this target only."""
        where, shown = self._key(call)
        if call.operation == self.by and reply.is_good:
            name, now = call.values[self.id], _now(call, beyond)
            for key, (other, began, _) in self.replaced.items() if self.last else ():
                if key[0] == where and other == name:
                    self.replaced[key] = (other, began, now)
            self.replaced[where, self.current.get((where, name), "")] = (name, now, now + self.seconds)
            self.current[where, name] = str(places_of.read(reply.json, self.pointer))
        elif reply.status == 401 and (where, shown) in self.replaced:
            lent = call.copy()
            lent.set_header(self.header, self.current[where, self.replaced[where, shown][0]])
            reply.become(beyond.forward(lent))

    def _key(self, call: Call) -> tuple[str, str]:
        return call.header("X-Sandbox") or "", call.header(self.header) or ""


def _now(call: Call, beyond: Beyond) -> float:
    told = places_of.read(control("GET", "/clock", call, beyond), "/now")
    return datetime.fromisoformat(str(told)).timestamp()


@operator("say-back")
@dataclass
class SayBack(Operator):
    """A member of a good answer says what a field of the form that was sent says: it is not made anew."""

    name: str
    pointer: str

    def answer(self, call: Call, reply: Reply, beyond: Beyond) -> None:
        """Write the field's value."""
        sent = dict(parse_qsl(call.body.decode("latin-1"))).get(self.name)
        if reply.is_good and sent is not None and places_of.read(reply.json, self.pointer) is not MISSING:
            reply.json = places_of.replaced(reply.json, self.pointer, sent)
