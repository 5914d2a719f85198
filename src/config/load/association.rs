//! `[association]`, `[lawful_basis]`, `[risk]` and `[shortlist]`.

use std::ops::RangeInclusive;

use super::section::{Entry, Section, nearest};
use crate::config::problem::Finding;
use crate::config::{
    Association, Handover, LawfulBasis, Locale, ModelChoice, ReasonDetail, ReviewMode, Risk, Shortlist,
};
use crate::exports::records::EventKind;
use crate::learning::measure::PSI_WARNING;

pub(super) fn association(whole: &mut Section<'_>) -> Option<Association> {
    let why = "one config is one association, with its name, database, models and output";
    let mut section = whole.need("association", why)?.table("a table")?;
    let name = section.need("name", "it stands in mails and reports").and_then(Entry::line);
    let locale = section.get("locale").map_or(Some(Locale::Da), Entry::choice);
    let state = section.need("state", "the path of the database, made at the first run").and_then(Entry::path);
    let models = section.need("models", "the folder of the models that risk.model may name").and_then(Entry::path);
    let output = section.need("output", "the folder of run summaries, rejects and mails").and_then(Entry::path);
    section.finish();
    Some(Association { name: name?.to_owned(), locale: locale?, state: state?, models: models?, output: output? })
}

pub(super) fn lawful_basis(whole: &mut Section<'_>) -> Option<LawfulBasis> {
    let Some(entry) = whole.get("lawful_basis") else {
        return Some(LawfulBasis { handover: Handover::Blind, statement: None, dpia: None, special_categories: None });
    };
    let mut section = entry.table("a table")?;
    let handover = section.get("handover");
    let handover_span = handover.as_ref().map_or(section.span.clone(), |entry| entry.span.clone());
    let handover = handover.map_or(Some(Handover::Blind), Entry::choice);
    let has_statement = section.get("statement").map(Entry::text);
    let dpia = section.get("dpia").and_then(Entry::date);
    let allowed = section.get("special_categories");
    let allowed_span = allowed.as_ref().map_or(section.span.clone(), |entry| entry.span.clone());
    let special = allowed.and_then(Entry::boolean).unwrap_or(false);
    let has_basis = section.get("special_categories_statement").map(Entry::text);
    if handover == Some(Handover::Named) && has_statement.is_none() {
        let message = "`handover` is \"named\" without a `statement` of the lawful basis";
        let help = "add statement = \"…\" (agreement, date, journal number), or choose reference or blind";
        section.reading.mistake(Finding::at(handover_span, message).help(help));
    }
    if special && has_basis.is_none() {
        let message = "`special_categories` is true without a `special_categories_statement`";
        let help = "add special_categories_statement = \"…\" with the basis under GDPR art. 9(2), or set it to false: \
                    then health, misuse and crime are kept out";
        section.reading.mistake(Finding::at(allowed_span, message).help(help));
    }
    section.finish();
    let owned = |text: &str| text.trim().to_owned();
    Some(LawfulBasis {
        handover: handover?,
        statement: has_statement.flatten().map(owned),
        dpia,
        special_categories: has_basis.flatten().filter(|_| special).map(owned),
    })
}

/// What may be the label: legal steps against the tenancy (almenlejeloven § 90: termination; § 92: the
/// bailiff's court).
const LABELS: [EventKind; 3] = [EventKind::Termination, EventKind::CourtFiling, EventKind::Eviction];
const DEFAULT_HORIZON_DAYS: u32 = 180;
/// Below, every night would call; above, hardly anything could.
const DRIFT_LIMITS: RangeInclusive<f64> = 0.05..=10.0;
const PSI: &str = "it is a population stability index: 0.1 is worth a look, from 0.25 on the tenancies are others than the \
                   model was trained on";

pub(super) fn risk(whole: &mut Section<'_>) -> Option<Risk> {
    let default_label = || vec![EventKind::Termination, EventKind::CourtFiling];
    let Some(entry) = whole.get("risk") else {
        return Some(Risk {
            label: default_label(),
            horizon_days: DEFAULT_HORIZON_DAYS,
            labels_since: None,
            model: ModelChoice::Current,
            drift_limit: PSI_WARNING,
            learn_from_notes: false,
        });
    };
    let mut section = entry.table("a table")?;
    let label = section.get("label").map_or_else(|| Some(default_label()), label);
    let horizon_days = section.get("horizon_days").map_or(Some(DEFAULT_HORIZON_DAYS), |e| e.small(1..=730, "days"));
    let labels_since = section.get("labels_since").and_then(Entry::date);
    let model = section.get("model").map_or(Some(ModelChoice::Current), model);
    let drift_limit = section.get("drift_limit").map_or(Some(PSI_WARNING), |e| e.number(DRIFT_LIMITS, PSI));
    let learn_from_notes = section.get("learn_from_notes").map_or(Some(false), Entry::boolean);
    section.finish();
    let (label, horizon_days, model, drift_limit) = (label?, horizon_days?, model?, drift_limit?);
    Some(Risk { label, horizon_days, labels_since, model, drift_limit, learn_from_notes: learn_from_notes? })
}

fn label(entry: Entry<'_>) -> Option<Vec<EventKind>> {
    let mut label: Vec<EventKind> = Vec::new();
    for item in entry.nonempty_list("a list, such as [\"termination\", \"court_filing\"]")? {
        let Some(name) = item.clone().line() else { continue };
        match EventKind::of(name).filter(|kind| LABELS.contains(kind)) {
            Some(kind) if label.contains(&kind) => {
                item.mistake(|finding| finding.help("take it out"), "given twice in `risk.label`".to_owned());
            }
            Some(kind) => label.push(kind),
            None => item.not_allowed::<()>(name, &LABELS.map(EventKind::as_str)).unwrap_or_default(),
        }
    }
    Some(label)
}

fn model(entry: Entry<'_>) -> Option<ModelChoice> {
    let written = entry.clone().line()?;
    match written {
        "current" => return Some(ModelChoice::Current),
        "starter" => return Some(ModelChoice::Starter),
        _ => {}
    }
    let inside =
        !written.starts_with(['/', '\\']) && !written.split(['/', '\\']).any(|part| part == ".." || part == ".");
    if inside && written.ends_with(".json") && !written.contains(':') {
        return Some(ModelChoice::File(written.to_owned()));
    }
    let help = nearest(written, ["current", "starter"]).map(|name| format!("did you mean {name:?}?"));
    let allowed = "current, starter, or the name of a .json file in the models folder";
    let message = format!("`{}` cannot be {written:?}", entry.path);
    entry.mistake(|finding| finding.allowed(allowed).help_if(help), message);
    None
}

pub(super) fn shortlist(whole: &mut Section<'_>) -> Option<Shortlist> {
    let defaults = Shortlist {
        review: ReviewMode::BeforeSending,
        cooldown_days: 90,
        min_arrears_months: 0.0,
        reasons: ReasonDetail::Full,
        link: None,
    };
    let Some(entry) = whole.get("shortlist") else { return Some(defaults) };
    let mut section = entry.table("a table")?;
    let review = section.get("review").map_or(Some(defaults.review), Entry::choice);
    let cooldown_days =
        section.get("cooldown_days").map_or(Some(defaults.cooldown_days), |e| e.small(0..=3650, "days"));
    let in_months = "it is counted in months of rent";
    let min_arrears_months = section.get("min_arrears_months");
    let min_arrears_months =
        min_arrears_months.map_or(Some(defaults.min_arrears_months), |e| e.number(0.0..=24.0, in_months));
    let reasons = section.get("reasons").map_or(Some(defaults.reasons), Entry::choice);
    let link = section.get("link").and_then(Entry::link);
    section.finish();
    Some(Shortlist {
        review: review?,
        cooldown_days: cooldown_days?,
        min_arrears_months: min_arrears_months?,
        reasons: reasons?,
        link,
    })
}
