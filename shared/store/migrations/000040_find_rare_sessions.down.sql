DROP INDEX analytics_sessions_rare;
