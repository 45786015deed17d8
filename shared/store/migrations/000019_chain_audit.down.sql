REVOKE UPDATE (actor, subject, details, salt, erased_at) ON audit_log FROM CURRENT_USER;
GRANT UPDATE, DELETE, TRUNCATE ON audit_log TO CURRENT_USER;

DROP TABLE audit_chain;

ALTER TABLE audit_log
    DROP COLUMN erased_at,
    DROP COLUMN hash,
    DROP COLUMN seal,
    DROP COLUMN salt,
    DROP COLUMN number;
