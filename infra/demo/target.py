"""Find the running stack: where it listens, and the key that opens it."""

import os
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from infra.demo.problem import DemoError
from infra.local.config import LaunchConfig, read_config
from infra.local.problem import LaunchError

_ADMIN_KEY_FILE = "admin.key"
_KEY_VARIABLE = "ANALYTICS_BOOTSTRAP_API_KEY"
_ANYWHERE = frozenset({"0.0.0.0", "::", ""})  # noqa: S104 - compared with, not bound to


@dataclass(frozen=True, slots=True)
class Target:
    """The stack to play into.

    Attributes:
        key: an administrator's API key.
        key_place: where that was found.
        data: what to remove to be rid of the demo's data.
    """

    url: str
    key: str = field(repr=False)
    key_place: str
    data: str

    @property
    def key_in_shell(self) -> str:
        """How a shell names the key without showing it."""
        if self.key_place == _KEY_VARIABLE:
            return f"${_KEY_VARIABLE}"
        return f"$(cat {shlex.quote(self.key_place)})"


def find_target(environment: Mapping[str, str] = os.environ) -> Target:
    """Return the stack that `make run` started with the same PORT and DATA_DIR.

    Raises:
        DemoError: a setting is wrong, or there is no key.
    """
    try:
        config = read_config(environment)
    except LaunchError as error:
        raise DemoError(error.message) from error
    if config.port == 0:
        raise DemoError("PORT=0 is any port: give the one that make run printed, PORT=...")
    host = "127.0.0.1" if config.host in _ANYWHERE else config.host
    key, place = _key(config)
    return Target(
        url=f"http://{f'[{host}]' if ':' in host else host}:{config.port}",
        key=key,
        key_place=place,
        data=str(config.data_dir) if config.database_url is None else "the database",
    )


def _key(config: LaunchConfig) -> tuple[str, str]:
    given = config.settings.analytics_bootstrap_api_key
    if given is not None:
        return given.get_secret_value(), _KEY_VARIABLE
    file = config.data_dir / _ADMIN_KEY_FILE
    return _read(file), str(file)


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        raise DemoError(
            f"There is no {file}: start `make run` in another shell first,"
            " or name its folder: make demo DATA_DIR=..."
        ) from None
    except (OSError, ValueError) as error:
        raise DemoError(f"{file} cannot be read ({error}): run this as who runs it.") from error
