"""The jobs of ingest_session: what media servers tell only when asked."""

from functions.ingest_session.polling.shift import poll_servers
from shared.http.jobs import add_job, job_router

router = job_router("ingest_session")

add_job(
    router,
    "/poll",
    "poll-servers",
    poll_servers,
    summary="Ask the media servers what they play, for about a minute",
)
