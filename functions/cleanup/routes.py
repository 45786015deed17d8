"""The jobs of cleanup. Each answers with what it counted."""

from shared.http.jobs import add_job, job_router
from shared.services.erasures import erase_waiting
from shared.services.overrides import expire_overrides
from shared.services.retention import close_stale_sessions, let_go
from shared.services.sign_ins import forget_sign_ins
from shared.services.source_addresses import check_sources
from shared.services.truncation import truncate_addresses

router = job_router("cleanup")

add_job(
    router,
    "/stale-sessions",
    "close-stale",
    lambda context: close_stale_sessions(context.database, context.settings),
    summary="End sessions that fell silent, each at its last sign of life",
)
add_job(
    router,
    "/partitions",
    "partitions",
    lambda context: let_go(context.database, context.settings),
    summary="Make the coming months' partitions; drop what is no longer kept",
)
add_job(
    router,
    "/sources",
    "check-sources",
    lambda context: check_sources(context.database),
    summary="Find the sources that take everybody for one private or proxy address",
)
add_job(
    router,
    "/overrides",
    "expire-overrides",
    lambda context: expire_overrides(context.database),
    summary="Take away the network overrides that have expired",
)
add_job(
    router,
    "/sign-ins",
    "forget-sign-ins",
    lambda context: forget_sign_ins(context.database, context.settings),
    summary="Forget sign-ins, former keys and counts of requests that are over",
)
add_job(
    router,
    "/erasures",
    "erase-people",
    lambda context: erase_waiting(context.database, context.settings),
    summary="Go on with the erasures that were asked for",
)
add_job(
    router,
    "/addresses",
    "truncate-addresses",
    lambda context: truncate_addresses(context.database, context.settings),
    summary="Truncate the addresses that are old enough",
)
