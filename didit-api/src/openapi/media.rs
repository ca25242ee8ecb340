//! Media types.

/// The media type of a form.
pub const FORM: &str = "application/x-www-form-urlencoded";

/// A media type without its parameters, in small letters.
pub fn essence(media: &str) -> String {
    media.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

/// Whether a body of this media type is JSON.
pub fn is_json(media: &str) -> bool {
    let essence = essence(media);
    essence == "application/json" || essence.ends_with("+json")
}

/// Whether a body of this media type is a form.
pub fn is_form(media: &str) -> bool {
    essence(media) == FORM
}

/// Whether a body of this media type is a form with files.
pub fn is_multipart(media: &str) -> bool {
    essence(media) == "multipart/form-data"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_and_case_of_a_media_type_do_not_matter() {
        for json in ["application/json", "Application/JSON; charset=utf-8", "a/problem+json"] {
            assert!(is_json(json), "{json}");
        }
        assert!(is_form("application/x-www-form-urlencoded ;charset=UTF-8"));
        assert!(!is_json("application/jsonlines") && !is_form("multipart/form-data"));
        assert!(
            is_multipart("Multipart/Form-Data; boundary=x") && !is_multipart("multipart/mixed")
        );
    }
}
