"""Notification channels as they are given and shown.

What is shown holds no secret, and so no whole URL: the address of a Discord webhook, and of many
others, is all it takes to write to it.
"""

import re
from datetime import datetime
from typing import Annotated, Literal, Self
from urllib.parse import parse_qsl, urlsplit
from uuid import UUID

from pydantic import BaseModel, Field, StrictBool, TypeAdapter, model_validator

from shared.schemas.endpoints import STRICT, Endpoint, Name, SignedEndpoint

_DISCORD_HOSTS = frozenset(
    {"discord.com", "ptb.discord.com", "canary.discord.com", "discordapp.com"}
)
_DISCORD_PATH = re.compile(r"/api(?:/v\d{1,2})?/webhooks/\d{1,30}/[\w-]{1,200}/?")
_HINT_LENGTH = 4


class WebhookConfig(SignedEndpoint):
    """A signed webhook (standardwebhooks.com)."""

    type: Literal["webhook"]


class DiscordConfig(Endpoint):
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
    ChannelConfig, config=STRICT
)


class NewChannel(BaseModel):
    """A channel to be created."""

    model_config = STRICT | {
        "json_schema_extra": {
            "examples": [
                {
                    "name": "Our own program",
                    "config": {"type": "webhook", "url": "https://hooks.example.org/analytics"},
                }
            ]
        }
    }

    name: Name
    config: ChannelConfig
    enabled: StrictBool = True


class ChannelChange(BaseModel):
    """What is to be changed of a channel; what is left out stays.

    A config is given whole, but a webhook's secret that is left out stays. Enabling takes away
    the reason why a channel was disabled.
    """

    model_config = STRICT | {"json_schema_extra": {"examples": [{"enabled": False}]}}

    name: Name | None = None
    config: ChannelConfig | None = None
    enabled: StrictBool | None = None


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
