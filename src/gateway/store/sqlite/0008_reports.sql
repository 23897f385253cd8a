-- What agents report of sources that are wrong.

CREATE TABLE reports (
    id       INTEGER PRIMARY KEY,
    source   TEXT NOT NULL,
    customer TEXT NOT NULL,
    -- What is wrong, and the agent's sentence.
    field    TEXT NOT NULL,
    says     TEXT NOT NULL,
    agent    TEXT NOT NULL,
    role     TEXT NOT NULL,
    at       BIGINT NOT NULL
);
CREATE INDEX reports_of_source ON reports (source);
