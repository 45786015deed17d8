"""`make demo`, played into the whole stack."""

import re
import signal
import subprocess
import sys
import time
from collections.abc import Generator
from pathlib import Path

import pytest
import requests

from infra.local.config import ROOT
from infra.local.process_identity import start_mark
from tests.e2e.conftest import Stack, own_environment, running, running_alone, write_places

SENTENCE = re.compile(
    r"Kestrel: Streamed from London \(62\.252\.72\.x\) on Living room until .* and from"
    r" Berlin \(89\.247\.64\.x\) on Phone from .*: at least 732 km in 6 min, 7,\d{3} km/h;"
    r" the limit is 900\."
)
LONGEST_SECONDS = 120


def start(environment: dict[str, str]) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "infra.demo"],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def play(environment: dict[str, str]) -> tuple[int, str]:
    demo = start(environment)
    said, _ = demo.communicate(timeout=LONGEST_SECONDS)
    return demo.returncode, said


def demos(stack: Stack) -> list[str]:
    """Return the names of the channels that a demo made."""
    answer = requests.get(
        f"{stack.url}/api/v1/notifications/channels",
        headers={"Authorization": f"Bearer {stack.key}"},
        timeout=10,
    )
    names = [channel["name"] for channel in answer.json()["data"]]
    return [name for name in names if name.startswith("Demo")]


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Generator[Stack]:
    yield from running_alone(tmp_path_factory)


@pytest.fixture
def stack_without_places(tmp_path: Path) -> Generator[Stack]:
    none = str(tmp_path / "none.mmdb")
    yield from running(
        tmp_path, {"ANALYTICS_GEOIP_DB_PATH": none, "ANALYTICS_GEOIP_ASN_DB_PATH": none}
    )


@pytest.fixture
def stack_without_systems(tmp_path: Path) -> Generator[Stack]:
    none = {"ANALYTICS_GEOIP_ASN_DB_PATH": str(tmp_path / "none.mmdb")}
    yield from running(tmp_path, write_places(tmp_path) | none)


def assert_good(code: int, said: str) -> None:
    assert code == 0, said
    assert len(SENTENCE.findall(said)) == 1, said
    assert "1 case: Kestrel (Impossible travel)" in said
    assert "1 x violation.opened, signature valid" in said
    assert "Wrong" not in said


def test_it_ends_with_the_sharers_case_in_a_second_run_too_and_leaves_no_channel(
    stack: Stack,
) -> None:
    for _ in range(2):
        assert_good(*play(dict(stack.environment)))
    assert not demos(stack)


def test_it_ends_so_without_knowing_whose_the_networks_are(stack_without_systems: Stack) -> None:
    assert_good(*play(dict(stack_without_systems.environment)))


def test_it_says_how_to_get_places_where_none_are_known(stack_without_places: Stack) -> None:
    code, said = play(dict(stack_without_places.environment))
    assert code == 1
    assert "Wrong: The service knows no places" in said
    assert "ANALYTICS_GEOIP_DB_PATH" in said


def test_it_can_be_interrupted_and_leaves_no_channel(stack: Stack) -> None:
    with start(dict(stack.environment)) as demo:
        assert demo.stdout is not None
        for line in demo.stdout:
            if "Waiting for" in line:  # for what its channel is told
                demo.send_signal(signal.SIGINT)
                break
        said = demo.stdout.read()
    assert demo.returncode == 130, said
    assert said.splitlines()[-1] == "Stopped."
    assert not demos(stack)


def test_it_says_in_one_line_what_to_do_where_nothing_runs(tmp_path: Path) -> None:
    (tmp_path / "admin.key").write_text("rva_none", encoding="ascii")
    environment = own_environment(tmp_path) | {"DATA_DIR": str(tmp_path), "PORT": "1"}
    code, said = play(environment)
    assert code == 1
    assert said == (
        "Error: Nothing answers on http://127.0.0.1:1: start `make run` in another shell,"
        " or say where it listens: make demo PORT=...\n"
    )


@pytest.fixture
def own_stack(tmp_path: Path) -> Generator[Stack]:
    yield from running(tmp_path, write_places(tmp_path))


def test_ctrl_c_after_it_leaves_no_process_behind(own_stack: Stack) -> None:
    assert_good(*play(dict(own_stack.environment)))
    children = descendants(own_stack.process.pid)
    assert len(children) > 6
    assert own_stack.stop() == 0
    deadline = time.monotonic() + 5
    while any(map(start_mark, children)) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert [pid for pid in children if start_mark(pid)] == []


def descendants(pid: int) -> list[int]:
    """Return the processes that a process started, and those that these started."""
    said = subprocess.run(
        ["/usr/bin/env", "ps", "-eo", "pid=,ppid="], capture_output=True, text=True, check=True
    )
    parents = {
        int(child): int(parent) for child, parent in map(str.split, said.stdout.splitlines())
    }
    found = [pid]
    for member in found:
        found += [child for child, parent in parents.items() if parent == member]
    return found[1:]
