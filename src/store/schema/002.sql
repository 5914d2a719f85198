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
