//! What sources say, what is secret and what is typed is nowhere that it does not belong.
//!
//! Proxies before the sample's systems put a canary into every text that they answer; each is
//! looked for afterwards in everything that the desk and the gateway wrote.
#![allow(clippy::unwrap_used, reason = "a test stops where something is wrong")]

#[path = "canary/aviary.rs"]
mod aviary;
mod common;
#[path = "canary/trail.rs"]
mod trail;

use std::io::{BufRead, BufReader};
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;

use aviary::{Aviary, Does};
use common::clock::Clock;
use common::desk::{Desk, FIRST_CALL, POPPED_AT, norns};
use common::gateway::{Gateway, configure, join, write_private};
use common::home::{Home, NORNS};
use common::peer::Peer;
use common::proxy::{self, Told};
use common::terminal::Screen;
use norns::config::desk::DeskConfig;
use norns::config::serve::ServeConfig;
use norns::connectors::shipped::SHIPPED;
use norns::connectors::spec::Connector;
use norns::keys::keymap;
use norns::sample::Sample;
use norns::sample::server::Latency;
use norns::strict;
use norns::ui::theme::{self, Depth};
use rustix::process::{Pid, Signal, kill_process};
use trail::Trail;

/// Every canary begins so.
const CANARY: &str = "canary";
const TOKEN: &str = "canary0123456789token0123456789abcdef";
const NOTE: &str = "canarynote";
const SEARCH: &str = "canarysearch";
const FILTER: &str = "canaryfilter";
const CONTACT: &str = "canarycontact";
const FOLLOW_UP: &str = "canaryfollowup";
/// So wide that the strip has room for every source.
const SIZE: (u16, u16) = (250, 50);
const SYSTEMS: usize = 8;

fn answered(screen: &Screen<'_>) -> bool {
    let strip = screen.rows().into_iter().rev().nth(1).unwrap();
    strip.contains("CRM") && !strip.contains('…')
}

/// A desk of an agent of a centre whose sources say canaries.
struct Scene {
    aviary: Arc<Aviary>,
    /// The files of the centre.
    centre: Home,
    gateway: Gateway,
    desk: Desk,
    /// What the sources let the gateway in by.
    secrets: Vec<String>,
    _sample: (Sample, tokio::runtime::Runtime),
}

impl Scene {
    fn open() -> Self {
        rustls::crypto::ring::default_provider().install_default().ok();
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let home = Home::new();
        let clock = Clock::start(home.root(), POPPED_AT);
        let sample = Sample::start(20_417, 42, clock.now(), Latency::None);
        let sample = runtime.block_on(sample).unwrap();
        let aviary = Aviary::new();
        let singing = Arc::clone(&aviary);
        let change = Arc::new(move |system: &str, told: Told| singing.change(system, told));
        let variables = runtime.block_on(proxy::before(&sample, change));
        let secret = |name: &str| !name.ends_with("_URL") && !name.ends_with("_USER");
        let secrets = variables.iter().filter(|(name, _)| secret(name));
        let secrets: Vec<String> = secrets.map(|(_, value)| value.clone()).collect();
        assert!(secrets.len() >= 6 && secrets.iter().all(|secret| secret.len() >= 8));

        let centre = Home::new();
        let config = configure(&centre, &variables, &[TOKEN.to_owned()]);
        hide_one(&centre, &config, &variables);
        let temporary = home.root().join("tmp");
        std::fs::create_dir(&temporary).unwrap();
        let temporary = temporary.display().to_string();
        let log = [("TMPDIR", &*temporary), ("NORNS_LOG", "norns=trace,warn")];
        let time = clock.socket().display().to_string();
        let env = [&log[..], &[("NORNS_CLOCK", &*time)]].concat();
        let config = config.display().to_string();
        let mut gateway = Gateway::start(&centre, &env, &["--config", &config]);
        join(&home, &gateway.place(), TOKEN);
        let env = [&log[..], &[("NORNS_DEFECTS", "1"), ("EDITOR", "true")]].concat();
        let desk = Desk::at(home, clock, SIZE, &env);
        Self { aviary, centre, gateway, desk, secrets, _sample: (sample, runtime) }
    }
}

/// One secret lies in a file, the others in the settings.
fn hide_one(centre: &Home, config: &Path, variables: &[(String, String)]) {
    let text = std::fs::read_to_string(config).unwrap();
    let (name, value) = variables.iter().find(|(name, _)| name == "CRM_TOKEN").unwrap();
    let file = centre.root().join("crm-token");
    write_private(&file, value);
    let (plain, filed) = (format!("{name} = \"{value}\""), file.display().to_string());
    assert!(text.contains(&plain));
    write_private(config, &text.replace(&plain, &format!("{name} = {{ file = \"{filed}\" }}")));
}

/// A call, a choice, a look through the past.
fn answer_a_call(desk: &mut Desk) {
    let named = [FIRST_CALL, &["--ani-name", "canaryani", "--data", "canarykey=canarydata"]];
    desk.pop(&named.concat());
    desk.terminal.until_shown("2 candidates");
    desk.terminal.press("enter");
    desk.terminal.until("every answer, with canaries", |screen| {
        answered(screen) && screen.has("Eleanor canary") && screen.has("A-7731-02")
    });
    desk.terminal.press("/");
    desk.terminal.type_text(FILTER);
    desk.terminal.until_shown(FILTER);
    desk.terminal.press("esc");
    desk.terminal.until("no filter", |screen| !screen.has(FILTER));
}

/// A note, part of it in another editor, sent; a follow-up, kept and begun.
fn write(desk: &mut Desk) {
    desk.terminal.press("n");
    desk.terminal.until("a note", |screen| screen.row_with("NOTE").is_some());
    desk.terminal.type_text(NOTE);
    desk.terminal.until_shown(NOTE);
    desk.terminal.press("ctrl-x e");
    desk.until("the screen taken twice", || {
        let written = desk.terminal.bytes();
        written.windows(8).filter(|bytes| bytes == b"\x1b[?1049h").count() == 2
    });
    desk.terminal.type_text("more");
    desk.terminal.until_shown(&format!("{NOTE}more"));
    desk.terminal.press("f10");
    desk.terminal.until("no note", |screen| screen.row_with("NOTE").is_none());
    for keep in ["f10", "esc"] {
        desk.terminal.press("t");
        desk.terminal.until_shown("━ FOLLOW-UP");
        desk.terminal.type_text("today 16:30");
        desk.terminal.press("shift-tab");
        desk.terminal.type_text(FOLLOW_UP);
        desk.terminal.until_shown(FOLLOW_UP);
        desk.terminal.press(keep);
        desk.terminal.until("no form", |screen| !screen.has("━ FOLLOW-UP"));
    }
}

/// A search for somebody whom nobody knows, and a contact made of them.
fn meet_a_stranger(desk: &mut Desk) {
    desk.terminal.press("f");
    desk.terminal.type_text(SEARCH);
    desk.terminal.press("enter");
    desk.terminal.until_shown("Nobody");
    desk.terminal.press("N");
    desk.terminal.until_shown("NEW CONTACT");
    desk.terminal.type_text(CONTACT);
    desk.terminal.until_shown(CONTACT);
    desk.terminal.press("f10");
    desk.terminal.until_shown("HOLD:N-1 is made");
    desk.terminal.press("x");
}

/// A customer is looked for and looked at while every source fails in this way.
fn ask_in_vain(scene: &mut Scene, nth: usize, does: Does) {
    let Scene { aviary, desk, .. } = scene;
    aviary.set(does);
    desk.clock.advance(3_600);
    desk.terminal.press("f");
    desk.terminal.type_text(&format!("416555014{nth}"));
    desk.terminal.press("enter");
    let asked = format!("number +1 416 555 014{nth}");
    desk.terminal.until(&asked, |screen| answered(screen) && screen.has(&asked));
    desk.terminal.press("x :");
    desk.terminal.type_text("customer C-20417");
    desk.terminal.until_shown("CRM:C-20417");
    desk.terminal.press("enter");
    desk.terminal.until("every failure", |screen| answered(screen) && screen.has("C-20417"));
    desk.until(&format!("{does:?} by every system"), || aviary.sung(does).len() == SYSTEMS);
    desk.terminal.press("x");
}

#[test]
fn no_canary_is_where_it_does_not_belong() {
    let mut scene = Scene::open();
    let mut trail = Trail::default();
    answer_a_call(&mut scene.desk);
    write(&mut scene.desk);
    trail.process(scene.desk.terminal.pid());
    trail.process(scene.gateway.pid());
    for arguments in [&["show", "CRM:C-20417"][..], &["search", SEARCH], &["show", "--desk"]] {
        let output = norns(&scene.desk.home, &scene.desk.clock, arguments);
        assert!(
            String::from_utf8_lossy(&output.stdout).contains(CANARY) || arguments[0] == "search"
        );
        trail.add(format!("standard error of {}", arguments[0]), output.stderr);
    }
    scene.desk.terminal.press("x");
    meet_a_stranger(&mut scene.desk);
    // Nobody collects anything from her.
    assert_eq!(scene.aviary.sung(Does::Marks).len(), SYSTEMS - 1);
    let failing = [Does::Confuses, Does::Fails, Does::Babbles, Does::Redirects];
    for (nth, does) in failing.into_iter().enumerate() {
        ask_in_vain(&mut scene, nth, does);
    }
    // Lines of telephony that are none.
    let mut peer = Peer::connect(&scene.desk);
    let lines = [
        r#"{"v":1,"event":"offered","call":"canary-1","ani":7,"uui":"canaryuui"}"#,
        r#"{"v":1,"event":"canaryevent","call":"canary-2","ani_name":"canaryname"}"#,
        r#"{"v":1,"event":"offered","call":"canary-3","data":{"canarykey":"#,
        r#"{"v":1,"event":"offered","data":{"canarykey":"canaryvalue"}}"#,
        "canary, and no JSON",
    ];
    for (nth, line) in lines.into_iter().enumerate() {
        peer.say(format!("{line}\n").as_bytes());
        trail.add(format!("the answer to line {nth}"), peer.reply()["message"].to_string());
    }
    // Defects: in a task, in a part of the screen, and in the loop, which ends the desk.
    let Scene { aviary, centre, mut gateway, mut desk, secrets, .. } = scene;
    aviary.set(Does::Marks);
    desk.terminal.press("n");
    desk.terminal.until("a note", |screen| screen.row_with("NOTE").is_some());
    for defect in ["defect: task", "defect: past", "defect: loop"] {
        desk.terminal.paste(defect);
    }
    assert_ne!(desk.terminal.exit_status().exit_code(), 0);
    desk.terminal.until_shown("norns stopped: a defect at");

    let written = desk.terminal.bytes();
    let left = written.windows(8).rposition(|bytes| bytes == b"\x1b[?1049l").unwrap();
    trail.add("the terminal after the desk", &written[left..]);
    gateway.end();
    trail.add("the gateway's standard error", gateway.complaint());
    // The drafts and the journal of calls are where texts belong, and the token's file is its own.
    trail.files(desk.home.root(), &["drafts", "pops", "token"]);
    let own = ["serve.toml", "crm-token", "token-0", "records.db", "records.db-wal"];
    trail.files(centre.root(), &own);
    assert!(trail.leads_to("norns.log"));
    let own = trail.tables(&centre.root().join("records.db"), &["notes", "follow_ups", "contacts"]);
    for (table, typed) in [("notes", NOTE), ("follow_ups", FOLLOW_UP), ("contacts", CONTACT)] {
        assert!(own[table].contains(typed), "{table}: {}", own[table]);
    }
    let mut canaries: Vec<&str> = secrets.iter().map(String::as_str).collect();
    canaries.extend([CANARY, "Whitcombe", "eleanor.whitcombe", "4165550142", TOKEN]);
    trail.assert_free_of(&canaries);
    // No title, no clipboard, nothing but the screen.
    desk.terminal.assert_grammar();
}

/// What may be wrong with a line of a file that says a canary.
fn wrongs(key: &str) -> [String; 6] {
    [
        format!("{key} = \"canaryvalue\""),
        format!("{key} = \"canaryvalue"),
        format!("{key} = canaryvalue"),
        format!("{key} = [\"canaryvalue\"]"),
        format!("{key} = \"canaryvalue\"\n{key} = \"canaryvalue\""),
        format!("{key} = {{ canaryvalue"),
    ]
}

/// The text, each time with another line that is wrong.
fn wrong_texts(text: &str) -> Vec<String> {
    let lines: Vec<&str> = text.lines().collect();
    let keyed = lines.iter().enumerate().filter_map(|(nth, line)| {
        let (key, _) = line.split_once(" = ").filter(|(key, _)| !key.starts_with(['#', ' ']))?;
        Some((nth, key))
    });
    let texts = keyed.flat_map(|(nth, key)| {
        let lines = &lines;
        wrongs(key).into_iter().map(move |wrong| {
            let mut lines: Vec<&str> = lines.clone();
            lines[nth] = &wrong;
            lines.join("\n")
        })
    });
    texts.collect()
}

/// A folder with one file.
fn own(text: &str) -> impl Fn(&str) -> strict::Found {
    move |name| (name == "own").then(|| Ok(text.to_owned()))
}

#[test]
fn what_is_wrong_in_a_file_is_told_without_what_it_says() {
    let said = |complaints: Vec<strict::Complaint>| -> Vec<String> {
        complaints.iter().map(ToString::to_string).collect()
    };
    let desk = "[desk]\ntheme = \"night\"\nkeymap = \"default\"\ncolor = \"true\"\nlinear = false\n\
        [gateway]\nurl = \"http://localhost/\"\ntoken-file = \"/x\"\n\
        [bell]\nidentities = [\"a\"]\nallow-uids = [7]\ncards = 7\nlines-per-second = 7\n";
    let serve = "country = \"CA\"\n[listen]\ntcp = \"127.0.0.1:0\"\n[store]\npath = \"/x\"\n\
        [variables]\nCRM_TOKEN = \"x\"\n[[sources]]\nconnector = \"crm\"\nroles = [\"a\"]\n\
        [[agents]]\nname = \"a\"\nrole = \"b\"\nuid = 7\ntoken-file = \"/x\"\n";
    let mut told = 0;
    let mut check = |file: &str, text: &str, complain: &dyn Fn(&str) -> Vec<String>| {
        assert!(complain(text).is_empty(), "{file}: {:?}", complain(text));
        for wrong in wrong_texts(text) {
            for complaint in complain(&wrong) {
                told += 1;
                assert!(!complaint.contains("canaryvalue"), "{complaint}");
            }
        }
    };
    check("norns.toml", desk, &|text| {
        said(strict::read_all::<DeskConfig>("norns.toml", text).complaints)
    });
    check("serve.toml", serve, &|text| {
        said(strict::read_all::<ServeConfig>("serve.toml", text).complaints)
    });
    for (name, text) in SHIPPED {
        let known = |name: &str| {
            let url = name.ends_with("_URL").then_some("http://127.0.0.1:9");
            Some(url.unwrap_or("canaryvalue").to_owned())
        };
        check(name, text, &|text| {
            Connector::read(name, text, &known).err().iter().map(ToString::to_string).collect()
        });
    }
    for name in ["default", "vim", "arrows"] {
        let text = std::fs::read_to_string(format!("keymaps/{name}.toml")).unwrap();
        check(name, &text, &|text| said(keymap::load("own", &own(text)).1));
    }
    for name in ["night", "day"] {
        let text = std::fs::read_to_string(format!("themes/{name}.toml")).unwrap();
        check(name, &text, &|text| said(theme::load("own", Depth::True, &own(text)).1));
    }
    assert!(told > 500, "{told}");
}

#[test]
fn what_reads_files_repeats_no_secret_of_theirs() {
    let home = Home::new();
    let clock = Clock::start(home.root(), POPPED_AT);
    let config = home.config();
    for (file, text) in [
        ("keymaps/default.toml", "[pane]\n\"n\" = \"canaryaction"),
        ("themes/night.toml", "[roles]\ntext = \"canarycolour"),
        (
            "connectors/crm.toml",
            "id = \"CRM\"\n[client]\nauth = { type = \"bearer\", tok = \"canarytoken\" }",
        ),
        ("norns.toml", "[gateway]\nurl = \"http://agent:canarypassword@localhost\"\n"),
        ("serve.toml", "[variables]\nCRM_TOKEN = \"canarytoken\nsources = []"),
    ] {
        write_private(&config.join(file), text);
    }
    let checked = norns(&home, &clock, &["check"]);
    assert_eq!(checked.status.code(), Some(1));
    let told = String::from_utf8(checked.stdout).unwrap();
    for file in ["default.toml", "night.toml", "crm.toml"] {
        assert!(told.contains(file), "{file}: {told}");
    }
    let mut trail = Trail::default();
    trail.add("check", [told.as_bytes(), &checked.stderr].concat());
    let serve = config.join("serve.toml").display().to_string();
    let refused = norns(&home, &clock, &["serve", "--config", &serve]);
    assert_eq!(refused.status.code(), Some(1));
    trail.add("serve", refused.stderr);
    for arguments in [&["keys"][..], &["show", "CRM:C-1"], &["search", "x"]] {
        trail.add(arguments[0], norns(&home, &clock, arguments).stderr);
    }
    let desk = Desk::at(home.clone(), clock, SIZE, &[]);
    // Said at once; what the gateway lacks is said over it.
    desk.terminal.until_said("default.toml");
    trail.add("desk", desk.terminal.bytes());
    trail.files(&home.state(), &[]);
    trail.assert_free_of(&[CANARY]);
}

#[test]
fn what_is_in_memory_goes_to_no_file_when_the_program_dies() {
    let home = Home::new();
    let script = "ulimit -c unlimited; exec \"$NORNS\" serve --sample";
    let mut command = Command::new("/bin/sh");
    command.args(["-c", script]).env_clear().envs(home.environment()).env("NORNS", NORNS);
    let mut child = command.current_dir(home.root()).stdout(Stdio::piped()).spawn().unwrap();
    let mut said = BufReader::new(child.stdout.take().unwrap());
    said.read_line(&mut String::new()).unwrap();
    let pid = Pid::from_raw(child.id().cast_signed()).unwrap();
    kill_process(pid, Signal::ABORT).unwrap();
    let status = child.wait().unwrap();
    assert_eq!((status.signal(), status.core_dumped()), (Some(Signal::ABORT.as_raw()), false));
    let names = std::fs::read_dir(home.root()).unwrap().flatten().map(|entry| entry.file_name());
    let cores: Vec<_> = names.filter(|name| name.to_string_lossy().starts_with("core")).collect();
    assert!(cores.is_empty(), "{cores:?}");
}
