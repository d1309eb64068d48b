//! What sketches cost: made beside a product with a vector and beside reading, estimated with, propagated.
//!
//! `cargo run --release --example sketch-bench -- FILE...` prints a line for each matrix: the least of 15 times, to which
//! other load on the machine adds least.

use std::hint::black_box;
use std::path::Path;
use std::time::Instant;

use lac::compiler::sketch::probe::{Effort, probe};
use lac::compiler::sketch::{Expression, Sketch};
use lac::runtime::Storage;
use lac::runtime::io::{self, ReadOptions};
use lac::{Context, Csr};

/// The least milliseconds of a call.
fn least(mut call: impl FnMut()) -> f64 {
    let times = (0..15).map(|_| {
        let begin = Instant::now();
        call();
        begin.elapsed().as_secs_f64() * 1e3
    });
    times.fold(f64::INFINITY, f64::min)
}

/// y = A x, as plainly as a compiler makes it fast.
fn spmv(a: &Csr, x: &[f64], y: &mut [f64]) {
    for (i, y) in y.iter_mut().enumerate() {
        let (indices, values) = a.row(i);
        *y = indices.iter().zip(values).map(|(&j, value)| value * x[j as usize]).sum();
    }
}

fn sketch(a: &Csr) -> Sketch {
    // the files hold no zeros
    Sketch::from_csr_pattern(a.rows() as u64, a.cols() as u64, a.indptr(), a.indices())
}

fn main() {
    println!(
        "ms                    read    SpMV   build  (SpMV, read)   A t(A): cold    warm  sketch (ns/slice)   probed"
    );
    let (expression, _) = Expression::parse("(mm A (t A))").expect("an expression");
    for file in std::env::args().skip(1) {
        let path = Path::new(&file);
        let read = || io::read(path, &ReadOptions::default(), &Context::unlimited());
        let reading = least(|| drop(black_box(read())));
        let matrix = match read() {
            Ok(read) => read.matrix,
            Err(error) => return eprintln!("{file}: {}", error.message),
        };
        let Storage::Csr(a) = matrix.to_csr().into_storage() else { continue };
        let (x, mut y) = (vec![1.0; a.cols()], vec![0.0; a.rows()]);
        let product = least(|| spmv(&a, black_box(&x), &mut y));
        let build = least(|| drop(black_box(sketch(&a))));
        let (left, right) = (sketch(&a), sketch(&a).transpose());
        let mut fresh: Vec<(Sketch, Sketch)> = (0..15).map(|_| (sketch(&a), sketch(&a).transpose())).collect();
        let cold = least(|| {
            let (left, right) = fresh.pop().expect("one for each call");
            black_box(left.matmul_nnz(&right));
        });
        let warm = least(|| {
            black_box(left.matmul_nnz(&right));
        });
        let propagation = least(|| drop(black_box(left.matmul(&right))));
        let probing = least(|| drop(black_box(probe(&expression, &[&matrix], Effort::default()))));
        let slices = 2.0 * a.rows() as f64;
        println!(
            "{:16} {reading:9.2} {product:7.2} {build:7.2}  ({:4.1}, {:4.1} %) {cold:13.2} {warm:7.2} {propagation:7.2} ({:4.0}) {probing:14.2}",
            path.file_name().unwrap_or_default().to_string_lossy().split('.').next().unwrap_or_default(),
            build / product,
            100.0 * build / reading,
            propagation * 1e6 / slices,
        );
    }
}
