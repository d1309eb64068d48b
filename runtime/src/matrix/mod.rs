//! Matrices: a format, and the facts that plans and kernels ask for.

mod convert;
mod csr;
mod dense;
mod rows;

pub(crate) use convert::transpose_into;
pub use csr::Csr;
pub use dense::Dense;

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, OnceLock};

use lac_compiler::sketch::{Nnz, Sketch};

/// A matrix of f64 with its facts. Cloning shares the storage; kernels never change a shared one.
#[derive(Clone, Debug)]
pub struct Matrix(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    storage: Storage,
    facts: Facts,
    /// Made once, when a product with the transpose has been asked for often enough to pay.
    transpose: OnceLock<Csr>,
    /// How often it has been asked for.
    transpose_uses: AtomicU32,
    /// Made once, when a plan asks for it.
    sketch: OnceLock<Sketch>,
    edits: Edits,
}

/// What a matrix that is changed cell by cell knows of its past, so that many small changes stay cheap.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Edits {
    /// The number of values that are NaN or Inf, once it has been counted.
    pub nonfinite: Option<u64>,
    /// Stored values that insertions have moved so far.
    pub moved: u64,
}

/// The use of a transpose at which it is made: a product that scatters instead costs about a third of the transpose.
const TRANSPOSE_PAYS: u32 = 3;

/// The formats a matrix may be stored in.
#[derive(Clone, Debug)]
pub enum Storage {
    Dense(Dense),
    Csr(Csr),
}

/// What is known exactly of the values of a matrix.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Facts {
    /// The number of values that are not 0 (stored zeros do not count; NaN does).
    pub nnz: u64,
    /// No NaN and no Inf among the values.
    pub finite: bool,
}

impl Facts {
    /// Of some values; the facts of parts combine with [`Facts::and`].
    pub fn of(values: &[f64]) -> Facts {
        let mut nnz = 0u64;
        // Integer sums may be reordered, so that this loop is compiled to vector instructions.
        let mut nonfinite = 0u64;
        for &x in values {
            nnz += u64::from(x != 0.0);
            nonfinite += u64::from(!x.is_finite());
        }
        Facts { nnz, finite: nonfinite == 0 }
    }

    /// Of two disjoint parts of a matrix together.
    pub fn and(self, other: Facts) -> Facts {
        Facts { nnz: self.nnz + other.nnz, finite: self.finite && other.finite }
    }

    /// Of no values.
    pub const EMPTY: Facts = Facts { nnz: 0, finite: true };
}

/// Counts of columns take two bytes each. Beyond this they must not take more than the matrix itself.
const COUNTS: u64 = 64 << 20;

impl Matrix {
    /// With its facts taken in a pass over the values.
    pub fn new(storage: impl Into<Storage>) -> Matrix {
        let storage = storage.into();
        let facts = match &storage {
            Storage::Dense(d) => Facts::of(d.values()),
            Storage::Csr(s) => Facts::of(s.values()),
        };
        Matrix::with_facts(storage, facts)
    }

    /// With facts that the producing kernel took in its own pass. They must be true.
    pub fn with_facts(storage: impl Into<Storage>, facts: Facts) -> Matrix {
        let storage = storage.into();
        debug_assert_eq!(
            facts,
            match &storage {
                Storage::Dense(d) => Facts::of(d.values()),
                Storage::Csr(s) => Facts::of(s.values()),
            }
        );
        Matrix::edited(storage, facts, Edits::default())
    }

    /// With the sketch that its producer took in its own pass, where it is the one that [`Matrix::sketch`] would make.
    pub(crate) fn sketched(csr: Csr, facts: Facts, sketch: Option<Sketch>) -> Matrix {
        let matrix = Matrix::with_facts(csr, facts);
        // those of a matrix without zeros or nonzeros take no memory
        let cells = (matrix.rows() as u64).saturating_mul(matrix.cols() as u64);
        if let Some(sketch) = sketch.filter(|_| ![0, cells].contains(&matrix.nnz())) {
            debug_assert_eq!(sketch, matrix.new_sketch());
            let _ = matrix.0.sketch.set(sketch);
        }
        matrix
    }

    /// With what is known of its past changes.
    pub(crate) fn edited(storage: impl Into<Storage>, facts: Facts, edits: Edits) -> Matrix {
        Matrix(Arc::new(Inner {
            storage: storage.into(),
            facts,
            transpose: OnceLock::new(),
            transpose_uses: AtomicU32::new(0),
            sketch: OnceLock::new(),
            edits,
        }))
    }

    pub(crate) fn edits(&self) -> Edits {
        self.0.edits
    }

    /// Somebody else holds this matrix too, so that changing it takes a copy.
    pub(crate) fn is_shared(&self) -> bool {
        Arc::strong_count(&self.0) > 1
    }

    /// Both are one matrix, not merely equal.
    pub fn is_same(&self, other: &Matrix) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }

    /// A matrix of zeros, stored sparse.
    pub fn zeros(rows: usize, cols: usize) -> Matrix {
        Matrix::with_facts(Csr::empty(rows, cols), Facts::EMPTY)
    }

    /// A 1 x 1 matrix.
    pub fn scalar(value: f64) -> Matrix {
        Matrix::new(Dense::new(1, 1, vec![value]))
    }

    pub fn rows(&self) -> usize {
        match &self.0.storage {
            Storage::Dense(d) => d.rows(),
            Storage::Csr(s) => s.rows(),
        }
    }

    pub fn cols(&self) -> usize {
        match &self.0.storage {
            Storage::Dense(d) => d.cols(),
            Storage::Csr(s) => s.cols(),
        }
    }

    pub fn shape(&self) -> (usize, usize) {
        (self.rows(), self.cols())
    }

    /// Tells this storage from others while it lives.
    pub fn id(&self) -> usize {
        Arc::as_ptr(&self.0) as *const () as usize
    }

    /// The sketch of its pattern, made at the first call and kept with it.
    pub fn sketch(&self) -> &Sketch {
        self.0.sketch.get_or_init(|| self.new_sketch())
    }

    fn new_sketch(&self) -> Sketch {
        let (rows, cols) = (self.rows() as u64, self.cols() as u64);
        let cells = rows.saturating_mul(cols);
        match &self.0.storage {
            _ if self.nnz() == 0 => Sketch::empty(rows, cols),
            _ if self.nnz() == cells => Sketch::dense(rows, cols),
            Storage::Dense(_) if self.sum_suffices() => Sketch::uniform(rows, cols, Nnz::exact(self.nnz())),
            Storage::Dense(d) => Sketch::from_dense(rows, cols, d.values()),
            Storage::Csr(_) if 2 * cols > self.bytes().max(COUNTS) => {
                Sketch::uniform(rows, cols, Nnz::exact(self.nnz()))
            }
            // without stored zeros the values need not be looked at
            Storage::Csr(s) if s.stored() as u64 == self.nnz() => {
                Sketch::from_csr_pattern(rows, cols, s.indptr(), s.indices())
            }
            Storage::Csr(s) => Sketch::from_csr(rows, cols, s.indptr(), s.indices(), s.values()),
        }
    }

    /// The counts of a vector or of a nearly full matrix tell a plan nothing more than their sum does.
    fn sum_suffices(&self) -> bool {
        let (rows, cols) = self.shape();
        let many = self.nnz() > (rows as u64).saturating_mul(cols as u64) / 2;
        matches!(self.0.storage, Storage::Dense(_)) && (rows == 1 || cols == 1 || many)
    }

    /// The sketch with all counts, also where a plan does without them.
    pub fn full_sketch(&self) -> Sketch {
        match &self.0.storage {
            Storage::Dense(d) => Sketch::from_dense(self.rows() as u64, self.cols() as u64, d.values()),
            Storage::Csr(_) => self.sketch().clone(),
        }
    }

    /// Keeps a sketch that was made before, so that it is not made again; `false` if it is not this matrix's, or of no use.
    /// Shape, number of nonzeros and the count of each row are compared, in a pass over the rows.
    pub fn attach_sketch(&self, sketch: &Sketch) -> bool {
        let shape = (self.rows() as u64, self.cols() as u64);
        let exact = sketch.by_row().is_exact() && sketch.by_col().is_exact();
        let fits = exact
            && !self.sum_suffices()
            && (sketch.rows(), sketch.cols()) == shape
            && sketch.nnz() == Nnz::exact(self.nnz())
            && (0..self.rows()).all(|i| sketch.by_row().counts().get(i) == self.row_nnz(i) as f64);
        if fits {
            let _ = self.0.sketch.set(sketch.clone());
        }
        fits
    }

    /// The number of nonzeros of a row.
    fn row_nnz(&self, i: usize) -> usize {
        let count = |values: &[f64]| values.iter().filter(|&&x| x != 0.0).count();
        match &self.0.storage {
            Storage::Dense(d) => count(d.row(i)),
            Storage::Csr(s) => {
                let row = s.indptr()[i]..s.indptr()[i + 1];
                if s.stored() as u64 == self.nnz() { row.len() } else { count(&s.values()[row]) }
            }
        }
    }

    pub fn facts(&self) -> Facts {
        self.0.facts
    }

    pub fn nnz(&self) -> u64 {
        self.0.facts.nnz
    }

    pub fn is_finite(&self) -> bool {
        self.0.facts.finite
    }

    pub fn storage(&self) -> &Storage {
        &self.0.storage
    }

    /// The bytes beside its storage.
    pub const HEAD: u64 = size_of::<Inner>() as u64;

    /// The bytes that its storage holds, with the transpose if that is kept.
    pub fn bytes(&self) -> u64 {
        let storage = match &self.0.storage {
            Storage::Dense(d) => d.bytes(),
            Storage::Csr(s) => s.bytes(),
        };
        storage + self.0.transpose.get().map_or(0, Csr::bytes)
    }

    /// The value at a position, both 0-based and within the shape.
    pub fn get(&self, row: usize, col: usize) -> f64 {
        match &self.0.storage {
            Storage::Dense(d) => d.row(row)[col],
            Storage::Csr(s) => s.get(row, col),
        }
    }

    /// The same matrix stored dense; shared if it is already.
    pub fn to_dense(&self) -> Matrix {
        match &self.0.storage {
            Storage::Dense(_) => self.clone(),
            Storage::Csr(s) => Matrix::with_facts(s.to_dense(), self.facts()),
        }
    }

    /// The same matrix stored as CSR without stored zeros made anew; shared if it is CSR already.
    pub fn to_csr(&self) -> Matrix {
        match &self.0.storage {
            Storage::Dense(d) => Matrix::with_facts(Csr::from_dense(d), self.facts()),
            Storage::Csr(_) => self.clone(),
        }
    }

    /// The transpose of a CSR matrix, made at the first call and kept with it; `None` for a dense one.
    pub fn csr_transpose(&self) -> Option<&Csr> {
        match &self.0.storage {
            Storage::Dense(_) => None,
            Storage::Csr(s) => Some(self.0.transpose.get_or_init(|| s.transpose())),
        }
    }

    /// The transpose of a CSR matrix if it has been made, or if this is the third time that a product asks for it
    /// and `may_allocate` its bytes. A product has the same bits with it and without it.
    pub(crate) fn csr_transpose_if_used_often(&self, may_allocate: impl FnOnce(u64) -> bool) -> Option<&Csr> {
        let Storage::Csr(s) = &self.0.storage else { return None };
        if self.0.transpose.get().is_some() {
            return self.0.transpose.get();
        }
        let uses = self.0.transpose_uses.fetch_add(1, Ordering::Relaxed) + 1;
        let bytes = 8 * (s.cols() as u64 + 1) + 12 * s.stored() as u64;
        if uses >= TRANSPOSE_PAYS && may_allocate(bytes) { self.csr_transpose() } else { None }
    }

    /// The storage, without a copy if nobody else holds this matrix.
    pub fn into_storage(self) -> Storage {
        match Arc::try_unwrap(self.0) {
            Ok(inner) => inner.storage,
            Err(shared) => shared.storage.clone(),
        }
    }
}

impl From<Dense> for Storage {
    fn from(d: Dense) -> Storage {
        Storage::Dense(d)
    }
}

impl From<Csr> for Storage {
    fn from(s: Csr) -> Storage {
        Storage::Csr(s)
    }
}
