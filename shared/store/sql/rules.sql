-- name: list_rules
-- All rules, in the order in which they were made.
SELECT * FROM analytics_sharing_rules ORDER BY created_at, id;

-- name: find_rule
-- One rule.
SELECT * FROM analytics_sharing_rules WHERE id = %(id)s;

-- name: add_rule
-- Add a rule; nothing if its name is taken.
INSERT INTO analytics_sharing_rules
    (id, name, type, config, scope, severity, mode, enabled, actions, created_at, updated_at)
VALUES (%(id)s, %(name)s, %(type)s, %(config)s::jsonb, %(scope)s::jsonb, %(severity)s, %(mode)s,
    %(enabled)s, %(actions)s::jsonb, %(now)s, %(now)s)
ON CONFLICT DO NOTHING
RETURNING *;

-- name: hold_rule
-- Hold a rule until the transaction ends: who changes it too waits, and then reads what was changed.
SELECT id FROM analytics_sharing_rules WHERE id = %(id)s FOR NO KEY UPDATE;

-- name: update_rule
-- Replace a rule's contents.
UPDATE analytics_sharing_rules
SET
    name = %(name)s,
    config = %(config)s::jsonb,
    scope = %(scope)s::jsonb,
    severity = %(severity)s,
    mode = %(mode)s,
    enabled = %(enabled)s,
    actions = %(actions)s::jsonb,
    updated_at = %(now)s
WHERE id = %(id)s
RETURNING *;

-- name: delete_rule
-- Delete a rule; its cases stay, each with a copy of the rule.
DELETE FROM analytics_sharing_rules WHERE id = %(id)s RETURNING id;
