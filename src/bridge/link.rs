//! The connection to a telephony system, made again and again, and the desks that hear of it.

use std::collections::HashMap;
use std::convert::Infallible;
use std::future::pending;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use jiff::Timestamp;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::JoinSet;
use tokio::time::{MissedTickBehavior, interval, sleep, timeout};

use super::backoff::Backoff;
use super::desk::{self, Counts, Door, News, Word};
use super::stream::{NoWay, Stream, Tls, connect};
use super::system::{End, Replied, Said, System};
use super::told::{Seat, Told};
use crate::domain::telephony::{Ability, Wish};
use crate::pop::command;

/// A connection, and an action, takes so long at most.
const PATIENCE: Duration = Duration::from_secs(10);
/// After so long without a word, what was waited for will not come.
const REST: Duration = Duration::from_secs(2);
/// How often it is looked whether a desk has opened under a call.
const KNOCK: Duration = Duration::from_secs(2);

/// Finds an agent's desk.
pub type Doors = Box<dyn Fn(&Seat) -> Option<Door> + Send>;

/// What a bridge is told at its start.
pub struct Settings {
    /// `HOST:PORT`
    pub place: String,
    /// Whom it trusts, where it speaks TLS.
    pub tls: Option<Tls>,
    /// As whom it speaks to desks.
    pub source: String,
    /// A sign of life is asked for this often; without it for as long again, the link is lost.
    pub ping: Duration,
    /// Where an agent's desk is; nothing where the agent has no place on this host.
    pub door: Doors,
    /// Agents who hear of everything from the start.
    pub seats: Vec<Seat>,
    pub now: Arc<dyn Fn() -> Timestamp + Send + Sync>,
    /// Told what whoever runs the bridge may want to know.
    pub note: Box<dyn Fn(&str) + Send>,
    /// Who ends a bridge that gives no sign of life any more, where somebody does.
    pub watchdog: Option<Watchdog>,
}

/// Somebody who wants a sign of life.
pub struct Watchdog {
    pub every: Duration,
    pub sign: Box<dyn Fn() + Send>,
}

impl Watchdog {
    /// Gives signs as long as it is polled: by the task that does the bridging, so that neither
    /// goes on without the other.
    async fn feed(watchdog: Option<Self>) -> Infallible {
        let Some(Self { every, sign }) = watchdog else { return pending().await };
        let mut due = interval(every);
        due.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            due.tick().await;
            sign();
        }
    }
}

/// Bridges until it is told to end, or is refused. Returns why it was, and what became of the lines.
pub async fn run(
    mut system: Box<dyn System>,
    mut settings: Settings,
    told_to_end: impl Future<Output = ()>,
) -> (Result<(), &'static str>, Arc<Counts>) {
    let (news, mut heard) = unbounded_channel();
    let fed = Watchdog::feed(settings.watchdog.take());
    let mut desks = Desks {
        ways: HashMap::new(),
        tasks: JoinSet::new(),
        can: told_of(system.as_ref()),
        news,
        counts: Arc::new(Counts::default()),
        pictures: 0,
        met: false,
        link: None,
        settings,
    };
    for seat in desks.settings.seats.clone() {
        desks.way(&seat);
    }
    let bridged = tokio::select! {
        refused = again_and_again(&mut system, &mut desks, &mut heard) => Err(refused),
        () = told_to_end => Ok(()),
        never = fed => match never {},
    };
    (bridged, desks.end().await)
}

/// What a desk may ask for: what the system can do, and what every bridge tells.
fn told_of(system: &dyn System) -> Vec<Ability> {
    let mut can = system.can();
    can.extend([Ability::Directory, Ability::Alive]);
    can
}

/// Every desk that has been told something.
struct Desks {
    ways: HashMap<Seat, Option<UnboundedSender<Word>>>,
    tasks: JoinSet<()>,
    can: Vec<Ability>,
    news: UnboundedSender<News>,
    counts: Arc<Counts>,
    pictures: u64,
    /// What goes on has been known once: before, nothing would mean that all has ended.
    met: bool,
    /// Since when the telephony system cannot be heard, where it cannot; nothing before the first
    /// try.
    link: Option<Option<Timestamp>>,
    settings: Settings,
}

impl Desks {
    fn way(&mut self, seat: &Seat) -> Option<&UnboundedSender<Word>> {
        if !self.ways.contains_key(seat) {
            let door = (self.settings.door)(seat);
            let way = door.map(|door| {
                let (way, words) = unbounded_channel();
                let (counts, now) = (Arc::clone(&self.counts), Arc::clone(&self.settings.now));
                let rest = (self.can.clone(), self.news.clone());
                self.tasks.spawn(desk::serve(seat.clone(), door, words, rest, counts, now));
                self.link.map(|lost| way.send(Word::Link(lost)).ok());
                way
            });
            self.ways.insert(seat.clone(), way);
        }
        self.ways.get(seat)?.as_ref()
    }

    fn tell(&mut self, told: Vec<Told>) {
        let source = self.settings.source.clone();
        for mut told in told {
            let picture = matches!(told.event(), "snapshot" | "agent") && told.get("ts").is_none();
            if picture {
                // Two pictures are never the same, however alike they look.
                self.pictures += 1;
                let now = (self.settings.now)().as_microsecond();
                told = told.value("id", format!("picture/{now}/{}", self.pictures));
            }
            let line = told.line(&source);
            let sent = self.way(&told.seat).is_some_and(|way| way.send(Word::Line(line)).is_ok());
            if !sent {
                self.counts.skipped.fetch_add(1, Ordering::Relaxed);
            }
        }
    }

    /// A desk that opens between calls has to know whether it can be rung.
    fn knock(&mut self) {
        for way in self.ways.values().flatten() {
            way.send(Word::Knock).ok();
        }
    }

    /// Tells every desk whether the telephony system can be heard.
    fn link(&mut self, lost: Option<Timestamp>) {
        self.link = Some(lost);
        for way in self.ways.values().flatten() {
            way.send(Word::Link(lost)).ok();
        }
    }

    /// It cannot be heard; where that is known already, since then.
    fn lose(&mut self) {
        if self.link.flatten().is_none() {
            self.link(Some((self.settings.now)()));
        }
    }

    /// Tells a desk what became of its command. Where the desk has gone meanwhile, nobody asks.
    fn reply(&mut self, Replied { seat, id, taken }: Replied) {
        let line = command::result(&id, &taken);
        self.way(&seat).map(|way| way.send(Word::Line(line)).ok());
    }

    /// A desk has opened.
    fn greet(&mut self, system: &dyn System, seat: &Seat) {
        if self.met {
            self.tell(system.greeting(seat));
        }
    }

    /// Lets what is on its way arrive.
    async fn end(mut self) -> Arc<Counts> {
        self.ways.clear();
        let arrive = async { while self.tasks.join_next().await.is_some() {} };
        timeout(PATIENCE, arrive).await.ok();
        self.counts
    }
}

async fn again_and_again(
    system: &mut Box<dyn System>,
    desks: &mut Desks,
    news: &mut UnboundedReceiver<News>,
) -> &'static str {
    let mut backoff = Backoff::default();
    loop {
        let place = desks.settings.place.clone();
        let mut lived = false;
        let tls = desks.settings.tls.clone();
        match timeout(PATIENCE, connect(&place, tls.as_ref())).await {
            Ok(Ok(stream)) => match converse(stream, system, desks, news, &mut lived).await {
                Some(End::Refused) => return "the name or the secret is not taken",
                Some(End::Stranger) => return "what answers there speaks another language",
                Some(End::Closed) | None => {}
            },
            Ok(Err(NoWay::Untrusted)) => {
                return "its certificate is not trusted (ca-file) or is for another name";
            }
            Ok(Err(NoWay::Clear)) => return "what answers there does not speak TLS",
            Ok(Err(NoWay::Now(kind))) => tracing::warn!(%kind, "no connection"),
            Err(_) => tracing::warn!("no connection in time"),
        }
        desks.lose();
        if lived {
            backoff.reset();
            (desks.settings.note)("the connection is lost; trying again");
        }
        let wait = backoff.next(fastrand::f64());
        let mut waited = Box::pin(sleep(wait));
        let mut knock = interval(KNOCK);
        loop {
            tokio::select! {
                () = &mut waited => break,
                _ = knock.tick() => desks.knock(),
                Some(told) = news.recv() => match told {
                    News::Opened(seat) => desks.greet(system.as_ref(), &seat),
                    News::Wants(seat, order) if order.wish == Wish::Alive => {
                        desks.reply(Replied { seat, id: order.id, taken: Ok(()) });
                    }
                    News::Wants(seat, order) => {
                        let taken = Err("the phone link is lost".to_owned());
                        desks.reply(Replied { seat, id: order.id, taken });
                    }
                },
            }
        }
    }
}

/// One connection, to its end.
async fn converse(
    mut stream: Box<dyn Stream>,
    system: &mut Box<dyn System>,
    desks: &mut Desks,
    news: &mut UnboundedReceiver<News>,
    lived: &mut bool,
) -> Option<End> {
    let first = system.connected();
    send(stream.as_mut(), &first).await?;
    let mut chunk = vec![0; 64 * 1024];
    let mut ping = interval(desks.settings.ping);
    let mut knock = interval(KNOCK);
    for timer in [&mut ping, &mut knock] {
        timer.set_missed_tick_behavior(MissedTickBehavior::Delay);
        timer.reset();
    }
    let (mut quiet, mut heard) = (false, false);
    loop {
        tokio::select! {
            read = stream.read(&mut chunk) => {
                let read = match read {
                    Ok(read) if read > 0 => read,
                    _ => return None,
                };
                (quiet, heard) = (false, true);
                let said = system.feed(&chunk[..read], (desks.settings.now)().as_millisecond());
                *lived |= said.fresh;
                let end = said.end;
                hear(said, system.as_ref(), desks, stream.as_mut()).await?;
                if end.is_some() {
                    return end;
                }
            }
            _ = ping.tick() => {
                let lives = std::mem::take(&mut heard);
                match system.ping() {
                    Some(asked) => send(stream.as_mut(), &asked).await?,
                    // Whoever has much to tell lives, however late the answer.
                    None if lives => {}
                    None => return None,
                }
            }
            _ = knock.tick() => desks.knock(),
            Some(told) = news.recv() => match told {
                News::Opened(seat) => desks.greet(system.as_ref(), &seat),
                News::Wants(seat, order) => {
                    let said = match order.wish {
                        Wish::Alive => Said {
                            replies: vec![Replied { seat, id: order.id, taken: Ok(()) }],
                            ..Said::default()
                        },
                        Wish::Directory => {
                            let now = (desks.settings.now)().as_millisecond();
                            system.directory(&seat, order.id, now)
                        }
                        _ => system.order(&seat, order),
                    };
                    hear(said, system.as_ref(), desks, stream.as_mut()).await?;
                }
            },
            () = sleep(REST), if !quiet => {
                quiet = true;
                desks.tell(system.rest());
            }
        }
    }
}

async fn hear(
    said: Said,
    system: &dyn System,
    desks: &mut Desks,
    stream: &mut dyn Stream,
) -> Option<()> {
    for note in said.notes {
        (desks.settings.note)(note);
    }
    send(stream, &said.send).await?;
    if said.fresh {
        (desks.settings.note)("connected; desks are told what goes on");
        let seats: Vec<Seat> = desks.ways.keys().cloned().collect();
        desks.met = true;
        desks.tell(seats.iter().filter_map(|seat| system.legs().snapshot(seat)).collect());
        desks.tell(seats.iter().filter_map(|seat| system.agent(seat)).collect());
        desks.link(None);
    }
    desks.tell(said.told);
    said.replies.into_iter().for_each(|reply| desks.reply(reply));
    Some(())
}

async fn send(stream: &mut dyn Stream, bytes: &[u8]) -> Option<()> {
    let sent = async {
        stream.write_all(bytes).await?;
        stream.flush().await
    };
    timeout(PATIENCE, sent).await.ok()?.ok()
}
