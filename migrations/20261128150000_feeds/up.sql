-- what left the feeds lately, by when it was last written: the public saw it, and may no more
CREATE INDEX articles_withdrawn_idx ON articles (updated_at DESC)
    WHERE has_been_live AND (trashed_at IS NOT NULL OR status = 'retracted');
