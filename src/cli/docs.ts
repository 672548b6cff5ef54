/** The generated pages of docs/: what the cards of the plug-ins say, as Markdown. Pure. */
import type { Param, Schema } from '../core/params';
import { orderedRegimes } from '../data/regimes/index';
import { type AnyMethod, methods } from '../methods/index';
import { models } from '../models/index';
import { rangeText, SOURCES, traitsOf } from '../share/cards';

const NOTE = '<!-- Made by `npm run docs` from the cards in src/. Edit those. -->';

const FAMILIES: Readonly<Record<AnyMethod['family'], string>> = {
  baseline: 'Without a teacher, for comparison',
  logits: 'The teacher’s answers',
  features: 'The teacher’s inner layers',
  relations: 'Relations between images',
  contrastive: 'Contrast',
  online: 'Learning together',
  self: 'The student’s own past',
  'multi-teacher': 'Several teachers',
  input: 'Changed images',
};

/** Text inside a table cell. */
const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

const row = (...cells: readonly string[]): string => `| ${cells.map(cell).join(' | ')} |`;

function shown(param: Param): string {
  if (param.kind === 'boolean') return param.default ? 'yes' : 'no';
  if (param.kind === 'table') return 'none';
  return param.kind === 'choice' ? String(param.options[param.default]) : String(param.default);
}

function parameters(schema: Schema): string[] {
  const all = Object.entries(schema);
  if (all.length === 0) return [];
  const lines = all.map(([key, param]) =>
    row(`\`${key}\``, param.label, shown(param), rangeText(param), param.source ? SOURCES[param.source] : ''),
  );
  return [
    row('Parameter', 'Meaning', 'Default', 'Allowed', 'Default from'),
    row('---', '---', '---', '---', '---'),
    ...lines,
    '',
  ];
}

function citation({ paper }: Pick<AnyMethod, 'paper'>): string {
  if (!paper) return '';
  const venue = /\d{4}$/.test(paper.venue) ? paper.venue : `${paper.venue} ${paper.year}`;
  return `${paper.authors}. [${paper.title}](${paper.url}). ${venue}.`;
}

function traitLine(method: AnyMethod): string[] {
  const list = traitsOf(method);
  return list.length > 0 ? [`It ${list.join('; it ')}.`, ''] : [];
}

function methodSection(method: AnyMethod): string[] {
  return [
    `### ${method.name}`,
    '',
    `\`${method.id}\` · ${method.fidelity}`,
    '',
    method.summary,
    '',
    ...(method.paper ? [citation(method), ''] : []),
    '$$',
    method.formula,
    '$$',
    '',
    `Loss terms: ${Object.entries(method.terms)
      .map(([key, label]) => `${label} (\`${key}\`)`)
      .join(', ')}.`,
    '',
    ...traitLine(method),
    ...(method.deviations ? [`**What differs from the source.** ${method.deviations}`, ''] : []),
    ...parameters(method.params),
  ];
}

/** docs/methods.md: every method with its formula, terms, parameters and deviations. */
export function methodsPage(): string {
  const families = Object.entries(FAMILIES).flatMap(([family, title]) => {
    const members = methods.all.filter((method) => method.family === family);
    return members.length > 0 ? [`## ${title}`, '', ...members.flatMap(methodSection)] : [];
  });
  const index = methods.all.map((m) => row(`\`${m.id}\``, m.name, FAMILIES[m.family], m.summary));
  const head = [row('Id', 'Name', 'Learns from', 'In one sentence'), row('---', '---', '---', '---')];
  return `${[NOTE, '', '# Methods', '', ...head, ...index, '', ...families].join('\n').trimEnd()}\n`;
}

interface Entry {
  readonly year: number;
  readonly title: string;
  readonly line: string;
}

/** docs/papers.md: every paper behind a card, oldest first, with what was changed. */
export function papersPage(): string {
  const ofMethods = methods.all.flatMap((m): Entry[] =>
    m.paper
      ? [
          {
            year: m.paper.year,
            title: m.paper.title,
            line: row(String(m.paper.year), citation(m), `method \`${m.id}\``, m.fidelity, m.deviations),
          },
        ]
      : [],
  );
  const ofModels = models.all.flatMap((m): Entry[] =>
    m.paper
      ? [
          {
            year: m.paper.year,
            title: m.paper.title,
            line: row(
              String(m.paper.year),
              `[${m.paper.title}](${m.paper.url})`,
              `model \`${m.id}\``,
              '',
              m.deviations ?? '',
            ),
          },
        ]
      : [],
  );
  const ofRegimes = orderedRegimes.flatMap((r): Entry[] =>
    r.paper
      ? [
          {
            year: r.paper.year,
            title: r.paper.title,
            line: row(String(r.paper.year), citation(r), `regime \`${r.id}\``, r.fidelity, r.deviations),
          },
        ]
      : [],
  );
  const all = [...ofMethods, ...ofModels, ...ofRegimes].sort(
    (a, b) => a.year - b.year || (a.title < b.title ? -1 : 1),
  );
  const head = [
    row('Year', 'Paper', 'Here', 'Fidelity', 'What differs'),
    row('---', '---', '---', '---', '---'),
  ];
  return `${[NOTE, '', '# Papers', '', ...head, ...all.map((entry) => entry.line)].join('\n')}\n`;
}

/** docs/regimes.md: every regime in the order they take effect, with its parameters and deviations. */
export function regimesPage(): string {
  const sections = orderedRegimes.flatMap((regime) => [
    `## ${regime.name}`,
    '',
    `\`${regime.id}\` · ${regime.fidelity}`,
    '',
    regime.summary,
    '',
    ...(regime.paper ? [citation(regime), ''] : []),
    `**What differs from the source.** ${regime.deviations}`,
    '',
    ...parameters(regime.params),
  ]);
  const intro = [
    'A regime is what a set-up makes of its training images before the students see them. Validation and test',
    'images are never touched; a regime that draws on a second data set may take that one’s instead. Several regimes take effect in the order of this page, each at most once; what does',
    'not go together is refused with the reason. Choose them under Data, in a link, or in a terminal:',
    '',
    '```sh',
    'npm run condenser -- run --regime label-noise:share=0.2 --regime data-pruning:share=0.1,score=el2n',
    'npm run condenser -- run --data photos --target sketches',
    '```',
    '',
    'The teacher sees the images as they are after the last regime it shares.',
    '',
  ];
  return `${[NOTE, '', '# Regimes', '', ...intro, ...sections].join('\n').trimEnd()}\n`;
}

/** File name below docs/ to its text. */
export const pages = (): Readonly<Record<string, string>> => ({
  'methods.md': methodsPage(),
  'papers.md': papersPage(),
  'regimes.md': regimesPage(),
});
