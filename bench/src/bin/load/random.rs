//! Numbers that look drawn and are the same each time (splitmix64).

pub struct Random(u64);

impl Random {
    /// The numbers of one thing: what it is for, and which.
    pub fn new(purpose: u64, n: u64) -> Self {
        let mut random = Self(purpose.wrapping_mul(0xD134_2543_DE82_EF95) ^ n);
        random.0 = random.next();
        random
    }

    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// Below `limit`, evenly.
    pub fn below(&mut self, limit: usize) -> usize {
        ((u128::from(self.next()) * limit as u128) >> 64) as usize
    }

    /// Below `limit`, the first twice as often as the second, thrice as often as the third (Zipf).
    pub fn zipf(&mut self, limit: usize) -> usize {
        let even = self.next() as f64 / u64::MAX as f64;
        (((limit + 1) as f64).powf(even) as usize).clamp(1, limit) - 1
    }

    /// In so many of a hundred cases.
    pub fn percent(&mut self, share: usize) -> bool {
        self.below(100) < share
    }
}
