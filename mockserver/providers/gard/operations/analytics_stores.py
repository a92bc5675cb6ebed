"""Reports of single stores, each under the names that the store itself uses."""

from __future__ import annotations

from typing import Any

from mockserver.provider import OperationFunction
from mockserver.providers.gard.analytics import reports
from mockserver.providers.gard.analytics.reports import choices, report

_DATE_RANGES = {"date_range": ["last_7d", "last_28d"]}


def _spotify_filters(releases: list[dict[str, Any]]) -> dict[str, Any]:
    return {"filters": _DATE_RANGES, "dimensions": ["track", "album"], "metrics": ["streams"]}


def _apple_music_filters(releases: list[dict[str, Any]]) -> dict[str, Any]:
    return {"filters": _DATE_RANGES, "dimensions": ["album", "track"], "metrics": ["plays", "listeners"]}


def _vk_clips_filters(releases: list[dict[str, Any]]) -> dict[str, Any]:
    return {"filters": _DATE_RANGES, "metrics": ["views"]}


OPERATIONS: dict[str, OperationFunction] = {
    "getSpotifyFilters": choices(_spotify_filters),
    "querySpotifyTable": report(reports.spotify_table),
    "querySpotifyGraph": report(reports.spotify_by_day),
    "querySpotifyBar": report(reports.spotify_bars),
    "getAppleMusicFilters": choices(_apple_music_filters),
    "queryAppleMusicTable": report(reports.apple_music_table),
    "queryAppleMusicGraph": report(reports.by_day("applemusic", "all_plays")),
    "queryAppleMusicGraphTotal": report(reports.in_total("applemusic", "all_plays")),
    "queryAppleMusicBar": report(reports.apple_music_bars),
    "getVkClipsFilters": choices(_vk_clips_filters),
    "queryVkClipsTable": report(reports.vk_clips_table),
    "queryVkClipsGraph": report(reports.by_day("vkclips")),
    "queryVkClipsGraphTotal": report(reports.clip_views),
    "queryYandexTable": report(reports.tracks_table("yandex", "royalty_streams")),
    "queryYandexGraph": report(reports.by_day("yandex", paid_line="all_paidstreams")),
    "queryUmaVkTable": report(reports.tracks_table("umavk")),
    "queryUmaVkGraph": report(reports.by_day("umavk")),
    "queryMtsTable": report(reports.tracks_table("mts")),
    "queryMtsGraph": report(reports.by_day("mts")),
    "queryZvooqTable": report(reports.tracks_table("zvooq")),
    "queryZvooqGraph": report(reports.by_day("zvooq")),
}
