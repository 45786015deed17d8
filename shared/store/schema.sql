CREATE FUNCTION public.group_key(told text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE WHEN (length(told) <= 500) THEN told ELSE (("left"(told, 467) || '~'::text) || md5(told)) END;

CREATE FUNCTION public.local_time(instant timestamp with time zone, changes timestamp with time zone[], ahead interval[]) RETURNS timestamp without time zone
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN ((instant AT TIME ZONE 'UTC'::text) + (ahead)[(width_bucket(instant, changes) + 1)]);

CREATE FUNCTION public.parts_of_days(started_at timestamp with time zone, spread integer[], watched_ms bigint, changes timestamp with time zone[], ahead interval[]) RETURNS TABLE(n bigint, start timestamp with time zone, ms integer)
    LANGUAGE sql STABLE PARALLEL SAFE
    BEGIN ATOMIC
 SELECT p.n,
     (h.first + (((p.n - 1))::double precision * '00:15:00'::interval)),
     p.ms
    FROM (( SELECT date_bin('00:15:00'::interval, parts_of_days.started_at, '1970-01-01 00:00:00+00'::timestamp with time zone) AS first) h
      CROSS JOIN LATERAL unnest(
         CASE
             WHEN (((public.local_time(h.first, parts_of_days.changes, parts_of_days.ahead))::date = (public.local_time((h.first + (((cardinality(parts_of_days.spread) - 1))::double precision * '00:15:00'::interval)), parts_of_days.changes, parts_of_days.ahead))::date) AND (((h.first AT TIME ZONE 'UTC'::text))::date = (((h.first + (((cardinality(parts_of_days.spread) - 1))::double precision * '00:15:00'::interval)) AT TIME ZONE 'UTC'::text))::date)) THEN ARRAY[(parts_of_days.watched_ms)::integer]
             ELSE parts_of_days.spread
         END) WITH ORDINALITY p(ms, n));
END;

CREATE TABLE public.actions (
    user_id uuid NOT NULL,
    id uuid NOT NULL,
    kind text NOT NULL,
    occasion text NOT NULL,
    state text NOT NULL,
    case_id uuid,
    rule_id uuid,
    finding_identity text,
    threshold text,
    requested_by text NOT NULL,
    source text NOT NULL,
    session_id uuid,
    message text,
    created_at timestamp with time zone NOT NULL,
    decided_by text,
    decided_at timestamp with time zone,
    due_at timestamp with time zone NOT NULL,
    claimed_until timestamp with time zone,
    attempts integer DEFAULT 0 NOT NULL,
    last_status integer,
    last_error text,
    sent_at timestamp with time zone,
    verify_by timestamp with time zone,
    finished_at timestamp with time zone,
    reason text,
    told_at timestamp with time zone,
    account_user_id uuid,
    CONSTRAINT actions_check CHECK (((kind = 'terminate_stream'::text) = (session_id IS NOT NULL))),
    CONSTRAINT actions_check1 CHECK (((finished_at IS NULL) = (state = ANY (ARRAY['awaiting_approval'::text, 'due'::text, 'sent'::text])))),
    CONSTRAINT actions_kind_check CHECK ((kind = ANY (ARRAY['terminate_stream'::text, 'suspend_account'::text, 'unsuspend_account'::text]))),
    CONSTRAINT actions_state_check CHECK ((state = ANY (ARRAY['awaiting_approval'::text, 'due'::text, 'sent'::text, 'done'::text, 'failed'::text, 'refused'::text, 'withdrawn'::text, 'escalated'::text])))
);

CREATE TABLE public.analytics_sessions (
    user_id uuid NOT NULL,
    id uuid NOT NULL,
    version bigint NOT NULL,
    last_seen_at timestamp with time zone NOT NULL,
    progress_ms bigint NOT NULL,
    watched_ms bigint NOT NULL,
    paused_ms bigint NOT NULL,
    buffered_ms bigint NOT NULL,
    journal json,
    state text NOT NULL,
    source text NOT NULL,
    session_key text NOT NULL,
    started_at timestamp with time zone NOT NULL,
    stopped_at timestamp with time zone,
    end_reason text,
    interrupted_since timestamp with time zone,
    interruptions jsonb DEFAULT '[]'::jsonb NOT NULL,
    claimed_start timestamp with time zone,
    clock_offset_ms bigint DEFAULT 0 NOT NULL,
    start_progress_ms bigint,
    play_id uuid,
    ip_address inet,
    network_key text,
    network_since timestamp with time zone NOT NULL,
    past_segments jsonb DEFAULT '[]'::jsonb NOT NULL,
    stream_since timestamp with time zone,
    past_streams jsonb DEFAULT '[]'::jsonb NOT NULL,
    server_id text,
    library_id text,
    content_type text NOT NULL,
    content_id text NOT NULL,
    title text,
    show_id text,
    show_title text,
    season_number integer,
    episode_number integer,
    duration_ms bigint,
    device_id text,
    device_name text,
    device_type text,
    client_name text,
    client_version text,
    platform text,
    stream_type text,
    container text,
    video_codec text,
    audio_codec text,
    resolution text,
    bitrate_kbps integer,
    details jsonb DEFAULT '{}'::jsonb NOT NULL,
    account_user_id uuid,
    CONSTRAINT analytics_sessions_bitrate_kbps_check CHECK ((bitrate_kbps >= 0)),
    CONSTRAINT analytics_sessions_buffered_ms_check CHECK ((buffered_ms >= 0)),
    CONSTRAINT analytics_sessions_check CHECK (((state = 'stopped'::text) = (stopped_at IS NOT NULL))),
    CONSTRAINT analytics_sessions_check1 CHECK (((stopped_at IS NULL) = (end_reason IS NULL))),
    CONSTRAINT analytics_sessions_check2 CHECK ((stopped_at >= started_at)),
    CONSTRAINT analytics_sessions_check3 CHECK ((last_seen_at >= started_at)),
    CONSTRAINT analytics_sessions_duration_ms_check CHECK ((duration_ms > 0)),
    CONSTRAINT analytics_sessions_end_reason_check CHECK ((end_reason = ANY (ARRAY['stopped'::text, 'timeout'::text, 'terminated'::text, 'media_changed'::text, 'superseded'::text]))),
    CONSTRAINT analytics_sessions_paused_ms_check CHECK ((paused_ms >= 0)),
    CONSTRAINT analytics_sessions_progress_ms_check CHECK ((progress_ms >= 0)),
    CONSTRAINT analytics_sessions_state_check CHECK ((state = ANY (ARRAY['playing'::text, 'paused'::text, 'buffering'::text, 'stopped'::text]))),
    CONSTRAINT analytics_sessions_stream_type_check CHECK ((stream_type = ANY (ARRAY['direct_play'::text, 'direct_stream'::text, 'transcode'::text, 'unknown'::text]))),
    CONSTRAINT analytics_sessions_watched_ms_check CHECK ((watched_ms >= 0))
)
PARTITION BY RANGE (id);

CREATE TABLE public.analytics_sharing_rules (
    id uuid NOT NULL,
    name text NOT NULL,
    type text NOT NULL,
    config jsonb NOT NULL,
    scope jsonb DEFAULT '{}'::jsonb NOT NULL,
    severity smallint NOT NULL,
    mode text NOT NULL,
    enabled boolean NOT NULL,
    actions jsonb DEFAULT '[]'::jsonb NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    CONSTRAINT analytics_sharing_rules_mode_check CHECK ((mode = ANY (ARRAY['live'::text, 'shadow'::text]))),
    CONSTRAINT analytics_sharing_rules_severity_check CHECK (((severity >= 1) AND (severity <= 5))),
    CONSTRAINT analytics_sharing_rules_type_check CHECK ((type = ANY (ARRAY['impossible_travel'::text, 'simultaneous_locations'::text, 'device_velocity'::text, 'concurrent_streams'::text, 'geo_restriction'::text, 'inactivity'::text])))
);

CREATE TABLE public.analytics_sharing_violations (
    user_id uuid NOT NULL,
    id uuid NOT NULL,
    rule_id uuid NOT NULL,
    rule_type text NOT NULL,
    severity smallint NOT NULL,
    mode text NOT NULL,
    state text NOT NULL,
    behaviour_keys text[] NOT NULL,
    finding_identities text[] NOT NULL,
    occurrences integer NOT NULL,
    first_seen_at timestamp with time zone NOT NULL,
    last_seen_at timestamp with time zone NOT NULL,
    opened_at timestamp with time zone NOT NULL,
    notified_at timestamp with time zone,
    notify_due_at timestamp with time zone,
    closed_at timestamp with time zone,
    closed_by text,
    details jsonb NOT NULL,
    account_user_id uuid,
    CONSTRAINT analytics_sharing_violations_check CHECK (((state = 'open'::text) = (closed_at IS NULL))),
    CONSTRAINT analytics_sharing_violations_mode_check CHECK ((mode = ANY (ARRAY['live'::text, 'shadow'::text]))),
    CONSTRAINT analytics_sharing_violations_occurrences_check CHECK ((occurrences > 0)),
    CONSTRAINT analytics_sharing_violations_severity_check CHECK (((severity >= 1) AND (severity <= 5))),
    CONSTRAINT analytics_sharing_violations_state_check CHECK ((state = ANY (ARRAY['open'::text, 'acknowledged'::text, 'dismissed'::text])))
);

CREATE TABLE public.analytics_user_trust (
    user_id uuid NOT NULL,
    score smallint NOT NULL,
    fired_thresholds text[] DEFAULT '{}'::text[] NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    CONSTRAINT analytics_user_trust_score_check CHECK (((score >= 0) AND (score <= 100)))
);

CREATE TABLE public.api_keys (
    id uuid NOT NULL,
    name text NOT NULL,
    digest bytea NOT NULL,
    hint text NOT NULL,
    role text NOT NULL,
    user_id uuid,
    permissions text[],
    created_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone,
    revoked_at timestamp with time zone,
    rotated_at timestamp with time zone,
    CONSTRAINT api_keys_digest_check CHECK ((length(digest) = 32)),
    CONSTRAINT api_keys_role_check CHECK ((role = ANY (ARRAY['admin'::text, 'moderator'::text, 'viewer'::text, 'service'::text, 'member'::text, 'integration'::text])))
);

CREATE TABLE public.audit_chain (
    id smallint DEFAULT 1 NOT NULL,
    number bigint NOT NULL,
    hash bytea NOT NULL,
    CONSTRAINT audit_chain_hash_check CHECK ((length(hash) = 32)),
    CONSTRAINT audit_chain_id_check CHECK ((id = 1))
);

CREATE TABLE public.audit_log (
    id uuid NOT NULL,
    at timestamp with time zone NOT NULL,
    actor text NOT NULL,
    action text NOT NULL,
    subject text NOT NULL,
    details jsonb DEFAULT '{}'::jsonb NOT NULL,
    number bigint,
    salt bytea,
    seal bytea,
    hash bytea,
    erased_at timestamp with time zone,
    CONSTRAINT audit_log_check CHECK ((num_nulls(number, seal, hash) = ANY (ARRAY[0, 3]))),
    CONSTRAINT audit_log_check1 CHECK (((salt IS NULL) = ((number IS NULL) OR (erased_at IS NOT NULL)))),
    CONSTRAINT audit_log_hash_check CHECK ((length(hash) = 32)),
    CONSTRAINT audit_log_number_check CHECK ((number > 0)),
    CONSTRAINT audit_log_salt_check CHECK ((length(salt) = 16)),
    CONSTRAINT audit_log_seal_check CHECK ((length(seal) = 32))
);

CREATE TABLE public.backtest_cases (
    user_id uuid NOT NULL,
    backtest_id uuid NOT NULL,
    occurrences integer NOT NULL,
    alerts integer NOT NULL,
    first_at timestamp with time zone NOT NULL,
    last_at timestamp with time zone NOT NULL,
    sentences jsonb NOT NULL,
    effects jsonb NOT NULL,
    CONSTRAINT backtest_cases_alerts_check CHECK ((alerts > 0)),
    CONSTRAINT backtest_cases_occurrences_check CHECK ((occurrences > 0))
);

CREATE TABLE public.backtest_portions (
    backtest_id uuid NOT NULL,
    number integer NOT NULL,
    first_user uuid NOT NULL,
    last_user uuid NOT NULL,
    people integer NOT NULL,
    fencing_token bigint DEFAULT 0 NOT NULL,
    lease_until timestamp with time zone,
    attempts integer DEFAULT 0 NOT NULL,
    done_at timestamp with time zone,
    error text,
    weeks jsonb
);

CREATE TABLE public.backtests (
    id uuid NOT NULL,
    rule jsonb NOT NULL,
    rule_id uuid,
    live_rules jsonb NOT NULL,
    start_at timestamp with time zone NOT NULL,
    end_at timestamp with time zone NOT NULL,
    user_ids uuid[],
    people integer NOT NULL,
    created_by text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    cancelled_at timestamp with time zone,
    CONSTRAINT backtests_check CHECK ((start_at < end_at)),
    CONSTRAINT backtests_people_check CHECK ((people >= 0))
);

CREATE TABLE public.binges (
    user_id uuid NOT NULL,
    id uuid NOT NULL,
    show_id text NOT NULL,
    content_type text NOT NULL,
    server_id text,
    library_id text,
    started_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone NOT NULL,
    episodes integer NOT NULL,
    watched_ms bigint NOT NULL
);

CREATE TABLE public.bulk_changes (
    operation_id uuid NOT NULL,
    item_id uuid NOT NULL,
    number bigint NOT NULL,
    user_id uuid,
    before text NOT NULL
);

ALTER TABLE public.bulk_changes ALTER COLUMN number ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.bulk_changes_number_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.bulk_operations (
    id uuid NOT NULL,
    kind text NOT NULL,
    actor text NOT NULL,
    created_at timestamp with time zone NOT NULL
);

CREATE TABLE public.clock_statistics (
    grain text NOT NULL,
    start date NOT NULL,
    hour smallint NOT NULL,
    content_type text NOT NULL,
    sessions bigint NOT NULL,
    plays bigint NOT NULL,
    completed bigint NOT NULL,
    watched_ms bigint NOT NULL,
    buffered_ms bigint NOT NULL,
    bits bigint NOT NULL,
    CONSTRAINT clock_statistics_grain_check CHECK ((grain = ANY (ARRAY['day'::text, 'month'::text]))),
    CONSTRAINT clock_statistics_hour_check CHECK (((hour >= 0) AND (hour <= 167)))
)
WITH (fillfactor='80');

CREATE TABLE public.concurrency_peaks (
    start timestamp with time zone NOT NULL,
    stream_type text NOT NULL,
    peak integer NOT NULL,
    CONSTRAINT concurrency_peaks_peak_check CHECK ((peak > 0))
);

CREATE TABLE public.deliveries (
    id uuid NOT NULL,
    event_id uuid NOT NULL,
    channel_id uuid NOT NULL,
    state text NOT NULL,
    attempts integer DEFAULT 0 NOT NULL,
    next_attempt_at timestamp with time zone NOT NULL,
    claimed_until timestamp with time zone,
    last_status integer,
    last_error text,
    delivered_at timestamp with time zone,
    CONSTRAINT deliveries_state_check CHECK ((state = ANY (ARRAY['pending'::text, 'delivered'::text, 'dead'::text])))
);

CREATE TABLE public.dirty_binges (
    user_id uuid NOT NULL,
    show_id text NOT NULL
);

CREATE TABLE public.dirty_items (
    user_id uuid NOT NULL,
    content_id text NOT NULL,
    marked_at timestamp with time zone NOT NULL
);

CREATE TABLE public.dirty_libraries (
    library_id text NOT NULL,
    marked_at timestamp with time zone NOT NULL
);

CREATE TABLE public.dirty_quarters (
    start timestamp with time zone NOT NULL
);

CREATE TABLE public.dirty_user_days (
    user_id uuid NOT NULL,
    day date NOT NULL
);

CREATE TABLE public.dirty_users (
    user_id uuid NOT NULL,
    due_at timestamp with time zone NOT NULL,
    marked_at timestamp with time zone NOT NULL
);

CREATE TABLE public.engagement_statistics (
    grain text NOT NULL,
    start date NOT NULL,
    library_id text NOT NULL,
    content_type text NOT NULL,
    engagement text NOT NULL,
    plays bigint NOT NULL,
    CONSTRAINT engagement_statistics_engagement_check CHECK ((engagement = ANY (ARRAY['abandoned'::text, 'sampled'::text, 'engaged'::text, 'completed'::text, 'unknown'::text]))),
    CONSTRAINT engagement_statistics_grain_check CHECK ((grain = ANY (ARRAY['day'::text, 'month'::text])))
)
WITH (fillfactor='80');

CREATE TABLE public.erased_users (
    digest bytea NOT NULL,
    erased_at timestamp with time zone NOT NULL,
    CONSTRAINT erased_users_digest_check CHECK ((length(digest) = 32))
);

CREATE TABLE public.erasures (
    id uuid NOT NULL,
    user_id uuid,
    requested_by text NOT NULL,
    requested_at timestamp with time zone NOT NULL,
    leased_until timestamp with time zone DEFAULT '-infinity'::timestamp with time zone NOT NULL,
    expected jsonb NOT NULL,
    sessions bigint DEFAULT 0 NOT NULL,
    items bigint DEFAULT 0 NOT NULL,
    finished_at timestamp with time zone,
    CONSTRAINT erasures_check CHECK (((user_id IS NULL) = (finished_at IS NOT NULL)))
);

CREATE TABLE public.event_lags (
    hour timestamp with time zone NOT NULL,
    worker uuid NOT NULL,
    bin integer NOT NULL,
    events bigint NOT NULL,
    worst_lag interval NOT NULL
);

CREATE TABLE public.former_api_keys (
    digest bytea NOT NULL,
    key_id uuid NOT NULL,
    good_until timestamp with time zone NOT NULL,
    CONSTRAINT former_api_keys_digest_check CHECK ((length(digest) = 32))
);

CREATE TABLE public.group_players (
    user_id uuid NOT NULL,
    kind text NOT NULL,
    key text NOT NULL,
    content_type text NOT NULL,
    plays bigint NOT NULL
)
WITH (fillfactor='80');

CREATE TABLE public.group_statistics (
    kind text NOT NULL,
    key text NOT NULL,
    content_type text NOT NULL,
    title text,
    sessions bigint NOT NULL,
    plays bigint NOT NULL,
    completed bigint NOT NULL,
    watched_ms bigint NOT NULL,
    users bigint NOT NULL
)
WITH (fillfactor='80');

CREATE TABLE public.household_words (
    user_id uuid NOT NULL,
    site text NOT NULL,
    class text NOT NULL,
    said_by text NOT NULL,
    said_at timestamp with time zone NOT NULL,
    CONSTRAINT household_words_class_check CHECK ((class = ANY (ARRAY['home'::text, 'second_home'::text, 'work'::text, 'travelling'::text, 'stranger'::text])))
);

CREATE TABLE public.item_statistics (
    content_id text NOT NULL,
    content_type text NOT NULL,
    server_id text,
    library_id text,
    title text,
    show_id text,
    show_title text,
    season_number integer,
    episode_number integer,
    artist text,
    album text,
    channel_id text,
    channel_title text,
    duration_ms bigint,
    sessions bigint NOT NULL,
    plays bigint NOT NULL,
    completed bigint NOT NULL,
    watched_ms bigint NOT NULL,
    users bigint NOT NULL,
    names text GENERATED ALWAYS AS (lower(((((((((COALESCE(title, ''::text) || ' '::text) || COALESCE(show_title, ''::text)) || ' '::text) || COALESCE(artist, ''::text)) || ' '::text) || COALESCE(album, ''::text)) || ' '::text) || COALESCE(channel_title, ''::text)))) STORED NOT NULL
)
WITH (fillfactor='80');

CREATE TABLE public.job_runs (
    job text NOT NULL,
    scheduled_at timestamp with time zone NOT NULL,
    state text NOT NULL,
    fencing_token bigint NOT NULL,
    lease_until timestamp with time zone NOT NULL,
    started_at timestamp with time zone NOT NULL,
    finished_at timestamp with time zone,
    counts jsonb,
    error text,
    CONSTRAINT job_runs_state_check CHECK ((state = ANY (ARRAY['running'::text, 'done'::text, 'failed'::text])))
);

CREATE TABLE public.libraries (
    id text NOT NULL,
    media_server_id uuid,
    server_id text NOT NULL,
    original_id text NOT NULL,
    name text NOT NULL,
    kind text NOT NULL,
    first_seen_at timestamp with time zone NOT NULL,
    missing_since timestamp with time zone,
    gone_at timestamp with time zone,
    last_full_at timestamp with time zone,
    last_scan_at timestamp with time zone,
    suspicions integer DEFAULT 0 NOT NULL,
    leased_until timestamp with time zone DEFAULT '-infinity'::timestamp with time zone NOT NULL,
    lease_token bigint DEFAULT 0 NOT NULL,
    CONSTRAINT libraries_kind_check CHECK ((kind = ANY (ARRAY['movies'::text, 'shows'::text, 'music'::text, 'photos'::text, 'books'::text, 'live_tv'::text, 'collections'::text, 'mixed'::text])))
);

CREATE TABLE public.library_duplicates (
    id text NOT NULL,
    work_id text NOT NULL,
    libraries text[] NOT NULL,
    content_type text NOT NULL,
    title text,
    show_title text,
    season_number integer,
    episode_number integer,
    year integer,
    confidence text NOT NULL,
    size_bytes bigint NOT NULL,
    reclaimable_bytes bigint NOT NULL,
    copies jsonb NOT NULL,
    CONSTRAINT library_duplicates_confidence_check CHECK ((confidence = ANY (ARRAY['high'::text, 'medium'::text, 'low'::text])))
);

CREATE TABLE public.library_files (
    library_id text NOT NULL,
    item_id text NOT NULL,
    id text NOT NULL,
    path text,
    size_bytes bigint,
    duration_ms bigint,
    container text,
    bitrate_kbps integer,
    video_codec text,
    video_profile text,
    video_bit_depth integer,
    video_dynamic_range text,
    video_width integer,
    video_height integer,
    video_frame_rate double precision,
    resolution text,
    audio_codec text,
    audio_channels integer,
    audio_languages text[] DEFAULT '{}'::text[] NOT NULL,
    subtitle_languages text[] DEFAULT '{}'::text[] NOT NULL,
    CONSTRAINT library_files_duration_ms_check CHECK ((duration_ms > 0)),
    CONSTRAINT library_files_size_bytes_check CHECK ((size_bytes >= 0))
);

CREATE TABLE public.library_items (
    library_id text NOT NULL,
    id text NOT NULL,
    original_id text NOT NULL,
    content_type text NOT NULL,
    title text,
    original_title text,
    year integer,
    parent_id text,
    show_id text,
    show_title text,
    season_number integer,
    episode_number integer,
    artist_id text,
    artist text,
    album text,
    duration_ms bigint,
    added_at timestamp with time zone,
    guid text,
    imdb_id text,
    tmdb_id text,
    tvdb_id text,
    musicbrainz_id text,
    collections text[] DEFAULT '{}'::text[] NOT NULL,
    digest text NOT NULL,
    first_seen_at timestamp with time zone NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    missed_by uuid,
    gone_at timestamp with time zone,
    genres text[] DEFAULT '{}'::text[] NOT NULL,
    provider_keys text[] DEFAULT '{}'::text[] NOT NULL,
    title_key text,
    CONSTRAINT library_items_duration_ms_check CHECK ((duration_ms > 0))
);

CREATE TABLE public.library_orphans (
    id text NOT NULL,
    library_id text NOT NULL,
    item_id text NOT NULL,
    content_type text NOT NULL,
    title text,
    gone_at timestamp with time zone NOT NULL,
    path text NOT NULL,
    size_bytes bigint
);

CREATE TABLE public.library_scans (
    id uuid NOT NULL,
    library_id text NOT NULL,
    kind text NOT NULL,
    state text NOT NULL,
    changed_since timestamp with time zone,
    part integer DEFAULT 0 NOT NULL,
    start integer DEFAULT 0 NOT NULL,
    total integer,
    read integer DEFAULT 0 NOT NULL,
    changed integer DEFAULT 0 NOT NULL,
    missing integer DEFAULT 0 NOT NULL,
    gone integer DEFAULT 0 NOT NULL,
    started_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    finished_at timestamp with time zone,
    problem text,
    moved_at timestamp with time zone,
    page integer,
    CONSTRAINT library_scans_check CHECK (((state = 'running'::text) = (finished_at IS NULL))),
    CONSTRAINT library_scans_kind_check CHECK ((kind = ANY (ARRAY['full'::text, 'delta'::text]))),
    CONSTRAINT library_scans_page_check CHECK ((page > 0)),
    CONSTRAINT library_scans_state_check CHECK ((state = ANY (ARRAY['running'::text, 'done'::text, 'suspicious'::text, 'abandoned'::text])))
);

CREATE TABLE public.library_shows (
    library_id text NOT NULL,
    show_id text NOT NULL,
    content_type text NOT NULL,
    title text,
    episodes bigint NOT NULL,
    size_bytes bigint NOT NULL,
    watched_ms bigint NOT NULL
);

CREATE TABLE public.library_sightings (
    scan_id uuid NOT NULL,
    item_id text NOT NULL
);

CREATE TABLE public.library_standing_sums (
    library_id text NOT NULL,
    content_type text NOT NULL,
    items bigint NOT NULL,
    lacking bigint NOT NULL,
    without_files bigint NOT NULL,
    stale_items bigint NOT NULL,
    stale_bytes bigint NOT NULL
);

CREATE TABLE public.library_standings (
    id text GENERATED ALWAYS AS (((library_id || ':'::text) || item_id)) STORED NOT NULL,
    library_id text NOT NULL,
    item_id text NOT NULL,
    work_id text NOT NULL,
    content_type text NOT NULL,
    title text,
    show_id text,
    show_title text,
    season_number integer,
    episode_number integer,
    year integer,
    added_at timestamp with time zone NOT NULL,
    files integer NOT NULL,
    size_bytes bigint NOT NULL,
    plays bigint NOT NULL,
    watched_ms bigint NOT NULL,
    last_played_at timestamp with time zone,
    lacking text[] NOT NULL,
    hours_per_gb double precision GENERATED ALWAYS AS ((((watched_ms)::double precision / (3600000.0)::double precision) / ((NULLIF(size_bytes, 0))::double precision / ('1000000000'::numeric)::double precision))) STORED
);

CREATE TABLE public.library_standings_run (
    is_only boolean DEFAULT true NOT NULL,
    ran_at timestamp with time zone NOT NULL,
    CONSTRAINT library_standings_run_is_only_check CHECK (is_only)
);

CREATE TABLE public.library_stats_daily (
    property text NOT NULL,
    libraries text[] NOT NULL,
    content_type text NOT NULL,
    value text NOT NULL,
    since date NOT NULL,
    until date DEFAULT 'infinity'::date NOT NULL,
    items bigint NOT NULL,
    files bigint NOT NULL,
    size_bytes bigint NOT NULL,
    duration_ms bigint NOT NULL,
    CONSTRAINT library_stats_daily_check CHECK ((until > since)),
    CONSTRAINT library_stats_daily_libraries_check CHECK ((cardinality(libraries) > 0)),
    CONSTRAINT library_stats_daily_property_check CHECK ((property = ANY (ARRAY['all'::text, 'resolution'::text, 'video_codec'::text, 'dynamic_range'::text, 'audio_codec'::text, 'audio_channels'::text, 'container'::text])))
);

CREATE TABLE public.library_works (
    library_id text NOT NULL,
    item_id text NOT NULL,
    work_id text NOT NULL,
    is_told boolean NOT NULL
);

CREATE TABLE public.network_overrides (
    id uuid NOT NULL,
    network cidr NOT NULL,
    network_class text,
    kind text,
    places boolean NOT NULL,
    continent text,
    country text,
    region text,
    city text,
    postal_code text,
    latitude double precision,
    longitude double precision,
    accuracy_radius_km double precision,
    asn bigint,
    organisation text,
    note text,
    expires_at timestamp with time zone,
    created_by text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    CONSTRAINT network_overrides_accuracy_radius_km_check CHECK ((accuracy_radius_km >= (0)::double precision)),
    CONSTRAINT network_overrides_check CHECK ((places OR (network_class IS NOT NULL) OR (kind IS NOT NULL))),
    CONSTRAINT network_overrides_check1 CHECK ((places = (accuracy_radius_km IS NOT NULL))),
    CONSTRAINT network_overrides_check2 CHECK (((latitude IS NULL) = (longitude IS NULL))),
    CONSTRAINT network_overrides_kind_check CHECK ((kind = ANY (ARRAY['residential'::text, 'carrier'::text, 'hosting'::text, 'vpn'::text, 'tor'::text, 'relay'::text, 'unknown'::text]))),
    CONSTRAINT network_overrides_latitude_check CHECK (((latitude >= ('-90'::integer)::double precision) AND (latitude <= (90)::double precision))),
    CONSTRAINT network_overrides_longitude_check CHECK (((longitude >= ('-180'::integer)::double precision) AND (longitude <= (180)::double precision))),
    CONSTRAINT network_overrides_network_class_check CHECK ((network_class = ANY (ARRAY['local'::text, 'overlay'::text, 'public'::text])))
);

CREATE TABLE public.user_networks (
    user_id uuid NOT NULL,
    network_key text NOT NULL,
    address inet NOT NULL,
    network_class text NOT NULL,
    kind text NOT NULL,
    continent text,
    country text,
    region text,
    city text,
    postal_code text,
    latitude double precision,
    longitude double precision,
    accuracy_radius_km double precision DEFAULT 100 NOT NULL,
    asn bigint,
    organisation text,
    pinned_at timestamp with time zone NOT NULL,
    last_seen_at timestamp with time zone NOT NULL,
    account_user_id uuid,
    CONSTRAINT user_networks_accuracy_radius_km_check CHECK ((accuracy_radius_km >= (0)::double precision)),
    CONSTRAINT user_networks_kind_check CHECK ((kind = ANY (ARRAY['residential'::text, 'carrier'::text, 'hosting'::text, 'vpn'::text, 'tor'::text, 'relay'::text, 'unknown'::text]))),
    CONSTRAINT user_networks_latitude_check CHECK (((latitude >= ('-90'::integer)::double precision) AND (latitude <= (90)::double precision))),
    CONSTRAINT user_networks_longitude_check CHECK (((longitude >= ('-180'::integer)::double precision) AND (longitude <= (180)::double precision))),
    CONSTRAINT user_networks_network_class_check CHECK ((network_class = ANY (ARRAY['local'::text, 'overlay'::text, 'public'::text])))
);

CREATE VIEW public.located_networks AS
 SELECT n.user_id,
    n.network_key,
    n.address,
    COALESCE(o.network_class, n.network_class) AS network_class,
    COALESCE(o.kind, n.kind) AS kind,
        CASE
            WHEN o.places THEN o.continent
            ELSE n.continent
        END AS continent,
        CASE
            WHEN o.places THEN o.country
            ELSE n.country
        END AS country,
        CASE
            WHEN o.places THEN o.region
            ELSE n.region
        END AS region,
        CASE
            WHEN o.places THEN o.city
            ELSE n.city
        END AS city,
        CASE
            WHEN o.places THEN o.postal_code
            ELSE n.postal_code
        END AS postal_code,
        CASE
            WHEN o.places THEN o.latitude
            ELSE n.latitude
        END AS latitude,
        CASE
            WHEN o.places THEN o.longitude
            ELSE n.longitude
        END AS longitude,
        CASE
            WHEN o.places THEN o.accuracy_radius_km
            ELSE n.accuracy_radius_km
        END AS accuracy_radius_km,
    COALESCE(o.asn, n.asn) AS asn,
    COALESCE(o.organisation, n.organisation) AS organisation,
    n.pinned_at,
    n.last_seen_at,
    o.id AS override_id
   FROM (public.user_networks n
     LEFT JOIN LATERAL ( SELECT found.id,
            found.network,
            found.network_class,
            found.kind,
            found.places,
            found.continent,
            found.country,
            found.region,
            found.city,
            found.postal_code,
            found.latitude,
            found.longitude,
            found.accuracy_radius_km,
            found.asn,
            found.organisation,
            found.note,
            found.expires_at,
            found.created_by,
            found.created_at,
            found.updated_at
           FROM public.network_overrides found
          WHERE (((found.network)::inet >>= n.address) AND ((found.expires_at > now()) OR (found.expires_at IS NULL)))
          ORDER BY (masklen((found.network)::inet)) DESC
         LIMIT 1) o ON (true));

CREATE TABLE public.media_server_states (
    media_server_id uuid NOT NULL,
    server_id text,
    server_name text,
    version text,
    leased_until timestamp with time zone NOT NULL,
    lease_token bigint NOT NULL,
    watch json,
    playing integer DEFAULT 0 NOT NULL,
    polled_at timestamp with time zone,
    public_address inet,
    failing_since timestamp with time zone,
    problem text,
    sentence text,
    accounts_at timestamp with time zone,
    history_at timestamp with time zone,
    history_leased_until timestamp with time zone,
    history_account text,
    events_at timestamp with time zone,
    events_problem text,
    events_sentence text,
    public_address_at timestamp with time zone,
    CONSTRAINT media_server_states_check CHECK (((failing_since IS NULL) = (problem IS NULL))),
    CONSTRAINT media_server_states_check1 CHECK (((problem IS NULL) = (sentence IS NULL))),
    CONSTRAINT media_server_states_check2 CHECK (((events_problem IS NULL) = (events_sentence IS NULL))),
    CONSTRAINT media_server_states_playing_check CHECK ((playing >= 0))
);

CREATE TABLE public.media_servers (
    id uuid NOT NULL,
    name text NOT NULL,
    kind text NOT NULL,
    source text,
    config bytea NOT NULL,
    enabled boolean DEFAULT true NOT NULL,
    disabled_reason text,
    check_due_at timestamp with time zone,
    checked_at timestamp with time zone,
    works boolean,
    verdict text,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    place jsonb,
    CONSTRAINT media_servers_kind_check CHECK ((kind = ANY (ARRAY['revenge'::text, 'plex'::text, 'jellyfin'::text, 'emby'::text])))
);

CREATE TABLE public.misconfigured_sources (
    source text NOT NULL,
    address inet NOT NULL,
    network_class text NOT NULL,
    kind text NOT NULL,
    sessions integer NOT NULL,
    users integer NOT NULL,
    devices integer NOT NULL,
    found_at timestamp with time zone NOT NULL
);

CREATE TABLE public.notification_channels (
    id uuid NOT NULL,
    name text NOT NULL,
    type text NOT NULL,
    config bytea NOT NULL,
    enabled boolean DEFAULT true NOT NULL,
    disabled_reason text,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    CONSTRAINT notification_channels_type_check CHECK ((type = ANY (ARRAY['webhook'::text, 'discord'::text])))
);

CREATE TABLE public.outbox (
    id uuid NOT NULL,
    user_id uuid,
    kind text NOT NULL,
    payload jsonb NOT NULL,
    created_at timestamp with time zone NOT NULL
);

CREATE TABLE public.play_statistics (
    day date NOT NULL,
    content_type text NOT NULL,
    sessions bigint NOT NULL,
    plays bigint NOT NULL,
    completed bigint NOT NULL,
    watched_ms bigint NOT NULL,
    users bigint NOT NULL
)
WITH (fillfactor='80');

CREATE TABLE public.put_off_items (
    user_id uuid NOT NULL,
    content_id text NOT NULL,
    until timestamp with time zone NOT NULL
);

CREATE TABLE public.quarter_hour_statistics (
    start timestamp with time zone NOT NULL,
    content_type text NOT NULL,
    stream_type text NOT NULL,
    sessions bigint NOT NULL,
    plays bigint NOT NULL,
    completed bigint NOT NULL,
    watched_ms bigint NOT NULL,
    buffered_ms bigint NOT NULL,
    bits bigint NOT NULL,
    library_id text NOT NULL
)
WITH (fillfactor='80');

CREATE UNLOGGED TABLE public.request_counts (
    subject bytea NOT NULL,
    window_start timestamp with time zone NOT NULL,
    used integer NOT NULL
);

CREATE TABLE public.rewatches (
    user_id uuid NOT NULL,
    id uuid NOT NULL,
    content_id text NOT NULL,
    content_type text NOT NULL,
    library_id text NOT NULL,
    previous_at timestamp with time zone NOT NULL,
    started_at timestamp with time zone NOT NULL
);

CREATE TABLE public.schema_migrations (
    version integer NOT NULL,
    name text NOT NULL,
    checksum text NOT NULL,
    applied_at timestamp with time zone DEFAULT now() NOT NULL
);

CREATE TABLE public.server_reports (
    span text NOT NULL,
    start date NOT NULL,
    due boolean DEFAULT true NOT NULL,
    made_at timestamp with time zone,
    body jsonb,
    user_ids uuid[] DEFAULT '{}'::uuid[] NOT NULL,
    CONSTRAINT server_reports_check CHECK (((body IS NULL) = (made_at IS NULL))),
    CONSTRAINT server_reports_span_check CHECK ((span = ANY (ARRAY['day'::text, 'week'::text, 'month'::text, 'year'::text])))
);

CREATE TABLE public.session_facts (
    user_id uuid NOT NULL,
    id uuid NOT NULL,
    content_id text NOT NULL,
    content_type text NOT NULL,
    started_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone NOT NULL,
    spread integer[] NOT NULL,
    watched_ms bigint NOT NULL,
    plays smallint NOT NULL,
    completed smallint NOT NULL,
    paused_ms bigint NOT NULL,
    buffered_ms bigint NOT NULL,
    bitrate_kbps integer,
    device_id text,
    facet_id uuid NOT NULL,
    quality_id uuid NOT NULL,
    place_id uuid NOT NULL,
    work_id uuid NOT NULL,
    account_user_id uuid,
    reached smallint,
    CONSTRAINT session_facts_check CHECK ((ended_at >= started_at)),
    CONSTRAINT session_facts_check1 CHECK (((completed >= 0) AND (completed <= plays))),
    CONSTRAINT session_facts_plays_check CHECK ((plays = ANY (ARRAY[0, 1]))),
    CONSTRAINT session_facts_reached_check CHECK (((reached >= 0) AND (reached <= 100))),
    CONSTRAINT session_facts_spread_check CHECK ((cardinality(spread) > 0)),
    CONSTRAINT session_facts_watched_ms_check CHECK ((watched_ms >= 0))
);

CREATE TABLE public.session_keys (
    source text NOT NULL,
    session_key text NOT NULL,
    user_id uuid NOT NULL,
    id uuid NOT NULL,
    former uuid[] DEFAULT '{}'::uuid[] NOT NULL
);

CREATE TABLE public.session_tombstones (
    user_id uuid NOT NULL,
    id uuid NOT NULL,
    source text NOT NULL,
    session_key text NOT NULL,
    started_at timestamp with time zone NOT NULL,
    deleted_at timestamp with time zone NOT NULL,
    stopped_at timestamp with time zone NOT NULL,
    clock_offset_ms bigint DEFAULT 0 NOT NULL
);

CREATE TABLE public.sign_ins (
    id uuid NOT NULL,
    digest bytea NOT NULL,
    caller text NOT NULL,
    key_digest bytea,
    permissions text[],
    user_id uuid,
    created_at timestamp with time zone NOT NULL,
    seen_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    address inet,
    client text,
    CONSTRAINT sign_ins_check CHECK (((key_digest IS NULL) <> (permissions IS NULL))),
    CONSTRAINT sign_ins_digest_check CHECK ((length(digest) = 32)),
    CONSTRAINT sign_ins_key_digest_check CHECK ((length(key_digest) = 32))
);

CREATE TABLE public.statistics_zone (
    is_only boolean DEFAULT true NOT NULL,
    zone text NOT NULL,
    CONSTRAINT statistics_zone_is_only_check CHECK (is_only)
);

CREATE TABLE public.stream_facets (
    id uuid NOT NULL,
    server_id text,
    library_id text,
    content_type text NOT NULL,
    device_type text,
    client_name text,
    platform text,
    stream_type text NOT NULL,
    location text NOT NULL,
    country text,
    CONSTRAINT stream_facets_location_check CHECK ((location = ANY (ARRAY['lan'::text, 'wan'::text, 'unknown'::text])))
);

CREATE TABLE public.stream_places (
    id uuid NOT NULL,
    continent text,
    country text,
    region text,
    city text,
    asn bigint,
    organisation text,
    content_type text NOT NULL,
    stream_type text NOT NULL,
    location text NOT NULL
);

CREATE TABLE public.stream_qualities (
    id uuid NOT NULL,
    container text,
    video_codec text,
    audio_codec text,
    resolution text,
    dynamic_range text,
    audio_channels text,
    stream_container text,
    stream_video_codec text,
    stream_audio_codec text,
    stream_resolution text,
    stream_dynamic_range text,
    stream_audio_channels text,
    video_decision text,
    audio_decision text,
    subtitle_decision text,
    transcode_reasons text,
    content_type text NOT NULL,
    stream_type text NOT NULL,
    device_type text,
    client_name text,
    platform text
);

CREATE TABLE public.stream_rates (
    id uuid NOT NULL,
    content_type text NOT NULL,
    stream_type text NOT NULL,
    location text NOT NULL,
    bin integer
);

CREATE TABLE public.stream_statistics (
    dimension text NOT NULL,
    grain text NOT NULL,
    start date NOT NULL,
    id uuid NOT NULL,
    sessions bigint NOT NULL,
    plays bigint NOT NULL,
    completed bigint NOT NULL,
    watched_ms bigint NOT NULL,
    buffered_ms bigint NOT NULL,
    bits bigint NOT NULL,
    CONSTRAINT stream_statistics_dimension_check CHECK ((dimension = ANY (ARRAY['facet'::text, 'quality'::text, 'place'::text, 'rate'::text]))),
    CONSTRAINT stream_statistics_grain_check CHECK ((grain = ANY (ARRAY['day'::text, 'month'::text])))
)
WITH (fillfactor='80');

CREATE TABLE public.system_metrics (
    hour timestamp with time zone NOT NULL,
    sampled_at timestamp with time zone NOT NULL,
    active_streams integer NOT NULL,
    bandwidth_kbps bigint NOT NULL,
    due_users bigint NOT NULL,
    dirty_items bigint NOT NULL,
    detection_lag interval NOT NULL,
    outbox_age interval NOT NULL,
    database_bytes bigint NOT NULL,
    sessions_started bigint DEFAULT 0 NOT NULL,
    job_runs bigint DEFAULT 0 NOT NULL,
    job_failures bigint DEFAULT 0 NOT NULL,
    events bigint DEFAULT 0 NOT NULL,
    event_lag interval,
    worst_event_lag interval,
    statistics_lag interval DEFAULT '00:00:00'::interval NOT NULL
);

CREATE TABLE public.title_months (
    kind text NOT NULL,
    month date NOT NULL,
    key text NOT NULL,
    plays bigint NOT NULL,
    watched_ms bigint NOT NULL
)
WITH (fillfactor='80');

CREATE TABLE public.trust_ledger (
    user_id uuid NOT NULL,
    id uuid NOT NULL,
    kind text NOT NULL,
    delta smallint NOT NULL,
    reason text NOT NULL,
    case_id uuid,
    at timestamp with time zone NOT NULL,
    void boolean DEFAULT false NOT NULL,
    account_user_id uuid,
    CONSTRAINT trust_ledger_kind_check CHECK ((kind = ANY (ARRAY['violation'::text, 'recovery'::text, 'reset'::text, 'adjustment'::text])))
);

CREATE TABLE public.trusted_entries (
    id uuid NOT NULL,
    kind text NOT NULL,
    user_id uuid,
    other_user_id uuid,
    device_id text,
    network cidr,
    latitude double precision,
    longitude double precision,
    radius_km double precision,
    note text,
    case_id uuid,
    created_by text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone,
    CONSTRAINT trusted_entries_check CHECK (((kind = 'device'::text) = (device_id IS NOT NULL))),
    CONSTRAINT trusted_entries_check1 CHECK (((kind = 'network'::text) = (network IS NOT NULL))),
    CONSTRAINT trusted_entries_check2 CHECK (((kind = 'place'::text) = (num_nulls(latitude, longitude, radius_km) = 0))),
    CONSTRAINT trusted_entries_check3 CHECK (((kind = 'pair'::text) = (other_user_id IS NOT NULL))),
    CONSTRAINT trusted_entries_check4 CHECK (((kind <> ALL (ARRAY['user'::text, 'pair'::text])) OR (user_id IS NOT NULL))),
    CONSTRAINT trusted_entries_check5 CHECK ((user_id < other_user_id)),
    CONSTRAINT trusted_entries_kind_check CHECK ((kind = ANY (ARRAY['device'::text, 'network'::text, 'place'::text, 'user'::text, 'pair'::text]))),
    CONSTRAINT trusted_entries_latitude_check CHECK (((latitude >= ('-90'::integer)::double precision) AND (latitude <= (90)::double precision))),
    CONSTRAINT trusted_entries_longitude_check CHECK (((longitude >= ('-180'::integer)::double precision) AND (longitude <= (180)::double precision))),
    CONSTRAINT trusted_entries_radius_km_check CHECK ((radius_km > (0)::double precision))
);

CREATE TABLE public.user_accounts (
    user_id uuid NOT NULL,
    server_id text NOT NULL,
    account_id text NOT NULL,
    name text,
    email text,
    avatar text,
    listed_at timestamp with time zone,
    missing_since timestamp with time zone,
    gone_at timestamp with time zone
);

CREATE TABLE public.user_activity_daily (
    user_id uuid NOT NULL,
    day date NOT NULL,
    content_type text NOT NULL,
    sessions integer NOT NULL,
    plays integer NOT NULL,
    completed integer NOT NULL,
    watched_ms bigint NOT NULL,
    buffered_ms bigint DEFAULT 0 NOT NULL,
    bits bigint DEFAULT 0 NOT NULL
);

CREATE TABLE public.user_devices (
    user_id uuid NOT NULL,
    device_id text NOT NULL,
    name text,
    type text,
    client text,
    first_seen_at timestamp with time zone NOT NULL,
    last_seen_at timestamp with time zone NOT NULL
);

CREATE TABLE public.user_households (
    user_id uuid NOT NULL,
    score smallint NOT NULL,
    strangers integer NOT NULL,
    households jsonb NOT NULL,
    contributions jsonb NOT NULL,
    trace_key bytea,
    learned_at timestamp with time zone,
    CONSTRAINT user_households_score_check CHECK (((score >= 0) AND (score <= 100))),
    CONSTRAINT user_households_strangers_check CHECK ((strangers >= 0))
);

CREATE TABLE public.user_period_statistics (
    user_id uuid NOT NULL,
    grain text NOT NULL,
    start date NOT NULL,
    content_type text NOT NULL,
    sessions bigint NOT NULL,
    plays bigint NOT NULL,
    completed bigint NOT NULL,
    watched_ms bigint NOT NULL,
    CONSTRAINT user_period_statistics_grain_check CHECK ((grain = ANY (ARRAY['month'::text, 'year'::text])))
)
WITH (fillfactor='80');

CREATE TABLE public.user_reports (
    user_id uuid NOT NULL,
    span text NOT NULL,
    start date NOT NULL,
    due boolean DEFAULT true NOT NULL,
    made_at timestamp with time zone,
    body jsonb,
    CONSTRAINT user_reports_check CHECK (((body IS NULL) = (made_at IS NULL))),
    CONSTRAINT user_reports_span_check CHECK ((span = ANY (ARRAY['day'::text, 'week'::text, 'month'::text, 'year'::text])))
);

CREATE TABLE public.user_statistics (
    user_id uuid NOT NULL,
    content_type text NOT NULL,
    sessions bigint NOT NULL,
    plays bigint NOT NULL,
    completed bigint NOT NULL,
    watched_ms bigint NOT NULL
)
WITH (fillfactor='80');

CREATE TABLE public.user_traces (
    user_id uuid NOT NULL,
    kind text NOT NULL,
    digest bytea NOT NULL,
    label text,
    days integer NOT NULL,
    first_seen_at timestamp with time zone NOT NULL,
    last_seen_at timestamp with time zone NOT NULL,
    CONSTRAINT user_traces_days_check CHECK ((days > 0)),
    CONSTRAINT user_traces_digest_check CHECK ((length(digest) = 32)),
    CONSTRAINT user_traces_kind_check CHECK ((kind = ANY (ARRAY['device'::text, 'network'::text])))
);

CREATE TABLE public.users (
    user_id uuid NOT NULL,
    name text,
    email text,
    groups text[] DEFAULT '{}'::text[] NOT NULL,
    stream_limit integer,
    archived_at timestamp with time zone,
    first_seen_at timestamp with time zone NOT NULL,
    last_active_at timestamp with time zone NOT NULL,
    merged_into uuid,
    merged_at timestamp with time zone,
    CONSTRAINT users_check CHECK ((merged_into <> user_id)),
    CONSTRAINT users_check1 CHECK (((merged_into IS NULL) = (merged_at IS NULL))),
    CONSTRAINT users_stream_limit_check CHECK ((stream_limit > 0))
);

CREATE TABLE public.webhook_sources (
    id uuid NOT NULL,
    name text NOT NULL,
    kind text NOT NULL,
    digest bytea NOT NULL,
    hint text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    revoked_at timestamp with time zone,
    last_event_at timestamp with time zone,
    events bigint DEFAULT 0 NOT NULL,
    recorded bigint DEFAULT 0 NOT NULL,
    ignored bigint DEFAULT 0 NOT NULL,
    last_problem text,
    last_problem_at timestamp with time zone,
    CONSTRAINT webhook_sources_digest_check CHECK ((length(digest) = 32)),
    CONSTRAINT webhook_sources_kind_check CHECK ((kind = ANY (ARRAY['plex'::text, 'jellyfin'::text, 'emby'::text])))
);

CREATE TABLE public.week_hour_statistics (
    month date NOT NULL,
    hour smallint NOT NULL,
    content_type text NOT NULL,
    stream_type text NOT NULL,
    sessions bigint NOT NULL,
    plays bigint NOT NULL,
    completed bigint NOT NULL,
    watched_ms bigint NOT NULL,
    buffered_ms bigint NOT NULL,
    bits bigint NOT NULL,
    library_id text NOT NULL,
    CONSTRAINT week_hour_statistics_hour_check CHECK (((hour >= 0) AND (hour <= 167)))
)
WITH (fillfactor='80');

CREATE TABLE public.work_groups (
    work_id uuid NOT NULL,
    kind text NOT NULL,
    key text NOT NULL,
    CONSTRAINT work_groups_kind_check CHECK ((kind = ANY (ARRAY['show'::text, 'season'::text, 'artist'::text, 'album'::text, 'channel'::text])))
);

ALTER TABLE ONLY public.actions
    ADD CONSTRAINT actions_pkey PRIMARY KEY (user_id, id);

ALTER TABLE ONLY public.actions
    ADD CONSTRAINT actions_user_id_occasion_key UNIQUE (user_id, occasion);

ALTER TABLE ONLY public.analytics_sessions
    ADD CONSTRAINT analytics_sessions_pkey PRIMARY KEY (user_id, id);

ALTER TABLE ONLY public.analytics_sharing_rules
    ADD CONSTRAINT analytics_sharing_rules_name_key UNIQUE (name);

ALTER TABLE ONLY public.analytics_sharing_rules
    ADD CONSTRAINT analytics_sharing_rules_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.analytics_sharing_violations
    ADD CONSTRAINT analytics_sharing_violations_pkey PRIMARY KEY (user_id, id);

ALTER TABLE ONLY public.analytics_user_trust
    ADD CONSTRAINT analytics_user_trust_pkey PRIMARY KEY (user_id);

ALTER TABLE ONLY public.api_keys
    ADD CONSTRAINT api_keys_digest_key UNIQUE (digest);

ALTER TABLE ONLY public.api_keys
    ADD CONSTRAINT api_keys_name_key UNIQUE (name);

ALTER TABLE ONLY public.api_keys
    ADD CONSTRAINT api_keys_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.audit_chain
    ADD CONSTRAINT audit_chain_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.audit_log
    ADD CONSTRAINT audit_log_number_key UNIQUE (number);

ALTER TABLE ONLY public.audit_log
    ADD CONSTRAINT audit_log_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.backtest_cases
    ADD CONSTRAINT backtest_cases_pkey PRIMARY KEY (user_id, backtest_id);

ALTER TABLE ONLY public.backtest_portions
    ADD CONSTRAINT backtest_portions_pkey PRIMARY KEY (backtest_id, number);

ALTER TABLE ONLY public.backtests
    ADD CONSTRAINT backtests_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.binges
    ADD CONSTRAINT binges_pkey PRIMARY KEY (user_id, id);

ALTER TABLE ONLY public.bulk_changes
    ADD CONSTRAINT bulk_changes_pkey PRIMARY KEY (operation_id, item_id);

ALTER TABLE ONLY public.bulk_operations
    ADD CONSTRAINT bulk_operations_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.clock_statistics
    ADD CONSTRAINT clock_statistics_pkey PRIMARY KEY (grain, start, hour, content_type);

ALTER TABLE ONLY public.concurrency_peaks
    ADD CONSTRAINT concurrency_peaks_pkey PRIMARY KEY (start, stream_type);

ALTER TABLE ONLY public.deliveries
    ADD CONSTRAINT deliveries_event_id_channel_id_key UNIQUE (event_id, channel_id);

ALTER TABLE ONLY public.deliveries
    ADD CONSTRAINT deliveries_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.dirty_binges
    ADD CONSTRAINT dirty_binges_pkey PRIMARY KEY (user_id, show_id);

ALTER TABLE ONLY public.dirty_items
    ADD CONSTRAINT dirty_items_pkey PRIMARY KEY (user_id, content_id);

ALTER TABLE ONLY public.dirty_libraries
    ADD CONSTRAINT dirty_libraries_pkey PRIMARY KEY (library_id);

ALTER TABLE ONLY public.dirty_quarters
    ADD CONSTRAINT dirty_quarters_pkey PRIMARY KEY (start);

ALTER TABLE ONLY public.dirty_user_days
    ADD CONSTRAINT dirty_user_days_pkey PRIMARY KEY (user_id, day);

ALTER TABLE ONLY public.dirty_users
    ADD CONSTRAINT dirty_users_pkey PRIMARY KEY (user_id);

ALTER TABLE ONLY public.engagement_statistics
    ADD CONSTRAINT engagement_statistics_pkey PRIMARY KEY (grain, start, library_id, content_type, engagement);

ALTER TABLE ONLY public.erased_users
    ADD CONSTRAINT erased_users_pkey PRIMARY KEY (digest);

ALTER TABLE ONLY public.erasures
    ADD CONSTRAINT erasures_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.event_lags
    ADD CONSTRAINT event_lags_pkey PRIMARY KEY (hour, worker, bin);

ALTER TABLE ONLY public.former_api_keys
    ADD CONSTRAINT former_api_keys_pkey PRIMARY KEY (digest);

ALTER TABLE ONLY public.group_players
    ADD CONSTRAINT group_players_pkey PRIMARY KEY (user_id, kind, key, content_type);

ALTER TABLE ONLY public.group_statistics
    ADD CONSTRAINT group_statistics_pkey PRIMARY KEY (kind, key, content_type);

ALTER TABLE ONLY public.household_words
    ADD CONSTRAINT household_words_pkey PRIMARY KEY (user_id, site);

ALTER TABLE ONLY public.item_statistics
    ADD CONSTRAINT item_statistics_pkey PRIMARY KEY (content_id);

ALTER TABLE ONLY public.job_runs
    ADD CONSTRAINT job_runs_pkey PRIMARY KEY (job, scheduled_at);

ALTER TABLE ONLY public.libraries
    ADD CONSTRAINT libraries_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.library_duplicates
    ADD CONSTRAINT library_duplicates_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.library_files
    ADD CONSTRAINT library_files_pkey PRIMARY KEY (library_id, item_id, id);

ALTER TABLE ONLY public.library_items
    ADD CONSTRAINT library_items_pkey PRIMARY KEY (library_id, id);

ALTER TABLE ONLY public.library_scans
    ADD CONSTRAINT library_scans_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.library_shows
    ADD CONSTRAINT library_shows_pkey PRIMARY KEY (library_id, show_id);

ALTER TABLE ONLY public.library_sightings
    ADD CONSTRAINT library_sightings_pkey PRIMARY KEY (scan_id, item_id);

ALTER TABLE ONLY public.library_standing_sums
    ADD CONSTRAINT library_standing_sums_pkey PRIMARY KEY (library_id, content_type);

ALTER TABLE ONLY public.library_standings
    ADD CONSTRAINT library_standings_pkey PRIMARY KEY (library_id, item_id);

ALTER TABLE ONLY public.library_standings_run
    ADD CONSTRAINT library_standings_run_pkey PRIMARY KEY (is_only);

ALTER TABLE ONLY public.library_stats_daily
    ADD CONSTRAINT library_stats_daily_pkey PRIMARY KEY (property, libraries, content_type, value, since);

ALTER TABLE ONLY public.library_works
    ADD CONSTRAINT library_works_pkey PRIMARY KEY (library_id, item_id);

ALTER TABLE ONLY public.media_server_states
    ADD CONSTRAINT media_server_states_pkey PRIMARY KEY (media_server_id);

ALTER TABLE ONLY public.media_servers
    ADD CONSTRAINT media_servers_name_key UNIQUE (name);

ALTER TABLE ONLY public.media_servers
    ADD CONSTRAINT media_servers_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.media_servers
    ADD CONSTRAINT media_servers_source_key UNIQUE (source);

ALTER TABLE ONLY public.misconfigured_sources
    ADD CONSTRAINT misconfigured_sources_pkey PRIMARY KEY (source);

ALTER TABLE ONLY public.network_overrides
    ADD CONSTRAINT network_overrides_network_key UNIQUE (network);

ALTER TABLE ONLY public.network_overrides
    ADD CONSTRAINT network_overrides_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.notification_channels
    ADD CONSTRAINT notification_channels_name_key UNIQUE (name);

ALTER TABLE ONLY public.notification_channels
    ADD CONSTRAINT notification_channels_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.outbox
    ADD CONSTRAINT outbox_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.play_statistics
    ADD CONSTRAINT play_statistics_pkey PRIMARY KEY (day, content_type);

ALTER TABLE ONLY public.put_off_items
    ADD CONSTRAINT put_off_items_pkey PRIMARY KEY (user_id, content_id);

ALTER TABLE ONLY public.quarter_hour_statistics
    ADD CONSTRAINT quarter_hour_statistics_pkey PRIMARY KEY (start, content_type, stream_type, library_id);

ALTER TABLE ONLY public.request_counts
    ADD CONSTRAINT request_counts_pkey PRIMARY KEY (subject, window_start);

ALTER TABLE ONLY public.rewatches
    ADD CONSTRAINT rewatches_pkey PRIMARY KEY (user_id, id);

ALTER TABLE ONLY public.schema_migrations
    ADD CONSTRAINT schema_migrations_pkey PRIMARY KEY (version);

ALTER TABLE ONLY public.server_reports
    ADD CONSTRAINT server_reports_pkey PRIMARY KEY (span, start);

ALTER TABLE ONLY public.session_facts
    ADD CONSTRAINT session_facts_pkey PRIMARY KEY (user_id, id);

ALTER TABLE ONLY public.session_keys
    ADD CONSTRAINT session_keys_pkey PRIMARY KEY (source, session_key);

ALTER TABLE ONLY public.session_tombstones
    ADD CONSTRAINT session_tombstones_pkey PRIMARY KEY (user_id, id);

ALTER TABLE ONLY public.sign_ins
    ADD CONSTRAINT sign_ins_digest_key UNIQUE (digest);

ALTER TABLE ONLY public.sign_ins
    ADD CONSTRAINT sign_ins_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.statistics_zone
    ADD CONSTRAINT statistics_zone_pkey PRIMARY KEY (is_only);

ALTER TABLE ONLY public.stream_facets
    ADD CONSTRAINT stream_facets_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.stream_places
    ADD CONSTRAINT stream_places_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.stream_qualities
    ADD CONSTRAINT stream_qualities_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.stream_rates
    ADD CONSTRAINT stream_rates_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.stream_statistics
    ADD CONSTRAINT stream_statistics_pkey PRIMARY KEY (dimension, grain, start, id);

ALTER TABLE ONLY public.system_metrics
    ADD CONSTRAINT system_metrics_pkey PRIMARY KEY (hour);

ALTER TABLE ONLY public.title_months
    ADD CONSTRAINT title_months_pkey PRIMARY KEY (kind, month, key);

ALTER TABLE ONLY public.trust_ledger
    ADD CONSTRAINT trust_ledger_pkey PRIMARY KEY (user_id, id);

ALTER TABLE ONLY public.trusted_entries
    ADD CONSTRAINT trusted_entries_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.trusted_entries
    ADD CONSTRAINT trusted_entries_user_id_kind_other_user_id_device_id_networ_key UNIQUE NULLS NOT DISTINCT (user_id, kind, other_user_id, device_id, network, latitude, longitude, radius_km);

ALTER TABLE ONLY public.user_accounts
    ADD CONSTRAINT user_accounts_pkey PRIMARY KEY (user_id, server_id, account_id);

ALTER TABLE ONLY public.user_activity_daily
    ADD CONSTRAINT user_activity_daily_pkey PRIMARY KEY (user_id, day, content_type);

ALTER TABLE ONLY public.user_devices
    ADD CONSTRAINT user_devices_pkey PRIMARY KEY (user_id, device_id);

ALTER TABLE ONLY public.user_households
    ADD CONSTRAINT user_households_pkey PRIMARY KEY (user_id);

ALTER TABLE ONLY public.user_networks
    ADD CONSTRAINT user_networks_pkey PRIMARY KEY (user_id, network_key);

ALTER TABLE ONLY public.user_period_statistics
    ADD CONSTRAINT user_period_statistics_pkey PRIMARY KEY (user_id, grain, start, content_type);

ALTER TABLE ONLY public.user_reports
    ADD CONSTRAINT user_reports_pkey PRIMARY KEY (user_id, span, start);

ALTER TABLE ONLY public.user_statistics
    ADD CONSTRAINT user_statistics_pkey PRIMARY KEY (user_id, content_type);

ALTER TABLE ONLY public.user_traces
    ADD CONSTRAINT user_traces_pkey PRIMARY KEY (user_id, kind, digest);

ALTER TABLE ONLY public.users
    ADD CONSTRAINT users_pkey PRIMARY KEY (user_id);

ALTER TABLE ONLY public.webhook_sources
    ADD CONSTRAINT webhook_sources_digest_key UNIQUE (digest);

ALTER TABLE ONLY public.webhook_sources
    ADD CONSTRAINT webhook_sources_name_key UNIQUE (name);

ALTER TABLE ONLY public.webhook_sources
    ADD CONSTRAINT webhook_sources_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.week_hour_statistics
    ADD CONSTRAINT week_hour_statistics_pkey PRIMARY KEY (month, hour, content_type, stream_type, library_id);

ALTER TABLE ONLY public.work_groups
    ADD CONSTRAINT work_groups_pkey PRIMARY KEY (work_id, kind);

CREATE INDEX actions_case ON public.actions USING btree (user_id, case_id);

CREATE INDEX actions_due ON public.actions USING btree (due_at) WHERE (state = ANY (ARRAY['awaiting_approval'::text, 'due'::text, 'sent'::text]));

CREATE INDEX actions_id ON public.actions USING btree (id);

CREATE INDEX analytics_sessions_active ON ONLY public.analytics_sessions USING btree (user_id) WHERE (stopped_at IS NULL);

CREATE INDEX analytics_sessions_content_user ON ONLY public.analytics_sessions USING btree (content_id, user_id);

CREATE INDEX analytics_sessions_id ON ONLY public.analytics_sessions USING btree (id);

CREATE INDEX analytics_sessions_ip_address ON ONLY public.analytics_sessions USING btree (ip_address);

CREATE INDEX analytics_sessions_rare ON ONLY public.analytics_sessions USING brin (server_id text_bloom_ops, library_id text_bloom_ops, content_type text_bloom_ops, platform text_bloom_ops, stream_type text_bloom_ops) WITH (pages_per_range='32', autosummarize='on');

CREATE INDEX analytics_sessions_started_at ON ONLY public.analytics_sessions USING btree (started_at DESC, id DESC) INCLUDE (content_type, user_id, network_key, source, stopped_at);

CREATE INDEX analytics_sessions_user_started_at ON ONLY public.analytics_sessions USING btree (user_id, started_at DESC, id DESC) INCLUDE (content_type, network_key, source, stopped_at);

CREATE INDEX analytics_sessions_user_stopped_at ON ONLY public.analytics_sessions USING btree (user_id, stopped_at);

CREATE INDEX analytics_sessions_without_library ON ONLY public.analytics_sessions USING btree (content_id, user_id) WHERE (library_id IS NULL);

CREATE INDEX analytics_sharing_violations_id ON public.analytics_sharing_violations USING btree (id);

CREATE UNIQUE INDEX analytics_sharing_violations_one_open ON public.analytics_sharing_violations USING btree (user_id, rule_id) WHERE (state = 'open'::text);

CREATE INDEX analytics_sharing_violations_opened_at ON public.analytics_sharing_violations USING btree (opened_at DESC, id DESC);

CREATE INDEX analytics_user_trust_score ON public.analytics_user_trust USING btree (score, user_id);

CREATE INDEX audit_log_at ON public.audit_log USING btree (at DESC, id DESC);

CREATE INDEX backtest_cases_worst ON public.backtest_cases USING btree (backtest_id, occurrences DESC, user_id);

CREATE INDEX backtest_portions_open ON public.backtest_portions USING btree (backtest_id, number) WHERE (done_at IS NULL);

CREATE INDEX backtests_created_at ON public.backtests USING btree (created_at DESC, id DESC);

CREATE INDEX binges_started_at ON public.binges USING btree (started_at DESC, id DESC);

CREATE INDEX binges_user_show ON public.binges USING btree (user_id, show_id);

CREATE INDEX bulk_changes_user ON public.bulk_changes USING btree (user_id);

CREATE INDEX bulk_operations_created_at ON public.bulk_operations USING btree (created_at);

CREATE INDEX deliveries_channel ON public.deliveries USING btree (channel_id, id DESC);

CREATE INDEX deliveries_due ON public.deliveries USING btree (channel_id, next_attempt_at) WHERE (state = 'pending'::text);

CREATE INDEX dirty_items_marked_at ON public.dirty_items USING btree (marked_at);

CREATE INDEX dirty_users_due_at ON public.dirty_users USING btree (due_at);

CREATE UNIQUE INDEX erasures_going_on ON public.erasures USING btree (user_id) WHERE (finished_at IS NULL);

CREATE INDEX erasures_requested_at ON public.erasures USING btree (requested_at DESC, id DESC);

CREATE INDEX former_api_keys_key_id ON public.former_api_keys USING btree (key_id);

CREATE INDEX item_statistics_show ON public.item_statistics USING btree (show_id);

CREATE INDEX library_duplicates_reclaimable ON public.library_duplicates USING btree (reclaimable_bytes DESC, id);

CREATE INDEX library_files_path ON public.library_files USING hash (path);

CREATE INDEX library_items_album ON public.library_items USING btree (public.group_key(album)) WHERE (album IS NOT NULL);

CREATE INDEX library_items_artist ON public.library_items USING btree (public.group_key(artist)) WHERE (artist IS NOT NULL);

CREATE INDEX library_items_collections ON public.library_items USING gin (collections) WHERE (collections <> '{}'::text[]);

CREATE INDEX library_items_gone ON public.library_items USING btree (library_id, id) WHERE (gone_at IS NOT NULL);

CREATE INDEX library_items_id ON public.library_items USING btree (id);

CREATE INDEX library_items_show ON public.library_items USING btree (show_id) WHERE (show_id IS NOT NULL);

CREATE INDEX library_scans_library ON public.library_scans USING btree (library_id, id DESC);

CREATE UNIQUE INDEX library_scans_running ON public.library_scans USING btree (library_id) WHERE (state = 'running'::text);

CREATE INDEX library_standings_added_at ON public.library_standings USING btree (added_at DESC, id DESC);

CREATE INDEX library_standings_lacking ON public.library_standings USING btree (id) WHERE (lacking <> '{}'::text[]);

CREATE INDEX library_standings_size ON public.library_standings USING btree (size_bytes DESC, id);

CREATE INDEX library_standings_stale ON public.library_standings USING btree (added_at) INCLUDE (last_played_at, size_bytes, library_id, content_type) WHERE (files > 0);

CREATE INDEX library_standings_watched ON public.library_standings USING btree (watched_ms, size_bytes DESC, id);

CREATE INDEX library_standings_without_files ON public.library_standings USING btree (id) WHERE (files = 0);

CREATE INDEX library_standings_work_id ON public.library_standings USING btree (work_id) INCLUDE (id, library_id, item_id, content_type, size_bytes);

CREATE INDEX library_standings_worth ON public.library_standings USING btree (hours_per_gb, size_bytes DESC, id);

CREATE INDEX library_stats_daily_now ON public.library_stats_daily USING btree (property) WHERE (until = 'infinity'::date);

CREATE INDEX library_works_item_id ON public.library_works USING btree (item_id) INCLUDE (work_id);

CREATE INDEX library_works_work_id ON public.library_works USING btree (work_id);

CREATE INDEX media_servers_check_due ON public.media_servers USING btree (check_due_at) WHERE (check_due_at IS NOT NULL);

CREATE INDEX network_overrides_network ON public.network_overrides USING gist (network inet_ops);

CREATE INDEX outbox_created_at ON public.outbox USING btree (created_at);

CREATE INDEX request_counts_window_start ON public.request_counts USING btree (window_start);

CREATE INDEX rewatches_started_at ON public.rewatches USING btree (started_at) INCLUDE (previous_at, user_id, library_id, content_type);

CREATE INDEX rewatches_user_item ON public.rewatches USING btree (user_id, content_id);

CREATE INDEX session_facts_adult ON public.session_facts USING btree (content_id, started_at) WHERE (content_type ~~ 'qar.%'::text);

CREATE INDEX session_facts_content_id ON public.session_facts USING btree (content_id, started_at) INCLUDE (user_id, content_type, plays, completed, watched_ms, ended_at);

CREATE INDEX session_facts_long ON public.session_facts USING btree (ended_at) WHERE ((ended_at - started_at) > '1 day'::interval);

CREATE INDEX session_facts_started_at ON public.session_facts USING btree (started_at) INCLUDE (user_id, id, content_id, work_id, content_type, plays, completed, watched_ms, ended_at, facet_id);

CREATE INDEX session_facts_user_item ON public.session_facts USING btree (user_id, content_id);

CREATE INDEX session_facts_user_started_at ON public.session_facts USING btree (user_id, started_at);

CREATE INDEX session_facts_work_id ON public.session_facts USING btree (work_id, started_at) INCLUDE (user_id, content_type, plays, completed, watched_ms, ended_at);

CREATE INDEX session_keys_id ON public.session_keys USING btree (id);

CREATE INDEX session_tombstones_id ON public.session_tombstones USING btree (id);

CREATE INDEX session_tombstones_key ON public.session_tombstones USING btree (source, session_key, started_at);

CREATE INDEX sign_ins_caller ON public.sign_ins USING btree (caller);

CREATE INDEX title_months_plays ON public.title_months USING btree (kind, month, plays DESC);

CREATE INDEX title_months_watched ON public.title_months USING btree (kind, month, watched_ms DESC);

CREATE INDEX trust_ledger_at ON public.trust_ledger USING btree (user_id, at);

CREATE INDEX trusted_entries_other_user ON public.trusted_entries USING btree (other_user_id);

CREATE INDEX user_accounts_server ON public.user_accounts USING btree (server_id, account_id);

CREATE INDEX user_activity_daily_day ON public.user_activity_daily USING btree (day) INCLUDE (user_id, content_type, sessions, plays, completed, watched_ms);

CREATE INDEX user_households_score ON public.user_households USING btree (score DESC, user_id);

CREATE INDEX user_networks_address ON public.user_networks USING btree (address);

CREATE INDEX user_period_statistics_watched ON public.user_period_statistics USING btree (grain, start, content_type, watched_ms DESC) INCLUDE (user_id);

CREATE INDEX user_reports_due ON public.user_reports USING btree (span, start) WHERE due;

CREATE INDEX user_statistics_watched ON public.user_statistics USING btree (content_type, watched_ms DESC) INCLUDE (user_id);

CREATE INDEX user_traces_digest ON public.user_traces USING btree (kind, digest);

CREATE INDEX users_merged_into ON public.users USING btree (merged_into) WHERE (merged_into IS NOT NULL);

CREATE INDEX work_groups_key ON public.work_groups USING btree (kind, key);

CREATE STATISTICS public.session_facts_length ON (ended_at - started_at) FROM public.session_facts;

ALTER TABLE ONLY public.actions
    ADD CONSTRAINT actions_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(user_id) ON DELETE CASCADE;

ALTER TABLE public.analytics_sessions
    ADD CONSTRAINT analytics_sessions_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(user_id) ON DELETE CASCADE;

ALTER TABLE ONLY public.analytics_sharing_violations
    ADD CONSTRAINT analytics_sharing_violations_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(user_id) ON DELETE CASCADE;

ALTER TABLE ONLY public.analytics_user_trust
    ADD CONSTRAINT analytics_user_trust_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(user_id) ON DELETE CASCADE;

ALTER TABLE ONLY public.backtest_cases
    ADD CONSTRAINT backtest_cases_backtest_id_fkey FOREIGN KEY (backtest_id) REFERENCES public.backtests(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.backtest_cases
    ADD CONSTRAINT backtest_cases_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(user_id) ON DELETE CASCADE;

ALTER TABLE ONLY public.backtest_portions
    ADD CONSTRAINT backtest_portions_backtest_id_fkey FOREIGN KEY (backtest_id) REFERENCES public.backtests(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.binges
    ADD CONSTRAINT binges_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(user_id) ON DELETE CASCADE;

ALTER TABLE ONLY public.bulk_changes
    ADD CONSTRAINT bulk_changes_operation_id_fkey FOREIGN KEY (operation_id) REFERENCES public.bulk_operations(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.bulk_changes
    ADD CONSTRAINT bulk_changes_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(user_id) ON DELETE CASCADE;

ALTER TABLE ONLY public.deliveries
    ADD CONSTRAINT deliveries_channel_id_fkey FOREIGN KEY (channel_id) REFERENCES public.notification_channels(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.deliveries
    ADD CONSTRAINT deliveries_event_id_fkey FOREIGN KEY (event_id) REFERENCES public.outbox(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.dirty_libraries
    ADD CONSTRAINT dirty_libraries_library_id_fkey FOREIGN KEY (library_id) REFERENCES public.libraries(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.former_api_keys
    ADD CONSTRAINT former_api_keys_key_id_fkey FOREIGN KEY (key_id) REFERENCES public.api_keys(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.group_players
    ADD CONSTRAINT group_players_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(user_id) ON DELETE CASCADE;

ALTER TABLE ONLY public.household_words
    ADD CONSTRAINT household_words_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(user_id) ON DELETE CASCADE;

ALTER TABLE ONLY public.libraries
    ADD CONSTRAINT libraries_media_server_id_fkey FOREIGN KEY (media_server_id) REFERENCES public.media_servers(id) ON DELETE SET NULL;

ALTER TABLE ONLY public.library_files
    ADD CONSTRAINT library_files_library_id_item_id_fkey FOREIGN KEY (library_id, item_id) REFERENCES public.library_items(library_id, id) ON DELETE CASCADE;

ALTER TABLE ONLY public.library_items
    ADD CONSTRAINT library_items_library_id_fkey FOREIGN KEY (library_id) REFERENCES public.libraries(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.library_scans
    ADD CONSTRAINT library_scans_library_id_fkey FOREIGN KEY (library_id) REFERENCES public.libraries(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.library_sightings
    ADD CONSTRAINT library_sightings_scan_id_fkey FOREIGN KEY (scan_id) REFERENCES public.library_scans(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.media_server_states
    ADD CONSTRAINT media_server_states_media_server_id_fkey FOREIGN KEY (media_server_id) REFERENCES public.media_servers(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.rewatches
    ADD CONSTRAINT rewatches_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(user_id) ON DELETE CASCADE;

ALTER TABLE ONLY public.session_facts
    ADD CONSTRAINT session_facts_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(user_id);

ALTER TABLE ONLY public.trust_ledger
    ADD CONSTRAINT trust_ledger_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(user_id) ON DELETE CASCADE;

ALTER TABLE ONLY public.user_accounts
    ADD CONSTRAINT user_accounts_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(user_id) ON DELETE CASCADE;

ALTER TABLE ONLY public.user_activity_daily
    ADD CONSTRAINT user_activity_daily_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(user_id) ON DELETE CASCADE;

ALTER TABLE ONLY public.user_devices
    ADD CONSTRAINT user_devices_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(user_id) ON DELETE CASCADE;

ALTER TABLE ONLY public.user_households
    ADD CONSTRAINT user_households_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(user_id) ON DELETE CASCADE;

ALTER TABLE ONLY public.user_networks
    ADD CONSTRAINT user_networks_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(user_id) ON DELETE CASCADE;

ALTER TABLE ONLY public.user_period_statistics
    ADD CONSTRAINT user_period_statistics_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(user_id) ON DELETE CASCADE;

ALTER TABLE ONLY public.user_reports
    ADD CONSTRAINT user_reports_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(user_id) ON DELETE CASCADE;

ALTER TABLE ONLY public.user_statistics
    ADD CONSTRAINT user_statistics_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(user_id) ON DELETE CASCADE;

ALTER TABLE ONLY public.user_traces
    ADD CONSTRAINT user_traces_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(user_id) ON DELETE CASCADE;

ALTER TABLE ONLY public.users
    ADD CONSTRAINT users_merged_into_fkey FOREIGN KEY (merged_into) REFERENCES public.users(user_id) ON DELETE CASCADE;
