use super::*;
use crate::domain::customer::{CustomerId, Key};
use crate::domain::phone::{Number, Region};
use crate::domain::text::CleanText;

fn read(text: &str) -> Result<Statement, String> {
    Statement::read(text)
}

fn values(text: &str, key: &Key) -> Vec<Option<String>> {
    let scope = Scope::of(key, Region::NANP);
    read(text).unwrap().binds().map(|bind| bind.value(&scope)).collect()
}

#[test]
fn a_named_value_becomes_the_database_s_own_mark() {
    let text = "select a::text, ':no' from t where p = :digits and q like :like_digits -- :not\nor p = :digits";
    let statement = read(text).unwrap();
    assert_eq!(
        statement.marked(|nth| format!("${nth}")),
        "select a::text, ':no' from t where p = $1 and q like $2 -- :not\nor p = $3"
    );
    assert_eq!(statement.text(), *text);
}

#[test]
fn values_are_the_key_s_normal_forms() {
    let number = Key::Phone(Number::read("(416) 555-0142", Region::NANP).unwrap());
    let forms = "select :e164, :digits, :national, :last4, :last7, :like_digits";
    let expected = ["+14165550142", "14165550142", "4165550142", "0142", "5550142"];
    let found: Vec<String> = values(forms, &number).into_iter().flatten().collect();
    assert_eq!(found[..5], expected);
    assert_eq!(found[5], "%5%5%5%0%1%4%2%");
    let address = Key::Email(CleanText::line("Ana.Petrov+Shop@Mail.example"));
    let forms = "select :email, :local, :domain, :canon, :written, :id";
    let found = values(forms, &address);
    let expected = [
        "ana.petrov+shop@mail.example",
        "ana.petrov+shop",
        "mail.example",
        "ana.petrov@mail.example",
        "Ana.Petrov+Shop@Mail.example",
    ];
    assert_eq!(found[..5], expected.map(|text| Some(text.to_owned())));
    assert_eq!(found[5], None);
}

#[test]
fn a_pattern_means_what_the_key_says_and_nothing_more() {
    let name = Key::Name(CleanText::line("50%_off!"));
    let found = values("select 1 from t where n like :like_name escape '!'", &name);
    assert_eq!(found, [Some("%50!%!_off!!%".to_owned())]);
    let address = Key::Email(CleanText::line("a_b@x.example"));
    let found = values("select 1 from t where e like :like_local escape '!'", &address);
    assert_eq!(found, [Some("a!_b%".to_owned())]);
}

#[test]
fn a_field_of_the_row_before_is_a_value_too() {
    let id = Key::Id(CustomerId::parse("BILLING:7").unwrap());
    let row = serde_json::json!({ "no": "A-7" });
    let scope = Scope::of(&id, Region::NANP);
    let scope = scope.with("parent", super::super::expression::from_json(&row));
    let statement = read("select 1 from t where no = :parent_no").unwrap();
    let bind = statement.binds().next().unwrap();
    assert_eq!(bind.value(&scope).as_deref(), Some("A-7"));
    assert_eq!(bind.names().collect::<Vec<_>>(), ["parent"]);
}

#[test]
fn what_may_be_more_than_one_reading_statement_is_refused() {
    for (text, expected) in [
        ("", "begins with select or with"),
        ("delete from t", "begins with select or with"),
        ("pragma query_only = off", "begins with select or with"),
        ("attach 'x.db' as x", "begins with select or with"),
        ("select 1; drop table t", "one statement"),
        ("select 1;", "no semicolon"),
        ("with x as (delete from t returning *) select * from x", "without `delete`"),
        ("select * into outfile '/tmp/x' from t", "without `into`"),
        ("select * from t for update", "without `update`"),
        ("select * from t for share", "locks nothing"),
        ("select * from t lock in share mode", "locks nothing"),
        ("select * from t where a = {{ email }}", "without `{{ }}`"),
        ("select * from t where a = :email2", "one of the values :e164, :digits"),
        ("select * from t where a = ?", "no `?`"),
        ("select * from t where a = $1", "no `$`"),
        ("select @@version", "no `@`"),
        ("select 1 # x", "no `#`"),
        ("select 'a\\' or 1=1 -- '", "no backslash"),
        ("select 'a", "every quote"),
        ("select 1 /* a", "expected `*/`"),
        ("select /*!50000 1 */", "a comment everywhere"),
        ("select /*M! 1 */ 2", "a comment everywhere"),
        ("select 1--1", "a space after"),
        ("select\0 1", "control characters"),
        ("select 1 from t where n like :like_name", "escape '!'"),
        ("select 1 from t where n like :like_name escape '#'", "escape '!'"),
    ] {
        let said = read(text).unwrap_err();
        assert!(said.contains(expected), "{text}: {said}");
        assert!(said.starts_with("expected "), "{text}: {said}");
    }
}

#[test]
fn words_in_names_texts_and_comments_change_nothing() {
    for text in [
        "select 'delete; from ''x''' as a, \"update\" from `into` -- insert\n/* merge */",
        "SELECT replace(updated_at, '-', '') from t where a::date > '2026-01-01'",
        "with x as (select 1) select substring(n from 1 for 3) from x",
        "select größe from tabelle where name = :name",
    ] {
        assert!(read(text).is_ok(), "{text}: {:?}", read(text));
    }
}
