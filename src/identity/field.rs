//! What is compared, and the levels at which two values may agree.

/// So many things are compared at most.
pub const FIELDS: usize = 14;

/// So many levels has a field at most.
pub const LEVELS: usize = 6;

/// What is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Field {
    Id,
    Email,
    Phone,
    Account,
    Surname,
    Given,
    Birth,
    Generation,
    Sex,
    Street,
    Number,
    Line,
    Place,
    State,
}

impl Field {
    /// All, in the order in which a waterfall names them.
    pub const ALL: [Self; FIELDS] = [
        Self::Id,
        Self::Email,
        Self::Phone,
        Self::Account,
        Self::Surname,
        Self::Given,
        Self::Birth,
        Self::Generation,
        Self::Sex,
        Self::Street,
        Self::Number,
        Self::Line,
        Self::Place,
        Self::State,
    ];

    /// The place in tables.
    pub fn index(self) -> usize {
        self as usize
    }

    /// The name in a weights file.
    pub fn name(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::Email => "email",
            Self::Phone => "phone",
            Self::Account => "account",
            Self::Surname => "surname",
            Self::Given => "given",
            Self::Birth => "birth",
            Self::Generation => "generation",
            Self::Sex => "sex",
            Self::Street => "street",
            Self::Number => "number",
            Self::Line => "line",
            Self::Place => "place",
            Self::State => "state",
        }
    }

    /// What a person reads.
    pub fn words(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::Email => "e-mail",
            Self::Given => "first name",
            Self::Birth => "birth date",
            Self::Number => "house number",
            Self::Line => "address line",
            other => other.name(),
        }
    }

    /// The levels of agreement, by their names in a weights file, the closest first; the last is
    /// `differs`.
    pub fn levels(self) -> &'static [&'static str] {
        match self {
            Self::Id => &["same", "near", "differs"],
            Self::Email => &["same", "shared", "local", "near", "differs"],
            Self::Phone => &["same", "shared", "near", "differs"],
            Self::Account => &["same", "near", "differs"],
            Self::Surname => &["same", "part", "near", "initial", "distant", "differs"],
            Self::Given => &["same", "called", "near", "initial", "distant", "differs"],
            Self::Birth => &["same", "turned", "near", "part", "differs"],
            Self::Generation | Self::Sex | Self::State => &["same", "differs"],
            Self::Street => &["same", "near", "line", "differs"],
            Self::Number | Self::Line => &["same", "near", "differs"],
            Self::Place => &["same", "close", "postcode", "city", "near", "differs"],
        }
    }

    /// Whether a value that many share says less: then agreement on it weighs by its own frequency.
    pub fn by_frequency(self) -> bool {
        !matches!(self, Self::Generation | Self::Sex | Self::State)
    }
}

/// A level, by its place in `Field::levels`.
pub type Level = u8;

/// Neither agreement nor disagreement: at least one side says nothing.
pub const SILENT: Level = u8::MAX;

/// The closest level of every field.
pub const SAME: Level = 0;
