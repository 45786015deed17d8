"""Make a PostgreSQL cluster: initdb, its settings, our role and database."""

import shutil
from pathlib import Path

from infra.local.postgres_home import Account
from infra.local.problem import LaunchError

ROLE = "revenge"
DATABASE = "revenge"
SUPERUSER = "postgres"
_SETTINGS = """\
listen_addresses = '127.0.0.1'
unix_socket_directories = ''  # a socket path is limited to 107 bytes; TCP is not
max_connections = '100'
max_wal_size = '2GB'
checkpoint_timeout = '15min'
random_page_cost = '1.1'
timezone = 'UTC'
log_timezone = 'UTC'
log_line_prefix = '%m [%p] %a '
"""
# For tests: a crash may lose the cluster, and nobody minds.
_FORGETFUL_SETTINGS = """\
fsync = 'off'
synchronous_commit = 'off'
full_page_writes = 'off'
autovacuum_naptime = '1h'
"""


def make_cluster(
    data: Path, *, programs: Path, account: Account, password: str, durable: bool
) -> None:
    """Make the cluster beside its place and move it there when whole, so none is ever half made.

    Raises:
        LaunchError: a program failed; the message holds its last words.
    """
    partial = data.with_name(f"{data.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    _run(_initdb(programs, partial, durable=durable), account)
    settings = _SETTINGS if durable else _SETTINGS + _FORGETFUL_SETTINGS
    with (partial / "postgresql.auto.conf").open("a", encoding="utf-8") as file:
        file.write(settings)
    statements = (
        f"CREATE ROLE {ROLE} LOGIN CREATEDB",
        f"CREATE DATABASE {DATABASE} OWNER {ROLE}",
        *_passwords(password),
    )
    _execute(statements, partial, programs, account)
    partial.rename(data)


def change_passwords(data: Path, *, programs: Path, account: Account, password: str) -> None:
    """Give both roles a new password, while the server does not run."""
    _execute(_passwords(password), data, programs, account)


def _initdb(programs: Path, data: Path, *, durable: bool) -> list[str]:
    # The binaries carry no ICU: the builtin provider gives UTF-8 without it.
    command = [str(programs / "initdb"), "-D", str(data), "-U", SUPERUSER, "-E", "UTF8"]
    command += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
    command += ["--auth-host=scram-sha-256", "--auth-local=reject"]
    return command if durable else [*command, "--no-sync"]


def _passwords(password: str) -> tuple[str, str]:
    # It is hexadecimal: there is nothing to escape.
    return (
        f"ALTER ROLE {SUPERUSER} PASSWORD '{password}'",
        f"ALTER ROLE {ROLE} PASSWORD '{password}'",
    )


def _execute(statements: tuple[str, ...], data: Path, programs: Path, account: Account) -> None:
    """Run statements in single-user mode, which reads one a line and asks for no password."""
    command = [str(programs / "postgres"), "--single", "-D", str(data), "postgres"]
    _run(command, account, "".join(f"{statement}\n" for statement in statements))


def _run(command: list[str], account: Account, stdin: str = "") -> None:
    done = account.run(command, stdin)
    # Single-user mode answers 0 even when a statement failed.
    if done.returncode or "ERROR:" in done.stderr:
        words = done.stderr.strip().splitlines() or [f"exit code {done.returncode}"]
        raise LaunchError(f"{Path(command[0]).name} failed: {words[-1]}")
