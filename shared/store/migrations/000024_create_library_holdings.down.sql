DROP TABLE library_stats_daily;
DROP TABLE dirty_libraries;
