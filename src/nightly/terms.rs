//! What a caseworker's mail may tell, and by what right: the part of the config that a mail in the outbox rests on.

use sha2::{Digest, Sha256};

use crate::config::{Caseworker, Config};
use crate::fingerprint::hex;

/// A fingerprint of everything in the config on which it hangs what a mail to this caseworker may say. A mail that was
/// composed under other terms does not leave: not after the lawful basis was taken back, nor with the phone number of a
/// caseworker who has moved on. A capacity of nought is a pause, and so another term; how large it is otherwise is not, for
/// it says how many may be listed and nothing on those who have been.
pub fn terms(config: &Config, caseworker: &Caseworker) -> String {
    let (basis, shortlist) = (&config.lawful_basis, &config.shortlist);
    let Caseworker { name, email, phone, place, on_site, weekly_capacity, .. } = caseworker;
    let said = format!(
        "{:?}",
        (
            (basis.handover, basis.statement.is_some(), basis.dpia.is_some()),
            (shortlist.review, shortlist.reasons, &shortlist.link),
            (name, email, phone, place, on_site, *weekly_capacity == 0),
            (config.association.locale, &config.association.name),
        )
    );
    hex(&Sha256::digest(said), 12)
}
