/** Text from outside: control and formatting characters removed, cut at `limit`. */
export function cleanText(raw: unknown, limit: number): string {
  if (typeof raw !== 'string') return '';
  return [...raw.replace(/[\p{Cc}\p{Cf}]/gu, '')].slice(0, limit).join('');
}
