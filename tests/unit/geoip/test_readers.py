import os
import threading
from ipaddress import IPv4Address, IPv6Address, ip_address
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.geoip.readers import DatabaseStatus, HotReader
from shared.geoip.snapshots import Purpose, Record
from tests.unit.geoip.files import (
    LONDON,
    PARIS,
    Ticking,
    asn_record,
    replace_database,
    write_database,
)

_ADDRESS = IPv4Address("81.2.69.160")
_NETWORK = "81.2.69.0/24"

_Reader = HotReader[dict[str, object]]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "city.mmdb"


@pytest.fixture
def clock() -> Ticking:
    return Ticking()


@pytest.fixture
def reader(path: Path, clock: Ticking) -> _Reader:
    return HotReader(path, Purpose.CITY, dict, clock)


def test_a_file_that_is_not_there_answers_nothing_and_says_so(reader: _Reader, path: Path) -> None:
    assert reader.get(_ADDRESS) is None
    state = reader.state()
    assert state.status is DatabaseStatus.MISSING
    assert str(path) in (state.error or "")


def test_a_file_that_appears_later_is_opened(reader: _Reader, path: Path, clock: Ticking) -> None:
    assert reader.get(_ADDRESS) is None
    write_database(path, {_NETWORK: LONDON})
    clock.advance(1)
    assert reader.get(_ADDRESS) == LONDON
    state = reader.state()
    assert (state.status, state.error) == (DatabaseStatus.READY, None)
    assert state.database_type == "GeoLite2-City"
    assert state.built_at is not None
    assert state.built_at.tzinfo is not None


def test_a_renamed_release_is_seen_a_second_later_and_not_before(
    reader: _Reader, path: Path, clock: Ticking
) -> None:
    write_database(path, {_NETWORK: LONDON})
    assert reader.get(_ADDRESS) == LONDON
    replace_database(path, {_NETWORK: PARIS})
    clock.advance(0.9)
    assert reader.get(_ADDRESS) == LONDON
    clock.advance(0.2)
    assert reader.get(_ADDRESS) == PARIS


def test_a_release_written_over_the_old_one_in_place_is_seen_too(
    reader: _Reader, path: Path, clock: Ticking
) -> None:
    write_database(path, {_NETWORK: LONDON})
    assert reader.get(_ADDRESS) == LONDON
    write_database(path, {_NETWORK: PARIS})
    os.utime(path, ns=(1, 1))
    clock.advance(1)
    assert reader.get(_ADDRESS) == PARIS


def test_a_deleted_file_goes_on_answering_until_it_is_back(
    reader: _Reader, path: Path, clock: Ticking
) -> None:
    write_database(path, {_NETWORK: LONDON})
    assert reader.get(_ADDRESS) == LONDON
    path.unlink()
    clock.advance(1)
    assert reader.get(_ADDRESS) == LONDON
    state = reader.state()
    assert state.status is DatabaseStatus.READY
    assert "cannot be found" in (state.error or "")
    write_database(path, {_NETWORK: PARIS})
    clock.advance(1)
    assert reader.get(_ADDRESS) == PARIS
    assert reader.state().error is None


def test_a_file_moved_away_and_back_is_no_longer_reported_missing(
    reader: _Reader, path: Path, clock: Ticking
) -> None:
    write_database(path, {_NETWORK: LONDON})
    reader.get(_ADDRESS)
    path.rename(path.with_suffix(".away"))
    clock.advance(1)
    reader.get(_ADDRESS)
    path.with_suffix(".away").rename(path)
    clock.advance(1)
    assert reader.get(_ADDRESS) == LONDON
    assert reader.state().error is None


def test_a_file_cut_under_the_reader_neither_kills_nor_silences_it(
    reader: _Reader, path: Path, clock: Ticking
) -> None:
    networks = {f"81.{second}.0.0/16": LONDON | {"n": second} for second in range(200)}
    write_database(path, networks)
    assert reader.get(_ADDRESS) == LONDON | {"n": 2}
    os.truncate(path, 64)  # with the file itself mapped, the next line would be a SIGBUS
    assert reader.get(IPv4Address("81.199.0.1")) == LONDON | {"n": 199}
    clock.advance(1)
    assert reader.get(_ADDRESS) == LONDON | {"n": 2}
    state = reader.state()
    assert state.status is DatabaseStatus.READY
    assert "cannot be used" in (state.error or "")


def test_a_half_written_release_is_used_once_it_is_whole(
    reader: _Reader, path: Path, clock: Ticking, tmp_path: Path
) -> None:
    write_database(path, {_NETWORK: LONDON})
    assert reader.get(_ADDRESS) == LONDON
    whole = write_database(tmp_path / "next.mmdb", {_NETWORK: PARIS}).read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    clock.advance(1)
    assert reader.get(_ADDRESS) == LONDON
    path.write_bytes(whole)
    clock.advance(1)
    assert reader.get(_ADDRESS) == PARIS


def test_a_release_damaged_inside_is_refused_by_its_first_lookups(
    reader: _Reader, path: Path, clock: Ticking
) -> None:
    write_database(path, {_NETWORK: LONDON})
    assert reader.get(_ADDRESS) == LONDON
    other = path.with_suffix(".new")
    content = bytearray(write_database(other, {f"{n}.0.0.0/8": PARIS for n in range(1, 224)})
                        .read_bytes())  # fmt: skip
    tree_end = content.index(b"\x00" * 16, 0)
    content[tree_end + 16 : tree_end + 60] = b"\xff" * 44
    other.write_bytes(content)
    other.replace(path)
    clock.advance(1)
    assert reader.get(_ADDRESS) == LONDON
    assert "cannot be used" in (reader.state().error or "")


@pytest.mark.parametrize("content", [b"", b"no database", b"\xab\xcd\xefMaxMind.com", b"\0" * 5000])
def test_a_file_that_is_no_database_is_corrupt(reader: _Reader, path: Path, content: bytes) -> None:
    path.write_bytes(content)
    assert reader.get(_ADDRESS) is None
    state = reader.state()
    assert state.status is DatabaseStatus.CORRUPT
    assert "cannot be used" in (state.error or "")


def test_a_folder_in_place_of_a_file_is_corrupt(reader: _Reader, path: Path) -> None:
    path.mkdir()
    assert reader.get(_ADDRESS) is None
    assert reader.state().status is DatabaseStatus.CORRUPT


def test_a_database_for_another_purpose_is_refused_by_name(reader: _Reader, path: Path) -> None:
    write_database(path, {_NETWORK: asn_record(1, "One")}, "GeoLite2-ASN")
    assert reader.get(_ADDRESS) is None
    assert "GeoLite2-ASN" in (reader.state().error or "")


def test_a_home_made_database_type_is_taken(path: Path) -> None:
    write_database(path, {_NETWORK: asn_record(1, "One")}, "ours")
    assert HotReader(path, Purpose.ASN, dict).get(_ADDRESS) == asn_record(1, "One")


def test_an_ipv4_database_has_nothing_on_ipv6(reader: _Reader, path: Path) -> None:
    write_database(path, {_NETWORK: LONDON}, ip_version=4)
    assert reader.get(_ADDRESS) == LONDON
    assert reader.get(IPv6Address("2a02:d500::1")) is None
    assert reader.state().error is None


def test_a_full_temporary_directory_does_not_cost_the_places(
    reader: _Reader, path: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    write_database(path, {_NETWORK: LONDON})
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "away"))
    assert reader.get(_ADDRESS) == LONDON


def test_no_copy_is_left_behind(
    path: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    write_database(path, {_NETWORK: LONDON})
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(temporary))
    reader = HotReader(path, Purpose.CITY, dict)
    assert reader.get(_ADDRESS) == LONDON
    assert list(temporary.iterdir()) == []


def test_between_two_checks_a_lookup_does_not_touch_the_file(
    reader: _Reader, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_database(path, {_NETWORK: LONDON})
    reader.get(_ADDRESS)
    monkeypatch.setattr(os, "stat", None)
    assert reader.get(_ADDRESS) == LONDON


def test_answers_are_kept_until_the_file_changes(path: Path, clock: Ticking) -> None:
    read: list[object] = []

    def parse(record: Record) -> object:
        read.append(record)
        return record["city"]

    reader = HotReader(path, Purpose.CITY, parse, clock)
    write_database(path, {_NETWORK: LONDON})
    for _ in range(3):
        assert reader.get(_ADDRESS) == LONDON["city"]
        clock.advance(1)
    assert read == [LONDON]
    replace_database(path, {_NETWORK: PARIS})
    assert reader.get(_ADDRESS) == PARIS["city"]
    assert read == [LONDON, PARIS]


def test_a_path_that_cannot_be_one_is_only_missing() -> None:
    reader = HotReader(Path("no\0path"), Purpose.CITY, dict)
    assert reader.get(_ADDRESS) is None
    assert reader.state().status is DatabaseStatus.MISSING


def test_threads_see_only_whole_releases_while_these_change(path: Path) -> None:
    write_database(path, {_NETWORK: LONDON})
    clock = Ticking()
    reader = HotReader(path, Purpose.CITY, dict, clock)
    answers: list[object] = []

    def look_up() -> None:
        answers.extend(reader.get(_ADDRESS) for _ in range(300))

    threads = [threading.Thread(target=look_up) for _ in range(4)]
    for thread in threads:
        thread.start()
    for turn in range(10):
        replace_database(path, {_NETWORK: PARIS if turn % 2 else LONDON})
        clock.advance(1)
    for thread in threads:
        thread.join()
    assert len(answers) == 1200
    assert all(answer in (LONDON, PARIS) for answer in answers)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(damage=st.lists(st.tuples(st.integers(0, 10_000), st.binary(min_size=1, max_size=8))),
       cut=st.integers(0, 10_000), address=st.ip_addresses())  # fmt: skip
def test_no_damage_to_a_file_reaches_the_caller(
    tmp_path: Path,
    damage: list[tuple[int, bytes]],
    cut: int,
    address: IPv4Address | IPv6Address,
) -> None:
    path = write_database(
        tmp_path / "damaged.mmdb", {_NETWORK: LONDON, "2a00::/12": PARIS, "128.0.0.0/2": PARIS}
    )
    content = bytearray(path.read_bytes())
    for position, replacement in damage:
        start = position % len(content)
        content[start : start + len(replacement)] = replacement
    path.write_bytes(content[: len(content) - cut % len(content)] if cut % 3 == 0 else content)
    reader = HotReader(path, Purpose.CITY, dict)
    for wanted in (address, _ADDRESS, ip_address("2a00::1")):
        record = reader.get(wanted)
        assert record is None or isinstance(record, dict)
    assert reader.state().status in DatabaseStatus
