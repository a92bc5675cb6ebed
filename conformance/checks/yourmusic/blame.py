"""Which requirement is broken when an answer breaks the document, or when generation finds a fault."""

from __future__ import annotations

from conformance.exchange import Breach, Exchange

_OPERATION = {
    "issueClientToken": "YM-004",
    "issueUserDeviceToken": "YM-012",
    "listUsers": "YM-020",
    **dict.fromkeys(("createUser", "getUser", "updateUser"), "YM-021"),
    "sendOtp": "YM-040",
    "authenticateOtp": "YM-052",
    "completeOnboarding": "YM-056",
    "refreshSession": "YM-060",
    "logout": "YM-064",
    "getProfile": "YM-070",
    "updateProfile": "YM-072",
    "createCheckoutSession": "YM-083",
    "getHomePage": "YM-094",
    "searchPlaylists": "YM-114",
    "listPlaylists": "YM-115",
    **dict.fromkeys(("createPlaylist", "getPlaylist", "updatePlaylist"), "YM-110"),
    **dict.fromkeys(("listPlaylistTracks", "addPlaylistTrack"), "YM-122"),
    **dict.fromkeys(("replacePlaylistTracks", "reorderPlaylistTrack"), "YM-122"),
    **dict.fromkeys(("searchArtists", "searchReleases", "searchTracks"), "YM-159"),
    **dict.fromkeys(("getArtist", "listArtistReleases", "browseArtists"), "YM-161"),
    **dict.fromkeys(("getRelease", "getTrack", "listReleaseTracks"), "YM-162"),
    **dict.fromkeys(("getReleasesBatch", "getTracksBatch"), "YM-163"),
    "getStreamManifest": "YM-191",
    "getStreamSegment": "YM-196",
}
_INSTANTS = ("created_at", "updated_at", "subscription_ends_at", "date_of_birth")
_NOT_FOUND = {"getStreamManifest": "YM-194", "getStreamSegment": "YM-194", "issueUserDeviceToken": "YM-015"}
_RESULTS = {"searchReleases": "YM-170", "searchTracks": "YM-169"}


def of_operation(operation: str | None) -> str:
    """Return the requirement that an operation as a whole stands for."""
    return _OPERATION.get(operation or "", "YM-200")


def of_refusal(operation: str | None, status: int) -> str:
    """Return the requirement that a refusal of an operation falls under."""
    if operation == "issueClientToken":
        return "YM-003"
    if status == 401:
        return "YM-093" if operation == "getHomePage" else "YM-201"
    if status == 403:
        return "YM-133" if "laylist" in str(operation) else "YM-028"
    if status == 404:
        return _NOT_FOUND.get(str(operation), "YM-031" if "User" in str(operation) else "YM-166")
    if status == 429:
        return "YM-045"
    return "YM-065" if operation == "logout" and status == 422 else "YM-200"


def of_breach(breach: Breach, exchange: Exchange) -> str:
    """Return the requirement that a breach of the document breaks."""
    if exchange.status >= 500:
        return of_operation(exchange.operation)
    if exchange.status >= 400:
        return of_refusal(exchange.operation, exchange.status)
    if breach.kind == "media type" and exchange.operation == "getStreamManifest":
        return "YM-192"
    if breach.kind in ("status", "media type", "header"):
        return of_operation(exchange.operation)
    return _of_document(breach, exchange)


def _of_document(breach: Breach, exchange: Exchange) -> str:
    tokens = [token for token in breach.pointer.split("/")[1:] if not token.isdigit()]
    last = tokens[-1] if tokens else ""
    if last in _INSTANTS:
        return "YM-202"
    if last == "status" and breach.keyword == "pattern":
        return "YM-030"
    if exchange.operation == "getHomePage":
        return _of_home(tokens)
    if tokens[:1] == ["user"]:
        return "YM-054"
    if exchange.operation in ("listUsers", "getProfile", "updateProfile") and (len(tokens) > 1 or not breach.pointer):
        return "YM-021" if exchange.operation != "listUsers" or breach.pointer else "YM-020"
    if last in ("sevendigitalPrice", "recommendedRetailPrice", "rrp"):
        return "YM-171"
    if last == "year":
        return "YM-167"
    if exchange.operation == "listArtistReleases" and tokens[:2] == ["releases", "releases"]:
        return "YM-168"
    if tokens[:1] == ["results"]:
        return _RESULTS.get(exchange.operation or "", "YM-159")
    return of_operation(exchange.operation)


def _of_home(tokens: list[str]) -> str:
    if tokens[-1:] == ["generated_at"]:
        return "YM-095"
    if tokens[:2] == ["modules", "items"]:
        return "YM-097"
    return "YM-096" if tokens[:1] == ["modules"] else "YM-094"


def of_fuzzing(check: str, operation: str, status: int | None) -> str:
    """Return the requirement that a failure of generated input breaks."""
    if check == "ignored_auth":
        return "YM-093" if operation == "getHomePage" else "YM-201"
    if check == "negative_data_rejection":
        return "YM-200"
    if status is not None and 400 <= status < 500:
        return of_refusal(operation, status)
    return of_operation(operation)
