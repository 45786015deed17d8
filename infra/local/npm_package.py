"""Fetch a pinned npm package: with npm's own configuration, verified, in place as a whole."""

import contextlib
import fcntl
import hashlib
import shutil
import subprocess
import tarfile
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict, cast

import yaml

from infra.local.node import PATIENCE, NodeError, npm

_TABLE = Path(__file__).with_name("places.yaml")
_PIECE = 1024 * 1024


class FetchError(Exception):
    """The package could not be fetched, or is not the one that was pinned."""


class _Entry(TypedDict):
    package: str
    version: str
    sha512: str
    files: list[str]


@dataclass(frozen=True, slots=True)
class NpmPackage:
    """A package, the digest of its tarball, and the files that are wanted of it."""

    name: str
    version: str
    sha512: str
    files: tuple[str, ...]

    @property
    def folder(self) -> str:
        """The name of the folder that holds its files."""
        return f"{self.name.rpartition('/')[2]}-{self.version}"


def read_package(entry: str, table: Path = _TABLE) -> NpmPackage:
    """Return one of the packages that places.yaml pins."""
    content = cast("dict[str, _Entry]", yaml.safe_load(table.read_text(encoding="utf-8")))
    found = content[entry]
    return NpmPackage(found["package"], found["version"], found["sha512"], tuple(found["files"]))


def fetch(package: NpmPackage, cache: Path) -> Path:
    """Return the folder with the package's files, fetching them if they are not there.

    Raises:
        FetchError: no network, or a tarball with another digest.
    """
    cache.mkdir(parents=True, exist_ok=True)
    folder = cache / package.folder
    with one_at_a_time(cache / f"{package.folder}.lock"):
        if folder.is_dir():
            return folder
        scratch = cache / f".{package.folder}"
        shutil.rmtree(scratch, ignore_errors=True)  # of a fetch that was killed
        scratch.mkdir()
        try:
            tarball = _pack(package, scratch)
            _verify(tarball, package)
            unpacked = _unpack(tarball, package.files, scratch / "files")
            unpacked.rename(folder)
        finally:
            shutil.rmtree(scratch)
    return folder


@contextlib.contextmanager
def one_at_a_time(lock: Path) -> Generator[None]:
    """Let one process in; two stacks that start together do a thing once."""
    with lock.open("w", encoding="ascii") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _pack(package: NpmPackage, scratch: Path) -> Path:
    try:
        command = npm(
            "pack",
            *PATIENCE,
            "--pack-destination",
            str(scratch),
            f"{package.name}@{package.version}",
            scratch=scratch,
        )
    except NodeError as error:
        raise FetchError(str(error)) from error
    done = subprocess.run(  # noqa: S603
        command, check=False, cwd=scratch, stdin=subprocess.DEVNULL, capture_output=True, text=True
    )
    tarballs = list(scratch.glob("*.tgz"))
    if done.returncode or not tarballs:
        words = done.stderr.strip().splitlines() or [f"exit code {done.returncode}"]
        raise FetchError(words[0])
    return tarballs[0]


def _verify(tarball: Path, package: NpmPackage) -> None:
    with tarball.open("rb") as file:
        digest = hashlib.file_digest(file, "sha512").hexdigest()
    if digest != package.sha512:
        raise FetchError(f"{package.name} {package.version} has an unexpected SHA-512 ({digest})")


def _unpack(tarball: Path, names: tuple[str, ...], folder: Path) -> Path:
    folder.mkdir()
    with tarfile.open(tarball) as archive:
        for name in names:
            member = archive.extractfile(f"package/{name}")
            if member is None:
                raise FetchError(f"{name} is no file in {tarball.name}")
            with (folder / name).open("wb") as file:
                shutil.copyfileobj(member, file, _PIECE)
    return folder
