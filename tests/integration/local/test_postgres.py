import json
import os
import signal
import socket
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from infra.local.memory import machine_memory, postgres_memory
from infra.local.postgres import EmbeddedPostgres

HOLD = """
import sys, time
from pathlib import Path
from infra.local.postgres import EmbeddedPostgres
print(EmbeddedPostgres(Path(sys.argv[1]), durable=False).start(), flush=True)
time.sleep(600)
"""


@pytest.fixture
def server(open_folder: Path) -> Iterator[EmbeddedPostgres]:
    embedded = EmbeddedPostgres(open_folder / "data dir", durable=False)
    yield embedded
    embedded.destroy()


def remember(dsn: str, text: str) -> None:
    with psycopg.connect(dsn) as connection:
        connection.execute("create table if not exists note (text text)")
        connection.execute("insert into note values (%s)", [text])


def remembered(dsn: str) -> list[str]:
    with psycopg.connect(dsn) as connection:
        return [row[0] for row in connection.execute("select text from note order by text")]


def pid_of(folder: Path) -> int:
    record = json.loads((folder / "postgres.json").read_text(encoding="utf-8"))
    pid_file = folder / record["data"] / "postmaster.pid"
    return int(pid_file.read_text(encoding="utf-8").splitlines()[0])


def test_a_later_start_finds_data_password_and_port_again(server: EmbeddedPostgres) -> None:
    first = server.start()
    remember(first, "kept")
    server.stop()
    assert server.start() == first
    assert remembered(first) == ["kept"]


def test_it_is_postgresql_18_in_utf8_with_an_owner_who_is_no_superuser(
    server: EmbeddedPostgres,
) -> None:
    with psycopg.connect(server.start()) as connection:
        row = connection.execute(
            "select current_setting('server_version_num')::int / 10000,"
            " current_setting('server_encoding'), current_setting('is_superuser'),"
            " current_setting('TimeZone'), lower('ÄÖ')"
        ).fetchone()
    assert row == (18, "UTF8", "off", "UTC", "äö")


def test_a_later_start_follows_the_memory_of_the_machine(server: EmbeddedPostgres) -> None:
    server.start()
    with psycopg.connect(server.superuser_dsn, autocommit=True) as connection:
        connection.execute("ALTER SYSTEM SET shared_buffers = '1MB'")
    server.stop()
    share = postgres_memory(machine_memory())["shared_buffers"]
    with psycopg.connect(server.start()) as connection:
        row = connection.execute(
            "select pg_size_bytes(current_setting('shared_buffers')), pg_size_bytes(%s)", [share]
        ).fetchone()
    assert row is not None
    assert row[0] == row[1]


def test_two_servers_run_side_by_side(server: EmbeddedPostgres, tmp_path: Path) -> None:
    other = EmbeddedPostgres(tmp_path, durable=False)  # as root: where its user cannot look
    try:
        remember(server.start(), "one")
        remember(other.start(), "two")
        assert (remembered(server.dsn), remembered(other.dsn)) == (["one"], ["two"])
    finally:
        other.destroy()


def test_destroy_leaves_neither_process_nor_cluster(
    tmp_path: Path, is_gone: Callable[[int], bool]
) -> None:
    server = EmbeddedPostgres(tmp_path, durable=False)
    server.start()
    pid = pid_of(tmp_path)
    record = json.loads((tmp_path / "postgres.json").read_text(encoding="utf-8"))
    server.destroy()
    assert is_gone(pid)
    assert not (tmp_path / record["data"]).exists()
    assert not (tmp_path / "postgres.json").exists()


def test_after_kill_9_of_the_server_nothing_committed_is_lost(
    open_folder: Path, eventually: Callable[[Callable[[], object]], None]
) -> None:
    server = EmbeddedPostgres(open_folder)
    try:
        remember(server.start(), "committed")
        os.kill(pid_of(open_folder), signal.SIGKILL)
        eventually(lambda: not server.is_running())
        assert remembered(server.start()) == ["committed"]
    finally:
        server.destroy()


def test_when_its_launcher_is_killed_the_server_ends_and_the_next_start_works(
    server: EmbeddedPostgres,
    start_python: Callable[..., subprocess.Popen[str]],
    eventually: Callable[[Callable[[], object]], None],
    is_gone: Callable[[int], bool],
) -> None:
    folder = server.log.parents[1]
    launcher = start_python(HOLD, str(folder))
    assert launcher.stdout is not None
    remember(launcher.stdout.readline().strip(), "kept")
    pid = pid_of(folder)
    launcher.kill()
    eventually(lambda: is_gone(pid))
    assert remembered(server.start()) == ["kept"]


def test_a_server_that_was_left_is_ended_before_its_data_is_used(
    server: EmbeddedPostgres, is_gone: Callable[[int], bool]
) -> None:
    server.start()
    left = pid_of(server.log.parents[1])
    second = EmbeddedPostgres(server.log.parents[1], durable=False)
    try:
        second.start()
        assert not server.is_running()
        assert is_gone(left)
    finally:
        second.stop()


def test_a_number_that_another_process_got_since_does_not_hinder(
    server: EmbeddedPostgres, open_folder: Path
) -> None:
    server.start()
    data = open_folder / "data dir" / "postgres" / "data"
    text = (data / "postmaster.pid").read_text(encoding="utf-8")
    server.stop()
    with subprocess.Popen(["/bin/sleep", "600"]) as other:
        lines = [str(other.pid), *text.splitlines()[1:]]
        (data / "postmaster.pid").write_text("\n".join(lines), encoding="utf-8")
        try:
            server.start()
            assert other.poll() is None
        finally:
            other.kill()


def test_without_its_record_the_cluster_is_found_and_gets_a_new_password(
    server: EmbeddedPostgres, open_folder: Path
) -> None:
    first = server.start()
    remember(first, "kept")
    server.stop()
    (open_folder / "data dir" / "postgres.json").unlink()
    assert server.start() != first
    assert remembered(server.dsn) == ["kept"]


def test_data_dir_may_be_moved(server: EmbeddedPostgres, open_folder: Path) -> None:
    remember(server.start(), "kept")
    server.stop()
    moved = open_folder / "elsewhere"
    (open_folder / "data dir").rename(moved)
    again = EmbeddedPostgres(moved, durable=False)
    try:
        assert remembered(again.start()) == ["kept"]
    finally:
        again.destroy()


def test_a_port_that_was_taken_meanwhile_is_left_to_its_taker(server: EmbeddedPostgres) -> None:
    first = server.start()
    server.stop()
    port = int(first.rpartition(":")[2].partition("/")[0])
    with socket.create_server(("127.0.0.1", port)):
        assert server.start() != first
        remember(server.dsn, "works")
