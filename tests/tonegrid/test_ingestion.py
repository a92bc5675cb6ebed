"""Releases coming in: JSON, bulk, DDEX of three versions, CSV, and the jobs that tell of them."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from mockserver.media.sounds import wav

EP = {
    "title": "Midnight in Lagos",
    "type": "ep",
    "genre": "Afrobeats",
    "release_date": "2027-07-12",
    "upc": "0123456789012",
    "explicit_content": False,
    "tracks": [
        {"title": "Opening", "track_number": 1, "duration_seconds": 215, "isrc": "USRC12345678"},
        {"title": "Lagos Nights", "track_number": 2, "duration_seconds": 192, "isrc": "USRC12345679"},
    ],
}
HERE = Path(__file__).parent


def job(room: Any, id: str) -> dict[str, Any]:
    return dict(room.get(f"/ingestion/jobs/{id}").json["data"])


def send_xml(room: Any, data: bytes, **parts: Any) -> Any:
    return room.ask("POST", "/ingestion/ddex", data=data, content_type="application/xml", **parts)


def work(room: Any, id: str) -> dict[str, Any]:
    """Let the worker go as far as it can."""
    for event in ("queue", "parse", "validate"):
        room.fire("job", id, event)
    if room.find("ingestion_jobs", id=id)[0]["problems"]:
        room.fire("job", id, "refuse_bundle")
    else:
        room.fire("job", id, "stage")
        room.fire("job", id, "accept")
    return job(room, id)


# JSON


def test_json_makes_a_release_with_all_its_tracks_at_once(room: Any) -> None:
    """TG-190, TG-191, TG-201: 201, the documented message, an accepted job, both events."""
    room.subscribe("ingestion.*")

    answer = room.post("/ingestion/json", EP)

    data = answer.json["data"]
    assert answer.status_code == 201
    assert answer.json["message"] == "Release ingested via rest_json — 2 tracks created."
    assert (data["release"]["title"], data["release"]["type"]) == ("Midnight in Lagos", "ep")
    assert [track["title"] for track in data["tracks"]] == ["Opening", "Lagos Nights"]
    done = job(room, data["ingestion_job_id"])
    assert (done["state"], done["source"], done["release_id"]) == ("accepted", "rest_json", data["release"]["uuid"])
    assert done["files"][0]["name"] == "release.json"
    assert [entry["event"] for entry in room.sent()] == ["ingestion.received", "ingestion.accepted"]
    release = room.get(f"/releases/{data['release']['uuid']}").json["release"]
    assert (release["upc"], release["status"], len(release["dsps"])) == ("0123456789012", "draft", 24)
    assert room.get(f"/tracks/{data['tracks'][0]['uuid']}").json["track"]["duration"] == 215


@pytest.mark.parametrize(
    ("broken", "field"),
    [
        ({"tracks": [{"title": "A"}, {"track_number": 2}]}, "tracks.1.title"),
        ({"tracks": []}, "tracks"),
        ({"tracks": [{"title": "A", "isrc": "short"}]}, "tracks.0.isrc"),
        ({"upc": "12"}, "upc"),
    ],
)
def test_json_is_all_or_nothing(room: Any, broken: Any, field: str) -> None:
    """TG-189."""
    before = room.get("/releases").json["total"], room.get("/tracks").json["meta"]["total"]

    answer = room.post("/ingestion/json", {**EP, **broken})

    assert (answer.status_code, list(answer.json["errors"])) == (422, [field])
    assert (room.get("/releases").json["total"], room.get("/tracks").json["meta"]["total"]) == before


def test_what_json_leaves_out_is_made_up_or_empty(room: Any) -> None:
    """TG-197 of JSON: type by the number of tracks, date null (C-20)."""
    for count, kind in ((1, "single"), (6, "ep"), (7, "album")):
        tracks = [{"title": f"T{number}"} for number in range(count)]
        made = room.post("/ingestion/json", {"title": "R", "tracks": tracks}).json["data"]["release"]
        assert made["type"] == kind
        assert room.get(f"/releases/{made['uuid']}").json["release"]["release_date"] is None


def test_json_ingestion_is_the_same_when_the_worker_is_instant(quick: Any) -> None:
    quick.subscribe("*")

    data = quick.post("/ingestion/json", EP).json["data"]

    assert job(quick, data["ingestion_job_id"])["state"] == "accepted"
    names = [entry["event"] for entry in quick.sent()]
    assert names == ["ingestion.received", "release.created", "ingestion.accepted"]


# bulk


def test_a_bulk_of_200_becomes_200_jobs(timed: Any) -> None:
    """TG-192, TG-198, TG-202 of jobs: six minutes later all are releases."""
    items = [{"title": f"R{number}", "tracks": [{"title": "T"}]} for number in range(200)]

    answer = timed.post("/ingestion/bulk", items)
    timed.advance(minutes=6)

    jobs = answer.json["data"]["jobs"]
    assert answer.status_code == 202
    assert len({entry["ingestion_job_id"] for entry in jobs}) == 200
    assert {entry["state"] for entry in jobs} == {"received"}
    listed = timed.get("/ingestion/jobs", per_page=100, source="rest_bulk", state="accepted").json
    assert listed["meta"]["total"] == 200
    assert timed.get("/releases").json["total"] >= 200


def test_a_bulk_of_201_is_too_large(room: Any) -> None:
    """TG-192, C-30."""
    answer = room.post("/ingestion/bulk", {"releases": [{"title": "x"}] * 201})

    assert (answer.status_code, answer.json["error"]) == (413, "Bulk batch limited to 200 releases.")
    assert room.post("/ingestion/bulk", []).status_code == 422
    assert room.post("/ingestion/bulk", ["x"]).status_code == 422


def test_a_bad_item_spoils_no_batch(room: Any) -> None:
    """TG-199: its job is rejected with reasons."""
    room.subscribe("ingestion.rejected")
    good, bad = room.post("/ingestion/bulk", [EP, {"title": "No tracks"}]).json["data"]["jobs"]

    accepted, rejected = work(room, good["ingestion_job_id"]), work(room, bad["ingestion_job_id"])

    assert accepted["state"] == "accepted"
    assert (rejected["state"], rejected["error_code"], rejected["release_id"]) == (
        "rejected",
        "validation_failed",
        None,
    )
    assert rejected["validation_errors"] == [{"field": "tracks", "message": "The tracks field is required."}]
    assert [entry["event"] for entry in room.sent()] == ["ingestion.rejected"]


def test_a_job_goes_forward_only_and_shows_every_state(timed: Any) -> None:
    """TG-198."""
    id = timed.post("/ingestion/bulk", [EP]).json["data"]["jobs"][0]["ingestion_job_id"]
    seen = [job(timed, id)["state"]]

    for _ in range(6):
        timed.advance(minutes=1)
        seen.append(job(timed, id)["state"])

    assert seen == ["received", "queued", "parsing", "validating", "staged", "accepted", "accepted"]


# DDEX


def roundtrip(room: Any) -> bytes:
    """Return a message that we made ourselves."""
    release = room.create(title="Èkó", type="ep", artist_name="Ada Okafor", label="Tone", subgenre="Alté")
    track = room.add_track(release, title="Lagos Skyline", explicit=True, title_version="Live")
    room.upload(f"/tracks/{track}/audio", "audio", wav(1, bits=24), "a.wav")
    room.fire("track", track, "finish")
    room.add_track(release, title="Two", position=2)
    people = [{"name": "Sarz", "role": "producer"}, {"name": "P2J", "role": "mix_engineer"}]
    room.put(f"/tracks/{track}/collaborators", {"collaborators": people})
    room.put(f"/releases/{release}/localizations", {"localized_titles": {"fr": "Lagos"}})
    room.attach(release, "spotify")
    return bytes(room.get(f"/releases/{release}/ddex/preview/spotify.xml").data)


def test_our_own_message_comes_back_as_the_same_release(room: Any) -> None:
    """TG-193, TG-199: raw body, sniffed id and version, then everything that the message says."""
    message = roundtrip(room)

    answer = send_xml(room, message)
    done = work(room, answer.json["data"]["ingestion_job_id"])

    ticket = answer.json["data"]
    assert (answer.status_code, ticket["state"], ticket["ddex_ern_version"]) == (202, "received", "4.3")
    assert answer.json["message"].endswith(f"/ingestion/jobs/{ticket['ingestion_job_id']}")
    assert done["ddex_message_id"] == ticket["ddex_message_id"] == etree.fromstring(message).findtext(".//MessageId")
    release = room.get(f"/releases/{done['release_id']}").json["release"]
    told = {
        name: release[name] for name in ("title", "type", "artist_name", "label", "genre", "subgenre", "release_date")
    }
    assert told == {
        "title": "Èkó", "type": "ep", "artist_name": "Ada Okafor", "label": "Tone", "genre": "Afrobeats",
        "subgenre": "Alté", "release_date": "2027-01-15",
    }  # fmt: skip
    assert release["localized_titles"] == {"fr": "Lagos"}
    track = room.get(f"/tracks/{release['tracks'][0]['uuid']}").json["track"]
    assert (track["title"], track["title_version"], track["explicit"]) == ("Lagos Skyline", "Live", True)
    assert (track["audio_sample_rate"], track["audio_bit_depth"], track["duration"]) == (44_100, 24, 1)
    assert [(one["name"], one["role"]) for one in track["collaborators"]] == [
        ("Sarz", "producer"),
        ("P2J", "mix_engineer"),
    ]


def test_a_file_is_as_good_as_a_body(room: Any) -> None:
    """TG-193: multipart field ddex_xml."""
    answer = room.upload("/ingestion/ddex", "ddex_xml", roundtrip(room), "bundle.xml", "application/xml")

    done = work(room, answer.json["data"]["ingestion_job_id"])

    assert (done["state"], done["files"][0]["name"]) == ("accepted", "bundle.xml")


ENTITY = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
ERN = b'<n:NewReleaseMessage xmlns:n="http://ddex.net/xml/ern/43"><MessageHeader>&x;</MessageHeader></n:NewReleaseMessage>'


@pytest.mark.parametrize(
    "data",
    [
        b"<a/>",
        b"plain text",
        b"<NewReleaseMessage/>",
        b'<n:PurgeReleaseMessage xmlns:n="http://ddex.net/xml/ern/43"/>',
        b'<n:NewReleaseMessage xmlns:n="http://ddex.net/xml/ern/41"/>',
        b'<n:NewReleaseMessage xmlns:n="http://example.com/xml/ern/43"/>',
        ENTITY + ERN,
        b"<!DOCTYPE x>" + ERN.replace(b"&x;", b""),
    ],
)
def test_what_is_no_message_of_a_known_version_is_refused(room: Any, data: bytes) -> None:
    """TG-194, TG-195: entities and document types are never read."""
    answer = send_xml(room, data)

    assert (answer.status_code, answer.json["error"]) == (422, "File is not a recognisable DDEX ERN NewReleaseMessage.")
    assert room.get("/ingestion/jobs").json["meta"]["total"] == 0


@pytest.mark.parametrize("version", ["3.8.2", "4.2", "4.3"])
def test_three_versions_become_releases(room: Any, version: str) -> None:
    """TG-195, C-31: small messages of our own in each version's form."""
    data = (HERE / "messages" / f"ern-{version}.xml").read_bytes()

    answer = send_xml(room, data)
    done = work(room, answer.json["data"]["ingestion_job_id"])

    assert answer.json["data"]["ddex_ern_version"] == done["ddex_ern_version"] == version
    assert done["state"] == "accepted", done["validation_errors"]
    release = room.get(f"/releases/{done['release_id']}").json["release"]
    told = {name: release[name] for name in ("title", "type", "artist_name", "label", "genre", "upc", "release_date")}
    assert told == {
        "title": "Harmattan Season", "type": "single", "artist_name": "Kora Collective", "label": "Dust Road Records",
        "genre": "Highlife", "upc": "400000000015", "release_date": "2026-09-04",
    }  # fmt: skip
    track = room.get(f"/tracks/{release['tracks'][0]['uuid']}").json["track"]
    assert (track["title"], track["isrc"], track["duration"]) == ("Harmattan Season", "QZM002600001", 201)
    assert track["explicit"] is False
    assert release["rights"]["p_line"].endswith("Dust Road Records")


def test_a_message_without_substance_is_rejected_with_reasons(room: Any) -> None:
    """TG-199: no title, a foreign reference, an ISRC that is none."""
    data = (HERE / "messages" / "ern-4.3.xml").read_bytes()
    for right, wrong in (
        (b"<ISRC>QZM002600001</ISRC>", b"<ISRC>NOPE</ISRC>"),
        (
            b"<ReleaseResourceReference>A1</ReleaseResourceReference>",
            b"<ReleaseResourceReference>A9</ReleaseResourceReference>",
        ),
        (b"<ICPN>400000000015</ICPN>", b"<ICPN>BARCODE</ICPN>"),
    ):
        assert right in data
        data = data.replace(right, wrong)

    done = work(room, send_xml(room, data).json["data"]["ingestion_job_id"])

    assert (done["state"], done["error_code"]) == ("rejected", "validation_failed")
    assert {error["field"] for error in done["validation_errors"]} == {"tracks.0.isrc", "ResourceGroup", "upc"}
    assert all(isinstance(error["line"], int) for error in done["validation_errors"])


@pytest.mark.parametrize(
    ("name", "tracks"),
    [
        ("1_Audio.xml", None),
        ("2_Video.xml", None),
        ("4_SimpleAudioSingle.xml", 1),
        ("8_DjMix.xml", None),
        ("Variant_Classical.xml", 12),
    ],
)
def test_ddexs_own_samples_become_releases(
    room: Any, ddex_folder: Path, official_schema: Any, name: str, tracks: int | None
) -> None:
    """Issue 4: real parsing; and what comes of them makes valid messages again."""
    data = (ddex_folder / "samples-ern43" / name).read_bytes()

    done = work(room, send_xml(room, data).json["data"]["ingestion_job_id"])

    assert done["state"] == "accepted", done["validation_errors"]
    release = room.get(f"/releases/{done['release_id']}").json["release"]
    root = etree.fromstring(data)
    assert release["title"] == root.findtext("ReleaseList/Release/DisplayTitleText").strip()
    assert release["tracks"]
    assert tracks is None or len(release["tracks"]) == tracks
    assert official_schema.validate(room.message(done["release_id"])), official_schema.error_log


# CSV


def send_csv(room: Any, text: str) -> Any:
    return room.upload("/ingestion/csv", "releases_csv", text.encode(), "releases.csv", "text/csv")


def test_rows_of_one_title_are_one_release(room: Any) -> None:
    """TG-197: three rows, two titles."""
    text = (
        "title,track_title,type,genre,release_date,isrc,duration_seconds,explicit,artist_name\n"
        'A,"One, two",ep,Pop,2027-01-01,US-RC1-23-45678,200,yes,Ada\nB,Solo,,,,,,,\nA,Three,,,,,180,no,Ada\n'
    )

    done = work(room, send_csv(room, text).json["data"]["ingestion_job_id"])

    assert done["state"] == "accepted"
    assert len(done["release_ids"]) == 2
    first = room.get(f"/releases/{done['release_id']}").json["release"]
    assert (first["title"], first["genre"], [track["title"] for track in first["tracks"]]) == (
        "A",
        "Pop",
        ["One, two", "Three"],
    )
    track = room.get(f"/tracks/{first['tracks'][0]['uuid']}").json["track"]
    assert (track["isrc"], track["duration"], track["explicit"]) == ("USRC12345678", 200, True)


@pytest.mark.parametrize("header", ["title,genre", "track_title", "", "name;track_title;title"])
def test_two_columns_are_needed(room: Any, header: str) -> None:
    """TG-196."""
    answer = send_csv(room, f"{header}\nA,B\n" if header else "")

    assert (answer.status_code, answer.json["error"]) == (422, "CSV header must include `title` and `track_title`.")
    assert room.ask("POST", "/ingestion/csv", data={"other": (BytesIO(b"x"), "x")}).status_code == 422


def test_bad_rows_reject_the_sheet(room: Any) -> None:
    """TG-199."""
    text = "title,track_title,duration_seconds,explicit,upc\nA,,1,no,\nB,T,long,maybe,1\n"

    done = work(room, send_csv(room, text).json["data"]["ingestion_job_id"])

    assert done["state"] == "rejected"
    fields = {error["field"] for error in done["validation_errors"]}
    assert fields == {"track_title", "duration_seconds", "explicit", "upc"}


# the log


def test_the_log_filters_by_source_state_and_day(room: Any) -> None:
    """TG-200."""
    room.post("/ingestion/json", EP)
    room.post("/ingestion/bulk", [EP])
    room.advance(days=1)
    send_csv(room, "title,track_title\nA,B\n")

    def count(**query: str) -> int:
        return int(room.get("/ingestion/jobs", **query).json["meta"]["total"])

    assert count() == 3
    assert count(source="rest_json") == count(state="accepted") == count(source="csv") == 1
    assert (count(date="2026-11-28"), count(date_from="2026-11-29"), count(date_to="2026-11-27")) == (2, 1, 0)
    assert room.get("/ingestion/jobs", state="lost").status_code == 400


def test_a_tester_may_reject_or_break_a_job(room: Any) -> None:
    """TG-198, TG-199: with reasons of their own."""
    first, second = (entry["ingestion_job_id"] for entry in room.post("/ingestion/bulk", [EP, EP]).json["data"]["jobs"])

    room.fire("job", first, "reject", error_code="duplicate", reason="Known already.")
    room.fire("job", second, "fail")

    rejected, failed = job(room, first), job(room, second)
    assert (rejected["state"], rejected["error_code"]) == ("rejected", "duplicate")
    assert rejected["validation_errors"] == [{"field": "bundle", "message": "Known already."}]
    assert (failed["state"], failed["error_code"]) == ("failed", "processing_failed")
