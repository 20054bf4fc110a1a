DO $$
DECLARE
    reference record;
BEGIN
    FOR reference IN SELECT conname FROM pg_constraint
        WHERE contype = 'f' AND conrelid = 'articles'::regclass AND confrelid = conrelid
    LOOP
        EXECUTE format('ALTER TABLE articles ALTER CONSTRAINT %I NOT DEFERRABLE', reference.conname);
    END LOOP;
END
$$;
