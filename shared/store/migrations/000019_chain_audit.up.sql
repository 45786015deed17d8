-- The audit log as a chain: each entry's hash is over the one before, so that none can be changed,
-- taken out or put in between unseen. What an entry says of people stands behind a seal, the hash of
-- it with a salt: erasing a person takes words and salt away, and the seal keeps the chain whole.
-- Entries from before have none of these.
ALTER TABLE audit_log
    ADD COLUMN number bigint UNIQUE CHECK (number > 0),
    ADD COLUMN salt bytea CHECK (length(salt) = 16),
    ADD COLUMN seal bytea CHECK (length(seal) = 32),
    ADD COLUMN hash bytea CHECK (length(hash) = 32),
    ADD COLUMN erased_at timestamptz,
    ADD CHECK (num_nulls(number, seal, hash) IN (0, 3)),
    ADD CHECK ((salt IS NULL) = (number IS NULL OR erased_at IS NOT NULL));

-- The end of the chain. Its row is locked by who adds an entry, until that is committed.
CREATE TABLE audit_chain (
    id smallint PRIMARY KEY DEFAULT 1 CHECK (id = 1),
    number bigint NOT NULL,
    hash bytea NOT NULL CHECK (length(hash) = 32)
);

INSERT INTO audit_chain (number, hash) VALUES (0, decode(repeat('00', 32), 'hex'));

-- An entry is added and stays. What is taken out of one is what it says of an erased person.
REVOKE UPDATE, DELETE, TRUNCATE ON audit_log FROM CURRENT_USER;
GRANT UPDATE (actor, subject, details, salt, erased_at) ON audit_log TO CURRENT_USER;
REVOKE DELETE, TRUNCATE ON audit_chain FROM CURRENT_USER;
