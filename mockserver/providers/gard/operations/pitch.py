"""Pitches to editorial playlists before a release is live."""

from __future__ import annotations

from mockserver.call import Call
from mockserver.clock import instant
from mockserver.core.failure import Failure
from mockserver.core.message import Reply
from mockserver.provider import OperationFunction
from mockserver.providers.gard.files import MediaFile, check_photo
from mockserver.providers.gard.records import PITCHES, SUBMISSIONS, charge, first_by, log, newest_first
from mockserver.providers.gard.views import utc
from mockserver.world import World

PRICE = 50


def create_pitch(call: Call, world: World) -> Reply:
    """Take a pitch for a submission that is not live yet, for 50 credits (GARD-106, GARD-147, GARD-148, GARD-155)."""
    number = call.body["moderation_request_id"]
    submission = first_by(world, SUBMISSIONS, "number", number)
    if submission is None or submission["account"] != call.account or submission["is_removed"]:
        text = f"There is no submission {number} with a release in your catalog."
        raise Failure("not_found", text, msg="Submission not found")
    for upload in call.files.get("artist_photo", [])[-1:]:
        wrong = check_photo(MediaFile("artist_photo", upload.filename, upload.size, upload.file))
        if wrong:
            raise Failure("invalid", problems=wrong)
    world.fire("submission", submission["id"], "pitch")
    charge(world, call.account, PRICE)
    payload = call.body["payload_json"]
    pitch_number = world.next_number("pitch")
    record = {
        "id": str(pitch_number),
        "number": pitch_number,
        "account": call.account,
        "moderation_request_id": number,
        "release_description": payload.get("release_description"),
        "artist_bio_achievements": payload.get("artist_bio_achievements"),
        "pitch_platforms": list(dict.fromkeys(payload.get("pitch_platforms", []))),
        "has_photo": "artist_photo" in call.files,
        "created_at": instant(world.now),
        "updated_at": instant(world.now),
        "reviewer_notes": None,
    }
    log(world, call.account, "pitch", "pitch", record["id"], submission["artist_name"])
    world.begin("pitch", record)
    return Reply(200, {"code": 200, "id": pitch_number, "status": "received"})


def list_pitches(call: Call, world: World) -> Reply:
    """List the account's pitches of every status, the newest first (GARD-152)."""
    rows = [
        {
            "id": record["number"],
            "moderation_request_id": record["moderation_request_id"],
            "status": record["status"],
            "pitch_platforms": record["pitch_platforms"],
            "created_at": utc(record["created_at"]),
            "updated_at": utc(record["updated_at"]),
            "reviewer_notes": record["reviewer_notes"],
        }
        for record in newest_first(world, PITCHES, call.account)
    ]
    return Reply(200, {"code": 200, "msg": "OK", "pitches": rows})


OPERATIONS: dict[str, OperationFunction] = {"createPitch": create_pitch, "listPitches": list_pitches}
