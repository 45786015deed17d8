-- A person's months and years, in the service's zone: sums of user_activity_daily.
CREATE TABLE user_period_statistics (
    user_id uuid NOT NULL,
    grain text NOT NULL CHECK (grain IN ('month', 'year')),
    start date NOT NULL,
    content_type text NOT NULL,
    sessions bigint NOT NULL,
    plays bigint NOT NULL,
    completed bigint NOT NULL,
    watched_ms bigint NOT NULL,
    PRIMARY KEY (user_id, grain, start, content_type)
) WITH (fillfactor = 80);

INSERT INTO user_period_statistics
SELECT
    a.user_id, g.grain, date_trunc(g.grain, a.day)::date, a.content_type, sum(a.sessions),
    sum(a.plays), sum(a.completed), sum(a.watched_ms)
FROM user_activity_daily AS a
CROSS JOIN (VALUES ('month'), ('year')) AS g (grain)
GROUP BY 1, 2, 3, 4;

CREATE INDEX user_period_statistics_start ON user_period_statistics (grain, start);

ALTER TABLE user_period_statistics
    ADD FOREIGN KEY (user_id) REFERENCES users ON DELETE CASCADE;
