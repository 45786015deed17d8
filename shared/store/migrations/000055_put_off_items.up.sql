-- What could not be counted, of whom, and until when it waits: apart from what is to be counted, which
-- is searched all the time.
CREATE TABLE put_off_items (
    user_id uuid NOT NULL,
    content_id text NOT NULL,
    until timestamptz NOT NULL,
    PRIMARY KEY (user_id, content_id)
);

INSERT INTO put_off_items
SELECT user_id, content_id, put_off_until FROM dirty_items WHERE put_off_until IS NOT NULL;

DELETE FROM dirty_items WHERE put_off_until IS NOT NULL;

ALTER TABLE dirty_items DROP COLUMN put_off_until;
