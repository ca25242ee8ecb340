//! Which values may stand in the path of a URL.

use percent_encoding::percent_decode_str;

/// How often a text is decoded before it is refused.
const MOST_DECODED: usize = 8;

/// Checks that `text` is one segment of a path, such as the id of a session.
///
/// An id that is empty, `.` or `..`, or that holds a slash, would address
/// something else than the call it was given to, and the call carries a
/// credential. Such a text is refused however often it is percent-encoded:
/// servers and proxies differ in how often they decode.
///
/// # Errors
///
/// What would make `text` more, or less, than one segment; never quotes it.
pub(super) fn check(text: &str) -> Result<(), &'static str> {
    let mut text = text.to_owned();
    for _ in 0..MOST_DECODED {
        let decoded = percent_decode_str(&text).decode_utf8_lossy().into_owned();
        let unsafe_in_paths = |c: char| matches!(c, '/' | '\\' | '?' | '#') || c.is_control();
        match decoded.as_str() {
            "" => return Err("is empty"),
            "." | ".." => return Err("is `.` or `..`, which would address another resource"),
            other if other.contains(unsafe_in_paths) => {
                return Err("holds `/`, `\\`, `?`, `#` or a control character, \
                            which would address another resource");
            }
            same if same == text => return Ok(()),
            _ => text = decoded,
        }
    }
    // Each round is another walk through the text.
    Err("is percent-encoded many times over; give the id as it is")
}

#[cfg(test)]
mod tests {
    use percent_encoding::utf8_percent_encode;
    use proptest::prelude::*;

    use super::super::text::UNRESERVED;
    use super::*;

    #[test]
    fn a_text_that_would_address_something_else_is_refused_however_it_is_encoded() {
        for id in
            ["", ".", "..", "%2e", "%2E.", "%252e%252e", "a/b", "%2f", "a\\b", "a?b", "a#b", "a\n"]
        {
            assert!(check(id).is_err(), "{id}");
        }
        for id in ["50%", "a b", "...", "é", "3fa85f64-5717"] {
            assert_eq!(check(id), Ok(()), "{id}");
        }
    }

    #[test]
    fn a_text_that_is_encoded_more_often_than_anybody_does_is_refused_after_a_few_rounds() {
        let deep = format!("%{}41", "25".repeat(500_000));
        assert_eq!(check(&deep), Err("is percent-encoded many times over; give the id as it is"));
    }

    proptest! {
        #[test]
        fn an_accepted_text_is_one_segment_however_often_it_is_decoded(
            id in "[./\\\\%?#a2eE5fF\\x00é]{0,8}",
        ) {
            if check(&id).is_err() {
                return Ok(());
            }
            let path = utf8_percent_encode(&id, UNRESERVED).to_string();
            let url = reqwest::Url::parse(&format!("https://host.example/a/{path}/b")).unwrap();
            let segments: Vec<_> = url.path_segments().unwrap().collect();
            prop_assert_eq!(segments, ["a", path.as_str(), "b"]);
            prop_assert_eq!(percent_decode_str(&path).decode_utf8().unwrap(), id.as_str());
            let mut text = path;
            for _ in 0..10 {
                prop_assert!(!text.is_empty() && text != "." && text != "..");
                prop_assert!(!text.contains(['/', '\\', '?', '#', '\0']));
                text = percent_decode_str(&text).decode_utf8_lossy().into_owned();
            }
        }
    }
}
