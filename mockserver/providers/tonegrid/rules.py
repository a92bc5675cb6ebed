"""Rules that are not a transition of a machine: what a release's state allows, what a submission needs."""

from __future__ import annotations

from mockserver.core.failure import Failure
from mockserver.core.ground import Record
from mockserver.providers.tonegrid.finding import tracks_of
from mockserver.workflow.machine import refuse
from mockserver.world import World


def require_state(world: World, release: Record, event: str) -> None:
    """Refuse what the lifecycle's table of refusals names for a release's present state."""
    lifecycle = world.book.lifecycles["release"]
    if lifecycle.refusal(release["status"], event) is not None:
        raise refuse(lifecycle, release, event)


def submit_gates(world: World, release: Record, data: Record) -> None:
    """Ask for tracks, stores and a date, in the documented order (L37-39)."""
    if not tracks_of(world, release["id"]):
        raise Failure("no_track")
    if not release["dsps"]:
        raise Failure("no_store")
    if release["release_date"] is None:
        raise Failure("no_date")


def not_yet(text: str, *possible: str) -> Failure:
    """Return the refusal of an event whose condition does not hold, though the state would allow it."""
    return Failure("illegal_transition", text, legal_events=list(possible))


def is_waiting_for_review(world: World, release: Record, data: Record) -> None:
    """An inspection begins once."""
    if release["review_stage"] != "pending_review":
        raise not_yet("The release is being inspected already.")


def caller_is_receiver(world: World, transfer: Record, data: Record) -> None:
    """Only the receiving account answers a transfer (L1049)."""
    if "account" in data and data["account"] != transfer["receiver"]:
        raise Failure("not_receiver", verb=data["verb"])


def bundle_is_sound(world: World, job: Record, data: Record) -> None:
    """A bundle without problems goes on."""
    if job["problems"]:
        raise not_yet("The bundle has problems.", "refuse_bundle")


def bundle_is_unsound(world: World, job: Record, data: Record) -> None:
    """A bundle with problems is refused."""
    if not job["problems"]:
        raise not_yet("The bundle has no problems.", "stage")


def audio_matches(world: World, delivery: Record, data: Record) -> None:
    """A DSP takes a release in whose files are what was announced (L1331)."""
    if find_audio_mismatch(world, delivery) is not None:
        raise not_yet("An audio file differs from its announced MD5.", "refuse_audio")


def audio_differs(world: World, delivery: Record, data: Record) -> None:
    """A DSP refuses a release with a file that is not what was announced."""
    if find_audio_mismatch(world, delivery) is None:
        raise not_yet("Every audio file is what was announced.", "accept")


def find_audio_mismatch(world: World, delivery: Record) -> Record | None:
    """Return the first track whose announced MD5 is not that of its file."""
    for track in tracks_of(world, delivery["release"]):
        if track["audio"] and track["audio_md5"] and track["audio"]["md5"] != track["audio_md5"].lower():
            return track
    return None
