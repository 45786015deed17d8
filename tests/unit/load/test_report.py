import json
import math
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.load import batches, beat_report, memory, sources
from tests.load.bench import PARTS, read_plan
from tests.load.report import (
    Circumstances,
    Report,
    Spread,
    table,
    with_section,
    write_figures,
    write_section,
)

WHERE = Circumstances(
    command="make bench",
    at=datetime(2026, 11, 20, 20, 0, tzinfo=UTC),
    machine="2 cores",
    versions="Python 3.11",
    load="load average 0.1",
)


def test_a_section_is_rewritten_in_place_and_the_rest_stays() -> None:
    text = with_section(with_section("# Head\n", "a", "old a"), "b", "b")
    assert with_section(text, "a", "new a") == text.replace("old a", "new a")


def test_a_section_without_an_end_is_not_guessed_at() -> None:
    with pytest.raises(ValueError, match="has no end"):
        with_section("<!-- bench:a -->\nlost\n", "a", "new")


def test_a_row_of_another_length_than_the_head_is_refused() -> None:
    with pytest.raises(ValueError, match="cells"):
        table(["a", "b"], [["1"]])


def test_a_spread_tells_median_least_and_greatest() -> None:
    assert Spread((3_000, 1_000, 2_000)).text() == "2,000 (1,000-3,000)"
    assert Spread((0.25,)).text(2) == "0.25"


def some_report(name: str, rate: float) -> Report:
    return Report(name, "file", f"Title of {name}", f"rate {rate}", {"per_second": rate})


def test_a_report_leaves_a_section_for_people(tmp_path: Path) -> None:
    document = tmp_path / "docs" / "benchmarks.md"
    for rate in (1.0, 2.0):
        write_section(some_report("one", rate), WHERE, document)
    text = document.read_text(encoding="utf-8")
    assert text.count("## Title of one") == 1
    assert "rate 2.0" in text
    assert "2026-11-20 20:00 UTC, `make bench`" in text


def test_reports_of_one_run_share_a_flat_map_for_programs(tmp_path: Path) -> None:
    write_figures([some_report("one", 1.0), some_report("two", 2.0)], tmp_path)
    figures = json.loads((tmp_path / "file.json").read_text(encoding="utf-8"))
    assert figures == {"one_per_second": 1.0, "two_per_second": 2.0}


def test_a_figure_that_is_no_number_is_not_written(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="one_per_second"):
        write_figures([some_report("one", math.nan)], tmp_path)
    assert list(tmp_path.iterdir()) == []


def a_round(rate: float, *, python_cpu: float = 0) -> beat_report.Round:
    return beat_report.Round(
        rate=rate,
        p50_ms=1,
        p99_ms=2,
        python_cpu=python_cpu,
        postgres_cpu=100,
        client_cpu=10,
        client_cores=0.1,
        wal_bytes=500,
        hot_share=0.99,
        dead_rows=0.01,
    )


def test_heartbeats_are_told_as_the_median_of_each_rounds_ratio() -> None:
    floors = [a_round(10_000), a_round(20_000), a_round(10_000)]
    products = [a_round(5_000, python_cpu=300) for _ in range(3)]
    halves = [a_round(2_500) for _ in range(3)]
    report = beat_report.compose(floors, products, halves, dead=7)
    assert report.figures["half_rate_p99_ms"] == 2
    assert report.figures["product_to_floor_ratio"] == 0.5
    assert report.figures["product_python_cpu_us"] == 300
    row = "10,000 (10,000-20,000) | 5,000 (5,000-5,000) | 2,500 (2,500-2,500)"
    assert f"| rate (1/s) | {row} |" in report.body
    assert "**0.500 (0.250-0.500)**" in report.body


def test_batches_are_told_against_copy() -> None:
    copies, starts, progress = ([batches.Rate(rate, 100, 50)] for rate in (100_000, 10_000, 20_000))
    report = batches.compose(copies, starts, progress)
    assert report.figures["starts_to_copy_ratio"] == 0.1
    assert report.figures["progress_to_copy_ratio"] == 0.2
    assert "| starts of new sessions | 10,000 | 0.100 | 100 | 50 |" in report.body


def test_memory_is_summed_over_all_parts() -> None:
    parts = {"api": memory.Component(2, 100), "PostgreSQL": memory.Component(15, 40)}
    report = memory.compose(parts, first_seconds=6, later_seconds=4)
    assert report.figures["total_pss_mib"] == 140
    assert report.figures["postgresql_pss_mib"] == 40
    assert "| **all** | 17 | 140 |" in report.body


def test_sources_are_told_by_what_an_instance_takes() -> None:
    polled = sources.Polled(cores=0.07, pss_mib=90, events=1_200)
    scans = [sources.Scanned(100, 40, 120), sources.Scanned(80, 30, 130)]
    report = sources.compose(sources.Plan(), polled, scans, 25)
    assert (report.figures["poll_cores"], report.figures["scan_pss_mib"]) == (0.07, 130)
    assert "50 servers of the three kinds with 200 streams" in report.body
    assert "| again | 80 | 30 | 130 |" in report.body


def test_parts_run_in_their_order_and_a_quick_run_is_short() -> None:
    plan = read_plan(["--quick", "memory", "heartbeats"])
    assert plan.parts == ("heartbeats", "memory")
    assert plan.heartbeats.seconds <= 2
    assert read_plan([]).parts == PARTS


def test_an_unknown_part_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        read_plan(["hearbeats"])
    assert "no such part: hearbeats" in capsys.readouterr().err
