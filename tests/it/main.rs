//! Tests of the whole, over real parts.

fn main() {}
