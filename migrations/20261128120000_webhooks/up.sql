-- Webhooks: who is told of events, with which secrets, and what became of each delivery.

CREATE TABLE webhooks (
    id               uuid NOT NULL,
    url              text NOT NULL,
    description      text,
    -- kinds of events; none: all
    events           text[] NOT NULL,
    -- filters by id, not held by foreign keys: a filter on what is gone lets nothing through
    source_ids       uuid[] NOT NULL,
    category_ids     uuid[] NOT NULL,
    -- whether it hears of stories that the public may not see
    unpublished      boolean NOT NULL,
    enabled          boolean NOT NULL,
    ordered          boolean NOT NULL,
    -- the source of the key that made it; it hears of nothing else
    bound_source_id  uuid,
    created_at       timestamptz(3) NOT NULL,
    updated_at       timestamptz(3) NOT NULL,
    version          bigint NOT NULL DEFAULT 1,
    -- how it fares; written by those who deliver, without a new version
    failures         bigint NOT NULL DEFAULT 0,
    failing_since    timestamptz(3),
    resting_until    timestamptz(3),
    delivered_at     timestamptz(3),
    disabled_at      timestamptz(3),
    disabled_reason  text,
    CONSTRAINT webhooks_pkey PRIMARY KEY (id),
    CONSTRAINT webhooks_bound_source_id_fkey FOREIGN KEY (bound_source_id) REFERENCES sources (id) ON DELETE CASCADE,
    CONSTRAINT webhooks_disabled_reason_check CHECK (disabled_reason IN ('gone', 'failing'))
);
CREATE INDEX webhooks_bound_source_id_idx ON webhooks (bound_source_id);
-- the list of webhooks, newest first
CREATE INDEX webhooks_created_at_id_idx ON webhooks (created_at DESC, id DESC);

CREATE TABLE webhook_secrets (
    id          uuid NOT NULL,
    webhook_id  uuid NOT NULL,
    -- as it is: signing needs it
    secret      bytea NOT NULL,
    created_at  timestamptz(3) NOT NULL,
    expires_at  timestamptz(3),
    CONSTRAINT webhook_secrets_pkey PRIMARY KEY (id),
    CONSTRAINT webhook_secrets_webhook_id_fkey FOREIGN KEY (webhook_id) REFERENCES webhooks (id) ON DELETE CASCADE
);
CREATE INDEX webhook_secrets_webhook_id_idx ON webhook_secrets (webhook_id);

-- How far events have been handed out; one row. A position means something within its epoch only.
CREATE TABLE webhook_outbox (
    id     boolean NOT NULL DEFAULT true,
    epoch  uuid NOT NULL,
    xid    bigint NOT NULL,
    seq    bigint NOT NULL,
    CONSTRAINT webhook_outbox_pkey PRIMARY KEY (id),
    CONSTRAINT webhook_outbox_id_check CHECK (id)
);

-- One event for one webhook. Its id is the `webhook-id` of every attempt.
CREATE TABLE webhook_deliveries (
    id               uuid NOT NULL,
    -- the order in which they were handed out, which is that of the events
    place            bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    webhook_id       uuid NOT NULL,
    -- the event, as events.seq; none for a ping. No foreign key: it outlives the event
    event_seq        bigint,
    kind             text NOT NULL,
    resource_id      uuid,
    -- the very bytes that are sent
    payload          text NOT NULL,
    status           text NOT NULL,
    -- how many attempts were made, and how many of them before it was last begun anew
    attempts         bigint NOT NULL DEFAULT 0,
    begun_after      bigint NOT NULL DEFAULT 0,
    next_attempt_at  timestamptz(3) NOT NULL,
    -- while somebody is sending it; nobody else does before then
    leased_until     timestamptz(3),
    created_at       timestamptz(3) NOT NULL,
    finished_at      timestamptz(3),
    CONSTRAINT webhook_deliveries_pkey PRIMARY KEY (id),
    CONSTRAINT webhook_deliveries_webhook_id_event_seq_key UNIQUE (webhook_id, event_seq),
    CONSTRAINT webhook_deliveries_webhook_id_fkey FOREIGN KEY (webhook_id) REFERENCES webhooks (id) ON DELETE CASCADE,
    CONSTRAINT webhook_deliveries_status_check CHECK (status IN ('pending', 'delivered', 'failed'))
);
-- what is to be sent
CREATE INDEX webhook_deliveries_due_idx ON webhook_deliveries (webhook_id, next_attempt_at, event_seq)
    WHERE status = 'pending';
-- what has to wait for one before it, of the same resource
CREATE INDEX webhook_deliveries_ordered_idx ON webhook_deliveries (webhook_id, resource_id, event_seq)
    WHERE status = 'pending';
-- what is being sent
CREATE INDEX webhook_deliveries_leased_idx ON webhook_deliveries (webhook_id, leased_until)
    WHERE status = 'pending' AND leased_until IS NOT NULL;
-- the log of a webhook, newest first
CREATE INDEX webhook_deliveries_webhook_id_created_at_id_idx
    ON webhook_deliveries (webhook_id, created_at DESC, id DESC);
-- what is old enough to be dropped
CREATE INDEX webhook_deliveries_created_at_idx ON webhook_deliveries (created_at);

CREATE TABLE webhook_attempts (
    delivery_id   uuid NOT NULL,
    number        bigint NOT NULL,
    attempted_at  timestamptz(3) NOT NULL,
    duration_ms   bigint NOT NULL,
    -- what was answered: the status, and the first bytes of the body; or why nothing was
    status        smallint,
    answer        text,
    error         text,
    CONSTRAINT webhook_attempts_pkey PRIMARY KEY (delivery_id, number),
    CONSTRAINT webhook_attempts_delivery_id_fkey FOREIGN KEY (delivery_id) REFERENCES webhook_deliveries (id) ON DELETE CASCADE
);
