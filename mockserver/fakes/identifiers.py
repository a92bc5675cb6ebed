"""Identifiers of the music trade: their check digits, whether a text is a valid one, and made-up valid ones.

Every maker takes a sequence number and gives the nth identifier of a range that no real product, person or
party has, where the issuing body left such a range. Checkers accept the separators that people print.
"""

from __future__ import annotations

import re
from datetime import date, timedelta

_ALPHANUMERIC = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"

_ISRC = re.compile(r"([A-Z]{2})-?([A-Z0-9]{3})-?([0-9]{2})-?([0-9]{5})")
_GRID = re.compile(r"A1-?[A-Z0-9]{5}-?[A-Z0-9]{10}-?[A-Z0-9]")
_DPID = re.compile(r"PA-?DPIDA-?[0-9]{10}-?[A-Z0-9]")
_ISWC = re.compile(r"T-?([0-9]{3})\.?([0-9]{3})\.?([0-9]{3})-?([0-9])")
_ISNI = re.compile(r"[0-9]{4} ?[0-9]{4} ?[0-9]{4} ?[0-9]{3}[0-9X]")


def gtin_check_digit(digits: str) -> str:
    """The check digit after the digits of any GTIN: weights 3 and 1 in turn, from the right."""
    total = sum(int(digit) * (1 if place % 2 else 3) for place, digit in enumerate(reversed(digits)))
    return str(-total % 10)


def upc_check_digit(digits: str) -> str:
    """The twelfth digit of a UPC-A whose first eleven are given."""
    return gtin_check_digit(_numeric(digits, 11))


def ean_check_digit(digits: str) -> str:
    """The thirteenth digit of an EAN-13 whose first twelve are given."""
    return gtin_check_digit(_numeric(digits, 12))


def iswc_check_digit(digits: str) -> str:
    """The tenth digit of an ISWC whose first nine are given, as ISO 15707 counts it."""
    total = 1 + sum(place * int(digit) for place, digit in enumerate(_numeric(digits, 9), start=1))
    return str(-total % 10)


def ipi_check_digits(digits: str) -> str:
    """The last two digits of an IPI name number whose first nine are given (modulo 101, weights 10 to 2).

    A remainder of 0 gives 00, as publishers' software has it; the bare formula would say 01.
    """
    remainder = sum((10 - place) * int(digit) for place, digit in enumerate(_numeric(digits, 9))) % 101
    return f"{(101 - remainder) % 100:02d}" if remainder else "00"


def isni_check_character(digits: str) -> str:
    """The sixteenth character of an ISNI whose first fifteen digits are given: ISO 7064 Mod 11-2."""
    total = 0
    for digit in _numeric(digits, 15):
        total = (total + int(digit)) * 2 % 11
    return "0123456789X"[(12 - total) % 11]


def mod_37_36_character(text: str) -> str:
    """The check character of ISO 7064 Mod 37,36, which closes a GRid and a DPID."""
    product = 36
    for letter in text:
        total = (product + _ALPHANUMERIC.index(letter)) % 36 or 36
        product = total * 2 % 37
    return _ALPHANUMERIC[(37 - product) % 36]


def is_valid_isrc(text: str) -> bool:
    """Two letters, three letters or digits, seven digits; hyphens or none. It has no check digit."""
    return _ISRC.fullmatch(text) is not None


def is_valid_upc(text: str) -> bool:
    """A UPC-A: twelve digits, the last one right."""
    return len(text) == 12 and is_valid_gtin(text)


def is_valid_ean(text: str) -> bool:
    """An EAN-13: thirteen digits, the last one right."""
    return len(text) == 13 and is_valid_gtin(text)


def is_valid_gtin(text: str) -> bool:
    """A GTIN of 8, 12, 13 or 14 digits, the last one right."""
    if len(text) not in {8, 12, 13, 14} or not _is_numeric(text):
        return False
    return text[-1] == gtin_check_digit(text[:-1])


def is_valid_grid(text: str) -> bool:
    """A1, five characters of the issuer, ten of the release and the right check character."""
    return _GRID.fullmatch(text) is not None and _is_closed(text.replace("-", ""))


def is_valid_dpid(text: str) -> bool:
    """PADPIDA, ten digits and the right check character."""
    return _DPID.fullmatch(text) is not None and _is_closed(text.replace("-", ""))


def is_valid_iswc(text: str) -> bool:
    """T, nine digits and the right check digit: T0345246801, T-034524680-1 or T-034.524.680-1."""
    parts = _ISWC.fullmatch(text)
    return parts is not None and parts[4] == iswc_check_digit(parts[1] + parts[2] + parts[3])


def is_valid_ipi(text: str) -> bool:
    """An IPI name number: eleven digits, the last two right."""
    return len(text) == 11 and _is_numeric(text) and text[9:] == ipi_check_digits(text[:9])


def is_valid_isni(text: str) -> bool:
    """Sixteen characters, bare or in groups of four, the last one right."""
    digits = text.replace(" ", "")
    return _ISNI.fullmatch(text) is not None and digits[-1] == isni_check_character(digits[:-1])


def make_isrc(sequence: int, year: int = 2026, prefix: str = "QZM00") -> str:
    """The nth ISRC of a year, without hyphens. After 100,000 the registrant's code counts on."""
    block, designation = divmod(_natural(sequence), 100_000)
    registrant = _base_36(int(prefix[2:], 36) + block, 3)
    return f"{prefix[:2]}{registrant}{year % 100:02d}{designation:05d}"


def make_upc(sequence: int, prefix: str = "4") -> str:
    """The nth UPC-A. Those that begin with 4 are for use inside a company: no product on sale has one."""
    digits = prefix + _padded(sequence, 11 - len(prefix))
    return digits + upc_check_digit(digits)


def make_ean(sequence: int, prefix: str = "952") -> str:
    """The nth EAN-13. GS1 keeps the prefix 952 for demonstrations and examples."""
    digits = prefix + _padded(sequence, 12 - len(prefix))
    return digits + ean_check_digit(digits)


def make_grid(sequence: int, issuer: str = "0MOCK") -> str:
    """The nth GRid of an issuer (five letters or digits), without hyphens."""
    text = f"A1{issuer}{_base_36(sequence, 10)}"
    return text + mod_37_36_character(text)


def make_dpid(sequence: int) -> str:
    """The nth DDEX party id. Its date lies before DDEX existed, and its check character is always a letter.

    The standard allows a digit there too, but ToneGrid's document shows letters only.
    """
    day = date(1970, 1, 1) + timedelta(days=_natural(sequence))
    if day.year >= 2006:
        raise ValueError(f"no made-up DPID is left for sequence {sequence}")
    texts = (f"PADPIDA{day:%Y%m%d}{count:02d}" for count in range(1, 100))
    return next(text + check for text in texts if (check := mod_37_36_character(text)).isalpha())


def make_iswc(sequence: int) -> str:
    """The nth ISWC, bare: T and ten digits, in a range not given out."""
    digits = "9" + _padded(sequence, 8)
    return f"T{digits}{iswc_check_digit(digits)}"


def make_ipi(sequence: int) -> str:
    """The nth IPI name number, eleven digits, in a range not given out."""
    digits = "9" + _padded(sequence, 8)
    return digits + ipi_check_digits(digits)


def make_isni(sequence: int) -> str:
    """The nth ISNI, sixteen characters without blanks, in a range not given out."""
    digits = "00000009" + _padded(sequence, 7)
    return digits + isni_check_character(digits)


def hyphenated_isrc(isrc: str) -> str:
    """QZES52600001 as QZ-ES5-26-00001, which is how Gard prints it."""
    parts = _ISRC.fullmatch(isrc)
    if parts is None:
        raise ValueError(f"{isrc!r} is not an ISRC")
    return "-".join(parts.groups())


def hyphenated_iswc(iswc: str) -> str:
    """T0345246801 as T-034524680-1, which is how ToneGrid prints it."""
    parts = _ISWC.fullmatch(iswc)
    if parts is None:
        raise ValueError(f"{iswc!r} is not an ISWC")
    return f"T-{parts[1]}{parts[2]}{parts[3]}-{parts[4]}"


def _is_closed(text: str) -> bool:
    return text[-1] == mod_37_36_character(text[:-1])


def _is_numeric(text: str) -> bool:
    return text.isascii() and text.isdigit()


def _numeric(digits: str, length: int) -> str:
    if len(digits) != length or not _is_numeric(digits):
        raise ValueError(f"{length} digits are wanted, not {digits!r}")
    return digits


def _natural(sequence: int) -> int:
    if sequence < 0:
        raise ValueError(f"sequence numbers start at 0, not at {sequence}")
    return sequence


def _padded(sequence: int, width: int) -> str:
    digits = f"{_natural(sequence):0{width}d}"
    if len(digits) > width:
        raise ValueError(f"sequence {sequence} needs more than {width} digits")
    return digits


def _base_36(number: int, width: int) -> str:
    rest, text = _natural(number), ""
    for _ in range(width):
        rest, digit = divmod(rest, 36)
        text = _ALPHANUMERIC[digit] + text
    if rest:
        raise ValueError(f"{number} needs more than {width} characters")
    return text
