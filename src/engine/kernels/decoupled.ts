/** The two parts of decoupled distillation (Zhao et al. 2022, equations 5 to 7), from logits and a one-hot mask. */
import type { Gpu } from '../gpu';
import type { KernelCard } from './kernel';
import { defineRowLoss, type RowLoss } from './row-loss';
import { LOWEST, type RowStep } from './rows';

export const card: KernelCard = {
  id: 'decoupled',
  summary: 'T^2 KL of (true class, others) and T^2 KL among the others, with gradients of both logits.',
  shapes: 'student, teacher, one-hot mask [n, k], any k > 1',
  variants: ['direct', 'tiled', 'subgroup'],
};

/**
 * KL of two coins from their log-odds `a` (target) and `b`. With p the rarer side of `a` and d the difference of
 * the odds seen from that side it is p d + log(1 + p (e^-d - 1)), which keeps small divergences of rare sides.
 * NaN where `a` is infinite, as 0 log 0 is; infinite where only `b` is.
 */
const PRELUDE = `fn sigmoid(x: f32) -> f32 { return select(1.0 / (1.0 + exp(-x)), x, !(x == x)); }
fn exp_less_one(x: f32) -> f32 {
  return select(exp(x) - 1.0, x * (1.0 + x / 2.0 * (1.0 + x / 3.0 * (1.0 + x / 4.0 * (1.0 + x / 5.0)))), abs(x) < 0.1);
}
fn log_plus_one(x: f32) -> f32 {
  return select(log(1.0 + x), x * (1.0 - x * (0.5 - x * (1.0 / 3.0 - x * 0.25))), abs(x) < 0.02);
}
fn coins(a: f32, b: f32) -> f32 {
  if (!(abs(a) <= -(${LOWEST}))) { return bitcast<f32>(bitcast<u32>(a) | 0x7fc00000u); }
  let p = sigmoid(-abs(a));
  let d = select(a - b, b - a, a > 0.0);
  if (!(d == d)) { return d; }
  if (d < -20.0) { return (p - 1.0) * d + log(p + (1.0 - p) * exp(d)); }
  return p * d + log_plus_one(p * exp_less_one(-d));
}
`;

/**
 * `S` and `T` rows: own = logit of the true class, top and sum over the others, all at temperature c[0]. `odds`
 * is the log-odds of the true class against all others.
 */
const STEPS: readonly RowStep[] = [
  { row: 'let T0 = c[0];' },
  {
    max: {
      topS: `select(s[j], T(${LOWEST}), m[j] > T(0.5))`,
      topT: `select(t[j], T(${LOWEST}), m[j] > T(0.5))`,
    },
  },
  {
    sum: {
      sumS: 'select(expo((s[j] - topS) / T0), T(0.0), m[j] > T(0.5))',
      sumT: 'select(expo((t[j] - topT) / T0), T(0.0), m[j] > T(0.5))',
      ownS: 'select(T(0.0), s[j] - topS, m[j] > T(0.5))',
      ownT: 'select(T(0.0), t[j] - topT, m[j] > T(0.5))',
    },
  },
  {
    sum: {
      cross_:
        'select(expo((t[j] - topT) / T0) * (((t[j] - topT) - (s[j] - topS)) / T0), T(0.0), m[j] > T(0.5))',
    },
  },
  {
    row: `let lsS = logarithm(sumS);
  let lsT = logarithm(sumT);
  let oddsS = ownS / T0 - lsS;
  let oddsT = ownT / T0 - lsT;
  let kl = cross_ / sumT - (lsT - lsS);`,
  },
];

const STATS = {
  topS: 'topS',
  lsS: 'lsS',
  oddsS: 'oddsS',
  topT: 'topT',
  lsT: 'lsT',
  oddsT: 'oddsT',
  kl: 'kl',
};
const COMMON = { inputs: ['s', 't', 'm'], constants: true, prelude: PRELUDE, steps: STEPS, stats: STATS };

/** d odds / d logit, times T: 1 at the true class, minus the share among the others elsewhere. */
const slope = (x: string, top: string, ls: string) =>
  `select(-expo((${x}[j] - ${top}) / c[0] - ${ls}), T(1.0), m[j] > T(0.5))`;

export const decoupledTarget: RowLoss = {
  ...COMMON,
  name: 'CondenserDecoupledTarget',
  value: 'T0 * T0 * coins(oddsT, oddsS)',
  gradients: {
    s: `c[0] * (sigmoid(oddsS) - sigmoid(oddsT)) * ${slope('s', 'topS', 'lsS')}`,
    t: `c[0] * sigmoid(oddsT) * sigmoid(-oddsT) * (oddsT - oddsS) * ${slope('t', 'topT', 'lsT')}`,
  },
};

export const decoupledRest: RowLoss = {
  ...COMMON,
  name: 'CondenserDecoupledRest',
  value: 'T0 * T0 * kl',
  gradients: {
    s: `select(c[0] * (expo((s[j] - topS) / c[0] - lsS) - expo((t[j] - topT) / c[0] - lsT)), T(0.0), m[j] > T(0.5))`,
    t: `select(c[0] * expo((t[j] - topT) / c[0] - lsT)
    * (((t[j] - topT) / c[0] - lsT) - ((s[j] - topS) / c[0] - lsS) - kl), T(0.0), m[j] > T(0.5))`,
  },
};

export function registerDecoupled(gpu: Gpu): void {
  defineRowLoss(gpu, decoupledTarget);
  defineRowLoss(gpu, decoupledRest);
}

/** One row: probability of the true class and log-probabilities among the others, in float64. */
function split(x: Float64Array, at: number, label: number, width: number, temperature: number) {
  const others = Array.from({ length: width }, (_, i) =>
    i === label ? -Infinity : x[at + i]! / temperature,
  );
  const top = others.reduce((a, b) => Math.max(a, b));
  const lse = top + Math.log(others.reduce((a, b) => a + Math.exp(b - top), 0));
  return { odds: x[at + label]! / temperature - lse, log: others.map((v) => v - lse) };
}

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
const logSigmoid = (x: number) => -(Math.max(-x, 0) + Math.log1p(Math.exp(-Math.abs(x))));

/** Both parts of each row and their gradients, in float64. `labels` holds the true class of each row. */
export function decoupledTwin(
  s: Float64Array,
  t: Float64Array,
  labels: Int32Array,
  width: number,
  temperature: number,
) {
  const empty = () => ({
    value: new Float64Array(labels.length),
    gradients: { s: new Float64Array(s.length), t: new Float64Array(s.length) },
  });
  const [target, rest] = [empty(), empty()];
  labels.forEach((label, row) => {
    const at = row * width;
    const [a, b] = [split(s, at, label, width, temperature), split(t, at, label, width, temperature)];
    const yes = sigmoid(b.odds) * (logSigmoid(b.odds) - logSigmoid(a.odds));
    const no = sigmoid(-b.odds) * (logSigmoid(-b.odds) - logSigmoid(-a.odds));
    target.value[row] = temperature ** 2 * (yes + no);
    let kl = 0;
    b.log.forEach((l, i) => {
      if (i !== label) kl += Math.exp(l) * (l - a.log[i]!);
    });
    rest.value[row] = temperature ** 2 * kl;
    const pull = sigmoid(a.odds) - sigmoid(b.odds);
    const push = sigmoid(b.odds) * sigmoid(-b.odds) * (b.odds - a.odds);
    for (let i = 0; i < width; i++) {
      const [ps, pt] = [Math.exp(a.log[i]!), Math.exp(b.log[i]!)];
      target.gradients.s[at + i] = temperature * pull * (i === label ? 1 : -ps);
      target.gradients.t[at + i] = temperature * push * (i === label ? 1 : -pt);
      if (i === label) continue;
      rest.gradients.s[at + i] = temperature * (ps - pt);
      rest.gradients.t[at + i] = temperature * pt * (b.log[i]! - a.log[i]! - kl);
    }
  });
  return { target, rest };
}
