//! Our side of what scripts do too, each in a process of its own: the fits, and the features.

use std::error::Error;
use std::path::Path;
use std::time::Instant;

use jiff::civil::Date;
use ndarray::Array2;
use postkort::learning::cohort::{Past, Words, snapshot};
use postkort::learning::fit::{choose_ridge, fit};

use super::matrix::{Prepared, label, load, read};
use super::report::Answer;

/// Makes all fits, and says how long each took. Reading the matrix is not timed.
pub fn fits(folder: &Path, out: &Path) -> Result<(), Box<dyn Error>> {
    let Prepared { plan, mut cells, labels } = load(folder)?;
    let columns = plan.columns;
    let rows_of = |cells: Vec<f64>| Array2::from_shape_vec((cells.len() / columns.max(1), columns), cells);
    let later = rows_of(cells.split_at(plan.later_from * columns).1.to_vec())?;
    let later_labels = labels.split_at(plan.later_from).1;
    let mut answer = Answer::default();
    // The most rows first, so that fewer need no copy.
    for rows in plan.prefixes.iter().rev() {
        cells.truncate(rows * columns);
        let (matrix, labels) = (rows_of(cells)?, labels.split_at(*rows).0);
        if *rows == plan.choice_rows {
            let started = Instant::now();
            choose_ridge((&matrix, labels), (&later, later_labels), &plan.grid)?;
            answer.choice = Some(started.elapsed().as_secs_f64());
        }
        let started = Instant::now();
        let found = fit(&matrix, labels, plan.ridge, None)?;
        answer.seconds.push(started.elapsed().as_secs_f64());
        answer.steps.push(found.iterations);
        answer.coefficients.push(found.start());
        cells = matrix.into_raw_vec_and_offset().0;
    }
    answer.seconds.reverse();
    answer.steps.reverse();
    answer.coefficients.reverse();
    answer.write(out)
}

/// Takes the snapshot of each date, and says how long each took. Reading the exports is not timed.
pub fn features(config: &Path, out: &Path, dates: &[&str]) -> Result<(), Box<dyn Error>> {
    let (config, known) = read(config)?;
    let label = label(&config);
    let mut answer = Answer::default();
    for date in dates {
        let date: Date = date.parse()?;
        let started = Instant::now();
        let snapshot =
            snapshot(Past { exports: &known.exports, notes: &known.notes, words: Words::Unread }, date, &label);
        answer.seconds.push(started.elapsed().as_secs_f64());
        answer.members.push(snapshot.members.len());
    }
    answer.write(out)
}
