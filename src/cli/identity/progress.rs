//! How far it is: one line that changes in place on a terminal, and now and then a line otherwise.

use std::io::{IsTerminal, Write};

/// A line about what is being done.
pub struct Progress {
    terminal: bool,
    /// Into a pipe, every so many.
    next: u64,
}

impl Progress {
    /// Nothing is shown yet.
    pub fn new() -> Self {
        Self { terminal: std::io::stderr().is_terminal(), next: 0 }
    }

    /// So many are done.
    pub fn tell(&mut self, what: &str, done: u64) {
        let mut out = std::io::stderr().lock();
        if self.terminal {
            write!(out, "\r\u{1b}[K{what}: {}", thousands(done)).ok();
        } else if done >= self.next {
            writeln!(out, "{what}: {}", thousands(done)).ok();
            self.next = done.saturating_mul(4).max(1);
        }
        out.flush().ok();
    }

    /// What was being done is done.
    pub fn done(&mut self) {
        self.next = 0;
        if self.terminal {
            write!(std::io::stderr(), "\r\u{1b}[K").ok();
        }
    }
}

/// `1,234,567`.
pub fn thousands(number: impl TryInto<u64>) -> String {
    let digits = number.try_into().unwrap_or(u64::MAX).to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
