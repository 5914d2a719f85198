//! How early the lists name, and how much of a list stays from week to week.

use crate::card::document::Section;
use crate::card::told::Told;
use crate::learning::measure::LeadTime;
use crate::texts::fill;

pub(super) fn weekly(told: &Told<'_>) -> Section {
    let (words, numbers) = (&told.words.weekly, &told.numbers);
    let mut section = Section::new("weekly", &words.title);
    let Some(proof) = told.facts.proof else { return section };
    let Some(weekly) = &proof.weekly else {
        section.text(words.none.as_str());
        return section;
    };
    let (first, last) = (numbers.date(weekly.first), numbers.date(weekly.last));
    let weeks = numbers.counted(&numbers.words.weeks, weekly.weeks);
    section.text(fill(&words.text, &[("first", &first), ("last", &last), ("weeks", &weeks)]));
    if let Some(lead) = &weekly.lead {
        early(told, lead, &mut section);
    }
    if let Some(kept) = weekly.stability.and_then(|stability| stability.kept) {
        let kept = fill(&words.kept, &[("kept", &numbers.percent_measure(Some(kept)))]);
        section.text(format!("{kept} {}", words.kept_meaning));
    }
    section.note(words.limits.as_str());
    section
}

fn early(told: &Told<'_>, lead: &LeadTime, section: &mut Section) {
    let (words, numbers) = (&told.words.weekly, &told.numbers);
    let listed = (lead.listed.value * lead.listed.n as f64).round() as u64;
    let (events, listed, share) =
        (numbers.count(lead.events as u64), numbers.count(listed), numbers.share(&lead.listed));
    section.text(told.fill(&words.lead, &[("events", &events), ("listed", &listed), ("share", &share)]));
    let quartiles = lead.lower_quartile.zip(lead.upper_quartile);
    let Some((median, (low, high))) = lead.median.filter(|median| median.value.is_finite()).zip(quartiles) else {
        section.text(words.median_unknown.as_str());
        return;
    };
    let (median, low, high) = (numbers.days(median.value), numbers.days(low), numbers.days(high));
    let median = told.fill(&words.median, &[("median", &median), ("low", &low), ("high", &high)]);
    section.text(format!("{median} {}", words.median_meaning));
}
