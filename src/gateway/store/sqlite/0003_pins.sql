-- Notes that stay at the top. A note itself is never changed.

CREATE TABLE pins (
    note  INTEGER PRIMARY KEY REFERENCES notes (id),
    agent TEXT NOT NULL,
    at    BIGINT NOT NULL
);
