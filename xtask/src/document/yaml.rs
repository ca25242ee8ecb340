//! YAML to JSON values, with the place of every node.

use std::borrow::Cow;
use std::collections::HashMap;

use saphyr::Scalar;
use saphyr_parser::{Event, Marker, Parser, ScalarStyle, Tag};
use serde_json::{Map, Number, Value};

use super::location::{Location, Locations, START, child};

/// A fault in the text, and where.
pub type Fault = (Location, String);

/// How deep a document may nest. Everything after the parser is recursive.
pub const DEPTH: usize = 100;
/// How many nodes aliases may repeat in all; a few lines of aliases to aliases
/// would otherwise fill the memory.
const REPEATED: usize = 100_000;

/// Parses one YAML document.
///
/// # Errors
///
/// The text is no YAML, holds no or several documents, repeats a key, nests too
/// deep, or uses what JSON cannot say (tags, merge keys, keys that are not scalars).
pub fn parse(text: &str) -> Result<(Value, Locations), Fault> {
    let mut reader = Reader::default();
    for event in Parser::new_from_str(text) {
        let (event, span) =
            event.map_err(|error| (place(error.marker()), error.info().to_owned()))?;
        reader.take(event, place(&span.start))?;
    }
    let root = reader.root.ok_or((START, "the file is empty".to_owned()))?;
    Ok((root, reader.locations))
}

fn place(marker: &Marker) -> Location {
    Location { line: marker.line(), column: marker.col() + 1 }
}

/// Builds the value without recursion: the text decides how deep it goes.
#[derive(Default)]
struct Reader {
    locations: Locations,
    root: Option<Value>,
    open: Vec<Frame>,
    /// Finished nodes with an anchor, how many nodes each holds and how deep it is.
    anchors: HashMap<usize, (Value, usize, usize)>,
    repeated: usize,
}

/// A sequence or a mapping whose end is still to come.
struct Frame {
    value: Value,
    pointer: String,
    anchor: usize,
    /// The line of each key, and the key that waits for its value.
    lines: HashMap<String, usize>,
    key: Option<String>,
}

impl Reader {
    fn take(&mut self, event: Event<'_>, at: Location) -> Result<(), Fault> {
        let fault = |message: &str| Err((at, message.to_owned()));
        if let Some(frame) = self.open.last_mut().filter(|frame| frame.wants_key()) {
            match event {
                Event::Scalar(text, style, ..) => {
                    let location = frame.key(&text, style, at).map_err(|message| (at, message))?;
                    self.locations.insert(location, at);
                    return Ok(());
                }
                Event::MappingEnd => {}
                _ => return fault("a key must be text; quote it"),
            }
        }
        match event {
            Event::DocumentStart(_) if self.root.is_some() => {
                fault("a second YAML document starts here; write one per file")
            }
            Event::Scalar(text, style, anchor, tag) => {
                let value = scalar(text, style, tag).map_err(|message| (at, message))?;
                self.located(at);
                self.put(value, anchor);
                Ok(())
            }
            Event::Alias(anchor) => {
                let Some((value, nodes, depth)) = self.anchors.get(&anchor).cloned() else {
                    return fault("an alias inside the node that it stands for");
                };
                self.repeated += nodes;
                if self.repeated > REPEATED {
                    return fault("the aliases of this file repeat too much; use $ref");
                }
                if self.open.len() + depth > DEPTH {
                    return fault(&too_deep());
                }
                self.located(at);
                self.put(value, 0);
                Ok(())
            }
            Event::SequenceStart(_, Some(_)) | Event::MappingStart(_, Some(_)) => fault(TAG),
            Event::SequenceStart(anchor, None) => self.begin(Value::Array(Vec::new()), anchor, at),
            Event::MappingStart(anchor, None) => self.begin(Value::Object(Map::new()), anchor, at),
            Event::SequenceEnd | Event::MappingEnd => {
                if let Some(frame) = self.open.pop() {
                    self.put(frame.value, frame.anchor);
                }
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn begin(&mut self, value: Value, anchor: usize, at: Location) -> Result<(), Fault> {
        if self.open.len() >= DEPTH {
            return Err((at, too_deep()));
        }
        let pointer = self.located(at);
        self.open.push(Frame { value, pointer, anchor, lines: HashMap::new(), key: None });
        Ok(())
    }

    /// The pointer to the node that comes next, which stands at `at` unless its key does.
    fn located(&mut self, at: Location) -> String {
        let Some(frame) = self.open.last() else {
            self.locations.insert(String::new(), at);
            return String::new();
        };
        match (&frame.key, &frame.value) {
            (Some(key), _) => child(&frame.pointer, key),
            (None, value) => {
                let index = value.as_array().map_or(0, Vec::len);
                let pointer = child(&frame.pointer, &index.to_string());
                self.locations.insert(pointer.clone(), at);
                pointer
            }
        }
    }

    fn put(&mut self, value: Value, anchor: usize) {
        if anchor > 0 {
            let (nodes, depth) = measure(&value);
            self.anchors.insert(anchor, (value.clone(), nodes, depth));
        }
        match self.open.last_mut() {
            None => self.root = Some(value),
            Some(Frame { value: Value::Object(object), key, .. }) => {
                object.insert(key.take().unwrap_or_default(), value);
            }
            Some(Frame { value: Value::Array(array), .. }) => array.push(value),
            Some(_) => {}
        }
    }
}

impl Frame {
    fn wants_key(&self) -> bool {
        self.value.is_object() && self.key.is_none()
    }

    fn key(&mut self, text: &str, style: ScalarStyle, at: Location) -> Result<String, String> {
        if text == "<<" && style == ScalarStyle::Plain {
            return Err(
                "merge keys (`<<`) are not YAML 1.2; repeat the members, or use $ref".to_owned()
            );
        }
        // `200` and `"200"` differ in YAML and are one key in JSON.
        if let Some(line) = self.lines.insert(text.to_owned(), at.line) {
            return Err(format!("`{text}` is already a key here, on line {line}"));
        }
        self.key = Some(text.to_owned());
        Ok(child(&self.pointer, text))
    }
}

const TAG: &str = "YAML tags (`!…`) mean nothing here; remove the tag";

fn too_deep() -> String {
    format!("nested deeper than {DEPTH} levels; give inner parts a name and use $ref")
}

fn scalar(
    text: Cow<'_, str>,
    style: ScalarStyle,
    tag: Option<Cow<'_, Tag>>,
) -> Result<Value, String> {
    if tag.as_ref().is_some_and(|tag| !tag.is_yaml_core_schema()) {
        return Err(TAG.to_owned());
    }
    let whole = text.parse::<u64>().ok();
    let scalar = Scalar::parse_from_cow_and_metadata(text, style, tag.as_ref()).ok_or(TAG)?;
    Ok(match scalar {
        Scalar::Null => Value::Null,
        Scalar::Boolean(value) => Value::Bool(value),
        Scalar::Integer(value) => Value::from(value),
        Scalar::FloatingPoint(value) => match (whole, Number::from_f64(value.into_inner())) {
            (Some(whole), _) => Value::from(whole),
            (None, Some(number)) => Value::Number(number),
            (None, None) => {
                return Err("a number that JSON cannot say; quote it if it is text".to_owned());
            }
        },
        Scalar::String(value) => Value::from(value.into_owned()),
    })
}

/// How many nodes, and how many levels.
fn measure(value: &Value) -> (usize, usize) {
    let inner: Vec<_> = match value {
        Value::Array(items) => items.iter().map(measure).collect(),
        Value::Object(members) => members.values().map(measure).collect(),
        _ => return (1, 0),
    };
    let nodes = inner.iter().map(|(nodes, _)| nodes).sum::<usize>();
    (nodes + 1, inner.iter().map(|(_, depth)| depth + 1).max().unwrap_or(1))
}
