//! The calibration plot: what was forecast against what came, as an SVG picture that stands alone or in a page.
//!
//! Both axes are square roots of the probability. At base rates of a few in a thousand most groups would lie on top of each
//! other near 0; a logarithm would spread them further, but has no place for a group in which nothing happened. The same
//! scale on both axes keeps the line of perfect forecasts straight.

use askama::Template;

use super::numbers::Numbers;
use super::words::CalibrationWords;
use crate::learning::measure::{Measure, ReliabilityBin};
use crate::texts::{TextError, fill};

const WIDTH: f64 = 480.0;
const HEIGHT: f64 = 430.0;
/// Where the axes cross, and where they end.
const LEFT: f64 = 74.0;
const BOTTOM: f64 = 366.0;
const RIGHT: f64 = 460.0;
const TOP: f64 = 14.0;
/// Probabilities that may be marked on an axis.
const MARKS: [f64; 13] = [0.0, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1.0];
/// The least distance between two marks.
const APART: f64 = 46.0;

#[derive(Template)]
#[template(path = "calibration.svg", escape = "html")]
struct PlotSvg<'a> {
    words: &'a CalibrationWords,
    width: f64,
    height: f64,
    left: f64,
    bottom: f64,
    right: f64,
    top: f64,
    middle_x: f64,
    middle_y: f64,
    marks: Vec<Mark>,
    points: Vec<Point>,
}

/// A mark on both axes.
struct Mark {
    x: String,
    y: String,
    text: String,
}

/// One group of rows.
struct Point {
    x: String,
    y: String,
    low: String,
    high: String,
    /// What a reader sees who points at it.
    tip: String,
}

/// The picture; `None` where no group can be drawn.
pub(super) fn plot(
    bins: &[ReliabilityBin],
    words: &CalibrationWords,
    numbers: &Numbers,
) -> Result<Option<String>, TextError> {
    let sound = |bin: &&ReliabilityBin| {
        let shown = [bin.forecast, bin.observed.value, bin.observed.low, bin.observed.high];
        shown.iter().all(|share| (0.0..=1.0).contains(share))
    };
    let bins: Vec<&ReliabilityBin> = bins.iter().filter(sound).collect();
    let largest = bins.iter().map(|bin| bin.forecast.max(bin.observed.high)).reduce(f64::max);
    let Some(largest) = largest else { return Ok(None) };
    let end = MARKS.into_iter().find(|mark| *mark > 0.0 && *mark >= largest).unwrap_or(1.0);
    let x = |share: f64| LEFT + (RIGHT - LEFT) * (share / end).sqrt();
    let y = |share: f64| BOTTOM - (BOTTOM - TOP) * (share / end).sqrt();
    let at = |place: f64| format!("{place:.1}");
    let point = |bin: &&ReliabilityBin| {
        let observed = &bin.observed;
        let interval = Measure { value: observed.value, low: observed.low, high: observed.high };
        let (forecast, came) = (numbers.percent(bin.forecast), numbers.percent_measure(Some(interval)));
        Point {
            x: at(x(bin.forecast)),
            y: at(y(observed.value)),
            low: at(y(observed.low)),
            high: at(y(observed.high)),
            tip: fill(&words.plot_tip, &[("forecast", &forecast), ("observed", &came)]),
        }
    };
    let mark = |share: f64| Mark { x: at(x(share)), y: at(y(share)), text: numbers.percent_short(share) };
    let svg = PlotSvg {
        words,
        width: WIDTH,
        height: HEIGHT,
        left: LEFT,
        bottom: BOTTOM,
        right: RIGHT,
        top: TOP,
        middle_x: (LEFT + RIGHT) / 2.0,
        middle_y: (TOP + BOTTOM) / 2.0,
        marks: marks(end, y).into_iter().map(mark).collect(),
        points: bins.iter().map(point).collect(),
    };
    Ok(Some(svg.render()?))
}

/// The marks up to the end of an axis, the larger ones first, as many as can be told apart.
fn marks(end: f64, place: impl Fn(f64) -> f64) -> Vec<f64> {
    let mut marks = vec![end];
    for mark in MARKS.into_iter().rev().filter(|mark| *mark < end) {
        let last = marks.last().copied().unwrap_or(end);
        let room = (place(mark) - place(last)).abs() >= APART && (place(mark) - place(0.0)).abs() >= APART;
        if mark == 0.0 || room {
            marks.push(mark);
        }
    }
    marks
}
