-- Sums by what items are part of (shows, seasons, artists, albums, channels) and by all that is
-- known of streams, so that no question about everybody reads single sessions.

-- The zone whose days sums are kept in. Without a row, or with another, everything is added up anew.
CREATE TABLE statistics_zone (
    is_only boolean PRIMARY KEY DEFAULT true CHECK (is_only),
    zone text NOT NULL
);

-- What a work is part of: a work is what the items of a season, an album or a channel share. Its
-- id is the MD5 of what is told of it.
CREATE TABLE work_groups (
    work_id uuid NOT NULL,
    kind text NOT NULL CHECK (kind IN ('show', 'season', 'artist', 'album', 'channel')),
    key text NOT NULL,
    PRIMARY KEY (work_id, kind)
);
CREATE INDEX work_groups_key ON work_groups (kind, key);

-- What was to be played and what was delivered, for which client and how.
ALTER TABLE stream_qualities
    ADD COLUMN content_type text,
    ADD COLUMN stream_type text,
    ADD COLUMN device_type text,
    ADD COLUMN client_name text,
    ADD COLUMN platform text;
ALTER TABLE stream_places
    ADD COLUMN content_type text,
    ADD COLUMN stream_type text,
    ADD COLUMN location text;

-- How much was streamed: the bin of a histogram that a bitrate lies in.
CREATE TABLE stream_rates (
    id uuid PRIMARY KEY,
    content_type text NOT NULL,
    stream_type text NOT NULL,
    location text NOT NULL,
    bin integer
);

-- Facts get what they are told apart by from now on; what was the same before may not be now.
CREATE TEMPORARY TABLE renewed ON COMMIT DROP AS
SELECT
    k.*,
    md5(ROW(i.show_id, i.season_number, i.artist, i.artist, i.album, i.channel_id)::text)::uuid
        AS work_id,
    md5(ROW(
        f.content_type, f.stream_type, f.device_type, f.client_name, f.platform, q.container,
        q.video_codec, q.audio_codec, q.resolution, q.dynamic_range, q.audio_channels,
        q.stream_container, q.stream_video_codec, q.stream_audio_codec, q.stream_resolution,
        q.stream_dynamic_range, q.stream_audio_channels, q.video_decision, q.audio_decision,
        q.subtitle_decision, q.transcode_reasons
    )::text)::uuid AS new_quality_id,
    md5(ROW(
        f.content_type, f.stream_type, f.location, p.continent, p.country, p.region, p.city,
        p.asn, p.organisation
    )::text)::uuid AS new_place_id
FROM (SELECT DISTINCT content_id, facet_id, quality_id, place_id FROM session_facts) AS k
JOIN stream_facets AS f ON f.id = k.facet_id
JOIN stream_qualities AS q ON q.id = k.quality_id
JOIN stream_places AS p ON p.id = k.place_id
JOIN item_statistics AS i ON i.content_id = k.content_id;

INSERT INTO stream_qualities
SELECT DISTINCT
    r.new_quality_id, q.container, q.video_codec, q.audio_codec, q.resolution, q.dynamic_range,
    q.audio_channels, q.stream_container, q.stream_video_codec, q.stream_audio_codec,
    q.stream_resolution, q.stream_dynamic_range, q.stream_audio_channels, q.video_decision,
    q.audio_decision, q.subtitle_decision, q.transcode_reasons, f.content_type, f.stream_type,
    f.device_type, f.client_name, f.platform
FROM renewed AS r
JOIN stream_facets AS f ON f.id = r.facet_id
JOIN stream_qualities AS q ON q.id = r.quality_id;

INSERT INTO stream_places
SELECT DISTINCT
    r.new_place_id, p.continent, p.country, p.region, p.city, p.asn, p.organisation,
    f.content_type, f.stream_type, f.location
FROM renewed AS r
JOIN stream_facets AS f ON f.id = r.facet_id
JOIN stream_places AS p ON p.id = r.place_id;

INSERT INTO work_groups
SELECT DISTINCT r.work_id, g.kind, g.key
FROM renewed AS r
JOIN item_statistics AS i USING (content_id)
CROSS JOIN LATERAL (
    VALUES
        ('show', i.show_id),
        ('season', i.show_id || ':' || i.season_number),
        ('artist', i.artist),
        ('album', CASE WHEN i.album IS NOT NULL THEN concat_ws(' - ', i.artist, i.album) END),
        ('channel', i.channel_id)
) AS g (kind, key)
WHERE g.key IS NOT NULL;

-- Without indexes, which would each be written for every row.
DROP INDEX session_facts_user_item;
DROP INDEX session_facts_user_started_at;
DROP INDEX session_facts_started_at;
DROP INDEX session_facts_content_id;
DROP INDEX session_facts_long;
ALTER TABLE session_facts ADD COLUMN work_id uuid;
UPDATE session_facts AS f
SET work_id = r.work_id, quality_id = r.new_quality_id, place_id = r.new_place_id
FROM renewed AS r
WHERE r.content_id = f.content_id
    AND r.facet_id = f.facet_id
    AND r.quality_id = f.quality_id
    AND r.place_id = f.place_id;
ALTER TABLE session_facts ALTER COLUMN work_id SET NOT NULL;
CREATE INDEX session_facts_user_item ON session_facts (user_id, content_id);
CREATE INDEX session_facts_user_started_at ON session_facts (user_id, started_at);
CREATE INDEX session_facts_started_at ON session_facts (started_at);
CREATE INDEX session_facts_content_id ON session_facts (content_id, started_at);
CREATE INDEX session_facts_long ON session_facts (ended_at)
    WHERE ended_at - started_at > interval '1 day';
CREATE INDEX session_facts_work_id ON session_facts (work_id, started_at);

DELETE FROM stream_qualities WHERE content_type IS NULL;
DELETE FROM stream_places WHERE content_type IS NULL;
ALTER TABLE stream_qualities
    ALTER COLUMN content_type SET NOT NULL,
    ALTER COLUMN stream_type SET NOT NULL;
ALTER TABLE stream_places
    ALTER COLUMN content_type SET NOT NULL,
    ALTER COLUMN stream_type SET NOT NULL,
    ALTER COLUMN location SET NOT NULL;

-- Everybody together, by facets, qualities, places and rates: in days and months of the zone.
DROP TABLE facet_statistics;
CREATE TABLE stream_statistics (
    dimension text NOT NULL CHECK (dimension IN ('facet', 'quality', 'place', 'rate')),
    grain text NOT NULL CHECK (grain IN ('day', 'month')),
    start date NOT NULL,
    id uuid NOT NULL,
    sessions bigint NOT NULL,
    plays bigint NOT NULL,
    completed bigint NOT NULL,
    watched_ms bigint NOT NULL,
    buffered_ms bigint NOT NULL,
    bits bigint NOT NULL,
    PRIMARY KEY (dimension, grain, start, id)
) WITH (fillfactor = 80);

-- Everybody together by the hour of the week of UTC (0 is Monday 0:00), by its months.
CREATE TABLE week_hour_statistics (
    month date NOT NULL,
    hour smallint NOT NULL CHECK (hour BETWEEN 0 AND 167),
    content_type text NOT NULL,
    stream_type text NOT NULL,
    sessions bigint NOT NULL,
    plays bigint NOT NULL,
    completed bigint NOT NULL,
    watched_ms bigint NOT NULL,
    buffered_ms bigint NOT NULL,
    bits bigint NOT NULL,
    PRIMARY KEY (month, hour, content_type, stream_type)
) WITH (fillfactor = 80);

ALTER TABLE user_activity_daily
    ADD COLUMN buffered_ms bigint NOT NULL DEFAULT 0,
    ADD COLUMN bits bigint NOT NULL DEFAULT 0;

-- A group's sums of all time, and what it is called. users: who has played it.
CREATE TABLE group_statistics (
    kind text NOT NULL,
    key text NOT NULL,
    content_type text NOT NULL,
    title text,
    sessions bigint NOT NULL,
    plays bigint NOT NULL,
    completed bigint NOT NULL,
    watched_ms bigint NOT NULL,
    users bigint NOT NULL,
    PRIMARY KEY (kind, key, content_type)
) WITH (fillfactor = 80);

-- How often a person played of a group, so that its players can be counted.
CREATE TABLE group_players (
    user_id uuid NOT NULL,
    kind text NOT NULL,
    key text NOT NULL,
    content_type text NOT NULL,
    plays bigint NOT NULL,
    PRIMARY KEY (user_id, kind, key, content_type)
) WITH (fillfactor = 80);

-- What was played of an item or a group in a month of UTC. What is at the head of any period is
-- among those at the heads of its months.
CREATE TABLE title_months (
    kind text NOT NULL,
    month date NOT NULL,
    key text NOT NULL,
    plays bigint NOT NULL,
    watched_ms bigint NOT NULL,
    PRIMARY KEY (kind, month, key)
) WITH (fillfactor = 80);
CREATE INDEX title_months_plays ON title_months (kind, month, plays DESC);
CREATE INDEX title_months_watched ON title_months (kind, month, watched_ms DESC);

ALTER TABLE group_players ADD FOREIGN KEY (user_id) REFERENCES users ON DELETE CASCADE;
