import os
from pathlib import Path

import pytest

from infra.local.memory import machine_memory, postgres_memory

INSTALLED = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")


@pytest.mark.parametrize(
    ("written", "expected"),
    [("134217728\n", 134217728), ("max\n", INSTALLED), (f"{4 * INSTALLED}\n", INSTALLED)],
)
def test_a_container_has_what_it_may_take_and_no_more_than_the_machine(
    tmp_path: Path, written: str, expected: int
) -> None:
    limit = tmp_path / "memory.max"
    limit.write_text(written)
    assert machine_memory(limit) == expected


def test_a_machine_without_limits_has_what_is_installed(tmp_path: Path) -> None:
    assert machine_memory(tmp_path / "memory.max") == INSTALLED


def test_postgresql_is_given_an_eighth_and_hopes_for_half() -> None:
    assert postgres_memory(16 * 2**30) == {
        "shared_buffers": "2048MB",
        "effective_cache_size": "8192MB",
    }


def test_a_tiny_machine_gives_postgresql_what_it_needs() -> None:
    assert postgres_memory(2**29)["shared_buffers"] == "128MB"
