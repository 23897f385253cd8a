//! What the agent's own files and environment say: themes, keymaps, tokens, colours.

use std::fs::{self, File, Metadata};
use std::io::{self, Read};
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use crate::config::desk::ColorChoice;
use crate::strict::{Complaint, Found};
use crate::ui::theme::Depth;

/// Largest file of settings that is read, in bytes.
const LARGEST: u64 = 256 * 1024;
/// Largest secret that is read, in bytes.
const LARGEST_SECRET: u64 = 64 * 1024;

/// The text of `FOLDER/KIND/NAME.toml`, where there is such a file. A name is letters, digits,
/// `-` and `_`, so that none leads out of the folder.
pub fn find(folder: &Path, kind: &str, name: &str) -> Found {
    if !is_name(name) {
        return None;
    }
    let path = folder.join(kind).join(format!("{name}.toml"));
    match fs::symlink_metadata(&path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        _ => Some(read(&path, &format!("{kind}/{name}.toml"))),
    }
}

/// Whether something of the user's can be called so.
pub fn is_name(name: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    !name.is_empty() && name.chars().all(plain)
}

/// The text of a file of settings, which the user knows by `name`.
///
/// # Errors
/// Why it is not read: it is no file, too large, not UTF-8, or somebody else may write it.
pub fn read(path: &Path, name: &str) -> Result<String, Complaint> {
    let complain = |what: String, hint: &str| Complaint::of(name, what).hint(hint);
    let cannot = |error: io::Error| cannot_be_read(name, &error);
    // Asked before it is opened: opening a pipe would wait for somebody to write.
    let meta = fs::metadata(path).map_err(cannot)?;
    if !meta.is_file() {
        return Err(complain("this is no file".into(), "put a file of TOML there"));
    }
    if meta.len() > LARGEST {
        let what = format!("this file is too large: {LARGEST} bytes are read at most");
        return Err(complain(what, "is it the right file?"));
    }
    if let Some(why) = writable(&meta) {
        let hint = format!("chmod go-w {}", path.display());
        return Err(complain(why, &hint));
    }
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(cannot)?;
    file.take(LARGEST).read_to_end(&mut bytes).map_err(cannot)?;
    String::from_utf8(bytes).map_err(|error| {
        let good = &error.as_bytes()[..error.utf8_error().valid_up_to()];
        let good = String::from_utf8_lossy(good);
        let line = good.matches('\n').count() + 1;
        let column = good.rsplit('\n').next().map_or(0, |rest| rest.chars().count()) + 1;
        let complaint = complain("this is not UTF-8".into(), "save the file as UTF-8");
        Complaint { place: Some((line, column)), ..complaint }
    })
}

/// What a file says that was named by whoever typed the command.
///
/// # Errors
/// Where it cannot be read as text.
pub fn named(path: &Path) -> Result<String, Complaint> {
    fs::read_to_string(path).map_err(|error| cannot_be_read(&path.display().to_string(), &error))
}

/// What is said of a file that the system does not hand over.
pub fn cannot_be_read(name: &str, error: &io::Error) -> Complaint {
    let (what, hint) = match error.kind() {
        io::ErrorKind::NotFound => ("there is no such file".to_owned(), "is the path right?"),
        kind @ io::ErrorKind::PermissionDenied => {
            (format!("this cannot be read ({kind})"), "give yourself the right to read it")
        }
        kind => (format!("this cannot be read ({kind})"), "look at what lies there: ls -l"),
    };
    Complaint::of(name, what).hint(hint)
}

/// Why somebody else decides what is in a file: settings say whom the desk asks, and as whom.
fn writable(meta: &Metadata) -> Option<String> {
    let uid = rustix::process::geteuid().as_raw();
    if meta.mode() & 0o002 != 0 {
        return Some("everybody can write this file".into());
    }
    (meta.uid() != uid && meta.uid() != 0)
        .then(|| format!("this file belongs to user {}, not to you or root", meta.uid()))
}

/// The secret in a file that only its owner can read.
///
/// # Errors
/// Where the file cannot be read, or others can read it too. Never names what is in it.
pub fn secret(path: &Path) -> Result<String, Complaint> {
    let name = path.display().to_string();
    let cannot = |error: io::Error| cannot_be_read(&name, &error);
    let meta = fs::metadata(path).map_err(cannot)?;
    if !meta.is_file() {
        return Err(Complaint::of(&name, "this is no file").hint("put the secret into a file"));
    }
    if meta.mode() & 0o077 != 0 {
        let what = "this secret can be read by others";
        return Err(Complaint::of(&name, what).hint(format!("chmod 600 {name}")));
    }
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(cannot)?;
    file.take(LARGEST_SECRET).read_to_end(&mut bytes).map_err(cannot)?;
    let text = String::from_utf8(bytes).map_err(|_| Complaint::of(&name, "this is not UTF-8"))?;
    if text.trim().is_empty() {
        return Err(Complaint::of(&name, "this file is empty").hint("put the secret into it"));
    }
    Ok(text)
}

/// How many colours to use: the choice, else `NO_COLOR`, `COLORTERM` and `TERM` in this order.
/// Over SSH `COLORTERM` does not travel, so 256 colours are the usual case.
pub fn depth(choice: ColorChoice, env: &dyn Fn(&str) -> Option<String>) -> Depth {
    match choice {
        ColorChoice::None => return Depth::Mono,
        ColorChoice::Ansi16 => return Depth::Ansi16,
        ColorChoice::Ansi256 => return Depth::Ansi256,
        ColorChoice::True => return Depth::True,
        ColorChoice::Auto => {}
    }
    if env("NO_COLOR").is_some_and(|value| !value.is_empty()) {
        return Depth::Mono;
    }
    if matches!(env("COLORTERM").as_deref(), Some("truecolor" | "24bit")) {
        return Depth::True;
    }
    match env("TERM").as_deref() {
        Some(term) if term.ends_with("-direct") => Depth::True,
        Some(term) if term.contains("256color") => Depth::Ansi256,
        Some("dumb") => Depth::Mono,
        _ => Depth::Ansi16,
    }
}

/// Whether the terminal is told to take UTF-8, after POSIX: LC_ALL, then LC_CTYPE, then LANG.
pub fn utf8(env: &dyn Fn(&str) -> Option<String>) -> bool {
    let set = |name| env(name).filter(|value| !value.is_empty());
    let locale = set("LC_ALL").or_else(|| set("LC_CTYPE")).or_else(|| set("LANG"));
    locale.is_none_or(|locale| {
        let locale = locale.to_ascii_lowercase();
        locale.contains("utf-8") || locale.contains("utf8")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn depth_of(set: &[(&str, &str)]) -> Depth {
        depth(ColorChoice::Auto, &|name| {
            set.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn the_environment_decides_about_colours_in_order() {
        assert_eq!(depth_of(&[("NO_COLOR", "1"), ("COLORTERM", "truecolor")]), Depth::Mono);
        assert_eq!(depth_of(&[("NO_COLOR", ""), ("TERM", "xterm-256color")]), Depth::Ansi256);
        assert_eq!(depth_of(&[("COLORTERM", "24bit"), ("TERM", "xterm")]), Depth::True);
        assert_eq!(depth_of(&[("TERM", "linux")]), Depth::Ansi16);
        assert_eq!(depth_of(&[]), Depth::Ansi16);
    }

    #[test]
    fn no_name_leads_out_of_the_folder() {
        let home = tempfile::tempdir().unwrap();
        std::fs::create_dir(home.path().join("themes")).unwrap();
        std::fs::write(home.path().join("secret.toml"), "x").unwrap();
        assert_eq!(find(home.path(), "themes", "../secret"), None);
        std::fs::write(home.path().join("themes/mine.toml"), "x").unwrap();
        assert_eq!(find(home.path(), "themes", "mine"), Some(Ok("x".to_owned())));
    }

    #[test]
    fn a_secret_that_others_can_read_is_refused() {
        use std::os::unix::fs::PermissionsExt;
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("token");
        std::fs::write(&path, "t0ken").unwrap();
        std::fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        let refused = secret(&path).unwrap_err().to_string();
        assert!(refused.contains("chmod 600") && !refused.contains("t0ken"), "{refused}");
        std::fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        assert_eq!(secret(&path).unwrap(), "t0ken");
    }
}
