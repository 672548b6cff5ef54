import type { BooleanParam } from '../../core/params';
import { SwitchField } from '../kit';

interface Props {
  readonly param: BooleanParam;
  readonly value: boolean;
  readonly help: string;
  readonly onChange: (value: boolean) => void;
}

export function BooleanControl({ param, value, help, onChange }: Props) {
  return <SwitchField label={param.label} value={value} onChange={onChange} help={help} />;
}
