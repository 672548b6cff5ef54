import type { StudentConfig } from '../../core/config';
import { misfit } from '../../core/kept-fit';
import { methods, seatsOf } from '../../methods/index';
import type { Seat } from '../../methods/kit';
import { useDataset } from '../../state/dataset';
import { useLibrary } from '../../state/library';
import { editStudent } from '../../state/setup';
import type { NetworkCard } from '../../worker/protocol';
import { SelectField } from '../kit';
import { shortText } from '../library/words';

/** In the list of networks: none of them. */
const TRAINED = { value: '', label: 'Trained in the run' };

function put(student: string, seat: string, key: string): void {
  editStudent(student, ({ members, ...rest }) => {
    const { [seat]: _, ...others } = members ?? {};
    const next = key ? { ...others, [seat]: key } : others;
    return Object.keys(next).length > 0 ? { ...rest, members: next } : rest;
  });
}

interface Props {
  readonly student: StudentConfig;
  readonly networks: readonly NetworkCard[];
}

function SeatField({ id, seat, student, networks }: Props & { readonly id: string; readonly seat: Seat }) {
  const data = useDataset((dataset) => dataset.current);
  const key = student.members?.[id] ?? '';
  const chosen = networks.find((network) => network.key === key);
  const { height, width, channels } = data?.shape ?? { height: 0, width: 0, channels: 0 };
  const problem =
    chosen && data
      ? misfit(chosen, seat, {
          image: [height, width, channels],
          classNames: data.classNames,
          model: student.model,
        })
      : undefined;
  return (
    <>
      <SelectField
        label={seat.name}
        value={key}
        options={[
          TRAINED,
          ...networks.map((network) => ({ value: network.key, label: shortText(network) })),
          ...(key && !chosen ? [{ value: key, label: 'Not in this browser' }] : []),
        ]}
        onChange={(next) => put(student.key, id, next)}
      />
      {problem && <p className="field-error">{problem}</p>}
    </>
  );
}

/** Kept networks that stand in for networks of the method; nothing for a method without such places. */
export function Members({ student }: { student: StudentConfig }) {
  const networks = useLibrary((library) => library.networks) ?? [];
  const data = useDataset((dataset) => dataset.current);
  if (!methods.has(student.method.id)) return null;
  const classNames = data?.classNames ?? [];
  const facts = { classes: classNames.length, classNames, groups: data?.groups ?? [], tasks: [] };
  const seats = Object.entries(seatsOf(methods.get(student.method.id), student.method.params, facts));
  if (seats.length === 0) return null;
  return (
    <>
      <h3>Kept networks</h3>
      {networks.length === 0 && (
        <p className="quiet">None has been kept in this browser yet; all are trained in the run.</p>
      )}
      {seats.map(([id, seat]) => (
        <SeatField key={id} id={id} seat={seat} student={student} networks={networks} />
      ))}
    </>
  );
}
