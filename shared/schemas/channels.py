"""Notification channels as they are given and shown.

What is shown holds no secret, and so no whole URL: the address of a Discord webhook, and of many
others, is all it takes to write to it.
"""

import base64
import binascii
import re
import secrets
from datetime import datetime
from ipaddress import ip_address
from typing import Annotated, Any, Literal, Self
from urllib.parse import parse_qsl, urlsplit
from uuid import UUID

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    TypeAdapter,
    model_validator,
)

from shared.domain.targets import is_public_target

SECRET_PREFIX = "whsec_"  # noqa: S105  (a prefix, as Standard Webhooks defines it)
_SECRET_BYTES = range(24, 65)
_NEW_SECRET_BYTES = 32

_DISCORD_HOSTS = frozenset(
    {"discord.com", "ptb.discord.com", "canary.discord.com", "discordapp.com"}
)
_DISCORD_PATH = re.compile(r"/api(?:/v\d{1,2})?/webhooks/\d{1,30}/[\w-]{1,200}/?")
_HINT_LENGTH = 4
_SHORTEST_HINTED = 16


def _check_secret(secret: SecretStr) -> SecretStr:
    text = secret.get_secret_value()
    try:
        key = base64.b64decode(text.removeprefix(SECRET_PREFIX), validate=True)
    except binascii.Error:
        key = b""
    if not text.startswith(SECRET_PREFIX) or len(key) not in _SECRET_BYTES:
        raise ValueError("must be whsec_ and 24 to 64 bytes in base64")
    return secret


def _check_url(url: SecretStr) -> SecretStr:
    text = url.get_secret_value()
    parts = urlsplit(text)
    try:
        port = parts.port
    except ValueError:
        port = 0
    if parts.scheme not in ("http", "https") or not parts.hostname or port == 0:
        raise ValueError("must be an address that begins with https:// or http://")
    if not text.isascii() or not text.isprintable() or " " in text or "\\" in text:
        raise ValueError("must be written in ASCII characters without spaces")
    if parts.username is not None or parts.password is not None:
        raise ValueError("must hold no user name or password")
    return url


Url = Annotated[SecretStr, Field(max_length=2_000), AfterValidator(_check_url)]
Name = Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[^\x00]*$")]
Secret = Annotated[SecretStr, AfterValidator(_check_secret)]


# An error that repeats its input would write secrets into logs.
_STRICT = ConfigDict(extra="forbid", hide_input_in_errors=True, str_strip_whitespace=True)


class _Config(BaseModel):
    """What every channel that is reached by a URL has."""

    model_config = _STRICT

    url: Url
    allow_private_network: bool = Field(
        default=False,
        description="Let the address be one of our own network, and let it be http://.",
    )

    @model_validator(mode="after")
    def _stays_outside(self) -> Self:
        """Refuse at once what the sender would refuse; names are looked up only there."""
        parts = urlsplit(self.url.get_secret_value())
        if self.allow_private_network:
            return self
        if parts.scheme != "https":
            raise ValueError("url must be https:// unless allow_private_network is set")
        if not _may_be_public(parts.hostname or ""):
            raise ValueError("url is in a private network; set allow_private_network to allow it")
        return self

    def host_and_hint(self) -> tuple[str, str]:
        """Return what tells one channel from another and gives nothing away."""
        parts = urlsplit(self.url.get_secret_value())
        tail = parts.path[-_HINT_LENGTH:] if len(parts.path) >= _SHORTEST_HINTED else ""
        return parts.hostname or "", "…" + tail

    def to_stored(self) -> dict[str, Any]:
        """Return everything, secrets in clear: to be encrypted."""
        return {
            name: value.get_secret_value() if isinstance(value, SecretStr) else value
            for name, value in self
        }


class WebhookConfig(_Config):
    """A signed webhook (standardwebhooks.com)."""

    type: Literal["webhook"]
    secret: Secret | None = Field(
        default=None, description="The signing secret (whsec_...); made and shown once if absent."
    )


class DiscordConfig(_Config):
    """A webhook of a Discord channel, or of a compatible server in our own network."""

    type: Literal["discord"]
    username: Annotated[str, Field(min_length=1, max_length=80)] | None = Field(
        default=None, description="The name that messages appear under."
    )

    @model_validator(mode="after")
    def _is_discord(self) -> Self:
        parts = urlsplit(self.url.get_secret_value())
        known = parts.hostname in _DISCORD_HOSTS or self.allow_private_network
        queries = {name for name, _ in parse_qsl(parts.query, keep_blank_values=True)}
        if not known or not _DISCORD_PATH.fullmatch(parts.path) or queries - {"thread_id"}:
            raise ValueError("url must be as Discord gives it: https://discord.com/api/webhooks/…")
        return self

    def host_and_hint(self) -> tuple[str, str]:
        """Return the end of the webhook's id, which is no secret, rather than of its token."""
        parts = urlsplit(self.url.get_secret_value())
        webhook_id = parts.path.strip("/").split("/")[-2]
        return parts.hostname or "", "…" + webhook_id[-_HINT_LENGTH:]


ChannelConfig = Annotated[WebhookConfig | DiscordConfig, Field(discriminator="type")]

CHANNEL_CONFIG: TypeAdapter[WebhookConfig | DiscordConfig] = TypeAdapter(
    ChannelConfig, config=_STRICT
)


class NewChannel(BaseModel):
    """A channel to be created."""

    model_config = _STRICT

    name: Name
    config: ChannelConfig
    enabled: bool = True


class ChannelChange(BaseModel):
    """What is to be changed of a channel; what is left out stays.

    A config is given whole, but a webhook's secret that is left out stays. Enabling takes away
    the reason why a channel was disabled.
    """

    model_config = _STRICT

    name: Name | None = None
    config: ChannelConfig | None = None
    enabled: bool | None = None


class ChannelView(BaseModel):
    """A channel as it is shown."""

    id: UUID
    name: str
    type: str
    host: str | None = Field(description="Where it sends to; null if it cannot be decrypted.")
    hint: str | None = Field(description="The end of its address.")
    enabled: bool
    disabled_reason: str | None = Field(description="Why it was disabled, if it disabled itself.")
    pending: int = Field(description="Deliveries that wait for an attempt.")
    dead: int = Field(description="Deliveries that were given up.")
    last_delivered_at: datetime | None
    last_error: str | None = Field(description="What was wrong with the latest attempt, if any.")
    created_at: datetime
    updated_at: datetime


class CreatedChannel(ChannelView):
    """A channel that has just been created."""

    secret: str | None = Field(
        description="The signing secret, if it was made here. It is never shown again."
    )


class DeliveryView(BaseModel):
    """One event on its way to one channel."""

    id: UUID
    event_id: UUID
    channel_id: UUID
    kind: str
    state: Literal["pending", "delivered", "dead"]
    attempts: int
    next_attempt_at: datetime | None = Field(description="When it is tried again, if it waits.")
    last_status: int | None = Field(description="HTTP status of the recipient's latest answer.")
    last_error: str | None
    delivered_at: datetime | None
    created_at: datetime = Field(description="When the event was written.")


class SentTest(BaseModel):
    """A test message on its way."""

    delivery_id: UUID


def new_secret() -> str:
    """Return a fresh signing secret of 32 random bytes."""
    return SECRET_PREFIX + base64.b64encode(secrets.token_bytes(_NEW_SECRET_BYTES)).decode()


def _may_be_public(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return False
    try:
        return is_public_target(ip_address(host))
    except ValueError:
        return True
