-- What agents undertake to do, and whom no source knows.

CREATE TABLE follow_ups (
    id          INTEGER PRIMARY KEY,
    customer    TEXT NOT NULL,
    call_source TEXT,
    call_key    TEXT,
    kind        TEXT NOT NULL,
    what        TEXT NOT NULL,
    owner       TEXT NOT NULL,
    due         BIGINT NOT NULL,
    agent       TEXT NOT NULL,
    at          BIGINT NOT NULL,
    done_by     TEXT,
    done_at     BIGINT,
    CHECK ((call_source IS NULL) = (call_key IS NULL)),
    CHECK ((done_by IS NULL) = (done_at IS NULL))
);
CREATE INDEX follow_ups_of_customer ON follow_ups (customer);

CREATE TABLE contacts (
    id          INTEGER PRIMARY KEY,
    name        TEXT NOT NULL,
    -- The name and the address as they are looked for.
    folded      TEXT NOT NULL,
    phone       TEXT,
    email       TEXT,
    folded_mail TEXT,
    language    TEXT,
    account     TEXT,
    call_source TEXT,
    call_key    TEXT,
    agent       TEXT NOT NULL,
    at          BIGINT NOT NULL,
    CHECK ((call_source IS NULL) = (call_key IS NULL))
);
CREATE INDEX contacts_by_phone ON contacts (phone);
CREATE INDEX contacts_by_mail ON contacts (folded_mail);
CREATE INDEX contacts_by_account ON contacts (account);
