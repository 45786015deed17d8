"""The jobs of ingest_session: what media servers tell only when asked."""

from functions.ingest_session.polling.shift import poll_servers
from functions.ingest_session.scanning.shift import scan_libraries
from shared.http.jobs import add_job, job_router

router = job_router("ingest_session", is_public=True)

add_job(
    router,
    "/poll",
    "poll-servers",
    poll_servers,
    summary="Ask the media servers what they play, for about a minute",
)
add_job(
    router,
    "/scan",
    "scan-libraries",
    scan_libraries,
    summary="Read what is due of the media servers' libraries, for about a minute",
)
