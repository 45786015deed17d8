-- name: claim
-- Claim a run that nobody has, or whose holder's lease has run out; the token grows each time.
INSERT INTO job_runs AS j
    (job, scheduled_at, state, fencing_token, lease_until, started_at)
VALUES (%(job)s, %(scheduled_at)s, 'running', 1, %(lease_until)s, %(now)s)
ON CONFLICT (job, scheduled_at) DO UPDATE
SET
    state = 'running',
    fencing_token = j.fencing_token + 1,
    lease_until = excluded.lease_until,
    error = NULL
WHERE j.state = 'failed' OR (j.state = 'running' AND j.lease_until < %(now)s)
RETURNING fencing_token;

-- name: finish
-- Close a run, if it is still this holder's.
UPDATE job_runs
SET state = %(state)s, finished_at = %(now)s, counts = %(counts)s::jsonb, error = %(error)s
WHERE job = %(job)s AND scheduled_at = %(scheduled_at)s AND fencing_token = %(token)s
RETURNING job;

-- name: forget_runs
-- Forget runs that were scheduled before an instant.
DELETE FROM job_runs WHERE scheduled_at < %(before)s;

-- name: list_latest
-- The latest run of each job.
SELECT DISTINCT ON (job) * FROM job_runs ORDER BY job, scheduled_at DESC;
