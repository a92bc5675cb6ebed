"""Supply chain, rights, credits, localizations and moving covers."""

from __future__ import annotations

import struct
from io import BytesIO
from typing import Any

import pytest


def effective(room: Any, release: str) -> dict[str, Any]:
    dsps = room.get(f"/supply-chain/releases/{release}/effective-config").json["data"]["dsps"]
    return {entry["dsp"]: entry for entry in dsps}


def test_the_catalogues_have_eight_policies_and_six_tiers(room: Any) -> None:
    """TG-203."""
    policies = room.get("/supply-chain/monetization-policies").json["data"]["policies"]
    tiers = room.get("/supply-chain/pricing-tiers").json["data"]["tiers"]

    assert len(policies) == 8
    assert [tier["code"] for tier in tiers] == ["back_catalog", "budget", "mid", "front_line", "premium", "custom"]
    assert [tier["default_album_minor"] for tier in tiers][-1] is None


def test_an_unset_configuration_is_the_default(room: Any) -> None:
    """TG-205: and says so until anything is set."""
    release = room.create()
    path = f"/supply-chain/releases/{release}"

    before = room.get(path).json["data"]
    after = room.put(f"{path}/territories", {"territory_mode": "worldwide"}).json["data"]

    assert before["is_default"] is True
    assert (before["territory_mode"], before["pricing_tier_code"]) == ("worldwide", "front_line")
    assert after["is_default"] is False
    assert room.get(path).json["data"] == after


@pytest.mark.parametrize(
    ("part", "body", "field"),
    [
        ("monetization", {"monetization_policy_codes": ["nope"]}, "monetization_policy_codes.0"),
        ("monetization", {"monetization_policy_codes": []}, "monetization_policy_codes"),
        ("pricing-tier", {"pricing_tier_code": "custom"}, "pricing_custom_track_minor"),
        ("pricing-tier", {"pricing_tier_code": "golden"}, "pricing_tier_code"),
        ("pricing-tier", {"pricing_tier_code": "mid", "pricing_currency": "ZZZ"}, "pricing_currency"),
        ("territories", {"territory_mode": "include"}, "territory_codes"),
        ("territories", {"territory_mode": "include", "territory_codes": ["XX1"]}, "territory_codes.0"),
        ("territories", {"territory_mode": "exclude", "territory_codes": ["XX"]}, "territory_codes"),
        ("overrides/spotify", {"pricing_tier_code": "custom"}, "pricing_custom_track_minor"),
        ("overrides/spotify", {"territory_mode": "include"}, "territory_codes"),
        ("overrides/spotify", {"release_date_override": "soon"}, "release_date_override"),
    ],
)
def test_what_the_catalogues_do_not_know_is_refused(room: Any, part: str, body: Any, field: str) -> None:
    """TG-204, TG-206, TG-207."""
    release = room.create()
    room.attach(release, "spotify")

    answer = room.put(f"/supply-chain/releases/{release}/{part}", body)

    assert answer.status_code == 422
    assert field in answer.json["errors"]
    assert room.get(f"/supply-chain/releases/{release}").json["data"]["is_default"] is True


def test_an_override_changes_one_dsp_until_it_is_cleared(room: Any) -> None:
    """TG-208, TG-209: merged over the release's configuration; DELETE lets it inherit again."""
    release = room.create()
    room.attach(release, "spotify", "apple-music")
    path = f"/supply-chain/releases/{release}/overrides/apple_music"
    before = effective(room, release)

    first = room.put(path, {"pricing_tier_code": "premium", "is_blocked": True})
    second = room.put(path, {"rights_override": {"download": False}, "monetization_policy_codes": ["restricted"]})
    during = effective(room, release)
    cleared = room.delete(path)

    assert first.json["data"] == {"dsp": "applemusic", "pricing_tier_code": "premium", "is_blocked": True}
    assert second.json["data"]["is_blocked"] is True
    assert during["spotify"] == before["spotify"]
    changed = during["applemusic"]
    assert (changed["pricing_album_minor"], changed["is_blocked"], changed["is_overridden"]) == (1299, True, True)
    assert (changed["rights"], changed["monetization_policy_codes"]) == ({"download": False}, ["restricted"])
    assert (cleared.status_code, cleared.data) == (204, b"")
    assert effective(room, release) == before
    assert room.put(path.replace("apple_music", "tidal"), {}).status_code == 422
    assert room.put(path.replace("apple_music", "nope"), {}).status_code == 404


def test_the_pipeline_shows_way_and_state_per_dsp(room: Any) -> None:
    """TG-211."""
    release = room.approved("spotify")
    path = f"/supply-chain/releases/{release}/dsps"

    before = room.get(path).json["data"]["dsps"][0]
    room.post(f"/releases/{release}/ddex/deliver")
    after = room.get(path).json["data"]["dsps"][0]
    draft = room.create()
    room.attach(draft, "spotify")

    assert (before["status"], after["status"]) == ("pending", "submitted")
    assert (after["slug"], after["ingestion_protocol"], after["ddex_ern_version"]) == ("spotify", "sftp", "4.3")
    assert room.get(f"/supply-chain/releases/{draft}/dsps").json["data"]["dsps"][0]["status"] is None


# rights

RIGHTS = {
    "streaming": True, "download": True, "ugc": True, "sync": False, "p_line": "(P) 2026 Lagos Sound Recordings",
    "c_line": "(C) 2026 Lagos Sound Recordings", "copyright_year": 2026, "mech_license_held": True,
    "mech_license_provider": "MLC", "iswc": "T-123456789-0", "ipi_name_number": "123456789", "pro_affiliation": "ASCAP",
    "sample_clearance_status": "cleared", "ai_disclosure": "none",
}  # fmt: skip


def test_rights_are_kept_and_read_back(room: Any) -> None:
    """TG-212: all fourteen of the sample, on a live release too."""
    release = room.live("spotify")

    answer = room.put(f"/releases/{release}/rights", RIGHTS)

    assert answer.json["data"]["rights"] == RIGHTS
    assert room.get(f"/releases/{release}").json["release"]["rights"] == RIGHTS


@pytest.mark.parametrize(("field", "value"), [("iswc", "T1234"), ("copyright_year", "2026"), ("streaming", "yes")])
def test_rights_have_types(room: Any, field: str, value: Any) -> None:
    """TG-213."""
    answer = room.put(f"/releases/{room.create()}/rights", {field: value})

    assert (answer.status_code, list(answer.json["errors"])) == (422, [field])


# credits


def writers(room: Any, *shares: float) -> list[dict[str, Any]]:
    made = [room.post("/writers", {"name": f"W{number}"}).json["data"]["uuid"] for number in range(len(shares))]
    return [
        {"writer_uuid": uuid, "role": "composer", "composer_share_percent": share}
        for uuid, share in zip(made, shares, strict=True)
    ]


@pytest.mark.parametrize(
    ("shares", "total"),
    [((60, 40), None), ((33.3, 33.3, 33.4), None), ((0, 0), None), ((), None), ((60, 30), "90"), ((50.5, 50), "100.5")],
)
def test_composer_shares_are_exactly_100_or_nothing(room: Any, shares: Any, total: str | None) -> None:
    """TG-225: the running total in the refusal; the list before stays."""
    track = room.add_track(room.create())

    answer = room.put(f"/tracks/{track}/writers", {"writers": writers(room, *shares)})

    if total is None:
        assert answer.status_code == 200
        assert len(room.get(f"/tracks/{track}").json["track"]["writers"]) == len(shares)
    else:
        assert (answer.status_code, answer.json["error"]) == (422, f"Composer shares must total 100 (got {total}).")
        assert room.get(f"/tracks/{track}").json["track"]["writers"] == []


def test_credits_name_known_people_only(room: Any) -> None:
    """TG-226, TG-227."""
    track = room.add_track(room.create())
    writer = writers(room, 100)
    publisher = room.post("/publishers", {"name": "Lagos Sound"}).json["data"]["uuid"]
    share = {"publisher_uuid": publisher, "share_percent": 100, "for_writer_uuid": writer[0]["writer_uuid"]}

    foreign = room.post("/writers", {"name": "x"}, "second-account").json["data"]["uuid"]
    unknown = room.put(f"/tracks/{track}/writers", {"writers": [{**writer[0], "writer_uuid": foreign}]})
    worldwide = room.put(f"/tracks/{track}/publishers", {"publishers": [share]})
    scoped = room.put(f"/tracks/{track}/publishers", {"publishers": [{**share, "territory_codes": ["NG", "GH"]}]})
    nowhere = room.put(f"/tracks/{track}/publishers", {"publishers": [{**share, "territory_codes": ["XX"]}]})

    assert unknown.status_code == nowhere.status_code == 422
    assert worldwide.json["data"]["publishers"][0]["territory_codes"] is None
    assert scoped.json["data"]["publishers"][0]["territory_codes"] == ["NG", "GH"]


def test_collaborators_come_in_credit_order_and_known_roles(room: Any) -> None:
    """TG-228."""
    track = room.add_track(room.create())
    people = [
        {"name": "Last", "role": "other"},
        {"name": "Second", "role": "instrumentalist", "role_detail": "Drums", "credit_order": 2},
        {"name": "First", "role": "producer", "credit_order": 1},
    ]

    room.put(f"/tracks/{track}/collaborators", {"collaborators": people})
    wrong = room.put(f"/tracks/{track}/collaborators", {"collaborators": [{"name": "x", "role": "guitarist"}]})

    back = room.get(f"/tracks/{track}").json["track"]["collaborators"]
    assert [one["name"] for one in back] == ["First", "Second", "Last"]
    assert wrong.status_code == 422


# localizations


def test_maps_that_are_sent_are_replaced_and_others_stay(room: Any) -> None:
    """TG-229, TG-230, TG-231."""
    release = room.create()
    path = f"/releases/{release}/localizations"
    room.put(path, {"localized_titles": {"en": "A", "fr": "B"}, "localized_descriptions": {"en": "D"}})

    data = room.put(path, {"localized_titles": {"yo": "C", "zh-Hans": "D", "zh-CN": "E"}}).json["data"]
    foreign = room.put(path, {"preferred_locale": "fr", "localized_titles": {"en": "A"}})
    malformed = room.put(path, {"localized_titles": {"english!": "A"}})

    assert data["localized_titles"] == {"yo": "C", "zh-Hans": "D", "zh-CN": "E"}
    assert data["localized_descriptions"] == {"en": "D"}
    assert data["preferred_locale"] == "en"
    assert list(foreign.json["errors"]) == ["preferred_locale"]
    assert malformed.status_code == 422


def test_tracks_have_titles_versions_and_lyrics(room: Any) -> None:
    """TG-232."""
    track = room.add_track(room.create())
    maps = {
        "localized_titles": {"fr": "T"}, "localized_title_versions": {"fr": "V"}, "localized_lyrics": {"fr": "L"},
    }  # fmt: skip

    answer = room.put(f"/tracks/{track}/localizations", maps)

    assert answer.json["data"] == maps
    shown = room.get(f"/tracks/{track}").json["track"]
    assert {name: shown[name] for name in maps} == maps


# moving covers


def gif() -> bytes:
    from PIL import Image

    frames = [Image.new("P", (72, 96), shade) for shade in (0, 90, 180)]
    file = BytesIO()
    frames[0].save(file, "GIF", save_all=True, append_images=frames[1:], duration=200)
    return file.getvalue()


def box(name: bytes, *parts: bytes) -> bytes:
    content = b"".join(parts)
    return struct.pack(">I", 8 + len(content)) + name + content


def mp4(brand: bytes = b"isom", codec: bytes = b"avc1") -> bytes:
    header = box(b"mvhd", bytes(12), struct.pack(">II", 1000, 8500), bytes(80))
    size = box(b"tkhd", bytes(76), struct.pack(">HHHH", 1080, 0, 1920, 0))
    kind = box(b"mdia", box(b"hdlr", bytes(8), b"vide", bytes(12)), box(b"stsd", bytes(8), box(codec, bytes(78))))
    return box(b"ftyp", brand, bytes(4)) + box(b"moov", header, box(b"trak", size, kind)) + box(b"mdat", b"x" * 64)


def element(id: str, content: bytes) -> bytes:
    return bytes.fromhex(id) + struct.pack(">Q", len(content) | 1 << 56) + content


def webm() -> bytes:
    video = element("E0", element("B0", struct.pack(">H", 1080)) + element("BA", struct.pack(">H", 1920)))
    info = element("1549A966", element("2AD7B1", b"\x0f\x42\x40") + element("4489", struct.pack(">d", 7250.0)))
    tracks = element("1654AE6B", element("AE", element("86", b"V_VP9") + video))
    return element("1A45DFA3", b"") + element("18538067", info + tracks)


FILMS = [
    ("a.gif", gif, "image/gif", (72, 96, 0.6, "GIF")),
    ("a.mp4", mp4, "video/mp4", (1080, 1920, 8.5, "H.264")),
    ("a.mov", lambda: mp4(b"qt  ", b"apch"), "video/quicktime", (1080, 1920, 8.5, "ProRes")),
    ("a.webm", webm, "video/webm", (1080, 1920, 7.25, "VP9")),
]


@pytest.mark.parametrize(("name", "make", "media_type", "facts"), FILMS)
def test_a_moving_cover_is_measured_after_a_while(
    timed: Any, name: str, make: Any, media_type: str, facts: Any
) -> None:
    """TG-216, TG-217: null at first, then what the file is."""
    release = timed.create()

    answer = timed.upload(f"/releases/{release}/animated-artwork/canvas_loop", "asset", make(), name)
    timed.advance(minutes=1)

    first = answer.json["data"]
    after = timed.get(f"/releases/{release}").json["release"]["animated_artwork"][0]
    names = ("width", "height", "duration_seconds", "codec")
    assert answer.status_code == 201
    assert (first["status"], [first[key] for key in names]) == ("processing", [None] * 4)
    assert (after["status"], tuple(after[key] for key in names)) == ("validated", facts)
    assert after["content_type"] == media_type
    url = after["url"]
    assert timed.ask("GET", url[url.index("/cdn") :], None).data == make()


def test_a_second_cover_of_a_type_replaces_the_first(room: Any) -> None:
    """TG-217."""
    release = room.create()
    path = f"/releases/{release}/animated-artwork"
    room.upload(f"{path}/square_motion", "asset", gif(), "a.gif")
    room.upload(f"{path}/tall_motion", "asset", gif(), "a.gif")

    second = room.upload(f"{path}/square_motion", "asset", gif(), "b.gif").json["data"]

    shown = room.get(f"/releases/{release}").json["release"]["animated_artwork"]
    assert sorted(one["asset_type"] for one in shown) == ["square_motion", "tall_motion"]
    assert second["uuid"] in [one["uuid"] for one in shown]


def test_moving_covers_have_limits_and_formats(room: Any) -> None:
    """TG-214, TG-215, TG-216."""
    path = f"/releases/{room.create()}/animated-artwork"

    text = room.upload(f"{path}/square_motion", "asset", b"plain text, no film", "a.txt", "text/plain")
    large = room.upload(f"{path}/square_motion", "asset", b"GIF89a" + bytes(50 * 1024 * 1024 - 5), "a.gif")
    cut = room.upload(f"{path}/square_motion", "asset", mp4()[:-40], "a.mp4")

    assert (text.status_code, list(text.json["errors"])) == (422, ["asset"])
    assert (large.status_code, large.json["error"]) == (413, "Animated artwork must be ≤50 MB.")
    assert cut.status_code == 422
