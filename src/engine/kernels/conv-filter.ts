/**
 * The filter gradient of a convolution without workgroup memory: an invocation owns one filter row's taps for four
 * input and four output channels and walks along output rows; splits over rows are summed in a second pass.
 */
import { bindings, cover, main } from '../wgsl';
import type { Program } from './conv-direct';
import type { ConvShape } from './conv-shape';
import { lanesOf, unroll } from './kernel';

const MOST_ACCUMULATORS = 20;

interface FilterPlan extends Program {
  readonly splits: number;
}

/** dw[kh, kw, i, o] = sum over b, oh, ow of x[b, oh s + kh - top, ow s + kw - left, i] dy[b, oh, ow, o]. */
export function convFilter(c: ConvShape): FilterPlan {
  const input = lanesOf(c.inputs);
  const output = lanesOf(c.outputs);
  const [deep, wide] = [c.inputs / input.lanes, c.outputs / output.lanes];
  const taps = c.kernelWidth * input.lanes <= MOST_ACCUMULATORS ? c.kernelWidth : 1;
  const blocks = c.kernelWidth / taps;
  const rows = c.batch * c.outHeight;
  const tiles = c.kernelHeight * blocks * deep * wide;
  let splits = 1;
  while (splits < rows && tiles * splits < 2048 && splits < 64) splits *= 2;
  const per = Math.ceil(rows / splits);
  splits = Math.ceil(rows / per);
  const n = tiles * splits;
  // With stride 1 each step shifts the window by one pixel, so one new load serves all taps.
  const sliding = taps > 1 && c.strideWidth === 1;
  const load = (ow: string, t: number) => `pixel(at, ${ow} * ${c.strideWidth} + kw + ${t - c.left}, i)`;
  const window = sliding
    ? `${unroll(taps - 1, (t) => `v${t} = v${t + 1};`, ' ')} v${taps - 1} = ${load('ow', taps - 1)};`
    : unroll(taps, (t) => `v${t} = ${load('ow', t)};`, ' ');
  const lane = (t: number, j: number) => (input.lanes === 4 ? `v${t}[${j}]` : `v${t}`);
  const code = `${bindings(`x: ${input.type}`, `dy: ${output.type}`, `dw: ${output.type}!`)}
fn pixel(at: i32, iw: i32, i: i32) -> ${input.type} {
  let inside = iw >= 0 && iw < ${c.width};
  return select(${input.type}(), x[select(0, at + iw * ${deep} + i, inside)], inside);
}
${main(n)}
  let o = idx % ${wide};
  var rest = idx / ${wide};
  let i = rest % ${deep};
  rest = rest / ${deep};
  let kw = (rest % ${blocks}) * ${taps};
  rest = rest / ${blocks};
  let kh = rest % ${c.kernelHeight};
  let s = rest / ${c.kernelHeight};
  ${unroll(taps, (t) => unroll(input.lanes, (j) => `var w${t}_${j} = ${output.type}();`, ' '))}
  for (var row = s * ${per}; row < min(${rows}, (s + 1) * ${per}); row++) {
    let ih = (row % ${c.outHeight}) * ${c.strideHeight} + kh - ${c.top};
    if (ih < 0 || ih >= ${c.height}) { continue; }
    let at = ((row / ${c.outHeight}) * ${c.height} + ih) * ${c.width * deep};
    ${unroll(taps, (t) => `var v${t} = ${sliding && t > 0 ? load('0', t - 1) : `${input.type}()`};`, ' ')}
    for (var ow = 0; ow < ${c.outWidth}; ow++) {
      let d = dy[(row * ${c.outWidth} + ow) * ${wide} + o];
      ${window}
      ${unroll(taps, (t) => unroll(input.lanes, (j) => `w${t}_${j} += d * ${lane(t, j)};`, ' '), '\n      ')}
    }
  }
  let to = s * ${c.kernelHeight * c.kernelWidth * c.inputs * wide} + ((kh * ${c.kernelWidth} + kw) * ${c.inputs} + i * ${input.lanes}) * ${wide} + o;
  ${unroll(taps, (t) => unroll(input.lanes, (j) => `dw[to + ${(t * c.inputs + j) * wide}] = w${t}_${j};`, ' '))}
}`;
  return { code, groups: cover(n), splits };
}
