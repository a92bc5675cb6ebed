"""What a sound file is: told by its first bytes, never by its name."""

from __future__ import annotations

from typing import BinaryIO

from mockserver.media import flac, mp3, tags, wav
from mockserver.media.facts import AudioFacts
from mockserver.media.pieces import in_pieces


def inspect_audio(file: BinaryIO) -> AudioFacts:
    """Facts about a WAV, FLAC or MP3; MediaUnreadable when it is none of them or has no sound in it."""
    with in_pieces(file) as pieces:
        if wav.is_wav(pieces):
            return wav.read(pieces)
        start = tags.end_of_leading(pieces)
        if flac.is_flac(pieces, start):
            return flac.read(pieces, start)
        return mp3.read(pieces, start)
