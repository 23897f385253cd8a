//! Keys as keymap files write them, into the bytes that an xterm sends.

/// What a terminal sends for keys that are parted by spaces: `g p`, `ctrl-c`, `shift-tab`, `f1`.
pub fn bytes(keys: &str) -> Vec<u8> {
    keys.split_whitespace().flat_map(key).collect()
}

/// What a terminal sends when text is pasted.
pub fn pasted(text: &str) -> Vec<u8> {
    format!("\x1b[200~{text}\x1b[201~").into_bytes()
}

fn key(name: &str) -> Vec<u8> {
    let (mut ctrl, mut alt, mut shift) = (false, false, false);
    let mut rest = name;
    // A lone `-` is a key, `ctrl--` is one with a modifier.
    while let Some((modifier, key)) = rest.split_once('-').filter(|(_, key)| !key.is_empty()) {
        match modifier {
            "ctrl" => ctrl = true,
            "alt" => alt = true,
            "shift" => shift = true,
            _ => break,
        }
        rest = key;
    }
    // As xterm counts: 1 and a bit for each modifier.
    let modifiers = 1 + u8::from(shift) + 2 * u8::from(alt) + 4 * u8::from(ctrl);
    let plain = |byte: u8| if alt { vec![0x1b, byte] } else { vec![byte] };
    let letter = |last: char, introducer: char| match modifiers {
        1 => format!("\x1b{introducer}{last}").into_bytes(),
        _ => format!("\x1b[1;{modifiers}{last}").into_bytes(),
    };
    let number = |code: u8| match modifiers {
        1 => format!("\x1b[{code}~").into_bytes(),
        _ => format!("\x1b[{code};{modifiers}~").into_bytes(),
    };
    match rest {
        "enter" => plain(b'\r'),
        "esc" => plain(0x1b),
        "tab" if shift => b"\x1b[Z".to_vec(),
        "tab" => plain(b'\t'),
        "backspace" => plain(0x7f),
        "space" => plain(b' '),
        "up" => letter('A', '['),
        "down" => letter('B', '['),
        "right" => letter('C', '['),
        "left" => letter('D', '['),
        "home" => letter('H', '['),
        "end" => letter('F', '['),
        "insert" => number(2),
        "delete" => number(3),
        "pageup" => number(5),
        "pagedown" => number(6),
        "f1" => letter('P', 'O'),
        "f2" => letter('Q', 'O'),
        "f3" => letter('R', 'O'),
        "f4" => letter('S', 'O'),
        "f5" => number(15),
        "f6" => number(17),
        "f7" => number(18),
        "f8" => number(19),
        "f9" => number(20),
        "f10" => number(21),
        "f11" => number(23),
        "f12" => number(24),
        _ => {
            let mut chars = rest.chars();
            let (Some(c), None) = (chars.next(), chars.next()) else {
                panic!("no key is called `{name}`");
            };
            assert!(!shift, "`{name}` is written as the character that it prints");
            match u8::try_from(c) {
                Ok(byte) if ctrl => plain(byte.to_ascii_lowercase() & 0x1f),
                _ => [if alt { "\x1b" } else { "" }, rest].concat().into_bytes(),
            }
        }
    }
}
