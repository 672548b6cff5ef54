import { matchClasses } from '../../core/class-match';
import type { DataRole } from '../../core/config';

/** What further data sets are called in sentences. */
export const ROLE_WORDS: Readonly<Record<DataRole, string>> = {
  target: 'its target domain',
  pool: 'its pool',
};

const MOST = 12;

const listed = (names: readonly string[]): string =>
  names.length <= MOST
    ? names.join(', ')
    : `${names.slice(0, MOST).join(', ')} and ${names.length - MOST} more`;

/** Which classes of a target domain the first set has too, by name, and what to do about others. */
export function Shared({
  first,
  second,
}: {
  readonly first: readonly string[];
  readonly second: readonly string[];
}) {
  const { shared, onlyFirst, onlySecond } = matchClasses(first, second);
  return (
    <div className="shared-classes">
      <p className="quiet">
        {shared.length} of {first.length} classes are in both
        {shared.length > 0 && `: ${listed(shared)}`}.
      </p>
      {onlyFirst.length > 0 && <p className="quiet">Only in the first set: {listed(onlyFirst)}.</p>}
      {onlySecond.length > 0 && (
        <p className="field-error">
          Not in the first set: {listed(onlySecond)}. Give each the name it has there, or leave it out.
        </p>
      )}
    </div>
  );
}
