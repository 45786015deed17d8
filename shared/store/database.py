"""The database as services see it: a pool, and transactions that are run again when they may be.

This module is where driver errors become ours; nothing above ``shared.store`` knows psycopg.
"""

import asyncio
import logging
import random
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, TypeVar

import psycopg
from psycopg import AsyncConnection, errors
from psycopg.rows import DictRow, dict_row
from psycopg.types.json import set_json_loads
from psycopg.types.string import TextLoader
from psycopg_pool import AsyncConnectionPool, PoolClosed, PoolTimeout, TooManyRequests
from pydantic_core import from_json

from shared.errors import AppError, InvalidInputError, TooBusyError, UnavailableError
from shared.settings import Settings

Connection = AsyncConnection[DictRow]
Result = TypeVar("Result")

_log = logging.getLogger(__name__)

TRIES = 6
FIRST_PAUSE_SECONDS = 0.02
CONNECT_SECONDS = 5
ACQUIRE_SECONDS = 5.0


class StaleWriteError(Exception):
    """A row was changed by somebody else between its reading and its writing: start again."""


RETRYABLE = (
    StaleWriteError,
    errors.SerializationFailure,  # 40001
    errors.DeadlockDetected,  # 40P01
    errors.LockNotAvailable,  # 55P03
    errors.ForeignKeyViolation,  # 23503: what a new row belongs to was deleted meanwhile
    errors.AdminShutdown,  # 57P01
    errors.CrashShutdown,  # 57P02
    errors.CannotConnectNow,  # 57P03
    errors.ConnectionException,  # 08xxx
    # libpq reports a connection lost in mid-statement without an SQLSTATE.
    psycopg.OperationalError,
)


# A value that passed validation and that PostgreSQL still refuses, each time anew: 22xxx, and 54000,
# as what is too long for an index.
UNSTORABLE = (errors.DataError, errors.ProgramLimitExceeded)


class Database:
    """A pool of connections to one PostgreSQL, opened once per process, after the fork."""

    def __init__(self, settings: Settings) -> None:
        self._pool: AsyncConnectionPool[Connection] = AsyncConnectionPool(
            settings.revenge_database_url.get_secret_value(),
            connection_class=AsyncConnection[DictRow],
            kwargs={
                "row_factory": dict_row,
                "autocommit": True,
                "connect_timeout": CONNECT_SECONDS,
                "application_name": "revenge-analytics",
            },
            configure=_configure,
            min_size=1,
            max_size=settings.analytics_database_pool_size,
            max_waiting=settings.analytics_database_queue_size,
            timeout=ACQUIRE_SECONDS,
            open=False,
        )

    async def open(self) -> None:
        """Start connecting. Does not wait: without a database the process lives, unready."""
        await self._pool.open(wait=False)

    async def close(self) -> None:
        """Close every connection."""
        await self._pool.close()

    async def run(self, work: Callable[[Connection], Awaitable[Result]]) -> Result:
        """Run the work in one transaction and return its result after COMMIT.

        Otherwise as ``run_freely``.
        """

        async def in_transaction(connection: Connection) -> Result:
            async with connection.transaction():
                return await work(connection)

        return await self.run_freely(in_transaction)

    async def run_freely(self, work: Callable[[Connection], Awaitable[Result]]) -> Result:
        """Run work that opens a transaction itself where one statement is not enough.

        The whole work is run again, at most ``TRIES`` times, when PostgreSQL says that it may
        succeed then; so it must have no effect outside the database, and none twice inside.

        Raises:
            TooBusyError: more requests wait for a connection than the queue takes.
            UnavailableError: the database is away, or stayed too busy.
            AppError: what the work itself raised; its transaction is rolled back.
        """
        for attempt in range(1, TRIES + 1):
            try:
                async with self._acquire() as connection:
                    return await work(connection)
            except errors.QueryCanceled as error:
                raise UnavailableError(
                    "The database took too long; narrow the question or try again.",
                    code="database_timeout",
                    retry_after=5,
                ) from error
            except UNSTORABLE as error:
                raise _bad_data(error) from error
            except RETRYABLE as error:
                if attempt == TRIES:
                    raise _away() from error
                _log.info("transaction is run again: %s", str(error).strip())
                await asyncio.sleep(_pause(attempt))
        raise AssertionError("the loop returns or raises")

    async def ping(self) -> None:
        """Ask the database for a sign of life.

        Raises:
            UnavailableError: there is none.
        """
        try:
            async with self._acquire() as connection:
                await connection.execute("SELECT 1")
        except psycopg.Error as error:
            raise _away() from error

    @asynccontextmanager
    async def _acquire(self) -> AsyncGenerator[Connection]:
        try:
            async with self._pool.connection() as connection:
                yield connection
        except TooManyRequests as error:
            raise TooBusyError(
                "Too many requests are waiting for the database.", retry_after=1
            ) from error
        except (PoolTimeout, PoolClosed) as error:
            raise _away() from error


async def _configure(connection: Connection) -> None:
    """Read addresses as the text they are kept as, and JSON by the faster of two readers."""
    connection.adapters.register_loader("inet", TextLoader)
    set_json_loads(from_json, connection)


def _pause(attempt: int) -> float:
    """Return seconds to wait: doubling, with full jitter, so that rivals do not meet again."""
    return random.uniform(0, FIRST_PAUSE_SECONDS * 2**attempt)  # noqa: S311  (spreads load only)


def _away() -> AppError:
    return UnavailableError(
        "The database does not answer; nothing was stored.",
        code="database_unavailable",
        retry_after=2,
    )


def _bad_data(error: psycopg.Error) -> AppError:
    """A value that cannot be stored is the caller's fault, not ours."""
    return InvalidInputError(f"A value cannot be stored: {error.diag.message_primary}.")


def one(row: DictRow | None) -> dict[str, Any]:
    """Return the row of a statement that always gives one."""
    if row is None:
        raise AssertionError("a statement that returns a row returned none")
    return row
