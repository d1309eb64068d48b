//! Matrices: a format, and the facts that plans and kernels ask for.

mod csr;
mod dense;

pub use csr::Csr;
pub use dense::Dense;

use std::sync::{Arc, OnceLock};

/// A matrix of f64 with its facts. Cloning shares the storage; kernels never change a shared one.
#[derive(Clone, Debug)]
pub struct Matrix(Arc<Inner>);

#[derive(Clone, Debug)]
struct Inner {
    storage: Storage,
    facts: Facts,
    /// Made once, when a product with the transpose has been asked for often enough to pay.
    transpose: OnceLock<Csr>,
}

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
        // x * 0 is 0 for a finite x and NaN for any other.
        let (mut nnz, mut bad) = (0u64, 0u64);
        for &x in values {
            nnz += u64::from(x != 0.0);
            bad |= u64::from(x * 0.0 != 0.0);
        }
        Facts { nnz, finite: bad == 0 }
    }

    /// Of two disjoint parts of a matrix together.
    pub fn and(self, other: Facts) -> Facts {
        Facts { nnz: self.nnz + other.nnz, finite: self.finite && other.finite }
    }

    /// Of no values.
    pub const EMPTY: Facts = Facts { nnz: 0, finite: true };
}

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
        Matrix(Arc::new(Inner { storage, facts, transpose: OnceLock::new() }))
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

    /// The bytes that its storage holds.
    pub fn bytes(&self) -> u64 {
        match &self.0.storage {
            Storage::Dense(d) => d.bytes(),
            Storage::Csr(s) => s.bytes(),
        }
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
