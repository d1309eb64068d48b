//! Compressed sparse rows.

/// A sparse rows x cols matrix: row i holds `indices[indptr[i]..indptr[i + 1]]`, strictly ascending columns, with
/// their values. Zeros may be stored; what is not stored is 0. At most 2^32 columns.
#[derive(Clone, Debug, PartialEq)]
pub struct Csr {
    rows: usize,
    cols: usize,
    indptr: Vec<usize>,
    indices: Vec<u32>,
    values: Vec<f64>,
}

impl Csr {
    /// Panics if the parts do not fit together: that is a defect of the caller, who checks what comes from outside
    /// with [`Csr::try_new`].
    pub fn new(rows: usize, cols: usize, indptr: Vec<usize>, indices: Vec<u32>, values: Vec<f64>) -> Csr {
        assert_eq!(indptr.len(), rows + 1, "a CSR matrix of {rows} rows needs one more offset than rows");
        assert_eq!(indices.len(), values.len(), "each stored value needs a column");
        assert_eq!(indptr[rows], indices.len(), "the last offset is the number of stored values");
        let csr = Csr { rows, cols, indptr, indices, values };
        debug_assert!(csr.check().is_ok(), "{:?}", csr.check());
        csr
    }

    /// Of parts that come from outside: says what is wrong with them.
    pub fn try_new(
        rows: usize,
        cols: usize,
        indptr: Vec<usize>,
        indices: Vec<u32>,
        values: Vec<f64>,
    ) -> Result<Csr, String> {
        if indptr.len() != rows + 1 {
            return Err(format!("{rows} rows need {} row offsets, not {}", rows + 1, indptr.len()));
        }
        if indices.len() != values.len() || indptr[rows] != indices.len() {
            return Err(format!(
                "{} columns, {} values and a last row offset of {} do not agree",
                indices.len(),
                values.len(),
                indptr[rows]
            ));
        }
        let csr = Csr { rows, cols, indptr, indices, values };
        csr.check()?;
        Ok(csr)
    }

    fn check(&self) -> Result<(), String> {
        if self.indptr[0] != 0 || self.indptr.windows(2).any(|w| w[0] > w[1]) {
            return Err("row offsets must begin with 0 and never fall".into());
        }
        for i in 0..self.rows {
            let (columns, _) = self.row(i);
            if columns.windows(2).any(|w| w[0] >= w[1]) {
                return Err(format!("the columns of row {} must ascend strictly", i + 1));
            }
            if columns.last().is_some_and(|&j| j as usize >= self.cols) {
                return Err(format!("row {} has a column beyond the {} there are", i + 1, self.cols));
            }
        }
        Ok(())
    }

    /// Without any stored value.
    pub fn empty(rows: usize, cols: usize) -> Csr {
        Csr { rows, cols, indptr: vec![0; rows + 1], indices: vec![], values: vec![] }
    }

    pub fn rows(&self) -> usize {
        self.rows
    }

    pub fn cols(&self) -> usize {
        self.cols
    }

    pub fn indptr(&self) -> &[usize] {
        &self.indptr
    }

    pub fn indices(&self) -> &[u32] {
        &self.indices
    }

    pub fn values(&self) -> &[f64] {
        &self.values
    }

    pub fn values_mut(&mut self) -> &mut [f64] {
        &mut self.values
    }

    /// The number of stored values, zeros included.
    pub fn stored(&self) -> usize {
        self.values.len()
    }

    /// The columns and the values of a row.
    pub fn row(&self, i: usize) -> (&[u32], &[f64]) {
        let range = self.indptr[i]..self.indptr[i + 1];
        (&self.indices[range.clone()], &self.values[range])
    }

    pub fn get(&self, row: usize, col: usize) -> f64 {
        let (columns, values) = self.row(row);
        columns.binary_search(&(col as u32)).map_or(0.0, |k| values[k])
    }

    /// Its parts: row offsets, columns, values.
    pub fn into_parts(self) -> (Vec<usize>, Vec<u32>, Vec<f64>) {
        (self.indptr, self.indices, self.values)
    }

    pub fn bytes(&self) -> u64 {
        (8 * self.indptr.len() + 12 * self.values.len()) as u64
    }
}
