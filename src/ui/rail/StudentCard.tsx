import { lazy, Suspense } from 'react';
import { optimizerSchema, type StudentConfig } from '../../core/config';
import { percent } from '../../core/format';
import { methods, refusalOf } from '../../methods/index';
import { models } from '../../models/index';
import { useRun } from '../../state/run';
import { duplicateStudent, editStudent, methodChoice, modelChoice, removeStudent } from '../../state/setup';
import { inspect, select, useView } from '../../state/view';
import { ChoiceForm } from '../controls/ChoiceForm';
import { ParamForm } from '../controls/ParamForm';
import { TableNotices } from '../controls/TableControl';
import { Words } from '../glossary/Words';
import { cardOf, useNames, useSurroundings } from '../hooks';
import { Icon, IconButton, SelectField } from '../kit';
import { Swatch } from '../Swatch';
import { mainParams } from './cards';
import { Divergence } from './Divergence';

const Members = lazy(() => import('./Members').then((part) => ({ default: part.Members })));

function useRelativeSize(key: string): string {
  const learners = useRun((run) => run.learners);
  const own = learners.find((l) => l.key === key)?.parameters;
  const teacher = learners.find((l) => l.key === 'teacher')?.parameters;
  return own && teacher ? `${percent(own / teacher, own / teacher < 0.1 ? 1 : 0)} of teacher` : '';
}

interface Props {
  readonly student: StudentConfig;
  /** Why the student cannot be removed; empty when it can. */
  readonly keep: string;
  readonly full: boolean;
}

function Actions({ student, keep, full }: Props) {
  const { key, hidden } = student;
  const name = cardOf(student.method.id).name;
  return (
    <div className="card-actions">
      <IconButton
        small
        label={hidden ? `Draw ${name}` : `Hide ${name}`}
        pressed={hidden}
        onClick={() => editStudent(key, (s) => ({ ...s, hidden: !s.hidden }))}
      >
        <Icon name={hidden ? 'hidden' : 'eye'} size={14} />
      </IconButton>
      <IconButton small label={`Duplicate ${name}`} disabled={full} onClick={() => duplicateStudent(key)}>
        <Icon name="copy" size={14} />
      </IconButton>
      <IconButton
        small
        label={keep || `Remove ${name}`}
        disabled={keep !== ''}
        onClick={() => removeStudent(key)}
      >
        <Icon name="trash" size={14} />
      </IconButton>
    </div>
  );
}

function Settings({ student, main }: { student: StudentConfig; main: readonly string[] }) {
  const { key, method, model, optimizer } = student;
  const card = cardOf(method.id);
  return (
    <div className="card-settings">
      <SelectField
        label="Method"
        value={method.id}
        options={methods.all.map((m) => ({ value: m.id, label: m.name }))}
        onChange={(id) => editStudent(key, ({ members: _, ...s }) => ({ ...s, method: methodChoice(id) }))}
      />
      <ParamForm
        schema={card.params}
        values={method.params}
        except={main}
        onChange={(param, value) => setParam(key, param, value)}
      />
      <Suspense fallback={null}>
        <Members student={student} />
      </Suspense>
      <h3>Network</h3>
      <ChoiceForm
        label="Kind"
        registry={models}
        choice={model}
        onChange={(next) => editStudent(key, (s) => ({ ...s, model: next }))}
        start={(id) => modelChoice(id, 'student')}
      />
      <h3>Optimiser</h3>
      <ParamForm
        schema={optimizerSchema}
        values={optimizer}
        onChange={(param, value) =>
          editStudent(key, (s) => ({ ...s, optimizer: { ...s.optimizer, [param]: value } }))
        }
      />
    </div>
  );
}

function setParam(key: string, param: string, value: number | boolean | string): void {
  editStudent(key, (s) => ({
    ...s,
    method: { ...s.method, params: { ...s.method.params, [param]: value } },
  }));
}

/** Network and size, and the ways to more. */
function Foot({ student, unfolded }: { student: StudentConfig; unfolded: boolean }) {
  const { key, model } = student;
  const size = useRelativeSize(key);
  const name = models.has(model.id) ? models.get(model.id).name : model.id;
  return (
    <div className="card-foot">
      <span className="quiet">{[name, size].filter(Boolean).join(' · ')}</span>
      <IconButton
        small
        label={`About ${cardOf(student.method.id).name}`}
        onClick={() => {
          select(key);
          inspect('method');
        }}
      >
        <Icon name="info" size={14} />
      </IconButton>
      <button
        type="button"
        className="text-button"
        aria-expanded={unfolded}
        onClick={() => useView.setState({ unfolded: unfolded ? undefined : key })}
      >
        {unfolded ? 'Fewer settings' : 'Settings'}
      </button>
    </div>
  );
}

/** One student: method, what it does, its main sliders; everything else behind the arrow. */
export function StudentCard({ student, keep, full }: Props) {
  const names = useNames();
  const unfolded = useView((view) => view.unfolded === student.key);
  const selected = useView((view) => view.selected === student.key);
  const card = cardOf(student.method.id);
  const main = mainParams(card.params);
  const summary = methods.has(student.method.id) ? methods.get(student.method.id).summary : '';
  const refusal = refusalOf(student.method, useSurroundings());
  return (
    <article
      className={`card${selected ? ' card-selected' : ''}${student.hidden ? ' card-hidden' : ''}`}
      aria-label={names.label(student.key)}
    >
      <div className="card-head">
        <button
          type="button"
          className="card-name"
          onClick={() => select(student.key)}
          aria-pressed={selected}
        >
          <Swatch look={names.look(student.key)} />
          <span>{names.label(student.key)}</span>
        </button>
        <Actions student={student} keep={keep} full={full} />
      </div>
      <p className="card-summary">
        <Words>{summary}</Words>
      </p>
      {refusal && <p className="field-error">{refusal}</p>}
      {main.length > 0 && (
        <ParamForm
          schema={card.params}
          values={student.method.params}
          only={main}
          onChange={(param, value) => setParam(student.key, param, value)}
        />
      )}
      <TableNotices schema={card.params} values={student.method.params} />
      <Divergence student={student} />
      <Foot student={student} unfolded={unfolded} />
      {unfolded && <Settings student={student} main={main} />}
    </article>
  );
}
