//! The acceptance scenario, as far as it is built: a pop on the socket, keys in a terminal, HTTP to
//! eight source systems, and a clock that stands still.
#![allow(clippy::unwrap_used, reason = "a test stops where something is wrong")]

mod common;

use common::desk::{Desk, FIRST_CALL};
use common::terminal::Screen;
use norns::domain::text::CleanText;

/// Whether all of these are on the screen, from top to bottom.
fn in_order(screen: &Screen<'_>, texts: &[&str]) -> bool {
    let rows = screen.rows();
    let mut from = 0;
    texts.iter().all(|text| {
        let found = rows[from..].iter().position(|row| row.contains(text));
        from += found.map_or(0, |at| at + 1);
        found.is_some()
    })
}

fn every_source_has_answered(screen: &Screen<'_>) -> bool {
    let strip = screen.rows().into_iter().rev().nth(1).unwrap_or_default();
    strip.contains("HOLD") && !strip.contains('…')
}

#[test]
fn step_1_the_reason_is_on_the_screen_before_hello() {
    let mut desk = Desk::open((120, 40));
    desk.pop(FIRST_CALL);
    desk.terminal.until("the call's own facts", |screen| {
        let header = &screen.rows()[0];
        ["BILLING", "+1 416 555 0142", "ringing", "waited 3:32"].iter().all(|w| header.contains(w))
            && in_order(screen, &["waited    3:32", "chose     1 billing › 3 charge question"])
    });
    desk.terminal.until("two candidates with their reasons", |screen| {
        in_order(
            screen,
            &[
                "2 candidates, none linked",
                "Eleanor Whitcombe           CRM:C-20417",
                "mobile, active account, 20 years",
                "E Whitcombe                 CRM:C-88120",
                "mobile, no account",
            ],
        )
    });
    assert_eq!(desk.links("c-1"), [], "nothing is linked before the agent chooses");
    desk.terminal.press("enter");
    desk.terminal.until("every source's answer", every_source_has_answered);
    desk.terminal.until("who is calling, and why", |screen| {
        in_order(
            screen,
            &[
                "Eleanor Whitcombe",
                "A-7731-02   active   20 years",
                "not verified          0 of 3, 2 needed",
                "Likely: duplicate internet charge",
                "BILL same plan, same period, twice, in",
                "4 periods",
                "WEB  searched \"charged twice internet\"",
                "yesterday",
            ],
        )
    });
    desk.terminal.until("what has happened, newest first", |screen| {
        in_order(
            screen,
            &[
                "yesterday",
                "09:58 web     searched \"charged tw",
                "09:57 web     read \"Understanding",
                "letter  Fibre upgrade",
                "1 Oct",
                "‡ doubled  196.00 BILL",
                "1 Sep",
                "‡ doubled  196.00 BILL",
                "1 Aug",
                "‡ doubled  196.00 BILL",
                "1 Jul",
                "‡ doubled  196.00 BILL",
                "1 Jun",
            ],
        )
    });
    desk.terminal.until("what should happen next", |screen| {
        in_order(
            screen,
            &[
                "1 Open billing dispute +",
                "account hold",
                "churn  elevated",
                "billing error, 20 y at stake",
                "Fibre upgrade       suppressed",
                "open billing problem",
            ],
        )
    });
    assert_eq!(desk.links("c-1").len(), 1);
    desk.terminal.assert_grammar();
}

#[test]
fn v2_without_billing_the_pop_identifies_and_nothing_claims_to_know() {
    let mut desk = Desk::open((120, 40));
    desk.until_sample_runs();
    desk.fault("BILL", "hang");
    desk.pop(FIRST_CALL);
    desk.terminal.until("the candidates of the others", |screen| {
        in_order(screen, &["2 candidates", "C-20417", "C-88120"])
    });
    desk.terminal.press("enter");
    desk.terminal.until("billing's silence", |screen| {
        screen.rows().iter().rev().nth(1).unwrap().contains("BILL ✗ timed out 2.0 s")
    });
    desk.terminal.until("a cause without billing", |screen| {
        in_order(
            screen,
            &[
                "Eleanor Whitcombe",
                "Likely:",
                "(billing not consulted)",
                "WEB  searched \"charged twice internet\"",
                "IVR  chose 1 billing > 3 charge",
            ],
        )
    });
    let text = desk.terminal.text().to_lowercase();
    for claim in ["no dispute", "no open", "bill nothing", "bill has nothing", "up to date"] {
        assert!(!text.contains(claim), "claims `{claim}`:\n{text}");
    }
}

#[test]
fn v6_a_wrong_choice_is_undone_and_both_acts_are_on_record() {
    let mut desk = Desk::open((120, 40));
    desk.pop(FIRST_CALL);
    desk.terminal.until_shown("2 candidates");
    desk.terminal.press("j");
    desk.terminal.press("enter");
    desk.terminal.until_shown("C-88120 chosen, C-20417 apart");
    desk.terminal.until("every source's answer", every_source_has_answered);
    desk.terminal.press("u");
    desk.terminal.until("both candidates again", |screen| {
        in_order(screen, &["2 candidates, none linked", "CRM:C-20417", "CRM:C-88120"])
    });
    let acts = desk.until_audited("CRM:C-88120", "unlinked");
    let links: Vec<&str> = acts.iter().rev().map(|act| act.verb.as_str()).collect();
    let links: Vec<&str> = links.into_iter().filter(|verb| verb.ends_with("linked")).collect();
    assert_eq!(links, ["linked", "unlinked"]);
    let links = desk.links("c-1");
    assert_eq!((links.len(), links[0].undone_at.is_some()), (1, true));
    let other = desk.audit("CRM:C-20417");
    let audits = |field: &CleanText| field.as_str() == "audit";
    let only_read_here = other.iter().all(|act| act.fields.iter().all(audits));
    assert!(only_read_here, "the other record is untouched: {other:?}");
    desk.terminal.press("k");
    desk.terminal.press("enter");
    desk.terminal.until_shown("A-7731-02   active   20 years");
}

#[test]
fn v9_a_pop_sent_while_the_desk_was_closed_is_shown_once_with_its_age() {
    let mut desk = Desk::open((120, 40));
    desk.terminal.press("q");
    assert_eq!(desk.terminal.exit_status().exit_code(), 0);
    for _ in 0..2 {
        let sent = desk.norns(&[&["pop", "--id", "e-1"], FIRST_CALL].concat());
        assert_eq!(sent.status.code(), Some(3), "nobody listens");
        let said = String::from_utf8(sent.stderr).unwrap();
        assert!(said.contains("kept for its next start"), "{said}");
    }
    desk.clock.advance(5 * 60);
    desk.reopen((120, 40));
    desk.terminal.until("the call with its age", |screen| {
        let header = &screen.rows()[0];
        header.contains("+1 416 555 0142") && header.contains("5 min ago")
    });
    desk.terminal.until_shown("2 candidates");
    let text = desk.terminal.text();
    assert!(text.contains("call 1") && !text.contains("call 2"), "{text}");
    desk.terminal.press("]");
    desk.terminal.press("[");
    desk.terminal.until_shown("call 1");
}
