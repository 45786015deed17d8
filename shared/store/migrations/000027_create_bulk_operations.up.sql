-- What was done to many things alike, for as long as it can be taken back.
CREATE TABLE bulk_operations (
    id uuid PRIMARY KEY,
    kind text NOT NULL,
    actor text NOT NULL,
    created_at timestamptz NOT NULL
);
CREATE INDEX bulk_operations_created_at ON bulk_operations (created_at);

-- What of it changed anything and is not taken back. before: what is to be known for that.
CREATE TABLE bulk_changes (
    operation_id uuid NOT NULL,
    item_id uuid NOT NULL,
    number bigint GENERATED ALWAYS AS IDENTITY,
    user_id uuid,
    before text NOT NULL,
    PRIMARY KEY (operation_id, item_id)
);
CREATE INDEX bulk_changes_user ON bulk_changes (user_id);

ALTER TABLE bulk_changes
    ADD FOREIGN KEY (operation_id) REFERENCES bulk_operations ON DELETE CASCADE;
ALTER TABLE bulk_changes ADD FOREIGN KEY (user_id) REFERENCES users ON DELETE CASCADE;
