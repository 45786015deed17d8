DROP TABLE actions;
DROP TABLE media_servers;

-- Of a rule's actions the older release knows only the warning.
CREATE FUNCTION pg_temp.action_names(objects jsonb) RETURNS text[] LANGUAGE sql AS $$
    SELECT coalesce(array_agg(o ->> 'type'), '{}')
    FROM jsonb_array_elements(objects) AS o
    WHERE o ->> 'type' = 'warn'
$$;
ALTER TABLE analytics_sharing_rules ALTER COLUMN actions DROP DEFAULT;
ALTER TABLE analytics_sharing_rules
    ALTER COLUMN actions TYPE text[] USING pg_temp.action_names(actions);
ALTER TABLE analytics_sharing_rules ALTER COLUMN actions SET DEFAULT '{}';
DROP FUNCTION pg_temp.action_names;
