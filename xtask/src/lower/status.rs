//! The statuses that a document names responses by.

use heck::ToPascalCase as _;
use http::StatusCode;
use proc_macro2::TokenStream;
use quote::quote;

/// A status, a range of them, or all others; in the order of precedence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Status {
    /// `404`
    Code(u16),
    /// `4XX`
    Range(u16),
    /// `default`
    Default,
}

impl Status {
    pub(super) fn parse(key: &str) -> Option<Self> {
        let status = match key {
            "default" => return Some(Self::Default),
            key if key.len() != 3 => return None,
            key => match key.strip_suffix("XX").or_else(|| key.strip_suffix("xx")) {
                Some(hundreds) => Self::Range(hundreds.parse().ok()?),
                None => Self::Code(key.parse().ok()?),
            },
        };
        (1..=5).contains(&status.hundreds()).then_some(status)
    }

    /// The first digit; 0 for `default`.
    pub(super) fn hundreds(self) -> u16 {
        match self {
            Self::Code(code) => code / 100,
            Self::Range(hundreds) => hundreds,
            Self::Default => 0,
        }
    }

    /// Whether it is a success, or an error, of an operation with these
    /// statuses. `default` is an error beside a success; a redirect is a
    /// success where there is no other, because the SDK follows none. Neither:
    /// nothing to type.
    pub(super) fn is_success(self, all: &[Self]) -> Option<bool> {
        let any = |hundreds| all.iter().any(|status| status.hundreds() == hundreds);
        match self.hundreds() {
            2 => Some(true),
            4 | 5 => Some(false),
            0 => Some(!any(2)),
            3 if !any(2) && !all.contains(&Self::Default) => Some(true),
            _ => None,
        }
    }

    /// Whether HTTP allows it no body (RFC 9110, sections 15.3.5, 15.3.6 and 15.4.5).
    pub(super) fn is_bodiless(self) -> bool {
        matches!(self, Self::Code(204 | 205 | 304))
    }

    /// Whether every answer of the other status is one of this, too.
    pub(super) fn covers(self, other: Self) -> bool {
        match (self, other) {
            (Self::Range(hundreds), Self::Code(code)) => code / 100 == hundreds,
            (Self::Default, Self::Code(_) | Self::Range(_)) => matches!(other.hundreds(), 4 | 5),
            _ => false,
        }
    }

    /// As the generator takes it: `default` would match what is no error, too.
    pub(super) fn keys(self) -> Vec<String> {
        match self {
            Self::Code(code) => vec![code.to_string()],
            Self::Range(hundreds) => vec![format!("{hundreds}XX")],
            Self::Default => vec!["4XX".to_owned(), "5XX".to_owned()],
        }
    }

    /// The pattern of a `match`.
    pub(super) fn pattern(self) -> TokenStream {
        let (low, high) = match self {
            Self::Code(code) => return quote!(#code),
            Self::Range(hundreds) => (hundreds * 100, hundreds * 100 + 99),
            Self::Default => (400, 599),
        };
        quote!(#low..=#high)
    }

    /// The variant of a sum.
    pub(super) fn variant(self) -> String {
        match self {
            Self::Code(code) => {
                let code = StatusCode::from_u16(code).ok();
                let reason = code.and_then(|code| code.canonical_reason());
                reason.map_or_else(|| format!("Status{self}"), |reason| reason.to_pascal_case())
            }
            Self::Range(1) => "Informational".to_owned(),
            Self::Range(2) => "Success".to_owned(),
            Self::Range(3) => "Redirection".to_owned(),
            Self::Range(4) => "ClientError".to_owned(),
            Self::Range(_) => "ServerError".to_owned(),
            Self::Default => "Default".to_owned(),
        }
    }
}

impl std::fmt::Display for Status {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Code(code) => write!(f, "{code}"),
            Self::Range(hundreds) => write!(f, "{hundreds}XX"),
            Self::Default => f.write_str("default"),
        }
    }
}
