from pathlib import Path

from shared.domain.servers import ServerKind, ServerProblem

PAGE = (Path(__file__).parents[3] / "docs" / "sources.md").read_text("utf-8")


def test_every_problem_of_a_server_is_explained() -> None:
    assert [problem for problem in ServerProblem if f"`{problem}`" not in PAGE] == []


def test_every_kind_of_server_has_its_column() -> None:
    heads = next(line for line in PAGE.splitlines() if line.startswith("| | "))
    assert [kind.title() for kind in ServerKind] == heads.strip("| ").split(" | ")
