//! Text that a source keeps as HTML would have it: SuiteCRM and Frappe store `O&#039;Brien` for `O'Brien`.

use serde_json::Value;

/// The longest reference that is read: `&#x10FFFF;`.
const LONGEST: usize = 10;

/// Reads every text in it so.
pub fn all(value: &mut Value) {
    match value {
        Value::Array(list) => list.iter_mut().for_each(all),
        Value::Object(map) => map.values_mut().for_each(all),
        Value::String(text) if text.contains('&') => *text = unescape(text),
        _ => {}
    }
}

/// The text with the signs that its references mean, each read once; what is no reference stays.
fn unescape(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find('&') {
        plain.push_str(&rest[..start]);
        rest = &rest[start..];
        let end = rest.bytes().take(LONGEST).position(|byte| byte == b';');
        let meant = end.and_then(|end| Some((sign(&rest[1..end])?, end + 1)));
        let (sign, length) = meant.unwrap_or(('&', 1));
        plain.push(sign);
        rest = &rest[length..];
    }
    plain + rest
}

/// What is between `&` and `;`.
fn sign(name: &str) -> Option<char> {
    match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => {
            let digits = name.strip_prefix('#')?;
            let hexadecimal = digits.strip_prefix(['x', 'X']);
            let (digits, base) = hexadecimal.map_or((digits, 10), |digits| (digits, 16));
            let plain = !digits.is_empty() && digits.chars().all(|c| c.is_digit(base));
            let number = plain.then(|| u32::from_str_radix(digits, base).ok()).flatten()?;
            char::from_u32(number)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_read_once_and_what_is_none_stays() {
        for (written, meant) in [
            ("O&#039;Brien", "O'Brien"),
            ("&lt;b&gt; &quot;x&quot; &apos;y&apos; &amp; z", "<b> \"x\" 'y' & z"),
            ("&#x41;&#X42;&#67;", "ABC"),
            ("&amp;lt;", "&lt;"),
            ("R&D; a & b &&amp;", "R&D; a & b &&"),
            ("&;&#;&#x;&#+5;&nbsp;", "&;&#;&#x;&#+5;&nbsp;"),
            ("&#xD800;&#99999999;&#x110000;", "&#xD800;&#99999999;&#x110000;"),
            ("&é;ü&#252", "&é;ü&#252"),
            ("", ""),
        ] {
            assert_eq!(unescape(written), meant, "{written}");
        }
    }

    #[test]
    fn every_text_of_an_answer_is_read_so_and_no_name_of_a_field() {
        let mut answer = serde_json::json!({ "a&amp;b": ["&lt;", 7, null, { "c": "x &amp; y" }] });
        all(&mut answer);
        assert_eq!(answer, serde_json::json!({ "a&amp;b": ["<", 7, null, { "c": "x & y" }] }));
    }
}
