//! A connector to begin with, for a system that has none.

use std::path::Path;

use color_eyre::eyre::{Result, bail};

use super::files::{Place, Planned, write};
use super::talk::Talk;
use crate::domain::source::SourceId;
use crate::shell::files::is_name;

/// The page for newcomers; its first example is a whole connector.
const PAGE: &str = include_str!("../../../connectors/WRITE-ONE.md");

/// The example under another name.
fn example(name: &str, title: &str) -> String {
    let example = PAGE.split("```toml\n").nth(1).and_then(|rest| rest.split("```").next());
    let upper = name.to_uppercase().replace('-', "_");
    let id: String = name.to_uppercase().replace('_', "-");
    let example = example.unwrap_or_default();
    let example = example
        .replace("title = \"Parcel lockers\"", &format!("title = {}", toml::Value::from(title)));
    let example = example.replace("id = \"LOCKERS\"", &format!("id = \"{id}\""));
    format!(
        "# Begun by `norns init` from the example in connectors/WRITE-ONE.md: the paths and names are\n\
         # those of a system for parcel lockers, until you write yours.\n{}",
        example.replace("LOCKERS_", &format!("{upper}_"))
    )
}

/// Asks what it is called, and writes that. There is no desk to open yet.
///
/// # Errors
/// Where nobody answers, or it cannot be written.
pub fn begin(talk: &mut Talk, folder: &Path) -> Result<bool> {
    let name = loop {
        let said = talk.ask("name", "A short name for it, as a file has", None)?.to_lowercase();
        if is_name(&said) && SourceId::new(&said.to_uppercase().replace('_', "-")).is_some() {
            break said;
        }
        let wrong = "a name has up to 12 letters, digits, - and _";
        if !talk.goes_on() {
            bail!("{wrong}; nothing is written");
        }
        talk.say(&format!("  {wrong}"));
    };
    let title = talk.ask("title", "What it is, in words", Some(&name))?;
    let path = folder.join("connectors").join(format!("{name}.toml"));
    let file = Planned { text: example(&name, &title), path };
    let shown = file.path.display().to_string();
    if file.place() == Place::Taken
        && !talk.agreed("replace", &format!("{shown} is there. Replace it?"))?
    {
        bail!("{shown} stays as it is; nothing is written");
    }
    write(&[file])?;
    talk.say(&format!(
        "\nWritten: {shown}\n\nIt is an example until you write the paths and names of your system into it;\n\
         connectors/WRITE-ONE.md says how, in 15 minutes. Then:\n\n    \
         norns connector check {shown}\n    norns connector try {shown} --phone NUMBER"
    ));
    Ok(false)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::connector::anything;
    use crate::connectors::spec::Connector;

    #[test]
    fn what_is_begun_is_a_whole_connector_under_its_own_name() {
        let text = example("my-crm_2", "Our \"CRM\"");
        let connector = Connector::read("my-crm_2.toml", &text, &anything).unwrap();
        assert_eq!(connector.id.as_str(), "MY-CRM-2");
        assert_eq!(connector.written.title, "Our \"CRM\"");
        assert!(text.contains("${MY_CRM_2_URL}") && !text.contains("LOCKERS"), "{text}");
    }
}
