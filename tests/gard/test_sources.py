"""Media named by URL: made up by default, fetched where the setting says so, and never from where it must not be."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

COVER, TRACK = "https://example.com/cover.jpg", "https://example.com/music/First%20Track.wav"


class FileHost:
    """A file host on loopback, of nothing but the standard library."""

    def __init__(self) -> None:
        self.files: dict[str, tuple[int, bytes]] = {}
        self.moved: dict[str, str] = {}
        self.asked: list[str] = []
        self.missing = 0  # bytes that are promised and never sent
        host = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                host.asked.append(self.path)
                if self.path in host.moved:
                    self.send_response(302)
                    self.send_header("Location", host.moved[self.path])
                    self.end_headers()
                    return
                status, data = host.files.get(self.path, (404, b"nothing"))
                self.send_response(status)
                self.send_header("Content-Length", str(len(data) + host.missing))
                self.end_headers()
                with contextlib.suppress(OSError):  # the client may have seen enough
                    self.wfile.write(data)

            def log_message(self, *args: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True)
        self.thread.start()

    def url(self, path: str, data: bytes = b"", status: int = 200) -> str:
        """Offer a file; returns its address."""
        self.files[path] = (status, data)
        return f"http://127.0.0.1:{self.server.server_port}{path}"

    def close(self) -> None:
        """Stop."""
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


@pytest.fixture
def file_host() -> Iterator[FileHost]:
    """A running file host."""
    host = FileHost()
    yield host
    host.close()


@pytest.fixture
def fetching(build_desk: Any) -> Any:
    """A desk whose house fetches from loopback and from the public network."""
    return build_desk(media_sources="loopback,public")


def _fields(answer: Any) -> list[str]:
    assert answer.status_code == 422, answer.text
    return [entry["field"] for entry in answer.json["detail"]]


def test_all_four_files_may_be_named_by_url(desk: Any) -> None:
    """GARD-096, GARD-128"""
    answer = desk.submit(
        cover=None, audio_files=None, cover_url=COVER, audio_files_urls=[TRACK],
        video_url="https://example.com/video.mov", booklet_url="https://example.com/booklet.pdf",
    )  # fmt: skip

    told = answer.json
    assert (told["has_cover"], told["audio_count"], told["has_video"], told["has_booklet"]) == (True, 1, True, True)


def test_a_made_up_cover_is_a_picture_that_stays_the_same(desk: Any) -> None:
    """GARD-096, GARD-125"""
    case = desk.submitted(cover=None, cover_url=COVER)

    first, second = case.get("/cover"), case.get("/cover")

    assert (first.status_code, first.content_type) == (200, "image/jpeg")
    assert first.data == second.data
    assert first.data.startswith(b"\xff\xd8")


def test_tracks_by_url_are_named_after_their_addresses(desk: Any) -> None:
    """GARD-096, C17"""
    urls = [TRACK, "https://example.com/two.mp3"]

    case = desk.submitted(0, album_type="EP", audio_files=None, audio_files_urls=urls)

    assert [track["title"] for track in case.tracks] == ["First Track", "two"]


@pytest.mark.parametrize(
    "url",
    [
        "ftp://example.com/c.jpg", "file:///etc/passwd", "c.jpg", "http://127.0.0.1/c.jpg", "http://localhost/c.jpg",
        "http://10.1.2.3/c.jpg", "http://169.254.169.254/latest/meta-data", "http://[::1]/c.jpg", "http://2130706433/c.jpg",
        "http://0x7f.1/c.jpg", "http://[fd00:ec2::254]/", "http://100.100.100.200/", "http://[::ffff:10.0.0.1]/c.jpg",
    ],
)  # fmt: skip
def test_only_public_http_addresses_are_taken(desk: Any, url: str) -> None:
    """GARD-097"""
    assert "cover_url" in _fields(desk.submit(cover=None, cover_url=url))


def test_30_audio_urls_are_taken_and_31_are_not(desk: Any) -> None:
    """GARD-097"""
    urls = [f"https://example.com/{n}.wav" for n in range(31)]

    assert desk.submit(album_type="Album", audio_files=None, audio_files_urls=urls[:30]).status_code == 200
    assert "audio_files_urls" in _fields(desk.submit(album_type="Album", audio_files=None, audio_files_urls=urls))


@pytest.mark.parametrize(
    ("more", "blamed"),
    [
        ({"cover_url": COVER}, "cover"),
        ({"audio_files_urls": [TRACK]}, "audio_files"),
        ({"video_url": "https://example.com/v.mov"}, "video"),
        ({"booklet_url": "https://example.com/b.pdf"}, "booklet"),
    ],
)
def test_file_and_url_of_one_medium_exclude_each_other(
    desk: Any, part: Any, film: Any, more: dict[str, Any], blamed: str
) -> None:
    """GARD-098, C18"""
    files = {"video": part(film(), "v.mp4"), "booklet": part(b"%PDF-1.7", "b.pdf")}

    answer = desk.submit(**files, **more)

    assert blamed in _fields(answer)
    assert "either" in answer.text


def test_a_cover_file_goes_with_audio_urls(desk: Any) -> None:
    """GARD-098"""
    assert desk.submit(audio_files=None, audio_files_urls=[TRACK]).status_code == 200


def test_audio_urls_are_as_many_as_entries(desk: Any) -> None:
    """GARD-099"""
    urls = [TRACK, "https://example.com/two.wav"]

    answer = desk.submit(album_type="EP", audio_files=None, audio_files_urls=urls, tracks_meta=[{"name": "A"}])

    assert "tracks_meta" in _fields(answer)


def test_fetched_files_are_looked_into_and_the_cover_is_kept(
    fetching: Any, file_host: FileHost, cover: bytes, sound: bytes, film: Any
) -> None:
    """GARD-096, GARD-100"""
    case = fetching.submitted(
        cover=None, audio_files=None, cover_url=file_host.url("/c.jpg", cover),
        audio_files_urls=[file_host.url("/a.wav", sound)], video_url=file_host.url("/v.mov", film()),
        booklet_url=file_host.url("/b.pdf", b"%PDF-1.7"),
    )  # fmt: skip

    assert case.get("/cover").data == cover
    assert sorted(file_host.asked) == ["/a.wav", "/b.pdf", "/c.jpg", "/v.mov"]


def test_a_fetched_file_that_breaks_a_rule_is_refused(fetching: Any, file_host: FileHost) -> None:
    """GARD-100"""
    from mockserver.media.pictures import jpeg

    before = fetching.account["credits"]

    answer = fetching.submit(cover=None, cover_url=file_host.url("/c.jpg", jpeg(100, 100, (1, 2, 3))))

    assert "cover_url" in _fields(answer)
    assert "1400 to 6000" in answer.text
    assert fetching.account["credits"] == before


@pytest.mark.parametrize("status", [404, 500])
def test_an_address_without_a_file_is_refused(fetching: Any, file_host: FileHost, status: int) -> None:
    """GARD-101"""
    answer = fetching.submit(cover=None, cover_url=file_host.url("/c.jpg", b"x", status))

    assert "cover_url" in _fields(answer)
    assert str(status) in answer.text


def test_an_address_that_nobody_answers_is_refused(fetching: Any, file_host: FileHost) -> None:
    """GARD-101"""
    url = file_host.url("/c.jpg")
    file_host.server.server_close()

    assert "cover_url" in _fields(fetching.submit(cover=None, cover_url=url))


def test_a_fetched_file_has_50_mb_at_most(fetching: Any, file_host: FileHost) -> None:
    """GARD-097, C20"""
    url = file_host.url("/a.wav", bytes((50 << 20) + 1))

    answer = fetching.submit(audio_files=None, audio_files_urls=[url])

    assert "audio_files_urls[0]" in _fields(answer)
    assert str(50 << 20) in answer.text


def test_a_file_that_ends_too_early_is_refused(fetching: Any, file_host: FileHost, cover: bytes) -> None:
    """GARD-101"""
    file_host.missing = 10

    answer = fetching.submit(cover=None, cover_url=file_host.url("/c.jpg", cover))

    assert "cover_url" in _fields(answer)
    assert "ends before its stated length" in answer.text


def test_a_redirect_is_followed(fetching: Any, file_host: FileHost, cover: bytes) -> None:
    """GARD-100"""
    file_host.url("/c.jpg", cover)
    file_host.moved["/old.jpg"] = "/c.jpg"

    assert fetching.submit(cover=None, cover_url=file_host.url("/old.jpg")).status_code == 200


@pytest.mark.parametrize("place", ["http://169.254.169.254/latest", "http://10.0.0.1/c.jpg", "/loop"])
def test_a_redirect_is_held_to_the_same_rules(fetching: Any, file_host: FileHost, place: str) -> None:
    """GARD-097"""
    file_host.moved["/loop"] = place

    answer = fetching.submit(cover=None, cover_url=file_host.url("/loop"))

    assert "cover_url" in _fields(answer)


@pytest.mark.parametrize("url", ["http://169.254.169.254/latest/meta-data", "http://[fe80::1]/c.jpg"])
def test_link_local_and_metadata_are_never_asked(fetching: Any, url: str) -> None:
    """GARD-097"""
    assert "cover_url" in _fields(fetching.submit(cover=None, cover_url=url))


def test_loopback_is_not_asked_unless_the_setting_names_it(build_desk: Any, file_host: FileHost, cover: bytes) -> None:
    """GARD-097"""
    public_only = build_desk(media_sources="public")

    answer = public_only.submit(cover=None, cover_url=file_host.url("/c.jpg", cover))

    assert "cover_url" in _fields(answer)
    assert file_host.asked == []
