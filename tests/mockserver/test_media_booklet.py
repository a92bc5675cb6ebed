"""Booklets: what begins as a PDF and what does not."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.media.booklet import inspect_booklet
from mockserver.media.facts import BookletFacts, MediaUnreadable

PDF = b"%PDF-1.7\n1 0 obj <<>> endobj\ntrailer <<>>\nstartxref\n0\n%%EOF\n"


def _inspect(data: bytes) -> BookletFacts:
    return inspect_booklet(io.BytesIO(data))


def test_a_pdf_tells_its_version_and_size() -> None:
    """GARD-095"""
    assert _inspect(PDF) == BookletFacts("1.7", True, len(PDF))


def test_a_pdf_made_by_pillow_is_accepted() -> None:
    from PIL import Image

    file = io.BytesIO()
    Image.new("RGB", (8, 8)).save(file, "PDF")

    assert inspect_booklet(file).complete


def test_a_pdf_that_is_cut_off_is_not_complete() -> None:
    assert not _inspect(PDF[:-4]).complete


def test_the_end_mark_is_looked_for_only_near_the_end() -> None:
    assert _inspect(PDF + bytes(900)).complete
    assert not _inspect(PDF + bytes(2000)).complete


@pytest.mark.parametrize("data", [b"", b"%PDF", b" %PDF-1.7", b"%pdf-1.7", b"Hello, named booklet.pdf"])
def test_what_does_not_begin_as_a_pdf_is_unreadable(data: bytes) -> None:
    """GARD-095"""
    with pytest.raises(MediaUnreadable, match="does not begin with %PDF-"):
        _inspect(data)


def test_the_file_stands_where_it_stood_before() -> None:
    file = io.BytesIO(PDF)
    file.seek(9)

    inspect_booklet(file)

    assert file.tell() == 9


@given(st.binary(max_size=100))
def test_anything_that_begins_right_is_read_and_the_version_is_told_only_when_it_is_one(rest: bytes) -> None:
    facts = _inspect(b"%PDF-" + rest)

    assert facts.size_bytes == 5 + len(rest)
    assert facts.version in {"", rest[:3].decode("latin-1")}
