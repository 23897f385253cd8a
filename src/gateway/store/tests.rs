use super::*;
use crate::domain::customer::CustomerId;
use crate::domain::interaction::CallKey;
use crate::domain::register::{NewContact, NewFollowUp, NewHandover, NewOutcome, Note};

async fn store() -> Store {
    Store::open(&Whereabouts::Memory).await.unwrap()
}

fn hand() -> Hand {
    Hand {
        agent: CleanText::line("ana"),
        role: CleanText::line("billing"),
        at: Timestamp::from_second(1_793_631_840).unwrap(),
    }
}

fn eleanor() -> CustomerId {
    CustomerId::parse("CRM:C-20417").unwrap()
}

fn call() -> CallKey {
    CallKey { source: CleanText::line("default"), call: CleanText::line("c-1") }
}

fn hold() -> NewHold {
    NewHold {
        customer: eleanor(),
        account: Some(CleanText::line("A-7731-02")),
        scopes: ["disconnect", "dunning"].map(CleanText::line).to_vec(),
        owner: CleanText::line("ana"),
        reason: CleanText::line("billed twice"),
        expires: Some(jiff::civil::date(2026, 11, 30)),
    }
}

fn follow_up() -> NewFollowUp {
    NewFollowUp {
        customer: eleanor(),
        call: Some(call()),
        kind: crate::domain::promise::DueKind::Promise,
        what: CleanText::line("answer about the charge"),
        owner: None,
        due: Timestamp::from_second(1_794_900_000).unwrap(),
    }
}

fn zoe() -> NewContact {
    NewContact {
        name: CleanText::line("Zoë Färber"), call: Some(call()), ..NewContact::default()
    }
}

async fn verbs(store: &Store) -> Vec<String> {
    let acts = store.acts(&eleanor()).await.unwrap();
    acts.iter().rev().map(|act| act.verb.to_string()).collect()
}

#[tokio::test]
async fn a_link_taken_back_leaves_its_row_and_two_acts() {
    let store = store().await;
    let link = store.link(&hand(), Some(&call()), &eleanor()).await.unwrap();
    let undone = store.unlink(&hand(), link.id).await.unwrap();
    assert_eq!(undone.undone_at, Some(hand().at));
    assert_eq!(store.links_of_call(&call()).await.unwrap(), std::slice::from_ref(&undone));
    assert_eq!(store.unlink(&hand(), link.id).await.unwrap(), undone, "twice is once");
    assert_eq!(store.links_of_customer(&eleanor()).await.unwrap(), [undone]);
    assert_eq!(verbs(&store).await, ["linked", "unlinked"]);
}

#[tokio::test]
async fn what_does_not_exist_is_unknown() {
    let store = store().await;
    let unlinked = store.unlink(&hand(), crate::domain::ask::LinkId(7)).await;
    assert_eq!(unlinked, Err(StoreError::Unknown));
    assert_eq!(store.release_hold(&hand(), 7).await, Err(StoreError::Unknown));
}

#[tokio::test]
async fn a_hold_is_found_by_customer_and_by_account_until_and_after_its_release() {
    let store = store().await;
    let placed = store.place_hold(&hand(), &hold()).await.unwrap();
    assert_eq!(store.holds_of_account("A-7731-02").await.unwrap(), std::slice::from_ref(&placed));
    let released = store.release_hold(&hand(), placed.id).await.unwrap();
    assert_eq!(released.released_at, Some(hand().at));
    assert_eq!(store.release_hold(&hand(), placed.id).await.unwrap(), released);
    assert_eq!(store.holds_of_customer(&eleanor()).await.unwrap(), [released]);
    assert_eq!(verbs(&store).await, ["held", "released"]);
}

#[tokio::test]
async fn the_audit_can_be_neither_changed_nor_cut() {
    let store = store().await;
    store.add_note(&hand(), &eleanor(), None, "called back").await.unwrap();
    let replace = "REPLACE INTO audit (id, at, agent, role, verb, fields) \
        VALUES (1, 0, 'bob', 'care', 'noted', '')";
    for tampering in ["UPDATE audit SET agent = 'bob'", "DELETE FROM audit", replace] {
        assert!(sqlx::query(tampering).execute(&store.pool).await.is_err(), "{tampering}");
    }
    assert_eq!(verbs(&store).await, ["noted"]);
}

#[tokio::test]
async fn the_audit_has_names_of_fields_and_no_values() {
    let store = store().await;
    store.add_note(&hand(), &eleanor(), Some(&call()), "SECRET WORDS").await.unwrap();
    store.place_hold(&hand(), &hold()).await.unwrap();
    let acts = store.acts(&eleanor()).await.unwrap();
    let told = format!("{acts:?}");
    assert!(!told.contains("SECRET") && !told.contains("billed twice"), "{told}");
    assert_eq!(acts[1].fields, [CleanText::line("text")]);
    assert_eq!(acts[1].record, Some(CleanText::line("note 1")));
}

#[tokio::test]
async fn what_cannot_be_audited_does_not_happen() {
    let store = store().await;
    let link = store.link(&hand(), None, &eleanor()).await.unwrap();
    let placed = store.place_hold(&hand(), &hold()).await.unwrap();
    let undertaken = store.follow_up(&hand(), &follow_up()).await.unwrap();
    sqlx::query("DROP TABLE audit").execute(&store.pool).await.unwrap();
    assert!(store.add_note(&hand(), &eleanor(), None, "a note").await.is_err());
    assert!(store.link(&hand(), None, &eleanor()).await.is_err());
    assert!(store.unlink(&hand(), link.id).await.is_err());
    assert!(store.place_hold(&hand(), &hold()).await.is_err());
    assert!(store.release_hold(&hand(), placed.id).await.is_err());
    let another = NewFollowUp { what: CleanText::line("another"), ..follow_up() };
    assert!(store.follow_up(&hand(), &another).await.is_err());
    assert!(store.settle_follow_up(&hand(), undertaken.id, true).await.is_err());
    assert!(store.add_contact(&hand(), &zoe()).await.is_err());
    let none_later = store.follow_ups(&eleanor(), Timestamp::MIN).await.unwrap();
    assert_eq!(none_later, [undertaken]);
    let name = crate::domain::customer::Key::Name(CleanText::line("Zoë"));
    assert!(store.contacts(&name).await.unwrap().is_empty());
    assert!(store.notes(&eleanor(), 10).await.unwrap().is_empty());
    assert_eq!(store.links_of_customer(&eleanor()).await.unwrap(), [link]);
    assert_eq!(store.holds_of_customer(&eleanor()).await.unwrap(), [placed]);
}

#[tokio::test]
async fn records_outlive_the_process_in_a_file_that_only_its_owner_reads() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("records.db");
    let whereabouts = Whereabouts::File(path.clone());
    let store = Store::open(&whereabouts).await.unwrap();
    let note = store.add_note(&hand(), &eleanor(), None, "line one\nline two").await.unwrap();
    for entry in std::fs::read_dir(folder.path()).unwrap() {
        let mode = entry.unwrap().metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0);
    }
    store.close().await;
    let store = Store::open(&whereabouts).await.unwrap();
    assert_eq!(store.notes(&eleanor(), 10).await.unwrap(), [note]);
}

#[tokio::test]
async fn records_of_the_first_version_are_brought_up_to_date() {
    let folder = tempfile::tempdir().unwrap();
    let whereabouts = Whereabouts::File(folder.path().join("records.db"));
    let store = Store::open(&whereabouts).await.unwrap();
    let note = store.add_note(&hand(), &eleanor(), None, "of old").await.unwrap();
    let back = "DROP TABLE statements; DROP TABLE reports; DROP TABLE writes; DROP TABLE verifications; DROP TABLE handover_calls; DROP TABLE handovers; DROP TABLE outcomes; DROP TABLE pins; DROP TABLE follow_ups; DROP TABLE contacts; \
        PRAGMA user_version = 1";
    sqlx::raw_sql(back).execute(&store.pool).await.unwrap();
    store.close().await;
    let store = Store::open(&whereabouts).await.unwrap();
    assert_eq!(store.notes(&eleanor(), 10).await.unwrap(), [note]);
    assert!(store.follow_up(&hand(), &follow_up()).await.is_ok());
}

#[tokio::test]
async fn records_of_a_newer_norns_are_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let whereabouts = Whereabouts::File(folder.path().join("records.db"));
    let store = Store::open(&whereabouts).await.unwrap();
    sqlx::raw_sql("PRAGMA user_version = 99").execute(&store.pool).await.unwrap();
    store.close().await;
    assert_eq!(Store::open(&whereabouts).await.unwrap_err(), StoreError::Newer);
}

#[tokio::test]
async fn a_full_disk_is_told_and_loses_nothing_that_was_kept() {
    let store = store().await;
    let note = store.add_note(&hand(), &eleanor(), None, "kept").await.unwrap();
    sqlx::raw_sql("PRAGMA max_page_count = 1").execute(&store.pool).await.unwrap();
    let long = "x".repeat(60_000);
    let refused = store.add_note(&hand(), &eleanor(), None, &long).await;
    assert_eq!(refused, Err(StoreError::Failed("the database refused")));
    assert_eq!(store.notes(&eleanor(), 10).await.unwrap(), [note]);
}

#[tokio::test]
async fn what_is_pinned_comes_before_what_is_newer_and_is_pinned_once() {
    let store = store().await;
    let old = store.add_note(&hand(), &eleanor(), None, "of old").await.unwrap();
    let new = store.add_note(&hand(), &eleanor(), None, "of late").await.unwrap();
    for _ in 0..2 {
        assert!(store.pin_note(&hand(), old.id, true).await.unwrap().pinned);
    }
    let pinned = Note { pinned: true, ..old.clone() };
    assert_eq!(store.notes(&eleanor(), 1).await.unwrap(), [pinned]);
    for _ in 0..2 {
        assert_eq!(store.pin_note(&hand(), old.id, false).await.unwrap(), old);
    }
    assert_eq!(store.notes(&eleanor(), 1).await.unwrap(), [new]);
    assert_eq!(verbs(&store).await, ["noted", "noted", "pinned", "unpinned"]);
    assert_eq!(store.pin_note(&hand(), 99, true).await, Err(StoreError::Unknown));
}

#[tokio::test]
async fn what_a_call_came_to_is_recorded_once_however_often_it_is_sent() {
    let store = store().await;
    let new = NewOutcome {
        call: call(),
        customer: Some(eleanor()),
        queue: Some(CleanText::line("BILLING")),
        codes: ["Charge, explained", "Promise made"].map(CleanText::line).to_vec(),
        timed_out: false,
        since: hand().at,
    };
    let outcome = store.add_outcome(&hand(), &new).await.unwrap();
    assert_eq!(outcome.of, new);
    let later = Hand { at: Timestamp::from_second(1_793_700_000).unwrap(), ..hand() };
    assert_eq!(store.add_outcome(&later, &new).await.unwrap(), outcome, "sent again");
    let again = NewOutcome { since: later.at, codes: Vec::new(), timed_out: true, ..new };
    let second = store.add_outcome(&later, &again).await.unwrap();
    assert_eq!(second.of, again, "the same call rang here twice");
    assert_eq!(store.outcomes(&eleanor(), 9).await.unwrap(), [second, outcome]);
    assert_eq!(verbs(&store).await, ["wrapped up", "wrapped up"]);
}

#[tokio::test]
async fn a_handover_is_found_by_every_key_of_its_call_for_a_while() {
    let store = store().await;
    let consultation = CallKey { call: CleanText::line("c-2"), ..call() };
    let new = NewHandover {
        calls: vec![call()],
        customer: Some(eleanor()),
        to: CleanText::line("BILLING"),
        reason: CleanText::line("chasing the dispute"),
        tell: CleanText::line("promised for 16 Nov"),
        verified: ["security word", "last invoice"].map(CleanText::line).to_vec(),
        enough: true,
    };
    let made = store.hand_over(&hand(), &new).await.unwrap();
    assert_eq!(made.of, new);
    let found = |call: CallKey| {
        let store = store.clone();
        async move { store.handover_of_call(&call, hand().at).await.unwrap() }
    };
    assert_eq!(found(call()).await, Some(made.clone()));
    assert_eq!(found(consultation.clone()).await, None);
    let other = Hand { agent: CleanText::line("tom"), ..hand() };
    let theirs = store.hand_over_as(&other, made.id, &consultation).await;
    assert_eq!(theirs, Err(StoreError::Unknown), "it is not tom's");
    for _ in 0..2 {
        let known = store.hand_over_as(&hand(), made.id, &consultation).await.unwrap();
        assert_eq!(known.of.calls, [call(), consultation.clone()]);
    }
    assert_eq!(found(consultation).await.map(|handover| handover.id), Some(made.id));
    let later = Timestamp::from_second(hand().at.as_second() + 1).unwrap();
    assert_eq!(store.handover_of_call(&call(), later).await.unwrap(), None, "too old");
    assert_eq!(verbs(&store).await, ["handed over"]);
}

#[tokio::test]
async fn questions_given_up_lose_nothing_of_a_store_in_memory() {
    let store = store().await;
    let note = store.add_note(&hand(), &eleanor(), None, "kept").await.unwrap();
    for polls in 1..8 {
        let customer = eleanor();
        let mut question = std::pin::pin!(store.notes(&customer, 10));
        for _ in 0..polls {
            let mut nobody = std::task::Context::from_waker(std::task::Waker::noop());
            if question.as_mut().poll(&mut nobody).is_ready() {
                break;
            }
            tokio::task::yield_now().await;
        }
    }
    assert_eq!(store.notes(&eleanor(), 10).await.unwrap(), [note]);
}

#[tokio::test]
async fn what_is_sent_again_is_on_record_once_and_what_is_meant_anew_twice() {
    let store = store().await;
    let later =
        |minutes| Hand { at: hand().at + jiff::SignedDuration::from_mins(minutes), ..hand() };
    let other = Hand { agent: CleanText::line("bob"), ..hand() };
    let call = call();
    let noted = async |hand: &Hand, call, text| {
        store.add_note(hand, &eleanor(), call, text).await.unwrap().id
    };
    let first = noted(&hand(), Some(&call), "called back").await;
    assert_eq!(noted(&later(60), Some(&call), "called back").await, first, "in its call");
    assert_ne!(noted(&later(60), Some(&call), "called back twice").await, first, "other words");
    assert_ne!(noted(&other, Some(&call), "called back").await, first, "another agent");
    let loose = noted(&hand(), None, "called back").await;
    assert_ne!(loose, first, "in no call");
    assert_eq!(noted(&later(9), None, "called back").await, loose);
    assert_ne!(noted(&later(11), None, "called back").await, loose, "without a call, anew");
    let undertaken = store.follow_up(&hand(), &follow_up()).await.unwrap();
    assert_eq!(store.follow_up(&later(60), &follow_up()).await.unwrap(), undertaken);
    let moved = NewFollowUp { due: hand().at, ..follow_up() };
    assert_ne!(store.follow_up(&hand(), &moved).await.unwrap().id, undertaken.id, "another time");
    let made = store.add_contact(&hand(), &zoe()).await.unwrap();
    assert_eq!(store.add_contact(&later(60), &zoe()).await.unwrap(), made);
    let found = NewContact { account: Some(CleanText::line("A-1")), ..zoe() };
    assert_ne!(store.add_contact(&hand(), &found).await.unwrap().id, made.id, "another account");
    let namesake = NewContact { call: None, ..zoe() };
    let [one, two] = [&namesake; 2].map(|new| store.add_contact(&other, new));
    assert_ne!(one.await.unwrap().id, two.await.unwrap().id, "without a call, another person");
    let acts = verbs(&store).await;
    assert_eq!(acts.iter().filter(|verb| *verb == "noted").count(), 5, "{acts:?}");
}

#[tokio::test]
async fn another_machine_s_disk_is_refused_with_its_kind_and_nothing_is_made_there() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("records.db");
    let whereabouts = Whereabouts::File(path.clone());
    let kinds: [(place::Kind, &str); 3] =
        [(|_| Ok(0x6969), "NFS"), (|_| Ok(0xfe53_4d42), "SMB2"), (|_| Ok(0xff53_4d42), "CIFS")];
    for (kind, name) in kinds {
        let refused = Store::open_on(&whereabouts, kind).await.unwrap_err();
        assert_eq!(refused, StoreError::Elsewhere(name));
        let said = refused.to_string();
        assert!(said.contains(name) && said.contains("[store]"), "{said}");
        assert!(!path.exists());
    }
    // A local disk, and one that does not say what it is.
    let local: place::Kind = |_| Ok(0xef53);
    let unknown: place::Kind = |_| Err(std::io::ErrorKind::Unsupported.into());
    for kind in [local, unknown, place::kind] {
        Store::open_on(&whereabouts, kind).await.unwrap().close().await;
    }
}

#[tokio::test]
async fn what_is_recorded_is_on_the_disk_before_it_is_said_to_be() {
    let folder = tempfile::tempdir().unwrap();
    let whereabouts = Whereabouts::File(folder.path().join("records.db"));
    let store = Store::open(&whereabouts).await.unwrap();
    // All connections of the pool, each of which may write.
    let mut held = Vec::new();
    for _ in 0..store.pool.options().get_max_connections() {
        held.push(store.pool.acquire().await.unwrap());
    }
    assert!(held.len() > 1);
    for connection in &mut held {
        let full: i64 =
            sqlx::query_scalar("PRAGMA synchronous").fetch_one(&mut **connection).await.unwrap();
        let mode: String =
            sqlx::query_scalar("PRAGMA journal_mode").fetch_one(&mut **connection).await.unwrap();
        assert_eq!((full, mode.as_str()), (2, "wal"));
    }
}
