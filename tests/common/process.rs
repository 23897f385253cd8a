//! What the kernel says of a process.

use std::fs;
use std::time::Duration;

use rustix::process::Pid;

/// Memory that is in use, in KiB.
pub fn resident_kib(pid: Pid) -> u64 {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).expect("the process runs");
    number(&status, "VmRSS:")
}

/// Memory in use that is not the program's own text, in KiB.
pub fn own_kib(pid: Pid) -> u64 {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).expect("the process runs");
    number(&status, "RssAnon:") + number(&status, "RssShmem:")
}

/// How often its threads were put to sleep, all together: each was awake before.
pub fn naps(pid: Pid) -> u64 {
    let threads = fs::read_dir(format!("/proc/{pid}/task")).expect("the process runs");
    let statuses = threads
        .flatten()
        .map(|thread| fs::read_to_string(thread.path().join("status")).unwrap_or_default());
    statuses.map(|status| number(&status, "voluntary_ctxt_switches:")).sum()
}

/// Time that its threads have computed, all together.
pub fn busy(pid: Pid) -> Duration {
    let status = fs::read_to_string(format!("/proc/{pid}/stat")).expect("the process runs");
    let fields = status.rsplit(')').next().unwrap_or_default();
    // After proc(5): the 14th and the 15th field, in hundredths of a second.
    let ticks = fields.split_whitespace().skip(11).take(2);
    let ticks: u64 = ticks.map(|ticks| ticks.parse().unwrap_or(0)).sum();
    Duration::from_millis(10 * ticks)
}

/// Bytes that it has written, to whatever.
pub fn written(pid: Pid) -> u64 {
    let io = fs::read_to_string(format!("/proc/{pid}/io")).expect("the process runs");
    number(&io, "wchar:")
}

/// Open files.
pub fn files(pid: Pid) -> usize {
    fs::read_dir(format!("/proc/{pid}/fd")).expect("the process runs").count()
}

fn number(status: &str, name: &str) -> u64 {
    let line = status.lines().find_map(|line| line.strip_prefix(name));
    line.and_then(|rest| rest.split_whitespace().next()?.parse().ok()).unwrap_or(0)
}
