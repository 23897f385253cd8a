//! Amounts in minor units, after the exponents of ISO 4217.

use std::fmt;

/// An amount of one currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Money {
    /// In the currency's minor unit: cents, yen, fils.
    pub minor: i64,
    currency: [u8; 3],
}

impl Money {
    /// An amount in minor units; the currency is three letters of any case.
    pub fn new(minor: i64, currency: &str) -> Option<Self> {
        let code: [u8; 3] = currency.to_ascii_uppercase().as_bytes().try_into().ok()?;
        code.iter().all(u8::is_ascii_uppercase).then_some(Self { minor, currency: code })
    }

    /// Reads a decimal number such as `-196.00`, exactly: more decimals than the currency has
    /// are an error unless they are zeros.
    pub fn decimal(text: &str, currency: &str) -> Option<Self> {
        let zero = Self::new(0, currency)?;
        let (negative, digits) = match text.trim().strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text.trim()),
        };
        let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
        let all_digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
        if whole.is_empty() || !all_digits(whole) || !all_digits(part) {
            return None;
        }
        let exponent = zero.exponent() as usize;
        let (kept, dropped) = part.split_at(part.len().min(exponent));
        if dropped.bytes().any(|b| b != b'0') {
            return None;
        }
        let padded = format!("{whole}{kept:0<exponent$}");
        let minor: i64 = padded.parse().ok()?;
        Some(Self { minor: if negative { -minor } else { minor }, ..zero })
    }

    /// The three letters of the currency.
    pub fn currency(&self) -> &str {
        std::str::from_utf8(&self.currency).unwrap_or("XXX")
    }

    /// How many decimals the currency has (ISO 4217).
    pub fn exponent(&self) -> u32 {
        match self.currency() {
            "BIF" | "CLP" | "DJF" | "GNF" | "ISK" | "JPY" | "KMF" | "KRW" | "PYG" | "RWF"
            | "UGX" | "UYI" | "VND" | "VUV" | "XAF" | "XOF" | "XPF" => 0,
            "BHD" | "IQD" | "JOD" | "KWD" | "LYD" | "OMR" | "TND" => 3,
            "CLF" | "UYW" => 4,
            _ => 2,
        }
    }

    /// Another amount of the same currency.
    pub fn with(self, minor: i64) -> Self {
        Self { minor, ..self }
    }

    /// The sum, where the currencies are the same.
    pub fn plus(self, other: Self) -> Option<Self> {
        let minor = self.minor.checked_add(other.minor)?;
        (self.currency == other.currency).then_some(Self { minor, ..self })
    }
}

/// `79.00`, without the currency: one screen has one currency nearly always.
impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let exponent = self.exponent();
        let unit = 10_u64.pow(exponent);
        let (sign, minor) = (if self.minor < 0 { "-" } else { "" }, self.minor.unsigned_abs());
        if exponent == 0 {
            return f.pad(&format!("{sign}{minor}"));
        }
        let (whole, part) = (minor / unit, minor % unit);
        f.pad(&format!("{sign}{whole}.{part:0width$}", width = exponent as usize))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exponents_come_from_the_currency() {
        assert_eq!(Money::new(7900, "cad").unwrap().to_string(), "79.00");
        assert_eq!(Money::new(7900, "JPY").unwrap().to_string(), "7900");
        assert_eq!(Money::new(-5, "KWD").unwrap().to_string(), "-0.005");
    }

    #[test]
    fn decimals_are_read_exactly_or_not_at_all() {
        assert_eq!(Money::decimal("196.00", "CAD"), Money::new(19600, "CAD"));
        assert_eq!(Money::decimal("-196.5", "CAD"), Money::new(-19650, "CAD"));
        assert_eq!(Money::decimal("1.005", "CAD"), None);
        assert_eq!(Money::decimal("12.3400", "CAD"), Money::new(1234, "CAD"));
        for bad in ["", ".", "1e3", "1,00", "--1", "99999999999999999999"] {
            assert_eq!(Money::decimal(bad, "CAD"), None, "{bad}");
        }
    }
}
