DROP TABLE binges;
