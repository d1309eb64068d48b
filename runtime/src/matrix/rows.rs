//! A matrix as a leaf that can be probed: the optimizer asks for rows of its pattern, and reads nothing else.

use lac_compiler::sketch::probe::LeafRows;

use super::{Matrix, Storage};

impl LeafRows for Matrix {
    fn shape(&self) -> (usize, usize) {
        Matrix::shape(self)
    }

    fn nnz(&self) -> u64 {
        Matrix::nnz(self)
    }

    fn row<'a>(&'a self, i: usize, buffer: &'a mut Vec<u32>) -> &'a [u32] {
        let nonzero = |(&j, &value): (&u32, &f64)| (value != 0.0).then_some(j);
        match self.storage() {
            Storage::Csr(csr) => {
                let (indices, values) = csr.row(i);
                if csr.stored() as u64 == Matrix::nnz(self) {
                    return indices;
                }
                buffer.clear();
                buffer.extend(indices.iter().zip(values).filter_map(nonzero));
            }
            Storage::Dense(dense) => {
                buffer.clear();
                buffer.extend((0u32..).zip(dense.row(i)).filter_map(|(j, value)| nonzero((&j, value))));
            }
        }
        buffer
    }
}
