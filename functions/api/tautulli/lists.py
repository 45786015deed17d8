"""What plays and what was played, people, libraries, and the service itself."""

from uuid import UUID

from functions.api.tautulli.call import Call
from shared.domain.calendar import day_after, first_instant
from shared.domain.session import SessionOrder
from shared.errors import FieldError
from shared.http.problems import invalid
from shared.schemas.streams import CONTENT_TYPES, PlayedKind
from shared.schemas.tautulli import (
    activity_of,
    history_row,
    library_of,
    session_of,
    spoken,
    user_of,
)
from shared.services.session_lists import count_sessions, list_sessions
from shared.services.users import no_such_user
from shared.store import libraries, people, session_lists

MOST_STREAMS = 500
MOST_PEOPLE = 1_000

_STREAM_TYPES = {"direct play": "direct_play", "copy": "direct_stream", "transcode": "transcode"}


async def get_activity(call: Call) -> object:
    """Return what plays; of one session, if one is meant."""
    filters: dict[str, object] = {"active": True, "adult": call.adult, "limit": MOST_STREAMS}
    if call.wanted.session is not None:
        rows = await session_lists.list_rows(call.connection, filters | {"id": call.wanted.session})
        found = [session_of(row, shows_addresses=call.shows_addresses) for row in rows]
        return found[0] if found else {}
    counted = await session_lists.count_active(call.connection, adult=call.adult)
    rows = await session_lists.list_rows(call.connection, filters)
    return activity_of(rows, counted, shows_addresses=call.shows_addresses)


async def get_history(call: Call) -> object:
    """Return sessions that ended, the newest first."""
    wanted, filters = call.wanted, _sessions(call)
    order = SessionOrder.OLDEST if wanted.order_dir == "asc" else SessionOrder.NEWEST
    window = {"limit": wanted.length, "offset": wanted.start, "sort": order}
    rows = await list_sessions(call.connection, filters | window, call.now)
    counted = await count_sessions(call.connection, filters, call.now)
    total = min(counted, session_lists.MOST_COUNTED)
    shown = spoken(sum(row["watched_ms"] for row in rows))
    return {
        "draw": 1,
        "recordsTotal": total,
        "recordsFiltered": total,
        "filter_duration": shown,
        "total_duration": shown,
        "data": [history_row(row, shows_addresses=call.shows_addresses) for row in rows],
    }


async def get_users(call: Call) -> object:
    """Return people, who was there last the first."""
    rows = await people.page_people(call.connection, adult=call.adult, limit=MOST_PEOPLE)
    return [user_of(row, shows_addresses=call.shows_addresses) for row in rows]


async def get_user(call: Call) -> object:
    """Return a person."""
    user_id = demand_user(call)
    rows = await people.page_people(call.connection, adult=call.adult, limit=1, user_id=user_id)
    if not rows:
        raise no_such_user()
    return user_of(rows[0], shows_addresses=call.shows_addresses)


async def get_user_names(call: Call) -> object:
    """Return people's names."""
    rows = await people.page_people(call.connection, adult=call.adult, limit=MOST_PEOPLE)
    users = [user_of(row, shows_addresses=False) for row in rows]
    return [{name: user[name] for name in ("user_id", "friendly_name")} for user in users]


async def get_libraries(call: Call) -> object:
    """Return libraries."""
    return [
        library_of(row) for row in await libraries.list_libraries(call.connection, adult=call.adult)
    ]


async def get_library_names(call: Call) -> object:
    """Return libraries' names."""
    shown = ("section_id", "section_name", "section_type")
    rows = await libraries.list_libraries(call.connection, adult=call.adult)
    return [{name: library_of(row)[name] for name in shown} for row in rows]


async def get_server_info(call: Call) -> object:
    """Return what this service is, where Tautulli tells of its one media server."""
    url = call.context.settings.analytics_public_url or ""
    return {
        "pms_identifier": "revenge-analytics",
        "pms_name": "Revenge Analytics",
        "pms_url": url,
        "pms_ip": "",
        "pms_port": 0,
        "pms_is_remote": 0,
        "pms_platform": "",
        "pms_plexpass": 0,
        "pms_ssl": int(url.startswith("https://")),
        "pms_url_manual": 0,
        "pms_version": "1",
    }


async def get_tautulli_info(_: Call) -> object:
    """Return what stands in for Tautulli."""
    return {
        "tautulli_install_type": "revenge-analytics",
        "tautulli_version": "v2.15.0",
        "tautulli_branch": "master",
        "tautulli_commit": "",
        "tautulli_platform": "Revenge Analytics",
    }


async def server_status(_: Call) -> object:
    """Return that it is connected: it was reached."""
    return {"result": "success", "connected": True}


def demand_user(call: Call) -> UUID:
    """Return the person that is meant.

    Raises:
        InvalidInputError: nobody is.
    """
    if call.wanted.user_id is None:
        raise invalid([FieldError("user_id", "is missing")])
    return call.wanted.user_id


def _sessions(call: Call) -> dict[str, object]:
    """Return the parameters of lists of sessions that are meant."""
    wanted, zone = call.wanted, call.context.settings.zone
    start = wanted.start_date or wanted.after
    end = wanted.start_date or wanted.before
    decision = wanted.transcode_decision
    given = {
        "active": False,
        "adult": call.adult,
        "user_id": wanted.user_id,
        "library_id": wanted.section_id,
        "search": wanted.search,
        "content_type": wanted.media_type and CONTENT_TYPES[PlayedKind(wanted.media_type)],
        "stream_type": decision and _STREAM_TYPES[decision],
        "start": start and first_instant(start, zone),
        "end": end and first_instant(day_after(end), zone),
    }
    return {name: value for name, value in given.items() if value is not None}
