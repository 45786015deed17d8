-- name: add_channel
-- Add a channel, unless its name is taken.
INSERT INTO notification_channels (id, name, type, config, enabled, created_at, updated_at)
VALUES (%(id)s, %(name)s, %(type)s, %(config)s, %(enabled)s, %(now)s, %(now)s)
ON CONFLICT (name) DO NOTHING
RETURNING id;

-- name: list_channels
-- Channels, or the one named, by name, with what became of their deliveries.
SELECT c.*, counted.pending, counted.dead, counted.last_delivered_at, latest.last_error
FROM notification_channels AS c
CROSS JOIN LATERAL (
    SELECT
        count(*) FILTER (WHERE d.state = 'pending') AS pending,
        count(*) FILTER (WHERE d.state = 'dead') AS dead,
        max(d.delivered_at) AS last_delivered_at
    FROM deliveries AS d
    WHERE d.channel_id = c.id
) AS counted
LEFT JOIN LATERAL (
    SELECT d.last_error
    FROM deliveries AS d
    WHERE d.channel_id = c.id AND d.attempts > 0
    ORDER BY d.id DESC
    LIMIT 1
) AS latest ON true
WHERE %(id)s::uuid IS NULL OR c.id = %(id)s
ORDER BY c.name;

-- name: update_channel
-- Change what is given of a channel. One that is enabled again loses the reason why it was not.
UPDATE notification_channels AS c
SET
    name = coalesce(%(name)s, c.name),
    config = coalesce(%(config)s, c.config),
    enabled = coalesce(%(enabled)s, c.enabled),
    disabled_reason = CASE WHEN %(enabled)s THEN NULL ELSE c.disabled_reason END,
    updated_at = %(now)s
WHERE c.id = %(id)s
    AND NOT EXISTS (
        SELECT FROM notification_channels AS o WHERE o.name = %(name)s AND o.id <> c.id
    );

-- name: disable_channel
-- Send nothing to a channel any more, and say why; unless it was given another config meanwhile.
UPDATE notification_channels
SET enabled = false, disabled_reason = %(reason)s, updated_at = %(now)s
WHERE id = %(id)s AND enabled AND config = %(config)s;

-- name: delete_channel
-- Delete a channel with its deliveries.
DELETE FROM notification_channels WHERE id = %(id)s;
