import { useState } from 'react';
import { type AnyValues, defaults } from '../../core/params';
import { guides } from '../../methods/guides/index';
import { methods } from '../../methods/index';
import { ParamForm } from '../controls/ParamForm';
import { Words } from '../glossary/Words';
import { FigurePicture } from './FigurePicture';

const shown = (value: number): string => {
  if (value !== 0 && Math.abs(value) < 0.001) return value.toExponential(1);
  return value.toFixed(3).replace('-', '−');
};

function Numbers({ entries }: { entries: readonly (readonly [string, number])[] }) {
  return (
    <dl className="figure-numbers">
      {entries.map(([label, value]) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>{shown(value)}</dd>
        </div>
      ))}
    </dl>
  );
}

/** The core of a method on toy numbers, with controls; computed by the formula of its card. */
export function Figure({ id }: { id: string }) {
  const made = guides.get(id)?.figure;
  const [values, setValues] = useState<AnyValues>(() => defaults(made?.controls ?? {}));
  if (!made) return null;
  const { picture, terms = {}, numbers = {}, sentence } = made.show(values);
  const labels: Readonly<Record<string, string>> = methods.get(id).terms;
  const entries = [
    ...Object.entries(terms).map(([key, value]) => [`Loss: ${labels[key] ?? key}`, value] as const),
    ...Object.entries(numbers),
  ];
  return (
    <figure className="figure">
      <figcaption>{made.title}</figcaption>
      <FigurePicture picture={picture} label={made.title} />
      <ParamForm
        schema={made.controls}
        values={values}
        onChange={(key, value) => setValues((old) => ({ ...old, [key]: value }))}
      />
      <Numbers entries={entries} />
      <p className="quiet" role="status">
        <Words>{sentence}</Words>
      </p>
    </figure>
  );
}
