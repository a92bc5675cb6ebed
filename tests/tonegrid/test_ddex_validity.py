"""Validation of DDEX messages: by our own check, by the official schema, and that both agree."""

from __future__ import annotations

import re
from typing import Any

import pytest
from lxml import etree

from mockserver.app import build
from mockserver.providers.tonegrid.ddex.validation import find_structural, validate
from mockserver.providers.tonegrid.ddex.xml import parse
from mockserver.settings import BadSetting, read_settings
from tests.tonegrid.conftest import Room


def test_a_complete_release_is_valid_and_one_without_audio_is_not(room: Any, full: str) -> None:
    """TG-136, TG-084, C-57."""
    good = room.get(f"/releases/{full}/ddex/validate/spotify").json["data"]["validation"]
    room.add_track(full, title="Silence", position=3)
    bad = room.get(f"/releases/{full}/ddex/validate/spotify").json["data"]["validation"]

    assert (good["valid"], good["errors"], good["ern_version"]) == (True, [], "4.3")
    assert bad["valid"] is False
    assert bad["errors"][0]["message"] == "Element 'SoundRecording': The track 'Silence' has no audio file."
    assert set(bad["errors"][0]) == {"level", "severity", "line", "column", "message"}


BREAKS = [
    (b'UnitOfMeasure="kbps"', b'UnitOfMeasure="Kbps"'),
    (b"<Algorithm>MD5</Algorithm>", b"<Algorithm>md5</Algorithm>"),
    (b"<Type>AudioFile</Type>", b""),
    (b"<ReleaseType>EP</ReleaseType>", b"<ReleaseType>Extended</ReleaseType>"),
    (b"<UseType>PermanentDownload</UseType>", b"<UseType>Keep</UseType>"),
    (b"<ReleaseReference>R0</ReleaseReference>", b"<ReleaseReference>X0</ReleaseReference>"),
    (b' AvsVersionId="2022"', b""),
    (b"<ICPN>", b"<Barcode>1</Barcode><ICPN>"),
    (b"PADPIDA2014020404J", b"2014020404J"),
    (b"2027-01-15T00:00:00Z", b"soon"),
    (b'CurrencyCode="USD"', b""),
    (b'SequenceNumber="1"', b'SequenceNumber="one"'),
    (b"<DealReleaseReference>R0</DealReleaseReference>", b""),
    (b"<Duration>PT", b"<Duration>P1"),
    (b'LanguageAndScriptCode="fr"', b'LanguageAndScriptCode="french!"'),
    (b"<MessageSender>", b"<MessageSender><Extra/>"),
    (b"<HasImmersiveAudioMetadata>true", b"<HasImmersiveAudioMetadata>yes"),
    (b"<ResourceGroup>", b"<ResourceGroup><Nothing/>"),
]


@pytest.mark.parametrize(("right", "wrong"), BREAKS)
def test_our_own_check_finds_what_the_official_schema_finds(
    room: Any, full: str, official_schema: Any, right: bytes, wrong: bytes
) -> None:
    """TG-137: the same elements on the same lines are blamed; Kbps is told in the document's own words."""
    message = room.get(f"/releases/{full}/ddex/preview/spotify.xml").data
    broken = message.replace(right, wrong, 1)
    assert broken != message

    ours = find_structural(parse(broken))
    official_schema.validate(etree.fromstring(broken))

    assert ours
    assert {error["line"] for error in ours} == {error.line for error in official_schema.error_log}
    if b"Kbps" in wrong:
        text = (
            "Element 'BitRate', attribute 'UnitOfMeasure': The value 'Kbps' is not an element of the set"
            " {'bps', 'Gbps', 'kbps', 'Mbps'}."
        )
        assert [error["message"] for error in ours] == [text]
        assert re.sub(r"\[facet '[^']+'\] ", "", official_schema.error_log[0].message) == text


def test_the_official_schema_judges_where_its_folder_is_set(ddex_folder: Any) -> None:
    """TG-136: by setting; the report names the schema's path and tells its words."""
    built = build(read_settings({"providers": ("tonegrid",), "ddex_schemas": str(ddex_folder)}, {}))
    judged = Room(built, "judged")
    release = judged.ready("spotify")

    report = judged.get(f"/releases/{release}/ddex/validate/spotify").json["data"]["validation"]
    message = judged.get(f"/releases/{release}/ddex/preview/spotify.xml").data
    worse = validate(judged.world(), message.replace(b"<ReleaseType>Single", b"<ReleaseType>Extended"))

    assert report["xsd_path"] == str(ddex_folder.resolve() / "ern43" / "release-notification.xsd")
    assert [error["message"] for error in report["errors"]] == [
        "Element 'SoundRecording': The track 'Eclipse' has no audio file."
    ]
    assert (worse["valid"], worse["errors"][0]["level"], worse["errors"][0]["column"]) == (False, "error", 0)
    assert worse["errors"][0]["message"].startswith("Element 'ReleaseType': The value 'Extended' is not an element of")
    built.close()


def test_a_folder_without_the_schema_is_no_setting() -> None:
    with pytest.raises(BadSetting, match="ddex-schemas"):
        read_settings({"ddex_schemas": "/nowhere"}, {})


def test_every_message_of_the_demo_world_is_valid_by_the_official_schema(unlimited: Any, official_schema: Any) -> None:
    """TG-109, TG-110, TG-155: every release at every store, both messages; our own check agrees."""
    room, count = unlimited, 0
    for key in ("full", "second-account", "client-tenant"):
        for release in room.find("releases", tenant=room.account(key)):
            room.attach(release["id"], "spotify", "jollofbeats", key=key)
            for slug in ("spotify", "jollof-beats"):
                for infix in ("", "purge/"):
                    data = room.get(f"/releases/{release['id']}/ddex/{infix}preview/{slug}.xml", key).data
                    assert official_schema.validate(etree.fromstring(data)), official_schema.error_log
                    assert find_structural(parse(data)) == []
                    count += 1

    assert count == 4 * len(room.find("releases"))


@pytest.mark.parametrize("slug", ["spotify", "apple-music"])
def test_the_richest_message_is_valid_by_the_official_schema(
    room: Any, full: str, official_schema: Any, slug: str
) -> None:
    """TG-110: everything that can be said at once, all 27 roles and every policy among it."""
    roles = [
        "producer", "executive_producer", "co_producer", "vocal_producer", "mix_engineer", "mastering_engineer",
        "recording_engineer", "assistant_engineer", "featured_artist", "vocalist", "background_vocalist",
        "guest_artist", "instrumentalist", "arranger", "conductor", "remixer", "orchestra", "choir", "programmer", "dj",
        "sound_designer", "a_and_r", "liner_notes", "photographer", "illustrator", "styled_by", "other",
    ]  # fmt: skip
    track = room.get(f"/releases/{full}/tracks").json["tracks"][0]["uuid"]
    people = [{"name": f"P{number}", "role": role, "role_detail": "Kora"} for number, role in enumerate(roles)]
    assert room.put(f"/tracks/{track}/collaborators", {"collaborators": people}).status_code == 200
    codes = [one["code"] for one in room.get("/supply-chain/monetization-policies").json["data"]["policies"]]
    room.put(f"/supply-chain/releases/{full}/monetization", {"monetization_policy_codes": codes})
    room.put("/supply-chain/config", {"sobo_party_dpid": "PADPIDA2013042401U", "sobo_party_name": "Under & Label"})
    room.put(f"/releases/{full}", {"title": "A \u0000<b> \u000b& \ud83d\ude00"})

    root = room.message(full, slug)

    assert official_schema.validate(root), official_schema.error_log
    assert len(root.findall(".//SoundRecording")[0].findall("Contributor")) == 29
    assert find_structural(parse(etree.tostring(root))) == []


def test_bare_releases_make_valid_messages_too(room: Any, official_schema: Any) -> None:
    """A draft without tracks, date or genre."""
    release = room.create()
    room.put(f"/releases/{release}", {"release_date": None})
    room.attach(release, "spotify")

    assert official_schema.validate(room.message(release)), official_schema.error_log
    report = room.get(f"/releases/{release}/ddex/validate/spotify").json["data"]["validation"]
    assert {error["message"] for error in report["errors"]} == {
        "Element 'Release': The release has no date.",
        "Element 'ResourceList': The release has no track.",
    }
