/** Numbers and sizes as a person reads them. */

export const percent = (share: number, digits = 1): string => `${(100 * share).toFixed(digits)}%`;

/** Made once: making one costs more than using it. */
const WHOLE = new Intl.NumberFormat('en-US');

export function count(n: number): string {
  return WHOLE.format(n);
}

export function bytes(n: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let unit = 0;
  let value = n;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`;
}

/** Seconds left, rounded to what an estimate is worth: 5 s, 30 s, 1 min. */
export function duration(seconds: number): string {
  if (!Number.isFinite(seconds)) return 'unknown';
  if (seconds < 60) return `${Math.max(5, Math.ceil(seconds / 5) * 5)} s`;
  if (seconds < 3600) return `${Math.ceil(seconds / 60)} min`;
  return `${Math.floor(seconds / 3600)} h ${Math.round((seconds % 3600) / 60)} min`;
}

/** Four significant digits, without trailing zeros. */
export function short(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  return String(Number(value.toPrecision(4)));
}

/** A difference of two shares, in points and with its sign; zero has none. */
export function points(difference: number): string {
  const text = Math.abs(100 * difference).toFixed(1);
  return text === '0.0' ? text : `${difference < 0 ? '−' : '+'}${text}`;
}
