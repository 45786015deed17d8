DROP TABLE library_sightings;
DROP TABLE library_scans;
DROP TABLE library_files;
DROP TABLE library_items;
DROP TABLE libraries;
