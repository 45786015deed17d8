"""Time limits of the role that the functions connect as, and how its statements are run.

Set on the role, once, and not per transaction: a transaction pooler would carry a SET over to
others, and a SET LOCAL would cost every heartbeat a round trip.
"""

from psycopg import sql

from shared.store.database import Connection

LOCK_TIMEOUT_SECONDS = 5
IDLE_IN_TRANSACTION_SECONDS = 30


async def limit_statements(connection: Connection, seconds: int) -> None:
    """Limit how long a statement of this role may run, wait for a lock, or idle."""
    limits = {
        "statement_timeout": seconds,
        "lock_timeout": LOCK_TIMEOUT_SECONDS,
        "idle_in_transaction_session_timeout": IDLE_IN_TRANSACTION_SECONDS,
    }
    for name, limit in limits.items():
        await connection.execute(
            sql.SQL("ALTER ROLE CURRENT_USER SET {} = {}").format(
                sql.Identifier(name), sql.Literal(f"{limit}s")
            )
        )


async def compile_nothing(connection: Connection) -> None:
    """Have this role's statements interpreted: compiling the longest takes longer than they do.

    PostgreSQL compiles what it deems costly, and the expressions of a rollup or of a ranking are
    hundreds; each statement would pay for all of them anew.
    """
    await connection.execute("ALTER ROLE CURRENT_USER SET jit = off")
