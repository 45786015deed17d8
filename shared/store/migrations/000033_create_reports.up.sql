-- Reports: summaries of days, weeks, months and years in the service's zone, one each.

-- People's days of which something was counted anew, so that what is summed up of them is due.
CREATE TABLE dirty_user_days (
    user_id uuid NOT NULL,
    day date NOT NULL,
    PRIMARY KEY (user_id, day)
);

-- due: something was counted anew since it was made; without a body it has never been made.
CREATE TABLE user_reports (
    user_id uuid NOT NULL,
    span text NOT NULL CHECK (span IN ('day', 'week', 'month', 'year')),
    start date NOT NULL,
    due boolean NOT NULL DEFAULT true,
    made_at timestamptz,
    body jsonb,
    PRIMARY KEY (user_id, span, start),
    CHECK ((body IS NULL) = (made_at IS NULL))
);
CREATE INDEX user_reports_due ON user_reports (span, start) WHERE due;

-- Everybody's together. user_ids: those whom the body names.
CREATE TABLE server_reports (
    span text NOT NULL CHECK (span IN ('day', 'week', 'month', 'year')),
    start date NOT NULL,
    due boolean NOT NULL DEFAULT true,
    made_at timestamptz,
    body jsonb,
    user_ids uuid[] NOT NULL DEFAULT '{}',
    PRIMARY KEY (span, start),
    CHECK ((body IS NULL) = (made_at IS NULL))
);

ALTER TABLE user_reports ADD FOREIGN KEY (user_id) REFERENCES users ON DELETE CASCADE;
