"""Many things done alike: which there are, and which of them can be taken back."""

from datetime import timedelta
from enum import StrEnum

MOST_ITEMS = 500
"""What one request may be about."""

UNDONE_WITHIN = timedelta(days=7)
"""How long what was changed is remembered, and so can be taken back."""


class BulkKind(StrEnum):
    """What is done to all of them."""

    ACKNOWLEDGE = "acknowledge"
    DISMISS = "dismiss"
    REOPEN = "reopen"
    RESET_TRUST = "reset-trust"
    DELETE_SESSIONS = "delete-sessions"
    TERMINATE = "terminate"
    ENABLE_RULES = "enable-rules"
    DISABLE_RULES = "disable-rules"

    @property
    def can_be_undone(self) -> bool:
        """Whether it can be taken back: not what is gone, nor what a media server was asked."""
        return self not in {BulkKind.DELETE_SESSIONS, BulkKind.TERMINATE}
