//! Colours: a ramp for bands that survives grey print and colour blindness, and inks for lines.
//!
//! The ramp is our own, a path through Oklab (Björn Ottosson, *A perceptual color space for image
//! processing*, 2020) from deep blue over teal to cream with steadily rising lightness: low values are the
//! deep of the well, high ones fade into the page, and dark ink reads on all of it.

/// A colour in sRGB.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Rgb(pub(super) u8, pub(super) u8, pub(super) u8);

/// The page.
pub(super) const PAPER: Rgb = Rgb(255, 255, 255);
/// Text, frames and C3 lines.
pub(super) const INK: Rgb = Rgb(24, 32, 44);
/// Text of second rank.
pub(super) const FAINT: Rgb = Rgb(92, 100, 112);
/// Rules, boxes and grids.
pub(super) const RULE: Rgb = Rgb(196, 201, 208);
/// Lines of arrival speed: far from the ramp's blues and yellows, darker than its light end.
pub(super) const ARRIVAL: Rgb = Rgb(158, 26, 66);
/// Lines of equal time of flight.
pub(super) const FLIGHT: Rgb = Rgb(66, 72, 84);

/// Colours of series in charts, each of another lightness than the one before it.
pub(super) const SERIES: [Rgb; 8] = [
    Rgb(32, 78, 128),
    Rgb(222, 142, 42),
    Rgb(46, 148, 138),
    Rgb(142, 32, 66),
    Rgb(146, 176, 218),
    Rgb(96, 100, 36),
    Rgb(130, 84, 214),
    Rgb(70, 70, 78),
];

/// Lightness in grey print, chroma and hue (degrees) along the ramp, at equal steps.
const STOPS: [[f64; 3]; 6] = [
    [0.530, 0.110, 258.0],
    [0.617, 0.105, 236.0],
    [0.704, 0.100, 205.0],
    [0.791, 0.105, 160.0],
    [0.878, 0.110, 115.0],
    [0.965, 0.050, 100.0],
];

/// The colour of the ramp at a share of its length, 0 for low values to 1 for high ones.
pub(super) fn ramp(share: f64) -> Rgb {
    let along = share.clamp(0.0, 1.0) * (STOPS.len() - 1) as f64;
    let from = (along.floor() as usize).min(STOPS.len() - 2);
    let part = along - from as f64;
    let mix = |k: usize| STOPS[from][k] + part * (STOPS[from + 1][k] - STOPS[from][k]);
    let hue_rad = mix(2).to_radians();
    let (a, b) = (mix(1) * hue_rad.cos(), mix(1) * hue_rad.sin());
    // Oklab's lightness is not luminance: a saturated green is lighter in print than a blue of its
    // lightness. The lightness is sought that prints as the grey wanted.
    let (mut low, mut high) = (0.0, 1.0);
    for _ in 0..40 {
        let middle = 0.5 * (low + high);
        let [red, green, blue] = oklab_to_linear([middle, a, b]).map(|c| c.clamp(0.0, 1.0));
        let grey = (0.2126 * red + 0.7152 * green + 0.0722 * blue).cbrt();
        if grey < mix(0) {
            low = middle;
        } else {
            high = middle;
        }
    }
    let [red, green, blue] = oklab_to_linear([low, a, b]).map(encode);
    Rgb(red, green, blue)
}

/// The colours of `count` bands, from low to high.
pub(super) fn bands(count: usize) -> Vec<Rgb> {
    (0..count).map(|k| ramp(if count > 1 { k as f64 / (count - 1) as f64 } else { 0.5 })).collect()
}

/// Oklab to linear sRGB with the matrices that Ottosson prints.
fn oklab_to_linear([lightness, a, b]: [f64; 3]) -> [f64; 3] {
    let l = (lightness + 0.396_337_777_4 * a + 0.215_803_757_3 * b).powi(3);
    let m = (lightness - 0.105_561_345_8 * a - 0.063_854_172_8 * b).powi(3);
    let s = (lightness - 0.089_484_177_5 * a - 1.291_485_548_0 * b).powi(3);
    [
        4.076_741_662_1 * l - 3.307_711_591_3 * m + 0.230_969_929_2 * s,
        -1.268_438_004_6 * l + 2.609_757_401_1 * m - 0.341_319_396_5 * s,
        -0.004_196_086_3 * l - 0.703_418_614_7 * m + 1.707_614_701_0 * s,
    ]
}

/// The transfer function of sRGB (IEC 61966-2-1), linear light to a byte.
fn encode(linear: f64) -> u8 {
    let light = linear.clamp(0.0, 1.0);
    let coded = if light <= 0.003_130_8 { 12.92 * light } else { 1.055 * light.powf(1.0 / 2.4) - 0.055 };
    (coded * 255.0).round() as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decode(byte: u8) -> f64 {
        let coded = f64::from(byte) / 255.0;
        if coded <= 0.04045 { coded / 12.92 } else { ((coded + 0.055) / 1.055).powf(2.4) }
    }

    fn linear(colour: Rgb) -> [f64; 3] {
        [decode(colour.0), decode(colour.1), decode(colour.2)]
    }

    fn luminance(colour: Rgb) -> f64 {
        let [r, g, b] = linear(colour);
        0.2126 * r + 0.7152 * g + 0.0722 * b
    }

    fn oklab([r, g, b]: [f64; 3]) -> [f64; 3] {
        let l = (0.412_221_470_8 * r + 0.536_332_536_3 * g + 0.051_445_992_9 * b).cbrt();
        let m = (0.211_903_498_2 * r + 0.680_699_545_1 * g + 0.107_396_956_6 * b).cbrt();
        let s = (0.088_302_461_9 * r + 0.281_718_837_6 * g + 0.629_978_700_5 * b).cbrt();
        [
            0.210_454_255_3 * l + 0.793_617_785_0 * m - 0.004_072_046_8 * s,
            1.977_998_495_1 * l - 2.428_592_205_0 * m + 0.450_593_709_9 * s,
            0.025_904_037_1 * l + 0.782_771_766_2 * m - 0.808_675_766_0 * s,
        ]
    }

    /// How a deuteranope sees a colour: Machado, Oliveira and Fernandes, IEEE TVCG 15 (2009), severity 1.
    fn deuteranope([r, g, b]: [f64; 3]) -> [f64; 3] {
        [
            (0.367322 * r + 0.860646 * g - 0.227968 * b).clamp(0.0, 1.0),
            (0.280085 * r + 0.672501 * g + 0.047413 * b).clamp(0.0, 1.0),
            (-0.011820 * r + 0.042940 * g + 0.968881 * b).clamp(0.0, 1.0),
        ]
    }

    /// How a protanope sees a colour: the same authors' table, severity 1.
    fn protanope([r, g, b]: [f64; 3]) -> [f64; 3] {
        [
            (0.152286 * r + 1.052583 * g - 0.204868 * b).clamp(0.0, 1.0),
            (0.114503 * r + 0.786281 * g + 0.099216 * b).clamp(0.0, 1.0),
            (-0.003882 * r - 0.048116 * g + 1.051998 * b).clamp(0.0, 1.0),
        ]
    }

    fn apart(a: [f64; 3], b: [f64; 3]) -> f64 {
        let (p, q) = (oklab(a), oklab(b));
        (0..3).map(|k| (p[k] - q[k]).powi(2)).sum::<f64>().sqrt()
    }

    #[test]
    fn law_ramp_brightens_all_the_way() {
        for pair in bands(64).windows(2) {
            assert!(luminance(pair[1]) > luminance(pair[0]), "{pair:?}");
        }
    }

    #[test]
    fn law_neighbouring_bands_stay_apart() {
        // 0.02 in Oklab is about one just noticeable difference; neighbours in a figure touch.
        for count in [6, 10, 14] {
            for pair in bands(count).windows(2) {
                let (a, b) = (linear(pair[0]), linear(pair[1]));
                assert!(apart(a, b) > 0.03, "{pair:?} of {count}: {}", apart(a, b));
                let blind = apart(deuteranope(a), deuteranope(b));
                assert!(blind > 0.03, "{pair:?} of {count} for a deuteranope: {blind}");
                let grey = |c: Rgb| [luminance(c); 3];
                assert!(apart(grey(pair[0]), grey(pair[1])) > 0.03, "{pair:?} of {count} in grey print");
            }
        }
    }

    #[test]
    fn law_neighbouring_bands_keep_their_lightness_apart() {
        // lightness alone orders the bands, whatever the eye or the printer makes of the hues
        let of = |seen: [f64; 3]| oklab(seen)[0];
        for count in [6, 10, 14] {
            let least = 0.7 * (STOPS[5][0] - STOPS[0][0]) / (count - 1) as f64;
            for pair in bands(count).windows(2) {
                let (a, b) = (linear(pair[0]), linear(pair[1]));
                let grey = |c: Rgb| [luminance(c); 3];
                for (eye, low, high) in [
                    ("grey print", of(grey(pair[0])), of(grey(pair[1]))),
                    ("a deuteranope", of(deuteranope(a)), of(deuteranope(b))),
                    ("a protanope", of(protanope(a)), of(protanope(b))),
                ] {
                    assert!(high - low > least, "{pair:?} of {count} for {eye}: {} of {least}", high - low);
                }
            }
        }
    }

    #[test]
    fn law_ink_reads_on_every_band() {
        // 3:1 is what WCAG 2.1 (1.4.11) asks of lines; text has a halo besides.
        for colour in bands(14) {
            let ratio = (luminance(colour) + 0.05) / (luminance(INK) + 0.05);
            assert!(ratio > 3.0 || colour == ramp(0.0), "{colour:?}: {ratio}");
        }
    }

    #[test]
    fn law_series_are_told_apart() {
        for (k, a) in SERIES.iter().enumerate() {
            for b in &SERIES[k + 1..] {
                let blind = apart(deuteranope(linear(*a)), deuteranope(linear(*b)));
                assert!(blind > 0.06, "{a:?} and {b:?}: {blind}");
            }
        }
    }
}
