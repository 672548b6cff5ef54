/** The sentence behind a control. Pure. */
import type { Param, Source } from '../../core/params';

const SOURCES: Readonly<Record<Source, string>> = {
  paper: 'from the paper',
  code: "from the authors' code",
  ours: 'our choice',
  convention: 'common practice',
};

const sourceText = (param: Param): string => (param.source ? SOURCES[param.source] : '');

export function helpOf(param: Param): string {
  const from = sourceText(param);
  const standard = param.kind === 'table' ? 'none' : String(param.default);
  const origin = from ? `Default ${standard}, ${from}.` : `Default ${standard}.`;
  return [param.help, origin].filter(Boolean).join(' ');
}
