import json

from infra.local.config import ROOT
from tests.load.api_speed import Found, compose, drawn
from tests.load.history import HOUSEHOLD
from tests.load.questions import FIGURES, LEFT_OUT, LISTS

DOCUMENT = json.loads((ROOT / "functions" / "api" / "openapi.json").read_text(encoding="utf-8"))
ASKED = {path.partition("?")[0] for path in (*LISTS, *FIGURES)}


def test_every_path_that_can_be_read_is_asked_or_left_out_for_a_reason() -> None:
    read = {path for path, operations in DOCUMENT["paths"].items() if "get" in operations}
    assert ASKED | LEFT_OUT.keys() == read
    assert not ASKED & LEFT_OUT.keys()


def test_questions_come_in_the_same_mixed_order_each_time() -> None:
    requests = [b"one", b"two", b"three"]
    order = drawn(requests, 50)
    assert order == drawn(requests, 50)
    assert sorted(order) == sorted(requests * 50)
    assert len(set(order[:20])) == 3


def test_the_api_is_told_by_question_beside_its_goal() -> None:
    quick, slow = [0.010] * 100, [0.010] * 98 + [0.080] * 2
    found = Found({"/quick": quick, "/slow?a=b c": slow}, {"/figures": [0.2]}, memory_mib=120)
    report = compose(HOUSEHOLD, found, calls=100)
    assert "| `/quick` | 10.0 | 10.0 | 50 |" in report.body
    assert "| `/slow?a=b c` | 10.0 | 80.0 | 50 |" in report.body
    assert "| `/figures` | 200.0 | 200.0 |" in report.body
    assert "1 of 2 miss it" in report.body
    assert report.figures["slow_a_b_c_p99_ms"] == 80
    assert report.figures["late_questions"] == 1


def test_no_two_questions_share_a_figure() -> None:
    found = Found(
        {path: [0.001] for path in LISTS}, {path: [0.001] for path in FIGURES}, memory_mib=120
    )
    report = compose(HOUSEHOLD, found, calls=1)
    named = [name for name in report.figures if name.startswith(("api_v", "embed", "stats"))]
    assert len(named) == len(LISTS) + len(FIGURES)
