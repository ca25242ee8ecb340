//! Pictures and videos.

/// Where the documents' examples have them, and where they are here.
const HOST: &str = "https://media.example.com/";
pub(super) const PATH: &str = "/media/";

/// `text` with the media URLs of the examples leading to `url`, the sandbox's.
pub(super) fn here(text: &str, url: &str) -> String {
    text.replace(HOST, &format!("{url}{PATH}"))
}
