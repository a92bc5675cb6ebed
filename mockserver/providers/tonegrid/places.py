"""The 249 countries of ISO 3166-1 and the word for all of them."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files

import orjson

WORLDWIDE = "WW"


@lru_cache(maxsize=1)
def countries() -> dict[str, str]:
    """Return alpha-2 codes and English names."""
    file = files("fixtures") / "tonegrid" / "reference" / "countries.json"
    return dict(orjson.loads(file.read_bytes()))


def name_of(code: str) -> str:
    """Return a country's name; a code that is no country stands for itself."""
    return countries().get(code, code)


def find_unknown(codes: list[str]) -> list[str]:
    """Return the codes that name no country."""
    return [code for code in codes if code not in countries()]
