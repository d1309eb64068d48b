//! The one place of `unsafe`: what needs instructions beyond the baseline of the target, behind safe functions.
#![allow(unsafe_code)]

/// A loop that is worth compiling for wider vectors. `run` must be `#[inline(always)]`, and so must all it calls.
/// Nothing is contracted to fused operations, so the result has the same bits on every machine.
pub(crate) trait Kernel {
    type Output;

    fn run(self) -> Self::Output;
}

/// Runs a kernel compiled for AVX2 and the bit instructions of its time where the machine has them.
pub(crate) fn dispatch<K: Kernel>(kernel: K) -> K::Output {
    #[cfg(target_arch = "x86_64")]
    {
        #[target_feature(enable = "avx2,bmi1,bmi2,popcnt")]
        fn avx2<K: Kernel>(kernel: K) -> K::Output {
            kernel.run()
        }
        let has_bits =
            is_x86_feature_detected!("bmi1") && is_x86_feature_detected!("bmi2") && is_x86_feature_detected!("popcnt");
        if has_bits && is_x86_feature_detected!("avx2") {
            // SAFETY: the machine has the features that the function is compiled for.
            return unsafe { avx2(kernel) };
        }
    }
    kernel.run()
}

/// Asks for the cache line of a value that will be read soon. Any position may be named.
#[inline(always)]
pub(crate) fn prefetch<T>(values: &[T], at: usize) {
    #[cfg(target_arch = "x86_64")]
    {
        use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
        // SAFETY: a prefetch reads nothing that the program could see, and never faults.
        unsafe { _mm_prefetch::<_MM_HINT_T0>(values.as_ptr().wrapping_add(at).cast()) };
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = (values, at);
}

/// Which of 64 bytes are ASCII digits, the first in the lowest bit.
#[inline(always)]
pub(crate) fn digit_mask(block: &[u8; 64]) -> u64 {
    #[cfg(all(target_arch = "x86_64", target_feature = "sse2"))]
    {
        use std::arch::x86_64::{
            _mm_cmpeq_epi8, _mm_loadu_si128, _mm_min_epu8, _mm_movemask_epi8, _mm_set1_epi8, _mm_xor_si128,
        };
        let (quarters, _) = block.as_chunks::<16>();
        quarters.iter().rev().fold(0, |mask, quarter| {
            // SAFETY: the target has SSE2, and the quarter is 16 bytes long.
            let digits = unsafe {
                let bytes = _mm_xor_si128(_mm_loadu_si128(quarter.as_ptr().cast()), _mm_set1_epi8(b'0' as i8));
                _mm_movemask_epi8(_mm_cmpeq_epi8(_mm_min_epu8(bytes, _mm_set1_epi8(9)), bytes))
            };
            mask << 16 | u64::from(digits as u32)
        })
    }
    #[cfg(not(all(target_arch = "x86_64", target_feature = "sse2")))]
    {
        block.iter().rev().fold(0, |mask, byte| mask << 1 | u64::from(byte.is_ascii_digit()))
    }
}

/// A rows x cols view of stored values: the cell (i, j) is `values[i * row_stride + j * col_stride]`.
#[derive(Clone, Copy)]
pub(crate) struct Strided<'a> {
    pub values: &'a [f64],
    pub rows: usize,
    pub cols: usize,
    pub row_stride: usize,
    pub col_stride: usize,
}

impl<'a> Strided<'a> {
    pub fn transposed(self) -> Strided<'a> {
        Strided { rows: self.cols, cols: self.rows, row_stride: self.col_stride, col_stride: self.row_stride, ..self }
    }

    /// The rows `begin..end`.
    pub fn row_range(self, begin: usize, end: usize) -> Strided<'a> {
        assert!(begin < end && end <= self.rows);
        Strided { values: &self.values[begin * self.row_stride..], rows: end - begin, ..self }
    }

    /// The columns `begin..end`.
    pub fn col_range(self, begin: usize, end: usize) -> Strided<'a> {
        self.transposed().row_range(begin, end).transposed()
    }

    /// The column of an n x 1 view, contiguous as every vector is stored.
    pub fn vector(self) -> &'a [f64] {
        debug_assert!(self.cols == 1 && (self.rows == 1 || self.row_stride == 1));
        &self.values[..self.rows]
    }

    /// All cells lie within the values.
    fn is_within(&self) -> bool {
        let last = (self.rows.saturating_sub(1).checked_mul(self.row_stride))
            .zip(self.cols.saturating_sub(1).checked_mul(self.col_stride))
            .and_then(|(i, j)| i.checked_add(j));
        self.rows == 0 || self.cols == 0 || last.is_some_and(|last| last < self.values.len())
    }
}

/// C = A B for the row-major C with `a.rows` rows. Each cell is summed in ascending k in blocks that depend on the
/// number of columns of A only, so that computing C in parts gives the same bits.
pub(crate) fn gemm(a: Strided, b: Strided, c: &mut [f64]) {
    let (m, k, n) = (a.rows, a.cols, b.cols);
    assert!(a.is_within() && b.is_within() && k == b.rows && c.len() == m * n);
    let stride = |s: usize| isize::try_from(s).expect("a stride within an allocation");
    // SAFETY: all cells of A (m x k) and B (k x n) lie within their slices, as just checked, and c holds m * n cells
    // addressed with strides n and 1; C is borrowed mutably, so it overlaps neither A nor B.
    unsafe {
        matrixmultiply::dgemm(
            m,
            k,
            n,
            1.0,
            a.values.as_ptr(),
            stride(a.row_stride),
            stride(a.col_stride),
            b.values.as_ptr(),
            stride(b.row_stride),
            stride(b.col_stride),
            0.0,
            c.as_mut_ptr(),
            stride(n),
            1,
        );
    }
}
