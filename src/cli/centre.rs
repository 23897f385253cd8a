//! What `serve.toml` says, with everything that it names: connectors, secrets, agents.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use jiff::tz::TimeZone;

use crate::config::serve::{self as config, AgentTable, ServeConfig, SourceTable, Variable};
use crate::connectors::shipped;
use crate::connectors::spec::{Connector, Written};
use crate::domain::inventory::Keeping;
use crate::domain::phone::Region;
use crate::domain::text::CleanText;
use crate::gateway::{Agent, Agents, Listen, Tier, Token};
use crate::identity::weights::Weights;
use crate::shell::files;
use crate::strict::{self, Complaint, Document, Reading, nearest};

/// A centre's settings, as far as they could be understood.
pub struct Centre {
    pub config: ServeConfig,
    pub doors: Vec<Listen>,
    /// The connectors in the order of their authority, each with the roles that may see it.
    pub sources: Vec<CentreSource>,
    pub agents: Agents,
    pub zone: TimeZone,
    pub home: Region,
    pub weights: Weights,
    pub records: PathBuf,
}

/// A source, who may see it, when it is asked, and what the centre says of it.
pub struct CentreSource {
    pub connector: Connector,
    pub roles: Option<Vec<String>>,
    pub tier: Tier,
    pub keeping: Keeping,
}

/// Reads a connector.
///
/// # Errors
/// Everything that is wrong in it.
pub fn connector(
    name: &str,
    text: &str,
    variables: &dyn Fn(&str) -> Option<String>,
) -> Result<Connector, Vec<Complaint>> {
    let file = format!("connectors/{name}.toml");
    let document = Document::parse(&file, text)?;
    let complaints = document.read::<Written>().complaints;
    if !complaints.is_empty() {
        return Err(complaints);
    }
    let read = Connector::read(&file, text, variables);
    read.map_err(|complaint| vec![placed(complaint, &document)])
}

/// A complaint whose sentence begins with a key, at the place of that.
fn placed(complaint: Complaint, document: &Document<'_>) -> Complaint {
    let Some((key, what)) = complaint.what.split_once(": ") else { return complaint };
    let path: Vec<&str> = key.split('.').collect();
    match document.find(&path, 0) {
        Some(place) if complaint.place.is_none() => {
            Complaint { place: Some(place), what: what.to_owned(), ..complaint.clone().key(&path) }
        }
        _ => complaint,
    }
}

/// What connectors call `${NAME}`.
///
/// # Errors
/// Why a value cannot be had, without a word of it.
pub fn variables(config: &ServeConfig, name: &str) -> Result<HashMap<String, String>, Complaint> {
    let all = config.variables.iter().map(|(variable, written)| {
        let value = value(written).map_err(|said| Complaint {
            file: name.to_owned(),
            ..said.key(&["variables", variable])
        })?;
        Ok((variable.clone(), value))
    });
    all.collect()
}

/// What a variable says, or names. A complaint names the file, where there is one.
fn value(written: &Variable) -> Result<String, Complaint> {
    match written {
        Variable::Plain(value) => Ok(value.clone()),
        Variable::File { file } => files::secret(file).map(|text| text.trim().to_owned()),
        Variable::Env { env } => std::env::var(env).map_err(|_| {
            let hint = "set it before the gateway starts";
            Complaint::of("", "the environment has no such variable").hint(hint)
        }),
    }
}

/// The socket on which the gateway of these settings is asked.
///
/// # Errors
/// Where they cannot be read, or name none.
pub fn socket(file: &Path) -> Result<PathBuf, Complaint> {
    let name = file.display().to_string();
    let config: ServeConfig = strict::read(&name, &files::read(file, &name)?)?;
    config.listen.socket.ok_or_else(|| {
        let what = "a desk that runs this gateway itself finds no socket";
        Complaint::of(&name, what).key(&["listen", "socket"]).hint("add socket")
    })
}

/// A complaint about a variable that is not set, with the one that may be meant.
fn helped(complaint: Complaint, variables: &HashMap<String, String>) -> Complaint {
    let name = complaint.what.strip_prefix("variable `").and_then(|rest| rest.split('`').next());
    let Some(name) = name.filter(|_| complaint.hint.is_none()) else { return complaint };
    let hint = match nearest(name, variables.keys().map(String::as_str)) {
        Some(near) => format!("[variables] has `{near}`"),
        None => "add it to [variables]".to_owned(),
    };
    complaint.hint(hint)
}

/// Reads settings and gathers what is wrong in them.
struct Reader<'t> {
    name: &'t str,
    document: &'t Document<'t>,
    folder: &'t Path,
    complaints: Vec<Complaint>,
}

impl Centre {
    /// Reads a file, and everything that it names.
    ///
    /// # Errors
    /// All that is wrong, without a word of what is secret.
    pub fn read(file: &Path) -> Result<Self, Vec<Complaint>> {
        let name = file.display().to_string();
        let text = files::read(file, &name).map_err(|complaint| vec![complaint])?;
        let document = Document::parse(&name, &text)?;
        let Reading { value, complaints } = document.read::<ServeConfig>();
        let Some(config) = value else { return Err(complaints) };
        let folder = file.parent().unwrap_or(Path::new(""));
        let mut reader = Reader { name: &name, document: &document, folder, complaints };
        let read = reader.understand(config);
        let mut complaints = reader.complaints;
        if complaints.is_empty() {
            return read.ok_or(complaints);
        }
        complaints.sort_by(|a, b| (&a.file, a.place).cmp(&(&b.file, b.place)));
        Err(complaints)
    }
}

impl Reader<'_> {
    fn understand(&mut self, config: ServeConfig) -> Option<Centre> {
        let mut doors: Vec<Listen> =
            config.listen.socket.clone().map(Listen::Shared).into_iter().collect();
        doors.extend(config.listen.tcp.map(Listen::Tcp));
        if doors.is_empty() {
            self.complain((&["listen"], 0), "the gateway has no door", "add socket, tcp, or both");
        }
        if config.store.path.is_none() {
            let what = "the gateway's records have no place";
            self.complain((&["store"], 0), what, "add path");
        }
        let zone = self.zone(config.time_zone.as_deref());
        let home = Region::of_country(&config.country).unwrap_or_else(|| {
            let what = "no numbering plan is known for this country";
            self.complain((&["country"], 0), what, "write its two letters, such as CA or GB");
            Region::NANP
        });
        let weights = self.weights(config.identity.weights.as_deref());
        let variables = self.variables(&config);
        let sources = self.sources(&config.sources, &variables);
        let agents = self.agents(&config.agents);
        let records = config.store.path.clone()?;
        Some(Centre { doors, sources, agents, zone, home, weights, records, config })
    }

    fn zone(&mut self, name: Option<&str>) -> TimeZone {
        let Some(name) = name else { return TimeZone::system() };
        TimeZone::get(name).unwrap_or_else(|_| {
            let hint = "write it as America/Toronto or Europe/London";
            self.complain((&["time-zone"], 0), "no time zone is called so", hint);
            TimeZone::UTC
        })
    }

    fn weights(&mut self, file: Option<&Path>) -> Weights {
        let Some(file) = file else { return Weights::shipped() };
        let name = file.display().to_string();
        let read =
            files::read(file, &name).and_then(|text| Weights::over_the_shipped(&name, &text));
        read.unwrap_or_else(|complaint| {
            let hint = complaint.hint.clone();
            let hint = hint.unwrap_or_else(|| "`norns identity fit` writes such a file".to_owned());
            self.about((&["identity", "weights"], 0), &complaint.hint(hint));
            Weights::shipped()
        })
    }

    fn variables(&mut self, config: &ServeConfig) -> HashMap<String, String> {
        let mut variables = HashMap::new();
        for (name, written) in &config.variables {
            let value = value(written).unwrap_or_else(|complaint| {
                self.about((&["variables", name], 0), &complaint);
                String::new()
            });
            variables.insert(name.clone(), value);
        }
        variables
    }

    fn sources(
        &mut self,
        tables: &[SourceTable],
        variables: &HashMap<String, String>,
    ) -> Vec<CentreSource> {
        let mut sources: Vec<CentreSource> = Vec::new();
        if tables.is_empty() {
            self.complain(
                (&["sources"], 0),
                "no source is asked",
                "add [[sources]] with a connector",
            );
        }
        for (nth, table) in tables.iter().enumerate() {
            let at = (&["sources", "connector"][..], nth);
            let name = &table.connector;
            let own = files::find(self.folder, "connectors", name);
            let shipped = || shipped::text(name, None).map(Ok);
            let text = match own.or_else(shipped) {
                Some(Ok(text)) => text,
                Some(Err(complaint)) => {
                    self.complaints.push(complaint);
                    continue;
                }
                None => {
                    let known =
                        shipped::SHIPPED.iter().chain(&shipped::REAL).map(|(name, _)| *name);
                    let complaint = self.complaint(at, "no connector is called so");
                    self.complaints.push(complaint.near(name, known));
                    continue;
                }
            };
            // A variable that cannot be read has been complained of.
            let wrong: Vec<&Complaint> = self.complaints.iter().collect();
            let unread =
                |name: &str| wrong.iter().any(|known| known.is_about(&["variables", name]));
            let variable = |wanted: &str| {
                let value = variables.get(wanted).cloned();
                value
                    .filter(|value| !value.is_empty())
                    .or_else(|| unread(wanted).then(|| "http://localhost/".to_owned()))
            };
            match connector(name, &text, &variable) {
                Ok(connector) if sources.iter().any(|known| known.connector.id == connector.id) => {
                    self.complain(at, "this source is there twice", "keep one of them");
                }
                Ok(connector) => {
                    let tier = match table.tier {
                        config::Tier::Essential => Tier::Essential,
                        config::Tier::OnDemand => Tier::OnDemand,
                    };
                    let (roles, keeping) = (table.roles.clone(), self.keeping(table, nth));
                    sources.push(CentreSource { connector, roles, tier, keeping });
                }
                Err(complaints) => {
                    let helped = complaints.into_iter().map(|known| helped(known, variables));
                    self.complaints.extend(helped);
                }
            }
        }
        sources
    }

    fn keeping(&mut self, table: &SourceTable, nth: usize) -> Keeping {
        let said = |text: &Option<String>| text.as_deref().map(CleanText::line);
        let review = table.review.as_ref().and_then(|day| {
            let read = day.parse().ok();
            if read.is_none() {
                let what = "this is no day";
                self.complain((&["sources", "review"], nth), what, "write it as 2027-03-31");
            }
            read
        });
        Keeping { owner: said(&table.owner), updated: said(&table.updated), review }
    }

    fn agents(&mut self, tables: &[AgentTable]) -> Agents {
        let mut agents = Agents::default();
        for (nth, table) in tables.iter().enumerate() {
            let agent = Agent::new(&table.name, &table.role);
            if table.uid.is_none() && table.token_file.is_none() {
                let what = "this agent is known by nothing";
                self.complain((&["agents"], nth), what, "add uid or token-file");
            }
            if let Some(uid) = table.uid
                && agents.by_uid.insert(uid, agent.clone()).is_some()
            {
                let what = "another agent has this user id";
                self.complain((&["agents", "uid"], nth), what, "keep one of them");
            }
            let Some(file) = &table.token_file else { continue };
            let at = (&["agents", "token-file"][..], nth);
            match files::secret(file).map(|text| Token::new(text.trim())) {
                Ok(Some(token)) => agents.by_token.push((token, agent)),
                Ok(None) => {
                    let what =
                        format!("a token has at least {} visible characters", Token::SHORTEST);
                    self.complain(at, &what, "make a new one: openssl rand -hex 32");
                }
                Err(complaint) => self.about(at, &complaint),
            }
        }
        if tables.is_empty() {
            let what = "nobody could ask";
            self.complain((&["agents"], 0), what, "add [[agents]] with a uid or a token-file");
        }
        agents
    }

    /// A complaint about a key, in a list about that of the nth.
    fn complaint(&self, (path, nth): (&[&str], usize), what: &str) -> Complaint {
        let place = self.document.find(path, nth);
        Complaint { place, ..Complaint::of(self.name, what).key(path) }
    }

    /// Complains, but not of what follows from a key that cannot be read.
    fn complain(&mut self, at: (&[&str], usize), what: &str, hint: &str) {
        if self.complaints.iter().any(|known| known.file == self.name && known.is_about(at.0)) {
            return;
        }
        let complaint = self.complaint(at, what).hint(hint);
        self.complaints.push(complaint);
    }

    /// A complaint about a file that a key names.
    fn about(&mut self, at: (&[&str], usize), named: &Complaint) {
        let what = match named.file.is_empty() {
            true => named.what.clone(),
            false => Complaint { hint: None, ..named.clone() }.to_string(),
        };
        let complaint = self.complaint(at, &what);
        let complaint = Complaint { hint: named.hint.clone(), ..complaint };
        self.complaints.push(complaint);
    }
}
