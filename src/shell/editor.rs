//! Editing a text in the agent's own editor, while the terminal is the editor's.

use std::io::{self, Read, Write};
use std::process::Command;

use crate::domain::text::CleanText;

/// Largest text that is taken back, in bytes.
const LARGEST: u64 = 256 * 1024;

/// Opens `text` in `$VISUAL`, `$EDITOR` or `vi`, in a private file that is removed afterwards.
/// Blocks until the editor ends; the terminal must have been left before.
///
/// # Errors
/// A sentence for the agent: no editor, the editor failed, the file cannot be written or read.
pub fn edit(text: &str) -> Result<String, CleanText> {
    let say = |what: &str, error: &io::Error| {
        CleanText::line(&format!("{what}: {}; the text is as it was", error.kind()))
    };
    let mut file = private_file().map_err(|error| say("no file for the editor", &error))?;
    file.as_file_mut().write_all(text.as_bytes()).map_err(|e| say("no file for the editor", &e))?;
    let editor = std::env::var("VISUAL").or_else(|_| std::env::var("EDITOR"));
    let editor = editor.unwrap_or_else(|_| "vi".into());
    let mut words = editor.split_whitespace();
    let program = words.next().unwrap_or("vi");
    let status = Command::new(program)
        .args(words)
        .arg(file.path())
        .status()
        .map_err(|error| say("the editor did not start", &error))?;
    if !status.success() {
        return Err(CleanText::line("the editor ended with an error; the text is as it was"));
    }
    let mut edited = String::new();
    std::fs::File::open(file.path())
        .and_then(|f| f.take(LARGEST).read_to_string(&mut edited))
        .map_err(|error| say("the edited text cannot be read", &error))?;
    Ok(edited)
}

fn private_file() -> io::Result<tempfile::NamedTempFile> {
    tempfile::Builder::new().prefix("norns-note-").suffix(".txt").tempfile()
}
