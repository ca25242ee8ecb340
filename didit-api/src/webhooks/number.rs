//! Numbers as Python writes them.
//!
//! An integer is taken as it stands, of any length. A float whose value is a whole
//! number is written as that integer, all its digits exact, which is what the vendor
//! does before it serialises. Any other float is written by Python's `repr`: the
//! fewest digits that give the same 64-bit float, with an exponent below 0.0001. So
//! what JavaScript makes of Python's `1e-05`, which is `0.00001`, is `1e-05` again.

use std::io::Write as _;

use super::problem::Problem;

pub(super) fn write_integer(token: &[u8], text: &mut Vec<u8>) {
    text.extend_from_slice(if token == b"-0" { b"0" } else { token });
}

pub(super) fn write_float(token: &[u8], text: &mut Vec<u8>) -> Result<(), Problem> {
    let value = std::str::from_utf8(token).ok().and_then(|token| token.parse::<f64>().ok());
    let value = value.filter(|value| value.is_finite()).ok_or(Problem::HugeNumber)?;
    // A vector takes whatever is written.
    let _ = if value == 0.0 {
        write!(text, "0")
    } else if value.fract() == 0.0 {
        write!(text, "{value:.0}")
    } else if value.abs() >= 1e-4 {
        write!(text, "{value}")
    } else {
        // Rust writes `1e-5`.
        match format!("{value:e}").split_once("e-") {
            Some((digits, exponent)) => write!(text, "{digits}e-{exponent:0>2}"),
            None => return Err(Problem::Syntax),
        }
    };
    Ok(())
}
