//! The billing connector before real databases, started here. Debian has no MySQL; one that runs
//! elsewhere, whose database `norns_billing` may go and whose `max_allowed_packet` is 16 MiB, is
//! tried by
//!
//! ```text
//! NORNS_MYSQL=mysql://root@127.0.0.1:3306 \
//!     cargo test --locked --features test-clock --test databases -- --ignored
//! ```
#![allow(clippy::unwrap_used, reason = "a test stops where something is wrong")]

#[path = "databases/billing.rs"]
mod billing;
mod common;
#[path = "databases/encrypted.rs"]
mod encrypted;
#[path = "databases/server.rs"]
mod server;

use std::time::Duration;

use billing::{asking, fill, followed, source, text};
use common::follow::{gone, news};
use common::planted::{Planted, prove_hostile};
use common::systems;
use norns::connectors::fetch::ConnectorSource;
use norns::connectors::spec::Connector;
use norns::connectors::{Source, report};
use norns::domain::customer::{CustomerId, Key};
use norns::domain::phone::{Number, Region};
use norns::domain::source::{SourceId, State};
use norns::domain::text::CleanText;
use server::{Pool, Server};

const PLENTY_MS: u32 = 20_000;

fn account(text: &str) -> Key {
    Key::Account(CleanText::line(text))
}

fn id(key: &str) -> Key {
    let source = SourceId::new("BILLING").unwrap();
    Key::Id(CustomerId { source, key: CleanText::line(key) })
}

fn ana() -> Key {
    Key::Phone(Number::read("+44 113 4960142", Region::GB).unwrap())
}

/// Nobody is missed, nobody else is shown, and no key does anything but find.
async fn everybody_is_found(server: Server) {
    let planted = Planted::grow(11, 150);
    assert!(planted.overlaps());
    let ids = fill(&server, &planted).await;
    let patient = text().replacen("[client]", &format!("[client]\ndeadline_ms = {PLENTY_MS}"), 1);
    let source = source(&patient, &server.address);
    planted.prove(&source, &ids).await;
    prove_hostile(&source, &ana()).await;
    let long = "x' or '1'='1".repeat(850);
    for hostile in ["'; drop table customers; --", "a\0b", "_", &long] {
        let text = CleanText::line(hostile);
        for key in [
            Key::Email(text.clone()),
            account(hostile),
            Key::Case(text),
            id(&format!("x{hostile}")),
        ] {
            let found = source.look_up(&key).await.map_or(0, |found| found.records.len());
            assert_eq!(found, 0, "{} by {}", &hostile[..hostile.len().min(30)], key.kind().name());
        }
    }
    let filters = source.filters().await;
    assert!(filters.are_proven(), "{filters:?}");
    let found = source.look_up(&Key::Case(CleanText::line("DIS-5"))).await.unwrap();
    assert_eq!(found.records[0].id.key.as_str(), "ANA");
    let found = source.look_up(&Key::Name(CleanText::line("PETROV an"))).await.unwrap();
    assert!(found.records.is_empty(), "the words of a name stand in its order: {found:?}");
    let found = source.look_up(&Key::Name(CleanText::line("ana petr"))).await.unwrap();
    assert!(found.records.iter().any(|record| record.id.key.as_str() == "ANA"));
    what_ana_owes_is_read(&source).await;
    let people = i64::try_from(planted.people.len()).unwrap() + 2;
    assert_eq!(server.pool.count("select count(*) from customers").await, people);
    assert_eq!(server.pool.count("select count(*) from invoices").await, 3);
    a_thousand_invoices_are_told_as_more(&server, &source).await;
    what_changes_is_told_once(&server).await;
}

/// Of the very second of the newest known, of the same second, and of the day before.
async fn what_changes_is_told_once(server: &Server) {
    let source = followed(&server.address);
    let ana = [id("ANA")];
    source.view(&ana, 5_000).await.unwrap();
    assert_eq!(source.changes(&[]).await.unwrap().changes, []);
    assert!(source.recalled(&ana, 5_000).is_some());
    let pay = |number: &str, who: &str, at: &str| {
        format!(
            "insert into payments values ('{number}', '{who}', '{at}', 'card', 1, 'CAD', 'BOOKED');"
        )
    };
    let same =
        [pay("PAY-7", "ANA", "2026-10-01 14:05:09"), pay("PAY-8", "C-0000", "2026-10-01 14:05:09")];
    server.pool.run(&same.concat()).await;
    assert_eq!(news(&source, 2).await, [id("ANA"), id("C-0000")]);
    assert!(source.recalled(&ana, 5_000).is_none());
    server.pool.run(&pay("PAY-9", "C-0001", "2026-10-01 09:00:00")).await;
    assert_eq!(news(&source, 1).await, [id("C-0001")]);
    server
        .pool
        .run(
            "insert into disputes values ('DIS-7', 'C-0002', null, '2026-10-03 00:00:00', 'lost', 1, \
             'CAD', 'OPEN', 'Bo');",
        )
        .await;
    assert_eq!(news(&source, 1).await, [id("C-0002")]);
    who_is_deleted_is_gone(server, &source).await;
}

async fn who_is_deleted_is_gone(server: &Server, source: &ConnectorSource) {
    let both = [id("C-0003"), id("C-0004")];
    for one in &both {
        source.view(std::slice::from_ref(one), 500).await.unwrap();
    }
    server.pool.run("delete from customers where customer_no = 'C-0003';").await;
    assert_eq!(gone(source, &both).await, [id("C-0003")]);
    assert!(source.recalled(&both[..1], 500).is_none());
    assert!(source.recalled(&both[1..], 500).is_some(), "the other one is still there");
}

async fn what_ana_owes_is_read(source: &dyn Source) {
    let said = report::viewed(&source.view(&[id("ANA")], 500).await).join("\n");
    for expected in [
        "profile name: Ana Petrov",
        "2026-10-01 bill INV-1: invoice October 2026, open, 79.00 CAD",
        "2026-09-01 bill INV-2: invoice September 2026, paid, 12345678.90 CAD",
        "due 2026-10-15 payment: invoice October 2026, open, 12.30 CAD",
        "2026-10-01T14:05:09Z payment PAY-4: paid by card, booked, 79.00 CAD",
        "2026-10-03T00:00:00Z action DIS-5: dispute: billed twice; 50% off, open, by Bo, 66.70 CAD",
    ] {
        assert!(said.contains(expected), "{expected}\n{said}");
    }
    // A row without the time that it must have is left out, and counted.
    assert!(said.contains("1 rows could not be read"), "{said}");
    assert!(!said.contains("99.99"), "{said}");
    let nobody = report::viewed(&source.view(&[id("NOBODY")], 500).await);
    assert_eq!(nobody, ["nothing"]);
}

async fn a_thousand_invoices_are_told_as_more(server: &Server, source: &dyn Source) {
    let rows: Vec<String> = (0..1_000)
        .map(|nth| {
            format!("('M-{nth}', 'OTHER', '2026-08-01', null, 'August', 1, 0, 'CAD', 'PAID')")
        })
        .collect();
    server.pool.run(&format!("insert into invoices values {}", rows.join(", "))).await;
    let viewed = source.view(&[id("OTHER")], 500).await.unwrap();
    assert_eq!((viewed.facts.entries.len(), viewed.more), (500, true));
    let viewed = source.view(&[id("OTHER")], 1_001).await.unwrap();
    assert_eq!((viewed.facts.entries.len(), viewed.more), (1_001, false));
}

#[tokio::test]
async fn nobody_is_missed_in_postgresql() {
    everybody_is_found(Server::postgresql().await).await;
}

#[tokio::test]
async fn nobody_is_missed_in_mariadb() {
    everybody_is_found(Server::mariadb().await).await;
}

#[tokio::test]
async fn nobody_is_missed_in_sqlite() {
    everybody_is_found(Server::sqlite().await).await;
}

/// With a login that may change everything, nothing is changed, nothing goes on after its deadline,
/// and nothing larger than a desk can show is read.
async fn it_only_reads(server: Server, spoils: &[&str], sleeps: &str, large: &str) {
    fill(&server, &Planted::grow(3, 5)).await;
    for spoils in spoils {
        let trouble =
            source(&asking(spoils, PLENTY_MS), &server.owner).look_up(&account("ANA")).await;
        let trouble = trouble.expect_err(spoils);
        assert_eq!(trouble.why.as_str(), "its question would change something", "{spoils}");
    }
    let spoilt = "select count(*) from customers where name = 'spoilt'";
    assert_eq!(server.pool.count(spoilt).await, 0);

    let hasty = source(&asking(sleeps, 700), &server.owner);
    let key = account("ANA");
    let answered = tokio::time::timeout(Duration::from_secs(60), hasty.look_up(&key)).await;
    let trouble = answered.expect("it is not waited for").expect_err("it sleeps");
    assert_eq!(trouble.state, State::TimedOut, "{}", trouble.why);
    nobody_is_at_work(&server).await;

    let trouble = source(&asking(large, PLENTY_MS), &server.owner).look_up(&account("ANA")).await;
    assert_eq!(trouble.unwrap_err().why.as_str(), "answer larger than 4 MiB");
    let unknown = "select customer_no, nothing_such from customers where customer_no = :account";
    let trouble = source(&asking(unknown, PLENTY_MS), &server.owner).look_up(&account("ANA")).await;
    assert_eq!(trouble.unwrap_err().why.as_str(), "did not understand the question");
}

/// What was asked and given up is not worked on for ever.
async fn nobody_is_at_work(server: &Server) {
    let question = match &server.pool {
        Pool::Postgresql(_) => {
            "select count(*) from pg_stat_activity where state = 'active' and query like '%pg_sleep%' \
             and pid <> pg_backend_pid()"
        }
        Pool::Mysql(_) => {
            "select count(*) from information_schema.processlist where info like '%benchmark%' \
             and id <> connection_id()"
        }
        Pool::Sqlite(_) => "",
    };
    let idle = async {
        loop {
            let at_work = match question {
                "" => sqlite_is_at_work(),
                question => server.pool.count(question).await > 0,
            };
            if !at_work {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), idle).await.expect("the statement is ended");
}

/// Whether a thread of SQLite's runs. One that never ends always does.
fn sqlite_is_at_work() -> bool {
    let threads = std::fs::read_dir("/proc/self/task").unwrap().flatten();
    let mut stats =
        threads.filter_map(|thread| std::fs::read_to_string(thread.path().join("stat")).ok());
    stats.any(|stat| stat.contains("(sqlx-sqlite") && stat.contains(") R "))
}

#[tokio::test]
async fn postgresql_is_only_read() {
    let server = Server::postgresql().await;
    server
        .pool
        .run(
            "create sequence counter; create table spoils (n int);
             create function spoil() returns int language plpgsql as
             'begin update customers set name = ''spoilt''; return 1; end'",
        )
        .await;
    let spoils = [
        "select spoil() as customer_no from customers where customer_no = :account",
        "select nextval('counter') as customer_no from customers where customer_no = :account",
        "select set_config('transaction_read_only', 'off', false), spoil() as customer_no \
         from customers where customer_no = :account",
    ];
    let sleeps = "select customer_no, pg_sleep(600) from customers where customer_no = :account";
    let large =
        "select customer_no, repeat('x', 5000000) as x from customers where customer_no = :account";
    it_only_reads(server, &spoils, sleeps, large).await;
}

#[tokio::test]
async fn mariadb_is_only_read() {
    a_mysql_is_only_read(Server::mariadb().await).await;
}

#[tokio::test]
#[ignore = "needs a MySQL that runs"]
async fn a_running_mysql_is_only_read_and_nobody_is_missed_in_it() {
    a_mysql_is_only_read(Server::running_mysql().await).await;
    everybody_is_found(Server::running_mysql().await).await;
}

async fn a_mysql_is_only_read(server: Server) {
    server
        .pool
        .run("create function spoil() returns int modifies sql data begin update customers set name = 'spoilt'; return 1; end")
        .await;
    let spoils = ["select spoil() as customer_no from customers where customer_no = :account"];
    let sleeps = "select customer_no, benchmark(100000000000, sha1(customer_no)) as x from customers \
                  where customer_no = :account";
    let large =
        "select customer_no, repeat('x', 5000000) as x from customers where customer_no = :account";
    it_only_reads(server, &spoils, sleeps, large).await;
}

#[tokio::test]
async fn sqlite_is_only_read() {
    let sleeps = "with recursive n(i) as (select 1 union all select i + 1 from n) \
                  select max(i) as customer_no from n where i > :account";
    let large = "select customer_no, hex(zeroblob(3000000)) as x from customers where customer_no = :account";
    it_only_reads(Server::sqlite().await, &[], sleeps, large).await;
}

#[test]
fn what_would_change_something_is_no_connector() {
    let variable = |name: &str| (name == "BILLING_URL").then(|| "sqlite:///nowhere.db".to_owned());
    for (sql, expected) in [
        ("update customers set name = :account", "begins with select or with"),
        ("select 1; drop table customers", "one statement"),
        ("select :nonsense", "one of the values :e164"),
        ("select '{{ account }}'", "without `{{ }}`"),
    ] {
        let said = Connector::read("mine.toml", &asking(sql, 700), &variable).unwrap_err();
        assert!(said.place.is_some(), "{said}");
        assert!(said.to_string().contains(expected), "{said}");
    }
    let other = asking("select customer_no from customers where email = :email", 700);
    let said = Connector::read("mine.toml", &other, &variable).unwrap_err().to_string();
    assert!(said.contains("look-up by account: its request wants `email`"), "{said}");
}

/// An exact decimal, whatever its size, and types that only one database has.
#[tokio::test]
async fn values_are_told_as_they_lie() {
    let exact = "12345678901234567890.0123456789";
    let fields = "fields = { exact = \"exact\", whole = \"whole\", truth = \"truth\", list = \"list.1\", \
                  part = \"doc.a.b\", nothing = \"nothing\" }";
    for (server, columns) in [
        (
            Server::postgresql().await,
            "cast('EXACT' as numeric(40, 10)) as exact, cast(9007199254740993 as bigint) as whole, \
             true as truth, array['x', 'y'] as list, cast('{\"a\": {\"b\": 7}}' as jsonb) as doc, null as nothing",
        ),
        (
            Server::mariadb().await,
            "cast('EXACT' as decimal(40, 10)) as exact, cast(9007199254740993 as signed) as whole, \
             'true' as truth, null as nothing",
        ),
    ] {
        fill(&server, &Planted::grow(3, 5)).await;
        let columns = columns.replace("EXACT", exact);
        let asked = text()
            .replacen("select invoice_no,", &format!("select {columns}, invoice_no,"), 1)
            .replacen("fields = { invoice = \"invoice_no\", due = \"due\" }", fields, 1);
        let source = source(&asked, &server.owner);
        let said = report::viewed(&source.view(&[id("ANA")], 500).await).join("\n");
        for expected in [&format!("exact: {exact}"), "whole: 9007199254740993", "truth: true"] {
            assert!(said.contains(expected), "{expected}\n{said}");
        }
        if matches!(server.pool, Pool::Postgresql(_)) {
            assert!(said.contains("list: y") && said.contains("part: 7"), "{said}");
        }
        assert!(!said.contains("nothing:"), "{said}");
    }
}

#[tokio::test]
async fn who_may_not_read_is_told_so_and_where_nobody_listens_is_no_answer() {
    for server in [Server::postgresql().await, Server::mariadb().await] {
        fill(&server, &Planted::grow(3, 5)).await;
        let state = async |address: &str| {
            let trouble = source(text(), address).look_up(&account("ANA")).await.unwrap_err();
            assert!(
                !trouble.why.contains("s3cret") && !trouble.why.contains("wr0ng"),
                "{}",
                trouble.why
            );
            trouble.state
        };
        assert_eq!(state(&server.address.replace("s3cret", "wr0ng")).await, State::NotPermitted);
        server
            .pool
            .run(match server.pool {
                Pool::Mysql(_) => "revoke select on norns_billing.* from norns@'%'",
                _ => "revoke select on customers from norns",
            })
            .await;
        assert_eq!(state(&server.address).await, State::NotPermitted);
        let nobody = server.address.replace("127.0.0.1", "127.0.0.2");
        assert_eq!(state(&nobody).await, State::Refused);
    }
    let nowhere = source(text(), "sqlite:///nowhere/billing.db");
    assert_eq!(nowhere.look_up(&account("ANA")).await.unwrap_err().state, State::Refused);
}

fn norns(address: &str, arguments: &[&str]) -> (Option<i32>, String) {
    systems::norns(&[("BILLING_URL", address), ("BILLING_COUNTRY", "GB")], arguments)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_is_tried_recorded_and_replayed_like_any_source() {
    let server = Server::postgresql().await;
    fill(&server, &Planted::grow(3, 5)).await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("sql-billing.toml");
    std::fs::write(&file, text().replacen("[client]", "[client]\ndeadline_ms = 20000", 1)).unwrap();
    let file = file.to_str().unwrap();
    let (code, said) = norns(&server.address, &["connector", "check", file]);
    assert_eq!(code, Some(0), "{said}");
    let (code, said) =
        norns(&server.address, &["connector", "try", file, "--phone", "0113 4960142"]);
    assert_eq!(code, Some(0), "{said}");
    for expected in [
        "SELECT rows",
        "phone like :like_digits",
        "%4%9%6%0%1%4%2%",
        "record BILLING:ANA: Ana Petrov",
    ] {
        assert!(said.contains(expected), "{expected}\n{said}");
    }
    assert!(!said.contains("s3cret") && !said.contains("HTTP"), "{said}");
    let (code, said) = norns(&server.address, &["connector", "try", file, "--canary"]);
    assert_eq!(code, Some(0), "{said}");
    for (name, flag, value) in
        [("by-email", "--email", "ana.petrov@mail.example"), ("view", "--view", "ANA")]
    {
        let (code, said) =
            norns(&server.address, &["connector", "record", file, flag, value, "--as", name]);
        assert_eq!(code, Some(0), "{said}");
        let place = folder.path().join(format!("sql-billing/{name}.json"));
        let kept = std::fs::read_to_string(place).unwrap();
        for gone in ["Ana", "etrov", "496 / 0142", "s3cret", "127.0.0.1"] {
            assert!(!kept.contains(gone), "{gone}\n{kept}");
        }
    }
    let (code, said) = norns("nothing", &["connector", "test", file]);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("2 recordings as they were"), "{said}");
}
