"""Works: the same film is one, whatever its id, and different ones of a name are not."""

from typing import Any

import pytest

from shared.domain.library import Item
from shared.domain.works import Entry, keys, normalised, works


def entry(name: str, content_type: str = "movie", **told: Any) -> Entry:
    told.setdefault("title", "Heat")
    return Entry(name, keys(Item(id=name, original_id=name, content_type=content_type, **told)))


def found(*entries: Entry) -> set[frozenset[str]]:
    return set(works(entries))


def test_one_id_in_common_is_enough_and_a_third_item_links_two() -> None:
    linked = (
        entry("a", imdb_id="tt1"),
        entry("b", tmdb_id="9"),
        entry("c", imdb_id="tt1", tmdb_id="9"),
    )
    assert found(*linked) == {frozenset("abc")}
    assert len(found(*linked[:2])) == 2


def test_ids_of_different_providers_and_types_are_different() -> None:
    assert len(found(entry("a", imdb_id="9"), entry("b", tmdb_id="9"))) == 2
    assert len(found(entry("a", tmdb_id="9"), entry("b", "music_track", tmdb_id="9"))) == 2


def test_without_ids_type_title_and_year_must_agree() -> None:
    assert found(entry("a", year=1995), entry("b", title="HEAT!", year=1995)) == {frozenset("ab")}
    assert len(found(entry("a", year=1995), entry("b", year=1986))) == 2


def test_an_item_without_ids_joins_the_only_work_of_its_title() -> None:
    known, other = entry("a", year=1995, imdb_id="tt1"), entry("b", year=1995, imdb_id="tt2")
    guessed = entry("c", year=1995)
    assert found(known, guessed) == {frozenset("ac")}
    assert found(known, other, guessed) == {frozenset("a"), frozenset("b"), frozenset("c")}


def test_episodes_are_told_apart_by_their_numbers_though_they_have_the_id_of_their_show() -> None:
    show: dict[str, Any] = {"tvdb_id": "7", "show_title": "Night Ferry", "season_number": 1}
    first = entry("a", "tvshow_episode", episode_number=1, **show)
    second = entry("b", "tvshow_episode", episode_number=2, **show)
    again = entry("c", "tvshow_episode", episode_number=1, title="Pilot", **show)
    assert found(first, second, again) == {frozenset("ac"), frozenset("b")}


def test_episodes_without_numbers_are_told_apart_by_title_though_they_have_the_id_of_their_show() -> (
    None
):
    show: dict[str, Any] = {"tvdb_id": "7", "show_title": "Night Ferry", "season_number": 0}
    titles = {"a": "Making of", "b": "Interviews", "c": "Making Of!", "d": None, "e": None}
    specials = [
        entry(name, "tvshow_episode", title=title, **show) for name, title in titles.items()
    ]
    assert found(*specials) == {frozenset("ac"), *map(frozenset, "bde")}


def test_photos_of_one_name_are_different_pictures() -> None:
    photo: dict[str, Any] = {"title": "IMG_0001", "year": 2024}
    assert len(found(entry("a", "photo", **photo), entry("b", "photo", **photo))) == 2


def test_what_has_no_title_is_like_nothing_else() -> None:
    assert len(found(entry("a", title=None), entry("b", title=None))) == 2
    assert len(found(entry("a", "music_track"), entry("b", "music_track"))) == 2


@pytest.mark.parametrize(
    ("title", "plain"),
    [("Amélie", "amelie"), ("WALL·E", "walle"), ("千と千尋", "千と千尋"), ("Straße 7", "strasse7")],
    ids=("accent", "dot", "script", "sharp s"),
)
def test_titles_lose_case_accents_and_punctuation_and_no_letter(title: str, plain: str) -> None:
    assert normalised(title) == plain
