//! The figures, each measured on the desk and on the floor in turns.

use std::time::{Duration, Instant};

use norns::client::{Client, ViewAsk};
use norns::domain::customer::{CustomerId, Key};
use norns::domain::text::CleanText;

use super::company::Company;
use super::gateway::Gateway;
use super::kernel;
use super::program::{Desk, Floor};
use super::report::{Samples, absolute, compare, median, percentile, title, told};
use super::terminal::{Terminal, questions};

/// Entries of a customer, and of one of whom much is known.
const FEW: usize = 1_000;
const MANY: usize = 100_000;

/// What the measures run against.
pub struct Bench {
    pub company: Company,
    pub gateway: Gateway,
    /// Samples of each.
    pub samples: usize,
}

/// With all systems answering, and with none.
fn twice(bench: &Bench, mut measure: impl FnMut(&str)) {
    measure("");
    bench.company.hang(true);
    measure(", all sources hanging");
    bench.company.hang(false);
}

/// Start to the first frame.
pub fn start(bench: &Bench) {
    let run = |what: &str, gateway: Option<&Gateway>| {
        let (mut desk, mut floor) = (Samples::default(), Samples::default());
        let mut asked = 0;
        for _ in 0..bench.samples.min(40) {
            floor.add(Floor::open(10_000, FEW).1);
            let (opened, sample) = Desk::open(gateway);
            asked += questions(&opened.terminal.written);
            desk.add(sample);
        }
        title(&format!("start to the first full frame{what}"));
        compare("ms", &desk.ms, &floor.ms, 2.5);
        match gateway {
            Some(_) => compare("CPU us", &desk.cpu, &floor.cpu, 2.5),
            // The company is made up behind the first frame.
            None => told("CPU, company and all", median(&desk.cpu), "us"),
        }
        compare("bytes", &desk.bytes, &floor.bytes, 1.25);
        absolute("questions to the terminal", f64::from(asked as u32), "", 0.0);
    };
    twice(bench, |what| run(what, Some(&bench.gateway)));
    run(", with a sample company of its own", None);
}

/// A line on the bell's socket to the call on the screen.
pub fn pop(bench: &Bench) {
    let (mut floor, _) = Floor::open(10_000, FEW);
    let mut few = Desk::with_customer(&bench.gateway, FEW);
    let mut many = Desk::with_customer(&bench.gateway, MANY);
    twice(bench, |what| {
        let (mut empty, _) = Desk::open(Some(&bench.gateway));
        empty.terminal.rest(Duration::from_millis(300));
        let mut all: [Samples; 4] = Default::default();
        for _ in 0..bench.samples {
            for (desk, samples) in [&mut empty, &mut few, &mut many].into_iter().zip(&mut all) {
                samples.add(desk.pop());
                desk.terminal.rest(Duration::from_millis(80));
                desk.tell("withdrawn");
                desk.terminal.press_and_rest(b"x");
            }
            all[3].add(floor.pop());
        }
        let [empty, few, many, floor] = all;
        title(&format!("pop line written to painted{what}"));
        for (name, desk) in [("empty desk", &empty), ("1,000 entries", &few), ("100,000", &many)] {
            compare(&format!("{name}: ms"), &desk.ms, &floor.ms, 2.0);
            let (p95, floor_p95) = (percentile(&desk.ms, 95), percentile(&floor.ms, 95));
            compare(&format!("{name}: ms, p95"), &[p95], &[floor_p95], 2.0);
            compare(&format!("{name}: bytes"), &desk.bytes, &floor.bytes, 1.5);
            absolute(&format!("{name}: bursts"), median(&desk.bursts), "", 1.0);
            told(&format!("{name}: CPU"), median(&desk.cpu), "us");
        }
        let ratio = median(&many.ms) / median(&few.ms);
        absolute("100,000 entries against 1,000", ratio, "x", 1.1);
    });
}

/// The cursor goes to the next row, and the detail with it.
pub fn key(bench: &Bench) {
    let (mut floor, _) = Floor::open(10_000, FEW);
    let mut desk = Desk::with_customer(&bench.gateway, FEW);
    twice(bench, |what| {
        let hanging = !what.is_empty();
        if hanging {
            // A call comes, nobody answers for it, and the agent goes on with this customer.
            desk.pop();
            desk.terminal.press_and_rest(b"[");
        }
        let (mut one, mut two) = (Samples::default(), Samples::default());
        for nth in 0..bench.samples {
            let key: &[u8] = if nth / 12 % 2 == 0 { b"j" } else { b"k" };
            one.add(desk.terminal.press(key));
            two.add(floor.terminal.press(key));
        }
        title(&format!("key to painted, the next row with its detail{what}"));
        compare("ms", &one.ms, &two.ms, 1.5);
        compare("ms, p95", &[percentile(&one.ms, 95)], &[percentile(&two.ms, 95)], 1.5);
        compare("CPU us", &one.cpu, &two.cpu, 2.0);
        compare("bytes", &one.bytes, &two.bytes, 1.3);
        absolute("bursts", median(&one.bursts), "", 1.0);
    });
}

/// A character of a note.
pub fn typed(bench: &Bench) {
    let (mut floor, _) = Floor::open(10_000, FEW);
    let mut desk = Desk::with_customer(&bench.gateway, FEW);
    desk.terminal.press_and_rest(b"n");
    floor.terminal.press_and_rest(b"n");
    twice(bench, |what| {
        let (mut one, mut two) = (Samples::default(), Samples::default());
        for nth in 0..bench.samples {
            let letter = [b'a' + (nth % 26) as u8];
            one.add(desk.terminal.press(&letter));
            two.add(floor.terminal.press(&letter));
        }
        title(&format!("a typed character of a note{what}"));
        compare("ms", &one.ms, &two.ms, 1.5);
        compare("CPU us", &one.cpu, &two.cpu, 2.0);
        absolute("bytes", median(&one.bytes), "B", 40.0);
        told("bytes of the floor", median(&two.bytes), "B");
    });
    let drafts = std::fs::read_dir(desk.home.state().join("drafts")).unwrap();
    let saved = drafts.flatten().filter_map(|file| std::fs::read_to_string(file.path()).ok());
    let longest = saved.map(|text| text.len()).max().unwrap_or(0);
    let lost = (2 * bench.samples).saturating_sub(longest);
    absolute("characters not in the saved draft", lost as f64, "", 0.0);
}

/// Scrolling and searching where much has happened.
pub fn timeline(bench: &Bench) {
    let mut few = Desk::with_customer(&bench.gateway, FEW);
    let mut many = Desk::with_customer(&bench.gateway, MANY);
    let (mut floor, _) = Floor::open(10_000, MANY);
    let (mut floor_few, _) = Floor::open(10_000, FEW);
    let mut all: [Samples; 4] = Default::default();
    // The cursor on the last row: from here on each key scrolls.
    for desk in [&mut few, &mut many] {
        desk.terminal.press_and_rest(&[b'j'; 60]);
    }
    for _ in 0..bench.samples {
        all[0].add(few.terminal.press(b"j"));
        all[1].add(many.terminal.press(b"j"));
        all[2].add(floor.terminal.press(b"J"));
        all[3].add(floor_few.terminal.press(b"J"));
    }
    let [one, two, three, four] = &all;
    title("timeline of 100,000: scrolled by a line");
    compare("ms", &two.ms, &three.ms, 1.5);
    compare("CPU us", &two.cpu, &three.cpu, 2.0);
    compare("bytes", &two.bytes, &three.bytes, 1.2);
    absolute("CPU against 1,000", median(&two.cpu) / median(&one.cpu), "x", 1.1);
    told("CPU of the floor against 1,000", median(&three.cpu) / median(&four.cpu), "x");

    let (mut one, mut two) = (Samples::default(), Samples::default());
    let mut pops = Samples::default();
    many.terminal.press_and_rest(b"gg/");
    floor.terminal.press_and_rest(b"/");
    for _ in 0..(bench.samples / 10).max(5) {
        for letter in b"card, ref" {
            one.add(many.terminal.press(&[*letter]));
            two.add(floor.terminal.press(&[*letter]));
        }
        many.terminal.press_and_rest(b"\x1b");
        many.terminal.press_and_rest(b"/");
        floor.terminal.press_and_rest(b"\x1b");
        floor.terminal.press_and_rest(b"/");
    }
    title("timeline of 100,000: a key of the filter");
    compare("ms", &one.ms, &two.ms, 2.0);
    compare("ms, p95", &[percentile(&one.ms, 95)], &[percentile(&two.ms, 95)], 2.0);
    compare("CPU us", &one.cpu, &two.cpu, 2.0);
    compare("bytes", &one.bytes, &two.bytes, 1.2);
    many.terminal.press_and_rest(b"\x1b");
    pops.add(many.pop());
}

/// Nothing happens; then a call goes on.
pub fn rest(bench: &Bench) {
    let (mut own, _) = Desk::open(None);
    let mut desk = Desk::with_customer(&bench.gateway, FEW);
    let (mut floor, _) = Floor::open(10_000, FEW);
    own.terminal.rest(Duration::from_secs(8));
    title("at rest, 10 s");
    let desks = [
        ("desk at a gateway", &mut desk.terminal),
        ("desk with a sample of its own", &mut own.terminal),
        ("floor", &mut floor.terminal),
    ];
    for (what, terminal) in desks {
        let quiet = watch(terminal, Duration::from_secs(10));
        absolute(&format!("{what}: wake-ups"), quiet.switches, "", 0.0);
        absolute(&format!("{what}: bytes"), quiet.bytes, "B", 0.0);
        absolute(&format!("{what}: CPU"), quiet.cpu, "us", 0.0);
    }
    desk.pop();
    desk.tell("answered");
    desk.terminal.rest(Duration::from_millis(300));
    title("in a call, 10 s");
    let busy = watch(&mut desk.terminal, Duration::from_secs(10));
    absolute("wake-ups a second, each thread's", busy.switches / 10.0, "", 1.0);
    absolute("bytes a second", busy.bytes / 10.0, "B", 40.0);
    told("CPU a second", busy.cpu / 10.0, "us");
}

struct Quiet {
    switches: f64,
    bytes: f64,
    cpu: f64,
}

fn watch(terminal: &mut Terminal, time: Duration) -> Quiet {
    let pid = terminal.pid();
    let (switches, cpu) = (kernel::switches(pid), kernel::cpu(pid));
    let bytes = terminal.listen(time) as f64;
    let switches = (kernel::switches(pid) - switches) as f64;
    Quiet { switches, bytes, cpu: kernel::cpu(pid) - cpu }
}

/// Twenty desks with one customer each.
pub fn memory(bench: &Bench) {
    let mut desks: Vec<Desk> = (0..20).map(|_| Desk::with_customer(&bench.gateway, FEW)).collect();
    let floors: Vec<Floor> = (0..20).map(|_| Floor::open(FEW, FEW).0).collect();
    let one: Vec<f64> = desks.iter().map(|desk| kernel::private(desk.terminal.pid())).collect();
    let two: Vec<f64> = floors.iter().map(|it| kernel::private(it.terminal.pid())).collect();
    title("private memory, 20 running, 1,000 entries each");
    compare("MiB", &one, &two, 3.0);
    absolute("MiB", median(&one), "MiB", 6.0);
    told("threads", kernel::threads(desks[0].terminal.pid()) as f64, "");
    let (floor, _) = Floor::open(FEW, MANY);
    let desk = &mut desks[0];
    let before = kernel::private(desk.terminal.pid());
    desk.find(MANY);
    let loaded = kernel::private(desk.terminal.pid());
    desk.terminal.press_and_rest(b"x");
    desk.terminal.rest(Duration::from_millis(300));
    let after = kernel::private(desk.terminal.pid());
    let floor = kernel::private(floor.terminal.pid()) - median(&two);
    title("100,000 entries more");
    compare("MiB more", &[loaded - before], &[floor], 1.2);
    absolute("MiB left when closed", after - before, "MiB", 2.0);
}

/// What the gateway adds to its slowest source, and what fifty open views cost it.
pub fn gateway(bench: &Bench) {
    bench.company.slow_down(50);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let client = Client::unix(&bench.gateway.socket).unwrap();
    let ask = |customer: &str| ViewAsk {
        customer: CustomerId::parse(&format!("S00:{customer}")).unwrap(),
        keys: vec![Key::Account(CleanText::line(customer))],
        sources: Vec::new(),
        rows: 500,
        fresh: false,
    };
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let slow = super::company::name(super::company::SYSTEMS - 1);
    let (mut through, mut direct) = (Vec::new(), Vec::new());
    let (mut before_asked, mut after_answered) = (Vec::new(), Vec::new());
    let milliseconds = |time: Duration| time.as_secs_f64() * 1_000.0;
    runtime.block_on(async {
        for nth in 0..bench.samples {
            let customer = format!("A-{FEW}-{nth:02}");
            let begun = Instant::now();
            client.view(&ask(&customer), |_| {}).await.unwrap();
            let ended = Instant::now();
            through.push(milliseconds(ended - begun));
            let (asked, answered) = bench.company.turned().unwrap();
            before_asked.push(milliseconds(asked - begun));
            after_answered.push(milliseconds(ended - answered));
            let url = format!(
                "http://{}/{slow}/entries?account={customer}&page=1&size=500",
                bench.company.address
            );
            let begun = Instant::now();
            http.get(url).send().await.unwrap().bytes().await.unwrap();
            direct.push(milliseconds(begun.elapsed()));
        }
    });
    bench.company.slow_down(0);
    title("gateway: a view of twenty sources against its slowest alone");
    told("view, ms", median(&through), "ms");
    told("until the slowest source is asked", median(&before_asked), "ms");
    told("from its answer to the end of the view", median(&after_answered), "ms");
    told("slowest source asked directly, ms", median(&direct), "ms");
    absolute("added", median(&through) - median(&direct), "ms", 2.0);
    let before = kernel::private(bench.gateway.pid());
    bench.company.hang(true);
    let open = runtime.block_on(async {
        let views: Vec<_> = (0..50)
            .map(|nth| {
                let (client, ask) = (client.clone(), ask(&format!("A-{FEW}-9{nth:02}")));
                tokio::spawn(async move { client.view(&ask, |_| {}).await })
            })
            .collect();
        tokio::time::sleep(Duration::from_secs(2)).await;
        let open = kernel::private(bench.gateway.pid());
        views.iter().for_each(tokio::task::JoinHandle::abort);
        open
    });
    bench.company.hang(false);
    title("gateway: private memory");
    told("before", before, "MiB");
    absolute("with 50 views open", open, "MiB", 40.0);
}
