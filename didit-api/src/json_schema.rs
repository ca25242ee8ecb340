//! The JSON schema of a type that is written by hand.

/// `schemars::JsonSchema` of a type that other schemas hold as it is, not by name.
macro_rules! inline_schema {
    ($type:ident => $($json:tt)*) => {
        impl ::schemars::JsonSchema for $type {
            fn schema_name() -> ::std::borrow::Cow<'static, str> {
                stringify!($type).into()
            }

            fn inline_schema() -> bool {
                true
            }

            fn json_schema(_: &mut ::schemars::SchemaGenerator) -> ::schemars::Schema {
                ::schemars::json_schema!($($json)*)
            }
        }
    };
}

pub(crate) use inline_schema;
