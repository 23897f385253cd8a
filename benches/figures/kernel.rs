//! What the kernel knows of a process: time, wake-ups, memory, over all its threads.

use std::fs;
use std::path::PathBuf;

/// Time on a processor, in microseconds.
pub fn cpu(pid: u32) -> f64 {
    let nanoseconds = |task: PathBuf| {
        let text = fs::read_to_string(task.join("schedstat")).ok()?;
        text.split_whitespace().next()?.parse::<f64>().ok()
    };
    tasks(pid).into_iter().filter_map(nanoseconds).sum::<f64>() / 1_000.0
}

/// How often any of its threads was woken or put aside.
pub fn switches(pid: u32) -> u64 {
    let of = |task: PathBuf| {
        let text = fs::read_to_string(task.join("status")).unwrap_or_default();
        let lines = text.lines().filter_map(|line| line.split_once("ctxt_switches:"));
        lines.filter_map(|(_, count)| count.trim().parse::<u64>().ok()).sum::<u64>()
    };
    tasks(pid).into_iter().map(of).sum()
}

/// Threads.
pub fn threads(pid: u32) -> usize {
    tasks(pid).len()
}

/// Memory that is nobody else's, in MiB.
pub fn private(pid: u32) -> f64 {
    let text = fs::read_to_string(format!("/proc/{pid}/smaps_rollup")).unwrap_or_default();
    let lines = text.lines().filter_map(|line| line.strip_prefix("Private_"));
    let kilobytes = lines.filter_map(|line| line.split_whitespace().nth(1)?.parse::<f64>().ok());
    kilobytes.sum::<f64>() / 1_024.0
}

fn tasks(pid: u32) -> Vec<PathBuf> {
    let entries = fs::read_dir(format!("/proc/{pid}/task"));
    entries.map_or(Vec::new(), |entries| entries.flatten().map(|entry| entry.path()).collect())
}
