-- What agents write into the sources: begun before it is sent, settled by what became of it. What
-- was typed is not kept.

CREATE TABLE writes (
    id          INTEGER PRIMARY KEY,
    customer    TEXT NOT NULL,
    call_source TEXT,
    call_key    TEXT,
    source      TEXT NOT NULL,
    action      TEXT NOT NULL,
    -- The caller's key, and a digest of what it was first sent with.
    key         TEXT NOT NULL,
    digest      TEXT NOT NULL,
    -- begun, done, refused or unknown.
    state       TEXT NOT NULL,
    record      TEXT,
    before      BOOLEAN NOT NULL DEFAULT FALSE,
    why         TEXT,
    agent       TEXT NOT NULL,
    role        TEXT NOT NULL,
    at          BIGINT NOT NULL,
    settled_at  BIGINT,
    UNIQUE (agent, key),
    CHECK ((call_source IS NULL) = (call_key IS NULL))
);
CREATE INDEX writes_of_customer ON writes (customer);
