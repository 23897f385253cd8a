//! Medians, 95th percentiles, ratios, and whether the goal is reached.

use std::sync::atomic::{AtomicU32, Ordering};

use super::terminal::Sample;

static FAILED: AtomicU32 = AtomicU32::new(0);

/// How many goals were not reached.
pub fn failed() -> u32 {
    FAILED.load(Ordering::SeqCst)
}

/// A percentile.
pub fn percentile(values: &[f64], percent: usize) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let at = (sorted.len() * percent / 100).min(sorted.len().saturating_sub(1));
    sorted.get(at).copied().unwrap_or(f64::NAN)
}

/// The median.
pub fn median(values: &[f64]) -> f64 {
    percentile(values, 50)
}

/// What is said of one figure before its lines.
pub fn title(what: &str) {
    println!("\n{what}");
    println!("  {:34} {:>22} {:>22} {:>7}  goal", "", "desk (p95)", "floor (p95)", "ratio");
}

/// Desk beside floor. The goal is a ratio.
pub fn compare(what: &str, desk: &[f64], floor: &[f64], goal: f64) {
    let ratio = median(desk) / median(floor);
    let verdict = verdict(ratio <= goal * 1.0005);
    let spread =
        |values: &[f64]| format!("{} ({})", short(median(values)), short(percentile(values, 95)));
    println!(
        "  {what:34} {:>22} {:>22} {ratio:>7.2}  <= {goal:.2} x floor  {verdict}",
        spread(desk),
        spread(floor)
    );
}

/// A figure with a goal of its own.
pub fn absolute(what: &str, value: f64, unit: &str, goal: f64) {
    let verdict = verdict(value <= goal);
    let value = format!("{} {unit}", short(value));
    println!("  {what:34} {value:>22} {:>22} {:>7}  <= {} {unit}  {verdict}", "", "", short(goal));
}

/// A figure that is only told.
pub fn told(what: &str, value: f64, unit: &str) {
    println!("  {what:34} {:>22}", format!("{} {unit}", short(value)));
}

fn verdict(reached: bool) -> &'static str {
    if reached {
        return "PASS";
    }
    FAILED.fetch_add(1, Ordering::SeqCst);
    "FAIL"
}

fn short(value: f64) -> String {
    if value.fract() == 0.0 || value >= 100.0 {
        format!("{value:.0}")
    } else {
        format!("{value:.2}")
    }
}

/// Samples by what was measured.
#[derive(Default)]
pub struct Samples {
    pub ms: Vec<f64>,
    pub bytes: Vec<f64>,
    pub bursts: Vec<f64>,
    pub cpu: Vec<f64>,
}

impl Samples {
    /// One more.
    pub fn add(&mut self, sample: Sample) {
        self.ms.push(sample.ms);
        self.bytes.push(sample.bytes);
        self.bursts.push(sample.bursts);
        self.cpu.push(sample.cpu);
    }
}
