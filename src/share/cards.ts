/** Words for what cards say, the same on the page and in the documentation. Pure. */
import { defaults, type Param, type Source } from '../core/params';
import type { AnyMethod } from '../methods/index';

/** Where a default comes from. */
export const SOURCES: Readonly<Record<Source, string>> = {
  paper: 'paper',
  code: 'released code',
  ours: 'ours',
  convention: 'convention',
};

/** Which values a parameter may take. */
export function rangeText(param: Param): string {
  if (param.kind === 'boolean') return 'yes or no';
  if (param.kind === 'table') return `a table of ${param.rows} and ${param.columns}, each cell 0 to 1`;
  if (param.kind === 'choice') return Object.values(param.options).join(', ');
  return `${param.min} to ${param.max}`;
}

/** What a method needs or does beside its loss, as ends of sentences that begin with "it". */
export function traitsOf({ roles, params, phases, prepare, input, predict, extras }: AnyMethod): string[] {
  return [
    roles?.teacher === 'none' ? 'needs no teacher' : '',
    roles?.teacher === 'learns' ? 'trains its own copy of the teacher' : '',
    roles?.teachers ? 'trains teachers of its own' : '',
    roles?.reads ? 'reads the teacher’s features, so the teacher may know other classes' : '',
    roles?.peers ? 'trains several students together' : '',
    phases
      ? `runs in phases: ${Object.values(phases(defaults(params)))
          .map(({ label }) => label)
          .join(', ')}`
      : '',
    extras ? 'adds trained parts that belong to the method' : '',
    prepare ? 'keeps a memory beside its weights' : '',
    input ? 'changes the images it sees' : '',
    predict ? 'answers in its own way when it is tested' : '',
  ].filter(Boolean);
}
