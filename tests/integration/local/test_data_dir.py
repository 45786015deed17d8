import json
import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.local.data_dir import DataDir
from infra.local.problem import LaunchError
from infra.local.process_identity import start_mark


@pytest.fixture
def sleeper() -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen(["/bin/sleep", "600"], start_new_session=True) as process:
        yield process
        process.kill()


def record(folder: Path, pid: int, mark: str) -> None:
    text = json.dumps({"api": {"pid": pid, "mark": mark}})
    (folder / "run.json").write_text(text, encoding="utf-8")


def test_a_second_run_is_refused_in_one_line_that_names_the_first(tmp_path: Path) -> None:
    with DataDir(tmp_path), pytest.raises(LaunchError) as refused, DataDir(tmp_path):
        pass
    assert str(os.getpid()) in refused.value.message
    assert str(tmp_path) in refused.value.message
    assert "\n" not in refused.value.message


def test_after_a_run_the_next_one_is_let_in(tmp_path: Path) -> None:
    for _ in range(2):
        with DataDir(tmp_path) as data_dir:
            assert data_dir.logs.is_dir()


def test_what_a_killed_run_left_is_ended(tmp_path: Path, sleeper: subprocess.Popen[bytes]) -> None:
    mark = start_mark(sleeper.pid)
    assert mark is not None
    record(tmp_path, sleeper.pid, mark)
    with DataDir(tmp_path):
        assert sleeper.wait(5) == -signal.SIGTERM


def test_a_process_that_only_got_the_same_number_is_left_alone(
    tmp_path: Path, sleeper: subprocess.Popen[bytes]
) -> None:
    record(tmp_path, sleeper.pid, "another boot:42")
    with DataDir(tmp_path):
        assert sleeper.poll() is None


def test_a_run_records_its_processes_with_their_marks(
    tmp_path: Path, sleeper: subprocess.Popen[bytes]
) -> None:
    with DataDir(tmp_path) as data_dir:
        data_dir.record("api", sleeper.pid)
        kept = json.loads((tmp_path / "run.json").read_text(encoding="utf-8"))
    assert kept == {"api": {"pid": sleeper.pid, "mark": start_mark(sleeper.pid)}}
    assert not (tmp_path / "run.json").exists()


def test_a_place_that_cannot_be_used_is_refused_by_name(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    with pytest.raises(LaunchError, match="DATA_DIR cannot be used"), DataDir(file / "below"):
        pass
