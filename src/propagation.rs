//! What the forces do over time. So far the two-body step that checks a Lambert arc.

pub mod kepler;
