"""What a media server is asked to do: an action with all that the server may know it by."""

from shared.domain.order import MESSAGE, Account, Order, Stream
from shared.domain.session import Session
from shared.store import actions as store
from shared.store import people, sessions
from shared.store.action_claims import Claimed
from shared.store.database import Connection


async def order_for(connection: Connection, claimed: Claimed) -> Order:
    """Return the order that carries an action out."""
    row = await store.find_row(connection, claimed.id)
    if row is None:
        raise AssertionError("an action that was claimed is there")
    accounts = await people.list_accounts(connection, claimed.user_id)
    return Order(
        id=claimed.id,
        kind=claimed.progress.kind,
        user_id=claimed.user_id,
        user_name=row["user_name"],
        accounts=accounts,
        stream=await _stream(connection, claimed, accounts),
        message=claimed.message or MESSAGE,
        reason=row["sentence"],
    )


async def _stream(
    connection: Connection, claimed: Claimed, accounts: tuple[Account, ...]
) -> Stream | None:
    if claimed.session_id is None:
        return None
    found = await sessions.load_by_ids(connection, {claimed.session_id})
    session = found[claimed.session_id].record.session
    server_id = _text(session, "server_id") or session.source
    names = [account.account_id for account in accounts if account.server_id == server_id]
    return Stream(
        session_id=session.id,
        session_key=session.session_key,
        source=session.source,
        account_id=names[0] if names else None,
        device_id=_text(session, "device_id"),
        content_id=_text(session, "source_content_id") or _text(session, "content_id"),
        title=_text(session, "title"),
    )


def _text(session: Session, name: str) -> str | None:
    value = session.attributes.get(name)
    return value if isinstance(value, str) else None
