DROP TABLE wires;
DROP INDEX sources_polled_idx;
ALTER TABLE sources
    DROP CONSTRAINT sources_wire_status_check,
    DROP CONSTRAINT sources_poll_minutes_check,
    DROP COLUMN wire_status,
    DROP COLUMN poll_minutes;
