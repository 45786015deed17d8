"""Make the database ready for this release: ``python -m infra.prepare``."""

import asyncio
import sys

from shared.services.prepare import prepare
from shared.settings import SettingsError, settings
from shared.store.migrate import MigrationError


def main() -> int:
    """Prepare the database; say in one line what was done, or what is wrong."""
    try:
        applied = asyncio.run(prepare(settings()))
    except (SettingsError, MigrationError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write(f"database ready; migrations applied: {', '.join(applied) or 'none'}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
