import asyncio
from pathlib import Path

import pytest

from infra.local.place_fetch import PlaceFetch
from infra.local.places import PlaceFiles
from infra.local.processes import Process, Program
from shared.settings import Settings, read_settings

NEEDED = {
    "REVENGE_DATABASE_URL": "postgresql://db/revenge",
    "ANALYTICS_CALLER_AUTH": "hmac",
    "ANALYTICS_CALLER_SECRET": "x" * 32,
}


class Case:
    """A fetch whose programs are short scripts."""

    def __init__(self, folder: Path, city: str = "exit 0", **given: str) -> None:
        self.folder = folder
        self.files = PlaceFiles(city=(folder / "4.mmdb", folder / "6.mmdb"), asn=folder / "asn")
        self.settings: Settings = read_settings({**NEEDED, **given}, "")
        self.city = self._process("city", city)
        self.asn = self._process("asn", "touch asn")
        self.fetch = PlaceFetch(self.settings, self.files, city=self.city, asn=self.asn)

    def _process(self, name: str, script: str) -> Process:
        command = ("/bin/sh", "-c", script)
        program = Program(name, command, self.folder, {"PATH": "/usr/bin:/bin"})
        return Process(program, logs=self.folder, record=lambda _name, _pid: None, say=print)


async def test_what_is_missing_is_fetched_and_named_to_the_functions(tmp_path: Path) -> None:
    case = Case(tmp_path, "touch 4.mmdb 6.mmdb")
    case.fetch.start()
    assert case.fetch.is_going_on()
    await case.fetch.wait()
    assert case.files.has_city()
    assert case.fetch.warning() is None
    assert case.fetch.environment() == {
        "ANALYTICS_GEOIP_DB_PATH": f"{tmp_path}/4.mmdb:{tmp_path}/6.mmdb",
        "ANALYTICS_GEOIP_ASN_DB_PATH": f"{tmp_path}/asn",
    }


async def test_what_is_there_is_not_fetched(tmp_path: Path) -> None:
    for name in ("4.mmdb", "6.mmdb"):
        (tmp_path / name).touch()
    case = Case(tmp_path, "touch fetched")
    case.fetch.start()
    await case.fetch.wait()
    assert not (tmp_path / "fetched").exists()
    assert "ANALYTICS_GEOIP_DB_PATH" in case.fetch.environment()


async def test_databases_of_the_users_are_left_alone(tmp_path: Path) -> None:
    own = {"ANALYTICS_GEOIP_DB_PATH": "/my/city.mmdb", "ANALYTICS_GEOIP_ASN_DB_PATH": "/my/asn"}
    case = Case(tmp_path, "touch fetched", **own)
    case.fetch.start()
    case.fetch.start_networks()
    await case.fetch.wait()
    assert case.fetch.environment() == {}
    assert not (tmp_path / "fetched").exists()
    assert not case.files.asn.exists()


async def test_offline_one_line_says_why_and_what_to_set(tmp_path: Path) -> None:
    case = Case(tmp_path, "echo 'npm error code ENOTFOUND' >&2; exit 1")
    case.fetch.start()
    await case.fetch.wait()
    warning = case.fetch.warning()
    assert warning is not None
    assert "ENOTFOUND" in warning
    assert "ANALYTICS_GEOIP_DB_PATH" in warning
    assert len(warning.splitlines()) == 1
    assert "ANALYTICS_GEOIP_DB_PATH" not in case.fetch.environment()


async def test_a_fetch_that_takes_too_long_goes_on_without_being_waited_for(
    tmp_path: Path,
) -> None:
    case = Case(tmp_path, "sleep 600")
    case.fetch.start()
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.3):
            await case.fetch.wait()
    assert case.fetch.is_going_on()
    warning = case.fetch.warning()
    assert warning is not None
    assert "still being fetched" in warning
    assert "ANALYTICS_GEOIP_DB_PATH" in case.fetch.environment()
    await case.city.stop(5, asyncio.Event())


async def test_networks_are_compiled_in_the_background(tmp_path: Path) -> None:
    case = Case(tmp_path)
    case.fetch.start_networks()
    async with asyncio.timeout(20):
        while not case.files.asn.exists():  # noqa: ASYNC110 - a process makes it
            await asyncio.sleep(0.02)
    await case.asn.stop(5, asyncio.Event())
