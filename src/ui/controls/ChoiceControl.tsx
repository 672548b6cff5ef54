import type { ChoiceParam } from '../../core/params';
import { SelectField } from '../kit';

interface Props {
  readonly param: ChoiceParam;
  readonly value: string;
  readonly help: string;
  readonly onChange: (value: string) => void;
}

export function ChoiceControl({ param, value, help, onChange }: Props) {
  const options = Object.entries(param.options).map(([id, label]) => ({ value: id, label }));
  return <SelectField label={param.label} value={value} options={options} onChange={onChange} help={help} />;
}
