import stat
from pathlib import Path

from infra.local.private_files import read_or_make, write_private


def rights(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_secret_is_made_once_and_read_by_its_owner_alone(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    made = iter(["first", "second"])
    assert read_or_make(file, lambda: next(made)) == "first"
    assert read_or_make(file, lambda: next(made)) == "first"
    assert rights(file) == 0o600


def test_a_secret_that_others_could_read_is_closed_to_them(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text("copied\n", encoding="ascii")
    file.chmod(0o644)
    assert read_or_make(file, lambda: "new") == "copied"
    assert rights(file) == 0o600


def test_an_empty_file_holds_no_secret(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.touch()
    assert read_or_make(file, lambda: "new") == "new"


def test_a_file_is_replaced_as_a_whole_and_leaves_nothing_beside_it(tmp_path: Path) -> None:
    file = tmp_path / "state.json"
    write_private(file, "{}")
    write_private(file, "[]")
    assert file.read_text(encoding="utf-8") == "[]\n"
    assert list(tmp_path.iterdir()) == [file]
