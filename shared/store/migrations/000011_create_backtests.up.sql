-- Backtests: what a rule would have made of the past. Nothing else reads what they find.

CREATE TABLE backtests (
    id uuid PRIMARY KEY,
    -- The rule as it was asked, and the rules in force beside it then.
    rule jsonb NOT NULL,
    rule_id uuid,
    live_rules jsonb NOT NULL,
    start_at timestamptz NOT NULL,
    end_at timestamptz NOT NULL,
    -- Whose past; null is everybody's.
    user_ids uuid[],
    people integer NOT NULL CHECK (people >= 0),
    created_by text NOT NULL,
    created_at timestamptz NOT NULL,
    cancelled_at timestamptz,
    CHECK (start_at < end_at)
);
CREATE INDEX backtests_created_at ON backtests (created_at DESC, id DESC);

-- Its work in portions, each of people whose ids follow each other, done in one transaction.
CREATE TABLE backtest_portions (
    backtest_id uuid NOT NULL,
    number integer NOT NULL,
    first_user uuid NOT NULL,
    last_user uuid NOT NULL,
    people integer NOT NULL,
    fencing_token bigint NOT NULL DEFAULT 0,
    lease_until timestamptz,
    attempts integer NOT NULL DEFAULT 0,
    done_at timestamptz,
    error text,
    -- [{"week": its Monday, "cases": opened in it, "alerts": sent in it}, ...]
    weeks jsonb,
    PRIMARY KEY (backtest_id, number)
);
CREATE INDEX backtest_portions_open ON backtest_portions (backtest_id, number)
    WHERE done_at IS NULL;

CREATE TABLE backtest_cases (
    user_id uuid NOT NULL,
    backtest_id uuid NOT NULL,
    occurrences integer NOT NULL CHECK (occurrences > 0),
    alerts integer NOT NULL CHECK (alerts > 0),
    first_at timestamptz NOT NULL,
    last_at timestamptz NOT NULL,
    sentences jsonb NOT NULL,
    -- Trusted entries that would have changed it.
    effects jsonb NOT NULL,
    PRIMARY KEY (user_id, backtest_id)
);
CREATE INDEX backtest_cases_worst
    ON backtest_cases (backtest_id, occurrences DESC, user_id);

ALTER TABLE backtest_portions
    ADD FOREIGN KEY (backtest_id) REFERENCES backtests ON DELETE CASCADE;
ALTER TABLE backtest_cases ADD FOREIGN KEY (user_id) REFERENCES users ON DELETE CASCADE;
ALTER TABLE backtest_cases ADD FOREIGN KEY (backtest_id) REFERENCES backtests ON DELETE CASCADE;
