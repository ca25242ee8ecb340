//! Text of others that a person may read on a terminal.

/// The longest line, in characters.
const LONGEST: usize = 500;

/// The text as one line: runs of white space become one space, control
/// characters and those that turn the direction of writing are escaped, and what
/// is too long ends in `…`.
pub(super) fn one_line(text: &str) -> String {
    let mut line = String::new();
    let mut left = LONGEST;
    // More than this is cut off whatever it is.
    for word in text.split_whitespace().take(LONGEST) {
        let space = if line.is_empty() { "" } else { " " };
        for char in space.chars().chain(word.chars()) {
            let is_hidden = matches!(char, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}')
                || matches!(char, '\u{2060}'..='\u{206f}' | '\u{feff}');
            let shown = match is_hidden || char.is_control() {
                true => char.escape_default().to_string(),
                false => char.to_string(),
            };
            let length = shown.chars().count();
            if length >= left {
                return line + "…";
            }
            left -= length;
            line.push_str(&shown);
        }
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_a_terminal_would_obey_is_escaped() {
        assert_eq!(one_line(" a\n\tb\u{1b}[2J\u{202e}c "), "a b\\u{1b}[2J\\u{202e}c");
        assert_eq!(one_line(&"é".repeat(10_000)).chars().count(), LONGEST);
        assert_eq!(one_line(&"\u{7}".repeat(10_000)).chars().last(), Some('…'));
    }
}
