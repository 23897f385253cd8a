//! A warm transfer between two agents at desks of their own: nothing is asked or typed again.
#![allow(clippy::unwrap_used, reason = "a test stops where something is wrong")]

mod common;

use common::clock::Clock;
use common::desk::{norns, start, until};
use common::gateway::{Gateway, configure, join};
use common::home::Home;
use common::terminal::Terminal;
use norns::client::Client;
use norns::domain::interaction::CallKey;
use norns::domain::text::CleanText;
use norns::sample::Sample;
use norns::sample::server::Latency;

const SIZE: (u16, u16) = (120, 40);
const CALLED_AT: &str = "2026-12-02T14:02:00-05:00";

/// An agent's desk, and the telephone beside it.
struct Seat {
    home: Home,
    terminal: Terminal,
}

impl Seat {
    fn open(clock: &Clock, place: &str, token: &str) -> Self {
        let home = Home::new();
        join(&home, place, token);
        let terminal = start(&home, clock, SIZE, &[]);
        terminal.until_shown("Ready");
        Self { home, terminal }
    }

    #[track_caller]
    fn pop(&self, clock: &Clock, arguments: &[&str]) {
        let output = norns(&self.home, clock, &[&["pop"], arguments].concat());
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(0), "{said}");
    }
}

#[test]
fn the_next_agent_s_screen_has_the_customer_the_reason_and_what_was_proved() {
    rustls::crypto::ring::default_provider().install_default().ok();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let centre = Home::new();
    let clock = Clock::start(centre.root(), CALLED_AT);
    let sample = Sample::start(20_417, 42, clock.now(), Latency::None);
    let sample = runtime.block_on(sample).unwrap();
    let tokens = ["0", "1"].map(|nth| nth.repeat(32));
    let config = configure(&centre, sample.variables(), &tokens).display().to_string();
    let env = [("NORNS_CLOCK", clock.socket().to_str().unwrap())];
    let mut gateway = Gateway::start(&centre, &env, &["--config", &config]);
    let place = gateway.place();
    let mut care = Seat::open(&clock, &place, &tokens[0]);
    let billing = Seat::open(&clock, &place, &tokens[1]);

    care.pop(&clock, &["--ani", "416-555-0177", "--call", "c-6", "--queue", "CARE"]);
    care.terminal.until_shown("C-20417");
    care.terminal.press("enter");
    care.terminal.until_shown("Eleanor Whitcombe");
    care.pop(&clock, &["--event", "answered", "--call", "c-6"]);
    care.terminal.until_shown("Talking");
    care.terminal.press("v enter j enter q y");
    care.terminal.until_shown("HAND THE CALL OVER");
    care.terminal.type_text("BILLING");
    care.terminal.press("tab ctrl-u");
    care.terminal.type_text("chasing the dispute");
    care.terminal.press("tab ctrl-u");
    care.terminal.type_text("promised for 16 Nov, missed");
    care.terminal.press("f10");
    care.terminal.until_shown("transfer the call to BILLING now");
    // A colleague is asked first: another call on the telephone, and the same one to the desks.
    care.pop(&clock, &["--event", "consult", "--call", "c-6", "--consult-call", "c-7"]);
    let asked = ["--ani", "205", "--call", "c-7", "--direction", "internal"];
    let context = ["chasing the dispute", "promised for 16 Nov, missed", "CRM:C-20417"];
    let client = Client::tcp(&format!("http://{place}/"), &tokens[1]).unwrap();
    let consultation = CallKey { source: CleanText::line("local"), call: CleanText::line("c-7") };
    until("the consultation at the gateway", || {
        runtime.block_on(client.handover(&consultation)).unwrap().is_some()
    });
    billing.pop(&clock, &asked);
    billing.terminal.until_shown("Handed over by agent-0");
    billing.terminal.until("the whole context", |screen| {
        context.iter().all(|text| screen.has(text)) && screen.has("verified by agent-0")
    });
    // Then the call itself comes, and stays the same card.
    let whole = ["--event", "transferred", "--role", "to", "--prev-call", "c-7", "--call", "c-6"];
    billing.pop(&clock, &whole);
    billing.pop(&clock, &["--event", "answered", "--call", "c-6", "--ani", "416-555-0177"]);
    billing.terminal.until("the caller's number, and one card", |screen| {
        screen.has("Talking") && screen.has("+1 416 555 0177") && !screen.has("1/2")
    });
    billing.terminal.until_shown("Eleanor Whitcombe");
    assert_eq!(gateway.stop(), Some(0));
}
