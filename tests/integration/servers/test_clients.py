"""Clients of media servers, each against a server of its kind."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from shared.domain.identifiers import derived_id
from shared.domain.library import Item, LibraryKind, Reading
from shared.domain.servers import ServerError, ServerKind, ServerProblem
from shared.domain.session import State
from shared.servers.clients import MediaServer, open_server
from tests.servers.houses import machine
from tests.servers.machine import Machine, running
from tests.servers.mediabrowser import EmbyMachine
from tests.servers.world import ALBUM, ARTIST, FILM, PILOT, SEASON, SHOW, TRACK, Player, Shelf, Work


@asynccontextmanager
async def asking(machine: Machine, **changed: Any) -> AsyncGenerator[MediaServer]:
    client = open_server(machine.address(**changed))
    try:
        yield client
    finally:
        await client.close()


async def all_items(machine: Machine, changed_since: datetime | None = None) -> dict[str, Item]:
    found: dict[str, Item] = {}
    async with asking(machine) as client:
        for library in await client.libraries(machine.server_id):
            for part in range(client.lists(library)):
                page = await client.items(library, Reading(part), 100, changed_since)
                found |= {item.original_id: item for item in page.items}
    return found


async def test_a_server_says_who_it_is(server: Machine) -> None:
    async with asking(server) as client:
        identity = await client.identify()
    assert (identity.server_id, identity.name) == (server.server_id, server.name)
    assert identity.version


async def test_a_wrong_token_is_told_apart(server: Machine) -> None:
    async with asking(server, token="wrong") as client:
        with pytest.raises(ServerError) as caught:
            await client.identify()
    assert (caught.value.problem, caught.value.is_lasting) == (ServerProblem.TOKEN, True)
    assert "wrong" not in caught.value.sentence.split()


@pytest.mark.parametrize("token", ["", "a b", "x\r\nHost: y", '"', "é", "x" * 500])
def test_what_cannot_be_a_token_is_refused_before_it_is_sent(token: str) -> None:
    with pytest.raises(ServerError) as caught:
        open_server(machine("plex").address(token=token))
    assert caught.value.problem is ServerProblem.TOKEN


@pytest.mark.parametrize("asked", list(ServerKind))
async def test_a_server_of_another_kind_is_told_apart(server: Machine, asked: ServerKind) -> None:
    if asked is server.kind:
        return
    server.is_open = True
    async with asking(server, kind=asked) as client:
        with pytest.raises(ServerError) as caught:
            await client.identify()
    assert caught.value.problem is ServerProblem.WRONG_KIND
    assert asked.title() in caught.value.sentence


async def test_jellyfin_that_answers_where_emby_would_is_not_taken_for_it() -> None:
    attic = EmbyMachine("6c41d884a9c1490f8fd0863e04d75a69", "Attic")
    attic.product = "Jellyfin Server"
    async with running(attic), asking(attic, kind=ServerKind.EMBY) as client:
        with pytest.raises(ServerError) as caught:
            await client.identify()
    assert caught.value.problem is ServerProblem.WRONG_KIND


async def test_what_plays_is_told_with_all_its_details(server: Machine) -> None:
    ada = server.viewers[0]
    server.players = [Player(ada, "tv-1", FILM, "s1", seconds=754, state="paused")]
    async with asking(server) as client:
        [live] = await client.sessions(server.server_id)
    assert live.key.split(":")[-1] == FILM.id
    assert (live.account_id, live.account_name) == (ada.id, "ada")
    assert (live.state, live.position) == (State.PAUSED, timedelta(seconds=754))
    assert (live.server_session_id, live.item_id) == ("s1", FILM.id)
    told = live.attributes
    assert told["content_id"] == str(derived_id(server.server_id, "item", FILM.id))
    assert (told["stream_type"], told["video_decision"]) == ("direct_play", "direct")
    assert (told["video_codec"], told["resolution"], told["video_dynamic_range"]) == (
        "hevc", "2160p", "hdr10",
    )  # fmt: skip
    assert (told["audio_codec"], told["audio_channels"], told["audio_language"]) == (
        "truehd", 8, "eng",
    )  # fmt: skip
    assert (told["imdb_id"], told["duration_ms"]) == ("tt0120815", 6_912_000)
    assert told["device_id"] == "tv-1"


async def test_a_transcoded_stream_is_told_with_its_source(server: Machine) -> None:
    server.players = [Player(server.viewers[0], "tv-1", FILM, transcodes=True)]
    async with asking(server) as client:
        [live] = await client.sessions(server.server_id)
        await client.sessions(server.server_id)
    told = live.attributes
    assert (told["stream_type"], told["video_decision"], told["audio_decision"]) == (
        "transcode", "transcode", "copy",
    )  # fmt: skip
    assert (told["video_codec"], told["resolution"]) == ("hevc", "2160p")
    assert (told["stream_video_codec"], told["stream_resolution"]) == ("h264", "1080p")
    assert sum("/library/metadata/" in path for path in server.asked) <= 1


async def test_an_idle_server_plays_nothing(server: Machine) -> None:
    async with asking(server) as client:
        assert await client.sessions(server.server_id) == []


async def test_a_plexamp_track_without_a_session_plays_and_cannot_be_ended(plex: Machine) -> None:
    plex.players = [Player(plex.viewers[1], "amp", TRACK, session="")]
    async with asking(plex) as client:
        [live] = await client.sessions(plex.server_id)
    assert live.server_session_id is None
    assert (live.attributes["content_type"], live.attributes["artist"]) == (
        "music_track", "Nina Holm",
    )  # fmt: skip


async def test_everybody_who_watches_together_is_told(server: Machine) -> None:
    if server.kind is ServerKind.PLEX:
        return
    ada, bo = server.viewers
    others = {"AdditionalUsers": [{"UserId": bo.id, "UserName": bo.name}]}
    server.players = [Player(ada, "tv-1", FILM, more=others)]
    async with asking(server) as client:
        found = await client.sessions(server.server_id)
    assert [live.account_id for live in found] == [ada.id, bo.id]
    assert len({live.key for live in found}) == 2


async def test_pre_rolls_and_theme_songs_are_nobodys_choice(server: Machine) -> None:
    extra = {"librarySectionID": "-2", "NowPlayingItem": {"Id": "1", "ExtraType": "ThemeSong"}}
    server.players = [Player(server.viewers[0], "tv-1", FILM, more=extra)]
    async with asking(server) as client:
        assert await client.sessions(server.server_id) == []


async def test_a_library_is_told_item_by_item_and_file_by_file(server: Machine) -> None:
    found = await all_items(server)
    kinds = {key: item.content_type for key, item in found.items()}
    assert kinds[FILM.id] == "movie"
    assert (kinds[SHOW.id], kinds[SEASON.id], kinds[PILOT.id]) == (
        "tvshow", "tvshow_season", "tvshow_episode",
    )  # fmt: skip
    assert (kinds[ARTIST.id], kinds[ALBUM.id], kinds[TRACK.id]) == (
        "music_artist", "music_album", "music_track",
    )  # fmt: skip
    [file] = found[FILM.id].files
    assert (file.path, file.size_bytes, file.container) == (FILM.path, FILM.size, "mkv")
    assert (file.video_codec, file.resolution, file.bitrate_kbps) == ("hevc", "2160p", 41_250)
    assert (file.audio_codec, file.duration_ms) == ("truehd", 6_912_000)
    assert found[FILM.id].collections == (FILM.tags if server.kind is ServerKind.PLEX else None)
    if server.kind is not ServerKind.PLEX:
        assert (file.video_dynamic_range, file.video_bit_depth) == ("hdr10", 10)
        assert (file.audio_languages, file.subtitle_languages) == (("ger", "eng"), ("ger",))
    assert found[SHOW.id].files == ()


@pytest.mark.parametrize("kind", ["jellyfin", "emby"])
async def test_a_photo_and_a_book_are_the_file_of_their_path(kind: str) -> None:
    server = machine(kind)
    photo, book = (
        Work("501", "photo", "IMG_0001", path="/photos/2024/IMG_0001.jpg"),
        Work("502", "book", "The Third Harbour", path="/books/harbour.epub"),
    )
    lost, folder = replace(book, id="503", path=None), replace(SHOW, path="/shows/q")
    server.shelves = [
        Shelf("2", "Shows", "show", [folder]),
        Shelf("4", "Photos", "photo", [photo]),
        Shelf("5", "Books", "book", [book, lost]),
    ]
    async with running(server):
        found = await all_items(server)
    assert {
        key: [(file.path, file.container, file.size_bytes) for file in item.files]
        for key, item in found.items()
    } == {
        photo.id: [("/photos/2024/IMG_0001.jpg", "jpg", None)],
        book.id: [("/books/harbour.epub", "epub", None)],
        lost.id: [],
        folder.id: [],
    }
    assert [found[work.id].content_type for work in (photo, book)] == ["photo", "book"]


async def test_items_know_where_they_belong(server: Machine) -> None:
    def ours(work: Work) -> str:
        return str(derived_id(server.server_id, "item", work.id))

    found = await all_items(server)
    episode, season, track = found[PILOT.id], found[SEASON.id], found[TRACK.id]
    assert (episode.show_id, episode.parent_id) == (ours(SHOW), ours(SEASON))
    assert (episode.season_number, episode.episode_number) == (1, 1)
    assert (season.show_id, season.season_number, season.show_title) == (ours(SHOW), 1, "Quay Ø9")
    assert (track.artist_id, track.parent_id, track.artist) == (
        ours(ARTIST), ours(ALBUM), "Nina Holm",
    )  # fmt: skip
    assert (found[FILM.id].year, found[FILM.id].tmdb_id) == (1998, "857")
    assert found[FILM.id].added_at == datetime.fromtimestamp(FILM.added_at, UTC)


async def test_only_what_changed_is_told_if_so_asked(server: Machine) -> None:
    server.shelves[0].works.append(replace(FILM, id="20462", changed_at=1_800_000_000))
    since = datetime.fromtimestamp(1_750_000_000, UTC)
    assert set(await all_items(server, since)) == {"20462"}


async def test_a_library_is_read_page_by_page(server: Machine) -> None:
    server.shelves = server.shelves[:1]
    server.shelves[0].works = [replace(FILM, id=str(1_000 + n), tags=()) for n in range(25)]
    async with asking(server) as client:
        [library] = await client.libraries(server.server_id)
        pages = [await client.items(library, Reading(0, start), 10, None) for start in (0, 10, 20)]
    assert [page.taken for page in pages] == [10, 10, 5]
    assert {page.total for page in pages} == {25}
    assert len({item.id for page in pages for item in page.items}) == 25


async def test_libraries_have_a_kind(server: Machine) -> None:
    async with asking(server) as client:
        kinds = [library.kind for library in await client.libraries(server.server_id)]
    assert kinds == [LibraryKind.MOVIES, LibraryKind.SHOWS, LibraryKind.MUSIC]


async def test_people_are_told_by_name(server: Machine) -> None:
    async with asking(server) as client:
        found = {account.id: account for account in await client.accounts()}
    ada, bo = server.viewers
    assert {found[ada.id].name, found[bo.id].name} == {"ada", "bo"}
    assert len(found) == 2
    if server.kind is not ServerKind.PLEX:
        assert found[ada.id].email == "ada@example.org"
        assert found[ada.id].avatar == f"/Users/{ada.id}/Images/Primary?tag=a1"


async def test_a_title_of_ten_thousand_characters_is_cut_and_kept(server: Machine) -> None:
    server.shelves[0].works = [replace(FILM, title="é🎬" * 5_000)]
    [film] = [item for item in (await all_items(server)).values() if item.id and item.files][:1]
    assert film.title is not None
    assert 0 < len(film.title) <= 1_000


async def test_an_empty_library_has_one_empty_page(server: Machine) -> None:
    for shelf in server.shelves:
        shelf.works = []
    assert await all_items(server) == {}
