"""Identifiers: check digits against python-stdnum and published examples, made-up ones against both."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import ean, grid, isni, isrc
from stdnum.iso7064 import mod_37_36

from mockserver.fakes import identifiers

MAKERS: dict[str, tuple[Callable[[int], str], Callable[[str], bool], int]] = {
    "isrc": (identifiers.make_isrc, identifiers.is_valid_isrc, 99_999),
    "upc": (identifiers.make_upc, identifiers.is_valid_upc, 10**10 - 1),
    "ean": (identifiers.make_ean, identifiers.is_valid_ean, 10**9 - 1),
    "grid": (identifiers.make_grid, identifiers.is_valid_grid, 36**10 - 1),
    "iswc": (identifiers.make_iswc, identifiers.is_valid_iswc, 10**8 - 1),
    "ipi": (identifiers.make_ipi, identifiers.is_valid_ipi, 10**8 - 1),
    "isni": (identifiers.make_isni, identifiers.is_valid_isni, 10**7 - 1),
    "dpid": (identifiers.make_dpid, identifiers.is_valid_dpid, 13_148),
}

ORACLES = {
    "isrc": isrc.is_valid,
    "upc": ean.is_valid,
    "ean": ean.is_valid,
    "grid": grid.is_valid,
    "isni": isni.is_valid,
    "dpid": mod_37_36.is_valid,
}

PUBLISHED = {
    "isrc": ["USRC17607839", "QZ-ES5-26-00001", "NGABC2600001"],
    "upc": ["036000291452", "042100005264"],
    "ean": ["0123456789012", "8445281840433", "4006381333931"],
    "grid": ["A12425GABC1234002M", "A1-2425G-ABC1234002-M"],
    "iswc": ["T-034.524.680-1", "T0345246801", "T-034524680-1"],
    "ipi": ["00014107338"],
    "isni": ["0000000121032683", "0000 0001 2281 955X", "0000000114559647"],
    "dpid": ["PADPIDA2013042401U", "PADPIDA2011072101T", "PA-DPIDA-2011072101-T"],
}

# Printed in the documents of the five providers, each with a wrong check digit.
WRONG = {
    "upc": ["886447833821", "196922453871", "195497123456"],
    "ean": ["5060000000001", "8088111222333"],
    "grid": ["A12425GABC1234567X"],
    "iswc": ["T-123456789-0"],
    "ipi": ["123456789", "00014107339"],
    "dpid": ["PADPIDA2026012301U", "PADPIDA2014020404J"],
    "isrc": ["QZES5260001", "qzes52600001", "QZ-ES526-0000-1", "1ZES52600001"],
    "isni": ["0000000121032684", "0000-0001-2103-2683"],
}


@pytest.mark.parametrize(("kind", "text"), [(kind, text) for kind in PUBLISHED for text in PUBLISHED[kind]])
def test_a_published_identifier_is_valid(kind: str, text: str) -> None:
    _, is_valid, _ = MAKERS[kind]

    assert is_valid(text)


@pytest.mark.parametrize(("kind", "text"), [(kind, text) for kind in WRONG for text in WRONG[kind]])
def test_a_wrong_identifier_is_not_valid(kind: str, text: str) -> None:
    _, is_valid, _ = MAKERS[kind]

    assert not is_valid(text)


@pytest.mark.parametrize("kind", MAKERS)
@given(data=st.data())
def test_every_made_up_identifier_is_valid_and_an_independent_library_agrees(kind: str, data: st.DataObject) -> None:
    make, is_valid, last = MAKERS[kind]
    sequence = data.draw(st.integers(0, last))

    text = make(sequence)

    assert is_valid(text)
    assert ORACLES.get(kind, is_valid)(text)


@pytest.mark.parametrize("kind", MAKERS)
def test_made_up_identifiers_are_all_different(kind: str) -> None:
    make, _, _ = MAKERS[kind]

    texts = {make(sequence) for sequence in range(3000)}

    assert len(texts) == 3000


@pytest.mark.parametrize("kind", [kind for kind in MAKERS if kind != "isrc"])
def test_a_maker_refuses_to_go_beyond_its_range(kind: str) -> None:
    make, _, last = MAKERS[kind]

    make(last)

    with pytest.raises(ValueError, match=r"sequence|needs more"):
        make(last + 1)
    with pytest.raises(ValueError, match="start at 0"):
        make(-1)


def test_isrcs_count_on_into_the_registrant_when_a_year_is_full() -> None:
    texts = [identifiers.make_isrc(sequence, 2031) for sequence in (0, 99_999, 100_000, 3_599_999, 3_600_000)]

    assert texts == ["QZM003100000", "QZM003199999", "QZM013100000", "QZM0Z3199999", "QZM103100000"]


@pytest.mark.parametrize("kind", sorted({"ean", "upc", "grid", "isni", "dpid"}))
@given(data=st.data())
def test_checkers_and_the_independent_library_agree_on_changed_identifiers(kind: str, data: st.DataObject) -> None:
    make, is_valid, last = MAKERS[kind]
    text = make(data.draw(st.integers(0, last)))
    place = data.draw(st.integers(len("PADPIDA") if kind == "dpid" else 2, len(text) - 1))
    changed = text[:place] + data.draw(st.sampled_from("0123456789")) + text[place + 1 :]

    assert is_valid(changed) == ORACLES[kind](changed)


@pytest.mark.parametrize("kind", sorted({"upc", "ean", "grid", "isni", "dpid", "ipi"}))
def test_no_single_changed_digit_goes_unnoticed(kind: str) -> None:
    make, is_valid, _ = MAKERS[kind]
    text = make(4711)
    changed = [
        text[:place] + digit + text[place + 1 :]
        for place, old in enumerate(text)
        if old.isdigit() and not (kind == "grid" and place == 1)
        for digit in "0123456789"
        if digit != old
    ]

    assert changed
    assert [other for other in changed if is_valid(other)] == []


@pytest.mark.parametrize("kind", MAKERS)
@given(text=st.text(max_size=20))
def test_checkers_answer_no_to_any_other_text(kind: str, text: str) -> None:
    _, is_valid, _ = MAKERS[kind]

    assert not is_valid(text + "\n")
    assert not is_valid("٣" * 12 + text)


def test_made_up_products_come_from_ranges_no_product_on_sale_has() -> None:
    assert identifiers.make_upc(1).startswith("4")
    assert identifiers.make_ean(1).startswith("952")


def test_every_made_up_dpid_ends_in_a_letter_as_tonegrids_document_prints_them() -> None:
    assert all(identifiers.make_dpid(sequence)[-1].isalpha() for sequence in range(2000))


def test_gtins_of_8_and_14_digits_are_checked_too() -> None:
    assert identifiers.is_valid_gtin("96385074")
    assert identifiers.is_valid_gtin("00012345600012")
    assert not identifiers.is_valid_gtin("00012345600013")
    assert not identifiers.is_valid_gtin("1234567890")


def test_check_digits_want_exactly_the_digits_before_them() -> None:
    assert identifiers.upc_check_digit("19549712345") == "2"
    assert identifiers.ean_check_digit("400638133393") == "1"
    assert identifiers.iswc_check_digit("123456789") == "4"
    assert identifiers.ipi_check_digits("000141073") == "38"
    assert identifiers.isni_check_character("000000012281955") == "X"
    assert identifiers.mod_37_36_character("A12425GABC1234567") == "M"
    for wrong in ("1954971234", "1954971234x"):
        with pytest.raises(ValueError, match="11 digits are wanted"):
            identifiers.upc_check_digit(wrong)


def test_an_ipi_number_whose_remainder_is_0_ends_in_00() -> None:
    assert identifiers.is_valid_ipi("00000000000")
    assert not identifiers.is_valid_ipi("00000000001")


def test_identifiers_are_printed_as_the_documents_print_them() -> None:
    assert identifiers.hyphenated_isrc("QZES52600001") == "QZ-ES5-26-00001"
    assert identifiers.hyphenated_isrc("QZ-ES5-26-00001") == "QZ-ES5-26-00001"
    assert identifiers.hyphenated_iswc("T-034.524.680-1") == "T-034524680-1"
    with pytest.raises(ValueError, match="not an ISRC"):
        identifiers.hyphenated_isrc("QZES5")
    with pytest.raises(ValueError, match="not an ISWC"):
        identifiers.hyphenated_iswc("T-1")
