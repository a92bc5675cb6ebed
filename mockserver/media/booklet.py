"""What a booklet is: a PDF, told by how it begins and ends."""

from __future__ import annotations

import re
from typing import BinaryIO

from mockserver.media.facts import BookletFacts, MediaUnreadable
from mockserver.media.pieces import in_pieces

_BEGINNING = re.compile(rb"%PDF-([0-9]\.[0-9])?")
_END_LIES_WITHIN = 1024  # readers look for the end mark in the last 1024 bytes


def inspect_booklet(file: BinaryIO) -> BookletFacts:
    """Facts about a PDF; MediaUnreadable when the file does not begin with %PDF-."""
    with in_pieces(file) as pieces:
        beginning = _BEGINNING.match(pieces.up_to(0, 8))
        if beginning is None:
            raise MediaUnreadable("the file is not a PDF: it does not begin with %PDF-")
        end = pieces.up_to(max(0, pieces.size - _END_LIES_WITHIN), _END_LIES_WITHIN)
        return BookletFacts((beginning[1] or b"").decode(), b"%%EOF" in end, pieces.size)
