//! Saying what two records are to each other, and taking it back.

use reqwest::Method;

use super::Client;
use crate::api::{convert, v1};
use crate::domain::ask::AskError;
use crate::domain::customer::CustomerId;
use crate::domain::statement::{NewStatement, Statement};

impl Client {
    /// Records a statement. It is on disk when this returns.
    pub async fn state(&self, new: &NewStatement) -> Result<Statement, AskError> {
        let body = convert::new_statement_to_wire(new);
        let request = self.request(Method::POST, &["statements"])?.json(&body);
        convert::statement(&self.json(request).await?).ok_or(AskError::Nonsense)
    }

    /// Takes a statement back.
    pub async fn take_back(&self, id: i64) -> Result<Statement, AskError> {
        let request = self.request(Method::DELETE, &["statements", &id.to_string()])?;
        convert::statement(&self.json(request).await?).ok_or(AskError::Nonsense)
    }

    /// The statements about a record, newest first, with those that were taken back.
    pub async fn statements(&self, record: &CustomerId) -> Result<Vec<Statement>, AskError> {
        let request = self.request(Method::GET, &["statements"])?;
        let request = request.query(&[("customer", record.to_string())]);
        let list: v1::Statements = self.json(request).await?;
        Ok(list.statements.iter().filter_map(convert::statement).collect())
    }
}
