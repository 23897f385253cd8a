//! People whom no source knows, as agents met them.

use super::audit::{Deed, append};
use super::sqlite::{self, Db, Row};
use super::{AGAIN, Hand, Store, StoreError, row};
use crate::domain::customer::Key;
use crate::domain::phone::{Number, Region};
use crate::domain::register::{Contact, NewContact};
use crate::domain::text::CleanText;

/// So many contacts one key may find.
const FOUND: i64 = 50;

impl Store {
    /// Makes a contact. It is on disk when this returns. One that is sent again from the same call is made
    /// once.
    pub async fn add_contact(&self, hand: &Hand, new: &NewContact) -> Result<Contact, StoreError> {
        let mut writing = sqlite::begin(&self.pool).await?;
        if let Some(known) = same(&mut writing, hand, new).await? {
            return Ok(known);
        }
        let query = "INSERT INTO contacts \
            (name, folded, phone, email, folded_mail, language, account, call_source, call_key, \
            agent, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) RETURNING *";
        let query = sqlx::query::<Db>(query)
            .bind(new.name.as_str())
            .bind(folded(&new.name))
            .bind(new.phone.as_ref().map(Number::e164))
            .bind(new.email.as_deref())
            .bind(new.email.as_deref().map(folded))
            .bind(new.language.as_deref())
            .bind(new.account.as_deref())
            .bind(new.call.as_ref().map(|call| call.source.as_str()))
            .bind(new.call.as_ref().map(|call| call.call.as_str()))
            .bind(hand.agent.as_str())
            .bind(hand.at.as_millisecond());
        let contact = read(&query.fetch_one(&mut *writing).await?)?;
        let customer = contact.customer();
        let deed = Deed {
            verb: "made",
            customer: customer.as_ref(),
            call: contact.who.call.as_ref(),
            fields: given(&contact.who),
            record: Some(format!("contact {}", contact.id)),
        };
        append(&mut writing, hand, &deed).await?;
        writing.commit().await?;
        Ok(contact)
    }

    /// The contacts that this key may be of, the newest first.
    pub async fn contacts(&self, key: &Key) -> Result<Vec<Contact>, StoreError> {
        let (query, value) = match key {
            Key::Phone(number) => {
                ("SELECT * FROM contacts WHERE phone = $1", number.e164().to_owned())
            }
            Key::Email(address) => {
                ("SELECT * FROM contacts WHERE folded_mail = $1", folded(address))
            }
            Key::Account(account) => {
                ("SELECT * FROM contacts WHERE account = $1", account.to_string())
            }
            Key::Name(name) => {
                ("SELECT * FROM contacts WHERE folded LIKE $1 ESCAPE '!'", like(name))
            }
            Key::Id(id) => {
                let Some(number) = Contact::of_customer(id) else { return Ok(Vec::new()) };
                let query = sqlx::query::<Db>("SELECT * FROM contacts WHERE id = $1").bind(number);
                return query.fetch_all(&self.pool).await?.iter().map(read).collect();
            }
            Key::Case(_) | Key::Segment(_) => return Ok(Vec::new()),
        };
        let query = sqlx::AssertSqlSafe(format!("{query} ORDER BY id DESC LIMIT {FOUND}"));
        let query = sqlx::query::<Db>(query).bind(value);
        query.fetch_all(&self.pool).await?.iter().map(read).collect()
    }
}

/// The same contact, where it was made before in the same call. Without a call, somebody of the
/// same name may well be another.
async fn same(
    writing: &mut sqlx::Transaction<'_, Db>,
    hand: &Hand,
    new: &NewContact,
) -> Result<Option<Contact>, StoreError> {
    let Some(call) = &new.call else { return Ok(None) };
    let query = "SELECT * FROM contacts \
        WHERE name = $1 AND phone IS NOT DISTINCT FROM $2 AND email IS NOT DISTINCT FROM $3 \
        AND language IS NOT DISTINCT FROM $4 AND account IS NOT DISTINCT FROM $5 \
        AND call_source = $6 AND call_key = $7 \
        AND agent = $8 AND at > $9 ORDER BY id LIMIT 1";
    let query = sqlx::query::<Db>(query)
        .bind(new.name.as_str())
        .bind(new.phone.as_ref().map(Number::e164))
        .bind(new.email.as_deref())
        .bind(new.language.as_deref())
        .bind(new.account.as_deref())
        .bind(call.source.as_str())
        .bind(call.call.as_str())
        .bind(hand.agent.as_str())
        .bind((hand.at - AGAIN).as_millisecond());
    query.fetch_optional(&mut **writing).await?.as_ref().map(read).transpose()
}

/// Names and addresses are looked for without regard to case and spaces.
pub fn folded(text: &str) -> String {
    text.to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Every word of the name, in this order, somewhere.
fn like(name: &str) -> String {
    let escape = |word: &str| word.replace('!', "!!").replace('%', "!%").replace('_', "!_");
    let words: Vec<String> = folded(name).split(' ').map(escape).collect();
    format!("%{}%", words.join("%"))
}

/// Names of the fields that are filled in.
fn given(who: &NewContact) -> Vec<&'static str> {
    let fields = [
        ("name", true),
        ("phone", who.phone.is_some()),
        ("email", who.email.is_some()),
        ("language", who.language.is_some()),
        ("account", who.account.is_some()),
    ];
    fields.into_iter().filter(|(_, given)| *given).map(|(name, _)| name).collect()
}

fn read(row: &Row) -> Result<Contact, StoreError> {
    let phone: Option<CleanText> = row::maybe_text(row, "phone")?;
    let who = NewContact {
        name: row::text(row, "name")?,
        // It was stored with its country code.
        phone: phone.and_then(|phone| Number::read(&phone, Region::NANP)),
        email: row::maybe_text(row, "email")?,
        language: row::maybe_text(row, "language")?,
        account: row::maybe_text(row, "account")?,
        call: row::call(row)?,
    };
    let (agent, at) = (row::text(row, "agent")?, row::time(row, "at")?);
    Ok(Contact { id: row::id(row)?, who, agent, at })
}
