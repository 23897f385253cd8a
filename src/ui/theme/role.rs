//! What a colour may mean. A theme may be silent about any role but `text`: its parent speaks.

/// Makes the roles, their names and their parents from one table.
macro_rules! roles {
    ($($variant:ident $name:literal <- $parent:ident;)*) => {
        /// A meaning that has a look.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Role {
            Text,
            $($variant,)*
        }

        impl Role {
            /// Every role, parents before children.
            pub const ALL: &'static [Self] = &[Self::Text, $(Self::$variant,)*];

            /// The name in theme files.
            pub fn name(self) -> &'static str {
                match self { Self::Text => "text", $(Self::$variant => $name,)* }
            }

            /// Who speaks where a theme is silent.
            pub fn parent(self) -> Option<Self> {
                match self { Self::Text => None, $(Self::$variant => Some(Self::$parent),)* }
            }
        }
    };
}

roles! {
    Muted "text.muted" <- Text;
    Good "text.good" <- Text;
    Warn "text.warn" <- Text;
    Bad "text.bad" <- Text;
    Strong "text.strong" <- Text;
    Accent "text.accent" <- Text;
    Selected "selected" <- Text;
    Pane "pane" <- Muted;
    PaneFocused "pane.focused" <- Accent;
    PaneTitle "pane.title" <- Muted;
    Header "header" <- Text;
    Pop "pop" <- Accent;
    Alert "alert" <- Bad;
    DueSoon "due.soon" <- Warn;
    DueLate "due.late" <- Bad;
    Doubled "doubled" <- Warn;
    SourceTag "source" <- Muted;
    SourceOk "source.ok" <- Muted;
    SourceLate "source.late" <- Text;
    SourceBad "source.bad" <- Bad;
    SourceStale "source.stale" <- Warn;
    HintKey "hint.key" <- Strong;
    HintWhat "hint.what" <- Muted;
}
