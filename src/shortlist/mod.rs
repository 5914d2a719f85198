//! Who may be listed tonight, and how many: the rules that keep a household off a list, and the draw that fills each
//! caseworker's week with the highest risks.
//!
//! Everything here is a function of values: what the newest data says of each tenancy ([`Standing`]), what has been
//! decided and sent before ([`Memory`]), and the date.

mod assess;
mod draw;
mod entry;
mod plan;
mod rules;
mod schedule;

pub use assess::{Asked, Assessment, Evidence, assess, history_of};
pub use draw::{Drawn, Ranked, draw};
pub use entry::{Decided, Entry, EntryId, EntryState, MAY_HAVE_ARRIVED, MailId, NO_ROOM, NewEntry, Verdict};
pub use plan::{OpenMail, Place, Plan, Tonight, Withdrawal, plan};
pub use rules::{Exclusion, Memory, Standing, Terms, cooldown_since, exclusion};
pub use schedule::{is_on_site, may_send, next_on_site, week_start};
