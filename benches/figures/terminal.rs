//! A program in a pseudo-terminal of 200 by 50, and what it takes for it to answer.

use std::fs::File;
use std::fs::OpenOptions;
use std::io::{Read, Write};
use std::num::NonZeroU16;
use std::os::unix::fs::OpenOptionsExt;
use std::process::{Child, Command};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::OFlags;
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{Winsize, tcsetwinsize};

use super::kernel;

/// So long nothing comes after the last byte of an answer. Shorter than the desk's pause between
/// two frames that the world causes.
const QUIET: Duration = Duration::from_millis(14);
/// Longest wait for an answer's first byte.
const FIRST: Duration = Duration::from_secs(5);
/// Longest wait for anything.
const PATIENCE: Duration = Duration::from_secs(60);
/// Bytes that come further apart than this are two bursts.
const APART: Duration = Duration::from_millis(3);

/// What one answer took.
#[derive(Debug, Clone, Copy, Default)]
pub struct Sample {
    /// From the question to the last byte, in milliseconds.
    pub ms: f64,
    pub bytes: f64,
    pub bursts: f64,
    /// Time on a processor, all threads, in microseconds.
    pub cpu: f64,
}

/// A program in its terminal; killed when dropped.
pub struct Terminal {
    child: Child,
    side: File,
    emulator: vt100::Parser,
    /// Everything it wrote.
    pub written: Vec<u8>,
    /// So much of it the emulator has seen.
    fed: usize,
}

impl Terminal {
    /// Starts it, and waits for its first frame.
    pub fn start(
        program: &str,
        arguments: &[&str],
        environment: &[(String, String)],
    ) -> (Self, Sample) {
        let side = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
        grantpt(&side).unwrap();
        unlockpt(&side).unwrap();
        let name = ptsname(&side, Vec::new()).unwrap().into_string().unwrap();
        tcsetwinsize(&side, Winsize { ws_row: 50, ws_col: 200, ws_xpixel: 0, ws_ypixel: 0 })
            .unwrap();
        let noctty = OFlags::NOCTTY.bits().cast_signed();
        let open =
            || OpenOptions::new().read(true).write(true).custom_flags(noctty).open(&name).unwrap();
        let mut command = Command::new(program);
        command.args(arguments).env_clear().envs(environment.iter().cloned());
        command.stdin(open()).stdout(open()).stderr(open());
        let begun = Instant::now();
        let child = command.spawn().unwrap();
        // The terminal ends with the program.
        drop(command);
        let side = File::from(side);
        let (rows, columns) = (NonZeroU16::new(50).unwrap(), NonZeroU16::new(200).unwrap());
        let mut terminal = Self {
            child,
            side,
            emulator: vt100::Parser::new(rows, columns, 0),
            written: Vec::new(),
            fed: 0,
        };
        // Longer than the desk's pause between frames: what starts behind the first is counted too.
        let sample = terminal.answer(begun, 0.0, QUIET * 2);
        (terminal, sample)
    }

    /// Its process id.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Presses keys, and measures the answer.
    pub fn press(&mut self, keys: &[u8]) -> Sample {
        self.ask(|side| side.write_all(keys).unwrap())
    }

    /// Does something that it answers by bytes, and measures.
    pub fn ask(&mut self, question: impl FnOnce(&mut File)) -> Sample {
        let before = kernel::cpu(self.pid());
        let begun = Instant::now();
        question(&mut self.side);
        self.answer(begun, before, QUIET)
    }

    /// Presses keys and waits until the screen has come to rest.
    pub fn press_and_rest(&mut self, keys: &[u8]) {
        self.side.write_all(keys).unwrap();
        self.rest(Duration::from_millis(120));
    }

    /// Takes in what comes until nothing has come for so long.
    pub fn rest(&mut self, quiet: Duration) {
        let begun = Instant::now();
        while self.take(quiet).is_some() {
            assert!(begun.elapsed() < PATIENCE, "never at rest:\n{}", self.screen());
        }
    }

    /// Waits until the screen has this text.
    pub fn until(&mut self, text: &str) {
        let begun = Instant::now();
        while !self.screen().contains(text) {
            assert!(begun.elapsed() < PATIENCE, "never seen: {text}\n{}", self.screen());
            self.take(Duration::from_millis(50));
        }
    }

    /// What is on the screen.
    pub fn screen(&mut self) -> String {
        self.emulator.process(&self.written[self.fed..]);
        self.fed = self.written.len();
        self.emulator.screen().contents()
    }

    /// Bytes that came in so long a time, in which nothing is asked of it.
    pub fn listen(&mut self, time: Duration) -> usize {
        let (begun, before) = (Instant::now(), self.written.len());
        while let Some(left) = time.checked_sub(begun.elapsed()) {
            self.take(left);
        }
        self.written.len() - before
    }

    fn answer(&mut self, begun: Instant, cpu: f64, quiet: Duration) -> Sample {
        let before = self.written.len();
        let mut last: Option<Instant> = None;
        let mut bursts = 0.0;
        while let Some(at) = self.take(if last.is_some() { quiet } else { FIRST }) {
            if last.is_none_or(|last| at.duration_since(last) > APART) {
                bursts += 1.0;
            }
            last = Some(at);
        }
        let last = last.unwrap_or(begun);
        Sample {
            ms: last.duration_since(begun).as_secs_f64() * 1_000.0,
            bytes: (self.written.len() - before) as f64,
            bursts,
            cpu: kernel::cpu(self.pid()) - cpu,
        }
    }

    /// Reads once; when that returned, or nothing where nothing came in that time.
    fn take(&mut self, patience: Duration) -> Option<Instant> {
        let mut fds = [PollFd::new(&self.side, PollFlags::IN)];
        let patience = Timespec::try_from(patience).unwrap();
        if poll(&mut fds, Some(&patience)).ok()? == 0 {
            return None;
        }
        let mut buffer = [0; 64 * 1024];
        let read = self.side.read(&mut buffer).ok().filter(|read| *read > 0)?;
        let at = Instant::now();
        self.written.extend_from_slice(&buffer[..read]);
        Some(at)
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

/// Questions to the terminal among what was written: attributes, positions, modes, colours.
pub fn questions(written: &[u8]) -> usize {
    let text = String::from_utf8_lossy(written);
    let asks = |piece: &str| {
        if let Some(rest) = piece.strip_prefix('[') {
            let end = rest.find(|c: char| ('@'..='~').contains(&c)).unwrap_or(0);
            return matches!(&rest[end..=end.min(rest.len() - 1)], "c" | "n" | "t" | "x")
                || rest[..=end].ends_with("$p")
                || rest[..=end].ends_with("?u")
                || rest[..=end].ends_with(">q");
        }
        piece.starts_with('P') || piece.starts_with(']') && piece.contains('?')
    };
    text.split('\u{1b}').skip(1).filter(|piece| piece.len() > 1 && asks(piece)).count()
}
