"""Who may do what. What is not granted is denied."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from uuid import UUID


class Permission(StrEnum):
    """One thing that a caller may be allowed."""

    SESSIONS_VIEW = "analytics.sessions.view"
    SESSIONS_INGEST = "analytics.sessions.ingest"
    SESSIONS_DELETE = "analytics.sessions.delete"
    SESSIONS_TERMINATE = "analytics.sessions.terminate"
    VIOLATIONS_VIEW = "analytics.violations.view"
    VIOLATIONS_MANAGE = "analytics.violations.manage"
    TRUST_VIEW = "analytics.trust.view"
    TRUST_MANAGE = "analytics.trust.manage"
    RULES_VIEW = "analytics.rules.view"
    RULES_MANAGE = "analytics.rules.manage"
    LIBRARY_VIEW = "analytics.library.view"
    MAP_VIEW = "analytics.map.view"
    STATS_VIEW = "analytics.stats.view"
    NOTIFICATIONS_MANAGE = "analytics.notifications.manage"
    KEYS_MANAGE = "analytics.keys.manage"
    SOURCES_MANAGE = "analytics.sources.manage"
    PRIVACY_MANAGE = "analytics.privacy.manage"
    AUDIT_VIEW = "analytics.audit.view"
    SYSTEM_VIEW = "analytics.system.view"
    ADDRESSES_VIEW = "analytics.addresses.view"
    OWN_VIEW = "analytics.own.view"
    EMBED_VIEW = "analytics.embed.view"
    EMBED_NAMES = "analytics.embed.names"
    LEGACY_READ = "legacy:read"


class Role(StrEnum):
    """A usual set of permissions."""

    ADMIN = "admin"
    MODERATOR = "moderator"
    VIEWER = "viewer"
    SERVICE = "service"
    MEMBER = "member"
    INTEGRATION = "integration"


_VIEWER = frozenset(
    {
        Permission.SESSIONS_VIEW,
        Permission.VIOLATIONS_VIEW,
        Permission.TRUST_VIEW,
        Permission.RULES_VIEW,
        Permission.LIBRARY_VIEW,
        Permission.MAP_VIEW,
        Permission.STATS_VIEW,
        Permission.OWN_VIEW,
    }
)

ROLE_PERMISSIONS: Mapping[Role, frozenset[Permission]] = MappingProxyType(
    {
        Role.ADMIN: frozenset(Permission) - {Permission.LEGACY_READ},
        Role.MODERATOR: _VIEWER
        | {
            Permission.ADDRESSES_VIEW,
            Permission.SESSIONS_TERMINATE,
            Permission.VIOLATIONS_MANAGE,
            Permission.TRUST_MANAGE,
        },
        Role.VIEWER: _VIEWER,
        Role.SERVICE: frozenset({Permission.SESSIONS_INGEST}),
        Role.MEMBER: frozenset({Permission.OWN_VIEW}),
        Role.INTEGRATION: _VIEWER | {Permission.SYSTEM_VIEW},
    }
)
"""Adult content (``legacy:read``) is in no role: it is granted by name."""

EMBEDDED = frozenset({Permission.EMBED_VIEW, Permission.EMBED_NAMES})
"""All that a key may permit which stands in the address of a page, for whoever reads that page."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls, and what that one may do.

    Attributes:
        sign_in_id: by which sign-in of a browser, if by one.
    """

    name: str
    permissions: frozenset[Permission]
    user_id: UUID | None = None
    sign_in_id: UUID | None = None

    def may(self, permission: Permission) -> bool:
        """Say whether the caller has a permission."""
        return permission in self.permissions
