//! PostgreSQL. Every column is asked for as text, so that whatever types a database has are read
//! exactly.

use std::str::FromStr;

use serde_json::{Map, Value};
use sqlx::postgres::{PgConnectOptions, PgConnection, PgRow, PgSslMode, PgTypeInfo};
use sqlx::{
    AssertSqlSafe, Column, ConnectOptions, Connection, Executor, Postgres, Row, SqlSafeStr,
    Statement as _, Type, TypeInfo,
};

use super::idle::Idle;
use super::rows::{Rows, moment, naive, nested, number};
use super::{NO_ADDRESS, Way, question};
use crate::connectors::sql::Statement;

/// Connections to a PostgreSQL.
pub struct Postgresql {
    options: PgConnectOptions,
    /// What is said first on each.
    settings: String,
    idle: Idle<PgConnection>,
}

/// How a column is read.
#[derive(Clone, Copy)]
enum Shape {
    Truth,
    Number,
    Text,
    Moment,
    Naive,
    Json,
}

impl Shape {
    fn of(type_name: &str) -> Self {
        match type_name {
            "BOOL" => Self::Truth,
            "INT2" | "INT4" | "INT8" | "OID" | "FLOAT4" | "FLOAT8" => Self::Number,
            "TIMESTAMPTZ" => Self::Moment,
            "TIMESTAMP" => Self::Naive,
            "JSON" | "JSONB" => Self::Json,
            name if name.ends_with("[]") => Self::Json,
            _ => Self::Text,
        }
    }

    fn read(self, text: String) -> Value {
        match self {
            Self::Truth => (text == "true").into(),
            Self::Number => number(&text),
            Self::Text => text.into(),
            Self::Moment => moment(&text),
            Self::Naive => naive(&text),
            Self::Json => nested(&text),
        }
    }
}

impl Postgresql {
    /// Connections that are made when they are needed.
    ///
    /// # Errors
    /// Where the address is none.
    pub fn new(way: &Way<'_>) -> Result<Self, &'static str> {
        let options = PgConnectOptions::from_str(way.address).map_err(|_| NO_ADDRESS)?;
        let mode = if way.as_written { options.get_ssl_mode() } else { PgSslMode::VerifyFull };
        let options = options.ssl_mode(mode).application_name("norns").disable_statement_logging();
        let settings = format!(
            "set default_transaction_read_only = on; set statement_timeout = {}; \
             set timezone = 'UTC'; set datestyle = 'ISO'; set standard_conforming_strings = on",
            way.deadline.as_millis().max(1)
        );
        Ok(Self { options, settings, idle: Idle::default() })
    }

    /// Asks, and takes the rows.
    pub async fn ask(
        &self,
        statement: &Statement,
        values: Vec<String>,
        rows: &mut Rows,
    ) -> sqlx::Result<()> {
        let mut connection = self.idle.take(self.connect()).await?;
        read(&mut connection, statement, values, rows).await?;
        self.idle.give(connection);
        Ok(())
    }

    async fn connect(&self) -> sqlx::Result<PgConnection> {
        let mut connection = PgConnection::connect_with(&self.options).await?;
        let settings = AssertSqlSafe(self.settings.clone());
        connection.execute(sqlx::raw_sql(settings)).await?;
        Ok(connection)
    }
}

async fn read(
    connection: &mut PgConnection,
    statement: &Statement,
    values: Vec<String>,
    rows: &mut Rows,
) -> sqlx::Result<()> {
    let text = statement.marked(|nth| format!("${nth}"));
    let mut reading = connection.begin_with("begin transaction read only").await?;
    let types: Vec<PgTypeInfo> =
        values.iter().map(|_| <String as Type<Postgres>>::type_info()).collect();
    let described = AssertSqlSafe(text.clone()).into_sql_str();
    let described = reading.prepare_with(described, &types).await?;
    let columns: Vec<(String, Shape)> = described
        .columns()
        .iter()
        .map(|column| (column.name().to_owned(), Shape::of(column.type_info().name())))
        .collect();
    let query = question(as_text(&text, &columns, rows.most()), values);
    let row = |row: &PgRow| {
        let mut read = Map::new();
        for (nth, (name, shape)) in columns.iter().enumerate() {
            let text: Option<String> = row.try_get_unchecked(nth)?;
            read.insert(name.clone(), text.map(|text| shape.read(text)).unwrap_or_default());
        }
        Ok(read)
    };
    rows.take(query.fetch(&mut *reading), row).await?;
    reading.rollback().await
}

/// The same question with every column as text. What stands within another question can change
/// nothing, whatever it says.
fn as_text(text: &str, columns: &[(String, Shape)], most: usize) -> String {
    let name = |nth: usize| format!("c{nth}");
    let names: Vec<String> = (0..columns.len()).map(name).collect();
    let texts = columns.iter().zip(&names).map(|((_, shape), name)| match shape {
        Shape::Json => format!("to_json({name})::text"),
        _ => format!("{name}::text"),
    });
    let texts: Vec<String> = texts.collect();
    format!(
        "select {} from (\n{text}\n) as asked({}) limit {most}",
        texts.join(", "),
        names.join(", ")
    )
}
