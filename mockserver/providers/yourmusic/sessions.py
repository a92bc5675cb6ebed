"""Sessions of users: opened on a device, prolonged by refresh tokens, ended by logout."""

from __future__ import annotations

from typing import Any

from mockserver.clock import instant
from mockserver.core.ground import Record
from mockserver.providers.yourmusic.people import print_session_user
from mockserver.providers.yourmusic.tokens import ACCESS_LIFE, REFRESH_LIFE, issue_opaque, issue_signed
from mockserver.world import World

SESSIONS = "sessions"


def open_session(world: World, user: Record, device_id: str) -> dict[str, Any]:
    """Open a session of a user on a device; returns it as the document shows it."""
    session = {
        "id": world.uuid("session"),
        "user_id": user["id"],
        "device_id": device_id,
        "opened_at": instant(world.now),
        "ended_at": None,
        "access_token_ids": [],
    }
    return hand_out_tokens(world, session, user)


def hand_out_tokens(world: World, session: Record, user: Record) -> dict[str, Any]:
    """Give a session one more access token and a new refresh token (YM-052, YM-060)."""
    owner = {"user_id": user["id"], "session_id": session["id"]}
    claims = {"sub": user["id"], "tenant": user["tenant"], "device_id": session["device_id"], "sid": session["id"]}
    access_text, access = issue_signed(world, "access_token", claims, **owner, device_id=session["device_id"])
    refresh_text, _ = issue_opaque(world, "refresh_token", **owner)
    session["access_token_ids"].append(access["id"])
    world.put(SESSIONS, session)
    return {
        "token_type": "Bearer",
        "access_token": access_text,
        "expires_in": int(ACCESS_LIFE.total_seconds()),
        "refresh_token": refresh_text,
        "refresh_expires_in": int(REFRESH_LIFE.total_seconds()),
        "user": print_session_user(world, user),
    }


def end_session(world: World, refresh_token: Record, data: Record) -> None:
    """Let the access tokens of an ended session fall with it (YM-066)."""
    session = world.get(SESSIONS, refresh_token["session_id"])
    if session is None:
        return
    session["ended_at"] = instant(world.now)
    world.put(SESSIONS, session)
    for id in session["access_token_ids"]:
        access = world.get("access_tokens", id)
        if access is not None and access["status"] == "active":
            world.fire("access_token", id, "revoke")
