-- Restoring an export adds stories in the order of their ids, and a story may point at one that comes
-- later: within that transaction such references are checked at its end.
DO $$
DECLARE
    reference record;
BEGIN
    FOR reference IN SELECT conname FROM pg_constraint
        WHERE contype = 'f' AND conrelid = 'articles'::regclass AND confrelid = conrelid
    LOOP
        EXECUTE format('ALTER TABLE articles ALTER CONSTRAINT %I DEFERRABLE', reference.conname);
    END LOOP;
END
$$;
