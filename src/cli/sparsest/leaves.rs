//! The matrices of the benchmark: one row each.

use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;
use std::rc::Rc;

use lac::compiler::sketch::pattern::Shape;
use lac::{Context, Diagnostic};

use super::generate::{Cells, shuffled};
use super::real;

type Result<T> = std::result::Result<T, Box<Diagnostic>>;

/// A matrix that expressions name.
pub struct Leaf {
    pub name: &'static str,
    /// The file that it is made of, below the folder of the data.
    pub file: Option<&'static str>,
    make: fn(&mut Library) -> Result<Cells>,
    /// What it is.
    pub what: &'static str,
}

const HEPPH: &str = "graph/cit-hepph.mtx.gz";
const ENRON: &str = "graph/email-enron.mtx.gz";
const MNIST: &str = "image/mnist-train.mtx.gz";
const COVTYPE: &str = "table/covtype10k.csv.gz";
const BOOKS: &str = "ratings/amazon-book.mtx.gz";
const REVIEWS: &str = "text/movie-reviews.ids.csv.gz";

const fn made(name: &'static str, make: fn(&mut Library) -> Result<Cells>, what: &'static str) -> Leaf {
    Leaf { name, file: None, make, what }
}

const fn real(
    name: &'static str,
    file: &'static str,
    make: fn(&mut Library) -> Result<Cells>,
    what: &'static str,
) -> Leaf {
    Leaf { name, file: Some(file), make, what }
}

/// n is 100,000 times the scale. The shapes of n x n, of 300 and 2,000 columns, and what is said to be ours, are our choice:
/// the paper's figures are known to us, its generators are not.
#[rustfmt::skip]
pub const LEAVES: &[Leaf] = &[
    made("Tokens", tokens, "one nonzero a row, of 999 in 1,000 rows in the last column: the unknown word"),
    made("Embedding", |l| Ok(with_empty_row(l.n - 1, 300)), "dense, but the row of the unknown word is empty"),
    made("Lambda", |l| Ok(Cells::select(l.n, &(0..l.n).collect::<Vec<_>>())), "diagonal"),
    made("Data", |l| Ok(Cells::uniform(l.n, 2000, 0.01, l.seed)), "one cell of a hundred"),
    made("Shuffle", |l| Ok(Cells::select(l.n, &shuffled(l.n, l.seed ^ SHUFFLE))), "a permutation"),
    made("Column", |l| Ok(Cells::alike(l.n, l.n, &[l.aligned()])), "one dense column"),
    made("Row", row, "one dense row, aligned with the dense column of Column"),
    real("Words", REVIEWS, words, "a row a token, sentences of 50 (ours); last column: unknown"),
    real("Vectors", REVIEWS, |_| Ok(with_empty_row(VOCABULARY, 50)), "dense as GloVe's, the last row is empty"),
    real("Covtype", COVTYPE, |l| Ok(l.read(COVTYPE)?.columns(54)), "forest cover"),
    real("Measured", COVTYPE, measured, "selects the ten columns that are not 0/1 (ours)"),
    real("Citations", HEPPH, |l| l.read(HEPPH), "who cites whom"),
    real("Emails", ENRON, |l| l.read(ENRON), "who wrote to whom"),
    real("Mnist", MNIST, |l| l.read(MNIST), "images of digits"),
    real("Middle", MNIST, middle, "the middle 14 x 14 of each image"),
    real("X", MNIST, with_intercept, "Mnist and a column of ones"),
    real("S", MNIST, standardization, "1/sd on the diagonal, -mean/sd in the last row"),
    real("w", MNIST, |l| Ok(Cells::dense(l.shape("Mnist")?.0, 1)), "weights"),
    real("B", MNIST, |l| Ok(Cells::dense(l.shape("Mnist")?.1 + 1, 10)), "a dense model of ten classes (ours)"),
    real("Top", HEPPH, |l| l.get("Citations").map(|graph| most_citing(&graph)), "selects the 200 rows with most nonzeros"),
    real("Ratings", BOOKS, |l| l.read(BOOKS), "who rated which book"),
    real("Users", BOOKS, users, "selects users at random (ours)"),
    real("L", BOOKS, |l| Ok(noise((l.shape("Ratings")?.0, 10), 0.3, l.seed ^ FACTORS)), "30 % nonzero (ours)"),
    real("R", BOOKS, |l| Ok(noise((l.shape("Ratings")?.1, 10), 0.3, l.seed ^ FACTORS ^ 1)), "30 % nonzero (ours)"),
    real("Half", MNIST, |l| Ok(noise(l.shape("Mnist")?, 0.5, l.seed ^ NOISE)), "half of the cells (ours)"),
    real("Tenth", MNIST, |l| Ok(noise(l.shape("Mnist")?, 0.1, l.seed ^ NOISE ^ 1)), "a tenth of the cells (ours)"),
];

/// What random choices are for.
const SHUFFLE: u64 = 0x100;
const KNOWN: u64 = 0x200;
const FACTORS: u64 = 0x300;
const NOISE: u64 = 0x400;
const CHOSEN: u64 = 0x500;

/// The line of the full stop in `text/movie-reviews.vocab.txt.gz`: it ends a sentence.
const FULL_STOP: u64 = 16;
/// Tokens of a sentence: longer ones are cut, shorter ones filled up with the unknown word.
pub const SENTENCE: usize = 50;
/// Words that have a vector, the most frequent ones: as many as `text/glove50d-20k.npy.gz` has.
const VOCABULARY: usize = 20_000;

/// The row of this name.
pub fn leaf(name: &str) -> Option<&'static Leaf> {
    LEAVES.iter().find(|leaf| leaf.name == name)
}

/// Matrices by name, made when they are asked for and kept.
pub struct Library {
    /// Rows and columns of the larger matrices that are made up.
    pub n: usize,
    pub seed: u64,
    folder: Option<PathBuf>,
    context: Context,
    kept: BTreeMap<&'static str, Rc<Cells>>,
}

impl Library {
    pub fn new(n: usize, seed: u64, folder: Option<PathBuf>, context: Context) -> Library {
        Library { n, seed, folder, context, kept: BTreeMap::new() }
    }

    /// The matrix of this name, of which there is a row in the table.
    ///
    /// # Errors
    /// Those of reading its file.
    pub fn get(&mut self, name: &str) -> Result<Rc<Cells>> {
        let leaf = leaf(name).expect("cases name rows of the table");
        if let Some(kept) = self.kept.get(leaf.name) {
            return Ok(kept.clone());
        }
        let made = Rc::new((leaf.make)(self)?);
        self.kept.insert(leaf.name, made.clone());
        Ok(made)
    }

    fn shape(&mut self, name: &str) -> Result<Shape> {
        self.get(name).map(|cells| (cells.rows, cells.cols))
    }

    /// Whether there is a folder of data.
    pub fn has_data(&self) -> bool {
        self.folder.is_some()
    }

    fn path(&self, file: &str) -> PathBuf {
        self.folder.as_ref().map_or_else(|| file.into(), |folder| folder.join(file))
    }

    fn read(&mut self, file: &str) -> Result<Cells> {
        real::cells(&self.path(file), &self.context)
    }

    /// Which column of Column is dense.
    fn aligned(&self) -> u32 {
        (self.n / 3) as u32
    }
}

/// One row in a thousand, at least one, has a known word: all of these are different.
fn tokens(l: &mut Library) -> Result<Cells> {
    let mut places = vec![l.n - 1; l.n];
    let (lines, known) = (shuffled(l.n, l.seed ^ KNOWN), shuffled(l.n - 1, l.seed ^ KNOWN ^ 1));
    for (i, word) in lines.into_iter().zip(known).take((l.n / 1000).max(1)) {
        places[i] = word;
    }
    Ok(Cells::select(l.n, &places))
}

fn with_empty_row(rows: usize, cols: usize) -> Cells {
    Cells::by_row(rows + 1, cols, |i, row| row.extend((0..cols as u32).filter(|_| i < rows)))
}

fn noise((rows, cols): Shape, density: f64, seed: u64) -> Cells {
    Cells::uniform(rows, cols, density, seed)
}

/// Covtype's other columns are 0 or 1.
fn measured(_: &mut Library) -> Result<Cells> {
    Ok(Cells::by_row(54, 10, |i, row| row.extend((i < 10).then_some(i as u32))))
}

fn row(l: &mut Library) -> Result<Cells> {
    let (n, aligned) = (l.n, l.aligned() as usize);
    Ok(Cells::by_row(n, n, |i, row| row.extend((0..n as u32).filter(|_| i == aligned))))
}

/// Words of the reviews by their rank, sentence by sentence.
fn words(l: &mut Library) -> Result<Cells> {
    let ids: Vec<u64> = real::values(&l.path(REVIEWS), &l.context)?.into_iter().map(|id| id as u64).collect();
    let mut count = BTreeMap::new();
    ids.iter().for_each(|&id| *count.entry(id).or_insert(0) += 1);
    let mut by_count: Vec<(u64, u32)> = count.into_iter().collect();
    by_count.sort_by_key(|&(_, count)| std::cmp::Reverse(count));
    let column: HashMap<u64, usize> =
        by_count.iter().enumerate().map(|(rank, &(id, _))| (id, rank.min(VOCABULARY))).collect();
    let mut places = Vec::new();
    for sentence in ids.split_inclusive(|&id| id == FULL_STOP) {
        let end = places.len() + SENTENCE;
        places.extend(sentence.iter().take(SENTENCE).map(|id| column[id]));
        places.resize(end, VOCABULARY);
    }
    Ok(Cells::select(VOCABULARY + 1, &places))
}

fn middle(l: &mut Library) -> Result<Cells> {
    let kept: Vec<u32> = (0..784).filter(|j| (7..21).contains(&(j / 28)) && (7..21).contains(&(j % 28))).collect();
    Ok(Cells::alike(l.get("Mnist")?.rows, 784, &kept))
}

fn with_intercept(l: &mut Library) -> Result<Cells> {
    let images = l.get("Mnist")?;
    Ok(Cells::by_row(images.rows, images.cols + 1, |i, row| {
        row.extend_from_slice(images.row(i));
        row.push(images.cols as u32);
    }))
}

/// Pixels are not negative, so the mean of a column is not 0 where it is not empty.
fn standardization(l: &mut Library) -> Result<Cells> {
    let counts = l.get("Mnist")?.pattern().col_counts();
    let n = counts.len();
    Ok(Cells::by_row(n + 1, n + 1, |i, row| {
        row.extend((0..n).filter(|&j| if i < n { i == j } else { counts[j] > 0 }).map(|j| j as u32));
        row.extend((i == n).then_some(n as u32));
    }))
}

fn most_citing(graph: &Cells) -> Cells {
    let mut rows: Vec<usize> = (0..graph.rows).collect();
    rows.sort_by_key(|&i| std::cmp::Reverse(graph.row(i).len()));
    Cells::select(graph.rows, &rows[..rows.len().min(200)])
}

fn users(l: &mut Library) -> Result<Cells> {
    let all = l.get("Ratings")?.rows;
    Ok(Cells::select(all, &shuffled(all, l.seed ^ CHOSEN)[..all.min(2000)]))
}
