"""What is set on the role that the functions connect as."""

from psycopg import AsyncConnection
from psycopg.rows import DictRow

from shared.store import roles


async def test_the_role_has_limits_and_its_statements_are_not_compiled(
    connection: AsyncConnection[DictRow],
) -> None:
    await connection.execute("ALTER ROLE CURRENT_USER RESET ALL")
    await roles.limit_statements(connection, 7)
    await roles.compile_nothing(connection)

    cursor = await connection.execute(
        "SELECT s.setconfig AS set FROM pg_db_role_setting AS s"
        " JOIN pg_roles AS r ON r.oid = s.setrole"
        " WHERE r.rolname = current_user AND s.setdatabase = 0"
    )
    row = await cursor.fetchone()

    assert row is not None
    assert {"statement_timeout=7s", "lock_timeout=5s", "jit=off"} <= set(row["set"])
