import type { Build, Ops, Shape, Tensor } from '../engine/types';
import { boolean, defineMethod, ifWeighted, integer, mapShape, number, pairTaps } from './kit';

const pairAt = <A, B>(pairs: readonly (readonly [A, B])[], stage: number) =>
  pairs[Math.min(stage, pairs.length) - 1] as readonly [A, B];

/** The regressor: 1x1 at one size, 3x3 with stride 2 from twice the size, 4x4 transposed from half of it. */
function regressor(build: Build, from: Shape, to: Shape, normalise: boolean): (x: Tensor) => Tensor {
  const [h = 1, w = 1] = from;
  const [height = 1, width = 1, channels = 1] = to;
  const conv = () => {
    if (2 * h === height && 2 * w === width) return build.upConv('hint', from, channels);
    const twice = h === 2 * height && w === 2 * width;
    return build.conv(
      'hint',
      from,
      channels,
      twice ? { kernel: 3, stride: 2, bias: true } : { kernel: 1, bias: true },
    );
  };
  const layer = conv();
  if (!normalise) return layer;
  const norm = build.batchNorm('hint/norm', layer.out, { relu: true });
  return (x) => norm(layer(x));
}

const inOneSize = (ops: Ops, student: Tensor, teacher: Tensor) =>
  ops.poolToSmaller(ops.toMap(student), ops.toMap(teacher));

/** Romero et al. 2015, equation 3, with the regressor of RepDistiller and mdistiller. */
export default defineMethod({
  id: 'fitnet',
  name: 'FitNets',
  family: 'features',
  paper: {
    title: 'FitNets: Hints for Thin Deep Nets',
    authors:
      'Adriana Romero, Nicolas Ballas, Samira Ebrahimi Kahou, Antoine Chassang, Carlo Gatta, Yoshua Bengio',
    venue: 'ICLR',
    year: 2015,
    url: 'https://arxiv.org/abs/1412.6550',
  },
  summary: 'The student reproduces one inner layer of the teacher through a small trained translator.',
  formula: String.raw`L = w_{ce}\,\mathrm{CE}(z_s,y) + w_{kd}T^2\,\overline{\mathrm{KL}(p_t^T\Vert p_s^T)} + w\,\overline{(r(F_s)-F_t)^2},\quad r=\mathrm{ReLU}\circ\mathrm{BN}\circ\mathrm{conv}`,
  fidelity: 'adapted',
  deviations:
    'The paper trains the hint first and distils then; as in the public code bases both happen at once. Defaults: weight 1 beside plain distillation (0.1 and 0.9); released are 100, labels 1 and no distillation, which fell behind plain training in short runs. Maps whose sizes are not equal, double or half are average-pooled to the smaller one.',
  params: {
    weight: number('Weight of the hint', 1, {
      min: 0,
      max: 200,
      source: 'ours',
      help: 'How much the inner layer counts. Released: 100.',
    }),
    stage: integer('Hint layer', 2, {
      min: 1,
      max: 8,
      source: 'code',
      help: 'Which pair of inner layers, counted from the input; the last one if there are fewer.',
    }),
    normalise: boolean('Normalise and rectify', true, {
      source: 'code',
      advanced: true,
      help: 'Batch norm and ReLU behind the translator, as in the public code; off: a plain convolution.',
    }),
    ceWeight: number('Weight of the labels', 0.1, {
      min: 0,
      max: 2,
      step: 0.05,
      source: 'ours',
      help: 'How much the true labels count. Released: 1.',
    }),
    kdWeight: number('Weight of distillation', 0.9, {
      min: 0,
      max: 10,
      step: 0.05,
      source: 'ours',
      help: 'Plain distillation beside the hint. Released: 0.',
    }),
    temperature: number('Temperature', 4, {
      min: 1,
      max: 20,
      step: 0.5,
      source: 'convention',
      help: 'Of the plain distillation.',
    }),
  },
  terms: { ce: 'Labels', kd: 'Teacher', hint: 'Inner layer' },
  roles: { reads: ({ kdWeight }) => (kdWeight === 0 ? 'features' : 'answers') },
  panels: {
    maps: { kind: 'heatmap', title: 'Mean over channels, first image: translated student, teacher' },
  },
  extras(build, { params, student, teacher }) {
    const [from, to] = pairAt(pairTaps(student.taps, teacher?.taps ?? {}), params.stage).map(mapShape) as [
      Shape,
      Shape,
    ];
    return { regress: regressor(build, from, to, params.normalise) };
  },
  losses({ ops, params, extras, student, teacher, supervised }) {
    const [from, to] = pairAt(pairTaps(student.taps, teacher.taps), params.stage);
    const [made, wanted] = inOneSize(ops, extras.regress(ops.toMap(from)), to);
    return {
      ce: ops.mul(supervised, params.ceWeight),
      kd: ifWeighted(ops, params.kdWeight, () =>
        ops.distillation(student.logits, teacher.logits, params.temperature),
      ),
      hint: ops.mul(ops.meanSquaredError(made, wanted), params.weight),
    };
  },
  probe({ ops, params, extras, student, teacher }) {
    const [from, to] = pairAt(pairTaps(student.taps, teacher.taps), params.stage);
    const maps = inOneSize(ops, extras.regress(ops.toMap(from)), to);
    const seen = maps.map((map) => ops.squeeze(ops.slice(ops.mean(map, -1), 0, 1), [0]));
    return { maps: ops.concat(seen, 1) };
  },
});
