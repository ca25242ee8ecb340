//! The canonical form of a body, of which `X-Signature-V2` is.
//!
//! It is what Python's `json.dumps(body, sort_keys=True, separators=(",", ":"),
//! ensure_ascii=False)` writes, after floats with a whole value became integers. The
//! order of keys is that of their code points, which is the order of UTF-8's bytes.
//!
//! Reading is strict: one reading of a signed body is possible, or none. The text is
//! written while the body is read; an object whose keys are not in order is put in
//! order when it ends.

use std::borrow::Cow;
use std::ops::Range;

use super::problem::Problem;
use super::tokens::Tokens;

/// The longest body that is looked at, in bytes: 1 MiB. A decision with everything in
/// it has some 50 kB.
pub const MAX_BODY: usize = 1 << 20;

/// How many objects and arrays may lie in each other: what `serde_json` reads.
const MAX_DEPTH: usize = 127;

/// A body in its canonical form.
pub(super) struct Canonical<'b> {
    text: Vec<u8>,
    /// Of the outermost object.
    members: Vec<Member<'b>>,
}

/// A key, and where it and its value are in the text.
struct Member<'b> {
    key: Cow<'b, [u8]>,
    place: Range<usize>,
    value: usize,
}

impl<'b> Canonical<'b> {
    pub(super) fn of(body: &'b [u8]) -> Result<Self, Problem> {
        if body.len() > MAX_BODY {
            return Err(Problem::TooLong);
        }
        std::str::from_utf8(body).map_err(|_| Problem::NotUtf8)?;
        let text = Vec::with_capacity(body.len());
        let mut writer = Writer {
            tokens: Tokens::new(body),
            form: Self { text, members: Vec::new() },
            sorted: Vec::new(),
        };
        writer.value(0)?;
        match writer.tokens.peek() {
            None => Ok(writer.form),
            Some(_) => Err(Problem::Trailing),
        }
    }

    pub(super) fn text(&self) -> &[u8] {
        &self.text
    }

    /// The same in ASCII, as Python's `json.dumps` writes it unless told otherwise.
    #[cfg(feature = "sandbox")]
    pub(super) fn ascii(&self) -> String {
        let mut ascii = String::with_capacity(self.text.len());
        for c in String::from_utf8_lossy(&self.text).chars() {
            if c <= '~' {
                // Control characters are escaped already.
                ascii.push(c);
                continue;
            }
            for unit in c.encode_utf16(&mut [0; 2]) {
                ascii.push_str(&format!("\\u{unit:04x}"));
            }
        }
        ascii
    }

    /// A member of the outermost object, in its canonical form.
    pub(super) fn member(&self, key: &str) -> Option<&[u8]> {
        let member = self.members.iter().find(|member| *member.key == *key.as_bytes())?;
        Some(&self.text[member.value..member.place.end])
    }
}

struct Writer<'b> {
    tokens: Tokens<'b>,
    /// Its `members` are those of all objects that have begun and not ended.
    form: Canonical<'b>,
    /// Where an object is put in order.
    sorted: Vec<u8>,
}

impl Writer<'_> {
    fn value(&mut self, depth: usize) -> Result<(), Problem> {
        let text = &mut self.form.text;
        match self.tokens.peek() {
            Some(b'{' | b'[') if depth == MAX_DEPTH => Err(Problem::TooDeep),
            Some(b'{') => self.object(depth),
            Some(b'[') => self.array(depth),
            Some(b'"') => self.tokens.string(text).map(drop),
            Some(b'-' | b'0'..=b'9') => {
                self.tokens.number(text)?;
                // The one token that can grow: `1e308` has 309 digits.
                if text.len() > MAX_BODY { Err(Problem::TooLong) } else { Ok(()) }
            }
            Some(b't') => self.tokens.word(b"true", text),
            Some(b'f') => self.tokens.word(b"false", text),
            Some(b'n') => self.tokens.word(b"null", text),
            _ => Err(Problem::Syntax),
        }
    }

    fn array(&mut self, depth: usize) -> Result<(), Problem> {
        self.open(b'[')?;
        let mut is_first = true;
        while self.goes_on(b']', &mut is_first)? {
            self.value(depth + 1)?;
        }
        Ok(())
    }

    fn object(&mut self, depth: usize) -> Result<(), Problem> {
        let (start, outer) = (self.form.text.len(), self.form.members.len());
        self.open(b'{')?;
        let mut is_first = true;
        while self.goes_on(b'}', &mut is_first)? {
            let begin = self.form.text.len();
            let key = self.tokens.string(&mut self.form.text)?;
            self.tokens.expect(b':')?;
            self.form.text.push(b':');
            let value = self.form.text.len();
            self.value(depth + 1)?;
            let place = begin..self.form.text.len();
            self.form.members.push(Member { key, place, value });
        }
        let members = &mut self.form.members[outer..];
        if !members.is_sorted_by(|one, next| one.key < next.key) {
            members.sort_by(|one, other| one.key.cmp(&other.key));
            if members.windows(2).any(|pair| pair[0].key == pair[1].key) {
                return Err(Problem::KeyTwice);
            }
            self.put_in_order(start + 1, outer);
        }
        if depth > 0 {
            self.form.members.truncate(outer);
        }
        Ok(())
    }

    /// Writes the members from `outer` on again, whose text begins at `start`.
    fn put_in_order(&mut self, start: usize, outer: usize) {
        self.sorted.clear();
        for member in &mut self.form.members[outer..] {
            if !self.sorted.is_empty() {
                self.sorted.push(b',');
            }
            let begin = start + self.sorted.len();
            self.sorted.extend_from_slice(&self.form.text[member.place.clone()]);
            member.value = begin + (member.value - member.place.start);
            member.place = begin..begin + member.place.len();
        }
        let end = start + self.sorted.len();
        self.form.text[start..end].copy_from_slice(&self.sorted);
    }

    fn open(&mut self, bracket: u8) -> Result<(), Problem> {
        self.form.text.push(bracket);
        self.tokens.expect(bracket)
    }

    /// Whether there is another item before this bracket, which is passed otherwise.
    fn goes_on(&mut self, bracket: u8, is_first: &mut bool) -> Result<bool, Problem> {
        if self.tokens.peek() == Some(bracket) {
            self.form.text.push(bracket);
            return self.tokens.expect(bracket).map(|()| false);
        }
        if !std::mem::take(is_first) {
            self.tokens.expect(b',')?;
            self.form.text.push(b',');
        }
        Ok(true)
    }
}
