//! The way to one agent's desk: its socket, and whose process is behind it.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use jiff::Timestamp;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::UnixStream;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender};
use tokio::time::{sleep, timeout};

use super::outbox::{Answer, Outbox};
use super::told::{Seat, Told};
use crate::domain::telephony::Ability;
use crate::pop::command::{self, Order};
use crate::pop::frame::{Framed, Framer};
use crate::pop::journal::{Journal, What};

/// A desk that does not take a line for so long is as good as closed.
const PATIENCE: Duration = Duration::from_secs(10);

/// Where an agent's desk listens, and as whom.
#[derive(Debug, Clone)]
pub struct Door {
    pub socket: PathBuf,
    pub uid: u32,
    /// Where lines are kept while nobody listens; only an agent's own bridge may write it.
    pub journal: Option<PathBuf>,
    /// As whom the bridge speaks.
    pub source: String,
}

/// What a desk's way tells the link.
#[derive(Debug)]
pub enum News {
    /// A desk has opened.
    Opened(Seat),
    /// An agent wants something of the telephony system.
    Wants(Seat, Order),
}

/// What a desk's way is given.
#[derive(Debug)]
pub enum Word {
    Line(String),
    /// Since when the telephony system cannot be heard, where it cannot.
    Link(Option<Timestamp>),
    /// Perhaps the desk is open by now.
    Knock,
}

/// What has become of lines, of all desks together.
#[derive(Debug, Default)]
pub struct Counts {
    pub taken: AtomicU64,
    pub refused: AtomicU64,
    /// Told to agents without a desk.
    pub skipped: AtomicU64,
    /// Kept in the journal for the next start.
    pub kept: AtomicU64,
    /// Gave way to newer ones, until a snapshot.
    pub lost: AtomicU64,
    /// Sockets behind which somebody else's process listens.
    pub strangers: AtomicU64,
}

impl Counts {
    fn add(counter: &AtomicU64, n: u64) {
        counter.fetch_add(n, Ordering::Relaxed);
    }
}

/// Serves one desk, as long as there are words for it; it says `can` of the telephony system.
pub async fn serve(
    seat: Seat,
    door: Door,
    mut words: UnboundedReceiver<Word>,
    (can, news): (Vec<Ability>, UnboundedSender<News>),
    counts: Arc<Counts>,
    now: Arc<dyn Fn() -> Timestamp + Send + Sync>,
) {
    let mut outbox = Outbox::default();
    let mut link = None;
    while let Some(word) = words.recv().await {
        take(word, &mut outbox, &mut link);
        while let Ok(word) = words.try_recv() {
            take(word, &mut outbox, &mut link);
        }
        match connect(&door, &counts).await {
            Some(stream) => {
                let hello = serde_json::json!({
                    "v": 1,
                    "type": "hello",
                    "client": concat!("norns-bridge/", env!("CARGO_PKG_VERSION")),
                    "source": door.source,
                    "can": can.iter().map(|ability| ability.name()).collect::<Vec<_>>(),
                });
                let lines = outbox.give_up();
                outbox.push(hello.to_string());
                lines.into_iter().for_each(|line| outbox.push(line));
                let said = link.map(|lost| link_line(&seat, lost, &door.source));
                said.into_iter().for_each(|line| outbox.push(line));
                news.send(News::Opened(seat.clone())).ok();
                let mut talk =
                    Talk { outbox: &mut outbox, link: &mut link, seat: &seat, door: &door };
                if talk.on(stream, &mut words, &counts, &news).await {
                    return;
                }
                outbox.broken();
            }
            None => nobody(&door, outbox.give_up(), &counts, now()),
        }
    }
}

fn take(word: Word, outbox: &mut Outbox, link: &mut Option<Option<Timestamp>>) {
    match word {
        Word::Line(line) => outbox.push(line),
        Word::Link(lost) => *link = Some(lost),
        Word::Knock => {}
    }
}

fn link_line(seat: &Seat, lost: Option<Timestamp>, source: &str) -> String {
    let state = if lost.is_some() { "lost" } else { "up" };
    Told::new(seat, "link", lost.map(Timestamp::as_millisecond)).text("state", state).line(source)
}

/// Connects, and looks who is behind the socket: a folder may be safe and the process not.
async fn connect(door: &Door, counts: &Counts) -> Option<UnixStream> {
    let stream = timeout(PATIENCE, UnixStream::connect(&door.socket)).await.ok()?.ok()?;
    let peer = stream.peer_cred().ok()?;
    if peer.uid() == door.uid {
        return Some(stream);
    }
    Counts::add(&counts.strangers, 1);
    tracing::warn!(
        uid = peer.uid(),
        expected = door.uid,
        "somebody else listens on a desk's socket"
    );
    None
}

/// No desk listens: lines are kept for its next start where they may be, else skipped and counted.
fn nobody(door: &Door, lines: Vec<String>, counts: &Counts, now: Timestamp) {
    if lines.is_empty() {
        return;
    }
    let n = lines.len() as u64;
    let kept = door.journal.as_deref().is_some_and(|path| keep(path, &door.source, lines, now));
    Counts::add(if kept { &counts.kept } else { &counts.skipped }, n);
}

fn keep(path: &Path, source: &str, lines: Vec<String>, now: Timestamp) -> bool {
    let kept = Journal::open(path).and_then(|mut journal| {
        lines
            .into_iter()
            .try_for_each(|text| journal.add(now, What::Line { source: source.to_owned(), text }))
    });
    if let Err(error) = &kept {
        tracing::warn!(kind = %error.kind(), "lines cannot be kept for the desk's next start");
    }
    kept.is_ok()
}

/// What belongs to a conversation with a desk.
struct Talk<'t> {
    outbox: &'t mut Outbox,
    link: &'t mut Option<Option<Timestamp>>,
    seat: &'t Seat,
    door: &'t Door,
}

impl Talk<'_> {
    /// Says and hears, until either side has gone. Returns whether there will be no more words.
    async fn on(
        &mut self,
        mut stream: UnixStream,
        words: &mut UnboundedReceiver<Word>,
        counts: &Counts,
        news: &UnboundedSender<News>,
    ) -> bool {
        let (mut reading, mut writing) = stream.split();
        let mut framer = Framer::default();
        let mut chunk = vec![0; 16 * 1024];
        let mut pause: Option<Duration> = None;
        let mut last = false;
        loop {
            while pause.is_none() {
                let Some(line) = self.outbox.next() else { break };
                let line = format!("{line}\n");
                if !matches!(
                    timeout(PATIENCE, writing.write_all(line.as_bytes())).await,
                    Ok(Ok(()))
                ) {
                    return last;
                }
            }
            if last && self.outbox.is_empty() {
                return true;
            }
            tokio::select! {
                word = words.recv(), if !last => match word {
                    Some(word) => self.take(word),
                    None => last = true,
                },
                read = reading.read(&mut chunk) => {
                    let read = match read {
                        Ok(read) if read > 0 => read,
                        _ => return last,
                    };
                    for framed in framer.feed(&chunk[..read]) {
                        let Framed::Line(line) = framed else { continue };
                        if let Some(order) = command::read(&line) {
                            news.send(News::Wants(self.seat.clone(), order)).ok();
                            continue;
                        }
                        match self.outbox.hear(&line) {
                            Answer::Nothing => {}
                            Answer::Taken => Counts::add(&counts.taken, 1),
                            Answer::Refused => Counts::add(&counts.refused, 1),
                            Answer::Later(wait) => pause = Some(pause.map_or(wait, |p| p.max(wait))),
                        }
                    }
                }
                () = sleep(pause.unwrap_or_default()), if pause.is_some() => pause = None,
                () = sleep(PATIENCE), if last => return true,
            }
            let lost = self.outbox.lost();
            if lost > 0 {
                Counts::add(&counts.lost, lost);
                news.send(News::Opened(self.seat.clone())).ok();
            }
        }
    }

    fn take(&mut self, word: Word) {
        let link = matches!(word, Word::Link(_));
        take(word, self.outbox, self.link);
        if let Some(lost) = self.link.filter(|_| link) {
            self.outbox.push(link_line(self.seat, lost, &self.door.source));
        }
    }
}
