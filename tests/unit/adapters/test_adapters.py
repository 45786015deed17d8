"""The adapters: every sample makes its row, and nothing that is sent makes a bad one."""

import json
import random
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.ingest_session.adapters import ADAPTERS
from functions.ingest_session.adapters.arrivals import to_arrival
from functions.ingest_session.adapters.documents import read_objects
from functions.ingest_session.adapters.playback import Playback
from shared.servers.values import Object
from shared.settings import read_settings
from tests.conftest import environment
from tests.payloads.samples import SAMPLES, WRITTEN_MINUTE, Sample
from tests.unit.adapters.invariants import check
from tests.unit.adapters.mutations import JUNK, mutated

SETTINGS = read_settings(environment("postgresql://nobody@localhost/none"), "")
NOW = datetime(2026, 11, 20, 21, 0, 0, 123_456, tzinfo=UTC)
KINDS = sorted(ADAPTERS)

# One of each kind: too long, too large, negative, not storable, and of the wrong shape.
TELLING_JUNK: list[Any] = ["é" * 2_000, 10**30, "1" * 5_000, -1, 1e308, "a\x00\ud800b", [{}], True]

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from(JUNK),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=10,
)


def object_of(sample: Sample) -> Object:
    objects = read_objects(sample.body)
    assert objects is not None
    [said] = objects
    return said


def only_playback(kind: str, said: Object) -> Playback:
    [playback] = ADAPTERS[kind](said, "default").playbacks
    return playback


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)
def test_a_sample_makes_its_row(sample: Sample) -> None:
    reading = ADAPTERS[sample.kind](object_of(sample), "default")
    [playback] = reading.playbacks
    arrival = to_arrival(playback, sample.kind, SETTINGS, NOW, own_addresses=())
    event, row = arrival.event, sample.row
    assert event.attributes == row["attributes"]
    assert (reading.event, event.kind, event.state) == (row["event"], row["kind"], row["state"])
    assert arrival.key == (row["source"], row["session_key"])
    assert str(arrival.user_id) == row["user_id"]
    assert (arrival.user_name, arrival.account_id) == (row["user_name"], row["account_id"])
    progress = row["progress_ms"]
    assert event.progress == (None if progress is None else timedelta(milliseconds=progress))
    network = event.network
    assert (network and network.address, network and network.key) == (
        row["ip_address"],
        row["network_key"],
    )
    written = None if row["second"] is None else f"{WRITTEN_MINUTE.decode()}:{row['second']}+00:00"
    assert event.at == (
        datetime.fromisoformat(written) if written else NOW.replace(microsecond=123_000)
    )
    check(arrival)


@given(st.sampled_from(SAMPLES), st.randoms(use_true_random=False))
def test_a_spoilt_sample_makes_no_bad_row(sample: Sample, dice: random.Random) -> None:
    said = mutated(object_of(sample), dice)
    for playback in ADAPTERS[sample.kind](said, "default").playbacks:
        check(to_arrival(playback, sample.kind, SETTINGS, NOW, own_addresses=()))


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)
def test_junk_in_any_place_makes_no_bad_row(sample: Sample) -> None:
    whole = object_of(sample)
    inner = [
        (part, name) for part in whole if isinstance(whole[part], dict) for name in whole[part]
    ]
    for part, name in [*inner, *((None, name) for name in whole)]:
        for junk in TELLING_JUNK:
            said = json.loads(json.dumps(whole))
            (said if part is None else said[part])[name] = junk
            for playback in ADAPTERS[sample.kind](said, "default").playbacks:
                check(to_arrival(playback, sample.kind, SETTINGS, NOW, own_addresses=()))


@given(st.sampled_from(KINDS), st.dictionaries(st.text(), JSON))
def test_any_object_at_all_is_read(kind: str, said: dict[str, Any]) -> None:
    ADAPTERS[kind](said, "default")


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("plex", {"event": "library.new", "Metadata": {"ratingKey": "1", "type": "movie"}}),
        ("plex", {"event": "media.rate", "rating": 9, "Account": {"id": 1}}),
        ("plex", {"event": "admin.database.backup", "Server": {"uuid": "x"}}),
        (
            "plex",
            {
                "event": "media.play",
                "Account": {"id": 1},
                "Metadata": {"librarySectionID": -2, "ratingKey": "5", "type": "clip"},
            },
        ),
        ("jellyfin", {"NotificationType": "ItemAdded", "ItemId": "a" * 32}),
        ("jellyfin", {"NotificationType": "UserDataSaved", "SaveReason": "TogglePlayed"}),
        ("jellyfin", {"NotificationType": "PlaybackStart", "ExtraType": "ThemeSong"}),
        ("emby", {"Event": "system.notificationtest", "Title": "Test"}),
        ("emby", {"Event": "playback.start", "Item": {"Id": "1", "ExtraType": "ThemeSong"}}),
        ("emby", {}),
    ],
)
def test_what_is_no_playback_is_no_problem(kind: str, said: Object) -> None:
    reading = ADAPTERS[kind](said, "default")
    assert (reading.playbacks, reading.problem) == ((), None)


@pytest.mark.parametrize(
    ("kind", "said", "missing"),
    [
        ("plex", {"event": "media.play", "Metadata": {"ratingKey": "1"}}, "account"),
        ("plex", {"event": "media.play", "Account": {"id": 1}}, "item"),
        ("jellyfin", {"NotificationType": "PlaybackStart", "ItemId": "a" * 32}, "UserId"),
        (
            "jellyfin",
            {"NotificationType": "PlaybackStart", "ItemId": "a" * 32, "UserId": "0" * 32},
            "UserId",
        ),
        ("emby", {"Event": "playback.start", "Item": {"Id": "1"}}, "user"),
    ],
)
def test_a_playback_of_nobody_is_a_problem_that_names_what_is_missing(
    kind: str, said: Object, missing: str
) -> None:
    reading = ADAPTERS[kind](said, "default")
    assert reading.playbacks == ()
    assert missing in (reading.problem or "")


@pytest.mark.parametrize(
    ("kind", "event_name", "scrobble"),
    [("plex", "event", "media.scrobble"), ("emby", "Event", "playback.scrobble")],
)
def test_a_scrobble_is_a_sign_of_life_and_begins_nothing(
    kind: str, event_name: str, scrobble: str
) -> None:
    sample = next(s for s in SAMPLES if s.kind == kind)
    playback = only_playback(kind, {**object_of(sample), event_name: scrobble})
    assert (playback.kind, playback.attributes, playback.position) == ("progress", {}, None)
    assert playback.session_key == sample.row["session_key"]


def test_two_servers_never_share_people_or_items() -> None:
    sample = next(s for s in SAMPLES if s.name == "plex_media_play")
    said = dict(object_of(sample)) | {"Server": {"uuid": "another"}}
    one, other = (
        to_arrival(only_playback("plex", body), "plex", SETTINGS, NOW, own_addresses=())
        for body in (object_of(sample), said)
    )
    assert one.key != other.key
    assert one.user_id != other.user_id
    assert one.event.attributes["content_id"] != other.event.attributes["content_id"]


def test_only_the_imitations_durations_are_corrected() -> None:
    sample = next(s for s in SAMPLES if s.name == "plex_media_play_from_jellyfin")
    said = json.loads(json.dumps(object_of(sample)))
    assert only_playback("plex", said).attributes["duration_ms"] == 2_640_000
    said["Metadata"]["ratingKey"] = "1"
    assert only_playback("plex", said).attributes["duration_ms"] == 26_400_000


@pytest.mark.parametrize(
    ("address", "said_local", "location"),
    [
        ("81.2.69.160", True, "lan"),
        ("81.2.69.160", False, "wan"),
        ("81.2.69.160", None, "wan"),
        ("192.168.1.4", True, "lan"),
        ("192.168.1.4", None, "lan"),
        ("172.17.0.1", False, None),
        ("100.64.0.9", None, None),
        ("100.64.0.9", False, "wan"),
        ("N/A", None, None),
        ("", True, "lan"),
    ],
)
def test_a_servers_word_on_the_location_counts_unless_the_address_contradicts(
    *, address: str, said_local: bool | None, location: str | None
) -> None:
    sample = next(s for s in SAMPLES if s.name == "plex_media_play")
    said = json.loads(json.dumps(object_of(sample)))
    said["Player"] |= {"publicAddress": address, "local": said_local}
    arrival = to_arrival(only_playback("plex", said), "plex", SETTINGS, NOW, own_addresses=())
    assert arrival.event.attributes.get("location") == location


def test_keys_of_another_case_are_other_keys() -> None:
    reading = ADAPTERS["jellyfin"]({"notificationtype": "PlaybackStart"}, "default")
    assert (reading.event, reading.playbacks) == ("", ())
