//! Medians and ratios, as Markdown tables.

use std::error::Error;
use std::fmt::Write;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::process::Took;

/// What a process says of itself.
#[derive(Default, Serialize, Deserialize)]
pub struct Answer {
    /// What each fit, or date, took.
    pub seconds: Vec<f64>,
    /// What the choice of a penalty took.
    #[serde(default)]
    pub choice: Option<f64>,
    /// Of each fit, the coefficients and then the intercept.
    #[serde(default)]
    pub coefficients: Vec<Vec<f64>>,
    /// Of each fit.
    #[serde(default)]
    pub steps: Vec<usize>,
    /// Of each date, the tenancies that features were taken of.
    #[serde(default)]
    pub members: Vec<usize>,
}

impl Answer {
    pub fn read(path: &Path) -> Result<Answer, Box<dyn Error>> {
        Ok(serde_json::from_str(&std::fs::read_to_string(path)?)?)
    }

    pub fn write(&self, path: &Path) -> Result<(), Box<dyn Error>> {
        Ok(std::fs::write(path, serde_json::to_string(self)?)?)
    }
}

/// One of those that were measured.
pub struct Row {
    pub name: &'static str,
    /// Round by round.
    rounds: Vec<(Took, Answer)>,
}

impl Row {
    /// Not measured yet.
    pub fn new(name: &'static str) -> Row {
        Row { name, rounds: Vec::new() }
    }

    pub fn add(&mut self, round: (Took, Answer)) {
        self.rounds.push(round);
    }

    fn median(&self, of: impl Fn(&Took, &Answer) -> f64) -> f64 {
        median(self.rounds.iter().map(|(took, answer)| of(took, answer)).collect())
    }

    /// How many fits or dates every round got to.
    fn done(&self) -> usize {
        self.rounds.iter().map(|(_, answer)| answer.seconds.len()).min().unwrap_or_default()
    }

    /// What the first so many took together.
    fn sum(&self, first: usize) -> f64 {
        self.median(|_, answer| answer.seconds.iter().take(first).sum())
    }

    fn choice(&self) -> f64 {
        self.median(|_, answer| answer.choice.unwrap_or(f64::NAN))
    }

    fn cpu(&self) -> f64 {
        self.median(|took, _| took.cpu.as_secs_f64())
    }

    fn peak_megabytes(&self) -> f64 {
        self.rounds.iter().map(|(took, _)| took.peak).max().unwrap_or_default() as f64 / 1e6
    }

    fn steps(&self) -> usize {
        self.rounds.first().map_or(0, |(_, answer)| answer.steps.iter().sum())
    }

    /// The largest difference of a coefficient from another row's.
    fn away_from(&self, other: &Row) -> f64 {
        let of = |row: &Row| row.rounds.first().map(|(_, answer)| answer.coefficients.concat()).unwrap_or_default();
        of(self).iter().zip(of(other)).map(|(one, other)| (one - other).abs()).fold(0.0, f64::max)
    }
}

/// `postkort train`, and its time over that of the fits alone of whoever made them all.
pub fn whole(trained: &[Took], fits: &[Row]) -> String {
    let seconds = median(trained.iter().map(|took| took.wall.as_secs_f64()).collect());
    let cpu = median(trained.iter().map(|took| took.cpu.as_secs_f64()).collect());
    let peak = trained.iter().map(|took| took.peak).max().unwrap_or_default() as f64 / 1e6;
    let mut text = format!("train: {seconds:.1} s, CPU {cpu:.1} s, peak memory {peak:.0} MB");
    let all = fits.iter().map(Row::done).max().unwrap_or_default();
    for row in fits.iter().filter(|row| row.done() == all && row.choice().is_finite()) {
        let alone = row.sum(all) + row.choice();
        write(&mut text, format_args!("; {:.2} × the fits of {} alone", seconds / alone, row.name));
    }
    text + "\n"
}

/// The fits, with their ratios to the first row, ours. A peer that ran out of time is compared by the fits that it made.
pub fn of_fits(rows: &[Row]) -> String {
    let columns = "| fits | made | steps | s | × postkort | choice of the penalty s | × postkort | both × postkort | CPU s | \
                   peak MB | coefficients off by up to |";
    let mut text = format!("{columns}\n|---|---|---|---|---|---|---|---|---|---|---|\n");
    let Some(ours) = rows.first() else { return text };
    for row in rows {
        let (made, choice) = (row.done(), row.choice());
        let (sum, own) = (row.sum(made), ours.sum(made));
        let both = (sum + choice) / (own + ours.choice());
        write(
            &mut text,
            format_args!(
                "| {} | {made} | {} | {sum:.2} | {:.2} | {} | {} | {} | {:.1} | {:.0} | {:.1e} |\n",
                row.name,
                row.steps(),
                sum / own,
                known(choice),
                known(choice / ours.choice()),
                known(both),
                row.cpu(),
                row.peak_megabytes(),
                row.away_from(ours),
            ),
        );
    }
    text
}

/// The features, with their ratios to the first row, ours, on the dates that both got to.
pub fn of_features(rows: &[Row]) -> String {
    let columns = "| features | dates | tenancies | s a date | × postkort | CPU s | peak MB |";
    let mut text = format!("{columns}\n|---|---|---|---|---|---|---|\n");
    let Some(ours) = rows.first() else { return text };
    for row in rows {
        let done = row.done();
        let tenancies: usize = row
            .rounds
            .first()
            .map_or(0, |(_, answer)| answer.members.iter().sum::<usize>() / answer.members.len().max(1));
        write(
            &mut text,
            format_args!(
                "| {} | {done} | {tenancies} | {:.3} | {:.1} | {:.1} | {:.0} |\n",
                row.name,
                row.sum(done) / done as f64,
                row.sum(done) / ours.sum(done),
                row.cpu(),
                row.peak_megabytes(),
            ),
        );
    }
    text
}

/// Nothing where time ran out before.
fn known(value: f64) -> String {
    if value.is_nan() { "–".to_owned() } else { format!("{value:.2}") }
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

fn write(text: &mut String, what: std::fmt::Arguments<'_>) {
    // Writing to a String cannot fail.
    let _ = text.write_fmt(what);
}
