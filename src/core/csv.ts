/** Cells of comma-separated text. */

/**
 * A cell that no spreadsheet program takes for a formula or for two cells, whatever separator it expects. Numbers stay
 * numbers. Wide forms of the signs count as the signs do.
 */
export function cell(text: string): string {
  const safe =
    /^\s*[=+\-@＝＋－＠]|^[\t\r\n]/.test(text) && !/^[+-]?[\d.]+(e[+-]?\d+)?$/i.test(text)
      ? `'${text}`
      : text;
  return /[",;\t\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
