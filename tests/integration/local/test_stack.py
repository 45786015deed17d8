"""The whole stack as `make run` starts it, with functions that do next to nothing."""

import contextlib
import http.client
import json
import os
import re
import signal
import subprocess
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from infra.local.postgres import EmbeddedPostgres
from infra.local.programs import FUNCTIONS

LAUNCH = """
import asyncio, dataclasses, sys
from pathlib import Path
from infra.local.config import read_config
from infra.local.console import Console
from infra.local.launcher import launch
from infra.local.problem import LaunchError
console = Console()
try:
    functions = Path(sys.argv[1])
    config = dataclasses.replace(read_config(), functions=functions, builds_dashboard=False)
    asyncio.run(launch(config, console))
except LaunchError as error:
    console.fail(error)
    sys.exit(1)
"""
FUNCTION = """
import os
from starlette.responses import JSONResponse
async def {name}(request):
    if request.url.path == "/die":
        os._exit(1)
    return JSONResponse({{"function": "{name}", "pid": os.getppid()}})
"""
Eventually = Callable[[Callable[[], object]], None]


class Stack:
    """A stack to be started, in folders of its own."""

    def __init__(self, folder: Path, start: Callable[..., subprocess.Popen[str]]) -> None:
        self.data_dir = folder / "data dir"
        self.functions = folder / "functions"
        self._start = start
        self.lines: list[str] = []
        for name in FUNCTIONS:
            (self.functions / name).mkdir(parents=True)
            source = self.functions / name / "main.py"
            source.write_text(FUNCTION.format(name=name), encoding="utf-8")

    def start(self, **environment: str) -> subprocess.Popen[str]:
        config = self.functions / "config.yaml"
        config.touch()
        return self._start(
            LAUNCH,
            str(self.functions),
            DATA_DIR=str(self.data_dir),
            PORT=environment.pop("PORT", "0"),
            HOME=str(self.functions),
            ANALYTICS_CONFIG_PATH=str(config),
            ANALYTICS_GEOIP_DB_PATH=str(self.functions / "none.mmdb"),  # nothing is fetched
            ANALYTICS_GEOIP_ASN_DB_PATH=str(self.functions / "none.mmdb"),
            **environment,
        )

    def started(self, **environment: str) -> tuple[subprocess.Popen[str], str]:
        """Start; return once the three lines were printed, with the dashboard's address."""
        launcher = self.start(**environment)
        assert launcher.stdout is not None
        self.lines = []
        for line in launcher.stdout:
            self.lines.append(line.rstrip())
            if line.startswith("Stop"):
                break
        found = re.search(r"Dashboard +(http://[\w.]+:\d+)", "\n".join(self.lines))
        assert found is not None, self.lines
        return launcher, found[1]

    def database_pid(self) -> int | None:
        """The number of the database's server; None while it has none."""
        place = json.loads((self.data_dir / "postgres.json").read_text(encoding="utf-8"))
        pid_file = self.data_dir / place["data"] / "postmaster.pid"
        with contextlib.suppress(FileNotFoundError, ValueError):
            return int(pid_file.read_text(encoding="utf-8").partition("\n")[0])
        return None

    def pids(self) -> list[int]:
        server = self.database_pid()
        assert server is not None
        record = json.loads((self.data_dir / "run.json").read_text(encoding="utf-8"))
        return [server, *(process["pid"] for process in record.values())]


@pytest.fixture
def stack(tmp_path: Path, start_python: Callable[..., subprocess.Popen[str]]) -> Iterator[Stack]:
    stack = Stack(tmp_path, start_python)
    yield stack
    EmbeddedPostgres(stack.data_dir).destroy()


def ask(url: str, path: str, method: str = "GET") -> tuple[int, dict[str, object]]:
    request = urllib.request.Request(url + path, method=method)  # noqa: S310 - our own gateway
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:  # noqa: S310
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.load(error)


def master_of_api(url: str) -> object:
    """The number of the api function's server; None while it cannot answer."""
    with contextlib.suppress(OSError, http.client.HTTPException):  # it may die within an answer
        return ask(url, "/")[1].get("pid")
    return None


def test_it_tells_the_address_that_people_reach_it_by(stack: Stack) -> None:
    told = "http://192.168.1.5:8080"
    assert stack.started(ANALYTICS_PUBLIC_URL=told)[1] == told


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM])
def test_it_tells_address_key_and_how_to_stop_and_stops_without_a_trace(
    stack: Stack, sign: int, is_gone: Callable[[int], bool]
) -> None:
    launcher, url = stack.started()
    key = (stack.data_dir / "admin.key").read_text(encoding="ascii").strip()
    assert [line.split()[0] for line in stack.lines[-3:]] == ["Dashboard", "Key", "Stop"]
    assert key in stack.lines[-2]
    assert ask(url, "/")[1]["function"] == "api"
    ingest = ask(url, "/api/v1/analytics/sessions", "POST")
    assert ingest[1]["function"] == "ingest_session"
    pids = stack.pids()
    launcher.send_signal(sign)
    assert launcher.wait(20) == 0
    assert [pid for pid in pids if not is_gone(pid)] == []


def test_two_wishes_to_stop_leave_no_trace_either(
    stack: Stack, is_gone: Callable[[int], bool]
) -> None:
    launcher, _ = stack.started()
    pids = stack.pids()
    launcher.send_signal(signal.SIGINT)
    launcher.send_signal(signal.SIGINT)
    assert launcher.wait(20) == 0
    assert [pid for pid in pids if not is_gone(pid)] == []


def test_a_killed_run_is_recovered_by_the_next(
    stack: Stack, is_gone: Callable[[int], bool], eventually: Eventually
) -> None:
    launcher, url = stack.started()
    pids = stack.pids()
    launcher.kill()
    launcher.wait(20)
    port = url.rpartition(":")[2]
    again, _ = stack.started(PORT=port)
    assert ask(url, "/")[0] == 200
    eventually(lambda: all(is_gone(pid) for pid in pids))
    again.send_signal(signal.SIGTERM)
    assert again.wait(20) == 0


def test_a_function_that_dies_is_started_again_and_a_line_says_so(
    stack: Stack, eventually: Eventually
) -> None:
    launcher, url = stack.started()
    master = master_of_api(url)
    assert isinstance(master, int)
    os.kill(master, signal.SIGKILL)
    eventually(lambda: master_of_api(url) not in {None, master})
    launcher.send_signal(signal.SIGTERM)
    assert launcher.stdout is not None
    said = launcher.stdout.read()
    assert "api was ended by signal 9; starting it again" in said


def test_a_database_that_dies_is_started_again_and_a_line_says_so(
    stack: Stack, eventually: Eventually
) -> None:
    launcher, _ = stack.started()
    server = stack.database_pid()
    assert server is not None
    os.kill(server, signal.SIGKILL)
    eventually(lambda: stack.database_pid() not in {None, server})
    launcher.send_signal(signal.SIGTERM)
    assert launcher.stdout is not None
    assert "PostgreSQL ended; starting it again" in launcher.stdout.read()


def test_a_function_that_cannot_start_ends_the_run_with_its_last_words(stack: Stack) -> None:
    source = stack.functions / "notify" / "main.py"
    source.write_text("raise RuntimeError('no such channel')\n", encoding="utf-8")
    launcher = stack.start()
    said, _ = launcher.communicate(timeout=60)
    assert launcher.returncode == 1
    assert "no such channel" in said
    assert said.splitlines()[-1] == "Error: notify does not start: see the lines above."


def test_a_second_run_in_the_same_data_dir_is_refused(stack: Stack) -> None:
    launcher, url = stack.started()
    second = stack.start()
    said, _ = second.communicate(timeout=20)
    assert second.returncode == 1
    assert said.startswith(f"Error: DATA_DIR {stack.data_dir} is in use")
    assert len(said.splitlines()) == 1
    assert ask(url, "/")[0] == 200
    launcher.send_signal(signal.SIGTERM)
    assert launcher.wait(20) == 0
