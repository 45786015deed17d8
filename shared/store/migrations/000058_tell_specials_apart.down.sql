-- What was told apart stays so until it is scanned again.
SELECT 1;
