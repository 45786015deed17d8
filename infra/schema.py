"""Write the schema that the migrations give to ``shared/store/schema.sql``: ``make schema``.

It is committed, so that a change of the schema shows its result, and a test compares.
"""

import re
import subprocess
import sys
import tempfile
from pathlib import Path

from infra.local.postgres import EmbeddedPostgres
from infra.local.postgres_home import account_for, programs_folder
from shared.store.migrate import migrate_up

TARGET = Path(__file__).parents[1] / "shared" / "store" / "schema.sql"


def dump(url: str) -> str:
    """Return the schema of a database as pg_dump writes it, without what differs each time."""
    program = programs_folder(account_for(None)) / "pg_dump"
    made = subprocess.run(  # noqa: S603  (our own binary, our own database)
        [program, "--schema-only", "--no-owner", "--no-privileges", url],
        check=True,
        capture_output=True,
        text=True,
    )
    lines = (
        line
        for line in made.stdout.splitlines()
        if not line.startswith(("--", "SET ", "\\", "SELECT pg_catalog.set_config"))
    )
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip() + "\n"


def main() -> int:
    """Migrate an empty database and write its schema."""
    with tempfile.TemporaryDirectory() as folder:
        server = EmbeddedPostgres(Path(folder), durable=False)
        try:
            url = server.start()
            migrate_up(url)
            TARGET.write_text(dump(url), encoding="utf-8")
        finally:
            server.destroy()
    sys.stdout.write(f"wrote {TARGET.relative_to(Path.cwd())}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
