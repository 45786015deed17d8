"""Count all statistics anew: `make rebuild-stats`, or `python -m infra.rebuild_statistics`.

It works on the database that the settings name, else on that of the running stack. Everything
goes on meanwhile, and reads the old figures until the new ones are there; killed, what is left is
counted by aggregate_stats when it next runs.
"""

import asyncio
import sys

from pydantic import SecretStr

from infra.local.config import LaunchConfig, read_config
from infra.local.postgres import EmbeddedPostgres
from infra.local.problem import LaunchError
from shared.errors import AppError
from shared.services.jobs import Counts
from shared.services.rollups import rebuild
from shared.store.database import Database
from shared.store.rollups import Waiting


def main() -> int:
    """Rebuild; say how far it is, and return the exit code."""
    try:
        counts = asyncio.run(_rebuild(read_config()))
    except LaunchError as error:
        sys.stderr.write(f"Error: {error.message}\n")
        return 1
    except AppError as error:
        sys.stderr.write(f"Error: {error.detail}\n")
        return 1
    sys.stdout.write(f"counted {counts['items']:,} items of people anew\n")
    return 0


async def _rebuild(config: LaunchConfig) -> Counts:
    url = config.database_url or EmbeddedPostgres(config.data_dir).dsn
    settings = config.settings.model_copy(update={"revenge_database_url": SecretStr(url)})
    database = Database(settings)
    await database.open()
    try:
        return await rebuild(database, settings, tell=_tell)
    finally:
        await database.close()


def _tell(waiting: Waiting) -> None:
    sys.stdout.write(
        f"{waiting.items:,} items of people to count, {waiting.sums} kinds of sums to add up,"
        f" {waiting.quarters:,} quarter hours to find peaks of\n"
    )
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
