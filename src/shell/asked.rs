//! A question to the terminal, for those who ask what it can: the desk asks nothing.

use std::io;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::termios::{LocalModes, OptionalActions, QueueSelector, tcflush, tcgetattr, tcsetattr};

use super::{screen, tty};

/// Whether mode 2026 is known (DECRQM), and who it is (DA1), which every terminal answers: so the
/// wait ends with the answer.
const QUESTION: &[u8] = b"\x1b[?2026$p\x1b[c";
/// So long the next piece of an answer is waited for.
const PATIENCE: Timespec = Timespec { tv_sec: 0, tv_nsec: 300_000_000 };
/// Longest answer, in bytes.
const LONGEST: usize = 256;

/// Whether the terminal shows a frame as a whole when it is told to. Nothing where it does not say.
pub fn synchronized() -> Option<bool> {
    // Whoever is in the background is stopped by the question.
    if !tty::is_foreground() {
        return None;
    }
    let before = tcgetattr(io::stdin()).ok()?;
    let mut quiet = before.clone();
    quiet.local_modes -= LocalModes::ICANON | LocalModes::ECHO;
    tcsetattr(io::stdin(), OptionalActions::Now, &quiet).ok()?;
    let answer = screen::write_all(QUESTION).ok().map(|()| answer());
    // What comes later is for nobody: the shell must not take it for keys.
    tcflush(io::stdin(), QueueSelector::IFlush).ok();
    tcsetattr(io::stdin(), OptionalActions::Now, &before).ok();
    read(&answer?)
}

/// What the terminal answers, up to the end of DA1.
fn answer() -> Vec<u8> {
    let mut answer = Vec::new();
    let mut chunk = [0; LONGEST];
    while answer.len() < LONGEST && !ended(&answer) {
        let stdin = io::stdin();
        let mut fds = [PollFd::new(&stdin, PollFlags::IN)];
        if !poll(&mut fds, Some(&PATIENCE)).is_ok_and(|ready| ready > 0) {
            break;
        }
        match rustix::io::read(&stdin, &mut chunk) {
            Ok(read) if read > 0 => answer.extend_from_slice(&chunk[..read]),
            _ => break,
        }
    }
    answer
}

fn ended(answer: &[u8]) -> bool {
    let last = answer.windows(3).rposition(|window| window == b"\x1b[?");
    last.is_some_and(|at| answer[at..].ends_with(b"c"))
}

/// What an answer says of mode 2026: 0 is not known, 1 to 4 are.
fn read(answer: &[u8]) -> Option<bool> {
    let text = std::str::from_utf8(answer).ok()?;
    let said = text.split("\x1b[?2026;").nth(1).and_then(|rest| rest.split("$y").next());
    match said {
        Some("1" | "2" | "3" | "4") => Some(true),
        Some(_) => Some(false),
        None => ended(answer).then_some(false),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_says_whether_the_mode_is_known_and_silence_says_nothing() {
        assert_eq!(read(b"\x1b[?2026;2$y\x1b[?64;1;2c"), Some(true));
        assert_eq!(read(b"\x1b[?2026;0$y\x1b[?64c"), Some(false));
        assert_eq!(read(b"\x1b[?1;2c"), Some(false));
        assert_eq!(read(b""), None);
        assert_eq!(read(b"\x1b[?1;2"), None);
    }
}
