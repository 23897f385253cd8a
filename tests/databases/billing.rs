//! The tables of the billing connector in a database, and the connector that reads them.

use std::sync::Arc;

use jiff::Timestamp;
use norns::connectors::fetch::{ConnectorSource, Shared};
use norns::connectors::shipped::REAL;
use norns::connectors::spec::Connector;

use crate::common::follow::often;
use crate::common::planted::{COUNTRY, Planted};
use crate::server::{Pool, Server};

/// The tables, as each database writes the types.
fn tables(pool: &Pool) -> String {
    let (moment, naive) = match pool {
        Pool::Postgresql(_) => ("timestamptz", "timestamp"),
        Pool::Mysql(_) => ("timestamp", "datetime"),
        Pool::Sqlite(_) => ("text", "text"),
    };
    format!(
        "create table customers (customer_no varchar(20) primary key, name varchar(200),
            status varchar(20), since date, phone varchar(60), mobile varchar(60), email varchar(200));
         create table invoices (invoice_no varchar(20) primary key, customer_no varchar(20), issued date,
            due date, period varchar(40), total numeric(12,2), open_amount numeric(12,2),
            currency char(3), status varchar(20));
         create table payments (payment_no varchar(20) primary key, customer_no varchar(20),
            paid_at {moment}, method varchar(40), amount numeric(12,2), currency char(3),
            status varchar(20));
         create table disputes (dispute_no varchar(20) primary key, customer_no varchar(20),
            invoice_no varchar(20), opened_at {naive} null, reason varchar(200), amount numeric(12,2),
            currency char(3), status varchar(20), owner varchar(40));"
    )
}

/// A login that may read, and what Ana owes.
fn content(pool: &Pool) -> &'static str {
    match pool {
        Pool::Postgresql(_) => {
            "create role norns login password 's3cret'; grant select on all tables in schema public to norns;"
        }
        Pool::Mysql(_) => {
            "create user norns@'%' identified by 's3cret'; grant select on norns_billing.* to norns@'%';"
        }
        Pool::Sqlite(_) => "",
    }
}

const ANA: &str = "
    insert into invoices values ('INV-1', 'ANA', '2026-10-01', '2026-10-15', 'October 2026', 79.00, 12.30, 'CAD', 'OPEN');
    insert into invoices values ('INV-2', 'ANA', '2026-09-01', '2026-09-15', 'September 2026', 12345678.90, 0, 'CAD', 'PAID');
    insert into invoices values ('INV-3', 'OTHER', '2026-09-01', '2026-09-15', 'September 2026', 99.99, 0, 'CAD', 'PAID');
    insert into payments values ('PAY-4', 'ANA', '2026-10-01 14:05:09', 'card', 79.00, 'CAD', 'BOOKED');
    insert into disputes values ('DIS-5', 'ANA', 'INV-1', '2026-10-03 00:00:00', 'billed twice; 50% off', 66.70, 'CAD', 'OPEN', 'Bo');
    insert into disputes values ('DIS-6', 'ANA', 'INV-2', null, 'never opened', null, null, 'OPEN', null);";

/// Fills a database with customers; returns the ids of the planted ones, in their order.
pub async fn fill(server: &Server, planted: &Planted) -> Vec<String> {
    let pool = &server.pool;
    pool.run(&tables(pool)).await;
    let mut ids = Vec::new();
    for (nth, person) in planted.people.iter().enumerate() {
        let id = format!("C-{nth:04}");
        let [phone, mobile, email] =
            [&person.phone, &person.mobile, &person.email].map(|o| o.as_deref());
        pool.customer([Some(&id), Some(&person.name), phone, mobile, email]).await;
        ids.push(id);
    }
    let (number, address) = ("(0113) 496 / 0142", "Ana.Petrov@Mail.example");
    pool.customer([Some("ANA"), Some("Ana Petrov"), Some(number), None, Some(address)]).await;
    pool.customer([Some("OTHER"), Some("Someone Else"), None, None, None]).await;
    let ana = match pool {
        Pool::Sqlite(_) | Pool::Mysql(_) => ANA.to_owned(),
        Pool::Postgresql(_) => ANA.replace("14:05:09'", "14:05:09+00'"),
    };
    pool.run(&ana).await;
    let rights = content(pool);
    if !rights.is_empty() {
        pool.run(rights).await;
    }
    ids
}

/// The shipped connector's text.
pub fn text() -> &'static str {
    REAL.iter().find(|(name, _)| *name == "sql-billing").unwrap().1
}

/// A source at this address, by a connector's text.
pub fn source(text: &str, address: &str) -> ConnectorSource {
    let variable = |name: &str| match name {
        "BILLING_URL" => Some(address.to_owned()),
        "BILLING_COUNTRY" => Some(COUNTRY.to_owned()),
        _ => None,
    };
    let connector = Connector::read("sql-billing.toml", text, &variable).unwrap();
    made(connector)
}

/// The shipped connector, asked what changes as often as a test can wait for.
pub fn followed(address: &str) -> ConnectorSource {
    let variable = |name: &str| (name == "BILLING_URL").then(|| address.to_owned());
    made(often(Connector::read("sql-billing.toml", text(), &variable).unwrap()))
}

fn made(connector: Connector) -> ConnectorSource {
    let now: Timestamp = "2026-11-02T15:04:00Z".parse().unwrap();
    ConnectorSource::new(connector, &Shared::new(Arc::new(move || now))).unwrap()
}

/// The connector with another question by account, and so long to answer.
pub fn asking(sql: &str, deadline_ms: u32) -> String {
    let start = text().find("[[lookups]]\nby = \"account\"").unwrap();
    let rest = &text()[start..];
    let end = start + rest[1..].find("[[lookups]]").unwrap() + 1;
    let question = format!("[[lookups]]\nby = \"account\"\nendpoint = {{ sql = '''{sql}''' }}\n\n");
    let changed = format!("{}{question}{}", &text()[..start], &text()[end..]);
    changed.replacen("[client]", &format!("[client]\ndeadline_ms = {deadline_ms}"), 1)
}
