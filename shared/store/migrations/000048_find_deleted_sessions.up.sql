-- Whether a session was deleted is asked by its id: whose it was may have changed since.
CREATE INDEX session_tombstones_id ON session_tombstones (id);
