/** A form made from a parameter schema: the plain parameters, and the advanced ones behind "More". */
import { useState } from 'react';
import type { AnyValues, Param, Schema } from '../../core/params';
import { Button } from '../kit';
import { BooleanControl } from './BooleanControl';
import { ChoiceControl } from './ChoiceControl';
import { helpOf } from './help';
import { NumberControl } from './NumberControl';
import { TableControl } from './TableControl';

interface Props {
  readonly schema: Schema;
  readonly values: AnyValues;
  readonly onChange: (key: string, value: number | boolean | string) => void;
  /** Only these, in this order. */
  readonly only?: readonly string[];
  readonly except?: readonly string[];
}

export function ParamForm({ schema, values, onChange, only, except = [] }: Props) {
  const [more, setMore] = useState(false);
  const entries = Object.entries(schema).filter(
    ([key]) => (only?.includes(key) ?? true) && !except.includes(key),
  );
  const plain = entries.filter(([, param]) => only || !param.advanced);
  const advanced = entries.filter(([, param]) => !only && param.advanced);
  const control = ([key, param]: readonly [string, Param]) => (
    <Control
      key={key}
      param={param}
      value={values[key] ?? param.default}
      onChange={(value) => onChange(key, value)}
    />
  );
  return (
    <div className="form">
      {plain.map(control)}
      {more && advanced.map(control)}
      {advanced.length > 0 && (
        <Button tone="quiet" size="small" onClick={() => setMore(!more)}>
          {more ? 'Less' : `More (${advanced.length})`}
        </Button>
      )}
    </div>
  );
}

interface ControlProps {
  readonly param: Param;
  readonly value: number | boolean | string;
  readonly onChange: (value: number | boolean | string) => void;
}

function Control({ param, value, onChange }: ControlProps) {
  const help = helpOf(param);
  switch (param.kind) {
    case 'number':
      return <NumberControl param={param} value={Number(value)} help={help} onChange={onChange} />;
    case 'boolean':
      return <BooleanControl param={param} value={value === true} help={help} onChange={onChange} />;
    case 'choice':
      return <ChoiceControl param={param} value={String(value)} help={help} onChange={onChange} />;
    case 'table':
      return <TableControl param={param} value={String(value)} help={help} onChange={onChange} />;
  }
}
