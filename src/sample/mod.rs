//! The sample company: eight source systems that do not know each other, each a real HTTP server
//! on loopback, over a customer base made from a seed. Nothing of it is on disk.

pub mod bill;
pub mod chance;
pub mod coll;
pub mod company;
pub mod control;
pub mod crm;
pub mod fault;
pub mod history;
pub mod mkt;
pub mod net;
pub mod people;
pub mod scenario;
pub mod server;
pub mod tel;
pub mod web;
pub mod wo;
pub mod words;

use std::sync::Arc;

use jiff::Timestamp;

use company::Company;
use fault::{Fault, Faults};
use server::{Latency, Running, System};

/// The eight systems, running until dropped.
pub struct Sample {
    running: Vec<Running>,
    variables: Vec<(String, String)>,
    faults: Arc<Faults>,
}

/// Names of the systems, in the order of authority.
pub const SYSTEMS: [&str; 8] = ["CRM", "BILL", "WO", "COLL", "TEL", "WEB", "MKT", "NET"];

impl Sample {
    /// Starts all eight. The customers come from `seed`, their history ends at `now`; the
    /// credentials come from `secret` and are worth nothing after this process.
    ///
    /// # Errors
    /// Where no port on loopback can be had.
    pub async fn start(
        seed: u64,
        secret: u64,
        now: Timestamp,
        latency: Latency,
    ) -> std::io::Result<Self> {
        let company = tokio::task::spawn_blocking(move || Company::new(seed, now));
        let company = Arc::new(company.await.map_err(std::io::Error::other)?);
        let mut chance = fastrand::Rng::with_seed(secret);
        let mut token = || chance::token(&mut chance);
        let systems: [Box<dyn System>; 8] = [
            Box::new(crm::Crm::new(&company, token())),
            Box::new(bill::Bill::new(&company, token())),
            Box::new(wo::Wo::new(&company, token())),
            Box::new(coll::Coll::new(&company, token())),
            Box::new(tel::Tel::new(&company, token())),
            Box::new(web::Web::new(&company, token())),
            Box::new(mkt::Mkt::new(&company, token())),
            Box::new(net::Net::new(&company, token())),
        ];
        let faults = Arc::new(Faults::default());
        let mut sample = Self { running: Vec::new(), variables: Vec::new(), faults };
        for system in systems {
            let (name, credentials) = (system.name(), system.credentials());
            let running = server::start(system, Arc::clone(&sample.faults), latency).await?;
            sample.variables.push((format!("{name}_URL"), running.url.clone()));
            sample.variables.extend(credentials);
            sample.running.push(running);
        }
        Ok(sample)
    }

    /// Addresses and credentials, by the names that connectors use.
    pub fn variables(&self) -> &[(String, String)] {
        &self.variables
    }

    /// The switches for making systems fail.
    pub fn faults(&self) -> Arc<Faults> {
        Arc::clone(&self.faults)
    }

    /// Makes a system fail, or work again.
    pub fn fault(&self, system: &str, fault: Fault) {
        self.faults.set(system, fault);
    }
}
