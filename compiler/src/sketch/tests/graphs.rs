//! Generated graphs.

use crate::sketch::Pattern;

/// SplitMix64.
pub struct Random(pub u64);

impl Random {
    pub fn unit(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let x = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((x ^ (x >> 31)) >> 11) as f64 / (1u64 << 53) as f64
    }

    pub fn below(&mut self, n: usize) -> usize {
        (self.unit() * n as f64) as usize
    }
}

/// A square pattern.
pub struct Graph {
    pub rows: usize,
    pub cols: usize,
    pub indptr: Vec<usize>,
    pub indices: Vec<u32>,
}

impl Graph {
    pub fn new(n: usize, mut edges: Vec<(usize, usize)>) -> Graph {
        edges.sort_unstable();
        edges.dedup();
        let mut indptr = vec![0; n + 1];
        edges.iter().for_each(|edge| indptr[edge.0 + 1] += 1);
        (0..n).for_each(|i| indptr[i + 1] += indptr[i]);
        Graph { rows: n, cols: n, indptr, indices: edges.into_iter().map(|edge| edge.1 as u32).collect() }
    }

    pub fn pattern(&self) -> Pattern<'_> {
        Pattern::new(self.rows, self.cols, &self.indptr, &self.indices).unwrap()
    }
}

/// Ends of edges are drawn with probabilities falling as rank^-power (Chung and Lu); in another order for columns if
/// not `ordered`.
pub fn power_law(n: usize, edges: usize, power: f64, ordered: bool, seed: u64) -> Graph {
    let mut random = Random(seed);
    let mut sums = vec![0.0];
    (0..n).for_each(|i| sums.push(sums[i] + ((i + 1) as f64).powf(-power)));
    let mut end = || {
        let at = random.unit() * sums[n];
        sums.partition_point(|&sum| sum <= at) - 1
    };
    let place = |j: usize| if ordered { j } else { j * 389 % n };
    Graph::new(n, (0..edges).map(|_| (end(), place(end()))).collect())
}

/// Each edge falls into a quadrant, again and again (Chakrabarti, Zhan and Faloutsos).
pub fn rmat(levels: u32, edges: usize, seed: u64) -> Graph {
    let mut random = Random(seed);
    let mut edge = || {
        (0..levels).fold((0, 0), |(i, j), _| {
            let at = random.unit();
            (2 * i + usize::from(at >= 0.76), 2 * j + usize::from((0.57..0.76).contains(&at) || at >= 0.95))
        })
    };
    Graph::new(1 << levels, (0..edges).map(|_| edge()).collect())
}
/// Ends of edges are drawn evenly.
pub fn uniform(n: usize, edges: usize, seed: u64) -> Graph {
    let mut random = Random(seed);
    Graph::new(n, (0..edges).map(|_| (random.below(n), random.below(n))).collect())
}
