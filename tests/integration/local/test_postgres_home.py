import os
from pathlib import Path

import pytest

from infra.local.postgres_home import account_for, data_folder, reachable_programs


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """What the package looks like, in a folder that no other user reaches."""
    tmp_path.chmod(0o700)
    package = tmp_path / "site" / "some_server"
    programs = package / "pginstall18" / "bin"
    programs.mkdir(parents=True)
    (package / "pginstall18" / "include").mkdir()
    (package.with_name("some_server.libs")).mkdir()
    (programs / "postgres").write_text("#!/bin/sh\n", encoding="ascii")
    (programs / "postgres").chmod(0o755)
    return package


def test_programs_that_their_user_cannot_reach_are_copied_once(
    package: Path, open_folder: Path
) -> None:
    account = account_for(None)
    found = [reachable_programs(package, account, [open_folder]) for _ in range(2)]
    assert found[0] == found[1]
    assert account.can_run(found[0] / "postgres")
    if os.geteuid() != 0:
        assert found[0] == package / "pginstall18" / "bin"
        return
    home = found[0].parents[2]
    assert home.is_relative_to(open_folder)
    assert {folder.name for folder in home.iterdir()} == {"some_server", "some_server.libs"}
    assert not (home / "some_server" / "pginstall18" / "include").exists()
    assert list(home.parent.iterdir()) == [home]


def test_data_lies_in_data_dir_wherever_its_user_reaches_that(open_folder: Path) -> None:
    account = account_for(None)
    folder = data_folder(open_folder, account, durable=False)
    assert folder == open_folder / "postgres"
    assert account.can_write(folder)


def test_data_whose_user_cannot_reach_data_dir_lies_where_they_can(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    account = account_for(None)
    folder = data_folder(tmp_path, account, durable=False)
    assert account.can_write(folder)
    assert folder.stat().st_mode & 0o777 == 0o700
    if os.geteuid() == 0:
        assert not folder.is_relative_to(tmp_path)
        assert not (tmp_path / "postgres").exists()
    folder.rmdir()


def test_root_runs_a_cluster_as_the_user_who_owns_it(open_folder: Path) -> None:
    account = account_for(None)
    folder = data_folder(open_folder, account, durable=False)
    assert account_for(folder) == account
    assert account.uid != 0
