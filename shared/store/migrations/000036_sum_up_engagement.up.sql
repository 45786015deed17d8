-- How plays of libraries went: when in the week, how far, and again.

-- Quarter hours and hours of the week are told apart by library too; '' is an unknown one.
ALTER TABLE quarter_hour_statistics
    ADD COLUMN library_id text NOT NULL DEFAULT '',
    DROP CONSTRAINT quarter_hour_statistics_pkey,
    ADD PRIMARY KEY (start, content_type, stream_type, library_id);
ALTER TABLE quarter_hour_statistics ALTER COLUMN library_id DROP DEFAULT;
ALTER TABLE week_hour_statistics
    ADD COLUMN library_id text NOT NULL DEFAULT '',
    DROP CONSTRAINT week_hour_statistics_pkey,
    ADD PRIMARY KEY (month, hour, content_type, stream_type, library_id);
ALTER TABLE week_hour_statistics ALTER COLUMN library_id DROP DEFAULT;

-- Plays by what became of them (shared/domain/statistics/engagement.py), in days and months of the
-- service's zone.
CREATE TABLE engagement_statistics (
    grain text NOT NULL CHECK (grain IN ('day', 'month')),
    start date NOT NULL,
    library_id text NOT NULL,
    content_type text NOT NULL,
    engagement text NOT NULL
        CHECK (engagement IN ('abandoned', 'sampled', 'engaged', 'completed', 'unknown')),
    plays bigint NOT NULL,
    PRIMARY KEY (grain, start, library_id, content_type, engagement)
) WITH (fillfactor = 80);

-- Completed plays that were not the person's first of the item, by the session that each began with.
CREATE TABLE rewatches (
    user_id uuid NOT NULL,
    id uuid NOT NULL,
    content_id text NOT NULL,
    content_type text NOT NULL,
    library_id text NOT NULL,
    -- When the completed play before it began.
    previous_at timestamptz NOT NULL,
    started_at timestamptz NOT NULL,
    PRIMARY KEY (user_id, id)
);
CREATE INDEX rewatches_started_at ON rewatches (started_at)
    INCLUDE (previous_at, user_id, library_id, content_type);
CREATE INDEX rewatches_user_item ON rewatches (user_id, content_id);

-- All of it is added up anew when statistics are next counted.
DELETE FROM statistics_zone;

ALTER TABLE rewatches ADD FOREIGN KEY (user_id) REFERENCES users ON DELETE CASCADE;
