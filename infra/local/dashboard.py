"""Build the dashboard where its sources changed: `python -m infra.local.dashboard`.

With the name of a script of its package.json, run that instead, for example `check` or `test`.
"""

import hashlib
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from infra.local.config import ROOT
from infra.local.node import PATIENCE, NodeError, environment, npm
from infra.local.npm_package import one_at_a_time

FOLDER = ROOT / "dashboard"
_BUILT = FOLDER / "dist"
_PACKAGES = FOLDER / "node_modules"
_LOCK = FOLDER / "package-lock.json"
_STAMP = ".sources"
# The types of the API come from its document.
_CONTRACT = ROOT / "functions/api/openapi.json"
_TYPES = FOLDER / "src/lib/schema.d.ts"
_SOURCES = ("public", "src")


def is_built() -> bool:
    """Whether what is built is of the sources as they are."""
    stamp = _BUILT / _STAMP
    return stamp.is_file() and stamp.read_text(encoding="ascii") == digest(_sources())


def build() -> int:
    """Build the dashboard unless it is built; return npm's exit code.

    Two that build at once take turns, and the second finds it done.

    Raises:
        NodeError: there is no Node.
    """
    with one_at_a_time(FOLDER / ".lock"):
        if is_built():
            return 0
        of = digest(_sources())
        if code := _run("build"):
            return code
        (_BUILT / _STAMP).write_text(of, encoding="ascii")
        return 0


def run(script: str) -> int:
    """Run a script of the package; return its exit code.

    Raises:
        NodeError: there is no Node.
    """
    with one_at_a_time(FOLDER / ".lock"):
        return _run(script)


def digest(files: Iterator[Path]) -> str:
    """Return the SHA-256 of files, their names and contents."""
    found = hashlib.sha256()
    for file in files:
        content = file.read_bytes()
        found.update(f"{file.relative_to(ROOT)}\0{len(content)}\0".encode() + content)
    return found.hexdigest()


def _run(script: str) -> int:
    return _install() or _npm("run", "--silent", script)


def _install() -> int:
    """Have the packages that the lock names; return npm's exit code."""
    stamp, wanted = _PACKAGES / _STAMP, digest(iter([_LOCK]))
    if stamp.is_file() and stamp.read_text(encoding="ascii") == wanted:
        return 0
    if code := _npm("ci", *PATIENCE, "--ignore-scripts", "--no-audit", "--no-fund"):
        return code
    stamp.write_text(wanted, encoding="ascii")
    return 0


def _npm(*arguments: str) -> int:
    command = npm(*arguments, scratch=FOLDER / ".npm")
    return subprocess.run(command, check=False, cwd=FOLDER, env=environment()).returncode  # noqa: S603


def _sources() -> Iterator[Path]:
    yield _CONTRACT
    for path in sorted(FOLDER.iterdir()):
        if path.is_file() and not path.name.startswith("."):
            yield path
    for folder in _SOURCES:
        for path in sorted((FOLDER / folder).rglob("*")):
            if path.is_file() and path != _TYPES:
                yield path


def main(arguments: list[str]) -> int:
    """Build, or run the script that is named; return the exit code."""
    try:
        return run(arguments[0]) if arguments else build()
    except NodeError as error:
        sys.stderr.write(f"The dashboard needs Node: {error}.\n")
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
