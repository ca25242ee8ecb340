//! Enums whose values are texts.

/// An enum of texts, `open` to texts that the documentation does not name, or
/// `closed`.
///
/// ```
/// didit_api::string_enum! {
///     /// Where it stands.
///     pub open enum State(Other) { InReview = "In Review", Approved = "Approved" }
/// }
/// didit_api::string_enum! { pub closed enum Verdict { Approved = "Approved" } }
/// # fn main() -> Result<(), serde_json::Error> {
/// assert_eq!(State::from("In Review"), State::InReview);
/// assert_eq!(State::from("Lost").as_str(), "Lost");
/// assert_eq!(serde_json::from_str::<Verdict>(r#""Approved""#)?, Verdict::Approved);
/// assert!(serde_json::from_str::<Verdict>(r#""Lost""#).is_err());
/// # Ok(())
/// # }
/// ```
#[doc(hidden)]
#[macro_export]
macro_rules! string_enum {
    (
        $(#[$($meta:tt)*])*
        pub open enum $name:ident($other:ident) { $($variant:ident = $text:literal),* $(,)? }
    ) => {
        $(#[$($meta)*])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $name {
            $(#[doc = ::std::concat!("`", $text, "`")] $variant,)*
            /// A value that the documentation does not name, as it came.
            $other(::std::string::String),
        }

        impl $name {
            /// The value as the API writes it.
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $text,)*
                    Self::$other(text) => text,
                }
            }
        }

        impl ::std::convert::From<&str> for $name {
            fn from(text: &str) -> Self {
                match text {
                    $($text => Self::$variant,)*
                    other => Self::$other(::std::convert::From::from(other)),
                }
            }
        }

        impl ::std::convert::From<::std::string::String> for $name {
            fn from(text: ::std::string::String) -> Self {
                ::std::convert::From::from(text.as_str())
            }
        }

        impl<'de> $crate::runtime::private::serde::Deserialize<'de> for $name {
            fn deserialize<__D: $crate::runtime::private::serde::Deserializer<'de>>(
                deserializer: __D,
            ) -> ::std::result::Result<Self, __D::Error> {
                <::std::string::String as $crate::runtime::private::serde::Deserialize>
                    ::deserialize(deserializer).map(::std::convert::From::from)
            }
        }

        $crate::string_enum!(@common $name, open, [$([$($meta)*])*], [$($text),*]);
    };
    (
        $(#[$($meta:tt)*])*
        pub closed enum $name:ident { $($variant:ident = $text:literal),* $(,)? }
    ) => {
        $(#[$($meta)*])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum $name {
            $(#[doc = ::std::concat!("`", $text, "`")] $variant,)*
        }

        impl $name {
            /// The value as the API writes it.
            pub fn as_str(&self) -> &'static str {
                match self {
                    $(Self::$variant => $text,)*
                }
            }
        }

        impl<'de> $crate::runtime::private::serde::Deserialize<'de> for $name {
            fn deserialize<__D: $crate::runtime::private::serde::Deserializer<'de>>(
                deserializer: __D,
            ) -> ::std::result::Result<Self, __D::Error> {
                let text = <::std::string::String as $crate::runtime::private::serde::Deserialize>
                    ::deserialize(deserializer)?;
                match text.as_str() {
                    $($text => ::std::result::Result::Ok(Self::$variant),)*
                    // Not quoted: it may be a secret in the wrong place.
                    _ => ::std::result::Result::Err(
                        $crate::runtime::private::serde::de::Error::custom(
                            ::std::concat!("no value of ", ::std::stringify!($name)),
                        ),
                    ),
                }
            }
        }

        $crate::string_enum!(@common $name, closed, [$([$($meta)*])*], [$($text),*]);
    };
    (@common $name:ident, $kind:ident, [$([$($meta:tt)*])*], [$($text:literal),*]) => {
        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl $crate::runtime::private::serde::Serialize for $name {
            fn serialize<__S: $crate::runtime::private::serde::Serializer>(
                &self,
                serializer: __S,
            ) -> ::std::result::Result<__S::Ok, __S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        #[cfg(feature = "schemars")]
        impl $crate::runtime::private::schemars::JsonSchema for $name {
            fn schema_name() -> ::std::borrow::Cow<'static, str> {
                ::std::stringify!($name).into()
            }

            fn schema_id() -> ::std::borrow::Cow<'static, str> {
                ::std::concat!(::std::module_path!(), "::", ::std::stringify!($name)).into()
            }

            fn json_schema(
                _: &mut $crate::runtime::private::schemars::SchemaGenerator,
            ) -> $crate::runtime::private::schemars::Schema {
                let docs = ::std::concat!($($crate::string_enum!(@doc $($meta)*), "\n"),*);
                let open = $crate::string_enum!(@open $kind);
                $crate::runtime::private::string_schema(docs, &[$($text),*], open)
            }
        }
    };
    (@doc doc = $text:literal) => { $text };
    (@doc $($other:tt)*) => { "" };
    (@open open) => { true };
    (@open closed) => { false };
}

/// The schema of an enum of texts; an open one takes any other text as well.
#[cfg(feature = "schemars")]
#[doc(hidden)]
pub fn string_schema(docs: &str, values: &[&str], open: bool) -> schemars::Schema {
    let known = serde_json::json!({ "type": "string", "enum": values });
    let mut schema = if open {
        schemars::json_schema!({ "anyOf": [known, { "type": "string" }] })
    } else {
        schemars::json_schema!({ "type": "string", "enum": values })
    };
    description(&mut schema, docs);
    schema
}

/// Describes a schema by the doc comment of its type.
#[cfg(feature = "schemars")]
#[doc(hidden)]
pub fn description(schema: &mut schemars::Schema, docs: &str) {
    let lines: Vec<_> = docs.trim().lines().map(str::trim).collect();
    if !docs.trim().is_empty() {
        schema.insert("description".to_owned(), lines.join("\n").into());
    }
}
