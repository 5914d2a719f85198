//! How likely a tenancy is to meet a termination or a court filing, and why: a score, and reasons that add up to it.

use serde::{Deserialize, Serialize};

/// The groups that reasons are gathered in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReasonGroup {
    /// What is owed, and for how long.
    Arrears,
    /// How and when payments come.
    PaymentPattern,
    /// Reminders, demands, plans kept and broken.
    AgreementsAndDemands,
    /// What caretakers noticed.
    Notes,
    /// Tenure, rent.
    Tenancy,
}

/// One reason for a score, in plain words of the association's language.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Reason {
    /// What kind of reason it is.
    pub group: ReasonGroup,
    /// The sentence, with its figures: `Skylder 3,0 måneders husleje (17.399 kr.)`.
    pub text: String,
    /// Its share of the score: positive raises the risk, negative lowers it. Never shown to caseworkers.
    pub amount: f64,
}
