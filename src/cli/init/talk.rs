//! Questions in plain lines, which any terminal and any pipe can answer.

use std::collections::BTreeMap;
use std::io::{self, IsTerminal, Read, Write};
use std::path::Path;

use color_eyre::eyre::{Result, bail, eyre};
use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};

use crate::shell::files;

/// What is said where nobody answers any more.
const NO_MORE: &str = "the answers end before the last question; nothing is written";
/// Control keys, as a terminal sends them where it does not read lines by itself.
const INTERRUPT: u8 = 3;
const END: u8 = 4;
const BACKSPACE: u8 = 8;
const CLEAR: u8 = 21;
const DELETE: u8 = 127;

/// Who is asked: the flags first, then whoever types.
pub struct Talk {
    given: BTreeMap<String, String>,
    yes: bool,
}

impl Talk {
    /// With the answers given by flags; `yes` takes the usual answer where there is one.
    pub fn new(given: BTreeMap<String, String>, yes: bool) -> Self {
        Self { given, yes }
    }

    /// Answers that nobody has asked for.
    pub fn left(&self) -> impl Iterator<Item = &str> {
        self.given.keys().map(String::as_str)
    }

    /// Whether what is usual is taken without asking: a question put again has the same answer.
    pub fn answers_itself(&self) -> bool {
        self.yes
    }

    /// Whether there is a person who can answer once more.
    pub fn goes_on(&self) -> bool {
        !self.yes && io::stdin().is_terminal()
    }

    /// Says a line.
    pub fn say(&self, line: &str) {
        crate::cli::print::print(line);
    }

    /// Asks; an empty line takes what is usual.
    ///
    /// # Errors
    /// Where nobody answers.
    pub fn ask(&mut self, key: &str, question: &str, usual: Option<&str>) -> Result<String> {
        if let Some(answer) = self.given.remove(key) {
            return Ok(answer);
        }
        if let Some(usual) = usual.filter(|_| self.yes) {
            return Ok(usual.to_owned());
        }
        loop {
            prompt(&match usual {
                Some("") | None => format!("{question}: "),
                Some(usual) => format!("{question} [{usual}]: "),
            });
            let answer = line()?;
            match (answer.trim(), usual) {
                ("", Some(usual)) => return Ok(usual.to_owned()),
                ("", None) => self.say("  this one has no usual answer"),
                (answer, _) => return Ok(answer.to_owned()),
            }
        }
    }

    /// Asks until the answer can be right; what is `wrong` with another is said.
    ///
    /// # Errors
    /// Where nobody answers, or nobody can answer once more.
    pub fn ask_until(
        &mut self,
        right: impl Fn(&str) -> bool,
        (key, question, usual): (&str, &str, &str),
        wrong: &str,
    ) -> Result<String> {
        loop {
            let said = self.ask(key, question, Some(usual))?;
            if right(&said) {
                return Ok(said);
            }
            if !self.goes_on() {
                bail!("{wrong}; nothing is written");
            }
            self.say(&format!("  {wrong}"));
        }
    }

    /// Asks for what nobody may see. A flag may name the file that holds it, and not say it itself.
    ///
    /// # Errors
    /// Where nobody answers, or the flag says it.
    pub fn secret(&mut self, key: &str, question: &str) -> Result<String> {
        if let Some(answer) = self.given.remove(key) {
            let Some(file) = answer.strip_prefix('@') else {
                bail!(
                    "--answer {key}: everybody on this machine can read a command line; name the \
                     file that holds it, {key}=@FILE, or let it be asked for"
                );
            };
            return Ok(files::secret(Path::new(file))?.trim().to_owned());
        }
        let question = format!("{question}, which is not shown: ");
        loop {
            let answer = match io::stdin().is_terminal() {
                true => hidden(&question)?,
                false => {
                    prompt(&question);
                    line()?
                }
            };
            match answer.trim() {
                "" => self.say("  this one cannot be empty"),
                answer => return Ok(answer.to_owned()),
            }
        }
    }

    /// Whether something is to be done; not, where nothing is said.
    ///
    /// # Errors
    /// Where nobody answers.
    pub fn agreed(&mut self, key: &str, question: &str) -> Result<bool> {
        let said = match self.given.get(key) {
            // One flag answers for all files.
            Some(answer) => answer.clone(),
            None => self.ask(key, &format!("{question} yes or no"), Some("no"))?,
        };
        Ok(matches!(&*said.to_lowercase(), "y" | "yes"))
    }
}

fn prompt(text: &str) {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes()).and_then(|()| out.flush()).ok();
}

fn line() -> Result<String> {
    let mut line = String::new();
    match io::stdin().read_line(&mut line) {
        Ok(0) => Err(eyre!(NO_MORE)),
        Ok(_) => Ok(line),
        Err(error) => Err(eyre!("the answer cannot be read ({})", error.kind())),
    }
}

/// A terminal that shows nothing of what is typed, until dropped. It hands on the keys themselves,
/// so that an interruption leaves it as it was.
struct Hidden(Termios);

impl Hidden {
    fn begin() -> rustix::io::Result<Self> {
        let before = tcgetattr(io::stdin())?;
        let mut modes = before.clone();
        modes.local_modes -= LocalModes::ECHO | LocalModes::ICANON | LocalModes::ISIG;
        tcsetattr(io::stdin(), OptionalActions::Now, &modes)?;
        Ok(Self(before))
    }
}

impl Drop for Hidden {
    fn drop(&mut self) {
        tcsetattr(io::stdin(), OptionalActions::Now, &self.0).ok();
        prompt("\n");
    }
}

fn hidden(question: &str) -> Result<String> {
    // Nothing is shown before it is asked: fast fingers answer at once.
    let _hidden = Hidden::begin()?;
    prompt(question);
    let mut typed = Vec::new();
    let mut keys = io::stdin().lock();
    loop {
        let mut key = [0];
        if keys.read(&mut key)? == 0 {
            bail!(NO_MORE);
        }
        match key[0] {
            b'\r' | b'\n' => break,
            INTERRUPT => bail!("interrupted; nothing is written"),
            END if typed.is_empty() => bail!(NO_MORE),
            CLEAR => typed.clear(),
            BACKSPACE | DELETE => {
                // A letter may be several bytes.
                while typed.pop().is_some_and(|byte| byte & 0xc0 == 0x80) {}
            }
            byte => typed.push(byte),
        }
    }
    String::from_utf8(typed).map_err(|_| eyre!("this is not UTF-8"))
}
