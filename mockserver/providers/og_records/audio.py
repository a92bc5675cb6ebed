"""Looks into an uploaded sound file: what it is, how long it is, what is wrong with it."""

from __future__ import annotations

from mockserver.clock import instant
from mockserver.core.failure import Failure
from mockserver.core.ground import Record
from mockserver.core.message import Upload
from mockserver.media.audio import inspect_audio
from mockserver.media.facts import AudioFacts, MediaUnreadable
from mockserver.providers.og_records.explain import entry
from mockserver.world import World

_TYPES = {"WAV": "audio/wav", "FLAC": "audio/flac", "MP3": "audio/mpeg"}


def read_audio(world: World, upload: Upload) -> Record:
    """Return what is kept of a file, its bytes left aside; `unsupported_audio` where it is no WAV, FLAC or MP3."""
    try:
        facts = inspect_audio(upload.file)  # type: ignore[arg-type]
    except MediaUnreadable as unreadable:
        fault = entry("unsupported_format", f"{unreadable.reason[:1].upper()}{unreadable.reason[1:]}.", "audio_file")
        raise Failure("unsupported_audio", "The file is neither WAV nor FLAC nor MP3.", details=[fault]) from None
    return {
        "file_name": upload.filename,
        "content_type": _TYPES[facts.format],
        "size_bytes": facts.size_bytes,
        "uploaded_at": instant(world.now),
        "duration_ms": round(facts.duration_seconds * 1000),
        "codec": facts.codec,
        "sample_rate_hz": facts.sample_rate_hz,
        "bits_per_sample": facts.bits_per_sample,
        "channels": facts.channels,
        "damage": find_damage(facts),
    }


def find_damage(facts: AudioFacts) -> list[Record]:
    """Return what no check could let pass: a file that ends too early, a file without a sound."""
    damage = []
    if not facts.complete:
        damage.append(entry("truncated", "The file ends before its header says it does."))
    if facts.duration_seconds <= 0:
        damage.append(entry("no_sound", "The file holds no sound."))
    return damage
