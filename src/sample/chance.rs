//! Chance that can be repeated: everything comes from a seed and a name.

use fastrand::Rng;

/// A generator for one purpose: the same seed, purpose and number give the same sequence.
pub fn of(seed: u64, purpose: &str, number: u64) -> Rng {
    let mut mixed = seed ^ 0x9e37_79b9_7f4a_7c15;
    for byte in purpose.bytes().map(u64::from).chain(number.to_le_bytes().map(u64::from)) {
        mixed = (mixed ^ byte).wrapping_mul(0x0100_0000_01b3).rotate_left(17);
    }
    Rng::with_seed(mixed)
}

/// One of them.
pub fn pick<T: Copy>(chance: &mut Rng, of: &[T]) -> T {
    of[chance.usize(..of.len())]
}

/// True so many times in a hundred.
pub fn percent(chance: &mut Rng, times: u32) -> bool {
    chance.u32(..100) < times
}

/// A credential of 32 letters and digits.
pub fn token(chance: &mut Rng) -> String {
    std::iter::repeat_with(|| chance.alphanumeric()).take(32).collect()
}
