"""Pages by number, offset and cursor."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.paging import BadCursor, Offset, PageNumbers, read_cursor, write_cursor


@pytest.mark.parametrize(
    ("page", "start", "last", "shown", "has_next", "has_previous"),
    [
        (PageNumbers(1, 10, 25), 0, 3, 10, True, False),
        (PageNumbers(2, 10, 25), 10, 3, 10, True, True),
        (PageNumbers(3, 10, 25), 20, 3, 5, False, True),
        (PageNumbers(4, 10, 25), 30, 3, 0, False, True),
        (PageNumbers(5, 10, 25), 40, 3, 0, False, False),
        (PageNumbers(1, 10, 0), 0, 1, 0, False, False),
        (PageNumbers(2, 10, 0), 10, 1, 0, False, True),
        (PageNumbers(1, 10, 10), 0, 1, 10, False, False),
        (PageNumbers(10**17, 100, 5), (10**17 - 1) * 100, 1, 0, False, False),
    ],
)
def test_a_page_by_number(
    page: PageNumbers, start: int, last: int, shown: int, has_next: bool, has_previous: bool
) -> None:
    assert (page.start, page.last, page.shown) == (start, last, shown)
    assert (page.has_next, page.has_previous) == (has_next, has_previous)


@given(st.lists(st.integers(), max_size=60), st.integers(1, 20))
def test_walking_the_pages_visits_everything_once(items: list[int], size: int) -> None:
    page, visited = PageNumbers(1, size, len(items)), []
    while True:
        visited += page.cut(items)
        assert len(page.cut(items)) == page.shown
        if not page.has_next:
            break
        page = PageNumbers(page.number + 1, size, len(items))

    assert visited == items
    assert page.number == page.last


@given(st.lists(st.integers(), max_size=30), st.integers(0, 40), st.integers(1, 10))
def test_a_slice_by_offset(items: list[int], offset: int, limit: int) -> None:
    cut = Offset(offset, limit, len(items))

    assert list(cut.cut(items)) == items[offset : offset + limit]
    assert cut.has_more is (offset + limit < len(items))


@given(st.dictionaries(st.text(max_size=5), st.integers() | st.text(max_size=20) | st.none(), max_size=3))
def test_a_cursor_reads_back_with_or_without_padding_in_both_alphabets(position: dict[str, object]) -> None:
    cursor = write_cursor(position)

    assert "=" not in cursor
    assert read_cursor(cursor) == position
    assert read_cursor(cursor + "==") == position
    assert read_cursor(cursor.replace("-", "+").replace("_", "/")) == position


def test_a_cursor_is_base64_of_compact_json() -> None:
    assert base64.urlsafe_b64decode(write_cursor({"id": 12345}) + "==") == b'{"id":12345}'


@pytest.mark.parametrize(
    "cursor",
    ["!!!", "a", "é", "bnVsbA", "WzFd", "MTI", "eyJhIjo", "\x00", " ", "////", "=" * 5, "W" * 200_000, "\ud800"],
    ids=lambda text: ascii(text)[:12],
)
def test_what_is_no_cursor_is_refused(cursor: str) -> None:
    with pytest.raises(BadCursor, match="is no cursor of this list"):
        read_cursor(cursor)


def test_a_cursor_of_nothing_is_refused() -> None:
    with pytest.raises(BadCursor):
        read_cursor("")
