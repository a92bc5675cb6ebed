"""The recipe: one request's way from recognition to the journal, read top to bottom."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from mockserver.call import Call
from mockserver.clock import instant, now_of, pause
from mockserver.core.failure import MOCK_KINDS, Failure
from mockserver.core.ground import Record
from mockserver.core.message import JSON_TYPE, NOBODY, Caller, Reply, Request
from mockserver.journal import Entry, Journal
from mockserver.pipeline import encode
from mockserver.pipeline.kit import Kit, Kits, content_of
from mockserver.pipeline.prefer import preferred_reply
from mockserver.provider import PageFunction, Provider
from mockserver.sandbox import Sandboxes
from mockserver.timeline import Timeline
from mockserver.traffic import faults, idempotency
from mockserver.traffic.limits import Window, count
from mockserver.violations import Violations
from mockserver.world import World
from specs import Problem

LOG = logging.getLogger("mockserver")


class LostAnswer(Exception):
    """A tester ordered that the connection ends without an answer."""


class Recipe:
    """Answers requests to the providers. Each step's product is the next one's argument."""

    def __init__(
        self,
        flats: Mapping[str, Provider],
        sandboxes: Sandboxes,
        timeline: Timeline,
        journal: Journal,
        violations: Violations,
        max_body: int,
    ) -> None:
        self.flats = flats
        self.sandboxes = sandboxes
        self.timeline = timeline
        self.journal = journal
        self.violations = violations
        self.kits = Kits(max_body)

    def answer(self, request: Request) -> Reply:
        """Answer one request; never raises but `LostAnswer`."""
        flat = self.flats[request.provider]
        entry = Entry(request, "")
        kit: Kit | None = None
        window: Window | None = None
        fault: faults.Fault | None = None
        try:
            meta = self.sandboxes.open(request.sandbox, request.provider)
            now = now_of(meta["clock"])
            entry.at = instant(now)
            # 1 recognise
            page = flat.pages.get(request.path[1:].partition("/")[0])
            if page is not None:
                return self._leave(request, self._show(page, flat, request, meta, now, entry), entry, None)
            kit, texts = self.kits.recognise(flat, request)
            entry.operation = kit.operation.id
            # 2 catch up
            self.timeline.catch_up(meta, request.provider, now)
            world = self.sandboxes.world(meta, request.provider, now)
            # 3 faults, and answers asked for
            if meta["faults"]:
                fault = self._ordered(meta, request, kit, entry)
            if fault is not None and fault.phase == "before" and fault.replaces_answer:
                return self._leave(request, _faulty(fault, Reply(500, b"", JSON_TYPE)), entry, fault)
            if "prefer" in request.headers:
                wanted = preferred_reply(request, kit.operation, flat)
                if wanted is not None:
                    return self._leave(request, self._finish(flat, request, kit, wanted, None, entry), entry, fault)
            # 4 admit
            caller = NOBODY
            caller = flat.identify(request, world, kit.operation)
            entry.caller = caller
            window = self._count(flat, request, caller, kit, world)
            # 5 to 9 understand, recall, perform, keep the promise, remember
            reply = self._carry_out(flat, request, kit, texts, caller, world, window, entry)
            if fault is not None:
                reply = _faulty(fault, reply)
            return self._leave(request, reply, entry, fault)
        except Failure as failure:
            reply = self._refusal(flat, request, kit, failure, window, entry)
            return self._leave(request, reply if fault is None else _faulty(fault, reply), entry, fault)
        except LostAnswer:
            raise
        except Exception:
            LOG.exception("%s %s failed (request %s)", request.method, request.path, request.id)
            self._violated(request, kit, "internal error", [], entry)
            broken = Failure("internal", "The mock itself failed; its log says where.")
            return self._leave(request, self._refusal(flat, request, kit, broken, window, entry), entry, fault)

    # the steps

    def _show(
        self, page: PageFunction, flat: Provider, request: Request, meta: Record, now: datetime, entry: Entry
    ) -> Reply:
        """Answer what lies beside the contract: no credentials, no promise to hold it against."""
        self.timeline.catch_up(meta, request.provider, now)
        world = self.sandboxes.world(meta, request.provider, now)
        with self.sandboxes.store.transaction(world.space):
            reply = page(request, world)
        self._committed(world, entry)
        encode.write(reply, flat.media_type)
        return reply

    def _ordered(self, meta: Record, request: Request, kit: Kit, entry: Entry) -> faults.Fault | None:
        with self.sandboxes.hold(), self.sandboxes.store.transaction(request.sandbox):
            fresh = self.sandboxes.peek(request.sandbox)
            if fresh is None:
                return None  # dropped a moment ago
            now = now_of(fresh["clock"])
            fault = faults.choose(fresh["faults"], request, kit.operation.id, now, fresh["seed"])
            self.sandboxes.write(fresh)  # also of a miss: the next draw of chance must be another one
        if fault is not None:
            entry.fault = fault.id
        return fault

    def _count(self, flat: Provider, request: Request, caller: Caller, kit: Kit, world: World) -> Window | None:
        if flat.limits is None or not world.has_limits:
            return None
        plan = flat.limits(request, caller, kit.operation, world)
        if plan is None:
            return None
        with self.sandboxes.store.transaction(world.space):
            window = count(world, plan)
        if window.is_exceeded:
            raise Failure("rate_limited", retry_after=window.retry_after, window=window)
        return window

    def _carry_out(
        self,
        flat: Provider,
        request: Request,
        kit: Kit,
        texts: dict[str, str],
        caller: Caller,
        world: World,
        window: Window | None,
        entry: Entry,
    ) -> Reply:
        call = Call(request, kit.operation, caller, world.now, texts)
        try:
            kit.read_path(call, texts)
            if flat.bind is not None:
                flat.bind(call, world)
            kit.understand(call)
            plan = flat.idempotency if kit.operation.idempotent else None
            with self.sandboxes.store.transaction(world.space):
                if flat.bind is not None and call.found is not None and request.method not in ("GET", "HEAD"):
                    flat.bind(call, world)  # somebody else may have changed or removed it while the body was read
                memo = None
                if plan is not None:
                    memo = idempotency.memo_of(plan, request, caller.account, lambda: content_of(call))
                    known = idempotency.recall(world, plan, memo) if memo else None
                    if known is not None:
                        if flat.finish is not None:
                            flat.finish(request, known, window)  # the body is remembered, what is left is told anew
                        return known
                reply = kit.function(call, world)
                reply = self._finish(flat, request, kit, reply, window, entry)
                if plan is not None and memo is not None and reply.status < 500:
                    idempotency.remember(world, plan, memo, reply)
            self._committed(world, entry)
        finally:
            for uploads in call.files.values():
                for upload in uploads:
                    upload.file.close()
        return reply

    def _committed(self, world: World, entry: Entry) -> None:
        entry.changes, entry.notes, entry.deliveries = world.changes, world.notes, world.deliveries
        if world.changes:
            self.timeline.news.spread(world)

    def _finish(
        self, flat: Provider, request: Request, kit: Kit | None, reply: Reply, window: Window | None, entry: Entry
    ) -> Reply:
        """Write the reply and hold it against the spec; what does not fit is our own 500 and a recorded violation."""
        if flat.finish is not None:
            flat.finish(request, reply, window)
        encode.write(reply, flat.media_type)
        if kit is None:
            return reply
        broken = encode.find_broken(reply, kit.operation, flat.book.schemas)
        if not broken:
            return reply
        if reply.status < 500:
            raise BrokenPromise(f"{reply.status} reply", broken)
        self._violated(request, kit, f"{reply.status} reply", broken, entry)
        return reply

    def _refusal(
        self,
        flat: Provider,
        request: Request,
        kit: Kit | None,
        failure: Failure,
        window: Window | None,
        entry: Entry,
    ) -> Reply:
        if isinstance(failure, BrokenPromise):
            # here and not where it was found: a transaction was rolled back on the way
            self._violated(request, kit, failure.what, failure.problems, entry)
        entry.problems += failure.problems
        known = {key: value for key, value in failure.facts.items() if isinstance(value, str | int | list)}
        entry.failure = {"kind": failure.kind, "detail": failure.detail, **known}
        window = window or failure.facts.get("window")
        promised = None if failure.kind in MOCK_KINDS else kit
        try:
            reply = flat.refuse(failure, request, kit.operation if kit else None)
            reply.headers.update(failure.headers)
            return self._finish(flat, request, promised, reply, window, entry)
        except BrokenPromise as broken:
            self._violated(request, kit, broken.what, broken.problems, entry)
            entry.problems += broken.problems
            failure = Failure("internal", "The mock's refusal broke its own spec; see /_control/violations.")
        except Exception:
            LOG.exception("%s could not be refused (request %s)", failure.kind, request.id)
            self._violated(request, kit, f"refusal {failure.kind}", [], entry)
            failure = Failure("internal", "The mock's refusal failed; its log says where.")
        try:
            reply = flat.refuse(failure, request, kit.operation if kit else None)
            return self._finish(flat, request, None, reply, window, entry)
        except Exception:
            LOG.exception("the refusal of a refusal failed (request %s)", request.id)
            reply = Reply(500, {"detail": failure.detail}, JSON_TYPE)
            encode.write(reply, JSON_TYPE)
            return reply

    def _violated(self, request: Request, kit: Kit | None, what: str, broken: list[Problem], entry: Entry) -> None:
        subject = kit.operation.id if kit else f"{request.method} {request.path}"
        LOG.error("violation: %s %s: %s", subject, what, "; ".join(problem.text for problem in broken[:3]))
        self.violations.add(request.sandbox, request.provider, subject, what, broken, entry.at)

    def _leave(self, request: Request, reply: Reply, entry: Entry, fault: faults.Fault | None) -> Reply:
        """Journal the exchange and let the answer go, late or lost where that was ordered."""
        reply.body = None  # the journal keeps the bytes; a thousand bodies as objects would slow the garbage collector
        entry.reply = reply
        entry.is_lost = fault is not None and bool(fault.effect.get("drop"))
        self.journal.remember(entry)
        if fault is not None:
            if fault.delay_seconds:
                pause(fault.delay_seconds)
            if fault.effect.get("drop"):
                raise LostAnswer(fault.id)
        return reply


class BrokenPromise(Failure):
    """Our own reply does not fit the spec; `what` names the reply."""

    def __init__(self, what: str, broken: list[Problem]) -> None:
        first = broken[0]
        text = f"The mock's reply broke its own spec at {first.pointer or '/'}: {first.text}"
        super().__init__("internal", text, problems=broken)
        self.what = what


def _faulty(fault: faults.Fault, reply: Reply) -> Reply:
    """Return the answer that a tester ordered in place of a real one."""
    effect = fault.effect
    headers = {**reply.headers, **{str(name): str(value) for name, value in effect.get("headers", {}).items()}}
    faulty = Reply(effect.get("status", reply.status), reply.body, reply.media_type, headers, reply.payload)
    if "body" in effect:
        body: Any = effect["body"]
        faulty.body = body.encode() if isinstance(body, str) else body
        faulty.media_type = "text/plain" if isinstance(body, str) else JSON_TYPE
        encode.write(faulty, faulty.media_type)
    if "truncate" in effect:
        faulty.headers["Content-Length"] = str(len(faulty.payload))
        faulty.payload = faulty.payload[: int(effect["truncate"])]
    return faulty
