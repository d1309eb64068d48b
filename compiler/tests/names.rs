//! Every builtin of the language is known, or stands here with the reason why it is not.

use lac_compiler::program::{NoLoader, Options, lower};
use lac_grammar::FileId;

const NAMES: &str = "\
    matrix rand Rand seq sample frame list nrow ncol length t cbind append rbind rev roll diag lower.tri upper.tri \
    removeEmpty replace order table ctable outer unique aggregate groupedAggregate einsum \
    sum mean avg min pmin max pmax prod var sd trace tr rowSums colSums rowMeans colMeans rowMaxs colMaxs rowMins colMins \
    rowVars colVars rowSds colSds rowProds colProds rowIndexMax rowIndexMin \
    countDistinct rowCountDistinct colCountDistinct countDistinctApprox rowCountDistinctApprox colCountDistinctApprox \
    cumsum rowcumsum cumprod cummin cummax cumsumprod \
    abs exp log sqrt round floor ceil ceiling sign sin cos tan asin acos atan sinh cosh tanh xor \
    bitwAnd bitwOr bitwXor bitwShiftL bitwShiftR is.na isNA is.nan isNaN is.infinite isInf ifelse ppred \
    as.scalar castAsScalar as.matrix as.frame as.list as.double as.integer as.logical as.boolean \
    moment centralMoment cov quantile median interQuartileMean interQuantile \
    cdf icdf pnorm pt pf pchisq pexp qnorm qt qf qchisq qexp contains \
    solve inv inverse cholesky det eigen svd qr lu fft ifft fft_linearized ifft_linearized stft sqrtMatrixJava \
    rowClassMeet rcm read readMM read.csv write print toString stop assert ifdef time eval evalList exists remove \
    paramserv compress decompress local \
    transformencode transformapply transformdecode transformcolmap transformmeta tokenize map detectSchema applySchema \
    colnames typeof freplicate dropInvalidType dropInvalidLength valueSwap getCategoricalMask \
    conv2d conv2d_backward_filter conv2d_backward_data max_pool max_pool_backward avg_pool avg_pool_backward \
    bias_add bias_multiply batch_norm2d batch_norm2d_backward lstm lstm_backward \
    tensor lineage autoDiff sql federated quantize_compress";

const MISSING: &[(&str, &str)] = &[
    ("transformmeta map tokenize freplicate dropInvalidType dropInvalidLength valueSwap", "frames are on their way"),
    ("paramserv", "it is on its way"),
    ("tensor", "a matrix has two dimensions"),
    ("lineage", "values do not keep how they were made"),
    ("autoDiff", "gradients are made of programs, not of a lineage"),
    ("sql federated", "there is one machine, without a database"),
    ("quantize_compress", "numbers keep their bits"),
];

fn is_known(name: &str) -> bool {
    let parsed = lac_grammar::parse(FileId(0), &format!("x = {name}()\n"));
    let mut diagnostics = parsed.diagnostics;
    lower(parsed.script, &Options::default(), &mut NoLoader, &mut diagnostics);
    !diagnostics.iter().any(|d| ["E0203", "E0204"].contains(&d.code))
}

#[test]
fn every_builtin_is_known() {
    let excused = |name: &str| MISSING.iter().any(|(names, _)| names.split(' ').any(|n| n == name));
    let unknown: Vec<&str> = NAMES.split_whitespace().filter(|n| !is_known(n) && !excused(n)).collect();
    assert!(unknown.is_empty(), "{unknown:?}");
}

#[test]
fn a_name_that_is_none() {
    assert!(!is_known("frobnicate"));
}
