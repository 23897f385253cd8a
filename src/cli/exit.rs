//! What the shell is told at the end: the numbers, and what each means.

/// Done.
pub const DONE: u8 = 0;
/// Tried and failed.
pub const FAILED: u8 = 1;
/// `norns pop`: the desk refused the line.
pub const REJECTED: u8 = 2;
/// Nobody runs who could be told.
pub const NOBODY: u8 = 3;
/// Several customers are meant; they are listed.
pub const SEVERAL: u8 = 4;
/// Wrong usage: `EX_USAGE` of sysexits.h.
pub const USAGE: u8 = 64;

/// Every code, what it means of all commands, and what of `norns pop`. A desk that a signal ends
/// has 128 and the signal's number, as a shell reports it.
pub const MEANINGS: [(u8, &str, &str); 6] = [
    (DONE, "done", "delivered"),
    (FAILED, "failed; nothing found; complaints; something to look at", "failed"),
    (REJECTED, "", "rejected"),
    (
        NOBODY,
        "no desk, or no sample, runs that could be told",
        "nobody listening; kept in the journal",
    ),
    (SEVERAL, "several customers match; they are listed", ""),
    (USAGE, "wrong usage", "wrong usage"),
];
