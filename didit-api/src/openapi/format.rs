//! The values of `format` that say how a value is written.

use std::net::{Ipv4Addr, Ipv6Addr};

use serde_json::Value;

/// Whether the value is written so. Any other format says nothing.
pub(super) fn has_format(value: &Value, name: &str) -> bool {
    if let Some(number) = value.as_f64() {
        return match name {
            "int32" => (-2_147_483_648.0..2_147_483_648.0).contains(&number),
            // As a float, the largest is 2^63 and the largest but one far below.
            "int64" => (-(2f64.powi(63))..2f64.powi(63)).contains(&number) || value.is_i64(),
            _ => true,
        };
    }
    let Some(text) = value.as_str() else { return true };
    match name {
        "date" => is_date(text),
        "date-time" => is_date_time(text),
        "uuid" => is_uuid(text),
        "uri" | "url" => is_uri(text),
        "email" => text.split_once('@').is_some_and(|(user, host)| {
            !user.is_empty() && !host.is_empty() && !text.contains(char::is_whitespace)
        }),
        "ipv4" => text.parse::<Ipv4Addr>().is_ok(),
        "ipv6" => text.parse::<Ipv6Addr>().is_ok(),
        _ => true,
    }
}

/// The number that the text is, if it is so many digits.
fn number(text: Option<&str>, digits: usize) -> Option<u32> {
    let text = text.filter(|text| text.len() == digits)?;
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok())?
}

fn is_date(text: &str) -> bool {
    let mut parts = text.split('-');
    let parts =
        (number(parts.next(), 4), number(parts.next(), 2), number(parts.next(), 2), parts.next());
    let (Some(year), Some(month), Some(day), None) = parts else { return false };
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => 0,
    };
    (1..=days).contains(&day)
}

/// RFC 3339.
fn is_date_time(text: &str) -> bool {
    let Some((date, time)) = text.split_once(['T', 't', ' ']) else { return false };
    let zulu = time.strip_suffix(['Z', 'z']);
    let Some((time, offset)) = zulu.map(|time| (time, "00:00")).or_else(|| {
        let at = time.rfind(['+', '-'])?;
        Some((&time[..at], &time[at + 1..]))
    }) else {
        return false;
    };
    let (time, fraction) = time.split_once('.').unwrap_or((time, "0"));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    is_date(date) && is_clock(time, 3) && digits(fraction) && is_clock(offset, 2)
}

/// So many parts of a time of day.
fn is_clock(text: &str, count: usize) -> bool {
    let limits = [23, 59, 60];
    let parts: Vec<_> = text.split(':').map(|part| number(Some(part), 2)).collect();
    let within = |(part, limit): (&Option<u32>, u32)| part.is_some_and(|part| part <= limit);
    parts.len() == count && parts.iter().zip(limits).all(within)
}

fn is_uuid(text: &str) -> bool {
    let lengths: Vec<_> = text.split('-').map(str::len).collect();
    let hex = |byte: u8| byte == b'-' || byte.is_ascii_hexdigit();
    lengths == [8, 4, 4, 4, 12] && text.bytes().all(hex)
}

fn is_uri(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once(':') else { return false };
    let known = |c: char| c.is_ascii_alphanumeric() || "+-.".contains(c);
    let spelled = |c: char| c.is_ascii_graphic() && !"<>\"\\^`{|}".contains(c);
    scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.chars().all(known)
        && !rest.is_empty()
        && rest.chars().all(spelled)
}
