//! Enums of objects that one of their members tells apart.

/// One of several objects; which one, the member named after `by` says. The
/// member belongs to each of the types as well. What has another tag, or none,
/// is kept as JSON, of which `Debug` shows nothing.
///
/// The variant for that is called `Other`, unless another name is given:
/// `pub enum Event(Unknown) by "kind" { … }`.
///
/// ```
/// #[derive(Clone, Debug, serde::Deserialize, serde::Serialize)]
/// # #[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
/// pub struct Text { kind: String, text: String }
///
/// didit_api::tagged_union! {
///     /// What a message holds.
///     pub enum Part by "kind" { Text(Text) = "text" }
/// }
/// # fn main() -> Result<(), serde_json::Error> {
/// let text = serde_json::from_str(r#"{"kind": "text", "text": "hello"}"#)?;
/// assert!(matches!(text, Part::Text(text) if text.text == "hello"));
/// let image = serde_json::from_str(r#"{"kind": "image"}"#)?;
/// assert!(matches!(image, Part::Other(json) if json["kind"] == "image"));
/// # Ok(())
/// # }
/// ```
#[doc(hidden)]
#[macro_export]
macro_rules! tagged_union {
    (
        $(#[$($meta:tt)*])*
        pub enum $name:ident by $tag:literal { $($variants:tt)* }
    ) => {
        $crate::tagged_union! {
            $(#[$($meta)*])* pub enum $name(Other) by $tag { $($variants)* }
        }
    };
    (
        $(#[$($meta:tt)*])*
        pub enum $name:ident($other:ident) by $tag:literal {
            $($variant:ident($type:ty) = $text:literal),* $(,)?
        }
    ) => {
        $(#[$($meta)*])*
        #[derive(Clone)]
        #[non_exhaustive]
        pub enum $name {
            $(#[doc = ::std::concat!("`", $tag, "` is `", $text, "`")] $variant($type),)*
            #[doc = ::std::concat!("`", $tag, "` is absent, or names nothing documented")]
            $other($crate::runtime::private::serde_json::Value),
        }

        impl ::std::fmt::Debug for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                match self {
                    $(Self::$variant(value) => {
                        f.debug_tuple(::std::stringify!($variant)).field(value).finish()
                    })*
                    // It may be about a person.
                    Self::$other(_) => f.write_str(
                        ::std::concat!(::std::stringify!($other), "([personal])"),
                    ),
                }
            }
        }

        impl $crate::runtime::private::serde::Serialize for $name {
            fn serialize<__S: $crate::runtime::private::serde::Serializer>(
                &self,
                serializer: __S,
            ) -> ::std::result::Result<__S::Ok, __S::Error> {
                match self {
                    $(Self::$variant(value) => {
                        $crate::runtime::private::serde::Serialize::serialize(value, serializer)
                    })*
                    Self::$other(value) => {
                        $crate::runtime::private::serde::Serialize::serialize(value, serializer)
                    }
                }
            }
        }

        impl<'de> $crate::runtime::private::serde::Deserialize<'de> for $name {
            fn deserialize<__D: $crate::runtime::private::serde::Deserializer<'de>>(
                deserializer: __D,
            ) -> ::std::result::Result<Self, __D::Error> {
                let value = <$crate::runtime::private::serde_json::Value
                    as $crate::runtime::private::serde::Deserialize>::deserialize(deserializer)?;
                let tag = value.get($tag).and_then($crate::runtime::private::serde_json::Value::as_str);
                match tag {
                    $(::std::option::Option::Some($text) => {
                        <$type as $crate::runtime::private::serde::Deserialize>::deserialize(value)
                            .map(Self::$variant)
                            // The parser's own message would quote what it found.
                            .map_err(|_| $crate::runtime::private::serde::de::Error::custom(
                                ::std::concat!("not a documented ", ::std::stringify!($variant)),
                            ))
                    })*
                    _ => ::std::result::Result::Ok(Self::$other(value)),
                }
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
                generator: &mut $crate::runtime::private::schemars::SchemaGenerator,
            ) -> $crate::runtime::private::schemars::Schema {
                let docs = ::std::concat!($($crate::string_enum!(@doc $($meta)*), "\n"),*);
                let mut schema = $crate::runtime::private::schemars::json_schema!({
                    "anyOf": [$(generator.subschema_for::<$type>(),)* {}]
                });
                $crate::runtime::private::description(&mut schema, docs);
                schema
            }
        }
    };
}
