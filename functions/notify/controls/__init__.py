"""The controls: how each kind of media server is asked to carry out an action, and tried out.

Its settings are a model in ``shared.schemas.media_servers`` and its kind stands in the check of
``media_servers``.
"""

from collections.abc import Mapping
from types import MappingProxyType

from functions.notify.controls import direct, playback
from shared.domain.servers import ServerKind
from shared.services.control import Control

CONTROLS: Mapping[str, Control] = MappingProxyType(
    {
        "revenge": Control(playback.carry_out, playback.check),
        **{kind.value: direct.control(kind) for kind in ServerKind},
    }
)
