"""TG-119 to TG-125, TG-128 and TG-139: the recordings of a message, its languages and its credits."""

from __future__ import annotations

from typing import Any

from conformance import judge
from conformance.case import Case
from conformance.check import check
from conformance.checks.tonegrid import ern, wares
from conformance.media import sounds

_RECORDING = "ResourceList/SoundRecording"
_EDITION = f"{_RECORDING}/SoundRecordingEdition"
_FILE = f"{_EDITION}/TechnicalDetails/DeliveryFile"
_DOLBY = {"dolby_isrc": "NGTON3100009", "dolby_audio_uri": "s3://conformance/atmos.wav"}
_HI_RES: dict[str, Any] = {"audio_bit_depth": 24, "audio_sample_rate": 96000, "audio_channels": 2}
_GROUP = "ReleaseList/Release/ResourceGroup/ResourceGroupContentItem"


def _release(case: Case, *tracks: dict[str, Any]) -> tuple[str, list[str]]:
    """Make a draft for Spotify with these tracks; release and track ids."""
    release = wares.make_release(case, type="ep")
    made = [wares.make_track(case, release, **{"position": place, **track}) for place, track in enumerate(tracks, 1)]
    wares.attach(case, release, "spotify")
    return release, made


def recordings_stand_by_position(case: Case) -> None:
    """There is one SoundRecording per track, A0001 and so on by position, and the ResourceGroup lists them in order."""
    titles = {position: case.ledger.name(f"track {position}") for position in (3, 1, 2)}
    release, _ = _release(case, *({"position": position, "title": title} for position, title in titles.items()))
    message = ern.preview(case, release)
    references = ["A0001", "A0002", "A0003"]
    judge.equal("the references", references, ern.texts(message, f"{_RECORDING}/ResourceReference"))
    expected = [titles[position] for position in (1, 2, 3)]
    judge.equal("the titles", expected, ern.texts(message, f"{_RECORDING}/DisplayTitle/TitleText"))
    judge.equal("the sequence", ["1", "2", "3"], ern.texts(message, f"{_GROUP}/SequenceNumber"))
    judge.equal("the sequence's references", references, ern.texts(message, f"{_GROUP}/ReleaseResourceReference"))


def recording_tells_its_audio(case: Case) -> None:
    """A recording with audio has its ISRC and PLine, and the form, length, place and size of its file."""
    release = wares.make_release(case)
    track = wares.make_track(case, release, isrc="NGTON3100001")
    wares.attach(case, release, "spotify")
    wares.give_audio(case, track, sounds.pcm(seconds=3.0, rate=48000, bits=24, channels=2))
    message = ern.preview(case, release)
    expected = {
        f"{_EDITION}/ResourceId/ISRC": "NGTON3100001",
        f"{_EDITION}/RecordingMode": "Stereo",
        f"{_FILE}/Type": "AudioFile",
        f"{_FILE}/AudioCodecType": "PCM",
        f"{_FILE}/BitRate[@UnitOfMeasure='kbps']": "2304",  # 48000 x 24 x 2 / 1000, as 4608 in the sample
        f"{_FILE}/NumberOfChannels": "2",
        f"{_FILE}/SamplingRate[@UnitOfMeasure='Hz']": "48000",
        f"{_FILE}/BitsPerSample": "24",
        f"{_FILE}/IsProvidedInDelivery": "true",
    }
    for place, value in expected.items():
        ern.is_text(message, place, value)
    for place in (f"{_EDITION}/PLine/PLineText", f"{_EDITION}/PLine/Year", f"{_FILE}/File/URI"):
        judge.that(ern.text(message, place), f"{place} is empty")
    size = ern.text(message, f"{_FILE}/File/FileSize")
    judge.that(float(size) > 0, "FileSize is not positive", expected="a size", received=size)
    judge.equal("the length in seconds", 3.0, ern.seconds(ern.text(message, f"{_FILE}/Duration")))


def given_md5_becomes_a_hash(case: Case) -> None:
    """A track's audio_md5 stands as HashSum in the message; it is the MD5 of what was uploaded."""
    release = wares.make_release(case)
    content = wares.wav(case)
    digest = _md5_of(content)
    track = wares.make_track(case, release, audio_md5=digest)
    wares.attach(case, release, "spotify")
    wares.give_audio(case, track, content)
    message = ern.preview(case, release)
    ern.is_text(message, f"{_FILE}/File/HashSum/Algorithm", "MD5")
    ern.is_text(message, f"{_FILE}/File/HashSum/HashSumValue", digest)


def _md5_of(content: bytes) -> str:
    from hashlib import md5

    return md5(content, usedforsecurity=False).hexdigest()


def no_md5_no_hash(case: Case) -> None:
    """Without audio_md5 there is no HashSum, though the server could compute one."""
    release, _ = wares.make_with_audio(case, "spotify")
    judge.equal("the hashes", [], ern.texts(ern.preview(case, release), ".//HashSum/HashSumValue"))


def dolby_makes_a_second_edition(case: Case) -> None:
    """With dolby_isrc and dolby_audio_uri a second, immersive edition stands beside the stereo one."""
    release, _ = _release(case, _DOLBY, {})
    message = ern.preview(case, release)
    first = f"{_RECORDING}[ResourceReference='A0001']/SoundRecordingEdition"
    judge.equal("the modes", ["Stereo", "ImmersiveAudio"], ern.texts(message, f"{first}/RecordingMode"))
    immersive = f"{first}[RecordingMode='ImmersiveAudio']"
    ern.is_text(message, f"{immersive}/ResourceId/ISRC", _DOLBY["dolby_isrc"])
    ern.is_text(message, f"{immersive}//AudioCodecType", "DolbyAtmosMasterADM")
    ern.is_text(message, f"{immersive}//HasImmersiveAudioMetadata", "true")
    ern.is_text(message, f"{immersive}//File/URI", _DOLBY["dolby_audio_uri"])
    second = f"{_RECORDING}[ResourceReference='A0002']/SoundRecordingEdition/RecordingMode"
    judge.equal("the modes of the other track", ["Stereo"], ern.texts(message, second))


def half_of_dolby_makes_none(case: Case, name: str) -> None:
    """One of the two alone makes no immersive edition."""
    release, _ = _release(case, {name: _DOLBY[name]})
    judge.equal("the modes", ["Stereo"], ern.texts(ern.preview(case, release), f"{_EDITION}/RecordingMode"))


def _flag(case: Case, release: str) -> bool:
    found = ern.texts(ern.preview(case, release), "ReleaseList/Release/IsHiResMusic")
    judge.that(len(found) <= 1, "IsHiResMusic stands more than once", expected=1, received=found)
    return found == ["true"]


def hi_res_needs_every_track(case: Case) -> None:
    """IsHiResMusic is true when every track has 88.2 kHz and 24 bits, and not any more when one falls short."""
    release, tracks = _release(case, _HI_RES, {**_HI_RES, "audio_sample_rate": 88200})
    judge.equal("IsHiResMusic of two such tracks", True, _flag(case, release))
    change = {"audio_sample_rate": 44100}
    case.given(case.call("updateTrack", path={"uuid": tracks[1]}, json=change), 200)
    judge.equal("IsHiResMusic after one became 44.1 kHz", False, _flag(case, release))


def less_is_not_hi_res(case: Case, form: tuple[int, int]) -> None:
    """Fewer bits, or a lower rate, is not hi-res."""
    depth, rate = form
    release, _ = _release(case, {**_HI_RES, "audio_bit_depth": depth, "audio_sample_rate": rate})
    judge.equal("IsHiResMusic", False, _flag(case, release))


def locales_have_their_titles(case: Case) -> None:
    """Each further language of a release and of a track has its DisplayTitleText."""
    release, tracks = _release(case, {"title": "Lagos Skyline"})
    titles = {"en": "Midnight in Lagos", "fr": "Minuit à Lagos", "yo": "Òjò Òru Èkó"}
    body = {"preferred_locale": "en", "localized_titles": titles}
    case.given(case.call("setReleaseLocalizations", path={"uuid": release}, json=body), 200)
    lines = {"en": "Lagos Skyline", "fr": "Horizon de Lagos", "yo": "Itọju Eko"}
    case.given(case.call("setTrackLocalizations", path={"uuid": tracks[0]}, json={"localized_titles": lines}), 200)
    message = ern.preview(case, release)
    for locale in ("fr", "yo"):
        place = f"DisplayTitleText[@LanguageAndScriptCode='{locale}']"
        ern.is_text(message, f"ReleaseList/Release/{place}", titles[locale])
        ern.is_text(message, f"{_RECORDING}/{place}", lines[locale])


def version_is_a_subtitle(case: Case) -> None:
    """A track's version is the SubTitle of type Version; a track without one has none."""
    release, _ = _release(case, {"title_version": "Radio Edit"}, {})
    message = ern.preview(case, release)
    place = "DisplayTitle/SubTitle[@SubTitleType='Version']"
    ern.is_text(message, f"{_RECORDING}[ResourceReference='A0001']/{place}", "Radio Edit")
    other = f"{_RECORDING}[ResourceReference='A0002']/{place}"
    judge.equal("the version of the other track", [], ern.texts(message, other))


def release_lasts_as_long_as_its_tracks(case: Case) -> None:
    """The release's Duration is the sum of those of its recordings."""
    tracks = [{"title": "Opening", "duration_seconds": 215}, {"title": "Lagos Nights", "duration_seconds": 192}]
    answer = case.call("ingestJson", json={"title": case.ledger.name("long"), "type": "ep", "tracks": tracks})
    release = wares.identity(case.given(answer, 201), "/data/release/uuid")
    case.ledger.add(f"releases/{release}")
    wares.attach(case, release, "spotify")
    message = ern.preview(case, release)
    lengths = [ern.seconds(text) for text in ern.texts(message, f"{_RECORDING}/Duration")]
    judge.equal("the lengths of the tracks", [215.0, 192.0], lengths)
    judge.equal("the length of the release", 407.0, ern.seconds(ern.text(message, "ReleaseList/Release/Duration")))


def credits_stand_in_the_message(case: Case) -> None:
    """Writers, publishers and collaborators of a track are parties of the message and contributors of the recording."""
    release, tracks = _release(case, {})
    path = {"uuid": tracks[0]}
    writer = case.given(case.call("createWriter", json={"name": "Ayodeji Balogun"}), 201)
    publisher = case.given(case.call("createPublisher", json={"name": "Lagos Sound Publishing"}), 201)
    share = {"composer_share_percent": 100, "role": "composer_lyricist"}
    writers = [{"writer_uuid": wares.identity(writer, "/data/uuid"), **share}]
    publishers = [{"publisher_uuid": wares.identity(publisher, "/data/uuid"), "share_percent": 100}]
    collaborators = [{"name": "Sarz", "role": "producer", "credit_order": 1}]
    case.given(case.call("replaceTrackWriters", path=path, json={"writers": writers}), 200)
    case.given(case.call("replaceTrackPublishers", path=path, json={"publishers": publishers}), 200)
    case.given(case.call("replaceTrackCollaborators", path=path, json={"collaborators": collaborators}), 200)
    message = ern.preview(case, release)
    for name in ("Ayodeji Balogun", "Lagos Sound Publishing", "Sarz"):
        place = f"PartyList/Party[PartyName/FullName='{name}']/PartyReference"
        reference = ern.text(message, place)
        used = ern.texts(message, f"{_RECORDING}//ContributorPartyReference")
        judge.that(reference in used, f"{name} is no contributor of the recording", expected=reference, received=used)


CHECKS = (
    check("TG-119", recordings_stand_by_position),
    check("TG-120", recording_tells_its_audio, needs=("media", "control")),
    check("TG-121", given_md5_becomes_a_hash, needs=("media", "control")),
    check("TG-121", no_md5_no_hash, needs=("media", "control")),
    check("TG-122", dolby_makes_a_second_edition, needs=()),
    check("TG-122", half_of_dolby_makes_none, each=tuple(_DOLBY), needs=()),
    check("TG-123", hi_res_needs_every_track, needs=()),
    check("TG-123", less_is_not_hi_res, each=((16, 96000), (24, 48000)), needs=()),
    check("TG-124", locales_have_their_titles),
    check("TG-125", version_is_a_subtitle),
    check("TG-128", release_lasts_as_long_as_its_tracks, needs=()),
    check("TG-139", credits_stand_in_the_message),
)
