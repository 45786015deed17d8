-- Statistics: one row per user, day and content type, in the service's time zone.

CREATE TABLE user_activity_daily (
    user_id uuid NOT NULL,
    day date NOT NULL,
    content_type text NOT NULL,
    sessions integer NOT NULL CHECK (sessions >= 0),
    plays integer NOT NULL CHECK (plays >= 0),
    completed integer NOT NULL CHECK (completed BETWEEN 0 AND plays),
    watched_ms bigint NOT NULL CHECK (watched_ms >= 0),
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (user_id, day, content_type)
);
CREATE INDEX user_activity_daily_day ON user_activity_daily (day);

-- The same for everybody together. A view: two tables that say one thing would come to disagree.
CREATE VIEW play_statistics AS
SELECT
    day,
    content_type,
    sum(sessions)::bigint AS sessions,
    sum(plays)::bigint AS plays,
    sum(completed)::bigint AS completed,
    sum(watched_ms)::bigint AS watched_ms,
    count(*)::bigint AS users
FROM user_activity_daily
GROUP BY day, content_type;

ALTER TABLE user_activity_daily ADD FOREIGN KEY (user_id) REFERENCES users ON DELETE CASCADE;
