//! How much room a text takes: advance widths of DejaVu Sans 2.37, and boxes that must not touch.

/// Where a text sits about its point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Anchor {
    Start,
    Middle,
    End,
}

/// Thickness of the letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Weight {
    Normal,
    Bold,
}

/// Advance widths of U+0020 to U+007E in 1/2048 em, from the font's `hmtx` table.
#[rustfmt::skip]
const NORMAL: [u16; 95] = [
    651, 821, 942, 1716, 1303, 1946, 1597, 563, 799, 799, 1024, 1716, 651, 739, 651, 690,
    1303, 1303, 1303, 1303, 1303, 1303, 1303, 1303, 1303, 1303, 690, 690, 1716, 1716, 1716, 1087,
    2048, 1401, 1405, 1430, 1577, 1294, 1178, 1587, 1540, 604, 604, 1343, 1141, 1767, 1532, 1612,
    1235, 1612, 1423, 1300, 1251, 1499, 1401, 2025, 1403, 1251, 1403, 799, 690, 799, 1716, 1024,
    1024, 1255, 1300, 1126, 1300, 1260, 721, 1300, 1298, 569, 569, 1186, 569, 1995, 1298, 1253,
    1300, 1300, 842, 1067, 803, 1298, 1212, 1675, 1212, 1212, 1075, 1303, 690, 1303, 1716,
];

/// The same of DejaVu Sans Bold.
#[rustfmt::skip]
const BOLD: [u16; 95] = [
    713, 934, 1067, 1716, 1425, 2052, 1786, 627, 936, 936, 1071, 1716, 778, 850, 778, 748,
    1425, 1425, 1425, 1425, 1425, 1425, 1425, 1425, 1425, 1425, 819, 819, 1716, 1716, 1716, 1188,
    2048, 1585, 1561, 1503, 1700, 1399, 1399, 1681, 1714, 762, 762, 1587, 1305, 2038, 1714, 1741,
    1501, 1741, 1577, 1475, 1397, 1663, 1585, 2259, 1579, 1483, 1485, 936, 748, 936, 1716, 1024,
    1024, 1382, 1466, 1214, 1466, 1389, 891, 1466, 1458, 702, 702, 1362, 702, 2134, 1458, 1407,
    1466, 1466, 1010, 1219, 979, 1458, 1335, 1892, 1321, 1335, 1192, 1458, 748, 1458, 1716,
];

/// Width of a text in pixels.
pub(super) fn width_px(text: &str, size_px: f64, weight: Weight) -> f64 {
    let table = if weight == Weight::Bold { &BOLD } else { &NORMAL };
    let advance = |c: char| -> u32 {
        match c {
            ' '..='~' => u32::from(table[c as usize - 32]),
            '²' | '³' | '₀'..='₉' => 897,
            '°' | '–' => 1024,
            '·' => 778,
            '×' | '±' | '−' | '→' | '≤' | '≥' | '∞' => 1716,
            '—' | '…' => 2048,
            'µ' | 'μ' | 'à'..='ÿ' => 1460,
            // Wider than any letter of the scripts in use here: room to spare, never a collision.
            _ => 2048,
        }
    };
    text.chars().map(advance).sum::<u32>() as f64 / 2048.0 * size_px
}

/// A text broken at spaces into lines no wider than `room_px`; a word that is too wide is broken anywhere.
pub(super) fn wrap(text: &str, size_px: f64, room_px: f64) -> Vec<String> {
    let fits = |line: &str| width_px(line, size_px, Weight::Normal) <= room_px;
    let mut lines: Vec<String> = Vec::new();
    let mut line = String::new();
    for word in text.split_whitespace() {
        let longer = if line.is_empty() { word.to_owned() } else { format!("{line} {word}") };
        if fits(&longer) {
            line = longer;
            continue;
        }
        if !line.is_empty() {
            lines.push(std::mem::take(&mut line));
        }
        for c in word.chars() {
            if !line.is_empty() && !fits(&format!("{line}{c}")) {
                lines.push(std::mem::take(&mut line));
            }
            line.push(c);
        }
    }
    if !line.is_empty() {
        lines.push(line);
    }
    lines
}

/// A text on one line: cut, with an ellipsis, when it is wider than `room_px`.
pub(super) fn fit(text: &str, size_px: f64, weight: Weight, room_px: f64) -> String {
    if width_px(text, size_px, weight) <= room_px {
        return text.to_owned();
    }
    let mut cut = String::new();
    for c in text.chars() {
        if width_px(&format!("{cut}{c}…"), size_px, weight) > room_px {
            break;
        }
        cut.push(c);
    }
    format!("{}…", cut.trim_end())
}

/// A rectangle that may be turned: what a text or a badge covers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Box2 {
    /// its middle
    pub(super) centre_px: [f64; 2],
    /// half its width and half its height
    pub(super) half_px: [f64; 2],
    /// turn of its width from the x axis, clockwise on the page
    pub(super) turn_rad: f64,
}

impl Box2 {
    /// The box that a text about `at_px` covers; `at_px` is on the middle of its capitals.
    pub(super) fn of_text(
        text: &str,
        at_px: [f64; 2],
        size_px: f64,
        weight: Weight,
        anchor: Anchor,
        turn_rad: f64,
    ) -> Self {
        let half_width = 0.5 * width_px(text, size_px, weight);
        let along = match anchor {
            Anchor::Start => half_width,
            Anchor::Middle => 0.0,
            Anchor::End => -half_width,
        };
        // Capitals reach 0.365 em above the middle, descenders 0.6 em below it.
        let (up, down) = if text.contains(|c: char| "gjpqy(),;/|".contains(c)) { (0.40, 0.60) } else { (0.40, 0.40) };
        let below = 0.5 * (down - up) * size_px;
        let (sin, cos) = turn_rad.sin_cos();
        Self {
            centre_px: [at_px[0] + along * cos - below * sin, at_px[1] + along * sin + below * cos],
            half_px: [half_width, 0.5 * (up + down) * size_px],
            turn_rad,
        }
    }

    /// The same box with a margin all round.
    pub(super) fn grown(self, margin_px: f64) -> Self {
        Self { half_px: [self.half_px[0] + margin_px, self.half_px[1] + margin_px], ..self }
    }

    /// Its four corners.
    pub(super) fn corners(&self) -> [[f64; 2]; 4] {
        [[-1.0, -1.0], [1.0, -1.0], [1.0, 1.0], [-1.0, 1.0]].map(|s| self.at(s))
    }

    /// The point at shares -1 to 1 of half its width and height.
    pub(super) fn at(&self, share: [f64; 2]) -> [f64; 2] {
        let (sin, cos) = self.turn_rad.sin_cos();
        let (u, v) = (share[0] * self.half_px[0], share[1] * self.half_px[1]);
        [self.centre_px[0] + u * cos - v * sin, self.centre_px[1] + u * sin + v * cos]
    }

    /// Whether a point lies in it.
    pub(super) fn contains(&self, at_px: [f64; 2]) -> bool {
        let (sin, cos) = self.turn_rad.sin_cos();
        let (dx, dy) = (at_px[0] - self.centre_px[0], at_px[1] - self.centre_px[1]);
        (dx * cos + dy * sin).abs() <= self.half_px[0] && (dy * cos - dx * sin).abs() <= self.half_px[1]
    }

    /// Whether two boxes share no area (separating axes: each box's own two suffice).
    pub(super) fn is_clear_of(&self, other: &Self) -> bool {
        let separated_along = |axis: [f64; 2]| {
            let span = |b: &Self| {
                b.corners()
                    .iter()
                    .map(|c| c[0] * axis[0] + c[1] * axis[1])
                    .fold((f64::INFINITY, f64::NEG_INFINITY), |(lo, hi), d| (lo.min(d), hi.max(d)))
            };
            let (a, b) = (span(self), span(other));
            a.1 <= b.0 || b.1 <= a.0
        };
        [self.turn_rad, other.turn_rad].iter().any(|turn| {
            let (sin, cos) = turn.sin_cos();
            separated_along([cos, sin]) || separated_along([-sin, cos])
        })
    }

    /// Whether it lies within a rectangle, given by two corners.
    pub(super) fn lies_in(&self, least_px: [f64; 2], most_px: [f64; 2]) -> bool {
        self.corners().iter().all(|c| (0..2).all(|k| c[k] >= least_px[k] && c[k] <= most_px[k]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::f64::consts::PI;

    #[test]
    fn law_widths_add_up() {
        let (a, b) = ("Departure ", "date (TDB)");
        let whole = width_px(&format!("{a}{b}"), 11.0, Weight::Normal);
        assert!((whole - width_px(a, 11.0, Weight::Normal) - width_px(b, 11.0, Weight::Normal)).abs() < 1e-12);
        // Ten digits of 1303/2048 em.
        assert!((width_px("0123456789", 2048.0, Weight::Normal) - 13030.0).abs() < 1e-9);
        assert!(width_px("mm", 10.0, Weight::Bold) > width_px("mm", 10.0, Weight::Normal));
    }

    #[test]
    fn law_wrapped_lines_fit_and_keep_every_word() {
        let text = "de440s_2020_2100.bsp, sha256 0123456789abcdef0123456789abcdef, Lambert after Izzo, two-body";
        for room in [60.0, 120.0, 400.0] {
            let lines = wrap(text, 9.0, room);
            assert!(lines.iter().all(|l| width_px(l, 9.0, Weight::Normal) <= room));
            let joined: String = lines.concat().split_whitespace().collect();
            assert_eq!(joined, text.split_whitespace().collect::<String>());
        }
        let short = fit(text, 9.0, Weight::Normal, 100.0);
        assert!(short.ends_with('…') && width_px(&short, 9.0, Weight::Normal) <= 100.0);
    }

    #[test]
    fn law_turned_boxes_touch_only_when_they_do() {
        let flat = Box2 { centre_px: [0.0, 0.0], half_px: [10.0, 2.0], turn_rad: 0.0 };
        let upright = Box2 { centre_px: [11.0, 11.0], half_px: [10.0, 2.0], turn_rad: PI / 2.0 };
        assert!(!flat.is_clear_of(&Box2 { centre_px: [5.0, 3.0], ..flat }));
        assert!(flat.is_clear_of(&Box2 { centre_px: [5.0, 4.1], ..flat }));
        assert!(!flat.is_clear_of(&upright), "the corner of one is in the other");
        assert!(flat.is_clear_of(&Box2 { centre_px: [12.5, 11.0], ..upright }));
        let slanted = Box2 { centre_px: [9.0, 7.0], half_px: [8.0, 2.0], turn_rad: PI / 4.0 };
        assert!(!flat.is_clear_of(&slanted));
        assert!(flat.is_clear_of(&Box2 { centre_px: [9.0, 10.0], ..slanted }));
    }
}
