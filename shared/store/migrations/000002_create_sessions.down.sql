DROP TABLE session_tombstones;
DROP TABLE session_keys;
DROP TABLE analytics_sessions;
