/** Slider position of a number parameter. Pure. */
import type { NumberParam } from '../../core/params';

/** Rounds to the parameter's own grid, or to three significant digits on a logarithmic scale. */
export function snap(param: NumberParam, value: number): number {
  const held = Math.min(param.max, Math.max(param.min, value));
  if (param.integer) return Math.round(held);
  if (param.log) return Number(held.toPrecision(2));
  const step = param.step ?? niceStep(param.max - param.min);
  return Number((param.min + Math.round((held - param.min) / step) * step).toPrecision(10));
}

function niceStep(span: number): number {
  return 10 ** Math.floor(Math.log10(span / 100));
}

export function toShare(param: NumberParam, value: number): number {
  const held = Math.min(param.max, Math.max(param.min, value));
  if (!param.log || param.min <= 0) return (held - param.min) / (param.max - param.min || 1);
  return Math.log(held / param.min) / Math.log(param.max / param.min);
}

export function fromShare(param: NumberParam, share: number): number {
  if (share <= 0) return param.min;
  if (share >= 1) return param.max;
  const value =
    param.log && param.min > 0
      ? param.min * (param.max / param.min) ** share
      : param.min + share * (param.max - param.min);
  return snap(param, value);
}

/** Share of the slider that one arrow key press moves: at least one value further, and at most a hundred presses. */
export function grainOf(param: NumberParam): number {
  const span = param.max - param.min || 1;
  if (param.log) return 0.01;
  const smallest = param.integer ? 1 : (param.step ?? niceStep(span));
  return Math.min(1, Math.max(0.01, smallest / span));
}
