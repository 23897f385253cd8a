//! What a file's schema says of the things that are written as a text and read as more.

/// A type that is written as a text: its schema is that of a text, with what it is.
macro_rules! written_as_text {
    ($type:ty, $name:literal, $what:literal) => {
        impl schemars::JsonSchema for $type {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                $name.into()
            }

            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!({ "type": "string", "description": $what })
            }
        }
    };
}

pub(crate) use written_as_text;
