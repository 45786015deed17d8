-- name: list_entries_of_user
-- What has a say in a person's timeline: their own entries, and those that are for everybody.
SELECT * FROM trusted_entries WHERE user_id = %(user_id)s
UNION ALL
SELECT * FROM trusted_entries WHERE user_id IS NULL;
