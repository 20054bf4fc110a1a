-- The answers to requests with an Idempotency-Key, written in the transaction of their effect.

CREATE TABLE idempotency_keys (
    -- the key that asked. No foreign key: a lock on its row would be shared by all its posts, and an
    -- answer outlives it by a day at most
    key_id       uuid NOT NULL,
    -- method and path template
    route        text NOT NULL,
    -- what the client sent
    name         text NOT NULL,
    -- SHA-256 of the request
    fingerprint  bytea NOT NULL,
    status       smallint NOT NULL,
    -- of the resource in the answer: its entity tag is made of it and of the body
    version      bigint,
    location     text,
    body         bytea NOT NULL,
    created_at   timestamptz(3) NOT NULL,
    -- the transaction of the effect, as in changes
    xid          bigint NOT NULL DEFAULT pg_current_xact_id()::text::bigint,
    CONSTRAINT idempotency_keys_pkey PRIMARY KEY (key_id, route, name)
);
-- what is old enough to be dropped
CREATE INDEX idempotency_keys_created_at_idx ON idempotency_keys (created_at);
