"""YM-190 to YM-196: the HLS manifest of a track and the media that it names."""

from __future__ import annotations

from urllib.parse import urljoin

from conformance import judge
from conformance.answer import Answer
from conformance.case import Case
from conformance.check import check
from conformance.checks.yourmusic import people
from conformance.checks.yourmusic.refusing import refused

_HEAD = ("#EXTM3U", "#EXT-X-VERSION:3", "#EXT-X-TARGETDURATION:6", "#EXT-X-MEDIA-SEQUENCE:0")
_TYPES = ("application/vnd.apple.mpegurl", "application/x-mpegurl")


def stream_id(case: Case) -> str:
    """Return the stream_id of a known track."""
    path = {"track_id": case.fact("tracks")[0]}
    answer = case.given(case.call("getTrack", path=path, principal=people.reader(case)), 200)
    return str(answer.at("/track/stream_id"))


def manifest(case: Case, id: str, principal: str | None = "") -> Answer:
    """Fetch a manifest; an empty principal is a user."""
    caller = people.reader(case) if principal == "" else principal
    return case.call("getStreamManifest", path={"stream_id": id}, principal=caller)


def lines(answer: Answer) -> list[str]:
    """Return the manifest's lines."""
    return answer.content.decode("utf-8", "replace").splitlines()


def segments(answer: Answer) -> list[tuple[float, str]]:
    """Return duration and address of each segment; judges that every duration is followed by an address."""
    found = lines(answer)
    pairs = []
    for place, line in enumerate(found):
        if line.startswith("#EXTINF:"):
            after = found[place + 1] if place + 1 < len(found) else ""
            judge.that(
                after and not after.startswith("#"), "a duration is followed by no address", answer, received=after
            )
            pairs.append((float(line.removeprefix("#EXTINF:").partition(",")[0]), after))
    return pairs


def manifest_by_stream_id(case: Case) -> None:
    """A manifest is fetched by a track's stream_id; what is no UUID is refused."""
    answer = manifest(case, stream_id(case))
    judge.status(answer, 200)
    judge.equal("the first line", "#EXTM3U", lines(answer)[0], answer)
    for id in ("not-a-uuid", "1"):
        refused(manifest(case, id))


def manifest_is_an_hls_playlist(case: Case) -> None:
    """The manifest has the documented head, at least one segment no longer than the target, and an end."""
    answer = manifest(case, stream_id(case))
    judge.status(answer, 200)
    found = lines(answer)
    judge.equal("the first line", "#EXTM3U", found[0] if found else "", answer)
    judge.equal("the head", sorted(_HEAD), sorted(line for line in found if line in _HEAD), answer)
    judge.equal("the last line", "#EXT-X-ENDLIST", found[-1] if found else "", answer)
    parts = segments(answer)
    judge.that(parts, "there is no segment", answer, expected="at least one")
    longest = max(duration for duration, _ in parts)
    judge.that(longest <= 6, "a segment is longer than the target", answer, expected="at most 6", received=longest)
    addresses = [line for line in found if line and not line.startswith("#")]
    judge.equal("the addresses", [address for _, address in parts], addresses, answer)


def media_type(case: Case) -> None:
    """The manifest's type is HLS's own."""
    answer = manifest(case, stream_id(case))
    judge.among("the media type", _TYPES, answer.exchange.media_type, answer)


def track_id_is_no_stream_id(case: Case) -> None:
    """The stream_id of a track leads to its manifest, and its id does not."""
    track = case.fact("tracks")[0]
    judge.status(manifest(case, stream_id(case)), 200)
    refused(manifest(case, track))


def every_view_has_the_stream_id(case: Case) -> None:
    """A track has the same stream_id wherever it is shown, and two tracks have two."""
    tracks, reader = case.fact("tracks", at_least=2)[:2], people.reader(case)
    single = [case.call("getTrack", path={"track_id": id}, principal=reader).at("/track/stream_id") for id in tracks]
    batch = case.call("getTracksBatch", query={"trackids": ",".join(tracks)}, principal=reader)
    judge.equal(
        "the stream_ids in a batch", single, [item["stream_id"] for item in batch.items("/items/tracks")], batch
    )
    judge.that(single[0] != single[1], "two tracks have one stream_id", batch, received=single)


def unknown_stream_is_404(case: Case) -> None:
    """An unknown stream_id is 404."""
    judge.status(manifest(case, people.new_uuid(case)), 404)


def user_token_is_needed(case: Case) -> None:
    """A manifest is 401 without a token and not served to a client's token or a bad one."""
    id = stream_id(case)
    judge.status(manifest(case, id, None), 401)
    judge.status(manifest(case, id, "full"), 401, 403)
    headers = people.bearer("conformance-no-such-token")
    judge.status(case.call("getStreamManifest", path={"stream_id": id}, headers=headers, principal=None), 401)


def segments_resolve(case: Case) -> None:
    """Segment addresses are relative and lead, next to the manifest, to media."""
    answer = manifest(case, stream_id(case))
    parts = segments(answer)
    judge.that(parts, "the manifest has no segments", answer)
    for _, address in parts:
        judge.that("://" not in address, "a segment's address is not relative", answer, received=address)
    for _, address in (parts[0], parts[-1]):
        media = case.follow(urljoin(answer.exchange.url, address), people.reader(case))
        judge.status(media, 200)
        judge.that(len(media.content) > 0, "a segment is empty", media)
        judge.equal("the length of a transport stream in packets of 188 bytes, the rest", 0, len(media.content) % 188)
        judge.equal("the first byte of a transport stream", 0x47, media.content[0], media)


CHECKS = (
    check("YM-190", manifest_by_stream_id),
    check("YM-191", manifest_is_an_hls_playlist),
    check("YM-192", media_type),
    check("YM-193", track_id_is_no_stream_id),
    check("YM-193", every_view_has_the_stream_id),
    check("YM-194", unknown_stream_is_404),
    check("YM-195", user_token_is_needed),
    check("YM-196", segments_resolve),
)
