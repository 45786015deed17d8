"""The channels: one module each, all of one shape.

A module has ``send(config, event)``, which posts an event as its recipient likes it and returns
the HTTP status, or raises a DeliveryError. Its settings are a model in ``shared.schemas.channels``
and its type stands in the check of ``notification_channels``.
"""

from collections.abc import Mapping
from types import MappingProxyType

from functions.notify.channels import discord, webhook
from shared.services.delivery import Sender

SENDERS: Mapping[str, Sender] = MappingProxyType({"webhook": webhook.send, "discord": discord.send})
