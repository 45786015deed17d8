"""The controls: one module per kind of media server, all of one shape.

A module has ``carry_out(config, order)``, which asks a server for an action and returns its answer,
and ``check(config)``, which returns the source as whose server it makes itself known. Both raise a
DeliveryError that says in words what is wrong. Its settings are a model in
``shared.schemas.media_servers`` and its kind stands in the check of ``media_servers``.
"""

from collections.abc import Mapping
from types import MappingProxyType

from functions.notify.controls import emby, jellyfin, playback, plex
from shared.services.control import Control

CONTROLS: Mapping[str, Control] = MappingProxyType(
    {
        "revenge": Control(playback.carry_out, playback.check),
        "plex": Control(plex.carry_out, plex.check),
        "jellyfin": Control(jellyfin.carry_out, jellyfin.check),
        "emby": Control(emby.carry_out, emby.check),
    }
)
