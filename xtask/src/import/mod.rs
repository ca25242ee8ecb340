//! The other edge: an operation of a foreign document, written in the dialect.
//!
//! | module | what it does |
//! | --- | --- |
//! | `contract` | the foreign document: its operations, and where it is at fault |
//! | `ids` | names for what the contract names otherwise, or not at all |
//! | `flat` | what a schema amounts to: references followed, parts put together |
//! | `schemas` | schemas, the inline ones named |
//! | `operation` | an operation with its parameters, bodies and answers |
//! | `yaml` | the result as text |
//! | `into` | that text put into a document, whose comments and order stay |

pub mod contract;
mod flat;
mod ids;
pub mod into;
pub mod operation;
pub mod schemas;
pub mod yaml;
