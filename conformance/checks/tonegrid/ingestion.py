"""TG-189 to TG-201: the channels by which releases are pushed in, and the jobs that they become."""

from __future__ import annotations

import re
from typing import Any

from conformance import judge
from conformance.answer import Answer
from conformance.case import Case
from conformance.check import check
from conformance.checks.tonegrid import bundles, wares
from conformance.checks.tonegrid.hearing import listening

NO_MESSAGE = "File is not a recognisable DDEX ERN NewReleaseMessage."
NO_HEADER = "CSV header must include `title` and `track_title`."
_WAY = ("queue", "parse", "validate", "stage", "accept")
_STATES = ("received", "queued", "parsing", "validating", "staged", "accepted")
_XML = {"Content-Type": "application/xml"}
_BAD_TRACKS: dict[str, dict[str, Any]] = {
    "no-title": {"track_number": 2},
    "empty-title": {"title": ""},
    "bad-isrc": {"title": "B", "isrc": "X"},
}
_TOO_MANY = [{"title": "A", "tracks": [{"title": "A"}]}] * 201
_STRANGE: dict[str, bytes] = {
    "other-root": b"<a/>",
    "plain-text": b"Midnight in Lagos",
    "purge": b'<?xml version="1.0"?><ern:PurgeReleaseMessage xmlns:ern="http://ddex.net/xml/ern/43"/>',
    "not-closed": b'<ern:NewReleaseMessage xmlns:ern="http://ddex.net/xml/ern/43"><MessageHeader>',
    "no-namespace": b"<NewReleaseMessage><MessageHeader><MessageId>1</MessageId></MessageHeader></NewReleaseMessage>",
}


def _ingest(case: Case, body: Any) -> Answer:
    answer = case.call("ingestJson", json=body)
    release = answer.at("/data/release/uuid")
    if answer.is_success and isinstance(release, str):
        case.ledger.add(f"releases/{release}")
    return answer


def _ddex(case: Case, content: bytes) -> Answer:
    return case.call("ingestDdex", body=content, headers=_XML)


def _bundle(case: Case, version: str = "4.3", **members: Any) -> tuple[Answer, str]:
    """Push a whole DDEX message in; the answer and its MessageId."""
    id = f"CONF-{case.ledger.digits(12)}"
    return _ddex(case, bundles.message(version, id, case.ledger.name("ddex"), **members)), id


def job_of(answer: Answer) -> str:
    """Return the job of an answer that is a precondition."""
    return wares.identity(answer, "/data/ingestion_job_id")


def read(case: Case, job: str) -> Answer:
    """Read a job."""
    answer = case.call("getIngestionJob", path={"uuid": job})
    judge.status(answer, 200)
    return answer


def work(case: Case, job: str, *events: str) -> None:
    """Let the worker carry a job on, event by event."""
    for event in events:
        case.control.fire("tonegrid", "job", job, event)


def _count(case: Case) -> Any:
    return case.given(case.call("listReleases", query={"per_page": 1}), 200).at("/total")


def _titles(case: Case, title: str) -> list[str]:
    """Return the UUIDs of the newest releases with this title."""
    answer = case.given(case.call("listReleases", query={"per_page": 100}), 200)
    return [str(entry.get("uuid")) for entry in answer.items("/data") if entry.get("title") == title]


def _two_jobs(case: Case) -> list[str]:
    """Push in two releases, a sound one and one without tracks, in one batch."""
    bad = {"title": case.ledger.name("bad"), "tracks": []}
    answer = case.given(case.call("ingestBulk", json=[bundles.release(case), bad]), 202)
    return [str(job.get("ingestion_job_id")) for job in answer.items("/data/jobs")]


def one_bad_track_spoils_it_all(case: Case, name: str) -> None:
    """With one invalid track the release does not come to life."""
    body = bundles.release(case, {"title": "A", "track_number": 1}, _BAD_TRACKS[name])
    wares.refused(_ingest(case, body), 422)
    judge.equal("releases with this title", [], _titles(case, body["title"]))


def nothing_is_left_of_it(case: Case, name: str) -> None:
    """With one invalid track neither a release nor any track is there."""
    with case.own_sandbox(world="empty") as inside:
        body = bundles.release(inside, {"title": "A", "track_number": 1}, _BAD_TRACKS[name])
        wares.refused(_ingest(inside, body), 422)
        judge.equal("the number of releases", 0, _count(inside))
        judge.equal("the number of tracks", 0, inside.call("listTracks").at("/meta/total"))


def no_tracks_are_refused(case: Case) -> None:
    """A release without tracks, or without a title, is refused."""
    wares.invalid(_ingest(case, {"title": "A"}), "tracks")
    wares.invalid(_ingest(case, {"tracks": [{"title": "A"}]}), "title")


def release_comes_at_once(case: Case) -> None:
    """The answer is 201 with job, release and tracks, and the message counts the tracks and names the channel."""
    body = bundles.release(case)
    answer = _ingest(case, body)
    judge.status(answer, 201)
    text = "Release ingested via rest_json — 2 tracks created."
    judge.equal("message", text, answer.at("/message"), answer)
    judge.equal("the title", body["title"], answer.at("/data/release/title"), answer)
    judge.equal("the type", "ep", answer.at("/data/release/type"), answer)
    titles = [track.get("title") for track in answer.items("/data/tracks")]
    judge.equal("the tracks", ["Opening", "Lagos Nights"], titles, answer)
    job_of(answer)


def ingested_release_is_there(case: Case) -> None:
    """The release and its tracks are read back as they were sent."""
    upc, isrc = f"4{case.ledger.digits(11)}", f"USRC1{case.ledger.digits(7)}"
    body = bundles.release(case, {"title": "Opening", "duration_seconds": 215, "isrc": isrc}, upc=upc)
    answer = case.given(_ingest(case, body), 201)
    release = wares.identity(answer, "/data/release/uuid")
    shown = wares.read(case, release)
    judge.status(shown, 200)
    for name, value in {"title": body["title"], "upc": upc, "genre": "Afrobeats", "release_date": "2031-07-12"}.items():
        judge.equal(name, value, shown.at(f"/release/{name}"), shown)
    track = wares.read_track(case, str(answer.at("/data/tracks/0/uuid")))
    for name, value in {"title": "Opening", "isrc": isrc, "duration": 215, "position": 1}.items():
        judge.equal(name, value, track.at(f"/track/{name}"), track)


def json_job_ends_accepted(case: Case) -> None:
    """The job of a release that came as JSON is accepted and names the release."""
    answer = case.given(_ingest(case, bundles.release(case)), 201)
    job = read(case, job_of(answer))
    judge.equal("state", "accepted", job.at("/data/state"), job)
    judge.equal("release_id", answer.at("/data/release/uuid"), job.at("/data/release_id"), job)
    judge.equal("source", "rest_json", job.at("/data/source"), job)


def two_hundred_are_taken(case: Case) -> None:
    """200 releases are taken in one batch, each as a job of its own."""
    small = {"title": case.ledger.name("bulk"), "tracks": [{"title": "A"}]}
    answer = case.call("ingestBulk", json=[small] * 200)
    judge.status(answer, 202)
    jobs = [str(job.get("ingestion_job_id")) for job in answer.items("/data/jobs")]
    judge.equal("the number of jobs", 200, len(jobs), answer)
    judge.equal("the number of different jobs", 200, len(set(jobs)), answer)
    judge.equal("state", "received", answer.at("/data/jobs/0/state"), answer)
    judge.equal("the job", jobs[199], read(case, jobs[199]).at("/data/uuid"))


def one_more_is_too_many(case: Case) -> None:
    """201 releases are 413 with their own words."""
    answer = case.call("ingestBulk", json=_TOO_MANY)
    wares.refused(answer, 413, "Bulk batch limited to 200 releases.")


def too_many_leave_nothing(case: Case) -> None:
    """Of a batch that is too large nothing is kept."""
    with case.own_sandbox(world="empty") as inside:
        wares.refused(inside.call("ingestBulk", json=_TOO_MANY), 413)
        after = inside.call("listIngestionJobs", query={"page": 1, "per_page": 1})
        judge.equal("the number of jobs", 0, after.at("/meta/total"), after)


def ddex_is_sniffed(case: Case, channel: str) -> None:
    """A message is taken raw and as a form; the answer tells its MessageId and version, and that it was received."""
    id = f"CONF-{case.ledger.digits(12)}"
    content = bundles.message("4.3", id, case.ledger.name("ddex"))
    answer = _ddex(case, content) if channel == "raw" else case.call("ingestDdex", json=bundles.ddex_form(content))
    judge.status(answer, 202)
    judge.equal("state", "received", answer.at("/data/state"), answer)
    judge.equal("ddex_message_id", id, answer.at("/data/ddex_message_id"), answer)
    judge.equal("ddex_ern_version", "4.3", answer.at("/data/ddex_ern_version"), answer)
    told = str(answer.at("/message"))
    expected = rf"DDEX bundle received\. Track status via GET (/api)?/ingestion/jobs/{re.escape(job_of(answer))}\.?"
    leads = re.fullmatch(expected, told)
    judge.that(leads, "the message does not lead to the job", answer, expected=expected, received=told)


def strange_files_are_refused(case: Case, name: str) -> None:
    """What is no NewReleaseMessage is 422 with its own words, raw and as a form."""
    wares.refused(_ddex(case, _STRANGE[name]), 422, NO_MESSAGE)
    wares.refused(case.call("ingestDdex", json=bundles.ddex_form(_STRANGE[name])), 422, NO_MESSAGE)


def versions_are_taken(case: Case, version: str) -> None:
    """ERN 3.8.2, 4.2 and 4.3 are taken and told apart."""
    answer, id = _bundle(case, version)
    judge.status(answer, 202)
    judge.equal("ddex_ern_version", version, answer.at("/data/ddex_ern_version"), answer)
    job = read(case, job_of(answer))
    judge.equal("ddex_ern_version", version, job.at("/data/ddex_ern_version"), job)
    judge.equal("ddex_message_id", id, job.at("/data/ddex_message_id"), job)


def other_versions_are_refused(case: Case) -> None:
    """A version that is not among them is refused as no recognisable message."""
    content = bundles.message("4.3", "CONF-1", "A").replace(b"/ern/43", b"/ern/37")
    wares.refused(_ddex(case, content), 422, NO_MESSAGE)


def every_version_becomes_a_release(case: Case, version: str) -> None:
    """A whole message of each version ends as a release with its title and tracks."""
    title = case.ledger.name("from ddex")
    upc = f"4{case.ledger.digits(11)}"
    content = bundles.message(version, f"CONF-{case.ledger.digits(12)}", title, ("Opening", "Lagos Nights"), upc)
    job = job_of(case.given(_ddex(case, content), 202))
    work(case, job, *_WAY)
    release = wares.identity(read(case, job), "/data/release_id")
    shown = wares.read(case, release)
    judge.status(shown, 200)
    for name, value in {"title": title, "upc": upc, "genre": "Afrobeats", "release_date": "2031-07-12"}.items():
        judge.equal(name, value, shown.at(f"/release/{name}"), shown)
    titles = [track.get("title") for track in shown.items("/release/tracks")]
    judge.equal("the tracks", ["Opening", "Lagos Nights"], titles, shown)


def header_needs_both_titles(case: Case, header: str) -> None:
    """A CSV whose header lacks title or track_title is 422 with its own words."""
    answer = case.call("ingestCsv", json=bundles.csv_form(header, "A,B,C"))
    wares.refused(answer, 422, NO_HEADER)


def csv_is_taken(case: Case) -> None:
    """A CSV with both columns is taken: 202 and a job."""
    answer = case.call("ingestCsv", json=bundles.csv_form("title,track_title", f"{case.ledger.name('csv')},Opening"))
    judge.status(answer, 202)
    judge.equal("state", "received", answer.at("/data/state"), answer)
    read(case, job_of(answer))


def equal_titles_are_one_release(case: Case) -> None:
    """Three rows with two titles become two releases, one with two tracks and one with one."""
    first, second = case.ledger.name("first"), case.ledger.name("second")
    header = "title,track_title,type,genre,track_number"
    rows = (f"{first},Opening,ep,Afrobeats,1", f"{second},Alone,single,Soul,1", f"{first},Lagos Nights,ep,Afrobeats,2")
    job = job_of(case.given(case.call("ingestCsv", json=bundles.csv_form(header, *rows)), 202))
    work(case, job, *_WAY)
    judge.equal("state", "accepted", read(case, job).at("/data/state"))
    for title, tracks in ((first, ["Opening", "Lagos Nights"]), (second, ["Alone"])):
        found = _titles(case, title)
        judge.equal(f"the number of releases named {title}", 1, len(found))
        shown = case.given(wares.read(case, found[0]), 200)
        judge.equal("the tracks", tracks, [track.get("title") for track in shown.items("/release/tracks")], shown)


def job_goes_forward(case: Case) -> None:
    """A job goes from received through queued, parsing, validating and staged to accepted, and each state is shown."""
    job = job_of(case.given(_bundle(case)[0], 202))
    judge.equal("state", "received", read(case, job).at("/data/state"))
    for event, state in zip(_WAY, _STATES[1:], strict=True):
        work(case, job, event)
        judge.equal(f"the state after {event}", state, read(case, job).at("/data/state"))


def job_never_goes_back(case: Case) -> None:
    """Looked at every half minute while the worker is at it, the states only go forward, and end accepted."""
    with case.own_sandbox(progression="timed") as inside:
        job = job_of(inside.given(_bundle(inside)[0], 202))
        seen = [read(inside, job).at("/data/state")]
        for _ in range(20):
            inside.control.advance("PT30S")
            seen.append(read(inside, job).at("/data/state"))
            if seen[-1] == "accepted":
                break
        judge.equal("the last state", "accepted", seen[-1])
        places = [_STATES.index(state) if state in _STATES else -1 for state in seen]
        judge.equal("the order of the states", sorted(places), places)
        judge.equal("the states that were seen", list(_STATES), list(dict.fromkeys(seen)))


def accepted_job_leads_to_its_release(case: Case) -> None:
    """An accepted DDEX job tells release_id, MessageId, version and its files; before that there is no release."""
    answer, id = _bundle(case)
    job = job_of(case.given(answer, 202))
    judge.equal("release_id of a new job", None, read(case, job).at("/data/release_id"))
    work(case, job, *_WAY)
    shown = read(case, job)
    judge.equal("state", "accepted", shown.at("/data/state"), shown)
    judge.status(wares.read(case, wares.identity(shown, "/data/release_id")), 200)
    judge.equal("ddex_message_id", id, shown.at("/data/ddex_message_id"), shown)
    judge.equal("ddex_ern_version", "4.3", shown.at("/data/ddex_ern_version"), shown)
    files = shown.at("/data/files")
    judge.that(isinstance(files, list) and files, "there are no files", shown, expected="files", received=files)
    judge.equal("error_code", None, shown.at("/data/error_code"), shown)


def rejected_job_says_why(case: Case) -> None:
    """An unsound bundle ends rejected with error_code and validation_errors; its neighbour in the batch does not."""
    good, bad = _two_jobs(case)
    work(case, bad, "queue", "parse", "validate", "refuse_bundle")
    shown = read(case, bad)
    judge.equal("state", "rejected", shown.at("/data/state"), shown)
    code, errors = shown.at("/data/error_code"), shown.items("/data/validation_errors")
    judge.that(isinstance(code, str) and code, "error_code is empty", shown, expected="a code", received=code)
    judge.that(errors, "validation_errors is empty", shown, expected="errors", received=errors)
    judge.equal("release_id", None, shown.at("/data/release_id"), shown)
    work(case, good, *_WAY)
    judge.equal("the state of the neighbour", "accepted", read(case, good).at("/data/state"))


def jobs_are_filtered(case: Case, name: str) -> None:
    """source, state and date leave only the jobs that fit, mine among them."""
    job = job_of(case.given(_ingest(case, bundles.release(case)), 201))
    other = job_of(case.given(_bundle(case)[0], 202))
    day = str(read(case, job).at("/data/created_at") or "")[:10]
    if name == "date" and not day:
        raise judge.NotTested("jobs do not tell when they came in")
    value, keeps_other = {"source": ("rest_json", False), "state": ("accepted", False), "date": (day, True)}[name]
    answer = case.call("listIngestionJobs", query={name: value, "per_page": 100})
    judge.status(answer, 200)
    found = answer.items("/data")
    member = "created_at" if name == "date" else name
    odd = [row for row in found if not str(row.get(member)).startswith(value)]
    judge.that(not odd, f"{name} is not obeyed", answer, expected=value, received=odd[:2])
    ids = [row.get("uuid") for row in found]
    judge.that(job in ids, "the job is not among them", answer, expected=job, received=ids[:5])
    judge.equal("the other job is shown", keeps_other, other in ids, answer)


def no_job_fits(case: Case) -> None:
    """A day on which nothing came leaves nothing, and a state that there is not is refused."""
    answer = case.call("listIngestionJobs", query={"date": "2001-01-01"})
    judge.status(answer, 200)
    judge.equal("the jobs of 2001", [], answer.items("/data"), answer)
    wares.is_refused(case.call("listIngestionJobs", query={"state": "nosuchstate"}))


def json_is_announced(case: Case) -> None:
    """A release that came as JSON fires ingestion.received and ingestion.accepted, each once."""
    with listening(case, "ingestion.*") as heard:
        answer = case.given(_ingest(case, bundles.release(case)), 201)
        heard.expect("ingestion.received", "ingestion.accepted")
        data = heard.once("ingestion.accepted")
        judge.equal("ingestion_job_id", job_of(answer), data.get("ingestion_job_id"))
        judge.equal("release_id", answer.at("/data/release/uuid"), data.get("release_id"))


def bundle_is_announced(case: Case) -> None:
    """A bundle fires ingestion.received at once and ingestion.accepted when it became a release, not earlier."""
    with listening(case, "ingestion.*") as heard:
        job = job_of(case.given(_bundle(case)[0], 202))
        heard.expect("ingestion.received")
        work(case, job, *_WAY[:-1])
        heard.expect("ingestion.received")
        work(case, job, _WAY[-1])
        heard.expect("ingestion.received", "ingestion.accepted")


def rejection_is_announced(case: Case) -> None:
    """A rejected job fires ingestion.rejected once, and no ingestion.accepted."""
    with listening(case, "ingestion.accepted", "ingestion.rejected") as heard:
        _, bad = _two_jobs(case)
        work(case, bad, "queue", "parse", "validate", "refuse_bundle")
        heard.expect("ingestion.rejected")
        judge.equal("ingestion_job_id", bad, heard.once("ingestion.rejected").get("ingestion_job_id"))


CHECKS = (
    check("TG-189", one_bad_track_spoils_it_all, each=tuple(_BAD_TRACKS)),
    check("TG-189", nothing_is_left_of_it, each=tuple(_BAD_TRACKS), needs=("control",)),
    check("TG-189", no_tracks_are_refused),
    check("TG-190", release_comes_at_once),
    check("TG-190", ingested_release_is_there),
    check("TG-191", json_job_ends_accepted),
    check("TG-192", two_hundred_are_taken),
    check("TG-192", one_more_is_too_many),
    check("TG-192", too_many_leave_nothing, needs=("control",)),
    check("TG-193", ddex_is_sniffed, each=("raw", "form")),
    check("TG-194", strange_files_are_refused, each=tuple(_STRANGE)),
    check("TG-195", versions_are_taken, each=bundles.VERSIONS),
    check("TG-195", other_versions_are_refused, required=False),
    check("TG-195", every_version_becomes_a_release, each=bundles.VERSIONS, needs=("control",), required=False),
    check("TG-196", header_needs_both_titles, each=("title,genre,type", "track_title,genre,type", "name,song,type")),
    check("TG-196", csv_is_taken),
    check("TG-197", equal_titles_are_one_release),
    check("TG-198", job_goes_forward),
    check("TG-198", job_never_goes_back, required=False),
    check("TG-199", accepted_job_leads_to_its_release),
    check("TG-199", rejected_job_says_why),
    check("TG-200", jobs_are_filtered, each=("source", "state", "date")),
    check("TG-200", no_job_fits),
    check("TG-201", json_is_announced),
    check("TG-201", bundle_is_announced),
    check("TG-201", rejection_is_announced),
)
