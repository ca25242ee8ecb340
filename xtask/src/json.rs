//! JSON with the place of every node.

use std::collections::HashMap;

use serde_json::Value;

use crate::document::{Location, Locations, child};
use crate::yaml::Fault;

/// Parses one JSON document.
///
/// # Errors
///
/// The text is no JSON, nests too deep, or repeats a key.
pub fn parse(text: &str) -> Result<(Value, Locations), Fault> {
    // It refuses more than 128 levels, which makes the recursion below safe.
    let value = serde_json::from_str(text).map_err(|error| {
        let message = error.to_string();
        let message = message.split(" at line ").next().unwrap_or_default().to_owned();
        (Location { line: error.line().max(1), column: error.column().max(1) }, message)
    })?;
    let mut scan = Scan { text, at: 0, here: START, locations: Locations::default() };
    scan.space();
    scan.locations.insert(String::new(), scan.here);
    scan.value("")?;
    Ok((value, scan.locations))
}

const START: Location = Location { line: 1, column: 1 };

/// A walk over text that is known to be JSON.
struct Scan<'a> {
    text: &'a str,
    at: usize,
    here: Location,
    locations: Locations,
}

impl Scan<'_> {
    fn peek(&self) -> u8 {
        self.text.as_bytes().get(self.at).copied().unwrap_or(b']')
    }

    fn step(&mut self) {
        match self.peek() {
            b'\n' => self.here = Location { line: self.here.line + 1, column: 1 },
            // The later bytes of a character are no column of their own.
            0x80..=0xBF => {}
            _ => self.here.column += 1,
        }
        self.at += 1;
    }

    fn space(&mut self) {
        while matches!(self.peek(), b' ' | b'\t' | b'\r' | b'\n') {
            self.step();
        }
    }

    fn value(&mut self, pointer: &str) -> Result<(), Fault> {
        match self.peek() {
            b'{' => self.object(pointer),
            b'[' => self.array(pointer),
            b'"' => {
                self.string();
                Ok(())
            }
            _ => {
                while !matches!(self.peek(), b',' | b']' | b'}' | b' ' | b'\t' | b'\r' | b'\n') {
                    self.step();
                }
                Ok(())
            }
        }
    }

    fn object(&mut self, pointer: &str) -> Result<(), Fault> {
        let mut lines = HashMap::new();
        self.step();
        self.space();
        while self.peek() == b'"' {
            let place = self.here;
            let key: String = serde_json::from_str(self.string()).unwrap_or_default();
            if let Some(line) = lines.insert(key.clone(), place.line) {
                return Err((place, format!("`{key}` is already a key here, on line {line}")));
            }
            let pointer = child(pointer, &key);
            self.locations.insert(pointer.clone(), place);
            self.space();
            self.step();
            self.space();
            self.value(&pointer)?;
            self.next();
        }
        self.step();
        Ok(())
    }

    fn array(&mut self, pointer: &str) -> Result<(), Fault> {
        self.step();
        self.space();
        let mut index = 0;
        while self.peek() != b']' {
            let pointer = child(pointer, &index.to_string());
            self.locations.insert(pointer.clone(), self.here);
            self.value(&pointer)?;
            self.next();
            index += 1;
        }
        self.step();
        Ok(())
    }

    /// Past the comma, if there is one.
    fn next(&mut self) {
        self.space();
        if self.peek() == b',' {
            self.step();
            self.space();
        }
    }

    /// The string that begins here, with its quotes.
    fn string(&mut self) -> &str {
        let start = self.at;
        self.step();
        while self.at < self.text.len() && self.peek() != b'"' {
            if self.peek() == b'\\' {
                self.step();
            }
            self.step();
        }
        self.step();
        self.text.get(start..self.at).unwrap_or_default()
    }
}
