//! What the agent's own files and environment say: themes, keymaps, tokens, colours.

use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use crate::config::desk::ColorChoice;
use crate::ui::theme::Depth;

/// Largest theme or keymap that is read, in bytes.
const LARGEST: u64 = 256 * 1024;

/// The text of `FOLDER/KIND/NAME.toml`, where there is such a file. A name is letters, digits,
/// `-` and `_`, so that none leads out of the folder.
pub fn find(folder: &Path, kind: &str, name: &str) -> Option<String> {
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    if name.is_empty() || !name.chars().all(plain) {
        return None;
    }
    let path = folder.join(kind).join(format!("{name}.toml"));
    let fits = fs::metadata(&path).is_ok_and(|meta| meta.is_file() && meta.len() <= LARGEST);
    fits.then(|| fs::read_to_string(path).ok())?
}

/// The secret in a file that only its owner can read.
///
/// # Errors
/// Where the file cannot be read, or others can read it too. Never names what is in it.
pub fn secret(path: &Path) -> io::Result<String> {
    let meta = fs::metadata(path)?;
    if meta.mode() & 0o077 != 0 {
        let path = path.display();
        return Err(io::Error::other(format!("{path} can be read by others; chmod 600 it")));
    }
    fs::read_to_string(path)
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
        assert_eq!(find(home.path(), "themes", "mine").as_deref(), Some("x"));
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
