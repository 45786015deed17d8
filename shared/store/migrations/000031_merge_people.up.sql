-- One person may have accounts on several servers. Each account that is told of is a user of its
-- own; one that is merged into another's keeps its row here, and all it does is the other's.
ALTER TABLE users
    ADD COLUMN merged_into uuid CHECK (merged_into <> user_id),
    ADD COLUMN merged_at timestamptz,
    ADD CHECK ((merged_into IS NULL) = (merged_at IS NULL));
ALTER TABLE users ADD FOREIGN KEY (merged_into) REFERENCES users ON DELETE CASCADE;
CREATE INDEX users_merged_into ON users (merged_into) WHERE merged_into IS NOT NULL;

-- Whose account a row came by, where that is not the person's own: by it a split gives it back.
ALTER TABLE analytics_sessions ADD COLUMN account_user_id uuid;
ALTER TABLE session_facts ADD COLUMN account_user_id uuid;
ALTER TABLE user_networks ADD COLUMN account_user_id uuid;
ALTER TABLE analytics_sharing_violations ADD COLUMN account_user_id uuid;
ALTER TABLE trust_ledger ADD COLUMN account_user_id uuid;
ALTER TABLE actions ADD COLUMN account_user_id uuid;
