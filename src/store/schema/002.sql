-- The mails that tell of an urgent note: where none of them reached anybody, the note is told again.
create table urgent_note_mail (
    fingerprint text not null,
    mail        integer not null references mail (id) on delete cascade,
    primary key (fingerprint, mail)
) strict, without rowid;

create index urgent_note_mail_mail on urgent_note_mail (mail);

-- The highest card number that a caseworker has been given, also of cards whose households have been forgotten since.
create table caseworker_card (
    caseworker text primary key,
    last       integer not null
) strict;

insert into caseworker_card (caseworker, last)
select caseworker, max(card) from entry where card is not null group by caseworker;

create index entry_mail on entry (mail) where mail is not null;
create index decision_tenancy on decision (tenancy_ref);
create index referral_sent on referral (sent_on);

-- What a caseworker's mail was allowed to tell, and by what right, when it was composed: a fingerprint of the config.
alter table mail add column terms text not null default '';

-- As far as the last run knew; `protected` is what the mail says.
alter table entry add column address_protected integer not null default 0;

create index decision_entry on decision (entry);

-- An entry's number may come again once its row has gone: a decision must not pass to the household that gets it then.
update decision set entry = null where entry not in (select id from entry);

-- What nobody has approved is not approved.
update entry set state = 'waiting' where state = 'approved' and coalesce(
    (select verdict from decision where decision.entry = entry.id order by decision.id desc limit 1), '') <> 'approve';
