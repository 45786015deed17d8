from pathlib import Path

from infra.local.log_files import last_lines, open_log


def test_a_log_is_appended_to(tmp_path: Path) -> None:
    for word in (b"one\n", b"two\n"):
        with open_log(tmp_path / "api.log") as log:
            log.write(word)
    assert last_lines(tmp_path / "api.log") == ["one", "two"]


def test_what_grew_too_large_is_put_aside(tmp_path: Path) -> None:
    (tmp_path / "api.log").write_bytes(b"x" * (5 * 1024 * 1024 + 1))
    open_log(tmp_path / "api.log").close()
    assert (tmp_path / "api.log").stat().st_size == 0
    assert (tmp_path / "api.log.1").stat().st_size > 0


def test_the_last_lines_leave_out_empty_ones(tmp_path: Path) -> None:
    (tmp_path / "api.log").write_text("one\n\ntwo\n\n", encoding="utf-8")
    assert last_lines(tmp_path / "api.log", 1) == ["two"]


def test_a_log_that_is_not_there_has_no_last_lines(tmp_path: Path) -> None:
    assert last_lines(tmp_path / "none.log") == []
