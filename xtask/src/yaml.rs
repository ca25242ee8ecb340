//! YAML to JSON values, with the place of every node.

use std::collections::HashMap;

use saphyr::{LoadableYamlNode as _, MarkedYaml, Marker, Scalar, ScanError, YamlData};
use serde_json::{Map, Number, Value};

use crate::document::{Location, Locations, child};

/// A fault in the text, and where.
pub type Fault = (Location, String);

/// Parses one YAML document. JSON is YAML, so this reads both.
///
/// # Errors
///
/// The text is no YAML, holds no or several documents, repeats a key, or uses
/// what JSON cannot say (tags, merge keys, keys that are not scalars).
pub fn parse(text: &str) -> Result<(Value, Locations), Fault> {
    let nodes = MarkedYaml::load_from_str(text).map_err(|error| syntax(&error))?;
    let mut reader = Reader::default();
    match nodes.as_slice() {
        [] => Err((Location { line: 1, column: 1 }, "the file is empty".to_owned())),
        [node] => {
            reader.locations.insert(String::new(), place(&node.span.start));
            let value = reader.value(node, "")?;
            Ok((value, reader.locations))
        }
        [_, second, ..] => Err((
            place(&second.span.start),
            "a second YAML document starts here; write one per file".to_owned(),
        )),
    }
}

fn syntax(error: &ScanError) -> Fault {
    (place(error.marker()), error.info().to_owned())
}

fn place(marker: &Marker) -> Location {
    Location { line: marker.line(), column: marker.col() + 1 }
}

#[derive(Default)]
struct Reader {
    locations: Locations,
}

impl Reader {
    fn value(&mut self, node: &MarkedYaml<'_>, pointer: &str) -> Result<Value, Fault> {
        let fault = |message: &str| (place(&node.span.start), message.to_owned());
        match &node.data {
            YamlData::Value(scalar) => scalar_value(scalar)
                .ok_or_else(|| fault("a number that JSON cannot say; quote it if it is text")),
            YamlData::Sequence(items) => {
                let mut array = Vec::with_capacity(items.len());
                for (index, item) in items.iter().enumerate() {
                    let pointer = child(pointer, &index.to_string());
                    self.locations.insert(pointer.clone(), place(&item.span.start));
                    array.push(self.value(item, &pointer)?);
                }
                Ok(Value::Array(array))
            }
            YamlData::Mapping(members) => {
                let mut object = Map::with_capacity(members.len());
                let mut lines = HashMap::with_capacity(members.len());
                for (key, member) in members {
                    let at = place(&key.span.start);
                    let name = key_name(&key.data).map_err(|message| (at, message))?;
                    // `200` and `"200"` differ in YAML and are one key in JSON.
                    if let Some(line) = lines.insert(name.clone(), at.line) {
                        let message = format!("`{name}` is already a key here, on line {line}");
                        return Err((at, message));
                    }
                    let pointer = child(pointer, &name);
                    self.locations.insert(pointer.clone(), at);
                    object.insert(name, self.value(member, &pointer)?);
                }
                Ok(Value::Object(object))
            }
            YamlData::Tagged(..) => {
                Err(fault("YAML tags (`!…`) mean nothing here; remove the tag"))
            }
            _ => Err(fault("not a value that JSON can say")),
        }
    }
}

fn scalar_value(scalar: &Scalar<'_>) -> Option<Value> {
    Some(match scalar {
        Scalar::Null => Value::Null,
        Scalar::Boolean(value) => Value::Bool(*value),
        Scalar::Integer(value) => Value::from(*value),
        Scalar::FloatingPoint(value) => Value::Number(Number::from_f64(value.into_inner())?),
        Scalar::String(value) => Value::from(value.as_ref()),
    })
}

fn key_name<'a>(key: &YamlData<'a, MarkedYaml<'a>>) -> Result<String, String> {
    match key {
        YamlData::Value(Scalar::String(key)) if key == "<<" => {
            Err("merge keys (`<<`) are not YAML 1.2; repeat the members, or use $ref".to_owned())
        }
        YamlData::Value(Scalar::String(key)) => Ok(key.clone().into_owned()),
        // Status codes are often written without quotes.
        YamlData::Value(Scalar::Integer(key)) => Ok(key.to_string()),
        _ => Err("a key must be text; quote it".to_owned()),
    }
}
