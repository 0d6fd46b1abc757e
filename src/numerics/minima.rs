//! Minima of functions of two variables.
