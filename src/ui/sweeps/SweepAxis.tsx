import { useState } from 'react';
import { parseValues, type Setting, suggested, type Value, valueText } from '../../state/sweep';
import { Icon, IconButton, SelectField, TextField } from '../kit';

/** One axis as it is being edited. */
export interface DraftAxis {
  readonly path: string;
  readonly values: readonly Value[];
}

interface Props {
  readonly number: number;
  readonly settings: readonly Setting[];
  readonly axis: DraftAxis;
  /** The present value of a setting. */
  readonly now: (path: string) => Value | undefined;
  readonly onChange: (axis: DraftAxis) => void;
  readonly onRemove: (() => void) | undefined;
}

/** Values of a number, separated by commas. */
function Numbers({
  number,
  setting,
  axis,
  onChange,
}: Pick<Props, 'number' | 'axis' | 'onChange'> & { setting: Setting }) {
  const [text, setText] = useState(axis.values.map(valueText).join(', '));
  const { problem } = parseValues(setting.param, text);
  return (
    <div className="sweep-values">
      <TextField
        label={`Values of axis ${number}`}
        value={text}
        onChange={(next) => {
          setText(next);
          onChange({ ...axis, values: parseValues(setting.param, next).values });
        }}
      />
      {problem && (
        <p className="note" role="alert">
          {problem}
        </p>
      )}
    </div>
  );
}

/** Options to tick. */
function Options({
  number,
  setting,
  axis,
  onChange,
}: Pick<Props, 'number' | 'axis' | 'onChange'> & { setting: Setting }) {
  const { param } = setting;
  const options: readonly (readonly [Value, string])[] =
    param.kind === 'choice'
      ? Object.entries<string>(param.options)
      : [
          [false, 'off'],
          [true, 'on'],
        ];
  return (
    <fieldset className="sweep-options">
      <legend>Values of axis {number}</legend>
      {options.map(([value, label]) => (
        <label key={label}>
          <input
            type="checkbox"
            checked={axis.values.includes(value)}
            onChange={(event) => {
              const chosen = event.currentTarget.checked
                ? [...axis.values, value]
                : axis.values.filter((other) => other !== value);
              onChange({ ...axis, values: options.flatMap(([v]) => (chosen.includes(v) ? [v] : [])) });
            }}
          />
          {label}
        </label>
      ))}
    </fieldset>
  );
}

export function SweepAxis({ number, settings, axis, now, onChange, onRemove }: Props) {
  const setting = settings.find(({ path }) => path === axis.path) ?? settings[0]!;
  const groups = [...new Set(settings.map(({ group }) => group))];
  const go = (next: Setting | undefined) =>
    next && onChange({ path: next.path, values: suggested(next.param, now(next.path)) });
  const Values = setting.param.kind === 'number' ? Numbers : Options;
  return (
    <div className="sweep-axis">
      <SelectField
        label={`Axis ${number}`}
        value={setting.group}
        options={groups.map((group) => ({ value: group, label: group }))}
        onChange={(group) => go(settings.find((each) => each.group === group))}
      />
      <SelectField
        label="Setting"
        value={setting.path}
        options={settings
          .filter(({ group }) => group === setting.group)
          .map(({ path, param }) => ({ value: path, label: param.label }))}
        onChange={(path) => go(settings.find((each) => each.path === path))}
      />
      <Values key={setting.path} number={number} setting={setting} axis={axis} onChange={onChange} />
      {onRemove && (
        <IconButton small label={`Remove axis ${number}`} onClick={onRemove}>
          <Icon name="trash" size={14} />
        </IconButton>
      )}
    </div>
  );
}
