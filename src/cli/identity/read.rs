//! Reading CSV files as they come: any common delimiter, a byte order mark, an old encoding,
//! rows that are cut. What cannot be read is said with its line.

use std::borrow::Cow;
use std::cell::Cell;
use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::rc::Rc;

use super::progress::Progress;
use super::unreadable;
use crate::domain::text::CleanText;

/// A row longer than this is no row: a quote was never closed, or this is no table.
const LONGEST_ROW: u64 = 1 << 20;

/// A row with more line breaks is no row either.
const LINES_OF_A_ROW: u64 = 200;

/// Of so many rows one may be cut; where more are, the file is not what its heading says.
const ONE_CUT_IN: usize = 20;

/// More columns than this has no export.
const COLUMNS: usize = 2_000;

/// Progress is told each time that so many rows were read.
const STEP: usize = 50_000;

/// A file, read.
pub struct Csv {
    pub name: String,
    pub headings: Vec<String>,
    /// The rows, each as long as the headings, with empty ends where it was cut.
    pub rows: Vec<csv::StringRecord>,
    /// What a reader should know, as sentences.
    pub remarks: Vec<String>,
}

/// Stops reading where a row does not end.
struct Limited<R> {
    inner: R,
    left: Rc<Cell<u64>>,
}

impl<R: Read> Read for Limited<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let left = self.left.get();
        if left == 0 {
            return Err(std::io::Error::other("too long"));
        }
        let most = usize::try_from(left).unwrap_or(usize::MAX).min(buffer.len());
        let read = self.inner.read(&mut buffer[..most])?;
        self.left.set(left - read as u64);
        Ok(read)
    }
}

impl Csv {
    /// Reads a file.
    pub fn read(path: &Path, progress: &mut Progress) -> Result<Self, String> {
        let name = path.display().to_string();
        let file = File::open(path).map_err(|error| unreadable(&name, &error))?;
        let mut file = BufReader::with_capacity(1 << 16, file);
        let start = file.fill_buf().map_err(|error| unreadable(&name, &error))?;
        if start.is_empty() {
            return Err(format!("{name}: the file is empty"));
        }
        if start.starts_with(&[0xff, 0xfe]) || start.starts_with(&[0xfe, 0xff]) {
            return Err(format!("{name}: this is UTF-16; save it as CSV in UTF-8"));
        }
        if start.contains(&0) {
            return Err(format!("{name}: this is no text; export it as CSV"));
        }
        let (delimiter, skipped) = match declared(start) {
            Some((delimiter, line)) => (delimiter, line),
            None => (delimiter(start), 0),
        };
        file.consume(skipped);
        let left = Rc::new(Cell::new(LONGEST_ROW));
        let reader = csv::ReaderBuilder::new()
            .delimiter(delimiter)
            .has_headers(false)
            .flexible(true)
            .trim(csv::Trim::All)
            .from_reader(Limited { inner: file, left: left.clone() });
        Reading { name, reader, left, above: u64::from(skipped > 0), legacy: false }.all(progress)
    }
}

/// What a line such as `sep=;` says, which spreadsheets write before the headings, and its length.
fn declared(start: &[u8]) -> Option<(u8, usize)> {
    let end = start.iter().position(|byte| *byte == b'\n')?;
    let line = start[..end].strip_prefix(b"\xef\xbb\xbf").unwrap_or(&start[..end]);
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    match line {
        [b's' | b'S', b'e' | b'E', b'p' | b'P', b'=', delimiter] => Some((*delimiter, end + 1)),
        _ => None,
    }
}

/// What separates the columns of the first line.
fn delimiter(start: &[u8]) -> u8 {
    let line = start.split(|byte| *byte == b'\n').next().unwrap_or(start);
    let count = |delimiter: &u8| line.iter().filter(|byte| *byte == delimiter).count();
    [b',', b';', b'\t', b'|'].into_iter().rev().max_by_key(count).unwrap_or(b',')
}

struct Reading<R> {
    name: String,
    reader: csv::Reader<R>,
    left: Rc<Cell<u64>>,
    /// So many lines stand above the headings.
    above: u64,
    /// Whether anything was not UTF-8.
    legacy: bool,
}

impl<R: Read> Reading<R> {
    fn all(mut self, progress: &mut Progress) -> Result<Csv, String> {
        let Some((_, first)) = self.next()? else {
            return Err(format!("{}: the file is empty", self.name));
        };
        let (headings, mut told) = self.headings(&first)?;
        let (mut rows, mut cut) = (Vec::new(), Vec::new());
        while let Some((line, row)) = self.next()? {
            if row.iter().all(str::is_empty) {
                continue;
            }
            if row.len() == headings.len() {
                rows.push(row);
            } else {
                cut.push((line, row.len()));
            }
            if (rows.len() + cut.len()).is_multiple_of(STEP) {
                progress.tell(&format!("rows of {}", self.name), rows.len() as u64);
            }
        }
        progress.done();
        told.extend(self.remarks(&headings, &rows, &cut)?);
        Ok(Csv { name: self.name, headings, rows, remarks: told })
    }

    /// The next row and its line.
    fn next(&mut self) -> Result<Option<(u64, csv::StringRecord)>, String> {
        self.left.set(LONGEST_ROW);
        let line = self.reader.position().line() + self.above;
        let mut row = csv::ByteRecord::new();
        let name = &self.name;
        match self.reader.read_byte_record(&mut row) {
            Ok(false) => return Ok(None),
            Ok(true) => {}
            Err(_) if self.left.get() == 0 => {
                return Err(format!(
                    "{name}:{line}: the row that begins here does not end within a megabyte; \
                     is a quote never closed?"
                ));
            }
            Err(_) => return Err(format!("{name}:{line}: the file cannot be read on from here")),
        }
        let begins = row.position().map_or(line, |at| at.line() + self.above);
        let lines = (self.reader.position().line() + self.above).saturating_sub(begins);
        if lines > LINES_OF_A_ROW {
            return Err(format!(
                "{name}:{begins}: the row that begins here is {lines} lines long; is a quote never \
                 closed?"
            ));
        }
        let mut decoded = csv::StringRecord::with_capacity(row.as_slice().len(), row.len());
        for field in &row {
            let text = match std::str::from_utf8(field) {
                Ok(text) => Cow::Borrowed(text),
                Err(_) => {
                    self.legacy = true;
                    Cow::Owned(field.iter().map(|byte| windows_1252(*byte)).collect())
                }
            };
            decoded.push_field(unquoted(&text));
        }
        Ok(Some((begins, decoded)))
    }

    /// The headings, each with a name of its own, and what is to be said of them.
    fn headings(&self, first: &csv::StringRecord) -> Result<(Vec<String>, Vec<String>), String> {
        let (name, line) = (&self.name, 1 + self.above);
        let clean = |at: &str| at.trim_start_matches('\u{feff}').trim().to_owned();
        let headings: Vec<String> = first.iter().map(clean).collect();
        if headings.len() > COLUMNS {
            return Err(format!("{name}:{line}: {} columns; is this a table?", headings.len()));
        }
        if headings.len() < 2 {
            return Err(format!(
                "{name}:{line}: only one column; headings are separated by a comma, a semicolon, a tab \
                 or `|`"
            ));
        }
        let values = |heading: &&String| heading.contains('@') || heading.parse::<f64>().is_ok();
        if headings.iter().filter(values).count() * 3 >= headings.len() {
            return Err(format!(
                "{name}:{line}: the first line names no columns; add one that does"
            ));
        }
        let (mut own, mut remarks): (Vec<String>, Vec<String>) = (Vec::new(), Vec::new());
        for (at, heading) in headings.iter().enumerate() {
            let taken = |wanted: &str, among: &[String]| {
                among.iter().any(|known| known.eq_ignore_ascii_case(wanted))
            };
            if heading.is_empty() || !taken(heading, &own) {
                own.push(heading.clone());
                continue;
            }
            let numbered = (2..).map(|nth| format!("{heading} {nth}"));
            let mut free = numbered.filter(|one| !taken(one, &own) && !taken(one, &headings));
            let called = free.next().unwrap_or_else(|| heading.clone());
            let shown = CleanText::line(&called);
            remarks.push(format!(
                "{name}:{line}: column {} has the heading of an earlier one; it is called `{shown}` here",
                at + 1
            ));
            own.push(called);
        }
        Ok((own, remarks))
    }

    fn remarks(
        &self,
        headings: &[String],
        rows: &[csv::StringRecord],
        cut: &[(u64, usize)],
    ) -> Result<Vec<String>, String> {
        let (name, expected) = (&self.name, headings.len());
        let mut remarks = Vec::new();
        if let Some((line, found)) = cut.first() {
            let columns = format!("{found} columns where the heading has {expected}");
            if cut.len() * ONE_CUT_IN > rows.len() + cut.len() {
                return Err(format!("{name}:{line}: {columns}, and so in {} rows", cut.len()));
            }
            let lines: Vec<String> = cut.iter().take(5).map(|(line, _)| line.to_string()).collect();
            let more = if cut.len() > 5 { ", …" } else { "" };
            let many = if cut.len() == 1 { "1 row is" } else { &format!("{} rows are", cut.len()) };
            remarks.push(format!(
                "{name}:{line}: {columns}; {many} left out (line {}{more})",
                lines.join(", ")
            ));
        }
        if rows.is_empty() {
            return Err(format!("{name}: there is no row below the headings"));
        }
        if self.legacy {
            remarks
                .push(format!("{name}: not all of it is UTF-8; the rest is read as Windows-1252"));
        }
        Ok(remarks)
    }
}

/// Without the quotes of those who write a space before them.
fn unquoted(text: &str) -> &str {
    text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap_or(text)
}

fn windows_1252(byte: u8) -> char {
    const HIGH: [char; 32] = [
        '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž',
        '\u{8f}', '\u{90}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}',
        'ž', 'Ÿ',
    ];
    match byte {
        0x80..=0x9f => HIGH[usize::from(byte - 0x80)],
        byte => char::from(byte),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8]) -> Result<Csv, String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.csv");
        std::fs::write(&path, bytes).unwrap();
        let read = Csv::read(&path, &mut Progress::new());
        read.map_err(|error| error.replace(&folder.path().display().to_string(), ""))
    }

    fn refused(bytes: &[u8]) -> String {
        read(bytes).map(|_| ()).unwrap_err()
    }

    #[test]
    fn tables_are_read_as_they_come() {
        for bytes in [
            b"id,name\n1,Zo\xc3\xab\n".as_slice(),
            b"\xef\xbb\xbfid, name\r\n1, \"Zo\xc3\xab\"\r\n",
            b"id;name\n1;Zo\xeb\n",
            b"id\tname\n1\tZo\xc3\xab",
            b"sep=;\r\nid;name\r\n1;Zo\xeb\r\n",
            b"\xef\xbb\xbfSEP=#\nid#name\n1#Zo\xc3\xab",
        ] {
            let csv = read(bytes).unwrap();
            assert_eq!(csv.headings, ["id", "name"]);
            assert_eq!(csv.rows.len(), 1);
            assert_eq!(&csv.rows[0][1], "Zoë");
        }
        let csv = read(b"id,name\n1,\"two\nlines\"\n\n2,b\n").unwrap();
        assert_eq!(csv.rows.len(), 2);
    }

    #[test]
    fn headings_that_are_there_twice_are_told_apart() {
        let csv = read(b"id,Phone,phone 2,phone,,\n1,a,b,c,d,e\n").unwrap();
        assert_eq!(csv.headings, ["id", "Phone", "phone 2", "phone 3", "", ""]);
        let [said] = &csv.remarks[..] else { panic!("{:?}", csv.remarks) };
        let expected = "1: column 4 has the heading of an earlier one; it is called `phone 3` here";
        assert!(said.ends_with(expected), "{said}");
    }

    #[test]
    fn what_is_no_table_is_said_with_its_line() {
        for (bytes, expected) in [
            (b"".as_slice(), "/a.csv: the file is empty"),
            (b"\xff\xfei\0d\0", "/a.csv: this is UTF-16"),
            (b"PK\x03\x04\0\0", "/a.csv: this is no text"),
            (b"id\n1\n", "/a.csv:1: only one column"),
            (b"id,name\n", "/a.csv: there is no row"),
            (b"sep=;\nid,name\n1,a\n", "/a.csv:2: only one column"),
            (b"sep=;\nid;name\n1\n2;b\n", "/a.csv:3: 1 columns where the heading has 2"),
            (b"1,2,3@x.example\n4,5,6\n", "/a.csv:1: the first line names no columns"),
            (b"id,name\n1\n2,b\n", "/a.csv:2: 1 columns where the heading has 2"),
        ] {
            let said = refused(bytes);
            assert!(said.starts_with(expected), "{said}");
        }
    }

    #[test]
    fn a_quote_that_is_never_closed_is_found_where_it_begins() {
        let mut text = "id,name\n1,a\n2,\"b\n".to_owned();
        text.extend(std::iter::repeat_n("3,c\n", 5_000));
        assert!(refused(text.as_bytes()).starts_with("/a.csv:3: the row that begins here is"));
        let mut text = b"id,name\n1,a\n2,\"b".to_vec();
        text.resize(3 << 20, b'x');
        let said = refused(&text);
        assert!(said.starts_with("/a.csv:3: the row that begins here does not end"), "{said}");
    }

    #[test]
    fn a_cut_row_among_many_is_left_out_and_said() {
        let mut text = "id,name\n".to_owned();
        text.extend(std::iter::repeat_n("1,a\n", 50));
        text.push_str("2\n");
        text.extend(std::iter::repeat_n("1,a\n", 50));
        let csv = read(text.as_bytes()).unwrap();
        assert_eq!(csv.rows.len(), 100);
        assert!(csv.remarks[0].ends_with("1 row is left out (line 52)"), "{}", csv.remarks[0]);
    }
}
