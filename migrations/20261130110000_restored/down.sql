UPDATE event_log SET cluster = regexp_replace(cluster, '/[0-9]+$', '') WHERE cluster = event_cluster();
CREATE OR REPLACE FUNCTION event_cluster() RETURNS text LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    timeline text := substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8);
BEGIN
    RETURN (SELECT system_identifier FROM pg_control_system()) || '/' || timeline;
EXCEPTION WHEN insufficient_privilege THEN
    RETURN timeline;
END
$$;
