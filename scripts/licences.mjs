/** docs/licences.md: what the built page is made of besides this project's own code, read from package-lock.json. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './root.mjs';

/** Licences that ask for no more than their own text to be kept, for packages that are part of the page. */
const SHIPPED = ['MIT', 'ISC', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', '0BSD', 'CC0-1.0'];
/** For tools, which never leave this machine, weak copyleft as well. */
const TOOLS = [...SHIPPED, 'MPL-2.0'];

/** Whether an SPDX expression of names, AND and OR is covered by a list of names. */
export function allowed(expression, names) {
  const text = expression.replace(/[()]/g, ' ').trim();
  return text
    .split(/\s+AND\s+/)
    .every((part) => part.split(/\s+OR\s+/).some((name) => names.includes(name.trim())));
}

/** Every package of the lock file: name, version, licence, and whether it is only a tool. */
export function packages(lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'))) {
  return Object.entries(lock.packages)
    .filter(([path]) => path !== '')
    .map(([path, entry]) => ({
      name: path.replace(/^.*node_modules\//, ''),
      version: entry.version,
      license: entry.license ?? '',
      tool: Boolean(entry.dev || entry.devOptional),
      integrity: entry.integrity ?? '',
      resolved: entry.resolved ?? '',
      script: Boolean(entry.hasInstallScript),
    }));
}

/** Packages whose licence is not in the list of its kind. */
export const refused = (all) =>
  all.filter(({ license, tool }) => !allowed(license, tool ? TOOLS : SHIPPED)).map(({ name }) => name);

const order = (a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0);

export function licencesPage(all = packages()) {
  const shipped = all.filter(({ tool }) => !tool).sort(order);
  const rows = shipped.map(({ name, version, license }) => `| ${name} | ${version} | ${license} |`);
  const counts = new Map();
  for (const { license, tool } of all) if (tool) counts.set(license, (counts.get(license) ?? 0) + 1);
  const tools = [...counts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, n]) => `${name} (${n})`);
  return `# Licences

Condenser itself is under the MIT licence (see [LICENSE](../LICENSE)). These packages may be part of the built page; a
test refuses any licence but ${SHIPPED.join(', ')}. Made from \`package-lock.json\` by \`npm run docs\`.

| package | version | licence |
|---|---|---|
${rows.join('\n')}

Tools that build and test it, and are no part of the page: ${tools.join(', ')}.
`;
}
