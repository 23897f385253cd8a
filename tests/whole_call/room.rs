//! A desk without a terminal, before a gateway and the sample's systems that are real: what it
//! asks is carried out as the program does it, and what is drawn is looked at.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;
use std::sync::Arc;
use std::time::Duration;

use norns::app::effect::Effect;
use norns::app::msg::Msg;
use norns::client::Client;
use norns::connectors::Source;
use norns::connectors::fetch::{ConnectorSource, Shared};
use norns::connectors::shipped::SHIPPED;
use norns::connectors::spec::Connector;
use norns::domain::interaction::{Call, CallState};
use norns::domain::phone::Region;
use norns::gateway::{
    Agent, Agents, Gateway, GatewaySettings, Listen, SeatedSource, Store, Whereabouts,
};
use norns::keys::keymap::Keymap;
use norns::sample::Sample;
use norns::sample::server::Latency;
use norns::shell::perform::ask::Asker;
use norns::ui::theme::Glyphs;
use tempfile::TempDir;
use tokio::runtime::Runtime;
use tokio::sync::{mpsc, watch};
use tokio::time::timeout;

use crate::common::seat::{Seat, now, zone};
use crate::hand::{Hand, Ring};

/// How long the gateway may take: a busy machine is no failure.
const PATIENCE: Duration = Duration::from_secs(20);

/// The customers that a desk of one's own has.
const SEED: u64 = 20_417;

/// The sample's systems, for one desk after another.
pub struct Room {
    runtime: Runtime,
    sample: Sample,
}

impl Room {
    pub fn open() -> Self {
        rustls::crypto::ring::default_provider().install_default().ok();
        let runtime = Runtime::new().unwrap();
        let sample = runtime.block_on(Sample::start(SEED, 42, now(), Latency::None)).unwrap();
        Self { runtime, sample }
    }

    /// A desk of an agent who has never worked here: a gateway of its own, with empty records.
    pub fn desk(&self, seat: Seat) -> Worked<'_> {
        let folder = TempDir::with_prefix("norns-").unwrap();
        std::fs::set_permissions(folder.path(), Permissions::from_mode(0o700)).unwrap();
        let socket = folder.path().join("gateway.sock");
        let uid = rustix::process::geteuid().as_raw();
        self.runtime.block_on(async {
            let gateway = Gateway::new(GatewaySettings {
                sources: self.sources().into_iter().map(SeatedSource::open).collect(),
                store: Store::open(&Whereabouts::Memory).await.unwrap(),
                agents: Agents::only(uid, Agent::new("ana", "billing")),
                now: Arc::new(now),
                zone: zone(),
                home: Region::NANP,
                weights: norns::identity::weights::Weights::shipped(),
                stating: None,
            });
            let door = Listen::Private(socket.clone()).bind().await.unwrap();
            tokio::spawn(norns::gateway::serve::run(gateway, vec![door], std::future::pending()));
        });
        let client = Client::unix(&socket).unwrap();
        let (tell, gateway) = watch::channel(Some(Ok(client)));
        let (sender, inbox) = mpsc::channel(512);
        let asker = Asker::new(self.runtime.handle().clone(), gateway, sender);
        Worked { room: self, seat, asker, inbox, calls: Vec::new(), _gateway: (tell, folder) }
    }

    fn sources(&self) -> Vec<Arc<dyn Source>> {
        let find = |name: &str| {
            let found = self.sample.variables().iter().find(|(known, _)| known == name);
            found.map(|(_, value)| value.clone())
        };
        let shared = Shared::new(Arc::new(now));
        let source = |(name, text): &(&str, &str)| -> Arc<dyn Source> {
            let connector = Connector::read(name, text, &find).unwrap();
            Arc::new(ConnectorSource::new(connector, &shared).unwrap())
        };
        SHIPPED.iter().map(source).collect()
    }
}

/// A desk at work.
pub struct Worked<'r> {
    room: &'r Room,
    pub seat: Seat,
    asker: Asker,
    inbox: mpsc::Receiver<Msg>,
    calls: Vec<Call>,
    /// Dropped with the desk, and not before.
    _gateway: (watch::Sender<Option<Result<Client, norns::domain::ask::AskError>>>, TempDir),
}

impl Worked<'_> {
    fn happen(&mut self, msg: Msg) {
        let effects = self.seat.happen(msg);
        self.perform(effects);
    }

    /// As the program does it.
    fn perform(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::LookUp { request, keys } => self.asker.look_up(request, keys),
                Effect::View(wanted) => self.asker.view(wanted),
                Effect::Forget { request } => self.asker.forget(request),
                Effect::Link { request, call, customer } => {
                    self.asker.link(request, call, customer);
                }
                Effect::Unlink { request, link } => self.asker.unlink(request, link),
                Effect::SaveNote { request, customer, call, text } => {
                    self.asker.save_note(request, customer, call, text);
                }
                Effect::FollowUp { request, new } => self.asker.follow_up(request, new),
                Effect::Verify { request, new } => self.asker.verify(request, new),
                Effect::WrapUp { request, new } => self.asker.add_outcome(request, new),
                Effect::AskHandover { request, calls } => self.asker.ask_handover(request, calls),
                Effect::WhoAmI => self.asker.who_am_i(),
                Effect::CloseCall { call } => {
                    let over = self.calls.iter().position(|known| known.key == call);
                    if let Some(at) = over {
                        let call = Call { state: CallState::Closed, ..self.calls.remove(at) };
                        self.happen(Msg::CallChanged(Box::new(call)));
                    }
                }
                // Drafts and timers have a machine behind them, and tests of their own.
                Effect::KeepDraft(_) | Effect::Wake { .. } | Effect::Sleep => {}
                other => panic!("nobody here does {other:?}"),
            }
        }
    }

    #[track_caller]
    fn call_is(&mut self, name: &str, state: CallState) {
        let call = self.calls.iter_mut().find(|call| &*call.key.call == name).unwrap();
        call.state = state;
        match state {
            CallState::Talking => call.answered_at = Some(self.seat.now),
            _ => call.ended_at = Some(self.seat.now),
        }
        let call = call.clone();
        self.happen(Msg::CallChanged(Box::new(call)));
    }
}

impl Hand for Worked<'_> {
    fn keymap(&self) -> &Keymap {
        &self.seat.desk.keymap
    }

    fn signs(&self) -> Glyphs {
        self.seat.theme.glyphs
    }

    fn press(&mut self, keys: &str) {
        let effects = self.seat.press(keys);
        self.perform(effects);
    }

    fn write(&mut self, text: &str) {
        for c in text.chars() {
            self.press(if c == ' ' { "space".to_owned() } else { c.to_string() }.as_str());
        }
    }

    #[track_caller]
    fn until(&mut self, what: &str, so: &mut dyn FnMut(&[String]) -> bool) {
        while !so(&self.seat.rows()) {
            let inbox = &mut self.inbox;
            let heard = async { timeout(PATIENCE, inbox.recv()).await };
            let heard = self.room.runtime.block_on(heard);
            match heard {
                Ok(Some(msg)) => self.happen(msg),
                _ => panic!("never seen: {what}; screen:\n{}", self.seat.text()),
            }
        }
    }

    fn rings(&mut self, ring: &'static Ring) {
        let call = self.seat.ringing(ring.name, ring.ani, ring.queue);
        self.calls.push(call.clone());
        self.happen(Msg::CallChanged(Box::new(call)));
    }

    fn answered(&mut self, ring: &'static Ring) {
        self.call_is(ring.name, CallState::Talking);
    }

    fn ended(&mut self, ring: &'static Ring) {
        self.call_is(ring.name, CallState::WrapUp);
    }
}
