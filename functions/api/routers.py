"""The routers of the api, one per subject."""

from functions.api.routes import (
    channels,
    deliveries,
    documents,
    households,
    keys,
    overrides,
    rules,
    sessions,
    sources,
    statistics,
    system,
    trust,
    trusted,
    users,
    violations,
)

ROUTERS = (
    sessions.router,
    violations.router,
    trust.router,
    trusted.router,
    users.router,
    overrides.router,
    households.router,
    rules.router,
    statistics.router,
    channels.router,
    deliveries.router,
    keys.router,
    sources.router,
    system.router,
    documents.router,
)
