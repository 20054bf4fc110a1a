DROP FUNCTION articles_tell_created, articles_tell_changed, articles_tell_deleted, catalog_tell, events_break CASCADE;
DROP FUNCTION article_event, article_state;
DROP TABLE event_dues, event_log, events;
DROP FUNCTION event_cluster;
