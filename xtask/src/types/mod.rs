//! The types of a module: structs by progenitor, made ours; enums and unions by
//! two macros of the runtime.

pub mod module;
mod progenitor;
mod receiving;
mod sending;
