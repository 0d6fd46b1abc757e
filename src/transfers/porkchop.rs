//! Porkchop.
