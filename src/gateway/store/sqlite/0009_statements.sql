-- What agents say that two records are to each other. One that is taken back stays.

CREATE TABLE statements (
    id         INTEGER PRIMARY KEY,
    record     TEXT NOT NULL,
    other      TEXT NOT NULL,
    -- same or household.
    says       TEXT NOT NULL,
    -- How likely both were of one person, in millionths, what spoke for it without a word of what
    -- the records say, and the version of the weights.
    millionths BIGINT NOT NULL,
    evidence   TEXT NOT NULL,
    weights    TEXT NOT NULL,
    agent      TEXT NOT NULL,
    role       TEXT NOT NULL,
    at         BIGINT NOT NULL,
    undone_by  TEXT,
    undone_at  BIGINT,
    CHECK (record <> other),
    CHECK ((undone_by IS NULL) = (undone_at IS NULL))
);
CREATE INDEX statements_of_record ON statements (record);
CREATE INDEX statements_of_other ON statements (other);
