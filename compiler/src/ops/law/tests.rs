//! Probabilities against values computed with 60 digits, and quantiles against probabilities.

use super::Family::{Binomial, ChiSquared, Exponential, F, Normal, Student};
use super::{Family, Law};

/// Family, parameters, x, probability of values up to x, of those above.
#[rustfmt::skip]
#[allow(clippy::excessive_precision)]
const KNOWN: &[(Family, [f64; 2], f64, f64, f64)] = &[
    (Normal, [0.0, 1.0], -37.0, 5.7255712225245768e-300, 1.0),
    (Normal, [0.0, 1.0], -8.0, 6.2209605742717841e-16, 0.99999999999999938),
    (Normal, [0.0, 1.0], -1.5, 0.066807201268858066, 0.93319279873114193),
    (Normal, [0.0, 1.0], -0.1, 0.46017216272297102, 0.53982783727702898),
    (Normal, [0.0, 1.0], 0.0, 0.5, 0.5),
    (Normal, [0.0, 1.0], 1e-09, 0.50000000039894228, 0.49999999960105772),
    (Normal, [0.0, 1.0], 0.7, 0.75803634777692697, 0.24196365222307303),
    (Normal, [0.0, 1.0], 2.5, 0.99379033467422386, 0.0062096653257761352),
    (Normal, [0.0, 1.0], 9.0, 1.0, 1.1285884059538406e-19),
    (Normal, [3.0, 0.5], -2.0, 7.6198530241605261e-24, 1.0),
    (Normal, [3.0, 0.5], 2.9, 0.42074029056089691, 0.57925970943910309),
    (Normal, [3.0, 0.5], 4.75, 0.99976737092096447, 0.00023262907903552504),
    (Student, [1.0, 0.0], -100000000.0, 3.1830988618379066e-9, 0.99999999681690114),
    (Student, [1.0, 0.0], -3.0, 0.10241638234956673, 0.89758361765043327),
    (Student, [1.0, 0.0], -0.25, 0.42202086962263067, 0.57797913037736933),
    (Student, [1.0, 0.0], 1e-06, 0.50000031830988618, 0.49999968169011382),
    (Student, [1.0, 0.0], 0.5, 0.64758361765043327, 0.35241638234956673),
    (Student, [1.0, 0.0], 40.0, 0.99204391008797419, 0.0079560899120258133),
    (Student, [3.5, 0.0], -20.0, 4.912908243274008e-5, 0.99995087091756726),
    (Student, [3.5, 0.0], 0.3, 0.60943329508005518, 0.39056670491994482),
    (Student, [3.5, 0.0], 7.0, 0.99822358190009787, 0.0017764180999021321),
    (Student, [1e7, 0.0], 2.0, 0.97724985455407852, 0.022750145445921477),
    (Student, [1e9, 0.0], 2.0, 0.97724986791684338, 0.022750132083156624),
    (Student, [1e11, 0.0], -3.5, 0.00023262907913670169, 0.9997673709208633),
    (Student, [1e15, 0.0], 0.25, 0.5987063256829237, 0.4012936743170763),
    (Student, [1e308, 0.0], 0.25, 0.59870632568292372, 0.40129367431707628),
    (F, [3.0, 1e8], 2.0, 0.88838976760746151, 0.11161023239253849),
    (F, [3.0, 1e12], 0.7, 0.44808723666005623, 0.55191276333994377),
    (F, [1e12, 3.0], 2.0, 0.68227033033629912, 0.31772966966370088),
    (F, [40.0, 1e9], 1.2, 0.81973947959199081, 0.18026052040800919),
    (F, [1e22, 1e22], 1.0, 0.5, 0.5),
    (F, [1e308, 1e308], 1.0, 0.5, 0.5),
    (Student, [250.0, 0.0], -5.0, 5.3990553811218272e-7, 0.99999946009446189),
    (Student, [250.0, 0.0], -1.0, 0.15913871111672731, 0.84086128888327269),
    (Student, [250.0, 0.0], 0.01, 0.50398536869727815, 0.49601463130272185),
    (Student, [250.0, 0.0], 3.0, 0.99851366895441117, 0.0014863310455888276),
    (F, [3.0, 7.0], 1e-06, 1.5241689050875846e-9, 0.99999999847583109),
    (F, [3.0, 7.0], 0.2, 0.10683204433751021, 0.89316795566248979),
    (F, [3.0, 7.0], 1.0, 0.55292038653151644, 0.44707961346848356),
    (F, [3.0, 7.0], 4.5, 0.95361885392126584, 0.046381146078734163),
    (F, [3.0, 7.0], 300.0, 0.99999990625843834, 9.3741561663910232e-8),
    (F, [0.5, 120.0], 1e-09, 0.0043801037413815217, 0.99561989625861848),
    (F, [0.5, 120.0], 0.7, 0.68860979470863757, 0.31139020529136243),
    (F, [0.5, 120.0], 25.0, 0.99982219996958146, 0.00017780003041853571),
    (F, [400.0, 90.0], 0.5, 2.9788153129889716e-6, 0.99999702118468701),
    (F, [400.0, 90.0], 1.0, 0.4861099304300921, 0.5138900695699079),
    (F, [400.0, 90.0], 1.3, 0.93438803029718767, 0.065611969702812335),
    (F, [400.0, 90.0], 2.5, 0.99999968861245818, 3.1138754182044539e-7),
    (ChiSquared, [1.0, 0.0], 1e-12, 7.9788456080273237e-7, 0.9999992021154392),
    (ChiSquared, [1.0, 0.0], 0.3, 0.41611757922963482, 0.58388242077036518),
    (ChiSquared, [1.0, 0.0], 3.84, 0.9499564787512949, 0.050043521248705103),
    (ChiSquared, [1.0, 0.0], 60.0, 0.99999999999999051, 9.4857375710738484e-15),
    (ChiSquared, [1.0, 0.0], 700.0, 1.0, 2.9902269751246203e-154),
    (ChiSquared, [0.02, 0.0], 1e-30, 0.50056556402276542, 0.49943443597723458),
    (ChiSquared, [0.02, 0.0], 0.1, 0.97554788399302025, 0.024452116006979748),
    (ChiSquared, [0.02, 0.0], 10.0, 0.99998824648058725, 1.1753519412750849e-5),
    (ChiSquared, [7.0, 0.0], 0.01, 7.5694096596934231e-10, 0.99999999924305903),
    (ChiSquared, [7.0, 0.0], 6.0, 0.46025064960444259, 0.53974935039555741),
    (ChiSquared, [7.0, 0.0], 30.0, 0.99990504027491866, 9.4959725081341838e-5),
    (ChiSquared, [2000.0, 0.0], 1700.0, 2.9708126007116911e-7, 0.99999970291873993),
    (ChiSquared, [2000.0, 0.0], 1999.0, 0.49789662411250702, 0.50210337588749298),
    (ChiSquared, [2000.0, 0.0], 2001.0, 0.51051071092317903, 0.48948928907682097),
    (ChiSquared, [2000.0, 0.0], 2300.0, 0.99999712622393961, 2.8737760603923576e-6),
    (Exponential, [2.5, 0.0], 1e-15, 2.4999999999999971e-15, 0.9999999999999975),
    (Exponential, [2.5, 0.0], 0.3, 0.52763344725898528, 0.47236655274101472),
    (Exponential, [2.5, 0.0], 4.0, 0.99995460007023752, 4.5399929762484852e-5),
    (Exponential, [2.5, 0.0], 100.0, 1.0, 2.6691902155412764e-109),
    (Binomial, [20.0, 0.25], 3.0, 0.225156047664313519, 0.774843952335686481),
    (Binomial, [20.0, 0.25], 3.9, 0.225156047664313519, 0.774843952335686481),
    (Binomial, [7.0, 0.5], 0.0, 0.0078125, 0.9921875),
    (Binomial, [40.0, 0.001], 2.0, 0.999990390260057754, 0.00000960973994224602809),
    (Binomial, [1000.0, 0.3], 250.0, 0.000259803036528931419, 0.999740196963471069),
    (Binomial, [1000.0, 0.3], 299.0, 0.488072515992851876, 0.511927484007148124),
    (Binomial, [1000.0, 0.3], 400.0, 0.999999999992969852, 7.03014753026684024e-12),
    (Binomial, [7.0, 0.0], 0.0, 1.0, 0.0),
    (Binomial, [7.0, 1.0], 6.0, 0.0, 1.0),
    (Binomial, [7.0, 1.0], 7.0, 1.0, 0.0),
];

fn near(found: f64, expected: f64, tolerance: f64) -> bool {
    (found - expected).abs() <= tolerance * expected.abs()
}

#[test]
fn probabilities_of_both_tails() {
    for &(family, parameters, x, below, above) in KNOWN {
        let law = Law { family, parameters };
        for (lower, expected) in [(true, below), (false, above)] {
            let found = law.probability(x, lower);
            assert!(near(found, expected, 1e-12), "{law:?} at {x}: {found:e}, not {expected:e}");
        }
    }
}

/// A probability is rounded: what that makes of x is its error over the density.
#[test]
fn quantiles_invert_probabilities() {
    for &(family, parameters, x, below, above) in KNOWN {
        let law = Law { family, parameters };
        if below < 1e-300 || above < 1e-12 && family.is_continuous() {
            continue;
        }
        if !family.is_continuous() {
            assert_eq!(law.quantile(law.probability(x, true)), x.floor(), "{law:?}");
            continue;
        }
        let found = law.quantile(below);
        let h = 1e-6 * x.abs().max(1e-12);
        let density = (law.probability(x + h, true) - law.probability(x - h, true)) / (2.0 * h);
        let rounding = if density > 0.0 { 2e-16 * below / density } else { 0.0 };
        assert!((found - x).abs() <= 1e-12 * x.abs() + 4.0 * rounding, "{law:?} of {below}: {found:e}, not {x:e}");
    }
}

#[test]
fn ends_and_symmetry() {
    for family in Family::ALL.into_iter().filter(|f| f.is_continuous()) {
        let law = Law { family, parameters: if family == Normal { [0.0, 1.0] } else { [3.0, 4.0] } };
        assert_eq!((law.probability(f64::INFINITY, true), law.probability(f64::NEG_INFINITY, true)), (1.0, 0.0));
        let least = if family.is_positive() { 0.0 } else { f64::NEG_INFINITY };
        assert_eq!((law.quantile(0.0), law.quantile(1.0)), (least, f64::INFINITY));
        assert!(law.probability(f64::NAN, true).is_nan() && law.quantile(1.5).is_nan());
        // the quantiles rise with the probabilities, over all their range
        let probabilities = (-300..=-3).map(|e| 10f64.powi(e)).chain((1..100).map(|k| f64::from(k) * 0.01));
        let mut quantiles: Vec<f64> = probabilities.map(|p| law.quantile(p)).collect();
        let sorted = quantiles.clone();
        quantiles.sort_by(f64::total_cmp);
        assert!(quantiles.iter().zip(&sorted).filter(|(a, b)| a != b).count() <= 4, "{law:?}: {sorted:?}");
    }
    let law = Law { family: Binomial, parameters: [5.0, 0.25] };
    assert_eq!([0.0, 1.0].map(|p| law.quantile(p)), [0.0, 5.0]);
    assert_eq!([-0.5, 5.0, f64::INFINITY].map(|x| law.probability(x, true)), [0.0, 1.0, 1.0]);
    for df in [0.7, 1.0, 5.0, 1e9] {
        let law = Law { family: Student, parameters: [df, 0.0] };
        assert_eq!(law.quantile(0.5), 0.0);
        assert!(near(law.quantile(0.25), -law.quantile(0.75), 1e-15));
    }
}

/// All of the law lies beside 1: the last digits of x decide.
#[test]
fn laws_beside_one() {
    for (parameters, x, below) in [
        ([1e13, 3e12], 1.000001, 0.858_627_090_639_560_8),
        ([1e13, 1e13], 0.9999995, 0.214_597_592_552_799_9),
        ([4e7, 1e13], 1.0003, 0.910_133_648_696_500_7),
    ] {
        let law = Law { family: F, parameters };
        assert!(near(law.probability(x, true), below, 1e-9), "{law:?}");
        assert!(near(law.quantile(below), x, 1e-11), "{law:?}");
    }
}

/// On both sides of where the uniform expansion takes over.
#[test]
fn many_degrees_of_freedom() {
    for (df, x, expected) in [
        (1.9e9, 1_900_100_000.0, 0.947_619_366_732_182_1),
        (3e9, 2_999_900_000.0, 0.098_351_806_379_603_05),
        (3e9, 3_000_200_000.0, 0.995_087_668_632_766),
        (3e9, 3e9, 0.500_003_433_548_462_4),
    ] {
        let law = Law { family: ChiSquared, parameters: [df, 0.0] };
        let found = law.probability(x, true);
        assert!(near(found, expected, 1e-10), "{df} {x}: {found:e}");
    }
}
