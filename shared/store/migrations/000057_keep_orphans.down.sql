DROP TABLE library_orphans;
