/** A plug-in chosen from a registry, and the form of its parameters. */
import type { Choice } from '../../core/config';
import { defaults, type Schema } from '../../core/params';
import type { Card, Registry } from '../../core/registry';
import { SelectField } from '../kit';
import { ParamForm } from './ParamForm';

interface Props {
  readonly label: string;
  readonly registry: Registry<Card & { readonly params: Schema }>;
  readonly choice: Choice;
  readonly onChange: (choice: Choice) => void;
  /** Parameter values a newly chosen plug-in starts with. */
  readonly start?: (id: string) => Choice;
}

export function ChoiceForm({ label, registry, choice, onChange, start }: Props) {
  const card = registry.has(choice.id) ? registry.get(choice.id) : undefined;
  return (
    <div className="form">
      <SelectField
        label={label}
        value={choice.id}
        options={registry.all.map((c) => ({ value: c.id, label: c.name }))}
        onChange={(id) => onChange(start ? start(id) : { id, params: defaults(registry.get(id).params) })}
        {...(card ? { help: card.summary } : {})}
      />
      {card && (
        <ParamForm
          schema={card.params}
          values={choice.params}
          onChange={(key, value) => onChange({ ...choice, params: { ...choice.params, [key]: value } })}
        />
      )}
    </div>
  );
}
