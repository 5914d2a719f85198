//! An evaluation as an analyst reads it.

use postkort::learning::evaluation::{Details, Split, Together};
use postkort::learning::measure::{Comparison, GroupMeasures, Grouping, Measure, Measures, ReliabilityBin, Share};

use super::Document;

/// The whole document.
pub(super) fn of(document: &Document) -> String {
    let mut text = format!("Model {}\n", document.model);
    for warning in &document.warnings {
        text += &format!("  look at: {warning}\n");
    }
    for split in &document.splits {
        text += &of_split(split);
    }
    if let Some(together) = &document.together {
        text += &of_together(together, document.splits.len());
    }
    let comparisons = || document.splits.iter().flat_map(|split| &split.details.groups);
    let by_age = comparisons().any(|comparison| comparison.by == Grouping::AgeBand);
    if comparisons().next().is_some() {
        text += "\nIn brackets: 95 % intervals. * of fewer than 30 tenancies: too few to tell a difference from chance, and so\n\
                 few that single households show: no ground for a change, and nothing to publish.\n";
    }
    if by_age {
        text += "Dates of birth were read for this comparison alone: age is no feature, and nothing of it is kept.\n";
    }
    text
}

fn of_split(split: &Split) -> String {
    let (report, measures) = (&split.report, &split.report.measures);
    let mut text = format!(
        "\nAs of {}, events within {} days: {}\n",
        report.as_of,
        report.horizon_days,
        cohort(measures, "tenancies")
    );
    if !split.complete {
        text += "  not all outcomes are known yet\n";
    }
    if split.seen_in_training {
        text += "  the model may have learned from these outcomes\n";
    }
    text + &figures(measures) + &details(&split.details)
}

fn of_together(together: &Together, dates: usize) -> String {
    let head =
        format!("\nAll {dates} dates together, each with a list of its own: {}\n", cohort(&together.measures, "rows"));
    head + &figures(&together.measures) + &details(&together.details)
}

fn cohort(measures: &Measures, rows: &str) -> String {
    let share = Share::of(measures.positives, measures.cohort).map_or(0.0, |share| 100.0 * share.value);
    format!("{} {rows}, {} with an event ({share:.2} %)", measures.cohort, measures.positives)
}

/// Figures with their intervals, a line each, and the simpler rankings beside them.
pub fn figures(measures: &Measures) -> String {
    let mut text = String::new();
    let mut line = |name: &str, measure: Option<Measure>| {
        text += &format!("    {name:<36} {}\n", told(measure).unwrap_or_else(|| "cannot be measured".to_owned()));
    };
    line("ROC-AUC", measures.roc_auc);
    line("PR-AUC", measures.pr_auc);
    line("Brier score", measures.brier);
    line("Brier score of a constant forecast", measures.brier_constant);
    line("calibration slope", measures.calibration.slope);
    line("calibration intercept", measures.calibration.intercept);
    for (k, precision) in &measures.precision_at {
        line(&format!("precision at {k}"), *precision);
        line(&format!("recall at {k}"), measures.recall_at.get(k).copied().flatten());
    }
    text + &baselines(measures)
}

/// The model and the simpler rankings, a row each.
fn baselines(measures: &Measures) -> String {
    let ks: Vec<usize> = measures.precision_at.keys().copied().collect();
    let mut head = vec!["beside simpler rankings".to_owned(), "ROC-AUC".to_owned(), "PR-AUC".to_owned()];
    head.extend(ks.iter().map(|k| format!("precision at {k}")));
    let cell = |measure: Option<Measure>| told(measure).unwrap_or_else(|| "-".to_owned());
    let at = |found: Option<&Option<Measure>>| cell(found.copied().flatten());
    let mut own = vec!["this model".to_owned(), cell(measures.roc_auc), cell(measures.pr_auc)];
    own.extend(ks.iter().map(|k| at(measures.precision_at.get(k))));
    let mut rows = vec![head, own];
    for (name, baseline) in &measures.baselines {
        let mut row = vec![name.clone(), cell(baseline.roc_auc), cell(baseline.pr_auc)];
        row.extend(ks.iter().map(|k| at(baseline.precision_at.get(k))));
        rows.push(row);
    }
    table(&rows)
}

fn details(details: &Details) -> String {
    let mut text = reliability(&details.reliability);
    for comparison in &details.groups {
        text += &groups(comparison, details.k);
    }
    text
}

fn reliability(bins: &[ReliabilityBin]) -> String {
    if bins.is_empty() {
        return String::new();
    }
    let head = ["forecast", "came", "rows"].map(str::to_owned).to_vec();
    let row = |bin: &ReliabilityBin| {
        vec![format!("{:.2} %", 100.0 * bin.forecast), percent(Some(bin.observed), 2), bin.observed.n.to_string()]
    };
    table(&[head].into_iter().chain(bins.iter().map(row)).collect::<Vec<_>>())
}

fn groups(comparison: &Comparison, k: usize) -> String {
    let by = match comparison.by {
        Grouping::Estate => "by estate",
        Grouping::AgeBand => "by age",
        Grouping::Tenure => "by years since moving in",
    };
    let listed = format!("on the list of {k}");
    let head = [by, "rows", "events", &listed, "events of the listed", "events missed"].map(str::to_owned).to_vec();
    let row = |group: &GroupMeasures| {
        vec![
            format!("{}{}", group.group.as_deref().unwrap_or("not known"), if group.small { " *" } else { "" }),
            group.n.to_string(),
            group.positives.to_string(),
            percent(group.selection_rate, 1),
            percent(group.precision, 1),
            percent(group.false_negative_rate, 1),
        ]
    };
    table(&[head].into_iter().chain(comparison.groups.iter().map(row)).collect::<Vec<_>>())
}

fn told(measure: Option<Measure>) -> Option<String> {
    measure.map(|one| format!("{:.4} [{:.4} to {:.4}]", one.value, one.low, one.high))
}

/// A share and its interval in per cent, with so many decimals.
fn percent(share: Option<Share>, decimals: usize) -> String {
    share.map_or("-".to_owned(), |share| {
        let [value, low, high] = [share.value, share.low, share.high].map(|share| 100.0 * share);
        format!("{value:.decimals$} % [{low:.decimals$} to {high:.decimals$}]{}", if share.small { " *" } else { "" })
    })
}

/// Rows under a head, each column as wide as its widest cell, an empty line above. Plain numbers stand at the right.
fn table(rows: &[Vec<String>]) -> String {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let cells = |column: usize| rows.iter().filter_map(move |row| row.get(column));
    let width = |column| cells(column).map(|cell| cell.chars().count()).max().unwrap_or(0);
    let number = |cell: &String| cell.parse::<f64>().is_ok();
    let forms: Vec<(usize, bool)> =
        (0..columns).map(|column| (width(column), column > 0 && cells(column).skip(1).all(number))).collect();
    let mut text = String::from("\n");
    for row in rows {
        let set = |(cell, (width, right)): (&String, &(usize, bool))| match right {
            true => format!("{cell:>width$}"),
            false => format!("{cell:<width$}"),
        };
        let cells: Vec<String> = row.iter().zip(&forms).map(set).collect();
        text += &format!("    {}\n", cells.join("   ").trim_end());
    }
    text
}
