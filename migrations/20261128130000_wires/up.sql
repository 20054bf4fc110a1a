-- Wires: sources whose feeds the service reads by itself.

ALTER TABLE sources
    -- minutes between two looks at the feed; null: nobody looks
    ADD COLUMN poll_minutes  integer,
    -- the status of stories that come in by it
    ADD COLUMN wire_status   text NOT NULL DEFAULT 'draft',
    ADD CONSTRAINT sources_poll_minutes_check CHECK (poll_minutes BETWEEN 1 AND 10080),
    ADD CONSTRAINT sources_wire_status_check CHECK (wire_status IN ('draft', 'published'));

-- sources whose feeds are read
CREATE INDEX sources_polled_idx ON sources (id) WHERE poll_minutes IS NOT NULL AND feed_url IS NOT NULL;
COMMENT ON INDEX sources_polled_idx IS 'which feeds are to be read';

-- How the reading of each goes.
CREATE TABLE wires (
    source_id             uuid NOT NULL,
    -- the address that was read last, to which etag and last_modified belong
    feed_url              text,
    next_poll_at          timestamptz(3) NOT NULL,
    -- who reads it now has it until then, under this name
    leased_until          timestamptz(3),
    lease                 uuid,
    last_polled_at        timestamptz(3),
    last_success_at       timestamptz(3),
    -- the HTTP status of the last answer, if there was one
    last_status           smallint,
    consecutive_failures  integer NOT NULL DEFAULT 0,
    etag                  text,
    last_modified         text,
    -- where the feed has moved for good, as its server says
    moved_to              text,
    polls                 bigint NOT NULL DEFAULT 0,
    created               bigint NOT NULL DEFAULT 0,
    updated               bigint NOT NULL DEFAULT 0,
    unchanged             bigint NOT NULL DEFAULT 0,
    rejected              bigint NOT NULL DEFAULT 0,
    -- [{at, code, detail, external_id}], the newest first
    errors                jsonb NOT NULL DEFAULT '[]',
    CONSTRAINT wires_pkey PRIMARY KEY (source_id),
    CONSTRAINT wires_source_id_fkey FOREIGN KEY (source_id) REFERENCES sources (id) ON DELETE CASCADE
);
CREATE INDEX wires_next_poll_at_idx ON wires (next_poll_at);
COMMENT ON INDEX wires_next_poll_at_idx IS 'which feed is to be read next';
