//! Vectors of three numbers, for kernels that want plain arrays.

/// A vector of three numbers; the name of the variable says its unit.
pub type Vector3 = [f64; 3];

/// a · b
#[inline]
#[must_use]
pub fn dot(a: Vector3, b: Vector3) -> f64 {
    a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}

/// a × b
#[inline]
#[must_use]
pub fn cross(a: Vector3, b: Vector3) -> Vector3 {
    [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]]
}

/// |a|
#[inline]
#[must_use]
pub fn norm(a: Vector3) -> f64 {
    dot(a, a).sqrt()
}

/// a − b
#[inline]
#[must_use]
pub fn minus(a: Vector3, b: Vector3) -> Vector3 {
    [a[0] - b[0], a[1] - b[1], a[2] - b[2]]
}

/// a + b
#[inline]
#[must_use]
pub fn plus(a: Vector3, b: Vector3) -> Vector3 {
    [a[0] + b[0], a[1] + b[1], a[2] + b[2]]
}

/// factor · a
#[inline]
#[must_use]
pub fn scale(a: Vector3, factor: f64) -> Vector3 {
    [a[0] * factor, a[1] * factor, a[2] * factor]
}
