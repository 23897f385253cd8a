//! The second source of Unicode data: Python's `unicodedata`. The product's table is made from
//! other files by another script, so that one mistake is not in both.

use std::process::Command;
use std::sync::LazyLock;

/// What Python says of a code point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A noncharacter or a surrogate that no version of Unicode will assign.
    Never,
    /// Not assigned in Python's version.
    Unassigned,
    /// Control, format, private, separator of lines or paragraphs, or default-ignorable.
    Hidden,
    /// A variation selector.
    Selector,
    /// Mn or Me.
    Mark,
    /// Mc.
    Spacing,
    Letter,
    Other,
}

/// Every code point's kind.
pub struct SecondSource {
    /// Python's version of Unicode.
    pub version: (u8, u8, u8),
    runs: Vec<(u32, u32, Kind)>,
}

/// Asked once per test program.
pub static SECOND_SOURCE: LazyLock<SecondSource> = LazyLock::new(SecondSource::ask);

impl SecondSource {
    fn ask() -> Self {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/unicode/second_source.py");
        let output = Command::new("python3").arg(script).output();
        let output = output.expect("python3 is needed as the second source of Unicode data");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let text = String::from_utf8(output.stdout).expect("the script prints ASCII");
        let (version, runs) = text.split_once('\n').expect("the script prints its version first");
        let mut parts = version.split('.').map(|part| part.parse().expect("a version is numbers"));
        let mut part = || parts.next().expect("a version has three parts");
        Self { version: (part(), part(), part()), runs: runs.lines().map(run).collect() }
    }

    /// What Python says of this code point.
    pub fn kind(&self, c: char) -> Kind {
        let after = self.runs.partition_point(|&(_, last, _)| last < u32::from(c));
        self.runs[after].2
    }
}

fn run(line: &str) -> (u32, u32, Kind) {
    let fields: Vec<_> = line.split(' ').collect();
    let point = |field: &str| u32::from_str_radix(field, 16).expect("code points are hexadecimal");
    let kind = match fields[2] {
        "never" => Kind::Never,
        "unassigned" => Kind::Unassigned,
        "hidden" => Kind::Hidden,
        "selector" => Kind::Selector,
        "mark" => Kind::Mark,
        "spacing" => Kind::Spacing,
        "letter" => Kind::Letter,
        "other" => Kind::Other,
        unknown => panic!("the script prints a kind that nobody knows: {unknown}"),
    };
    (point(fields[0]), point(fields[1]), kind)
}
