//! Verifying the caller: a checklist, of which enough must pass, and a record of what did.

use super::answers;
use super::effect::Effect;
use super::model::Model;
use super::msg::RequestId;
use crate::domain::ask::AskError;
use crate::domain::register::NewVerification;
use crate::domain::text::CleanText;

/// What is asked of the caller.
pub const CHECKS: [&str; 3] =
    ["full name and address", "last invoice amount or date", "security word or date of birth"];
/// So many must pass.
pub const NEEDED: usize = 2;

/// The checklist of one call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Verification {
    passed: [bool; CHECKS.len()],
    /// What of it is on record, or on its way there.
    recorded: [bool; CHECKS.len()],
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

/// What was proved goes on record, where there is something new and it is known of whom.
pub fn record(model: &mut Model, at: usize) -> Vec<Effect> {
    let request = model.request();
    let session = &mut model.sessions[at];
    let verification = &mut session.verification;
    let Some(customer) = &session.customer else { return Vec::new() };
    if verification.recorded == verification.passed {
        return Vec::new();
    }
    verification.recorded = verification.passed;
    let passed = (0..CHECKS.len()).filter(|check| verification.passed(*check));
    let new = NewVerification {
        customer: customer.id.clone(),
        call: session.call.as_ref().map(|call| call.key.clone()),
        passed: passed.map(|check| CleanText::line(CHECKS[check])).collect(),
        enough: verification.verified(),
    };
    model.verifying.insert(request);
    vec![Effect::Verify { request, new }]
}

/// The gateway has it, or has not: then it is sent with the next change.
pub fn recorded(
    model: &mut Model,
    request: RequestId,
    result: Result<Box<crate::domain::register::Verification>, AskError>,
) -> Vec<Effect> {
    if !model.verifying.remove(&request) {
        return Vec::new();
    }
    match result {
        Ok(verification) => answers::refresh_own(model, &verification.of.customer),
        Err(error) => {
            for session in &mut model.sessions {
                session.verification.recorded = Default::default();
            }
            model.notice(&format!("the verification is not on record yet: {}", error.say()));
            Vec::new()
        }
    }
}
