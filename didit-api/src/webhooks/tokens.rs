//! The tokens of JSON: read strictly, written as Python writes them.

use std::borrow::Cow;

use super::number;
use super::problem::Problem;
use super::string::{plain_length, write_string};

/// A body that is read from its start.
pub(super) struct Tokens<'b> {
    rest: &'b [u8],
}

impl<'b> Tokens<'b> {
    pub(super) fn new(body: &'b [u8]) -> Self {
        Self { rest: body }
    }

    /// The next byte that is not white space. It stays.
    pub(super) fn peek(&mut self) -> Option<u8> {
        let is_blank = |byte: &&u8| matches!(**byte, b' ' | b'\t' | b'\n' | b'\r');
        self.take(self.rest.iter().take_while(is_blank).count());
        self.rest.first().copied()
    }

    /// Passes this byte, and white space before it.
    pub(super) fn expect(&mut self, byte: u8) -> Result<(), Problem> {
        if self.peek() != Some(byte) {
            return Err(Problem::Syntax);
        }
        self.take(1);
        Ok(())
    }

    /// `true`, `false` or `null`.
    pub(super) fn word(&mut self, word: &[u8], text: &mut Vec<u8>) -> Result<(), Problem> {
        if self.take(word.len()) != word {
            return Err(Problem::Syntax);
        }
        text.extend_from_slice(word);
        Ok(())
    }

    /// A number, which begins here.
    pub(super) fn number(&mut self, text: &mut Vec<u8>) -> Result<(), Problem> {
        let start = self.rest;
        self.take_if(b"-");
        let whole = self.digits()?;
        if whole.len() > 1 && whole.starts_with(b"0") {
            return Err(Problem::Syntax);
        }
        let has_fraction = self.take_if(b".");
        if has_fraction {
            self.digits()?;
        }
        let has_exponent = self.take_if(b"eE");
        if has_exponent {
            self.take_if(b"+-");
            self.digits()?;
        }
        let token = &start[..start.len() - self.rest.len()];
        if has_fraction || has_exponent {
            number::write_float(token, text)
        } else {
            number::write_integer(token, text);
            Ok(())
        }
    }

    /// A string, which begins here. Gives what it says, without escapes.
    pub(super) fn string(&mut self, text: &mut Vec<u8>) -> Result<Cow<'b, [u8]>, Problem> {
        self.expect(b'"')?;
        let start = self.rest;
        let plain = self.run();
        if self.take_if(b"\"") {
            text.push(b'"');
            text.extend_from_slice(&start[..=plain.len()]);
            return Ok(Cow::Borrowed(plain));
        }
        let mut content = plain.to_vec();
        while !self.take_if(b"\"") {
            if !self.take_if(b"\\") {
                return Err(Problem::Syntax);
            }
            self.escape(&mut content)?;
            content.extend_from_slice(self.run());
        }
        write_string(&content, text);
        Ok(Cow::Owned(content))
    }

    /// What follows a backslash.
    fn escape(&mut self, content: &mut Vec<u8>) -> Result<(), Problem> {
        content.push(match self.take(1) {
            [byte @ (b'"' | b'\\' | b'/')] => *byte,
            b"b" => 0x08,
            b"t" => b'\t',
            b"n" => b'\n',
            b"f" => 0x0c,
            b"r" => b'\r',
            b"u" => {
                let mut buffer = [0; 4];
                content.extend_from_slice(self.code_point()?.encode_utf8(&mut buffer).as_bytes());
                return Ok(());
            }
            _ => return Err(Problem::Syntax),
        });
        Ok(())
    }

    /// What follows `\u`: four digits, or a surrogate pair.
    fn code_point(&mut self) -> Result<char, Problem> {
        let first = self.hex()?;
        let code = match first {
            0xd800..=0xdbff if self.rest.starts_with(b"\\u") => {
                self.take(2);
                match self.hex()? {
                    low @ 0xdc00..=0xdfff => 0x10000 + ((first - 0xd800) << 10) + (low - 0xdc00),
                    _ => return Err(Problem::LoneSurrogate),
                }
            }
            code => code,
        };
        char::from_u32(code).ok_or(Problem::LoneSurrogate)
    }

    fn hex(&mut self) -> Result<u32, Problem> {
        let digits = self.take(4);
        let value = digits.iter().try_fold(0, |value, digit| {
            char::from(*digit).to_digit(16).map(|digit| value * 16 + digit)
        });
        value.filter(|_| digits.len() == 4).ok_or(Problem::Syntax)
    }

    /// At least one.
    fn digits(&mut self) -> Result<&'b [u8], Problem> {
        let count = self.rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        if count == 0 { Err(Problem::Syntax) } else { Ok(self.take(count)) }
    }

    /// As much of a string as stands for itself.
    fn run(&mut self) -> &'b [u8] {
        self.take(plain_length(self.rest))
    }

    fn take_if(&mut self, any: &[u8]) -> bool {
        let is_next = self.rest.first().is_some_and(|byte| any.contains(byte));
        if is_next {
            self.take(1);
        }
        is_next
    }

    /// So many bytes, or all that are left.
    fn take(&mut self, count: usize) -> &'b [u8] {
        let (taken, rest) = self.rest.split_at(count.min(self.rest.len()));
        self.rest = rest;
        taken
    }
}
