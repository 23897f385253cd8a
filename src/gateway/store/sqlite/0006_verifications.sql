-- What callers proved of themselves, each time that it was asked.

CREATE TABLE verifications (
    id          INTEGER PRIMARY KEY,
    customer    TEXT NOT NULL,
    call_source TEXT,
    call_key    TEXT,
    -- What was proved, a line for each, and whether that is enough.
    passed      TEXT NOT NULL,
    enough      BOOLEAN NOT NULL,
    agent       TEXT NOT NULL,
    role        TEXT NOT NULL,
    at          BIGINT NOT NULL,
    CHECK ((call_source IS NULL) = (call_key IS NULL))
);
CREATE INDEX verifications_of_customer ON verifications (customer);
