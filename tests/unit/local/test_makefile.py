import re
import subprocess

from infra.local.config import ROOT

TEXT = (ROOT / "Makefile").read_text(encoding="utf-8")
PROMISED = [
    "bench",
    "bench-api",
    "bench-dashboard",
    "bench-detect-speed",
    "bench-detection",
    "bench-ingest",
    "bench-live",
    "bench-stats",
    "check",
    "clean",
    "dashboard",
    "demo",
    "format",
    "help",
    "lock",
    "openapi",
    "rebuild-stats",
    "run",
    "schema",
    "screenshots",
    "settings",
    "test",
    "test-e2e",
    "test-faults",
    "test-week",
]


def test_make_alone_explains_every_target_that_is_promised() -> None:
    done = subprocess.run(
        ["/usr/bin/env", "make", "--no-print-directory"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert sorted(line.split()[0] for line in done.stdout.splitlines()) == sorted(PROMISED)


def test_every_recipe_that_needs_the_environment_builds_it_first() -> None:
    for target in PROMISED:
        rule = re.search(rf"^{target}:(.*?)##.*\n((?:\t.*\n)*)", TEXT, re.MULTILINE)
        assert rule is not None
        assert not ("$(PY)" in rule[2] and "venv" not in rule[1]), target
