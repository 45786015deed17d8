-- Whose binges of a show are to be found anew, since an episode is of another show by now, or has
-- another number: whoever watched it.
CREATE TABLE dirty_binges (
    user_id uuid NOT NULL,
    show_id text NOT NULL,
    PRIMARY KEY (user_id, show_id)
);

INSERT INTO dirty_binges SELECT DISTINCT user_id, show_id FROM binges;

-- An item that anybody played as adult is adult, whatever others say of it.
CREATE INDEX session_facts_adult ON session_facts (content_id, started_at)
WHERE content_type LIKE 'qar.%';

UPDATE item_statistics AS i
SET content_type = f.content_type
FROM (
    SELECT DISTINCT ON (content_id) content_id, content_type
    FROM session_facts
    WHERE content_type LIKE 'qar.%'
    ORDER BY content_id, started_at DESC, id DESC
) AS f
WHERE f.content_id = i.content_id AND i.content_type <> f.content_type;
