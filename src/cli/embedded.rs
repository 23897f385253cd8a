//! Everything in one process: a gateway, and the sample company where no centre is named, over the
//! same real path.

use std::path::PathBuf;
use std::pin::Pin;
use std::sync::Arc;

use color_eyre::eyre::{Result, eyre};
use jiff::tz::TimeZone;
use tokio::sync::oneshot;

use super::centre::{self, Centre};
use super::serve;
use crate::client::Client;
use crate::config::paths::Paths;
use crate::connectors::Source;
use crate::connectors::fetch::{ConnectorSource, Shared};
use crate::connectors::shipped::SHIPPED;
use crate::connectors::spec::Connector;
use crate::domain::phone::Region;
use crate::gateway::{
    Agent, Agents, Gateway, GatewaySettings, Listen, Listener, SeatedSource, Store, Whereabouts,
    serve as gateway_serve,
};
use crate::identity::weights::Weights;
use crate::private::NotBound;
use crate::sample::Sample;
use crate::sample::control::Control;
use crate::sample::server::Latency;
use crate::shell::now::Clock;
use crate::strict::Complaint;

/// The sample's customers are the same on every start.
const SEED: u64 = 20_417;

/// The sample company with its gateway, until dropped.
pub struct Embedded {
    pub gateway: Arc<Gateway>,
    _sample: Sample,
    _control: Option<Control>,
}

impl Embedded {
    /// Starts the eight systems and a gateway before them. Its records lie under the state folder.
    ///
    /// # Errors
    /// Where no port, no socket or no record can be had.
    pub async fn start(
        paths: &Paths,
        clock: &Clock,
        zone: TimeZone,
        agents: Agents,
    ) -> Result<Self> {
        let secret = fastrand::u64(..);
        let sample = Sample::start(SEED, secret, clock.now(), Latency::Real).await?;
        let records = paths.state().join("sample");
        crate::private::folder(&records).map_err(|why| eyre!(why))?;
        let store = Store::open(&Whereabouts::File(records.join("records.db"))).await?;
        let shared = Shared::new(clock.function());
        let sources = sources(&sample, &shared)?.into_iter().map(SeatedSource::open).collect();
        let gateway = Gateway::new(GatewaySettings {
            sources,
            store,
            agents,
            now: clock.function(),
            zone,
            home: Region::NANP,
            weights: Weights::shipped(),
            stating: None,
        });
        let control = Control::listen(&paths.sample_socket(), sample.faults()).ok();
        Ok(Self { gateway, _sample: sample, _control: control })
    }
}

/// The shipped connectors, aimed at the sample.
fn sources(sample: &Sample, shared: &Shared) -> Result<Vec<Arc<dyn Source>>> {
    let variable = |name: &str| {
        let found = sample.variables().iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.clone())
    };
    let source = |(name, text): &(&str, &str)| -> Result<Arc<dyn Source>> {
        let connector = Connector::read(&format!("{name}.toml"), text, &variable)?;
        Ok(Arc::new(ConnectorSource::new(connector, shared)?))
    };
    SHIPPED.iter().map(source).collect()
}

/// The gateway of this user.
pub struct Found {
    pub client: Client,
    /// Runs the gateway, where it is ours and not another desk's.
    pub running: Option<Pin<Box<dyn Future<Output = ()> + Send>>>,
}

/// The gateway that a desk runs itself, unless another desk of this user does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Own {
    /// On the sample company.
    Sample,
    /// By the settings in this file.
    Centre(PathBuf),
}

impl Own {
    /// The socket on which it is asked.
    ///
    /// # Errors
    /// Where the settings name none.
    pub fn socket(&self, paths: &Paths) -> Result<PathBuf, Complaint> {
        match self {
            Self::Sample => Ok(paths.gateway_socket()),
            Self::Centre(file) => centre::socket(file),
        }
    }

    async fn gateway(&self, paths: &Paths, clock: &Clock, zone: TimeZone) -> Result<Running> {
        match self {
            Self::Sample => {
                let uid = rustix::process::geteuid().as_raw();
                let agents = Agents::only(uid, Agent::new(&login(), "billing"));
                let embedded = Embedded::start(paths, clock, zone, agents).await?;
                Ok(Running { gateway: Arc::clone(&embedded.gateway), _company: Some(embedded) })
            }
            Self::Centre(file) => {
                let wrong = |complaints: Vec<Complaint>| {
                    let said = complaints.into_iter().map(|said| said.to_string());
                    eyre!(said.collect::<Vec<_>>().join("; "))
                };
                let centre = Centre::read(file).map_err(wrong)?;
                Ok(Running { gateway: serve::gateway(centre, clock).await?, _company: None })
            }
        }
    }
}

/// A gateway, and the company before which it stands, where that is ours.
struct Running {
    gateway: Arc<Gateway>,
    _company: Option<Embedded>,
}

impl Running {
    /// Serves for ever; the company lives as long.
    async fn serve(self, listener: Listener) {
        let gateway = Arc::clone(&self.gateway);
        gateway_serve::run(gateway, vec![listener], std::future::pending()).await;
    }
}

/// Joins the gateway of another desk of this user, or starts one.
///
/// # Errors
/// Where neither can be done; the sentence says why.
pub async fn join_or_start(
    own: &Own,
    paths: &Paths,
    clock: &Clock,
    zone: TimeZone,
) -> Result<Found> {
    let socket = own.socket(paths)?;
    let client = Client::unix(&socket)?;
    let door = match own {
        Own::Sample => Listen::Private(socket),
        Own::Centre(_) => Listen::Shared(socket),
    };
    match door.bind().await {
        Err(NotBound::Elsewhere { .. }) => Ok(Found { client, running: None }),
        Err(error) => Err(eyre!("the gateway's socket: {error}")),
        Ok(listener) => {
            let ours = own.gateway(paths, clock, zone).await?;
            Ok(Found { client, running: Some(Box::pin(ours.serve(listener))) })
        }
    }
}

/// Returns once no desk of this user listens at this socket. Nobody is asked again and again: a
/// thread sleeps until the kernel frees the lock.
///
/// # Errors
/// Where it cannot be waited for.
pub async fn until_free(socket: PathBuf) -> Result<()> {
    let (tell, told) = oneshot::channel();
    std::thread::Builder::new().name("second".into()).stack_size(64 * 1024).spawn(move || {
        tell.send(crate::private::until_free(&socket)).ok();
    })?;
    Ok(told.await??)
}

/// Runs the gateway of this user from the moment on at which the desk that runs it has ended.
pub async fn take_over(own: &Own, paths: &Paths, clock: &Clock, zone: TimeZone) {
    let Ok(socket) = own.socket(paths) else { return };
    while until_free(socket.clone()).await.is_ok() {
        match join_or_start(own, paths, clock, zone.clone()).await {
            Ok(Found { running: Some(running), .. }) => return running.await,
            // Another desk was faster.
            Ok(Found { running: None, .. }) => {}
            Err(_) => return,
        }
    }
}

/// The name under which this user's acts are recorded.
pub fn login() -> String {
    let set = |name| std::env::var(name).ok().filter(|value| !value.is_empty());
    set("USER").or_else(|| set("LOGNAME")).unwrap_or_else(|| "agent".into())
}
