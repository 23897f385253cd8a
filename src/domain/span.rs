//! A length of time as it is said.

use std::time::Duration;

/// In the largest unit that there is at least one of: `20 min`, `5 hours`, `3 days`.
pub fn span(length: Duration) -> String {
    let minutes = length.as_secs() / 60;
    let (number, unit) = match minutes {
        0..60 => return format!("{minutes} min"),
        60..1440 => (minutes / 60, "hour"),
        _ => (minutes / 1440, "day"),
    };
    format!("{number} {unit}{}", if number == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_length_is_told_in_its_largest_unit() {
        let told = |seconds| span(Duration::from_secs(seconds));
        assert_eq!(told(59), "0 min");
        assert_eq!(told(3_599), "59 min");
        assert_eq!(told(3_600), "1 hour");
        assert_eq!(told(86_399), "23 hours");
        assert_eq!(told(86_400), "1 day");
        assert_eq!(told(3 * 86_400 + 5), "3 days");
    }
}
