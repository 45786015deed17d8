-- name: write_event
-- Write an event, and a delivery for each enabled channel, or only for the one named.
WITH event AS (
    INSERT INTO outbox (id, user_id, kind, payload, created_at)
    VALUES (%(id)s, %(user_id)s, %(kind)s, %(payload)s::jsonb, %(now)s)
    RETURNING id
)
INSERT INTO deliveries (id, event_id, channel_id, state, next_attempt_at)
SELECT uuidv7(), event.id, c.id, 'pending', %(now)s
FROM event, notification_channels AS c
WHERE c.enabled AND (%(channel_id)s::uuid IS NULL OR c.id = %(channel_id)s)
RETURNING id;

-- name: list_due
-- Deliveries to be tried now, the longest due of each channel first.
SELECT c.id AS channel_id, d.id
FROM notification_channels AS c
CROSS JOIN LATERAL (
    SELECT id, next_attempt_at
    FROM deliveries
    WHERE channel_id = c.id
        AND state = 'pending'
        AND next_attempt_at <= %(now)s
        AND (claimed_until IS NULL OR claimed_until <= %(now)s)
    ORDER BY next_attempt_at
    LIMIT %(per_channel)s
) AS d
WHERE c.enabled
ORDER BY d.next_attempt_at, d.id;

-- name: claim_delivery
-- Claim a delivery that is due and that nobody is at. Of two who ask, the second finds the lease.
UPDATE deliveries AS d
SET attempts = d.attempts + 1, claimed_until = %(lease_until)s
FROM outbox AS e, notification_channels AS c
WHERE d.id = %(id)s
    AND d.state = 'pending'
    AND d.next_attempt_at <= %(now)s
    AND (d.claimed_until IS NULL OR d.claimed_until <= %(now)s)
    AND e.id = d.event_id
    AND c.id = d.channel_id
    AND c.enabled
RETURNING
    d.id, d.attempts, d.channel_id, c.type, c.config,
    d.event_id, e.kind, e.payload, e.created_at;

-- name: record_delivered
-- It arrived. That holds even if the lease ran out meanwhile and somebody else is at it.
UPDATE deliveries
SET
    state = 'delivered',
    delivered_at = %(now)s,
    claimed_until = NULL,
    last_status = %(status)s,
    last_error = NULL
WHERE id = %(id)s AND state <> 'delivered';

-- name: record_failure
-- It did not arrive: to be tried again, or dead. Says nothing if the lease is somebody else's.
UPDATE deliveries
SET
    state = %(state)s,
    next_attempt_at = coalesce(%(next_attempt_at)s, next_attempt_at),
    claimed_until = NULL,
    last_status = %(status)s,
    last_error = %(error)s
WHERE id = %(id)s AND state = 'pending' AND attempts = %(attempts)s;

-- name: hold_channel
-- Leave a recipient alone until an instant.
UPDATE deliveries
SET next_attempt_at = %(until)s
WHERE channel_id = %(channel_id)s AND state = 'pending' AND next_attempt_at < %(until)s;

-- name: bury_disabled
-- Give up what waits for channels that are disabled; it can be begun anew.
UPDATE deliveries AS d
SET
    state = 'dead',
    claimed_until = NULL,
    last_error = concat_ws(' ', 'The channel was disabled.', c.disabled_reason)
FROM notification_channels AS c
WHERE c.id = d.channel_id AND NOT c.enabled AND d.state = 'pending';

-- name: redrive
-- Begin anew with a dead delivery, if its channel is enabled.
UPDATE deliveries AS d
SET state = 'pending', attempts = 0, next_attempt_at = %(now)s, claimed_until = NULL
FROM notification_channels AS c
WHERE d.id = %(id)s AND d.state = 'dead' AND c.id = d.channel_id AND c.enabled;

-- name: find_delivery
-- A delivery, the kind of its event, and whether its channel is enabled.
SELECT d.*, e.kind, e.created_at, c.enabled AS channel_enabled
FROM deliveries AS d
JOIN outbox AS e ON e.id = d.event_id
JOIN notification_channels AS c ON c.id = d.channel_id
WHERE d.id = %(id)s;

-- name: list_deliveries
-- Deliveries, newest first, after one seen already; of a channel, in a state.
SELECT d.*, e.kind, e.created_at
FROM deliveries AS d
JOIN outbox AS e ON e.id = d.event_id
WHERE (%(channel_id)s::uuid IS NULL OR d.channel_id = %(channel_id)s)
    AND (%(state)s::text IS NULL OR d.state = %(state)s)
    AND (%(before)s::uuid IS NULL OR d.id < %(before)s)
ORDER BY d.id DESC
LIMIT %(limit)s;

-- name: forget_events
-- Forget old events of which nothing waits any more, with their deliveries.
DELETE FROM outbox
WHERE id IN (
    SELECT e.id
    FROM outbox AS e
    WHERE e.created_at < %(before)s
        AND NOT EXISTS (
            SELECT FROM deliveries AS d WHERE d.event_id = e.id AND d.state = 'pending'
        )
    ORDER BY e.created_at
    LIMIT %(limit)s
);
