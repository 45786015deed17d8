DROP TABLE clock_statistics;
