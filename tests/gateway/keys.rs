//! A source whose key is not known yet waits for the customer's own record, and for nothing else.

use std::sync::Arc;
use std::time::Duration;

use jiff::civil::date;
use norns::domain::customer::{
    ContactKind, ContactPoint, CustomerId, Key, KeyKind, Match, Profile, Record,
};
use norns::domain::phone::{Number, Region};
use norns::domain::text::CleanText;

use crate::fake::{Does, Fake, desk, eleanor, last, store};

fn text(text: &str) -> CleanText {
    CleanText::line(text)
}

fn contacts() -> Vec<ContactPoint> {
    let contact =
        |kind, value| ContactPoint { kind, value: text(value), confirmed: None, own_change: None };
    vec![
        contact(ContactKind::Mobile, "+1 416 555 0142"),
        contact(ContactKind::Email, "eleanor.whitcombe@mail.example"),
    ]
}

fn profile() -> Profile {
    Profile { account: Some(text("A-7731-02")), contacts: contacts(), ..Profile::default() }
}

/// The scenario's two records in CRM.
pub fn records() -> [Record; 2] {
    let mobile = Match { kind: KeyKind::Phone, field: text("mobile"), exact: true };
    let one = Record {
        id: eleanor(),
        name: text("Eleanor Whitcombe"),
        account: Some(text("A-7731-02")),
        status: Some(text("active")),
        since: Some(date(2006, 3, 14)),
        contacts: contacts(),
        segments: Vec::new(),
        matched: vec![mobile],
    };
    let other = Record {
        id: CustomerId::parse("CRM:C-88120").unwrap(),
        name: text("E Whitcombe"),
        account: None,
        status: Some(text("prospect")),
        since: None,
        ..one.clone()
    };
    [one, other]
}

#[tokio::test]
async fn a_source_is_asked_as_soon_as_the_customers_record_brings_its_key() {
    let crm = Arc::new(Fake::new("CRM", 84, Does::Answers).tells(profile()));
    let bill = Arc::new(Fake::new("BILL", 312, Does::Answers).needs(KeyKind::Account));
    let tel = Arc::new(Fake::new("TEL", 40, Does::Answers).needs(KeyKind::Phone));
    let fakes = [crm, bill.clone(), tel.clone()];
    let lines = desk(&store().await, &fakes).view(&fakes, "").await;
    let at = |source| last(&lines, source).at.as_millis();
    assert!((84..=85).contains(&at("CRM")));
    assert!((124..=127).contains(&at("TEL")), "{}", at("TEL"));
    assert!((396..=399).contains(&at("BILL")), "{}", at("BILL"));
    assert!(bill.keys.lock().unwrap().contains(&Key::Account(text("A-7731-02"))));
    let number = Number::read("4165550142", Region::NANP).unwrap();
    assert!(tel.keys.lock().unwrap().contains(&Key::Phone(number)));
}

#[tokio::test]
async fn a_key_that_is_given_lets_a_source_be_asked_at_once() {
    let crm = Arc::new(Fake::new("CRM", 84, Does::Hangs));
    let bill = Arc::new(Fake::new("BILL", 312, Does::Answers).needs(KeyKind::Account));
    let tel = Arc::new(Fake::new("TEL", 40, Does::Answers).needs(KeyKind::Phone));
    let fakes = [crm, bill, tel];
    let keys = "&key=account:A-7731-02&key=phone:416-555-0142";
    let lines = desk(&store().await, &fakes).view(&fakes, keys).await;
    assert!(last(&lines, "TEL").at <= Duration::from_millis(41));
    assert!(last(&lines, "BILL").at <= Duration::from_millis(313));
}

#[tokio::test]
async fn the_keys_of_a_looked_up_record_serve_where_the_source_has_no_view() {
    let bill = Arc::new(Fake::new("BILL", 312, Does::Answers).needs(KeyKind::Account));
    let crm = Arc::new(
        Fake::new("CRM", 84, Does::Answers)
            .looks_up(&[KeyKind::Id])
            .knows(&records()[..1])
            .needs(KeyKind::Case),
    );
    let fakes = [crm, bill];
    let lines = desk(&store().await, &fakes).view(&fakes, "").await;
    assert!((396..=399).contains(&last(&lines, "BILL").at.as_millis()));
    assert_eq!(last(&lines, "CRM").why(), "it shows nothing of a customer");
}

#[tokio::test]
async fn a_source_whose_key_never_comes_says_which_one_it_wanted() {
    let fakes = [
        Arc::new(Fake::new("CRM", 84, Does::AnswersNothing)),
        Arc::new(Fake::new("BILL", 312, Does::Answers).needs(KeyKind::Account)),
        Arc::new(Fake::new("TEL", 40, Does::Answers).needs(KeyKind::Phone)),
        Arc::new(Fake::new("WEB", 40, Does::Answers).needs(KeyKind::Email)),
    ];
    let lines = desk(&store().await, &fakes).view(&fakes, "").await;
    for (source, lacking) in [("BILL", "account"), ("TEL", "phone"), ("WEB", "e-mail")] {
        let part = last(&lines, source);
        assert_eq!(part.state(), "not_asked");
        assert_eq!(part.why(), format!("no {lacking} known"));
        assert!((84..=85).contains(&part.at.as_millis()));
    }
    assert_eq!(fakes[1].asked(), 0);
}

#[tokio::test]
async fn the_keys_of_a_stale_record_are_better_than_none() {
    let crm = Fake::new("CRM", 84, Does::Answers).then(&[Does::Refuses]).tells(profile());
    let bill = Arc::new(Fake::new("BILL", 312, Does::Answers).needs(KeyKind::Account));
    let fakes = [Arc::new(crm), bill];
    let desk = desk(&store().await, &fakes);
    desk.view(&fakes, "").await;
    let lines = desk.view(&fakes, "").await;
    assert_eq!((last(&lines, "CRM").state(), last(&lines, "BILL").state()), ("stale", "ok"));
}

#[tokio::test]
async fn one_source_alone_is_asked_with_what_the_others_record_brings() {
    let crm = Arc::new(Fake::new("CRM", 84, Does::Answers).tells(profile()));
    let bill = Arc::new(Fake::new("BILL", 312, Does::Answers).needs(KeyKind::Account));
    let desk = desk(&store().await, &[crm.clone(), bill.clone()]);
    let lines = desk.view(&[bill], "").await;
    assert_eq!(last(&lines, "BILL").state(), "ok");
    assert!(!lines.iter().any(|line| line.is("CRM")), "it was not asked for");
}
