"""The commands by their names. One that ends a stream is carried out by the route."""

from collections.abc import Mapping
from types import MappingProxyType

from functions.api.tautulli import charts, figures, lists
from functions.api.tautulli.call import Command
from shared.domain.permissions import Permission

TERMINATE = "terminate_session"
STATUS = "status"

_SESSIONS, _STATS = Permission.SESSIONS_VIEW, Permission.STATS_VIEW

COMMANDS: Mapping[str, Command] = MappingProxyType(
    {
        "get_activity": Command(_SESSIONS, lists.get_activity),
        "get_history": Command(_SESSIONS, lists.get_history),
        "get_users": Command(_SESSIONS, lists.get_users),
        "get_user": Command(_SESSIONS, lists.get_user),
        "get_user_names": Command(_SESSIONS, lists.get_user_names),
        "get_libraries": Command(Permission.LIBRARY_VIEW, lists.get_libraries),
        "get_library_names": Command(Permission.LIBRARY_VIEW, lists.get_library_names),
        "get_server_info": Command(_SESSIONS, lists.get_server_info),
        "get_tautulli_info": Command(_SESSIONS, lists.get_tautulli_info),
        "server_status": Command(_SESSIONS, lists.server_status),
        "get_home_stats": Command(_STATS, figures.get_home_stats),
        "get_user_watch_time_stats": Command(_STATS, figures.get_user_watch_time_stats),
        "get_library_watch_time_stats": Command(_STATS, figures.get_library_watch_time_stats),
        "get_plays_by_date": Command(_STATS, charts.by_date),
        "get_plays_per_month": Command(_STATS, charts.per_month),
        "get_plays_by_dayofweek": Command(_STATS, charts.by_day_of_week),
        "get_plays_by_hourofday": Command(_STATS, charts.by_hour_of_day),
        "get_plays_by_top_10_platforms": Command(_STATS, charts.by_platform),
        "get_plays_by_top_10_users": Command(_STATS, charts.by_user),
        "get_plays_by_stream_type": Command(_STATS, charts.by_stream_type),
        "get_plays_by_source_resolution": Command(_STATS, charts.by_source_resolution),
        "get_plays_by_stream_resolution": Command(_STATS, charts.by_stream_resolution),
        "get_stream_type_by_top_10_platforms": Command(_STATS, charts.streams_by_platform),
        "get_stream_type_by_top_10_users": Command(_STATS, charts.streams_by_user),
        "get_concurrent_streams_by_stream_type": Command(_STATS, charts.concurrent_streams),
    }
)

NAMES = sorted({*COMMANDS, TERMINATE, STATUS})
