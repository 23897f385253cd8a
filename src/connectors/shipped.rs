//! The connectors that come with the program, and how a user's own lie over them.

use std::path::Path;

/// Name and text of every shipped connector, in the order of authority.
pub const SHIPPED: [(&str, &str); 8] = [
    ("crm", include_str!("../../connectors/crm.toml")),
    ("bill", include_str!("../../connectors/bill.toml")),
    ("wo", include_str!("../../connectors/wo.toml")),
    ("coll", include_str!("../../connectors/coll.toml")),
    ("tel", include_str!("../../connectors/tel.toml")),
    ("web", include_str!("../../connectors/web.toml")),
    ("mkt", include_str!("../../connectors/mkt.toml")),
    ("net", include_str!("../../connectors/net.toml")),
];

/// The text of the connector of that name: the user's in `folder`, else the shipped one.
pub fn text(name: &str, folder: Option<&Path>) -> Option<String> {
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    if !name.chars().all(plain) {
        return None;
    }
    let own =
        folder.and_then(|folder| std::fs::read_to_string(folder.join(format!("{name}.toml"))).ok());
    own.or_else(|| {
        SHIPPED.iter().find(|(known, _)| *known == name).map(|(_, text)| (*text).to_owned())
    })
}
