"""The code lists: stores, territories, languages and genres, and how a submission names an entry of them."""

from __future__ import annotations

import re
from functools import cached_property, lru_cache
from importlib.resources import files
from typing import Any

import orjson

Row = dict[str, Any]


class CodeList:
    """One list with its rows by code and by legacy number."""

    def __init__(self, rows: list[Row], *, any_case: bool = False) -> None:
        self.rows = rows
        self._any_case = any_case
        self._by_code = {row["code"]: row for row in rows}
        self._by_number = {row["id"]: row for row in rows if "id" in row}

    def printed(self) -> list[Row]:
        """Return the rows as a snapshot prints them: code and name."""
        return [{"code": row["code"], "name": row["name"]} for row in self.rows]

    def find(self, value: str | int) -> Row | None:
        """Return the row of a code or a legacy number, which may be text; None where there is none."""
        if not isinstance(value, str):  # a JSON integer, which may be written 1.0
            return self._by_number.get(int(value))
        text = value.strip()
        row = self._by_code.get(text.lower() if self._any_case else text)
        return row or (self._by_number.get(int(text)) if re.fullmatch("[0-9]{1,9}", text) else None)


class Reference:
    """All lists, read once from fixtures/gard/reference."""

    @cached_property
    def platforms(self) -> CodeList:
        """Return the stores."""
        return CodeList(_rows("platforms"))

    @cached_property
    def countries(self) -> CodeList:
        """Return the territories; their codes are taken in upper case too, as ISO prints them."""
        return CodeList(_rows("countries"), any_case=True)

    @cached_property
    def languages(self) -> CodeList:
        """Return the languages."""
        return CodeList(_rows("languages"), any_case=True)

    @cached_property
    def genres(self) -> CodeList:
        """Return the root genres."""
        return CodeList(_rows("genres"))

    @cached_property
    def subgenres(self) -> dict[str, CodeList]:
        """Return the subgenres by the code of their root."""
        return {row["code"]: CodeList(row["subgenres"]) for row in self.genres.rows}

    @cached_property
    def groups(self) -> list[Row]:
        """Return the groupings of stores."""
        return _rows("platform_groups")

    @cached_property
    def _language_names(self) -> dict[str, Row]:
        return {_slug(row["name"]): row for row in self.languages.rows}

    def language(self, text: str) -> Row | None:
        """Return the language of a code, a name or a slug of one (GARD-073)."""
        return self.languages.find(text) or self._language_names.get(_slug(text))


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", text.strip().lower()).strip("_")


def _rows(name: str) -> list[Row]:
    data = (files("fixtures") / "gard" / "reference" / f"{name}.json").read_bytes()
    rows: list[Row] = orjson.loads(data)["rows"]
    return rows


@lru_cache(maxsize=1)
def reference() -> Reference:
    """Return the code lists."""
    return Reference()
