import type { Findings, SourceClasses } from '../../../src/data/dataset';

/** The unedited source and the findings of a sound set, for summaries made by hand. */
export function soundParts(
  classNames: readonly string[],
  perClass: readonly number[],
): { readonly source: SourceClasses; readonly findings: Findings } {
  const none = classNames.map(() => 0);
  return {
    source: { labelName: 'label', classNames, perClass, columns: [] },
    findings: {
      channels: { grey: perClass.reduce((a, b) => a + b, 0), colour: 0 },
      perSplit: { train: perClass, validation: none, test: none },
      duplicates: { images: 0, otherClass: 0 },
      leaks: { validation: 0, test: 0 },
    },
  };
}
