-- What calls came to: their wrap-up codes. Sent twice, an outcome is recorded once.

CREATE TABLE outcomes (
    id          INTEGER PRIMARY KEY,
    call_source TEXT NOT NULL,
    call_key    TEXT NOT NULL,
    customer    TEXT,
    queue       TEXT,
    -- A line for each.
    codes       TEXT NOT NULL,
    timed_out   BOOLEAN NOT NULL,
    since       BIGINT NOT NULL,
    agent       TEXT NOT NULL,
    role        TEXT NOT NULL,
    at          BIGINT NOT NULL,
    UNIQUE (call_source, call_key, agent, since)
);
CREATE INDEX outcomes_of_customer ON outcomes (customer);
