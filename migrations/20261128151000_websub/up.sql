-- Up to where the WebSub hub has been told of changes: one row.
CREATE TABLE websub (
    id          boolean NOT NULL DEFAULT true,
    -- of changes: up to this transaction
    told_xid    bigint NOT NULL,
    -- of what the clock does: up to this instant
    told_at     timestamptz(3) NOT NULL,
    -- until then a node is about to tell
    held_until  timestamptz(3) NOT NULL,
    CONSTRAINT websub_pkey PRIMARY KEY (id),
    CONSTRAINT websub_id_check CHECK (id)
);
INSERT INTO websub (told_xid, told_at, held_until)
    VALUES (pg_snapshot_xmin(pg_current_snapshot())::text::bigint - 1, now(), now());
