"""Reads NewReleaseMessages of ERN 3.8.2, 4.2 and 4.3: one release with its tracks, in the words of /ingestion/json."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from mockserver.core.ground import Record
from mockserver.providers.tonegrid.ddex.xml import Element, local
from mockserver.providers.tonegrid.records import COLLABORATOR_ROLES

Problems = list[dict[str, Any]]

_TYPES = {"Single": "single", "EP": "ep"}
_ROLES = {ddex: own for own, ddex in reversed(COLLABORATOR_ROLES.items()) if ddex not in ("UserDefined", "Artist")} | {
    "Producer": "producer",
    "Mixer": "mix_engineer",
    "FeaturedArtist": "featured_artist",
}
_DURATION = re.compile(r"PT(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_RECORDINGS = ("SoundRecording", "Video")
_HERTZ = {"Hz": 1, "kHz": 1_000, "MHz": 1_000_000}


# walking


def _children(element: Element | None, *names: str) -> Iterator[Element]:
    if element is not None:
        yield from (child for child in element if local(child) in names)


def _child(element: Element | None, *path: str) -> Element | None:
    for name in path:
        element = next(_children(element, name), None)
        if element is None:
            return None
    return element


def _text(element: Element | None, *path: str) -> str | None:
    found = _child(element, *path)
    text = (found.text or "").strip() if found is not None else ""
    return text or None


def _first(element: Element | None, *paths: tuple[str, ...]) -> str | None:
    return next((text for path in paths if (text := _text(element, *path))), None)


def _deep(element: Element, name: str) -> str | None:
    found = next((one for one in element.iter() if local(one) == name and (one.text or "").strip()), None)
    return None if found is None else str(found.text).strip()


class Reader:
    """One message. `problems` collects what makes it no release."""

    def __init__(self, root: Element) -> None:
        self.root = root
        self.problems: Problems = []
        self._parties = {
            _text(party, "PartyReference"): _text(party, "PartyName", "FullName")
            for party in _children(_child(root, "PartyList"), "Party")
        }

    def problem(self, element: Element | None, field: str, message: str) -> None:
        """Note something that is wrong, with its line."""
        line = element.sourceline if element is not None else None
        self.problems.append({"field": field, "message": message, "line": line})

    def read(self) -> Record | None:
        """Return the release, or None where the message has none."""
        release = self._main_release()
        if release is None:
            self.problem(self.root, "ReleaseList", "The message has no release.")
            return None
        local_details = _child(release, "ReleaseDetailsByTerritory")
        tracks = self._tracks(release, local_details)
        title = self._title(release)
        if title is None:
            self.problem(release, "title", "The release has no title.")
        if not tracks:
            self.problem(release, "tracks", "The release has no recording.")
        upc = _first(release, ("ReleaseId", "ICPN"))
        if upc is not None and not re.fullmatch(r"\d{12,14}", upc):
            self.problem(release, "upc", f"ICPN {upc} is no UPC or EAN.")
        return {
            "title": title,
            "type": self._type(release, len(tracks)),
            "upc": upc,
            "grid": _text(release, "ReleaseId", "GRid"),
            "genre": _first(release, ("Genre", "GenreText")) or _text(local_details, "Genre", "GenreText"),
            "subgenre": _text(release, "Genre", "SubGenre") or _text(local_details, "Genre", "SubGenre"),
            "label": self._label(release, local_details),
            "release_date": self._date(release, local_details),
            "artist_name": self._artist(release) or self._artist(local_details),
            "explicit_content": self._is_explicit(release) or self._is_explicit(local_details),
            "language": _language(self.root),
            "localized_titles": _localized(release),
            "rights": _rights(release),
            "copyright_year": _year(release),
            "tracks": tracks,
        }

    # the release

    def _main_release(self) -> Element | None:
        releases = list(_children(_child(self.root, "ReleaseList"), "Release"))
        marked = [one for one in releases if one.get("IsMainRelease") == "true"]
        named = [one for one in releases if _text(one, "ReleaseReference") == "R0"]
        return next(iter(marked + named + releases), None)

    def _type(self, release: Element, count: int) -> str:
        told = _text(release, "ReleaseType")
        if told in _TYPES:
            return _TYPES[told]
        if told in ("SingleResourceRelease", "TrackRelease", "VideoSingle"):
            return "single"
        return "album" if told and "Album" in told else kind_of(count)

    def _title(self, element: Element) -> str | None:
        return _first(
            element, ("DisplayTitleText",), ("DisplayTitle", "TitleText"), ("ReferenceTitle", "TitleText"),
            ("ReleaseDetailsByTerritory", "Title", "TitleText"), ("Title", "TitleText"),
        )  # fmt: skip

    def _artist(self, element: Element | None) -> str | None:
        told = _first(element, ("DisplayArtistName",), ("DisplayArtist", "PartyName", "FullName"))
        return told or self._parties.get(_text(element, "DisplayArtist", "ArtistPartyReference"))

    def _label(self, release: Element, details: Element | None) -> str | None:
        told = self._parties.get(_text(release, "ReleaseLabelReference"))
        return told or _text(details, "LabelName") or _text(release, "LabelName")

    def _date(self, release: Element, details: Element | None) -> str | None:
        found = _first(release, ("ReleaseDate",), ("GlobalReleaseDate",), ("OriginalReleaseDate",))
        found = found or _first(details, ("ReleaseDate",), ("OriginalReleaseDate",))
        if found is None:
            for name in ("StartDate", "StartDateTime"):
                found = found or _deep(self.root, name)
        return found[:10] if found and _DAY.match(found) else None

    def _is_explicit(self, element: Element | None) -> bool:
        return any((one.text or "").strip() == "Explicit" for one in _children(element, "ParentalWarningType"))

    # its recordings

    def _tracks(self, release: Element, details: Element | None) -> list[Record]:
        resources = _child(self.root, "ResourceList")
        known = {_text(one, "ResourceReference"): one for one in _children(resources, *_RECORDINGS)}
        others = {_text(one, "ResourceReference") for one in (resources if resources is not None else ())}
        named = list(self._references(release)) or list(self._references(details))
        for reference in named:
            if reference not in others:
                self.problem(release, "ResourceGroup", f"The resource {reference} is not in the ResourceList.")
        order = [known[reference] for reference in dict.fromkeys(named) if reference in known]
        return [self._track(one, number) for number, one in enumerate(order or list(known.values()), 1)]

    def _references(self, element: Element | None) -> Iterator[str]:
        """Yield what the resource groups name, in their order, groups within groups too."""
        for group in _children(element, "ResourceGroup"):
            items = list(_children(group, "ResourceGroup", "ResourceGroupContentItem"))
            for item in sorted(items, key=lambda one: int(_number(_text(one, "SequenceNumber")) or 0)):
                if local(item) == "ResourceGroup":
                    yield from self._references_of_group(item)
                elif reference := _text(item, "ReleaseResourceReference"):
                    yield reference

    def _references_of_group(self, group: Element) -> Iterator[str]:
        for element in group.iter():
            if local(element) == "ReleaseResourceReference" and element.text:
                yield element.text.strip()

    def _track(self, recording: Element, number: int) -> Record:
        details = _child(recording, "SoundRecordingDetailsByTerritory")
        if details is None:
            details = _child(recording, "VideoDetailsByTerritory")
        title = self._title(recording) or _text(details, "Title", "TitleText")
        if title is None:
            self.problem(recording, f"tracks.{number - 1}.title", "The recording has no title.")
        return {
            "title": title or "Untitled",
            "title_version": _first(recording, ("DisplayTitle", "SubTitle"), ("ReferenceTitle", "SubTitle")),
            "track_number": number,
            "isrc": self._isrc(recording, number),
            "duration_seconds": _seconds(_text(recording, "Duration")),
            "explicit": self._is_explicit(recording) or self._is_explicit(details),
            "artist_name": self._artist(recording) or self._artist(details),
            "localized_titles": _localized(recording),
            "collaborators": self._collaborators(recording, details),
            **_technical(recording),
        }

    def _isrc(self, recording: Element, number: int) -> str | None:
        told = _deep(recording, "ISRC")
        if told is None:
            return None
        isrc = told.replace("-", "").replace(" ", "").upper()
        if not re.fullmatch(r"[A-Z]{2}[A-Z0-9]{3}\d{7}", isrc):
            self.problem(recording, f"tracks.{number - 1}.isrc", f"{told} is no ISRC.")
        return isrc

    def _collaborators(self, recording: Element, details: Element | None) -> list[dict[str, Any]]:
        found = []
        contributors = [
            *_children(recording, "Contributor"),
            *_children(details, "ResourceContributor"),
        ]
        for place, one in enumerate(contributors, 1):
            name = self._parties.get(_text(one, "ContributorPartyReference")) or _text(one, "PartyName", "FullName")
            if name is None:
                continue
            roles = [(role.text or "").strip() for role in _children(one, "Role", "ResourceContributorRole")] or [""]
            for role in roles:
                entry = {"name": name, "role": _ROLES.get(role, "other"), "credit_order": place}
                found.append(entry if role in _ROLES or not role else {**entry, "role_detail": role})
        return found


def kind_of(count: int) -> str:
    """Return the type of a release that states none: one track is a single, up to six are an EP."""
    return "single" if count <= 1 else "ep" if count <= 6 else "album"


def _number(text: str | None) -> float | None:
    try:
        return float(text) if text else None
    except ValueError:
        return None


def _seconds(text: str | None) -> int | None:
    found = _DURATION.fullmatch(text or "")
    if not found or not any(found.groups()):
        return None
    hours, minutes, seconds = (float(part or 0) for part in found.groups())
    return round(hours * 3600 + minutes * 60 + seconds)


def _language(root: Element) -> str | None:
    code = (root.get("LanguageAndScriptCode") or "")[:2].lower()
    return code if re.fullmatch("[a-z]{2}", code) else None


def _localized(element: Element) -> dict[str, str]:
    """Return the titles that stand beside the first one, by their language."""
    titles = [one for one in _children(element, "DisplayTitleText") if one.get("LanguageAndScriptCode")]
    first = next(_children(element, "DisplayTitleText"), None)
    others = [one for one in titles if one is not first and (one.text or "").strip()]
    return {one.get("LanguageAndScriptCode"): one.text.strip() for one in others}


def _rights(release: Element) -> Record:
    lines = {
        "p_line": _text(release, "PLine", "PLineText"),
        "c_line": _text(release, "CLine", "CLineText"),
    }
    return {name: text for name, text in lines.items() if text}


def _year(release: Element) -> int | None:
    text = _first(release, ("CLine", "Year"), ("PLine", "Year"))
    return int(text) if text and re.fullmatch(r"[1-9]\d{3}", text) else None


def _technical(recording: Element) -> Record:
    """Return what the message says of the file."""
    rate = next((one for one in recording.iter() if local(one) == "SamplingRate"), None)
    hertz = _number((rate.text or "").strip()) if rate is not None else None
    if rate is not None and hertz is not None:
        hertz *= _HERTZ.get(rate.get("UnitOfMeasure") or "kHz", 1)
    bits, channels = _number(_deep(recording, "BitsPerSample")), _number(_deep(recording, "NumberOfChannels"))
    return {
        "audio_sample_rate": round(hertz) if hertz else None,
        "audio_bit_depth": round(bits) if bits else None,
        "audio_channels": round(channels) if channels else None,
        "audio_md5": _md5(recording),
        "audio_url": _deep(recording, "URI") or _deep(recording, "FileName"),
    }


def _md5(recording: Element) -> str | None:
    for name in ("HashSumValue", "HashSum"):
        text = _deep(recording, name)
        if text and re.fullmatch("[0-9a-fA-F]{32}", text):
            return text.lower()
    return None
