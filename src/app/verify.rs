//! Verifying the caller: a checklist, of which enough must pass.

/// What is asked of the caller.
pub const CHECKS: [&str; 3] =
    ["full name and address", "last invoice amount or date", "security word or date of birth"];
/// So many must pass.
pub const NEEDED: usize = 2;

/// The checklist of one call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Verification {
    passed: [bool; CHECKS.len()],
    pub cursor: usize,
}

impl Verification {
    /// Whether this check has passed.
    pub fn passed(&self, check: usize) -> bool {
        self.passed.get(check).copied().unwrap_or(false)
    }

    /// How many have passed.
    pub fn count(&self) -> usize {
        self.passed.iter().filter(|passed| **passed).count()
    }

    /// Whether enough have passed.
    pub fn verified(&self) -> bool {
        self.count() >= NEEDED
    }

    /// Ticks or clears the check under the cursor.
    pub fn toggle(&mut self) {
        if let Some(passed) = self.passed.get_mut(self.cursor) {
            *passed = !*passed;
        }
    }

    /// Moves the cursor.
    pub fn step(&mut self, by: isize) {
        self.cursor = self.cursor.saturating_add_signed(by).min(CHECKS.len() - 1);
    }
}
