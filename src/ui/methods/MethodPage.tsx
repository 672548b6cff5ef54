import type { ReactNode } from 'react';
import type { AnyValues, Param, Schema } from '../../core/params';
import type { AnyMethod } from '../../methods/index';
import { wholeMethods } from '../../methods/whole';
import { rangeText, SOURCES, traitsOf } from '../../share/cards';
import { Words } from '../glossary/Words';
import { FAMILIES } from '../rail/cards';
import { CostBadge } from './CostBadge';
import { Figure } from './Figure';
import { Formula } from './Formula';
import { Measured, useParts } from './Measured';
import { Try, When } from './Use';
import { costOf } from './words';

function Citation({ paper }: { paper: AnyMethod['paper'] }) {
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
  if (param.kind === 'table') return value ? 'own table' : 'none';
  return (param.kind === 'choice' ? param.options[String(value)] : undefined) ?? String(value);
}

function Parameter({ param, value }: { param: Param; value: unknown }) {
  const changed = value !== undefined && value !== param.default;
  return (
    <tr>
      <th scope="row">
        {param.label}
        {param.help && (
          <span className="quiet">
            {' '}
            <Words>{param.help}</Words>
          </span>
        )}
      </th>
      <td>
        {shownValue(param, param.default)}
        {changed && <strong> now {shownValue(param, value)}</strong>}
      </td>
      <td>{param.source ? SOURCES[param.source] : 'not stated'}</td>
      <td className="wide-only">{rangeText(param)}</td>
    </tr>
  );
}

/** Every parameter with its default and where that comes from. */
export function Parameters({ schema, values = {} }: { schema: Schema; values?: AnyValues | undefined }) {
  const entries = Object.entries(schema);
  if (entries.length === 0) return <p className="quiet">None.</p>;
  return (
    <div className="measured">
      <table className="parameters">
        <thead>
          <tr>
            <th scope="col">Parameter</th>
            <th scope="col">Default</th>
            <th scope="col">From</th>
            <th scope="col" className="wide-only">
              Allowed
            </th>
          </tr>
        </thead>
        <tbody>
          {entries.map(([key, param]) => (
            <Parameter key={key} param={param} value={values[key]} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Cost({ id }: { id: string }) {
  const { waiting, parts } = useParts(id);
  if (id === 'labels-only') return <p>The others are compared with this one.</p>;
  if (waiting) return <p className="quiet">Reading the results…</p>;
  const cost = costOf(parts);
  if (!cost) return <p className="quiet">Not measured yet.</p>;
  return (
    <p>
      {cost.long} <span className="quiet">It includes whatever else that machine did meanwhile.</span>
    </p>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="method-part">
      <h4>{title}</h4>
      {children}
    </section>
  );
}

interface Props {
  readonly method: AnyMethod;
  /** In front of the name: the learner's swatch, where the page is about one. */
  readonly mark?: ReactNode;
  /** Parameter values of one student, named where they differ from the defaults. */
  readonly values?: AnyValues;
}

/** All there is to say about a method: what it does, where it comes from, what it costs, what it brought here. */
export function MethodPage({ method, mark, values }: Props) {
  const traits = traitsOf(method);
  const { deviations } = wholeMethods.get(method.id);
  return (
    <div className="stack method-info">
      <h3>
        {mark} {method.name}
      </h3>
      <p className="badges">
        <span className="badge">{FAMILIES[method.family]}</span>
        <span className="badge" title={deviations}>
          {method.fidelity}
        </span>
        <CostBadge id={method.id} />
      </p>
      <p>
        <Words>{method.summary}</Words>
      </p>
      <Part title="When to use it">
        <When id={method.id} />
      </Part>
      <Part title="Loss">
        <Formula tex={method.formula} />
        <ul className="terms">
          {Object.entries(method.terms).map(([key, label]) => (
            <li key={key}>{label as string}</li>
          ))}
        </ul>
        {traits.length > 0 && <p className="quiet">It {traits.join('; it ')}.</p>}
      </Part>
      <Part title="On toy numbers">
        <Figure key={method.id} id={method.id} />
      </Part>
      <Part title="Paper">
        <Citation paper={method.paper} />
      </Part>
      <Part title="What we changed">
        <p>
          <span className="badge">{method.fidelity}</span> <Words>{deviations || 'Nothing.'}</Words>
        </p>
      </Part>
      <Part title="Parameters">
        <Parameters schema={method.params} values={values} />
      </Part>
      <Part title="Try it">
        <Try id={method.id} />
      </Part>
      <Part title="Cost">
        <Cost id={method.id} />
      </Part>
      <Part title="Measured here">
        <Measured id={method.id} />
      </Part>
    </div>
  );
}
