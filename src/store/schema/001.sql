-- What postkort keeps for one association. No names, no addresses, no note texts; a mail's bytes only until it is sent.

create table setting (
    key   text primary key,
    value text not null
) strict;

-- One row a run. `summary` is the run's JSON document: counts, no personal data.
create table run (
    id          integer primary key,
    as_of       text not null,
    started_at  text not null,
    finished_at text,
    status      text not null,
    model       text not null,
    summary     text
) strict;

-- How many rows each feed had when it was last accepted, to notice when one suddenly shrinks.
create table accepted_feed (
    feed  text primary key,
    rows  integer not null,
    as_of text not null
) strict;

-- A household on a caseworker's list.
create table entry (
    id          integer primary key,
    tenancy_ref text not null,
    caseworker  text not null,                 -- e-mail address, as in the config
    listed_on   text not null,
    score       real not null,
    model       text not null,
    reasons     text not null,                 -- JSON, for the reviewer
    state       text not null check (state in ('waiting', 'approved', 'held', 'dropped', 'queued', 'sent', 'withdrawn')),
    changed_on  text not null,
    rule        text,                          -- why it was withdrawn
    mail        integer references mail (id),
    stairwell   text,                          -- a fingerprint, not an address
    variant     text,                          -- which wording was proposed
    -- Handed over as one with a protected address in the mail that carries it. Where that has come about since, a mail
    -- that waits must not leave as it is.
    protected   integer not null default 0,
    card        integer                        -- its card's number, which no other card of the caseworker has
) strict;

create unique index one_open_entry on entry (tenancy_ref) where state in ('waiting', 'approved', 'held', 'queued');
create index entry_state on entry (state, changed_on);

-- Who decided what, when, why, on which model.
create table decision (
    id          integer primary key,
    entry       integer,                       -- none where the household was on no list
    tenancy_ref text not null,
    verdict     text not null check (verdict in ('approve', 'hold', 'drop', 'object')),
    by          text not null,
    reason      text not null,
    decided_at  text not null,
    model       text not null
) strict;

-- Who said no: by an event in an export, also one that has rolled out of it since, or told to a reviewer. Never forgotten
-- while the tenancy runs.
create table objection (
    tenancy_ref text primary key,
    since       text not null
) strict;

-- A household that a caseworker was told of: for the cooldown, and so that neighbours never get the same card.
create table referral (
    id          integer primary key,
    tenancy_ref text not null,
    caseworker  text not null,
    sent_on     text not null,
    stairwell   text not null,
    variant     text not null
) strict;

create index referral_tenancy on referral (tenancy_ref, sent_on);

-- The outbox. Written in the same transaction as the entries that it carries.
create table mail (
    id              integer primary key,
    message_id      text not null unique,
    kind            text not null check (kind in ('shortlist', 'notice', 'urgent')),
    recipient       text not null,
    bytes           blob,                      -- gone once sent, superseded or given up
    state           text not null
                    check (state in ('queued', 'deferred', 'uncertain', 'sent', 'failed', 'superseded')),
    attempts        integer not null default 0,
    next_attempt_on text,
    created_on      text not null,
    changed_on      text not null,
    last_error      text
) strict;

-- Notes that a human has been told of, by fingerprint.
create table urgent_note (
    fingerprint text primary key,
    told_on     text not null
) strict;

-- Cases too late for prevention, for the staff: as the last run saw them.
create table act_now (
    tenancy_ref text primary key,
    event       text not null,
    since       text not null
) strict;
