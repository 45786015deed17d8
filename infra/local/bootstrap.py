"""Build `.venv` with what a lock file names, or do nothing if it is there already.

`python bootstrap.py local|dev`, run by any Python from 3.11 to 3.13, with the standard library
alone. A development environment has all that running needs: it is never cut back to `local`.
"""

import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "installed.json"
UV_LOCK = Path(__file__).with_name("requirements-uv.lock")


_POLL_SECONDS = 0.2
_LAST_LINES = 15


class BootstrapError(Exception):
    """The environment cannot be built; the message says what to do."""


def lock_of(kind: str) -> Path:
    """Return the lock file of a kind of environment."""
    return ROOT / f"requirements-{kind}.lock"


def stamp_for(kind: str) -> dict[str, str]:
    """Return what the stamp of an up-to-date environment says.

    Its own path is part of it, as the programs in an environment name the path they were
    installed to: a folder that was moved needs a new one.
    """
    locks = UV_LOCK.read_bytes() + lock_of(kind).read_bytes()
    return {"kind": kind, "locks": hashlib.sha256(locks).hexdigest(), "path": str(VENV)}


def read_stamp() -> dict[str, str]:
    """Return the stamp of the environment that is there; empty if there is none."""
    try:
        return json.loads(STAMP.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}


def main(wanted: str) -> int:
    """Bring the environment up to date; return the exit code."""
    kind = "dev" if read_stamp().get("kind") == "dev" else wanted
    if read_stamp() == stamp_for(kind) and PYTHON.exists():
        return 0
    try:
        VENV.mkdir(exist_ok=True)
        with (VENV / "lock").open("w", encoding="ascii") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)  # two that start together build it once
            if read_stamp() != stamp_for(kind):
                _build(kind)
    except (BootstrapError, OSError) as error:
        print(f"Error: .venv cannot be built: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130  # as a shell says: ended by Ctrl-C
    return 0


def _build(kind: str) -> None:
    moved = read_stamp().get("path", str(VENV)) != str(VENV)
    STAMP.unlink(missing_ok=True)
    if moved or not _runs([str(PYTHON), "-m", "pip", "--version"]):
        _make_venv()
    install = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    _run([*install, "--require-hashes", "-r", str(UV_LOCK)], "Installing uv")
    # Compiled here once, or all functions would compile the same modules at their first start.
    sync = [str(PYTHON), "-m", "uv", "pip", "sync", "--python", str(PYTHON), "--compile-bytecode"]
    if not os.access(Path("~").expanduser(), os.W_OK):  # uv's cache would be there
        sync.append("--no-cache")
    _run([*sync, "--require-hashes", str(lock_of(kind))], f"Installing {lock_of(kind).name}")
    STAMP.write_text(json.dumps(stamp_for(kind)), encoding="utf-8")


def _make_venv() -> None:
    for entry in VENV.iterdir():
        if entry.name != "lock":  # held by us
            shutil.rmtree(entry) if entry.is_dir() and not entry.is_symlink() else entry.unlink()
    base = str(Path(sys.base_prefix) / "bin" / f"python3.{sys.version_info.minor}")
    python = base if Path(base).exists() else sys.executable
    if not _runs([python, "-c", "import ensurepip, venv"]):
        raise BootstrapError(
            f"{python} lacks its venv module: install it (on Debian and Ubuntu the package "
            f"python3.{sys.version_info.minor}-venv), or run make with PYTHON=another python."
        )
    _run([python, "-m", "venv", str(VENV)], "Making .venv")


def _runs(command: list[str]) -> bool:
    try:
        return subprocess.run(command, check=False, capture_output=True).returncode == 0  # noqa: S603
    except OSError:
        return False


def _run(command: list[str], label: str) -> None:
    """Run a step that may take long: show how long, and its last words if it fails."""
    started = time.monotonic()
    with tempfile.TemporaryFile() as output:
        step = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output, stderr=output)  # noqa: S603
        while step.poll() is None:
            if sys.stdout.isatty():
                print(f"\r{label} ... {time.monotonic() - started:.0f} s", end="", flush=True)
            time.sleep(_POLL_SECONDS)
        print(f"\r{label} ... {time.monotonic() - started:.0f} s")
        if step.returncode != 0:
            output.seek(0)
            words = output.read().decode(errors="replace").splitlines()[-_LAST_LINES:]
            raise BootstrapError("\n".join([f"{label} failed:", *words]))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
