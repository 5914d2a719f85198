//! What the model looks at, how much each kind of it weighs, and what it does not look at.

use std::collections::BTreeMap;

use crate::card::document::{Block, Section};
use crate::card::told::Told;
use crate::card::words::Families;
use crate::features::{FEATURES, Family, NOTES_TEXT, position};
use crate::risk::Trained;

/// So many features of a family are named.
const NAMED: usize = 3;

/// A family's part in a model.
struct Weight {
    family: Family,
    /// Of all families' weights.
    share: f64,
    /// The weightiest features, by name.
    features: Vec<&'static str>,
}

pub(super) fn looks(told: &Told<'_>) -> Section {
    let (words, model) = (&told.words.looks, told.facts.model);
    let (weights, used) = weights(model);
    let mut section = Section::new("looks", &words.title);
    section.text(told.fill(&words.text, &[("used", &told.numbers.count(used as u64))]));
    let row = |weight: Weight| {
        let family = family(&words.family, weight.family).to_owned();
        vec![family, told.numbers.percent(weight.share), weight.features.join(", ")]
    };
    let rows = weights.into_iter().map(row).collect();
    section.table(words.table.as_str(), &words.columns, 1..2, rows);
    section.note(words.how.as_str());
    // Without words there is none to look at, which is told in a section of its own.
    let unused = model.design().left_out().iter().filter(|left_out| left_out.column != NOTES_TEXT).count();
    if unused > 0 {
        section.note(told.fill(&words.unused, &[("n", &told.numbers.count(unused as u64))]));
    }
    section
}

pub(super) fn not_looked_at(told: &Told<'_>) -> Section {
    let words = &told.words.not_looked_at;
    let basis = told.facts.basis.special_categories.is_some();
    let mut section = Section::new("not-looked-at", &words.title);
    let mut items = words.items.clone();
    items.push(if told.facts.model.words().is_some() { &words.notes_words } else { &words.notes_text }.clone());
    if !basis {
        items.push(words.special.clone());
    }
    section.blocks.push(Block::Items(items));
    if basis {
        section.text(words.special_in.as_str());
    }
    section.text(words.benefit.as_str());
    if columns(told.facts.model).any(|(feature, _)| matches!(feature, "tenure_months" | "rent_dkk")) {
        let compared = told.facts.proof.is_some_and(|proof| !proof.groups.is_empty());
        section.text(if compared {
            format!("{} {}", words.proxies, words.proxies_compared)
        } else {
            words.proxies.clone()
        });
    }
    section.text(words.audit.as_str());
    section
}

/// The name of each column's feature, and its coefficient. A column is called by its feature's name, and by what is made of
/// it after a space.
fn columns(model: &Trained) -> impl Iterator<Item = (&'static str, f64)> {
    let names = model.design().names().into_iter();
    let features = names.map(|name| {
        let feature = name.split(' ').next().and_then(position).and_then(|place| FEATURES.get(place));
        feature.map_or("", |feature| feature.name)
    });
    features.zip(model.coefficients().to_vec())
}

/// The families by weight, and how many features are used. Columns are standardised, so that a coefficient is what one
/// standard deviation adds to the log-odds; were columns independent, a family's root sum of squares would be the standard
/// deviation of what it adds.
fn weights(model: &Trained) -> (Vec<Weight>, usize) {
    let mut squares: BTreeMap<&'static str, f64> = BTreeMap::new();
    for (feature, coefficient) in columns(model) {
        *squares.entry(feature).or_default() += coefficient * coefficient;
    }
    let mut families: BTreeMap<Family, Vec<(&'static str, f64)>> = BTreeMap::new();
    for (name, square) in &squares {
        if let Some(feature) = position(name).and_then(|place| FEATURES.get(place)) {
            families.entry(feature.family).or_default().push((feature.name, *square));
        }
    }
    let root = |features: &[(&str, f64)]| features.iter().map(|(_, square)| square).sum::<f64>().sqrt();
    let total: f64 = families.values().map(|features| root(features)).sum();
    let weight = |(family, mut features): (Family, Vec<(&'static str, f64)>)| {
        let share = if total > 0.0 { root(&features) / total } else { 0.0 };
        features.sort_by(|one, other| other.1.total_cmp(&one.1).then(one.0.cmp(other.0)));
        Weight { family, share, features: features.into_iter().take(NAMED).map(|(name, _)| name).collect() }
    };
    let mut weights: Vec<Weight> = families.into_iter().map(weight).collect();
    weights.sort_by(|one, other| other.share.total_cmp(&one.share).then(one.family.cmp(&other.family)));
    (weights, squares.len())
}

fn family(words: &Families, family: Family) -> &str {
    match family {
        Family::Arrears => &words.arrears,
        Family::Trend => &words.trend,
        Family::PastArrears => &words.past_arrears,
        Family::Missed => &words.missed,
        Family::Late => &words.late,
        Family::Habit => &words.habit,
        Family::Returned => &words.returned,
        Family::Payments => &words.payments,
        Family::Demands => &words.demands,
        Family::Plans => &words.plans,
        Family::NotesEconomy => &words.notes_economy,
        Family::NotesHousing => &words.notes_housing,
        Family::NotesAbsence => &words.notes_absence,
        Family::NotesConflict => &words.notes_conflict,
        Family::NotesLifeEvent => &words.notes_life_event,
        Family::NotesProtective => &words.notes_protective,
        Family::NotesHealth => &words.notes_health,
        Family::NotesSubstance => &words.notes_substance,
        Family::NotesTrouble => &words.notes_trouble,
        Family::NotesContact => &words.notes_contact,
        Family::NotesText => &words.notes_text,
        Family::Tenancy => &words.tenancy,
    }
}
