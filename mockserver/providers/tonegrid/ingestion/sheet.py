"""Reads CSV: rows with one title are the tracks of one release (L1162)."""

from __future__ import annotations

import csv
import io
from typing import Any

from mockserver.core.ground import Record

NEEDED = ("title", "track_title")
_TRUE, _FALSE = ("1", "true", "yes", "y"), ("", "0", "false", "no", "n")


def decode(data: bytes) -> str:
    """Return the text of a file in UTF-8, or in the code page that spreadsheets write."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def has_needed_columns(text: str) -> bool:
    """Say whether the header row names the two columns that are needed."""
    try:
        header = next(csv.reader(io.StringIO(text)), [])
    except csv.Error:
        return False
    names = [name.strip().lower() for name in header]
    return all(name in names for name in NEEDED)


def read_sheet(text: str) -> tuple[list[Record], list[dict[str, Any]]]:
    """Return releases in the words of /ingestion/json, and what is wrong with which row."""
    releases: dict[str, Record] = {}
    problems: list[dict[str, Any]] = []
    try:
        for number, row in enumerate(csv.DictReader(io.StringIO(text)), 2):
            _read_row(number, {(key or "").strip().lower(): value for key, value in row.items()}, releases, problems)
    except csv.Error as error:
        problems.append({"field": "releases_csv", "message": f"The file is no CSV: {error}.", "row": None})
    if not releases and not problems:
        problems.append({"field": "releases_csv", "message": "The file has no rows.", "row": None})
    return list(releases.values()), problems


def _read_row(number: int, row: dict[str, Any], releases: dict[str, Record], problems: list[dict[str, Any]]) -> None:
    values = {name: value.strip() for name, value in row.items() if isinstance(value, str) and value.strip()}
    if not values:
        return  # a blank line
    missing = [name for name in NEEDED if name not in values]
    for name in missing:
        problems.append({"field": name, "message": f"The {name} field is required.", "row": number})
    if missing:
        return
    release = releases.setdefault(values["title"], {"title": values["title"], "tracks": []})
    for name in ("type", "genre", "release_date", "upc", "artist_name", "language"):
        if name in values and name not in release:
            release[name] = values[name].lower() if name in ("type", "language") else values[name]
    release["tracks"].append(_track(number, values, problems))


def _track(number: int, values: dict[str, str], problems: list[dict[str, Any]]) -> Record:
    track: Record = {"title": values["track_title"]}
    for name in ("audio_url", "artist_name"):
        if name in values:
            track[name] = values[name]
    if "language" in values:
        track["language"] = values["language"].lower()
    if "isrc" in values:
        track["isrc"] = values["isrc"].replace("-", "").upper()
    for name in ("track_number", "duration_seconds"):
        if name in values:
            if values[name].isdecimal():
                track[name] = int(values[name])
            else:
                problems.append({"field": name, "message": f"The {name} must be an integer.", "row": number})
    told = values.get("explicit", "").lower()
    if told in _TRUE or told in _FALSE:
        track["explicit"] = told in _TRUE
    else:
        problems.append({"field": "explicit", "message": "The explicit must be true or false.", "row": number})
    return track
