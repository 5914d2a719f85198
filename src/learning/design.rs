//! From features to the columns that coefficients belong to, learned from the training rows alone.
//!
//! One rule for every feature, whatever it tells:
//!
//! 1. Unknown values become the training median; where a share worth it is unknown, a column says so.
//! 2. A heavy-tailed feature (the largest percent of its sizes more than five times the middle one) is taken as
//!    sign(v) · ln(1 + |v| / scale), its scale being a small size among those that are not 0.
//! 3. Values beyond the training rows' outermost thousandths are held there.
//! 4. The value is one column, and for each of up to five knots its excess over the knot (max(0, v − knot)) another, so
//!    that a feature may bend. Knots are quantiles of the values, those equal to the commonest one left aside.
//! 5. Columns that never change, and those that say the same as an earlier one (|r| > 0.999), are left out, by name.
//! 6. Columns are standardised: mean 0, standard deviation 1 in the training rows.
//!
//! Every column belongs to one feature: what a feature adds to the log-odds is the sum over its columns.

use ndarray::Array2;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::quantiles::{Spread, quantile};
use crate::features::{FEATURES, N};

/// A share of unknown values from which a column tells of them, unless they are fewer rows than [`LEAST_ROWS`].
const WORTH_A_COLUMN: f64 = 0.005;
/// A knot, and a column for the unknown, needs so many rows on its either side: fewer tell nothing but their own story.
const LEAST_ROWS: usize = 20;
/// Columns that correlate more than this, in size, say the same.
const SAME: f64 = 0.999;
/// Rows among which columns are looked for that say the same; what is found is proved on all rows.
const LOOKED_AT: usize = 10_000;

/// How features become columns.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Design {
    inputs: Vec<Input>,
    left_out: Vec<LeftOut>,
}

/// A feature and its columns.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Input {
    #[serde(with = "by_name")]
    feature: usize,
    /// The scale of the signed logarithm, in the feature's unit; none where the value is taken as it is.
    log_scale: Option<f64>,
    /// The median, in place of the unknown; after the logarithm, as are all that follow.
    fill: f64,
    low: f64,
    high: f64,
    columns: Vec<Column>,
}

/// One column.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Column {
    form: Form,
    mean: f64,
    sd: f64,
}

/// What a column holds before it is standardised.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Form {
    /// The value.
    Value,
    /// Its excess over a knot.
    Above(f64),
    /// 1 where the value is unknown, else 0.
    Unknown,
}

/// A feature or a column that is not used, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LeftOut {
    /// The column: the feature's name, with what is made of it: `arrears_dkk`, `arrears_dkk above 4.2`.
    pub column: String,
    /// Why: `never changes`, `says the same as rent_dkk`.
    pub why: String,
}

/// Why nothing can be learned from the rows.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DesignError {
    /// No row.
    #[error("there are no rows to learn from")]
    NoRows,
    /// Every feature is the same everywhere.
    #[error(
        "no feature differs between the {0} training rows, so there is nothing to learn from; check the ledger's columns \
         and dates with `postkort check`"
    )]
    NothingVaries(usize),
    /// A value that no feature has.
    #[error("the feature {0} is infinite in a training row; this is a mistake of the program")]
    Infinite(&'static str),
}

impl Design {
    /// Learns the columns from training rows, `NaN` being the unknown.
    ///
    /// # Errors
    /// [`DesignError`] where there is no row, or nothing differs between them.
    pub fn learn(rows: &[[f64; N]]) -> Result<Design, DesignError> {
        if rows.is_empty() {
            return Err(DesignError::NoRows);
        }
        if let Some(feature) = (0..N).find(|feature| rows.iter().any(|row| at(row, *feature).is_infinite())) {
            return Err(DesignError::Infinite(name(feature)));
        }
        let learned: Vec<(Option<Input>, Vec<LeftOut>)> =
            (0..N).into_par_iter().map(|feature| Input::learn(feature, rows)).collect();
        let (inputs, left_out): (Vec<_>, Vec<_>) = learned.into_iter().unzip();
        let mut design = Design {
            inputs: inputs.into_iter().flatten().collect(),
            left_out: left_out.into_iter().flatten().collect(),
        };
        design.leave_out_the_same(rows);
        if design.columns() == 0 {
            return Err(DesignError::NothingVaries(rows.len()));
        }
        Ok(design)
    }

    /// How many columns there are.
    pub fn columns(&self) -> usize {
        self.inputs.iter().map(|input| input.columns.len()).sum()
    }

    /// The features that columns are made of, as their places in [`FEATURES`], ascending.
    pub fn features(&self) -> impl Iterator<Item = usize> + '_ {
        self.inputs.iter().map(|input| input.feature)
    }

    /// The names of the columns: `arrears_dkk`, `arrears_dkk above 4.2`, `regular_delay unknown`.
    pub fn names(&self) -> Vec<String> {
        self.each_column().map(|(input, column)| column.form.name(input.feature)).collect()
    }

    /// What is not used, and why.
    pub fn left_out(&self) -> &[LeftOut] {
        &self.left_out
    }

    /// The standardised columns of rows, row-major.
    pub fn matrix(&self, rows: &[[f64; N]]) -> Array2<f64> {
        let columns = self.columns();
        let mut cells = vec![0.0; rows.len() * columns];
        cells.par_chunks_mut(columns.max(1)).zip(rows).for_each(|(cells, row)| {
            let values = self.inputs.iter().flat_map(|input| input.values(row));
            cells.iter_mut().zip(values).for_each(|(cell, value)| *cell = value);
        });
        // The shape is that of the cells, made two lines above.
        Array2::from_shape_vec((rows.len(), columns), cells).unwrap_or_default()
    }

    /// What each feature adds to the log-odds with these coefficients, one for each column: the feature and its amount.
    pub fn amounts<'a>(
        &'a self,
        row: &'a [f64; N],
        coefficients: &'a [f64],
    ) -> impl Iterator<Item = (usize, f64)> + 'a {
        let mut rest = coefficients;
        self.inputs.iter().map(move |input| {
            let (own, others) = rest.split_at_checked(input.columns.len()).unwrap_or((rest, &[]));
            rest = others;
            let amount = input.values(row).zip(own).map(|(value, coefficient)| value * coefficient).sum();
            (input.feature, amount)
        })
    }

    /// Whether every number can be reckoned with: a file may hold anything.
    pub(crate) fn is_sound(&self) -> bool {
        let sound = |input: &Input| {
            let numbers = [input.fill, input.low, input.high, input.log_scale.unwrap_or(1.0)];
            let columns = &input.columns;
            numbers.iter().all(|number| number.is_finite())
                && input.low <= input.high
                && input.log_scale.is_none_or(|scale| scale > 0.0)
                && columns.iter().all(|column| column.mean.is_finite() && column.sd.is_finite() && column.sd > 0.0)
        };
        let ordered = self.inputs.windows(2).all(|pair| matches!(pair, [one, other] if one.feature < other.feature));
        ordered && self.inputs.iter().all(sound)
    }

    fn each_column(&self) -> impl Iterator<Item = (&Input, &Column)> {
        self.inputs.iter().flat_map(|input| input.columns.iter().map(move |column| (input, column)))
    }

    /// Leaves out what an earlier column says already. The values of all features come before their bends, so that a
    /// bend gives way to another feature's value.
    fn leave_out_the_same(&mut self, rows: &[[f64; N]]) {
        let step = rows.len().div_ceil(LOOKED_AT).max(1);
        let sample: Vec<[f64; N]> = rows.iter().step_by(step).copied().collect();
        let looked_at = columns_of(&self.matrix(&sample));
        let forms: Vec<(usize, Form)> =
            self.each_column().map(|(input, column)| (input.feature, column.form)).collect();
        let mut order: Vec<usize> = (0..forms.len()).collect();
        order.sort_by_key(|place| forms.get(*place).map(|(_, form)| form.rank()));
        let mut kept: Vec<usize> = Vec::new();
        let mut same: Vec<(usize, usize)> = Vec::new();
        for place in order {
            let alike = |other: &&usize| correlate(&looked_at, place, **other) > SAME;
            let candidates: Vec<usize> = kept.par_iter().filter(alike).copied().collect();
            let proved = |other: &usize| step == 1 || self.correlate(rows, place, *other) > SAME;
            match candidates.into_iter().find(proved) {
                Some(other) => same.push((place, other)),
                None => kept.push(place),
            }
        }
        let named = |place: usize| forms.get(place).map(|(feature, form)| form.name(*feature)).unwrap_or_default();
        same.sort_unstable();
        for (place, other) in &same {
            let why = format!("says the same as {}", named(*other));
            self.left_out.push(LeftOut { column: named(*place), why });
        }
        let mut place = 0;
        for input in &mut self.inputs {
            input.columns.retain(|_| {
                place += 1;
                kept.contains(&(place - 1))
            });
        }
        self.inputs.retain(|input| !input.columns.is_empty());
    }

    /// How two columns correlate over all rows, in size.
    fn correlate(&self, rows: &[[f64; N]], one: usize, other: usize) -> f64 {
        let column = |place: usize| self.each_column().nth(place);
        let (Some((one_of, one)), Some((other_of, other))) = (column(one), column(other)) else { return 0.0 };
        let product = |row: &[f64; N]| one_of.value(one, row) * other_of.value(other, row);
        (rows.iter().map(product).sum::<f64>() / rows.len() as f64).abs()
    }
}

impl Input {
    /// The columns of a feature, and those left out.
    fn learn(feature: usize, rows: &[[f64; N]]) -> (Option<Input>, Vec<LeftOut>) {
        let mut known: Vec<f64> = rows.iter().map(|row| at(row, feature)).filter(|value| !value.is_nan()).collect();
        let unknown = rows.len() - known.len();
        let left_out = |why: &str| vec![LeftOut { column: name(feature).to_owned(), why: why.to_owned() }];
        if known.is_empty() {
            return (None, left_out("is unknown everywhere"));
        }
        let log_scale = log_scale(&known);
        known.iter_mut().for_each(|value| *value = logged(*value, log_scale));
        known.sort_unstable_by(f64::total_cmp);
        let Spread { low, high, knots } = Spread::of(&known, LEAST_ROWS);
        let fill = quantile(&known, 0.5);
        let mut input = Input { feature, log_scale, fill, low, high, columns: Vec::new() };
        let worth_it =
            unknown >= LEAST_ROWS && known.len() >= LEAST_ROWS && unknown as f64 >= WORTH_A_COLUMN * rows.len() as f64;
        let forms = std::iter::once(Form::Value).chain(knots.into_iter().map(Form::Above));
        for form in forms.chain(worth_it.then_some(Form::Unknown)) {
            input.columns.extend(input.standardised(form, rows));
        }
        if input.columns.is_empty() { (None, left_out("never changes")) } else { (Some(input), Vec::new()) }
    }

    /// The column with its mean and standard deviation; none where it never changes.
    fn standardised(&self, form: Form, rows: &[[f64; N]]) -> Option<Column> {
        let values = || rows.iter().map(|row| self.raw(form, row));
        let count = rows.len() as f64;
        let mean = values().sum::<f64>() / count;
        let variance = values().map(|value| (value - mean).powi(2)).sum::<f64>() / count;
        let sd = variance.sqrt();
        (sd > 1e-9 * mean.abs().max(1e-9)).then_some(Column { form, mean, sd })
    }

    fn raw(&self, form: Form, row: &[f64; N]) -> f64 {
        let given = at(row, self.feature);
        if let Form::Unknown = form {
            return f64::from(u8::from(given.is_nan()));
        }
        let value = if given.is_nan() { self.fill } else { logged(given, self.log_scale) };
        let held = value.max(self.low).min(self.high);
        if let Form::Above(knot) = form { (held - knot).max(0.0) } else { held }
    }

    fn value(&self, column: &Column, row: &[f64; N]) -> f64 {
        (self.raw(column.form, row) - column.mean) / column.sd
    }

    fn values<'a>(&'a self, row: &'a [f64; N]) -> impl Iterator<Item = f64> + 'a {
        self.columns.iter().map(move |column| self.value(column, row))
    }
}

impl Form {
    fn name(self, feature: usize) -> String {
        match self {
            Form::Value => name(feature).to_owned(),
            Form::Above(knot) => format!("{} above {knot:.4}", name(feature)),
            Form::Unknown => format!("{} unknown", name(feature)),
        }
    }

    fn rank(self) -> u8 {
        match self {
            Form::Value => 0,
            Form::Unknown => 1,
            Form::Above(_) => 2,
        }
    }
}

/// The scale of a heavy-tailed feature's logarithm: the least tenth of the sizes that are not 0.
fn log_scale(known: &[f64]) -> Option<f64> {
    let mut sizes: Vec<f64> = known.iter().filter(|value| **value != 0.0).map(|value| value.abs()).collect();
    if sizes.len() < LEAST_ROWS {
        return None;
    }
    sizes.sort_unstable_by(f64::total_cmp);
    let (middle, large) = (quantile(&sizes, 0.5), quantile(&sizes, 0.99));
    (large > HEAVY * middle).then(|| quantile(&sizes, 0.1).max(large * 1e-6))
}

/// The largest percent of sizes over the middle one, beyond which a feature is heavy-tailed.
const HEAVY: f64 = 5.0;

fn logged(value: f64, scale: Option<f64>) -> f64 {
    scale.map_or(value, |scale| value.signum() * (value.abs() / scale).ln_1p())
}

fn at(row: &[f64; N], feature: usize) -> f64 {
    row.get(feature).copied().unwrap_or(f64::NAN)
}

fn name(feature: usize) -> &'static str {
    FEATURES.get(feature).map_or("", |feature| feature.name)
}

/// The columns of a matrix, standardised anew; those that never change are all 0.
fn columns_of(matrix: &Array2<f64>) -> Vec<Vec<f64>> {
    let standardise = |column: ndarray::ArrayView1<'_, f64>| {
        let mean = column.mean().unwrap_or_default();
        let mut column: Vec<f64> = column.iter().map(|value| value - mean).collect();
        let size = column.iter().map(|value| value * value).sum::<f64>().sqrt();
        column.iter_mut().for_each(|value| *value /= size.max(1e-9));
        column
    };
    matrix.columns().into_iter().map(standardise).collect()
}

fn correlate(columns: &[Vec<f64>], one: usize, other: usize) -> f64 {
    let both = columns.get(one).zip(columns.get(other));
    both.map_or(0.0, |(one, other)| super::newton::dot(one, other).abs())
}

/// Features stand in files by their name.
mod by_name {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub fn serialize<S: Serializer>(feature: &usize, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(super::name(*feature))
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<usize, D::Error> {
        let name = String::deserialize(deserializer)?;
        crate::features::position(&name).ok_or_else(|| D::Error::custom(format!("there is no feature {name:?}")))
    }
}
