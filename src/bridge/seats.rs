//! Whose phone it is: from a device of the telephony system to an agent, by a table or a rule.

use std::collections::HashMap;

use super::told::Seat;

/// Devices and their agents.
#[derive(Debug, Clone, Default)]
pub struct Seats {
    table: HashMap<String, Seat>,
    rule: Option<Rule>,
}

/// A pattern with the agent's name in it: `PJSIP/{agent}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    before: String,
    after: String,
    except: Vec<String>,
}

impl Rule {
    /// Reads a pattern, and the devices that look like one and are no agent's.
    ///
    /// # Errors
    /// Where it has no `{agent}`, or more than one.
    pub fn read(pattern: &str, except: &[String]) -> Result<Self, &'static str> {
        let parts: Vec<&str> = pattern.split("{agent}").collect();
        match parts[..] {
            [before, after] if !before.is_empty() || !after.is_empty() => {
                let (before, after) = (before.to_owned(), after.to_owned());
                Ok(Self { before, after, except: except.to_vec() })
            }
            _ => Err("expected {agent} once, and something around it"),
        }
    }

    /// The agent in a device's name: letters, digits, `.`, `_` and `-`, so that it can be no path.
    fn agent<'d>(&self, device: &'d str) -> Option<&'d str> {
        if self.except.iter().any(|other| other == device) {
            return None;
        }
        let name = device.strip_prefix(&*self.before)?.strip_suffix(&*self.after)?;
        let plain = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
        let fits = !name.is_empty() && !name.starts_with(['.', '-']) && name.chars().all(plain);
        fits.then_some(name)
    }
}

impl Seats {
    /// Nobody's devices, but for those that a rule knows.
    pub fn new(rule: Option<Rule>) -> Self {
        Self { table: HashMap::new(), rule }
    }

    /// Gives an agent a device.
    pub fn give(&mut self, agent: &str, device: &str) {
        self.table.insert(plain(device).to_owned(), Seat::new(agent));
    }

    /// Whether the table has the device already.
    pub fn gives(&self, device: &str) -> bool {
        self.table.contains_key(plain(device))
    }

    /// The devices of an agent: those of the table, or the one that the rule makes.
    pub fn devices(&self, seat: &Seat) -> Vec<String> {
        let table = self.table.iter().filter(|(_, of)| *of == seat);
        let mut devices: Vec<String> = table.map(|(device, _)| device.clone()).collect();
        devices.sort();
        if let Some(rule) = self.rule.as_ref().filter(|_| devices.is_empty()) {
            devices.push(format!("{}{seat}{}", rule.before, rule.after));
        }
        devices
    }

    /// Whose device it is. The table holds where both know it.
    pub fn of(&self, device: &str) -> Option<Seat> {
        let device = plain(device);
        let by_rule = || Some(Seat::new(self.rule.as_ref()?.agent(device)?));
        self.table.get(device).cloned().or_else(by_rule)
    }
}

/// The device without what a queue's table adds to it: `Local/1001@agents/n`.
fn plain(device: &str) -> &str {
    let options = device.rsplit_once('/').filter(|(rest, _)| rest.contains('/'));
    match options {
        Some((rest, options))
            if device.starts_with("Local/") && options.chars().all(|c| c.is_ascii_alphabetic()) =>
        {
            rest
        }
        _ => device,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_device_is_its_agent_s_by_the_table_first_and_by_the_rule_else() {
        let mut seats =
            Seats::new(Some(Rule::read("PJSIP/{agent}", &["PJSIP/trunk".to_owned()]).unwrap()));
        seats.give("alice", "Local/1001@agents/n");
        seats.give("carol", "PJSIP/bob");
        let of = |device: &str| seats.of(device).map(|seat| seat.to_string());
        assert_eq!(of("Local/1001@agents").as_deref(), Some("alice"));
        assert_eq!(of("Local/1001@agents/nj").as_deref(), Some("alice"));
        assert_eq!(of("PJSIP/bob").as_deref(), Some("carol"));
        assert_eq!(of("PJSIP/dave").as_deref(), Some("dave"));
        assert_eq!((of("SIP/dave"), of("PJSIP/trunk")), (None, None));
    }

    #[test]
    fn no_device_s_name_is_a_path() {
        let seats = Seats::new(Some(Rule::read("PJSIP/{agent}", &[]).unwrap()));
        for name in ["../root", "a/b", "", ".", "-x", "a b"] {
            assert_eq!(seats.of(&format!("PJSIP/{name}")), None, "{name}");
        }
        assert!(Rule::read("{agent}", &[]).is_err() && Rule::read("PJSIP/", &[]).is_err());
    }
}
