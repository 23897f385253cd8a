//! The layouts of the configuration, as the desk knows them.

use crate::app::layout::{Layout, Layouts};
use crate::app::model::Focus;
use crate::config::desk::DeskConfig;
use crate::config::layout::{LayoutTable, PaneName};

/// Every layout that is configured, for an agent of the configured role.
pub fn layouts(config: &DeskConfig) -> Layouts {
    Layouts::new(config.desk.role.clone(), config.layout.iter().map(layout).collect())
}

fn layout(table: &LayoutTable) -> Layout {
    Layout {
        role: table.role.clone(),
        queue: table.queue.clone(),
        order: table.order.0.map(focus),
        widths: table.widths.map(|widths| widths.0),
        focus: focus(table.focus),
    }
}

fn focus(pane: PaneName) -> Focus {
    match pane {
        PaneName::Past => Focus::Past,
        PaneName::Present => Focus::Present,
        PaneName::Future => Focus::Future,
    }
}
