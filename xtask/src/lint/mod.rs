//! Everything that can be known to be wrong with the documents before code is
//! made of them: the dialect that `openapi/README.md` describes, and what this
//! workspace asks of its documents besides.
//!
//! | module | what it asks |
//! | --- | --- |
//! | `grammar` | nothing; the table of the dialect's objects, and the walk over a document |
//! | `report` | nothing; where findings are gathered |
//! | `keys` | known keys, values of the right type, nothing missing, no hidden characters |
//! | `refs` | that each `$ref` arrives, at an object of the right kind |
//! | `paths` | templates, ids, methods |
//! | `parameters` | that each can be sent, by a name of its own |
//! | `bodies` | one shape of what is sent, of success, and of error |
//! | `security` | schemes that are declared and can be sent |
//! | `schemas` | that each object and enum has a name, and gives a type |
//! | `marks` | that each `x-` key of ours does something |
//! | `examples` | examples and defaults that keep to their schema |
//! | `prose` | descriptions, sources, examples: what a draft may lack |
//! | `features` | the cargo feature of each document, in both crates |
//! | `waivers` | nothing; they take findings away |
//! | `rules` | nothing; it asks all of them |

mod bodies;
mod examples;
mod features;
mod grammar;
mod keys;
mod marks;
mod parameters;
mod paths;
mod prose;
mod refs;
mod report;
pub mod rules;
mod schemas;
mod security;
mod waivers;
