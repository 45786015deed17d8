"""Where the database knows of people: the one list that export and erasure go by.

A test compares it with the catalogue: a table with the id of a user that is not in here fails it.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import LiteralString


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonalTable:
    """A table with rows that are about one person, and are deleted with that person.

    Attributes:
        name: of the table.
        key: columns that tell a person's rows apart, in the order of an export.
        section: what the rows are called in an export; None for marks of work to be done.
        columns: that hold the person's id, any of them.
        hidden: columns that no export has: what opens or compares something, and tells nothing.
        others: columns that name other people, which a person's own export has not.
    """

    name: str
    key: tuple[str, ...]
    section: str | None = None
    columns: tuple[str, ...] = ("user_id",)
    hidden: tuple[str, ...] = ()
    others: tuple[str, ...] = ()


PERSONAL_TABLES = (
    PersonalTable(name="users", section="user", key=("user_id",)),
    PersonalTable(name="user_accounts", section="accounts", key=("server_id", "account_id")),
    PersonalTable(name="user_devices", section="devices", key=("device_id",)),
    PersonalTable(name="user_networks", section="networks", key=("network_key",)),
    PersonalTable(name="analytics_sessions", section="sessions", key=("id",)),
    PersonalTable(
        name="session_keys",
        section="session_keys",
        key=("source", "session_key"),
        hidden=("former",),
    ),
    PersonalTable(name="session_tombstones", section="deleted_sessions", key=("id",)),
    PersonalTable(
        name="analytics_sharing_violations",
        section="violations",
        key=("id",),
        others=("closed_by",),
    ),
    PersonalTable(name="analytics_user_trust", section="trust", key=("user_id",)),
    PersonalTable(name="trust_ledger", section="trust_ledger", key=("id",)),
    PersonalTable(
        name="actions", section="actions", key=("id",), others=("requested_by", "decided_by")
    ),
    PersonalTable(
        name="trusted_entries",
        section="trusted_entries",
        key=("id",),
        columns=("user_id", "other_user_id"),
        others=("user_id", "other_user_id", "created_by"),
    ),
    PersonalTable(
        name="user_households", section="households", key=("user_id",), hidden=("trace_key",)
    ),
    PersonalTable(
        name="household_words", section="household_words", key=("site",), others=("said_by",)
    ),
    PersonalTable(name="user_traces", section="traces", key=("kind", "digest"), hidden=("digest",)),
    PersonalTable(name="outbox", section="messages", key=("id",)),
    PersonalTable(name="backtest_cases", section="backtest_cases", key=("backtest_id",)),
    PersonalTable(name="session_facts", section="session_statistics", key=("id",)),
    PersonalTable(name="user_statistics", section="statistics", key=("content_type",)),
    PersonalTable(name="user_activity_daily", section="days", key=("day", "content_type")),
    PersonalTable(
        name="user_period_statistics", section="periods", key=("grain", "start", "content_type")
    ),
    PersonalTable(name="user_reports", section="reports", key=("span", "start")),
    PersonalTable(name="group_players", section="groups", key=("kind", "key", "content_type")),
    PersonalTable(name="binges", section="binges", key=("id",)),
    PersonalTable(name="rewatches", section="rewatches", key=("id",)),
    PersonalTable(name="api_keys", section="api_keys", key=("id",), hidden=("digest",)),
    PersonalTable(
        name="sign_ins", section="sign_ins", key=("id",), hidden=("digest", "key_digest")
    ),
    PersonalTable(name="bulk_changes", key=("operation_id", "item_id")),
    PersonalTable(name="dirty_users", key=("user_id",)),
    PersonalTable(name="dirty_items", key=("content_id",)),
    PersonalTable(name="put_off_items", key=("content_id",)),
    PersonalTable(name="dirty_user_days", key=("day",)),
    PersonalTable(name="dirty_binges", key=("show_id",)),
    PersonalTable(name="erasures", key=("id",)),
)
"""Who comes first is deleted first: what is written of a person meanwhile waits for the first."""

KEPT_TABLES = frozenset({"erasures"})
"""Of these the row stays, and forgets by itself whom it is about."""


SPLIT_FIRST = frozenset(
    {("users", "merged_into")}
    | {
        (table, "account_user_id")
        for table in (
            "analytics_sessions",
            "session_facts",
            "user_networks",
            "analytics_sharing_violations",
            "trust_ledger",
            "actions",
        )
    }
)
"""Columns that name nobody who is erased: who was merged, or stands for others, is split first."""


class Naming(StrEnum):
    """How a column of rows that are about something else may name a person."""

    ID = "id"
    ACTOR = "actor"
    WORDS = "words"


@dataclass(frozen=True, slots=True)
class Mention:
    """A column of rows that stay when a person is erased, and forget that person.

    Attributes:
        type: to which PostgreSQL is to turn the column's text back.
        naming: by id alone; as who did something, by id or an own key; or by id and in words: name,
            e-mail, account, device, address.
    """

    table: str
    column: str
    type: LiteralString = "text"
    naming: Naming = Naming.WORDS


MENTIONS = (
    Mention("actions", "requested_by", naming=Naming.ACTOR),
    Mention("actions", "decided_by", naming=Naming.ACTOR),
    Mention("actions", "message"),
    Mention("actions", "reason"),
    Mention("actions", "last_error"),
    Mention("analytics_sharing_rules", "scope", "jsonb", Naming.ID),
    Mention("analytics_sharing_violations", "closed_by", naming=Naming.ACTOR),
    Mention("backtests", "created_by", naming=Naming.ACTOR),
    Mention("backtests", "rule", "jsonb", Naming.ID),
    Mention("backtests", "live_rules", "jsonb", Naming.ID),
    Mention("backtests", "user_ids", "uuid[]", Naming.ID),
    Mention("backtest_portions", "error"),
    Mention("bulk_operations", "actor", naming=Naming.ACTOR),
    Mention("deliveries", "last_error"),
    Mention("erasures", "requested_by", naming=Naming.ACTOR),
    Mention("household_words", "said_by", naming=Naming.ACTOR),
    Mention("job_runs", "error"),
    Mention("library_scans", "problem"),
    Mention("network_overrides", "created_by", naming=Naming.ACTOR),
    Mention("network_overrides", "note"),
    Mention("outbox", "payload", "jsonb", Naming.ID),
    # With the body, which goes whole and is made anew of the others.
    Mention("server_reports", "user_ids", "uuid[]", Naming.ID),
    Mention("trust_ledger", "reason"),
    Mention("trusted_entries", "created_by", naming=Naming.ACTOR),
    Mention("trusted_entries", "note"),
    Mention("webhook_sources", "last_problem"),
)
"""The audit log, too, forgets people; how is a matter of its own, for the sake of its chain."""

BOUNDS = {"backtest_portions": ("first_user", "last_user")}
"""Columns with ids that stand for a range of people: the next one in it takes the place."""
