-- Calls that one agent hands over to another, with what the next one should know. A call has
-- several keys where it is consulted about first.

CREATE TABLE handovers (
    id        INTEGER PRIMARY KEY,
    customer  TEXT,
    recipient TEXT NOT NULL,
    reason    TEXT NOT NULL,
    tell      TEXT NOT NULL,
    -- What the caller proved, a line for each, and whether that is enough.
    verified  TEXT NOT NULL,
    enough    BOOLEAN NOT NULL,
    agent     TEXT NOT NULL,
    role      TEXT NOT NULL,
    at        BIGINT NOT NULL
);
CREATE INDEX handovers_of_customer ON handovers (customer);

CREATE TABLE handover_calls (
    handover    INTEGER NOT NULL REFERENCES handovers (id),
    call_source TEXT NOT NULL,
    call_key    TEXT NOT NULL,
    PRIMARY KEY (call_source, call_key, handover)
);
