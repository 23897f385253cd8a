-- The gateway's own records. Times are milliseconds since 1970-01-01 UTC.

CREATE TABLE links (
    id          INTEGER PRIMARY KEY,
    call_source TEXT,
    call_key    TEXT,
    customer    TEXT NOT NULL,
    agent       TEXT NOT NULL,
    at          BIGINT NOT NULL,
    undone_at   BIGINT,
    CHECK ((call_source IS NULL) = (call_key IS NULL))
);
CREATE INDEX links_of_customer ON links (customer);
CREATE INDEX links_of_call ON links (call_key, call_source);

CREATE TABLE notes (
    id          INTEGER PRIMARY KEY,
    customer    TEXT NOT NULL,
    call_source TEXT,
    call_key    TEXT,
    body        TEXT NOT NULL,
    agent       TEXT NOT NULL,
    role        TEXT NOT NULL,
    at          BIGINT NOT NULL,
    CHECK ((call_source IS NULL) = (call_key IS NULL))
);
CREATE INDEX notes_of_customer ON notes (customer);

CREATE TABLE holds (
    id          INTEGER PRIMARY KEY,
    customer    TEXT NOT NULL,
    account     TEXT,
    scopes      TEXT NOT NULL,
    owner       TEXT NOT NULL,
    reason      TEXT NOT NULL,
    expires     TEXT,
    placed_by   TEXT NOT NULL,
    placed_at   BIGINT NOT NULL,
    released_by TEXT,
    released_at BIGINT,
    CHECK ((released_by IS NULL) = (released_at IS NULL))
);
CREATE INDEX holds_of_customer ON holds (customer);
CREATE INDEX holds_of_account ON holds (account);

CREATE TABLE audit (
    id          INTEGER PRIMARY KEY,
    at          BIGINT NOT NULL,
    agent       TEXT NOT NULL,
    role        TEXT NOT NULL,
    verb        TEXT NOT NULL,
    customer    TEXT,
    call_source TEXT,
    call_key    TEXT,
    fields      TEXT NOT NULL,
    record      TEXT
);
CREATE INDEX audit_of_customer ON audit (customer);

-- What was done stays done.
CREATE TRIGGER audit_is_not_changed BEFORE UPDATE ON audit
BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END;
CREATE TRIGGER audit_is_not_cut BEFORE DELETE ON audit
BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END;
