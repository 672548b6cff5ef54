import type { Param } from '../../core/params';
import { methods } from '../../methods/index';
import { models } from '../../models/index';
import { useSetup } from '../../state/setup';
import { useView } from '../../state/view';
import { helpOf } from '../controls/help';
import { useNames, useShownConfig } from '../hooks';
import { Swatch } from '../Swatch';
import { Formula } from './Formula';

function Paper({ id }: { id: string }) {
  const paper = methods.get(id).paper;
  if (!paper) return <p className="quiet">A baseline without a paper of its own.</p>;
  return (
    <p>
      {paper.authors}:{' '}
      <a href={paper.url} target="_blank" rel="noreferrer">
        {paper.title}
      </a>
      . {paper.venue}
      {/\b(19|20)\d\d\b/.test(paper.venue) ? '' : ` ${paper.year}`}
    </p>
  );
}

/** The words the controls use for the value. */
function shownValue(param: Param, value: unknown): string {
  if (param.kind === 'boolean') return value ? 'on' : 'off';
  return (param.kind === 'choice' ? param.options[String(value)] : undefined) ?? String(value);
}

function Parameters({
  params,
  values,
}: {
  params: Readonly<Record<string, Param>>;
  values: Readonly<Record<string, unknown>>;
}) {
  const entries = Object.entries(params);
  if (entries.length === 0) return <p className="quiet">None.</p>;
  return (
    <dl className="facts facts-stacked">
      {entries.map(([key, param]) => (
        <div key={key}>
          <dt>
            {param.label} <span className="number">{shownValue(param, values[key] ?? param.default)}</span>
          </dt>
          <dd className="quiet">{helpOf(param)}</dd>
        </div>
      ))}
    </dl>
  );
}

function TeacherInfo() {
  const model = useSetup((setup) => setup.config.teacher.model);
  const card = models.has(model.id) ? models.get(model.id) : undefined;
  return (
    <div className="stack">
      <p>The larger network. The other rows of the table learn from its answers; choose one to read how.</p>
      {card && (
        <>
          <h3>{card.name}</h3>
          <p>{card.summary}</p>
          <Parameters params={card.params} values={model.params} />
        </>
      )}
    </div>
  );
}

/** What the selected student's method does, where it comes from and what differs from there. */
export function MethodPanel() {
  const names = useNames();
  const selected = useView((view) => view.selected);
  const student = useShownConfig().students.find((s) => s.key === selected);
  if (!student || !methods.has(student.method.id)) return <TeacherInfo />;
  const method = methods.get(student.method.id);
  return (
    <div className="stack method-info">
      <h3>
        <Swatch look={names.look(selected)} /> {method.name}
      </h3>
      <p>{method.summary}</p>
      <h4>Loss</h4>
      <Formula tex={method.formula} />
      <ul className="terms">
        {Object.entries(method.terms).map(([key, label]) => (
          <li key={key}>{label as string}</li>
        ))}
      </ul>
      <h4>Paper</h4>
      <Paper id={method.id} />
      <h4>
        Fidelity: <span className="badge">{method.fidelity}</span>
      </h4>
      <p>{method.deviations}</p>
      <h4>Parameters</h4>
      <Parameters params={method.params} values={student.method.params} />
    </div>
  );
}
