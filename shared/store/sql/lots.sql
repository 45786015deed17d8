-- name: in_lots
-- The rows of a statement in its order, numbered and put together.
SELECT json_agg(r ORDER BY r.rank)::text AS lot
FROM (SELECT row_number() OVER () AS rank, o.* FROM ({ranked}) AS o) AS r
GROUP BY (r.rank - 1) / %(rows_of_lot)s
ORDER BY min(r.rank);

-- name: most
-- The first rows of a statement.
{ranked}
LIMIT %(most)s;
