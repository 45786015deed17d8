-- Binges: where a person watched episode after episode of a show (shared/domain/statistics/binges.py).
CREATE TABLE binges (
    user_id uuid NOT NULL,
    -- The session it began with.
    id uuid NOT NULL,
    show_id text NOT NULL,
    content_type text NOT NULL,
    server_id text,
    library_id text,
    started_at timestamptz NOT NULL,
    ended_at timestamptz NOT NULL,
    episodes integer NOT NULL,
    watched_ms bigint NOT NULL,
    PRIMARY KEY (user_id, id)
);
CREATE INDEX binges_started_at ON binges (started_at DESC, id DESC);
CREATE INDEX binges_user_show ON binges (user_id, show_id);

-- What is kept is counted anew, and binges found with it.
INSERT INTO dirty_items (user_id, content_id, marked_at)
SELECT DISTINCT user_id, content_id, now() FROM session_facts
WHERE content_type LIKE '%tvshow_episode'
ON CONFLICT DO NOTHING;

ALTER TABLE binges ADD FOREIGN KEY (user_id) REFERENCES users ON DELETE CASCADE;
