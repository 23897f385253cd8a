//! Databases of a test's own: a process and a folder each, both gone when dropped.

use std::fs;
use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use rustix::process::{Pid, Signal, kill_process};
use sqlx::mysql::MySqlPoolOptions;
use sqlx::postgres::PgPoolOptions;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AssertSqlSafe, MySqlPool, PgPool, SqlitePool};
use tempfile::TempDir;
use url::Url;

use crate::common::authority::Certificate;
use crate::common::systems::{System, port};

/// The login that a connector has.
const LOGIN: &str = "norns:s3cret";
/// `nobody`: databases refuse to run as root.
const NOBODY: u32 = 65_534;

/// A database, with a connection that may change it.
pub struct Server {
    pub pool: Pool,
    /// As a connector is told it, with a login that may read only.
    pub address: String,
    /// With a login that may do everything.
    pub owner: String,
    system: Option<System>,
    _folder: TempDir,
}

/// Connections that may change everything.
pub enum Pool {
    Postgresql(PgPool),
    Mysql(MySqlPool),
    Sqlite(SqlitePool),
}

impl Pool {
    /// Does what the text says, statement after statement.
    pub async fn run(&self, text: &str) {
        let sql = || sqlx::raw_sql(AssertSqlSafe(text.to_owned()));
        let done = match self {
            Self::Postgresql(pool) => sql().execute(pool).await.map(drop),
            Self::Mysql(pool) => sql().execute(pool).await.map(drop),
            Self::Sqlite(pool) => sql().execute(pool).await.map(drop),
        };
        done.unwrap_or_else(|error| panic!("{text}: {error}"));
    }

    /// The one number that the question is answered with.
    pub async fn count(&self, text: &str) -> i64 {
        let sql = AssertSqlSafe(text.to_owned());
        match self {
            Self::Postgresql(pool) => sqlx::query_scalar(sql).fetch_one(pool).await.unwrap(),
            Self::Mysql(pool) => sqlx::query_scalar(sql).fetch_one(pool).await.unwrap(),
            Self::Sqlite(pool) => sqlx::query_scalar(sql).fetch_one(pool).await.unwrap(),
        }
    }

    /// One customer, by the connector's own columns.
    pub async fn customer(&self, values: [Option<&str>; 5]) {
        let text = |marks: [&str; 5]| {
            let marks = marks.join(", ");
            let text = "insert into customers (customer_no, name, phone, mobile, email, status, since) \
                        values (MARKS, 'ACTIVE', '2019-03-01')";
            AssertSqlSafe(text.replace("MARKS", &marks))
        };
        let [no, name, phone, mobile, email] = values.map(|value| value.map(str::to_owned));
        macro_rules! add {
            ($pool:expr, $marks:expr) => {
                sqlx::query(text($marks))
                    .bind(no)
                    .bind(name)
                    .bind(phone)
                    .bind(mobile)
                    .bind(email)
                    .execute($pool)
                    .await
                    .map(drop)
            };
        }
        let done = match self {
            Self::Postgresql(pool) => add!(pool, ["$1", "$2", "$3", "$4", "$5"]),
            Self::Mysql(pool) => add!(pool, ["?"; 5]),
            Self::Sqlite(pool) => add!(pool, ["?"; 5]),
        };
        done.unwrap();
    }
}

/// A database that runs as a process.
#[derive(Debug, Clone, Copy)]
pub enum Kind {
    Postgresql,
    Mariadb,
}

impl Server {
    /// With an empty database.
    pub async fn of(kind: Kind) -> Self {
        match kind {
            Kind::Postgresql => Self::postgresql().await,
            Kind::Mariadb => Self::mariadb().await,
        }
    }

    /// The same, speaking TLS with this certificate.
    pub async fn certified(kind: Kind, certificate: &Certificate) -> Self {
        match kind {
            Kind::Postgresql => Self::start_postgresql(Some(certificate)).await,
            Kind::Mariadb => Self::start_mariadb(Some(certificate)).await,
        }
    }

    /// PostgreSQL, with an empty database.
    pub async fn postgresql() -> Self {
        Self::start_postgresql(None).await
    }

    /// MariaDB, with an empty database.
    pub async fn mariadb() -> Self {
        Self::start_mariadb(None).await
    }

    async fn start_postgresql(certificate: Option<&Certificate>) -> Self {
        let folder = folder();
        let programs = newest(Path::new("/usr/lib/postgresql")).join("bin");
        let data = folder.path().join("data");
        let mut command = Command::new(programs.join("initdb"));
        command.args(["--username=owner", "--auth-local=trust", "--auth-host=scram-sha-256"]);
        command.args(["--no-sync", "--encoding=UTF8", "--locale=C.UTF-8", "--pgdata"]);
        run(command.arg(&data), folder.path());
        let port = port();
        let mut command = Command::new(programs.join("postgres"));
        command.arg("-D").arg(&data).arg("-k").arg(folder.path());
        command.args([
            "-p",
            &port.to_string(),
            "-c",
            "listen_addresses=127.0.0.1",
            "-c",
            "fsync=off",
        ]);
        if let Some([file, key]) = certificate.map(|one| put(one, folder.path())) {
            command.args(["-c", "ssl=on"]);
            command.arg("-c").arg(format!("ssl_cert_file={}", file.display()));
            command.arg("-c").arg(format!("ssl_key_file={}", key.display()));
        }
        let mut system = start(&mut command, folder.path());
        let owner =
            format!("postgres://owner@localhost:{port}/postgres?host={}", folder.path().display());
        let pool = system.until_up(log(folder.path()), async || {
            PgPoolOptions::new().max_connections(2).connect(&owner).await.ok()
        });
        let pool = Pool::Postgresql(pool.await);
        let address = format!("postgres://{LOGIN}@127.0.0.1:{port}/postgres");
        Self { pool, address, owner, system: Some(system), _folder: folder }
    }

    async fn start_mariadb(certificate: Option<&Certificate>) -> Self {
        let folder = folder();
        let data = folder.path().join("data");
        let mut command = Command::new("mariadb-install-db");
        command.args([
            "--no-defaults",
            "--auth-root-authentication-method=normal",
            "--skip-test-db",
        ]);
        run(command.arg(format!("--datadir={}", data.display())), folder.path());
        let port = port();
        let socket = folder.path().join("socket");
        let mut command = Command::new("mariadbd");
        command.args([
            "--no-defaults",
            "--bind-address=127.0.0.1",
            "--character-set-server=utf8mb4",
        ]);
        command.arg(format!("--port={port}")).arg(format!("--datadir={}", data.display()));
        command.arg(format!("--socket={}", socket.display()));
        command.arg(format!("--pid-file={}", folder.path().join("pid").display()));
        match certificate.map(|one| put(one, folder.path())) {
            Some([file, key]) => {
                command.arg(format!("--ssl-cert={}", file.display()));
                command.arg(format!("--ssl-key={}", key.display()));
            }
            // It would make one up.
            None => drop(command.arg("--skip-ssl")),
        }
        let mut system = start(&mut command, folder.path());
        let root = format!("mysql://root@localhost/mysql?socket={}", socket.display());
        let pool = system.until_up(log(folder.path()), async || {
            MySqlPoolOptions::new().max_connections(1).connect(&root).await.ok()
        });
        let pool = pool.await;
        let (temporary,): (String,) =
            sqlx::query_as("select @@tmpdir").fetch_one(&pool).await.unwrap();
        assert_eq!(Path::new(&temporary), folder.path(), "it shares its temporary files");
        Pool::Mysql(pool).run("create database norns_billing").await;
        let owner = root.replace("/mysql?", "/norns_billing?");
        let pool = MySqlPoolOptions::new().max_connections(2).connect(&owner).await.unwrap();
        let address = format!("mysql://{LOGIN}@127.0.0.1:{port}/norns_billing");
        Self { pool: Pool::Mysql(pool), address, owner, system: Some(system), _folder: folder }
    }

    /// The MySQL that runs where `NORNS_MYSQL` says, with a new database in place of the last test's.
    pub async fn running_mysql() -> Self {
        let owner = std::env::var("NORNS_MYSQL").expect("NORNS_MYSQL=mysql://root@127.0.0.1:3306");
        let owner = Url::parse(&owner).unwrap();
        let pool =
            MySqlPoolOptions::new().max_connections(1).connect(owner.as_str()).await.unwrap();
        let (version,): (String,) =
            sqlx::query_as("select version()").fetch_one(&pool).await.unwrap();
        assert!(!version.contains("MariaDB"), "{version} is no MySQL");
        let anew = "drop database if exists norns_billing; \
                    create database norns_billing character set utf8mb4";
        // Before version 5.7 there is no `if exists` for logins.
        sqlx::raw_sql("drop user norns@'%'").execute(&pool).await.ok();
        Pool::Mysql(pool).run(anew).await;
        let mut owner = owner;
        owner.set_path("/norns_billing");
        let pool =
            MySqlPoolOptions::new().max_connections(2).connect(owner.as_str()).await.unwrap();
        let place = format!("{}:{}", owner.host_str().unwrap(), owner.port().unwrap_or(3306));
        let address = format!("mysql://{LOGIN}@{place}/norns_billing");
        let pool = Pool::Mysql(pool);
        Self { pool, address, owner: owner.into(), system: None, _folder: folder() }
    }

    /// SQLite, with an empty file.
    pub async fn sqlite() -> Self {
        let folder = folder();
        let file = folder.path().join("billing.db");
        let options = SqliteConnectOptions::new().filename(&file).create_if_missing(true);
        let pool = Pool::Sqlite(SqlitePool::connect_with(options).await.unwrap());
        let address = format!("sqlite://{}", file.display());
        Self { pool, owner: address.clone(), address, system: None, _folder: folder }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // PostgreSQL takes its workers and its shared memory with it, where it is asked to go.
        if let (Pool::Postgresql(_), Some(system)) = (&self.pool, &mut self.system) {
            let process = system.process();
            kill_process(Pid::from_child(process), Signal::QUIT).ok();
            process.wait().ok();
        }
    }
}

/// A folder that the database may use.
fn folder() -> TempDir {
    let folder = tempfile::Builder::new().prefix("norns-db-").tempdir_in("/tmp").unwrap();
    if is_root() {
        chown(folder.path(), Some(NOBODY), Some(NOBODY)).unwrap();
    }
    folder
}

/// A certificate that the database may read, and nobody else.
fn put(certificate: &Certificate, folder: &Path) -> [PathBuf; 2] {
    let files = certificate.put(folder);
    for file in &files {
        fs::set_permissions(file, fs::Permissions::from_mode(0o600)).unwrap();
        if is_root() {
            chown(file, Some(NOBODY), Some(NOBODY)).unwrap();
        }
    }
    files
}

fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

/// As somebody who is not root, who knows nothing of the system's own settings.
///
/// It keeps its temporary files in its folder: a MariaDB that starts takes away what lies in the
/// place for them, and two that start at the same time would take each other's.
fn unprivileged<'command>(command: &'command mut Command, folder: &Path) -> &'command mut Command {
    if is_root() {
        command.uid(NOBODY).gid(NOBODY);
    }
    command.env_clear().env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin");
    command.env("TMPDIR", folder).current_dir(folder)
}

fn run(command: &mut Command, folder: &Path) {
    let output = unprivileged(command, folder).output();
    let output = output.unwrap_or_else(|error| panic!("{command:?}: {error}; is it installed?"));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}: {said}");
}

fn start(command: &mut Command, folder: &Path) -> System {
    let log = fs::File::create(folder.join("log")).unwrap();
    let command =
        unprivileged(command, folder).stdin(Stdio::null()).stdout(Stdio::null()).stderr(log);
    System::start(command)
}

fn log(folder: &Path) -> impl Fn() -> String {
    || fs::read_to_string(folder.join("log")).unwrap_or_default()
}

/// The folder with the highest number.
fn newest(folder: &Path) -> PathBuf {
    let entries = fs::read_dir(folder).expect("PostgreSQL is installed");
    let folders = entries.flatten().map(|entry| entry.path());
    let number = |path: &PathBuf| path.file_name()?.to_str()?.parse::<u32>().ok();
    folders
        .filter(|path| number(path).is_some())
        .max_by_key(number)
        .expect("PostgreSQL is installed")
}
