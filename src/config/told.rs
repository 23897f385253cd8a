//! One definition of each table of the settings: the type that reads it, and what is told of its
//! keys. The reference and `norns config show` are made of this.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;

use indexmap::IndexMap;
use serde::de::{DeserializeOwned, IntoDeserializer};

/// What is told of a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    pub name: String,
    /// What it is for; several lines.
    pub about: String,
    /// What may be written, in words.
    pub kind: String,
    /// Something that may be written, as TOML.
    pub example: &'static str,
    /// What holds where it is left out; nothing where that is nothing, or where it must be there.
    pub default: Option<String>,
    pub needed: bool,
    pub shape: Shape,
    /// The keys of a table.
    pub keys: Vec<Self>,
}

/// How a key stands in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    Value,
    /// `[name]`
    Table,
    /// `[[name]]`, once for each.
    List,
}

/// A value, and where it stands: `layout[0].focus`.
pub type Line = (String, Option<String>);

/// A kind of value that settings have.
pub trait Told {
    /// What may be written, in words.
    fn kind() -> String;

    /// The value as a file would have it; nothing where nothing is set. A secret is only said to
    /// be set.
    fn tell(&self) -> Option<String>;

    /// How it stands in a file.
    fn shape() -> Shape {
        Shape::Value
    }

    /// Whether it may be nothing.
    fn optional() -> bool {
        false
    }

    /// Its keys, where it is a table.
    fn keys() -> Vec<Key> {
        Vec::new()
    }

    /// Every value in it, by its path.
    fn spell(&self, path: &str, lines: &mut Vec<Line>) {
        lines.push((path.to_owned(), self.tell()));
    }
}

impl Told for String {
    fn kind() -> String {
        "text".into()
    }

    fn tell(&self) -> Option<String> {
        Some(toml::Value::from(without_user(self)).to_string())
    }
}

/// An address without the user and the password that may be in it.
pub fn without_user(text: &str) -> String {
    let Some((scheme, rest)) = text.split_once("://") else { return text.to_owned() };
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    match rest[..end].rfind('@') {
        Some(at) => format!("{scheme}://…{}", &rest[at..]),
        None => text.to_owned(),
    }
}

impl Told for PathBuf {
    fn kind() -> String {
        "a path".into()
    }

    fn tell(&self) -> Option<String> {
        self.display().to_string().tell()
    }
}

impl Told for SocketAddr {
    fn kind() -> String {
        "an address and port".into()
    }

    fn tell(&self) -> Option<String> {
        self.to_string().tell()
    }
}

impl Told for bool {
    fn kind() -> String {
        "true or false".into()
    }

    fn tell(&self) -> Option<String> {
        Some(self.to_string())
    }
}

/// Numbers are told as they are.
macro_rules! numbers {
    ($($number:ty)*) => {$(
        impl Told for $number {
            fn kind() -> String {
                "a whole number".into()
            }

            fn tell(&self) -> Option<String> {
                Some(self.to_string())
            }
        }
    )*};
}
numbers! { u16 u32 usize }

impl<T: Told> Told for Option<T> {
    fn kind() -> String {
        T::kind()
    }

    fn tell(&self) -> Option<String> {
        self.as_ref().and_then(T::tell)
    }

    fn shape() -> Shape {
        T::shape()
    }

    fn optional() -> bool {
        true
    }

    fn keys() -> Vec<Key> {
        T::keys()
    }

    fn spell(&self, path: &str, lines: &mut Vec<Line>) {
        match self {
            Some(value) => value.spell(path, lines),
            None => lines.push((path.to_owned(), None)),
        }
    }
}

impl<T: Told> Told for Vec<T> {
    fn kind() -> String {
        format!("a list of: {}", T::kind())
    }

    fn tell(&self) -> Option<String> {
        let told: Vec<String> = self.iter().filter_map(T::tell).collect();
        Some(format!("[{}]", told.join(", ")))
    }

    fn shape() -> Shape {
        if T::shape() == Shape::Table { Shape::List } else { Shape::Value }
    }

    fn keys() -> Vec<Key> {
        T::keys()
    }

    fn spell(&self, path: &str, lines: &mut Vec<Line>) {
        if T::shape() == Shape::Value || self.is_empty() {
            return lines.push((path.to_owned(), self.tell()));
        }
        for (nth, value) in self.iter().enumerate() {
            value.spell(&format!("{path}[{nth}]"), lines);
        }
    }
}

impl<T: Told> Told for BTreeMap<String, T> {
    fn kind() -> String {
        format!("names, and for each: {}", T::kind())
    }

    fn tell(&self) -> Option<String> {
        None
    }

    fn shape() -> Shape {
        Shape::Table
    }

    fn spell(&self, path: &str, lines: &mut Vec<Line>) {
        for (name, value) in self {
            value.spell(&format!("{path}.{name}"), lines);
        }
    }
}

impl<K: Told, T: Told> Told for IndexMap<K, T> {
    fn kind() -> String {
        format!("a table of names, and for each: {}", T::kind())
    }

    fn tell(&self) -> Option<String> {
        let pair = |(name, value): (&K, &T)| Some(format!("{} = {}", name.tell()?, value.tell()?));
        let pairs: Vec<String> = self.iter().filter_map(pair).collect();
        Some(if pairs.is_empty() { "{}".into() } else { format!("{{ {} }}", pairs.join(", ")) })
    }
}

/// The names that a kind of value has, as it says itself where it is given one that it does not
/// know.
pub fn names<T: DeserializeOwned>() -> Vec<String> {
    const NONE: &str = "?";
    let said = read::<T>(NONE).err().map(|error| error.to_string()).unwrap_or_default();
    let names = said.split('`').skip(1).step_by(2).filter(|name| *name != NONE);
    names.map(str::to_owned).collect()
}

/// What a name means.
pub fn read<T: DeserializeOwned>(name: &str) -> Result<T, serde::de::value::Error> {
    T::deserialize(name.into_deserializer())
}

/// Values that are one of several names.
macro_rules! named {
    ($($Name:ty)*) => {$(
        impl $crate::config::told::Told for $Name {
            fn kind() -> String {
                let quoted = |name: String| format!("\"{name}\"");
                let names = $crate::config::told::names::<Self>().into_iter().map(quoted);
                format!("one of {}", names.collect::<Vec<_>>().join(", "))
            }

            fn tell(&self) -> Option<String> {
                let mut names = $crate::config::told::names::<Self>().into_iter();
                let is_it = |name: &String| {
                    $crate::config::told::read::<Self>(name).is_ok_and(|named| named == *self)
                };
                $crate::config::told::Told::tell(&names.find(is_it)?)
            }
        }
    )*};
}
pub(crate) use named;

/// A table that is checked when it is read: told of as it is written.
macro_rules! checked {
    ($Name:ty as $Written:ty) => {
        impl $crate::config::told::Told for $Name {
            fn kind() -> String {
                <$Written>::kind()
            }

            fn tell(&self) -> Option<String> {
                None
            }

            fn shape() -> $crate::config::told::Shape {
                <$Written>::shape()
            }

            fn keys() -> Vec<$crate::config::told::Key> {
                <$Written>::keys()
            }

            fn spell(&self, path: &str, lines: &mut Vec<$crate::config::told::Line>) {
                <$Written>::from(self.clone()).spell(path, lines);
            }
        }
    };
}
pub(crate) use checked;

/// Makes a table's type, which reads it strictly, and what is told of its keys from one text.
/// Where every key has a default, the table has one; else `#[serde(default)]` marks those that may
/// be left out.
macro_rules! table {
    (
        $(#[doc = $about:literal])*
        pub struct $Name:ident {
            $($(#[doc = $doc:literal])* $field:ident: $type:ty = $default:expr, $example:literal;)*
        }
    ) => {
        $(#[doc = $about])*
        #[derive(Debug, Clone, PartialEq, serde::Deserialize)]
        #[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
        pub struct $Name {
            $($(#[doc = $doc])* pub $field: $type,)*
        }

        impl Default for $Name {
            fn default() -> Self {
                Self { $($field: $default,)* }
            }
        }

        impl $crate::config::told::Told for $Name {
            $crate::config::told::table!(@told);

            fn keys() -> Vec<$crate::config::told::Key> {
                let default = Self::default();
                vec![$($crate::config::told::Key {
                    default: $crate::config::told::Told::tell(&default.$field),
                    needed: false,
                    ..$crate::config::told::key::<$type>(
                        stringify!($field), concat!($($doc, "\n"),*), $example,
                    )
                },)*]
            }

            fn spell(&self, path: &str, lines: &mut Vec<$crate::config::told::Line>) {
                $($crate::config::told::inner(&self.$field, path, stringify!($field), lines);)*
            }
        }
    };
    (
        $(#[doc = $about:literal])*
        pub struct $Name:ident {
            $(
                $(#[doc = $doc:literal])*
                $(#[serde(default $(= $default:literal)?)])?
                $field:ident: $type:ty, $example:literal $($optional:ident)?;
            )*
        }
    ) => {
        $(#[doc = $about])*
        #[derive(Debug, Clone, PartialEq, serde::Deserialize)]
        #[serde(deny_unknown_fields, rename_all = "kebab-case")]
        pub struct $Name {
            $(
                $(#[doc = $doc])*
                $(#[serde(default $(= $default)?)])?
                pub $field: $type,
            )*
        }

        impl $crate::config::told::Told for $Name {
            $crate::config::told::table!(@told);

            fn keys() -> Vec<$crate::config::told::Key> {
                vec![$({
                    let key = $crate::config::told::key::<$type>(
                        stringify!($field), concat!($($doc, "\n"),*), $example,
                    );
                    let optional = stringify!($($optional)?) == "optional";
                    $crate::config::told::Key { needed: key.needed && !optional, ..key }
                },)*]
            }

            fn spell(&self, path: &str, lines: &mut Vec<$crate::config::told::Line>) {
                $($crate::config::told::inner(&self.$field, path, stringify!($field), lines);)*
            }
        }
    };
    (@told) => {
        fn kind() -> String {
            "a table".into()
        }

        fn tell(&self) -> Option<String> {
            None
        }

        fn shape() -> $crate::config::told::Shape {
            $crate::config::told::Shape::Table
        }
    };
}
pub(crate) use table;

/// What is told of a key of this type.
pub fn key<T: Told>(field: &str, about: &str, example: &'static str) -> Key {
    let about: Vec<&str> = about.lines().map(str::trim).collect();
    Key {
        name: field.replace('_', "-"),
        about: about.join("\n").trim().to_owned(),
        kind: T::kind(),
        example,
        default: None,
        needed: !T::optional(),
        shape: T::shape(),
        keys: T::keys(),
    }
}

/// The lines of a table's field.
pub fn inner(value: &impl Told, path: &str, field: &str, lines: &mut Vec<Line>) {
    let name = field.replace('_', "-");
    let path = if path.is_empty() { name } else { format!("{path}.{name}") };
    value.spell(&path, lines);
}
