-- A dump that is restored within the same cluster is another database too: its tables have other numbers, which
-- they keep through a failover.
-- It is the same database, where it was up to now.
UPDATE event_log SET cluster = cluster || '/' || 'event_log'::regclass::oid WHERE cluster = event_cluster();
CREATE OR REPLACE FUNCTION event_cluster() RETURNS text LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    here text := substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8) || '/' || 'event_log'::regclass::oid;
BEGIN
    RETURN (SELECT system_identifier FROM pg_control_system()) || '/' || here;
EXCEPTION WHEN insufficient_privilege THEN
    RETURN here;
END
$$;
