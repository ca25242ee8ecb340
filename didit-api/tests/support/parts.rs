//! A multipart request as others read it.

/// What stands before and after the first `at`.
pub(crate) fn cut<'a>(bytes: &'a [u8], at: &[u8]) -> Option<(&'a [u8], &'a [u8])> {
    let found = bytes.windows(at.len()).position(|one| one == at)?;
    Some((&bytes[..found], &bytes[found + at.len()..]))
}

/// The header of this name, in any letters.
pub(crate) fn header(head: &[u8], name: &str) -> Option<String> {
    let head = std::str::from_utf8(head).unwrap();
    let mut lines = head.lines().filter_map(|line| line.split_once(": "));
    lines.find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.to_owned())
}

/// The body, whichever way it was framed.
fn body(head: &[u8], mut framed: &[u8]) -> Vec<u8> {
    if header(head, "content-length").is_some() {
        return framed.to_vec();
    }
    assert_eq!(header(head, "transfer-encoding").unwrap(), "chunked");
    let mut body = Vec::new();
    while let Some((size, rest)) = cut(framed, b"\r\n") {
        let size = usize::from_str_radix(std::str::from_utf8(size).unwrap(), 16).unwrap();
        body.extend_from_slice(&rest[..size]);
        framed = &rest[size + 2..];
    }
    body
}

/// A part: name, file name, media type, content.
pub(crate) type Part = (String, Option<String>, Option<String>, Vec<u8>);

/// Reads the form of a request, and its head, with the parser that the web
/// frameworks of Rust use.
pub(crate) async fn read_parts(request: &[u8]) -> (Vec<u8>, Vec<Part>) {
    let (head, framed) = cut(request, b"\r\n\r\n").unwrap();
    let boundary = multer::parse_boundary(header(head, "content-type").unwrap()).unwrap();
    let body = body(head, framed);
    assert!(body.ends_with(format!("--{boundary}--\r\n").as_bytes()));
    let mut form = multer::Multipart::with_reader(body.as_slice(), boundary);
    let mut parts = Vec::new();
    while let Some(field) = form.next_field().await.unwrap() {
        let own = |text: Option<&str>| text.map(str::to_owned);
        let media = field.content_type().map(ToString::to_string);
        let (name, file) = (own(field.name()).unwrap(), own(field.file_name()));
        parts.push((name, file, media, field.bytes().await.unwrap().to_vec()));
    }
    (head.to_vec(), parts)
}

pub(crate) fn part(name: &str, file: Option<&str>, media: Option<&str>, content: &[u8]) -> Part {
    (name.to_owned(), file.map(str::to_owned), media.map(str::to_owned), content.to_vec())
}
