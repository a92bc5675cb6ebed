"""Writes the manifest of a track: the document's tags, in its order."""

from __future__ import annotations

from urllib.parse import quote

from mockserver.providers.yourmusic.streaming.segments import SEGMENT_SECONDS, lengths

MEDIA_TYPE = "application/vnd.apple.mpegurl"
SEGMENT_TYPE = "video/mp2t"


def write_manifest(duration_seconds: int, token: str | None) -> str:
    """Return a media playlist of version 3; a token in the manifest's address is repeated behind each segment's."""
    behind = f"?token={quote(token, safe='')}" if token else ""
    lines = [
        "#EXTM3U",
        "#EXT-X-VERSION:3",
        f"#EXT-X-TARGETDURATION:{SEGMENT_SECONDS}",
        "#EXT-X-MEDIA-SEQUENCE:0",
    ]
    for number, seconds in enumerate(lengths(duration_seconds)):
        lines += [f"#EXTINF:{seconds}.000,", f"segment{number}.ts{behind}"]
    return "\n".join([*lines, "#EXT-X-ENDLIST", ""])
