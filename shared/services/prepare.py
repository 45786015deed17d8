"""Making a database ready: schema, partitions, the first rules and the first key."""

from datetime import datetime

from shared.clock import utc_now
from shared.domain.keys import is_api_key
from shared.domain.permissions import Role
from shared.services.partitions import keep_partitions
from shared.services.rules import seed_rules
from shared.settings import Settings, SettingsError
from shared.store import access, roles
from shared.store.database import Connection, Database
from shared.store.migrate import migrate_up

BOOTSTRAP_KEY_NAME = "bootstrap"


async def prepare(settings: Settings) -> list[str]:
    """Bring a database up to this release and return the names of the migrations applied.

    Safe to run at any time, by any number of instances at once.

    Raises:
        MigrationError: the database does not fit this release.
        SettingsError: the bootstrap key has not a key's form.
    """
    applied = migrate_up(settings.revenge_database_url.get_secret_value())
    database = Database(settings)
    await database.open()
    try:
        await database.run(lambda connection: _fill(connection, settings, utc_now()))
    finally:
        await database.close()
    return applied


async def _fill(connection: Connection, settings: Settings, now: datetime) -> None:
    await roles.limit_statements(connection, settings.analytics_statement_timeout_seconds)
    await roles.compile_nothing(connection)
    await keep_partitions(connection, settings, now)
    await seed_rules(connection, settings, now)
    if settings.analytics_bootstrap_api_key is not None:
        key = settings.analytics_bootstrap_api_key.get_secret_value()
        if not is_api_key(key):
            raise SettingsError("ANALYTICS_BOOTSTRAP_API_KEY: is no API key (form: rva_...)")
        await access.add_key(connection, key, name=BOOTSTRAP_KEY_NAME, role=Role.ADMIN, now=now)
