"""Every setting, read once: environment over ``config.yaml`` over the defaults below.

A setting is named alike everywhere: the variable ``ANALYTICS_RETENTION_DAYS`` is the field
``analytics_retention_days`` and the YAML path ``analytics.retention_days``. The host's prefix is
accepted on any of them (``REVENGE_ANALYTICS_RETENTION_DAYS``). Nothing else reads the
environment.
"""

import base64
import difflib
import os
import re
from collections.abc import Iterator, Mapping
from functools import cache
from ipaddress import IPv4Address, IPv6Address
from pathlib import Path
from typing import Annotated, Any, Literal, Self, cast
from zoneinfo import ZoneInfo, available_timezones

import yaml
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    model_validator,
)

PREFIX = "ANALYTICS_"
HOST_PREFIX = "REVENGE_"
CONFIG_PATH_VARIABLE = "ANALYTICS_CONFIG_PATH"
ENCRYPTION_KEY_BYTES = 32


class SettingsError(Exception):
    """A setting is wrong or missing; the message is one line that names it."""


def _split(value: object) -> object:
    """Read ``a, b`` as a list, as an environment variable can hold no other."""
    if isinstance(value, str):
        return [part.strip() for part in value.split(",") if part.strip()]
    return value


@cache
def _zones() -> frozenset[str]:
    """Return the names of zones; those of files that stand beside them name none of IANA's."""
    return frozenset(available_timezones() - {"Factory", "localtime"})


def known_zone(name: str) -> str:
    """Return the name of an IANA zone; ValueError if it is none."""
    if name not in _zones():
        raise ValueError("is no IANA time zone, such as Europe/London")
    return name


def _encryption_keys(secret: SecretStr | None) -> SecretStr | None:
    """Check that each key is 32 bytes in URL-safe base64, as Fernet takes it."""
    for text in [] if secret is None else secret.get_secret_value().split(","):
        try:
            key = base64.urlsafe_b64decode(text.strip())
        except ValueError:
            key = b""
        if len(key) != ENCRYPTION_KEY_BYTES:
            raise ValueError("is no key of 32 bytes in URL-safe base64")
    return secret


Words = Annotated[tuple[str, ...], BeforeValidator(_split)]
Addresses = Annotated[tuple[IPv4Address | IPv6Address, ...], BeforeValidator(_split)]


_ANCESTOR = re.compile(r"self|\*|https:|https?://[A-Za-z0-9.*-]+(:(\d{1,5}|\*))?")


def _ancestors(sources: tuple[str, ...]) -> tuple[str, ...]:
    """Check that each can stand in a Content-Security-Policy, and ends nothing there."""
    for source in sources:
        if not _ANCESTOR.fullmatch(source):
            raise ValueError(f"{source!r} is no origin (https://home.example:8123), nor self or *")
    return sources


TrustScore = Annotated[int, Field(ge=0, le=99)]


class Settings(BaseModel):
    """The settings, with their defaults and ranges. Secrets have no default."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    revenge_database_url: SecretStr = Field(description="PostgreSQL 18, as a postgresql:// URL.")
    revenge_encryption_key: Annotated[SecretStr | None, AfterValidator(_encryption_keys)] = Field(
        default=None,
        description="Encrypts tokens of media servers and secrets of channels, and is what linked"
        " accounts and truncated addresses are compared by: 32 bytes in URL-safe base64; several,"
        " the newest first and separated by commas, while a key is being replaced. Who loses it"
        " loses the tokens.",
    )
    revenge_jwt_secret: SecretStr | None = Field(
        default=None, description="Accept the host's HS256 tokens signed with this secret."
    )
    revenge_jwt_jwks_url: str | None = Field(
        default=None, description="Accept the host's RS256 tokens signed by a key found here."
    )
    revenge_jwt_audience: str | None = Field(
        default=None, description="If set, a host token must name this audience."
    )
    revenge_jwt_issuer: str | None = Field(
        default=None, description="If set, a host token must name this issuer."
    )

    analytics_enabled: bool = Field(
        default=True,
        description="Off: events are answered 503, and no media server is asked for anything.",
    )
    analytics_log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        default="INFO", description="The least severe log line that is written."
    )
    analytics_timezone: Annotated[str, AfterValidator(known_zone)] = Field(
        default="UTC", description="IANA zone whose days statistics are kept in."
    )
    analytics_public_url: str | None = Field(
        default=None,
        description="Where people and media servers reach the service: links in alerts and addresses"
        " of webhooks begin with it. Sign-ins take TLS unless it begins with http://. `make run` sets"
        " it to http://localhost and the port.",
    )
    analytics_bootstrap_api_key: SecretStr | None = Field(
        default=None, description="The first admin key (form: rva_...)."
    )

    analytics_caller_auth: Literal["hmac", "oidc", "iam"] = Field(
        description="How scheduler and task queue prove who they are: a shared secret, Google"
        " ID tokens checked here (oidc), or already checked by the platform (iam). ingest_session,"
        " which anybody may reach, checks them itself in iam mode too."
    )
    analytics_caller_secret: SecretStr | None = Field(
        default=None, min_length=32, description="The shared secret of hmac mode."
    )
    analytics_caller_audience: str | None = Field(
        default=None,
        description="The audience that ID tokens must name in oidc and iam mode;"
        " without it, none opens the jobs of ingest_session.",
    )
    analytics_caller_accounts: Words = Field(
        default=(), description="Service accounts let in by oidc and iam mode, comma separated."
    )

    analytics_sign_in_idle_minutes: int = Field(
        default=720,
        ge=5,
        le=43_200,
        description="A browser that asked for nothing in this time is signed out.",
    )
    analytics_sign_in_absolute_hours: int = Field(
        default=168, ge=1, le=8760, description="After this time a browser signs in anew."
    )
    analytics_limit_requests_per_minute: int = Field(
        default=6000,
        ge=0,
        le=1_000_000,
        description="Requests of one key or person, recording aside; more get 429. 0: no limit.",
    )
    analytics_limit_failures_per_minute: int = Field(
        default=60,
        ge=1,
        le=10_000,
        description="Keys and tokens from one address that open nothing; more get 429, not 401.",
    )
    analytics_limit_failed_sign_ins: int = Field(
        default=10,
        ge=1,
        le=1000,
        description="Failed sign-ins from one address in 15 minutes; then each is refused until"
        " the first of them is that old.",
    )
    analytics_embed_frame_ancestors: Annotated[Words, AfterValidator(_ancestors)] = Field(
        default=("self",),
        description="Whose pages may frame what plays now (/embed/now-playing): origins, comma"
        " separated; self is this service, * everybody.",
    )
    analytics_map_tiles: Literal["none", "osm"] = Field(
        default="none",
        description="What the map lies on: outlines of its own, or OpenStreetMap's tiles, which each"
        " browser then fetches from tile.openstreetmap.org.",
    )
    analytics_live_clients: int = Field(
        default=1000,
        ge=1,
        le=20_000,
        description="Who may follow what goes on at one instance of api at once; more get 503.",
    )
    analytics_trusted_proxies: int = Field(
        default=0,
        ge=0,
        le=11,  # ten of the user's, and the gateway of `make run`
        description="Proxies of yours before the service, each of which adds to X-Forwarded-For: a"
        " caller's address is counted from the end. 0: who connects, or whom a proxy names that"
        " FORWARDED_ALLOW_IPS lists (under `make run`, one on this machine).",
    )

    analytics_database_pool_size: int = Field(
        default=4, ge=1, le=100, description="Connections per instance of a function."
    )
    analytics_database_queue_size: int = Field(
        default=200, ge=1, le=10_000, description="Requests that may wait for one; more get 429."
    )
    analytics_statement_timeout_seconds: int = Field(
        default=30, ge=1, le=3600, description="A statement that runs longer is cancelled."
    )

    analytics_geoip_db_path: str | None = Field(
        default=None,
        description="City database (.mmdb): GeoLite2, GeoIP2 or DB-IP; several joined by ':'.",
    )
    analytics_geoip_asn_db_path: str | None = Field(
        default=None, description="ASN database (.mmdb)."
    )
    analytics_geoip_anonymous_db_path: str | None = Field(
        default=None, description="Anonymous-IP database (.mmdb)."
    )
    analytics_own_addresses: Addresses = Field(
        default=(),
        description="The media server's own public addresses, comma separated: seen as local.",
    )
    analytics_ipv6_prefix_length: int = Field(
        default=64, ge=48, le=64, description="How much of an IPv6 address names a home."
    )

    analytics_retention_days: int = Field(
        default=90, ge=1, le=3650, description="Days that sessions are kept."
    )
    analytics_retention_deliveries_days: int = Field(
        default=30, ge=1, le=3650, description="Days that sent alerts and job runs are kept."
    )
    analytics_retention_addresses_days: int | None = Field(
        default=None,
        ge=1,
        le=3650,
        description="Days after which addresses are truncated to /24 and /48; never if absent.",
    )
    analytics_session_timeout_seconds: int = Field(
        default=300, ge=30, le=86_400, description="Silence after which a session has ended."
    )
    analytics_server_events: bool = Field(
        default=False,
        description="Hear what Plex servers say by themselves, so that a start is seen within a"
        " second; for processes that live on between requests. `make run` turns it on.",
    )
    analytics_aggregation_schedule: str = Field(
        default="0 3 * * *", description="When daily statistics are completed (cron, UTC)."
    )

    analytics_sharing_detection_enabled: bool = Field(
        default=True, description="Off: no rule is evaluated, and no household learned."
    )
    analytics_sharing_detection_concurrent_streams_threshold: int = Field(
        default=3,
        ge=1,
        le=100,
        description="First rule: streams at once that are still fine. This and the next two are read"
        " when the first rules are made; after that the rules themselves are changed.",
    )
    analytics_sharing_detection_geo_distance_threshold_km: float = Field(
        default=500, gt=0, le=20_000, description="First rule: distance between two streams."
    )
    analytics_sharing_detection_device_spike_threshold: int = Field(
        default=5, ge=1, le=1000, description="First rule: sites in 24 hours that are still fine."
    )
    analytics_sharing_detection_merge_hours: float = Field(
        default=6, gt=0, le=720, description="At most one message about a case in this time."
    )

    analytics_trust_warn_enabled: bool = Field(
        default=True, description="Tell the channels of a person whose trust falls that low."
    )
    analytics_trust_warn_threshold: TrustScore = Field(
        default=70, description="Trust at which people are warned of somebody."
    )
    analytics_trust_terminate_enabled: bool = Field(
        default=False, description="End the streams of a person whose trust falls that low."
    )
    analytics_trust_terminate_threshold: TrustScore = Field(
        default=40, description="Trust at which a person's streams are ended."
    )
    analytics_trust_suspend_enabled: bool = Field(
        default=False, description="Suspend the account of a person whose trust falls that low."
    )
    analytics_trust_suspend_threshold: TrustScore = Field(
        default=20, description="Trust at which a person's account is suspended."
    )
    analytics_trust_require_approval: bool = Field(
        default=True, description="What a threshold does waits until somebody approves."
    )
    analytics_actions_verify_seconds: int = Field(
        default=60,
        ge=10,
        le=3600,
        description="Time in which a stream must be seen to end after it was to be ended.",
    )

    analytics_tasks_queue: str | None = Field(
        default=None,
        pattern=r"^projects/[^/]+/locations/[^/]+/queues/[^/]+$",
        description="Cloud Tasks queue for nudges; without one, sweeps do all the work.",
    )
    analytics_tasks_detect_url: str | None = Field(
        default=None, description="Where the queue reaches detect_sharing."
    )
    analytics_tasks_notify_url: str | None = Field(
        default=None, description="Where the queue reaches notify."
    )
    analytics_tasks_service_account: str | None = Field(
        default=None, description="The account whose ID token the queue sends (oidc, iam)."
    )
    analytics_tasks_endpoint: str | None = Field(
        default=None, description="A Cloud Tasks server to use in place of Google's (host:port)."
    )

    @model_validator(mode="after")
    def _caller_is_provable(self) -> Self:
        if self.analytics_caller_auth == "hmac" and self.analytics_caller_secret is None:
            raise ValueError("ANALYTICS_CALLER_SECRET is missing: hmac mode needs it")
        if self.analytics_caller_auth != "hmac" and not self.analytics_caller_accounts:
            raise ValueError(
                f"ANALYTICS_CALLER_ACCOUNTS is missing: {self.analytics_caller_auth} mode needs it"
            )
        if self.analytics_caller_auth == "oidc" and not self.analytics_caller_audience:
            raise ValueError("ANALYTICS_CALLER_AUDIENCE is missing: oidc mode needs it")
        return self

    @model_validator(mode="after")
    def _truncation_has_a_key(self) -> Self:
        if self.analytics_retention_addresses_days and self.revenge_encryption_key is None:
            raise ValueError(
                "REVENGE_ENCRYPTION_KEY is missing: ANALYTICS_RETENTION_ADDRESSES_DAYS needs it"
            )
        return self

    @model_validator(mode="after")
    def _queue_has_targets(self) -> Self:
        if self.analytics_tasks_queue:
            for name in ("analytics_tasks_detect_url", "analytics_tasks_notify_url"):
                if getattr(self, name) is None:
                    raise ValueError(f"{name.upper()} is missing: a task queue needs it")
            by_account = self.analytics_caller_auth != "hmac"
            if by_account and self.analytics_tasks_service_account is None:
                raise ValueError("ANALYTICS_TASKS_SERVICE_ACCOUNT is missing: tasks must show one")
        return self

    @property
    def zone(self) -> ZoneInfo:
        """The zone whose days statistics are kept in."""
        return ZoneInfo(self.analytics_timezone)


@cache
def settings() -> Settings:
    """Return the settings of this process.

    Raises:
        SettingsError: naming the variable that is wrong.
    """
    path = Path(os.environ.get(CONFIG_PATH_VARIABLE, "config.yaml"))
    return read_settings(os.environ, path.read_text("utf-8") if path.exists() else "")


def source_of(field: str, given: Settings) -> Literal["environment", "file", "default"]:
    """Say where a setting of this process comes from."""
    if field not in given.model_fields_set:
        return "default"
    return "environment" if field in _from_environment(os.environ) else "file"


def read_settings(environment: Mapping[str, str], yaml_text: str) -> Settings:
    """Combine the environment and the text of a ``config.yaml``.

    Raises:
        SettingsError: naming the variable or the YAML path that is wrong.
    """
    values = _from_yaml(yaml_text) | _from_environment(environment)
    try:
        return Settings.model_validate(values)
    except ValidationError as error:
        raise SettingsError(_one_line(error)) from None


def _from_environment(environment: Mapping[str, str]) -> dict[str, object]:
    """Pick our variables. An unknown ANALYTICS_ name is refused: it is a typing error."""
    values: dict[str, object] = {}
    for name, value in sorted(environment.items()):
        ours = name.removeprefix(HOST_PREFIX) if name.startswith(HOST_PREFIX + PREFIX) else name
        if ours == CONFIG_PATH_VARIABLE or not ours.startswith((PREFIX, HOST_PREFIX)):
            continue
        field = ours.lower()
        if field in Settings.model_fields:
            if value != "":
                values[field] = value
        elif ours.startswith(PREFIX):
            raise SettingsError(f"{name} is no setting{_did_you_mean(field)}")
    return values


def _from_yaml(text: str) -> dict[str, object]:
    """Flatten the YAML's paths to field names."""
    try:
        tree: object = yaml.safe_load(text) or {}
    except yaml.YAMLError as error:
        raise SettingsError(f"config.yaml is no YAML: {' '.join(str(error).split())}") from None
    if not isinstance(tree, dict):
        raise SettingsError("config.yaml must hold a mapping, as config.example.yaml does")
    values = dict(_flatten(cast("dict[object, object]", tree), ""))
    for field in values:
        if field not in Settings.model_fields:
            raise SettingsError(
                f"config.yaml: {field.replace('_', '.', 1)} is no setting{_did_you_mean(field)}"
            )
    return values


def _flatten(tree: Mapping[object, object], prefix: str) -> Iterator[tuple[str, object]]:
    for key, value in tree.items():
        name = f"{prefix}{key}"
        if isinstance(value, dict):
            yield from _flatten(cast("dict[object, object]", value), name + "_")
        elif value is not None:
            yield name, value


def _did_you_mean(field: str) -> str:
    close = difflib.get_close_matches(field, Settings.model_fields, n=1)
    return f" (did you mean {close[0].upper()}?)" if close else ""


def _one_line(error: ValidationError) -> str:
    first: Any = error.errors(include_url=False, include_input=False)[0]
    message = str(first["msg"]).removeprefix("Value error, ")
    if not first["loc"]:
        return message
    name = str(first["loc"][0]).upper()
    return f"{name} is missing" if first["type"] == "missing" else f"{name}: {message}"
