-- name: count_deliveries
-- How many deliveries wait, since when the oldest does, and how many were given up.
SELECT
    count(*) FILTER (WHERE d.state = 'pending') AS pending,
    count(*) FILTER (WHERE d.state = 'dead') AS dead,
    min(e.created_at) FILTER (WHERE d.state = 'pending') AS oldest_pending_at
FROM deliveries AS d
JOIN outbox AS e ON e.id = d.event_id
WHERE d.state <> 'delivered';
