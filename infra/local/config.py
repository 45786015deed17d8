"""What the launcher is told: PORT, DATA_DIR and the settings that functions get from it.

The only reader of the environment here; what it does not need it passes on to the functions.
"""

import contextlib
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from infra.local.problem import LaunchError
from shared.settings import CONFIG_PATH_VARIABLE, Settings, SettingsError, read_settings

ROOT = Path(__file__).parents[2]
_DEFAULT_PORT = 8080
_LARGEST_PORT = 65535
# Read by functions-framework's command line (DEBUG=1 would start another server), or wrong here.
_NOT_PASSED_ON = frozenset(
    {
        "DEBUG",
        "FUNCTION_SIGNATURE_TYPE",
        "LISTEN_FDS",
        "LISTEN_PID",
        "REVENGE_ANALYTICS_CALLER_AUTH",
        "REVENGE_ANALYTICS_CALLER_SECRET",
    }
)


@dataclass(frozen=True, slots=True)
class LaunchConfig:
    """Everything the launcher decides by.

    Args:
        host: The address that the gateway listens on.
        port: Its port; 0 for any.
        data_dir: Where the state lives.
        cache_dir: What may be shared by several stacks and fetched again, if there is a place.
        database_url: None for an embedded PostgreSQL.
        settings: The settings as given, before the launcher adds its own.
        environment: What the functions inherit.
        functions: The folder that holds them.
        builds_dashboard: Whether the dashboard is built first, if it is not.
    """

    host: str
    port: int
    data_dir: Path
    cache_dir: Path
    database_url: str | None
    settings: Settings
    environment: Mapping[str, str] = field(repr=False)
    functions: Path = ROOT / "functions"
    builds_dashboard: bool = True


def read_config(environment: Mapping[str, str] = os.environ) -> LaunchConfig:
    """Read the environment and config.yaml.

    Raises:
        LaunchError: a value is wrong; the message names it.
    """
    data_dir = ROOT / Path(environment.get("DATA_DIR") or ".local").expanduser()
    passed_on = {name: environment[name] for name in environment if name not in _NOT_PASSED_ON}
    settings, has_database = _given_settings(passed_on)
    url = settings.revenge_database_url.get_secret_value()
    return LaunchConfig(
        host=environment.get("LISTEN_HOST") or "127.0.0.1",
        port=_port(environment.get("PORT") or str(_DEFAULT_PORT)),
        data_dir=data_dir,
        cache_dir=_cache_dir(environment, data_dir),
        database_url=url if has_database else None,
        settings=settings,
        environment=passed_on | _suited(settings),
    )


def _suited(settings: Settings) -> dict[str, str]:
    """Return what suits functions that live on between requests, behind a gateway of ours.

    The gateway adds to X-Forwarded-For as the user's own proxies do, and is one more of them.
    """
    suited: dict[str, str] = {}
    if "analytics_server_events" not in settings.model_fields_set:
        suited["ANALYTICS_SERVER_EVENTS"] = "true"
    if settings.analytics_trusted_proxies:
        suited["ANALYTICS_TRUSTED_PROXIES"] = str(settings.analytics_trusted_proxies + 1)
    return suited


def _port(text: str) -> int:
    if text.isdecimal() and int(text) <= _LARGEST_PORT:
        return int(text)
    raise LaunchError(f"PORT must be a number from 0 to {_LARGEST_PORT}, not {text!r}.")


def _given_settings(environment: Mapping[str, str]) -> tuple[Settings, bool]:
    """Return the settings, and whether they name a database."""
    path = ROOT / environment.get(CONFIG_PATH_VARIABLE, "config.yaml")
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    known = {**environment, "ANALYTICS_CALLER_AUTH": "hmac", "ANALYTICS_CALLER_SECRET": "x" * 32}
    try:
        with contextlib.suppress(_NoDatabaseError):
            return _read(known, text), True
        return _read({**known, "REVENGE_DATABASE_URL": "postgresql://embedded"}, text), False
    except SettingsError as error:
        raise LaunchError(f"{error}.") from error


class _NoDatabaseError(Exception):
    """The settings are right as far as they were read, but name no database."""


def _read(environment: Mapping[str, str], text: str) -> Settings:
    try:
        return read_settings(environment, text)
    except SettingsError as error:
        if str(error).startswith("REVENGE_DATABASE_URL is missing"):
            raise _NoDatabaseError from error
        raise


def _cache_dir(environment: Mapping[str, str], data_dir: Path) -> Path:
    """Return the user's cache, or a folder in DATA_DIR where it cannot be written."""
    base = Path(environment.get("XDG_CACHE_HOME") or "~/.cache")
    try:
        cache = base.expanduser() / "revenge-analytics"
        cache.mkdir(parents=True, exist_ok=True)
    except (OSError, RuntimeError):  # RuntimeError: this user has no home
        return data_dir / "places"
    return cache if os.access(cache, os.W_OK) else data_dir / "places"
