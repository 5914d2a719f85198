//! How values spread: quantiles, the commonest value, and where a feature may bend.

/// Where values end, and where they may bend.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Spread {
    /// Values below are held here.
    pub low: f64,
    /// Values above are held here.
    pub high: f64,
    /// Between the two, rising.
    pub knots: Vec<f64>,
}

/// The share of the values, on each side, that is held back.
const OUTERMOST: f64 = 0.001;
/// Where a feature may bend: quantiles of its values, the commonest one left aside.
const KNOTS: [f64; 5] = [0.1, 0.3, 0.5, 0.7, 0.9];
/// A commonest value inside the range is a knot too, from this share on.
const COMMON: f64 = 0.05;
/// With no more different values than this, every one of them is a knot.
const FEW: usize = 7;

impl Spread {
    /// The spread of values, sorted; a knot has `least` of them on its either side.
    pub fn of(sorted: &[f64], least: usize) -> Spread {
        let (common, count) = commonest(sorted);
        let others: Vec<f64> = sorted.iter().copied().filter(|value| *value != common).collect();
        if others.is_empty() {
            return Spread { low: common, high: common, knots: Vec::new() };
        }
        let mut different: Vec<f64> = sorted.to_vec();
        different.dedup();
        if different.len() <= FEW {
            let (low, high) = rounded(quantile(sorted, 0.0), quantile(sorted, 1.0));
            return Spread { low, high, knots: knots(different, sorted, low, high, least) };
        }
        // Of a feature that is 0 nearly everywhere, the outermost thousandth of all values may be 0 as well.
        let low = quantile(&others, OUTERMOST).min(common);
        let high = quantile(&others, 1.0 - OUTERMOST).max(common);
        let (low, high) = rounded(low, high);
        let mut wanted: Vec<f64> = KNOTS.iter().map(|share| quantile(&others, *share)).collect();
        if count as f64 >= COMMON * sorted.len() as f64 {
            wanted.push(common);
        }
        Spread { low, high, knots: knots(wanted, sorted, low, high, least) }
    }
}

/// The ends in two significant digits, so that a model's file does not hold the one highest rent of an association; as they
/// are where nothing would be left between them.
fn rounded(low: f64, high: f64) -> (f64, f64) {
    let digits = |value: f64| {
        if value == 0.0 || !value.is_normal() {
            return value;
        }
        let scale = 10f64.powf(1.0 - value.abs().log10().floor());
        if scale.is_normal() { (value * scale).round() / scale } else { value }
    };
    let (below, above) = (digits(low), digits(high));
    if below < above && below.is_finite() && above.is_finite() { (below, above) } else { (low, high) }
}

fn knots(mut wanted: Vec<f64>, sorted: &[f64], low: f64, high: f64, least: usize) -> Vec<f64> {
    wanted.sort_unstable_by(f64::total_cmp);
    wanted.dedup();
    wanted.retain(|knot| {
        let up_to = sorted.partition_point(|value| value <= knot);
        low < *knot && *knot < high && up_to >= least && sorted.len() - up_to >= least
    });
    wanted
}

/// The value that occurs most often, the lowest of equals, and how often; 0 where there is none.
pub(super) fn commonest(sorted: &[f64]) -> (f64, usize) {
    let runs = sorted.chunk_by(|one, other| one == other);
    let longest = runs.map(|run| (run.first().copied().unwrap_or_default(), run.len()));
    longest.fold((0.0, 0), |best, run| if run.1 > best.1 { run } else { best })
}

/// A quantile of sorted values, between two of them in proportion; 0 where there is none.
pub(super) fn quantile(sorted: &[f64], share: f64) -> f64 {
    let place = share * sorted.len().saturating_sub(1) as f64;
    let (below, rest) = (place.floor() as usize, place.fract());
    match (sorted.get(below), sorted.get(below + 1)) {
        (Some(below), Some(above)) if rest > 0.0 => below + rest * (above - below),
        (Some(below), _) => *below,
        _ => 0.0,
    }
}
