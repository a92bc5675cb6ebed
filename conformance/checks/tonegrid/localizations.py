"""TG-229 to TG-232: titles, descriptions and lyrics in several languages."""

from __future__ import annotations

from typing import Any

from conformance import judge
from conformance.answer import Answer
from conformance.case import Case
from conformance.check import check
from conformance.checks.tonegrid import wares
from conformance.properties.readback import unchanged

_TITLES = {"en": "Midnight in Lagos", "fr": "Minuit à Lagos", "yo": "Òjò Òru Èkó", "zh-CN": "拉各斯午夜"}
_TEXTS = {"en": "Late-night Afrobeats.", "fr": "EP afrobeats nocturne."}
_GOOD = ("en", "en-US", "fr-CA", "ja", "yo", "zh-CN", "zh-TW", "zh-Hans", "sw", "ar")
_BAD = ("english!", "en_US", "e", "", "zh-", "123")
_OF_TRACKS = ("localized_titles", "localized_title_versions", "localized_lyrics")


def _set(case: Case, release: str, **members: Any) -> Answer:
    return case.call("setReleaseLocalizations", path={"uuid": release}, json=members)


def _release(case: Case, **members: Any) -> str:
    release = wares.make_release(case)
    if members:
        case.given(_set(case, release, **members), 200)
    return release


def _shown(case: Case, release: str, name: str) -> Any:
    return wares.read(case, release).at(f"/release/{name}")


def locale_is_english(case: Case) -> None:
    """Until another one is set, the preferred locale is en."""
    release = _release(case)
    judge.equal("preferred_locale", "en", _shown(case, release, "preferred_locale"))
    judge.status(_set(case, release, localized_titles={"en": "Midnight", "fr": "Minuit"}), 200)
    judge.equal("preferred_locale", "en", _shown(case, release, "preferred_locale"))


def preferred_locale_needs_its_title(case: Case) -> None:
    """A preferred locale that is no key of the titles sent with it is refused, and nothing is stored."""
    release = _release(case, localized_titles={"en": "Midnight"})
    with unchanged(lambda: wares.read(case, release), "/release"):
        answer = _set(case, release, preferred_locale="fr", localized_titles={"en": "Changed"})
        wares.invalid(answer, "preferred_locale")


def preferred_locale_with_its_title_is_kept(case: Case) -> None:
    """A preferred locale whose title is sent along is kept."""
    release = _release(case, preferred_locale="fr", localized_titles=_TITLES)
    judge.equal("preferred_locale", "fr", _shown(case, release, "preferred_locale"))
    judge.equal("localized_titles", _TITLES, _shown(case, release, "localized_titles"))


def sent_map_replaces_its_map(case: Case, name: str) -> None:
    """A map that is sent takes the place of the old one whole: a locale that it leaves out is gone."""
    release = _release(case, localized_titles=_TITLES, localized_descriptions=_TEXTS)
    new = {"en": "Changed", "ja": "変更"}
    judge.status(_set(case, release, **{name: new}), 200)
    judge.equal(name, new, _shown(case, release, name))


def omitted_keys_stay(case: Case, sent: str) -> None:
    """What is not sent stays as it was."""
    before = {"preferred_locale": "fr", "localized_titles": _TITLES, "localized_descriptions": _TEXTS}
    release = _release(case, **before)
    change = {"preferred_locale": "yo"} if sent == "preferred_locale" else {sent: {"fr": "Changé", "en": "Changed"}}
    judge.status(_set(case, release, **change), 200)
    for name, value in {**before, **change}.items():
        judge.equal(name, value, _shown(case, release, name))


def language_tag_is_taken(case: Case, locale: str) -> None:
    """A BCP-47 tag is a key."""
    release = _release(case)
    titles = {"en": "Midnight", locale: "In another language"}
    judge.status(_set(case, release, localized_titles=titles), 200)
    judge.equal("localized_titles", titles, _shown(case, release, "localized_titles"))


def other_keys_are_refused(case: Case, locale: str) -> None:
    """What is no BCP-47 tag is no key, and nothing of the request is stored."""
    release = _release(case, localized_titles=_TITLES)
    with unchanged(lambda: wares.read(case, release), "/release"):
        answer = _set(case, release, localized_titles={"en": "Changed", locale: "In no language"})
        wares.invalid(answer)


def _set_track(case: Case, track: str, **members: Any) -> Answer:
    return case.call("setTrackLocalizations", path={"uuid": track}, json=members)


def track_takes_its_maps(case: Case, name: str) -> None:
    """A track takes titles, versions and lyrics per language, each by itself, and shows them."""
    track = wares.make_track(case, wares.make_release(case))
    maps = {other: {"en": f"{other} one", "fr": f"{other} deux"} for other in _OF_TRACKS}
    judge.status(_set_track(case, track, **maps), 200)
    new = {"yo": "Òru", "en": "Changed"}
    judge.status(_set_track(case, track, **{name: new}), 200)
    again = wares.read_track(case, track)
    for other, value in {**maps, name: new}.items():
        judge.equal(other, value, again.at(f"/track/{other}"), again)


def track_keys_are_languages_too(case: Case, locale: str) -> None:
    """The keys of a track's maps are BCP-47 tags as well."""
    track = wares.make_track(case, wares.make_release(case))
    with unchanged(lambda: wares.read_track(case, track), "/track", "the track"):
        wares.invalid(_set_track(case, track, localized_lyrics={locale: "La la la"}))


def unknown_track_is_404(case: Case) -> None:
    """An unknown track has no localizations."""
    wares.refused(_set_track(case, wares.NO_ID, localized_titles={"en": "Nobody"}), 404)


CHECKS = (
    check("TG-229", locale_is_english),
    check("TG-229", preferred_locale_needs_its_title),
    check("TG-229", preferred_locale_with_its_title_is_kept),
    check("TG-230", sent_map_replaces_its_map, each=("localized_titles", "localized_descriptions")),
    check("TG-230", omitted_keys_stay, each=("preferred_locale", "localized_titles", "localized_descriptions")),
    check("TG-231", language_tag_is_taken, each=_GOOD),
    check("TG-231", other_keys_are_refused, each=_BAD),
    check("TG-232", track_takes_its_maps, each=_OF_TRACKS),
    check("TG-232", track_keys_are_languages_too, each=("english!", "en_US")),
    check("TG-232", unknown_track_is_404),
)
