"""What the demo says at its end."""

from io import StringIO
from uuid import uuid4

from rich.console import Console

from infra.demo.performance import OPENED, Ingested, Outcome
from infra.demo.receiver import Alert
from infra.demo.report import Report
from infra.demo.service import Case
from infra.demo.sharing import SHARER
from infra.demo.target import Target

RUN = uuid4()
SHARER_ID = SHARER.user_id(RUN)
TARGET = Target("http://127.0.0.1:8080", "rva_key", "/data/admin.key", "/data")
ADDRESS = "http://127.0.0.1:8080/api/v1/analytics/violations/0198"
OUTCOME = Outcome(
    ingested=Ingested(12, 40, 4_000, 3.0),
    sharer=SHARER_ID,
    city="Berlin",
    cases=((SHARER, Case("0198", SHARER_ID, "Impossible travel", "In two cities.")),),
    alerts=(Alert(OPENED, SHARER_ID, "http://localhost/sharing/0198", is_signed=True, at=101.5),),
    acknowledged_at=100.0,
)


def concluded(*differences: str) -> list[str]:
    said = StringIO()
    console = Console(file=said, soft_wrap=True, highlight=False, markup=False)
    Report(console).conclude(OUTCOME, list(differences), TARGET)
    return said.getvalue().splitlines()


def test_it_ends_with_the_cases_page_and_how_to_ask_for_its_evidence() -> None:
    assert concluded()[:-1] == [
        f"{SHARER.name}: In two cities.",
        "Its page: http://localhost/sharing/0198",
        f'Evidence: curl -H "Authorization: Bearer $(cat /data/admin.key)" {ADDRESS}',
    ]


def test_where_something_differs_that_is_all_it_says() -> None:
    assert concluded("No alert arrived.")[:-1] == ["Wrong: No alert arrived."]
