//! What the newest data and the config of tonight say of households already on a list, and of mails that have not left.
//!
//! A mail that surely was not delivered never leaves as it was first written: when it is due again, its households go into
//! a new one. A mail that may have been delivered is left as it is, for to write it anew would be to tell of its households
//! twice. A protected address and an objection are the exceptions; they must not leave, whatever else is told twice. And
//! where the config has taken back what that mail rests on, it does not go out again: a person finds out whether it came.

use std::collections::HashMap;

use super::{OpenMail, Place, Plan, Tonight, Withdrawal};
use crate::calendar::Day;
use crate::shortlist::draw::Ranked;
use crate::shortlist::entry::{Entry, EntryState, MailId};
use crate::shortlist::rules::Exclusion;
use crate::tenancy::TenancyRef;

/// A household may be kept back for as long as lists are kept at all: data is kept no longer than it is needed (GDPR
/// art. 5(1)(e)).
const HELD_DAYS: i32 = 90;

/// An entry that stays on its list tonight.
pub(super) struct Staying<'a> {
    pub entry: &'a Entry,
    pub ranked: Ranked,
    pub whereabouts: Whereabouts,
}

/// Where the mail of an entry is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Whereabouts {
    /// There is none.
    InNoMail,
    /// It is left alone tonight.
    OnItsWay,
    /// It was taken back before it left.
    Freed,
    /// It was given up, and may have arrived.
    MayHaveArrived,
}

/// What tonight says of an entry, before its mail is looked at.
struct Judged<'a> {
    entry: &'a Entry,
    candidate: Option<&'a Ranked>,
    withdrawal: Option<Withdrawal>,
    must_not_leave: bool,
}

/// Judges all open entries and mails. Gives the entries that stay.
pub(super) fn recall<'a>(
    tonight: &Tonight<'a>,
    candidates: &'a HashMap<TenancyRef, Ranked>,
    plan: &mut Plan,
) -> Vec<Staying<'a>> {
    let open = tonight.entries.iter().filter(|entry| entry.state.is_open());
    let judged: Vec<Judged<'_>> = open.map(|entry| judge(tonight, candidates, entry)).collect();
    let mails: HashMap<MailId, Whereabouts> =
        tonight.mails.iter().map(|mail| (mail.id, whereabouts(tonight, mail, &judged))).collect();
    let of = |sought| tonight.mails.iter().map(|mail| mail.id).filter(|id| mails.get(id) == Some(&sought)).collect();
    (plan.superseded, plan.given_up) = (of(Whereabouts::Freed), of(Whereabouts::MayHaveArrived));
    let mut staying = Vec::new();
    for Judged { entry, candidate, withdrawal, .. } in judged {
        let mail = entry.mail.and_then(|mail| mails.get(&mail).copied());
        let whereabouts = mail.unwrap_or(Whereabouts::InNoMail);
        if let Some(withdrawal) = withdrawal {
            let (tenancy, is_gone) = (entry.tenancy_ref.clone(), whereabouts == Whereabouts::OnItsWay);
            if !is_gone {
                plan.withdrawn.push((entry.id, tenancy, withdrawal));
                continue;
            }
            plan.beyond_recall.push((tenancy, withdrawal));
        }
        if whereabouts == Whereabouts::Freed {
            plan.freed.insert(entry.tenancy_ref.clone());
        }
        staying.extend(candidate.cloned().map(|ranked| Staying { entry, ranked, whereabouts }));
    }
    staying
}

fn judge<'a>(tonight: &Tonight<'a>, candidates: &'a HashMap<TenancyRef, Ranked>, entry: &'a Entry) -> Judged<'a> {
    let candidate = candidates.get(&entry.tenancy_ref);
    let held_too_long =
        entry.state == EntryState::Held && Day::from(tonight.as_of).since(Day::from(entry.changed_on)) > HELD_DAYS;
    let withdrawal = match candidate {
        Some(_) if held_too_long => Some(Withdrawal::HeldTooLong),
        Some(ranked) if is_theirs(tonight.places, ranked, entry) => None,
        Some(_) => Some(Withdrawal::CaseworkerChanged),
        None => Some(match tonight.excluded.get(&entry.tenancy_ref) {
            Some(rule) => Withdrawal::Excluded(*rule),
            None => Withdrawal::UnknownTenancy,
        }),
    };
    let must_not_leave = tonight.newly_protected.contains(&entry.tenancy_ref)
        || withdrawal == Some(Withdrawal::Excluded(Exclusion::Objected));
    Judged { entry, candidate, withdrawal, must_not_leave }
}

fn whereabouts(tonight: &Tonight<'_>, mail: &OpenMail, judged: &[Judged<'_>]) -> Whereabouts {
    let place = tonight.places.iter().find(|place| place.email == mail.caseworker);
    let terms_hold = place.is_some_and(|place| place.terms == mail.terms);
    let of_mail = || judged.iter().filter(|judged| judged.entry.mail == Some(mail.id));
    let must_not_leave = of_mail().any(|judged| judged.must_not_leave);
    if mail.uncertain {
        return match (terms_hold, must_not_leave) {
            (false, _) => Whereabouts::MayHaveArrived,
            (true, true) => Whereabouts::Freed,
            (true, false) => Whereabouts::OnItsWay,
        };
    }
    let leaves_tonight = mail.due && place.is_some_and(|place| place.may_send);
    let is_outdated = must_not_leave || of_mail().any(|judged| judged.withdrawal.is_some());
    match !terms_hold || leaves_tonight || is_outdated {
        true => Whereabouts::Freed,
        false => Whereabouts::OnItsWay,
    }
}

fn is_theirs(places: &[Place], ranked: &Ranked, entry: &Entry) -> bool {
    places.get(ranked.caseworker).is_some_and(|place| place.email == entry.caseworker)
}
