//! Gives the room that was freed back to the machine: the C library keeps it for the program, and a
//! desk that once showed a customer of whom much is known would hold it all day, beside hundreds of
//! others on one terminal server.

use std::fs;

/// A desk with the usual customers has less than this, in bytes: there is nothing to look for.
const MUCH: usize = 12 << 20;

/// Gives back what is free, where the desk has grown. That takes milliseconds: not for the thread that
/// hears keys.
pub fn give_back() {
    if own().is_some_and(|bytes| bytes > MUCH) {
        trim();
    }
}

/// How much memory is the process's own, in bytes: resident, and in no file (`proc_pid_status(5)`).
fn own() -> Option<usize> {
    let told = fs::read_to_string("/proc/self/status").ok()?;
    let line = told.lines().find_map(|line| line.strip_prefix("RssAnon:"))?;
    Some(line.trim().strip_suffix(" kB")?.parse::<usize>().ok()? << 10)
}

#[cfg(all(target_os = "linux", target_env = "gnu"))]
#[expect(unsafe_code, reason = "the C library's; there is no other door to it")]
fn trim() {
    // SAFETY: it takes no pointer, locks what it walks through, and touches free pages only.
    unsafe { libc::malloc_trim(0) };
}

/// Other C libraries give back by themselves.
#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
fn trim() {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_freed_is_not_kept() {
        let mut texts: Vec<String> = (0..400_000).map(|nth| format!("{nth:0>90}")).collect();
        let full = own().unwrap();
        // One of many stays, so that the heap cannot shrink from its end alone.
        let mut nth = 0_u32..;
        texts.retain(|_| nth.next().is_some_and(|nth| nth % 1_000 == 0));
        give_back();
        // Less than all: others in this process take memory meanwhile.
        let after = own().unwrap();
        assert!(after + (20 << 20) < full, "{full} {after}");
        assert_eq!(texts.len(), 400);
    }
}
