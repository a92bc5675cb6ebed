"""Tags that players put before and after the sound of a file: ID3v2, ID3v1 and APE."""

from __future__ import annotations

from mockserver.media.facts import MediaUnreadable
from mockserver.media.pieces import Pieces

_MOST_TAGS = 16


def end_of_leading(pieces: Pieces) -> int:
    """Where the sound begins: after any number of ID3v2 tags."""
    start = 0
    for _ in range(_MOST_TAGS):
        head = pieces.up_to(start, 10)
        if len(head) < 10 or head[:3] != b"ID3" or max(head[6:10]) > 0x7F:
            return start
        length = head[6] << 21 | head[7] << 14 | head[8] << 7 | head[9]
        footer = 10 if head[5] & 0x10 else 0
        start += 10 + length + footer
    raise MediaUnreadable("the file begins with too many tags")


def start_of_trailing(pieces: Pieces) -> int:
    """Where the sound ends: before an APE tag and an ID3v1 tag, in this order."""
    end = pieces.size
    if pieces.up_to(end - 128, 3) == b"TAG":
        end -= 128
    footer = pieces.up_to(end - 32, 32)
    if footer[:8] == b"APETAGEX":
        header = 32 if footer[23] & 0x80 else 0
        end -= int.from_bytes(footer[12:16], "little") + header
    return max(0, end)
