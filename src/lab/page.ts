/** docs/kan.md out of docs/kan.json. Pure: the page says nothing that the file does not hold. */
import { count, percent } from '../core/format';
import { BUDGET } from './fit';
import { TARGETS } from './functions';
import type { ImageRecord } from './images';
import type { FitRecord } from './index';
import { CONTESTANTS } from './nets';

export interface LabResults {
  readonly version: 1;
  readonly fits: readonly FitRecord[];
  readonly images?: readonly ImageRecord[];
}

const NOTE = '<!-- Made by `npm run lab` from kan.json. Do not edit. -->';
const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
const mean = (list: readonly number[]): number => list.reduce((a, b) => a + b, 0) / list.length;
const scientific = (value: number): string => value.toExponential(1);

const fitsOf = (fits: readonly FitRecord[], target: string, net: string): readonly FitRecord[] =>
  fits.filter((fit) => fit.target === target && fit.net === net);

/** Mean error of a net on a function; undefined when nothing was measured. */
function errorOf(fits: readonly FitRecord[], target: string, net: string): number | undefined {
  const found = fitsOf(fits, target, net);
  return found.length > 0 ? mean(found.map(({ error }) => error)) : undefined;
}

function cell(fits: readonly FitRecord[], target: string, net: string): string {
  const errors = fitsOf(fits, target, net).map(({ error }) => error);
  if (errors.length === 0) return 'not measured';
  const best = CONTESTANTS.flatMap(({ id }) => errorOf(fits, target, id) ?? []).sort((a, b) => a - b)[0];
  const text = scientific(mean(errors));
  const spread = `${scientific(Math.min(...errors))} to ${scientific(Math.max(...errors))}`;
  return `${mean(errors) === best ? `**${text}**` : text} (${spread})`;
}

/** `66–72 (of 220)`: what is left over all seeds, and what was built. */
function sizes(
  records: readonly { readonly parameters: number; readonly parametersBuilt: number }[],
): string {
  const left = records.map(({ parameters }) => parameters);
  const [low, high] = [Math.min(...left), Math.max(...left)];
  const built = records[0]!.parametersBuilt;
  const text = low === high ? count(low) : `${count(low)}–${count(high)}`;
  return built === high && low === high ? text : `${text} (of ${count(built)})`;
}

/** How S-KAN does against the single families and the MLP, function by function. */
function standing(fits: readonly FitRecord[]): string[] {
  const families = CONTESTANTS.filter(({ id }) => id !== 's-kan' && id !== 'mlp');
  const compared = TARGETS.flatMap(({ id, name }) => {
    const own = errorOf(fits, id, 's-kan');
    const single = families.flatMap((family) => errorOf(fits, id, family.id) ?? []);
    const mlp = errorOf(fits, id, 'mlp');
    if (own === undefined || mlp === undefined || single.length < families.length) return [];
    return [{ name, best: own < Math.min(...single), worst: own < Math.max(...single), mlp: own < mlp }];
  });
  const say = (what: string, wins: readonly { readonly name: string }[]) =>
    `- ${what}: on ${wins.length} of ${compared.length} functions${wins.length ? ` (${wins.map(({ name }) => name.toLowerCase()).join(', ')})` : ''}.`;
  return [
    'S-KAN has the lower mean error',
    '',
    say(
      'than the best single family, chosen for the function afterwards',
      compared.filter(({ best }) => best),
    ),
    say(
      'than the worst single family',
      compared.filter(({ worst }) => worst),
    ),
    say(
      'than the MLP',
      compared.filter(({ mlp }) => mlp),
    ),
  ];
}

function functions(fits: readonly FitRecord[]): string[] {
  const seeds = new Set(fits.map(({ seed }) => seed)).size;
  const head = ['Net', ...TARGETS.map(({ name }) => name)];
  const line = (title: string, cells: (target: string) => string) =>
    row([title, ...TARGETS.map(({ id }) => cells(id))]);
  return [
    '## Functions',
    '',
    `Nets with one hidden layer of 4 nodes learn a function from ${BUDGET.points} points drawn at random from [−1, 1]`,
    `(for the product, its square), without noise: ${count(BUDGET.steps)} full-batch steps of Adam, rate ${BUDGET.rate}, cosine to zero.`,
    'S-KAN spends 30 % of them with all families, 30 % choosing, 40 % pruned; its cosine runs over the last part.',
    'The MLP has one hidden layer of tanh units and at most as many parameters as a pruned S-KAN can have.',
    `Mean squared error on an even grid: mean over ${seeds} seeds of weights and points (lowest to highest). **Bold**: lowest mean.`,
    '',
    row(head),
    row(head.map(() => '---')),
    ...CONTESTANTS.map(({ id, name }) => line(name, (target) => cell(fits, target, id))),
    '',
    ...standing(fits),
    '',
    'Parameters, after pruning (of those built):',
    '',
    row(head),
    row(head.map(() => '---')),
    ...CONTESTANTS.map(({ id, name }) =>
      line(name, (target) => {
        const found = fitsOf(fits, target, id);
        return found.length > 0 ? sizes(found) : '';
      }),
    ),
    '',
    'The functions:',
    '',
    ...TARGETS.map(({ name, formula }) => `- ${name}: ${formula}`),
  ];
}

function imageRow(net: string, records: readonly ImageRecord[]): string {
  const accuracy = records.map((record) => record.accuracy);
  return row([
    net,
    `${percent(mean(accuracy))} (${percent(Math.min(...accuracy))} to ${percent(Math.max(...accuracy))})`,
    sizes(records),
  ]);
}

function images(records: readonly ImageRecord[]): string[] {
  const nets = [...new Set(records.map(({ net }) => net))];
  const seeds = new Set(records.map(({ seed }) => seed)).size;
  return [
    '## Images',
    '',
    '1,000 drawn glyphs of 16 pixels in ten classes, 12 epochs, Adam, 0.003: students that learn from the labels alone.',
    `Accuracy on the test images: mean over ${seeds} seeds of weights and order (lowest to highest).`,
    '',
    row(['Net', 'Accuracy', 'Parameters (of those built)']),
    row(['---', '---', '---']),
    ...nets.map((net) =>
      imageRow(
        net,
        records.filter((record) => record.net === net),
      ),
    ),
  ];
}

export function page({ fits, images: records = [] }: LabResults): string {
  const parts = [
    ...(fits.length > 0 ? [functions(fits)] : []),
    records.length > 0 ? images(records) : ['## Images', '', 'Not measured yet.'],
  ];
  return `${[NOTE, '', '# Selecting KANs, measured', '', 'Functions: `npm run lab -- --fresh`; images: `npm run lab -- --images`.', '', ...parts.flatMap((part) => [...part, ''])].join('\n').trimEnd()}\n`;
}
