//! The paths that a Rust source names, read without a compiler: `use` trees and paths in code.
//! Comments, literals and test modules are left out.

/// A path as it is written, from its first name on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mention {
    /// From 1.
    pub line: usize,
    pub path: Vec<String>,
}

/// Something that is called with a dot, or named alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word<'s> {
    pub line: usize,
    pub text: &'s str,
    pub after_dot: bool,
    pub called: bool,
}

/// The code alone: what is left out is blank, so that lines stay where they are.
pub fn code(source: &str) -> String {
    without_tests(&without_literals(source))
}

/// Every path in code.
pub fn mentions(code: &str) -> Vec<Mention> {
    let tokens = tokens(code);
    let mut found = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let before = at.checked_sub(1).map(|before| tokens[before].text);
        match tokens[at].text {
            "use" if tokens.get(at + 1).is_some_and(|next| next.text != "<") => {
                at = tree(&tokens, at + 1, &[], &mut found);
            }
            text if is_name(text) && before != Some(".") && !continues(&tokens, at) => {
                let mut path = vec![text.to_owned()];
                let line = tokens[at].line;
                at += 1;
                while let [colons, name, ..] = &tokens[at..]
                    && colons.text == "::"
                    && is_name(name.text)
                {
                    path.push(name.text.to_owned());
                    at += 2;
                }
                found.push(Mention { line, path });
            }
            _ => at += 1,
        }
    }
    found
}

/// Every word in code.
pub fn words(code: &str) -> Vec<Word<'_>> {
    let tokens = tokens(code);
    let is =
        |at: Option<usize>, text| at.and_then(|at| tokens.get(at)).is_some_and(|t| t.text == text);
    (0..tokens.len())
        .filter(|&at| is_name(tokens[at].text))
        .map(|at| Word {
            line: tokens[at].line,
            text: tokens[at].text,
            after_dot: is(at.checked_sub(1), "."),
            called: is(Some(at + 1), "("),
        })
        .collect()
}

struct Token<'s> {
    line: usize,
    text: &'s str,
}

/// Names, `::`, and every other character for itself.
fn tokens(code: &str) -> Vec<Token<'_>> {
    let mut found = Vec::new();
    for (line, text) in (1..).zip(code.lines()) {
        let mut rest = text.trim_start();
        while let Some(c) = rest.chars().next() {
            let length = if is_name(&rest[..c.len_utf8()]) {
                rest.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(rest.len())
            } else if rest.starts_with("::") {
                2
            } else {
                c.len_utf8()
            };
            found.push(Token { line, text: &rest[..length] });
            rest = rest[length..].trim_start();
        }
    }
    found
}

fn is_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_alphabetic() || c == '_')
}

/// Whether a name continues a path that began before it; `::tokio` begins one.
fn continues(tokens: &[Token<'_>], at: usize) -> bool {
    at >= 2 && tokens[at - 1].text == "::" && {
        let owner = tokens[at - 2].text;
        is_name(owner) || owner == ">"
    }
}

/// Reads one `use` tree and returns where it ends.
fn tree(tokens: &[Token<'_>], mut at: usize, stem: &[String], found: &mut Vec<Mention>) -> usize {
    let mut path = stem.to_vec();
    let line = tokens.get(at).map_or(0, |token| token.line);
    let mut in_list = false;
    while let Some(token) = tokens.get(at) {
        match token.text {
            "::" => at += 1,
            "as" => at += 2,
            "{" => {
                in_list = true;
                at += 1;
                while tokens.get(at).is_some_and(|token| token.text != "}") {
                    at = tree(tokens, at, &path, found);
                    at += usize::from(tokens.get(at).is_some_and(|token| token.text == ","));
                }
                at += 1;
            }
            "," | "}" | ";" => break,
            name => {
                path.push(name.to_owned());
                at += 1;
            }
        }
    }
    if !in_list {
        found.push(Mention { line, path });
    }
    at
}

fn without_literals(source: &str) -> String {
    let chars: Vec<char> = source.chars().collect();
    let mut out = String::with_capacity(source.len());
    let mut at = 0;
    while at < chars.len() {
        let length = skipped(&chars[at..], at.checked_sub(1).map(|before| chars[before]));
        if length == 0 {
            out.push(chars[at]);
            at += 1;
        } else {
            let blank = |&c: &char| if c == '\n' { '\n' } else { ' ' };
            out.extend(chars[at..at + length].iter().map(blank));
            at += length;
        }
    }
    out
}

/// How long a comment or literal is that begins here; 0 where none does.
fn skipped(rest: &[char], before: Option<char>) -> usize {
    let until = |from: usize, end: &str| {
        let end: Vec<char> = end.chars().collect();
        let found = rest[from..].windows(end.len()).position(|window| window == end);
        found.map_or(rest.len(), |at| from + at + end.len())
    };
    match rest {
        ['/', '/', ..] => rest.iter().position(|&c| c == '\n').unwrap_or(rest.len()),
        ['/', '*', ..] => block_comment(rest),
        ['r', '"' | '#', ..] if !before.is_some_and(|c| c.is_alphanumeric() && c != 'b') => {
            let hashes = rest[1..].iter().take_while(|&&c| c == '#').count();
            match rest.get(1 + hashes) {
                Some('"') => until(2 + hashes, &format!("\"{}", "#".repeat(hashes))),
                _ => 0,
            }
        }
        ['"', ..] => quoted(rest, '"'),
        ['\'', '\\', ..] => quoted(rest, '\''),
        ['\'', _, '\'', ..] => 3,
        _ => 0,
    }
}

fn block_comment(rest: &[char]) -> usize {
    let (mut at, mut depth) = (0, 0);
    while at < rest.len() {
        match rest[at..] {
            ['/', '*', ..] => (at, depth) = (at + 2, depth + 1),
            ['*', '/', ..] => (at, depth) = (at + 2, depth - 1),
            _ => at += 1,
        }
        if depth == 0 {
            break;
        }
    }
    at
}

fn quoted(rest: &[char], quote: char) -> usize {
    let mut at = 1;
    while at < rest.len() && rest[at] != quote {
        at += if rest[at] == '\\' { 2 } else { 1 };
    }
    (at + 1).min(rest.len())
}

/// Blanks the modules that are compiled for tests only.
fn without_tests(code: &str) -> String {
    let mut out = code.to_owned();
    let mut from = 0;
    while let Some(at) = out[from..].find("#[cfg(test)]").map(|at| from + at) {
        from = at + 1;
        let body = out[at..].find(['{', ';']).map(|open| at + open);
        let Some(open) = body.filter(|&open| out[open..].starts_with('{')) else { continue };
        let mut depth = 0;
        let close = out[open..].char_indices().find(|&(_, c)| {
            depth += i32::from(c == '{') - i32::from(c == '}');
            depth == 0
        });
        let end = close.map_or(out.len(), |(length, _)| open + length + 1);
        let blank: String =
            out[at..end].chars().map(|c| if c == '\n' { '\n' } else { ' ' }).collect();
        out.replace_range(at..end, &blank);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paths(source: &str) -> Vec<String> {
        mentions(&code(source))
            .iter()
            .map(|m| format!("{} {}", m.line, m.path.join("::")))
            .collect()
    }

    #[test]
    fn trees_are_read_to_their_leaves() {
        let source =
            "use std::{fs, io::{self, Read}};\npub use a::b as c;\nuse super::{\n  x::*,\n};";
        let expected =
            ["1 std::fs", "1 std::io::self", "1 std::io::Read", "2 pub", "2 a::b", "4 super::x::*"];
        assert_eq!(paths(source), expected);
    }

    #[test]
    fn paths_in_code_are_seen_and_those_in_comments_literals_and_tests_are_not() {
        let source = "// a::b\n/* c::d /* e::f */ */ let x: &'a str = \"g::h\\\"i::j\"; k::l(r#\"m::n\"#);\n\
                      let c = ':'; let d = '\\''; ::o::p();\n#[cfg(test)]\nmod tests {\n use q::r;\n}\ns::t();";
        let all = paths(source);
        let joined: Vec<_> = all.iter().filter(|path| path.contains("::")).collect();
        assert_eq!(joined, ["2 k::l", "3 o::p", "8 s::t"]);
    }
}
