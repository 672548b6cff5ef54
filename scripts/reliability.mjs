/**
 * `npm run reliability`: puts what tests proved (out/proofs, written by `prove` of tests/proof.ts) into
 * docs/reliability.json and docs/reliability.md. A row stays until its test runs again. Rows whose test no longer
 * names them are dropped. What is promised nowhere or missed is written by hand under `missed` of the JSON.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isMain, root } from './root.mjs';

const AREAS = ['Files', 'GPU and worker', 'Saving and resuming', 'Privacy and safety'];

const HEAD = `# Reliability

What can go wrong, what is promised, what was measured, and the test that proves it. Made by the tests themselves
(\`npm run reliability\` after \`npm test\` and \`npm run test:long\`); do not edit. Tests in \`tests/long\` and those that
say so belong to \`npm run test:long\`, all others to \`npm test\`. Figures are of the last run of each test; the GPU
was SwiftShader, which computes on the processor: its figures tell about correctness, not about speed.
`;

const cell = (text) => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

/** The rows of docs/reliability.md with those of a newer run in the place of their ids, in a fixed order. */
export function merge(rows, fresh) {
  const byId = new Map([...rows, ...fresh].map((row) => [row.id, row]));
  return [...byId.values()].sort(
    (a, b) => AREAS.indexOf(a.area) - AREAS.indexOf(b.area) || (a.id < b.id ? -1 : 1),
  );
}

export function page({ rows, missed }) {
  const parts = [HEAD];
  for (const area of AREAS) {
    const own = rows.filter((row) => row.area === area);
    if (own.length === 0) continue;
    const lines = own.map(
      ({ hazard, promise, figure, test }) =>
        `| ${[hazard, promise, figure].map(cell).join(' | ')} | [${test.replace('tests/', '')}](../${test}) |`,
    );
    parts.push(
      `## ${area}\n\n| hazard | promise | measured | test |\n|---|---|---|---|\n${lines.join('\n')}\n`,
    );
  }
  if (missed.length) {
    const lines = missed.map(({ target, why }) => `- ${target}: ${why}`);
    parts.push(`## Not reached, or not proved\n\n${lines.join('\n')}\n`);
  }
  return parts.join('\n');
}

/** Whether a file of the row's name still proves it. */
function proves({ id, test }) {
  const file = join(root, test);
  return existsSync(file) && readFileSync(file, 'utf8').includes(`'${id}'`);
}

export function writeReliability() {
  const file = join(root, 'docs/reliability.json');
  const record = JSON.parse(readFileSync(file, 'utf8'));
  const folder = join(root, 'out/proofs');
  const names = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.json')) : [];
  const fresh = names.map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')));
  const rows = merge(record.rows, fresh).filter(proves);
  const made = { rows, missed: record.missed };
  writeFileSync(file, `${JSON.stringify(made, null, 2)}\n`);
  writeFileSync(join(root, 'docs/reliability.md'), page(made));
  console.log(
    `docs/reliability.md: ${rows.length} rows, ${fresh.length} of them from this machine's last runs`,
  );
}

if (isMain(import.meta.url)) writeReliability();
