//! The connectors that come with the program, and how a user's own lie over them.

use std::path::Path;

/// Name and text of the connectors of the sample company, in the order of authority.
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

/// Connectors to systems that many have.
pub const REAL: [(&str, &str); 22] = [
    ("zammad", include_str!("../../connectors/zammad.toml")),
    ("stripe", include_str!("../../connectors/stripe.toml")),
    ("hubspot", include_str!("../../connectors/hubspot.toml")),
    ("salesforce", include_str!("../../connectors/salesforce.toml")),
    ("zendesk", include_str!("../../connectors/zendesk.toml")),
    ("roundup", include_str!("../../connectors/roundup.toml")),
    ("freshdesk", include_str!("../../connectors/freshdesk.toml")),
    ("chatwoot", include_str!("../../connectors/chatwoot.toml")),
    ("espocrm", include_str!("../../connectors/espocrm.toml")),
    ("suitecrm", include_str!("../../connectors/suitecrm.toml")),
    ("erpnext", include_str!("../../connectors/erpnext.toml")),
    ("woocommerce", include_str!("../../connectors/woocommerce.toml")),
    ("shopify", include_str!("../../connectors/shopify.toml")),
    ("odoo", include_str!("../../connectors/odoo.toml")),
    ("odoo-rpc", include_str!("../../connectors/odoo-rpc.toml")),
    ("dynamics", include_str!("../../connectors/dynamics.toml")),
    ("mautic", include_str!("../../connectors/mautic.toml")),
    ("rt", include_str!("../../connectors/rt.toml")),
    ("tryton", include_str!("../../connectors/tryton.toml")),
    ("ldap-directory", include_str!("../../connectors/ldap-directory.toml")),
    ("csv-drop", include_str!("../../connectors/csv-drop.toml")),
    ("sql-billing", include_str!("../../connectors/sql-billing.toml")),
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
        SHIPPED
            .iter()
            .chain(&REAL)
            .find(|(known, _)| *known == name)
            .map(|(_, text)| (*text).to_owned())
    })
}
