-- What was purged of a supplier's stories: the supplier may go on naming them, and a wire brings none back.
CREATE TABLE purged (
    source_id    uuid NOT NULL,
    -- the supplier's own id, and nothing else of the story
    external_id  text NOT NULL,
    purged_at    timestamptz(3) NOT NULL,
    CONSTRAINT purged_pkey PRIMARY KEY (source_id, external_id),
    CONSTRAINT purged_source_id_fkey FOREIGN KEY (source_id) REFERENCES sources (id) ON DELETE CASCADE
);
