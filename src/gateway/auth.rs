//! Who asks: by the kernel's word over a Unix socket, by a token over TCP.

use std::collections::HashMap;
use std::fmt;
use std::hint::black_box;

use axum::extract::{Request, State};
use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use axum::middleware::Next;
use axum::response::Response;

use super::Gateway;
use super::error::Refusal;
use crate::domain::text::CleanText;

/// An agent, as the gateway's configuration knows them.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Agent {
    pub name: CleanText,
    /// `billing`, `field`, `collections`, `care`, `retention`, `supervisor`.
    pub role: CleanText,
}

impl Agent {
    /// The role that may read others' acts and release others' holds.
    pub const SUPERVISOR: &'static str = "supervisor";

    /// An agent of this name and role.
    pub fn new(name: &str, role: &str) -> Self {
        Self { name: CleanText::line(name), role: CleanText::line(role) }
    }

    /// Whether the agent supervises.
    pub fn supervises(&self) -> bool {
        self.role.as_str() == Self::SUPERVISOR
    }
}

/// Whoever has it is the agent. Never shown.
#[derive(Clone)]
pub struct Token(String);

impl Token {
    /// Fewest bytes of a token: 128 bits in hexadecimal.
    pub const SHORTEST: usize = 32;

    /// Reads a token of at least 32 visible ASCII characters.
    pub fn new(text: &str) -> Option<Self> {
        let good = text.len() >= Self::SHORTEST && text.bytes().all(|b| b.is_ascii_graphic());
        good.then(|| Self(text.to_owned()))
    }

    /// Compares every byte, so that the time tells nothing of where the difference is.
    fn is(&self, other: &str) -> bool {
        let (own, other) = (self.0.as_bytes(), other.as_bytes());
        let differs = |i: usize| own[i] ^ other.get(i).copied().unwrap_or(!own[i]);
        let difference = (0..own.len()).fold(0, |sum, i| black_box(sum | differs(i)));
        difference == 0 && own.len() == other.len()
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}

/// Who may ask, and by what they are known.
#[derive(Debug, Clone, Default)]
pub struct Agents {
    /// Known by user id on the Unix socket.
    pub by_uid: HashMap<u32, Agent>,
    /// Known by token.
    pub by_token: Vec<(Token, Agent)>,
}

impl Agents {
    /// Only the user of this id, as this agent.
    pub fn only(uid: u32, agent: Agent) -> Self {
        Self { by_uid: HashMap::from([(uid, agent)]), by_token: Vec::new() }
    }

    /// The agent behind a request. A token that is given decides, also on a Unix socket.
    fn identify(&self, peer: Option<&Peer>, headers: &HeaderMap) -> Option<&Agent> {
        let Some(given) = headers.get(AUTHORIZATION) else {
            return match peer {
                Some(Peer::Unix { uid }) => self.by_uid.get(uid),
                Some(Peer::Tcp) | None => None,
            };
        };
        let (scheme, given) = given.to_str().ok()?.split_once(' ')?;
        if !scheme.eq_ignore_ascii_case("bearer") {
            return None;
        }
        // All are compared, so that the time does not tell which one it was.
        self.by_token.iter().fold(
            None,
            |found, (token, agent)| {
                if token.is(given.trim()) { Some(agent) } else { found }
            },
        )
    }
}

/// Where a request came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Peer {
    /// A Unix socket; the kernel names the user.
    Unix {
        uid: u32,
    },
    Tcp,
}

/// Lets a request pass with its agent beside it, or refuses it.
pub async fn require_agent(
    State(gateway): State<std::sync::Arc<Gateway>>,
    mut request: Request,
    next: Next,
) -> Result<Response, Refusal> {
    let peer = request.extensions().get::<Peer>();
    let agent = gateway.agents.identify(peer, request.headers());
    let agent = agent.ok_or(Refusal::NotIdentified)?.clone();
    request.extensions_mut().insert(agent);
    Ok(next.run(request).await)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ANA: &str = "0123456789abcdef0123456789abcdef";
    const BOB: &str = "fedcba9876543210fedcba9876543210";

    fn agents() -> Agents {
        let token = |text| Token::new(text).unwrap();
        Agents {
            by_uid: HashMap::from([(1000, Agent::new("ana", "billing"))]),
            by_token: vec![
                (token(ANA), Agent::new("ana", "billing")),
                (token(BOB), Agent::new("bob", "field")),
            ],
        }
    }

    fn who(peer: Peer, authorization: Option<&str>) -> Option<String> {
        let mut headers = HeaderMap::new();
        if let Some(value) = authorization {
            headers.insert(AUTHORIZATION, value.parse().unwrap());
        }
        agents().identify(Some(&peer), &headers).map(|agent| agent.name.to_string())
    }

    #[test]
    fn the_kernel_names_the_agent_on_a_unix_socket_and_nobody_else() {
        assert_eq!(who(Peer::Unix { uid: 1000 }, None).as_deref(), Some("ana"));
        assert_eq!(who(Peer::Unix { uid: 1001 }, None), None);
        assert_eq!(who(Peer::Tcp, None), None);
    }

    #[test]
    fn a_token_names_the_agent_and_nothing_like_it_does() {
        assert_eq!(who(Peer::Tcp, Some(&format!("Bearer {BOB}"))).as_deref(), Some("bob"));
        let longer = format!("Bearer {ANA}0");
        let shorter = format!("Bearer {}", &ANA[..31]);
        let basic = format!("Basic {ANA}");
        for bad in [&longer, &shorter, &basic, ANA, "Bearer", "Bearer ", ""] {
            assert_eq!(who(Peer::Tcp, Some(bad)), None, "{bad}");
            assert_eq!(who(Peer::Unix { uid: 1000 }, Some(bad)), None, "a wrong token decides");
        }
    }

    #[test]
    fn a_token_is_long_and_never_shown() {
        assert!(Token::new("short").is_none());
        assert!(Token::new(&format!("{ANA} ")).is_none());
        assert!(!format!("{:?}", agents()).contains(ANA));
    }
}
