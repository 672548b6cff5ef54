/** Sections whose students saw part of the images: what one regime's students reach beside another's. Pure. */
import type { Config } from '../../core/config';
import { points } from '../../core/format';
import { difference } from '../../core/params';
import { paired, spread, verdict } from '../../core/statistics';
import { regimes } from '../../data/regimes/index';
import { BASELINE, type Section } from '../../share/results';

/** The set-up's regimes as the command line takes them: only what is not the default. */
export const regimeWords = ({ regimes: chosen }: Config): string[] =>
  chosen.map(({ id, params }) => {
    const said = Object.entries(difference(regimes.get(id).params, params));
    return said.length > 0 ? `${id}:${said.map(([key, value]) => `${key}=${value}`).join(',')}` : id;
  });

const baseName = ({ dataset, regime }: Section): string => dataset.name.slice(0, -`, ${regime}`.length);

/** Sections that differ in nothing but which images of equal number are kept. */
function comparable(a: Section, b: Section): boolean {
  return (
    a.trial === undefined &&
    b.trial === undefined &&
    a.regime !== undefined &&
    b.regime !== undefined &&
    baseName(a) === baseName(b) &&
    a.dataset.kept === b.dataset.kept &&
    JSON.stringify(a.budget) === JSON.stringify(b.budget)
  );
}

function compared(a: Section, b: Section): string[] {
  const against = b.rows.find((row) => row.id === BASELINE)?.values['accuracy'] ?? {};
  return a.rows.flatMap((row) => {
    if (row.id === BASELINE) return [];
    const differences = paired(row.values['accuracy'] ?? {}, against);
    const found = spread(differences);
    if (!found) return [];
    const sd = found.sd === undefined ? '' : ` ± ${(100 * found.sd).toFixed(1)}`;
    const said = verdict(differences, 'higher');
    return [
      `- \`${row.id}\` with \`${a.regime}\` against \`${BASELINE}\` with \`${b.regime}\`: ${points(found.mean)}${sd}, **${said}**.`,
    ];
  });
}

/** Students with a teacher under one regime against labels alone under each; empty without such sections. */
export function acrossRegimes(sections: readonly Section[]): string[] {
  const lines = sections.flatMap((a) =>
    sections.flatMap((b) => (a !== b && comparable(a, b) ? compared(a, b) : [])),
  );
  if (lines.length === 0) return [];
  return [
    '## Regimes compared',
    '',
    'Accuracy in points, seed by seed, of students that keep equally many images chosen in different ways; the rule is',
    'that of the claims. *Distilling the Knowledge in Data Pruning* says that a teacher and images by lot are at least',
    'as good as any choice without a teacher.',
    '',
    ...lines,
    '',
  ];
}
