-- What is gone stays gone.
SELECT 1;
