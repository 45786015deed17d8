-- What is known of people and devices stays known.
SELECT 1;
