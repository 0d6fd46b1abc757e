//! Where a step leaves a layer of the air: from layer to layer the slope of the density jumps, and a step that ends there
//! meets no kink.

use super::{Flight, LEAST_LIGHT_S, Solved};
use crate::numerics::lanes::WIDTH;
use crate::propagation::trajectory::Piece;

/// Halvings of a stretch of a step: to the last digit.
const HALVINGS: usize = 60;

/// Where a step leaves the layer that it begins in.
#[derive(Debug, Clone, Copy)]
pub(super) struct Left {
    /// s after the beginning of the step
    pub(super) since_s: f64,
    /// the layer beyond
    pub(super) layer: usize,
}

impl<const B: usize> Flight<'_, B> {
    /// Where a step first leaves the layer of the air that it begins in.
    ///
    /// The layer in which a step begins that another has ended on the border is known from that one, not from its place, which
    /// rounding has on either side.
    pub(super) fn layer_left(&self, piece: &Piece, solved: &Solved<B>) -> Option<Left> {
        let ambient = self.ambient.first()?;
        let mut layer = match self.layer {
            Some(layer) => layer,
            None => self.forces.layer(ambient, self.state.position_km)?,
        };
        let mut before_s = 0.0;
        for sample in 0..=WIDTH * B {
            let (block, lane) = (sample / WIDTH, sample % WIDTH);
            let (at_s, place) = match self.quadrature.places.get(block) {
                Some(places) => (places[lane] * piece.h_s, std::array::from_fn(|k| solved.position[k][block][lane])),
                None => (piece.h_s, piece.state(piece.h_s).position_km),
            };
            while self.forces.layer(ambient, place)? != layer {
                let (mut near_s, mut far_s, mut beyond) = (before_s, at_s, layer);
                for _ in 0..HALVINGS {
                    let middle_s = 0.5 * (near_s + far_s);
                    let there = self.forces.layer(ambient, piece.state(middle_s).position_km)?;
                    if there == layer { near_s = middle_s } else { (far_s, beyond) = (middle_s, there) }
                }
                if beyond == layer {
                    // the node itself is the first place beyond
                    beyond = self.forces.layer(ambient, place)?;
                }
                if far_s.abs() >= LEAST_LIGHT_S {
                    return Some(Left { since_s: far_s, layer: beyond });
                }
                // at the very beginning: the step is taken to begin beyond
                (layer, before_s) = (beyond, far_s);
            }
            before_s = at_s;
        }
        None
    }
}
