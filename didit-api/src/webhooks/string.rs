//! Strings as Python writes them, when it need not write ASCII.

use std::io::Write as _;

/// What a JSON string has to escape, and Python's `ensure_ascii=False` does.
fn is_special(byte: &u8) -> bool {
    matches!(byte, b'"' | b'\\' | 0..=0x1f)
}

/// How many bytes come before one that is special. Eight at a time: most of a body is
/// strings. A byte's highest bit is set in the word that says which are special; above
/// the first one it may be wrong.
pub(super) fn plain_length(bytes: &[u8]) -> usize {
    const ONES: u64 = u64::MAX / 0xff;
    let (words, rest) = bytes.as_chunks::<8>();
    for (count, word) in words.iter().enumerate() {
        let word = u64::from_le_bytes(*word);
        let is_below = |word: u64, limit: u64| word.wrapping_sub(ONES * limit) & !word;
        let is_equal = |byte: u8| is_below(word ^ (ONES * u64::from(byte)), 1);
        let found = (is_below(word, 0x20) | is_equal(b'"') | is_equal(b'\\')) & (ONES << 7);
        if found != 0 {
            return count * 8 + found.trailing_zeros() as usize / 8;
        }
    }
    let tail = rest.iter().position(is_special).unwrap_or(rest.len());
    bytes.len() - rest.len() + tail
}

pub(super) fn write_string(content: &[u8], text: &mut Vec<u8>) {
    text.push(b'"');
    for piece in content.split_inclusive(is_special) {
        let plain = &piece[..piece.len() - usize::from(piece.last().is_some_and(is_special))];
        text.extend_from_slice(plain);
        match piece[plain.len()..] {
            [] => {}
            [0x08] => text.extend_from_slice(b"\\b"),
            [b'\t'] => text.extend_from_slice(b"\\t"),
            [b'\n'] => text.extend_from_slice(b"\\n"),
            [0x0c] => text.extend_from_slice(b"\\f"),
            [b'\r'] => text.extend_from_slice(b"\\r"),
            [control @ 0..=0x1f, ..] => {
                // A vector takes whatever is written.
                let _ = write!(text, "\\u{control:04x}");
            }
            [other, ..] => text.extend_from_slice(&[b'\\', other]),
        }
    }
    text.push(b'"');
}
