ALTER TABLE user_accounts
    DROP COLUMN email,
    DROP COLUMN avatar,
    DROP COLUMN listed_at,
    DROP COLUMN missing_since,
    DROP COLUMN gone_at;
DROP INDEX user_accounts_server;
DROP TABLE media_server_states;
