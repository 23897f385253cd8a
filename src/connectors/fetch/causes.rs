//! What a failure comes from.

use std::error::Error;
use std::io;

/// A failure, its causes, and what input errors among them hold: those do not name it as a cause.
pub fn causes<'e>(error: &'e (dyn Error + 'static)) -> Vec<&'e (dyn Error + 'static)> {
    let mut found = Vec::new();
    let mut next = Some(error);
    while let Some(error) = next {
        found.push(error);
        let held = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        next = match held {
            Some(held) => Some(held),
            None => error.source(),
        };
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_input_error_holds_is_among_them() {
        let last = io::Error::from(io::ErrorKind::UnexpectedEof);
        let failure = io::Error::other(io::Error::other(last));
        let kinds: Vec<_> = causes(&failure)
            .into_iter()
            .filter_map(|cause| cause.downcast_ref::<io::Error>().map(io::Error::kind))
            .collect();
        use io::ErrorKind::{Other, UnexpectedEof};
        assert_eq!(kinds, [Other, Other, UnexpectedEof]);
    }
}
