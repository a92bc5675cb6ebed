"""Submit releases and list the submissions."""

from __future__ import annotations

from mockserver.call import Call
from mockserver.core.message import Reply
from mockserver.provider import OperationFunction
from mockserver.providers.gard.form import read_draft
from mockserver.providers.gard.intake import submit, unpack
from mockserver.providers.gard.records import SUBMISSIONS, newest_first
from mockserver.providers.gard.views import MESSAGES, print_submission
from mockserver.world import World


def create_submission(call: Call, world: World) -> Reply:
    """Check form and files, then charge, then write (GARD-104, GARD-107)."""
    draft = read_draft(world, call.body)
    parcel = unpack(call.body, call.files, tuple(world.facts.get("media_sources", ())))
    submission = submit(world, call.account, call.caller.facts["id"], draft, parcel)
    return Reply(
        200,
        {
            "code": 200,
            "msg": MESSAGES["submitted"],
            "moderation_request_id": submission["number"],
            "id": submission["id"],
            "release_id": None,
            "status": "submitted",
            "release_name": submission["release_name"],
            "has_cover": True,
            "audio_count": len(draft.tracks),
            "has_video": parcel.has_video,
            "has_booklet": parcel.has_booklet,
        },
    )


def list_submissions(call: Call, world: World) -> Reply:
    """List the account's submissions, the newest first; cancelled ones stay as history (GARD-052)."""
    rows = [print_submission(record) for record in newest_first(world, SUBMISSIONS, call.account)]
    return Reply(200, {"code": 200, "msg": "ok", "submissions": rows})


OPERATIONS: dict[str, OperationFunction] = {
    "createSubmission": create_submission,
    "listSubmissions": list_submissions,
}
