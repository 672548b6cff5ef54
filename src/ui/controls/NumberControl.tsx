import type { NumberParam } from '../../core/params';
import { SliderField } from '../kit';
import { fromShare, grainOf, toShare } from './scale';

interface Props {
  readonly param: NumberParam;
  readonly value: number;
  readonly help: string;
  readonly onChange: (value: number) => void;
}

export function NumberControl({ param, value, help, onChange }: Props) {
  return (
    <SliderField
      label={param.label}
      help={help}
      value={value}
      onChange={onChange}
      min={param.min}
      max={param.max}
      integer={param.integer ?? false}
      {...(param.step === undefined ? {} : { step: param.step })}
      grain={grainOf(param)}
      toShare={(v) => toShare(param, v)}
      fromShare={(share) => fromShare(param, share)}
    />
  );
}
