-- Whether the household was handed over as one with a protected address in the mail that carries it. Where that has come
-- about since, a mail that waits must not leave as it is.
alter table entry add column protected integer not null default 0;
