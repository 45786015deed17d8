-- name: list_cells
-- Where sessions play, by the cell of a grid: 1. sessions by person and network, 2. the place
-- of each, on a LAN that of its server, 3. what falls into one cell of a Web Mercator grid. What has
-- no place comes first, so that a limit leaves it in. OFFSET 0 has a place rounded once, and not
-- wherever it is named: half of the time of 100,000 people's map.
WITH played AS MATERIALIZED (
    SELECT user_id, network_key, source, count(*) AS sessions,
        count(*) FILTER (WHERE stopped_at IS NULL) AS active
    FROM analytics_sessions
    WHERE (%(live)s OR started_at >= %(start)s)
        AND (%(live)s OR started_at < %(end)s)
        AND (NOT %(live)s OR stopped_at IS NULL)
        AND (%(user_id)s::uuid IS NULL OR user_id = %(user_id)s)
        AND (%(server_id)s::text IS NULL OR server_id = %(server_id)s)
        AND (%(content_type)s::text IS NULL OR content_type = %(content_type)s)
        AND (%(adult)s OR content_type NOT LIKE 'qar.%%')
    GROUP BY user_id, network_key, source
),
located AS (
    SELECT p.user_id, p.sessions, p.active,
        coalesce(n.network_class = 'local', false) AS local,
        coalesce(n.latitude, v.latitude) AS exact_latitude,
        coalesce(n.longitude, v.longitude) AS exact_longitude,
        coalesce(n.country, v.country) AS country,
        coalesce(n.city, v.city) AS city
    FROM played AS p
    LEFT JOIN located_networks AS n ON n.user_id = p.user_id AND n.network_key = p.network_key
    LEFT JOIN json_to_recordset(%(servers)s::json) AS v (
        source text, latitude double precision, longitude double precision, country text, city text
    ) ON v.source = p.source AND n.network_class = 'local'
),
placed AS (
    SELECT *,
        round(exact_latitude::numeric, %(decimals)s)::double precision AS latitude,
        round(exact_longitude::numeric, %(decimals)s)::double precision AS longitude
    FROM located
    OFFSET 0
)
SELECT
    CASE WHEN longitude IS NOT NULL AND latitude IS NOT NULL THEN
        least(floor((longitude + 180) / 360 * %(cells)s), %(cells)s - 1)::integer
    END AS x,
    CASE WHEN longitude IS NOT NULL AND latitude IS NOT NULL THEN
        least(floor((0.5 - ln(tan(pi() / 4 + radians(
            greatest(-85.0511, least(85.0511, latitude))) / 2)) / (2 * pi())) * %(cells)s),
            %(cells)s - 1)::integer
    END AS y,
    sum(sessions)::bigint AS sessions,
    sum(active)::bigint AS active,
    coalesce(sum(sessions) FILTER (WHERE local), 0)::bigint AS local_sessions,
    count(DISTINCT user_id) AS users,
    round((sum(latitude * sessions) / sum(sessions)::double precision)::numeric, 6)
        ::double precision AS latitude,
    round((sum(longitude * sessions) / sum(sessions)::double precision)::numeric, 6)
        ::double precision AS longitude,
    min(longitude) AS west, min(latitude) AS south, max(longitude) AS east, max(latitude) AS north,
    CASE WHEN min(country) = max(country) AND count(country) = count(*) THEN min(country) END
        AS country,
    CASE WHEN min(city) = max(city) AND count(city) = count(*) THEN min(city) END AS city
FROM placed
WHERE longitude IS NULL OR latitude IS NULL OR %(west)s::double precision IS NULL
    OR (latitude BETWEEN %(south)s AND %(north)s
        AND CASE WHEN %(west)s <= %(east)s THEN longitude BETWEEN %(west)s AND %(east)s
            ELSE longitude >= %(west)s OR longitude <= %(east)s END)
GROUP BY 1, 2
ORDER BY bool_or(longitude IS NULL OR latitude IS NULL) DESC, sum(sessions) DESC, 1, 2
LIMIT %(limit)s;
