-- Actions: what is done about a case, or because a person asks for it, and who is asked to do it.

-- A rule's actions become objects with parameters; those that are names become objects.
CREATE FUNCTION pg_temp.action_objects(names text[]) RETURNS jsonb LANGUAGE sql AS $$
    SELECT coalesce(jsonb_agg(jsonb_build_object('type', name)), '[]') FROM unnest(names) AS name
$$;
ALTER TABLE analytics_sharing_rules ALTER COLUMN actions DROP DEFAULT;
ALTER TABLE analytics_sharing_rules
    ALTER COLUMN actions TYPE jsonb USING pg_temp.action_objects(actions);
ALTER TABLE analytics_sharing_rules ALTER COLUMN actions SET DEFAULT '[]';
DROP FUNCTION pg_temp.action_objects;

-- Media servers that we ask: the playback service by its control endpoint, others directly.
CREATE TABLE media_servers (
    id uuid PRIMARY KEY,
    name text NOT NULL UNIQUE,
    kind text NOT NULL CHECK (kind IN ('revenge', 'plex', 'jellyfin', 'emby')),
    -- Whose sessions it answers for, as analytics_sessions.source has it; learnt from the server
    -- itself where that says who it is.
    source text UNIQUE,
    -- Its address and secret, encrypted with REVENGE_ENCRYPTION_KEY.
    config bytea NOT NULL,
    enabled boolean NOT NULL DEFAULT true,
    disabled_reason text,
    -- When it is to be tried out next, if it is; and what came of it the last time.
    check_due_at timestamptz,
    checked_at timestamptz,
    works boolean,
    verdict text,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);
CREATE INDEX media_servers_check_due ON media_servers (check_due_at)
    WHERE check_due_at IS NOT NULL;

CREATE TABLE actions (
    user_id uuid NOT NULL,
    id uuid NOT NULL,
    kind text NOT NULL CHECK (kind IN (
        'terminate_stream', 'suspend_account', 'unsuspend_account'
    )),
    -- What it is for: of two actions with one occasion there is one.
    occasion text NOT NULL,
    state text NOT NULL CHECK (state IN (
        'awaiting_approval', 'due', 'sent', 'done', 'failed', 'refused', 'withdrawn', 'escalated'
    )),
    -- Why: a case, and of it a rule's finding or a threshold of trust; or a person alone.
    case_id uuid,
    rule_id uuid,
    finding_identity text,
    threshold text,
    requested_by text NOT NULL,
    -- Whose stream: the source that is asked to end it; '' asks every playback service.
    source text NOT NULL,
    session_id uuid,
    message text,
    created_at timestamptz NOT NULL,
    decided_by text,
    decided_at timestamptz,
    -- When it is looked at next, while it is not over.
    due_at timestamptz NOT NULL,
    claimed_until timestamptz,
    attempts integer NOT NULL DEFAULT 0,
    last_status integer,
    last_error text,
    sent_at timestamptz,
    verify_by timestamptz,
    finished_at timestamptz,
    reason text,
    -- When people were told that it does not work.
    told_at timestamptz,
    PRIMARY KEY (user_id, id),
    UNIQUE (user_id, occasion),
    CHECK ((kind = 'terminate_stream') = (session_id IS NOT NULL)),
    CHECK ((finished_at IS NULL) = (state IN ('awaiting_approval', 'due', 'sent')))
);
CREATE INDEX actions_id ON actions (id);
CREATE INDEX actions_case ON actions (user_id, case_id);
CREATE INDEX actions_due ON actions (due_at)
    WHERE state IN ('awaiting_approval', 'due', 'sent');

ALTER TABLE actions ADD FOREIGN KEY (user_id) REFERENCES users ON DELETE CASCADE;
