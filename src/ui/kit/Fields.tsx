import { NativeSelect, SegmentedControl, Slider, Switch, TextInput } from '@mantine/core';
import { type KeyboardEvent, type ReactNode, useEffect, useId, useState } from 'react';

interface FieldProps<T> {
  readonly label: string;
  readonly value: T;
  readonly onChange: (value: T) => void;
  readonly help?: ReactNode;
  readonly disabled?: boolean;
}

interface NumberFieldProps extends FieldProps<number> {
  readonly min: number;
  readonly max: number;
  readonly step?: number;
  readonly integer?: boolean;
  readonly hideLabel?: boolean;
}

/** A number as typed: trailing noise of binary fractions left out. */
const typed = (value: number): string => String(Number(value.toPrecision(10)));

/** A number that is taken over on Enter, arrow keys or leaving the field, held to its limits. */
export function NumberField(props: NumberFieldProps) {
  const {
    label,
    value,
    onChange,
    min,
    max,
    step,
    integer = false,
    hideLabel = false,
    disabled = false,
  } = props;
  const [draft, setDraft] = useState(typed(value));
  useEffect(() => setDraft(typed(value)), [value]);
  const commit = (raw: number) => {
    const held = Math.min(max, Math.max(min, integer ? Math.round(raw) : raw));
    setDraft(typed(Number.isFinite(raw) ? held : value));
    if (Number.isFinite(raw) && held !== value) onChange(held);
  };
  const fromDraft = () => commit(draft.trim() === '' ? Number.NaN : Number(draft.replace(',', '.')));
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter') fromDraft();
    const direction = { ArrowUp: 1, ArrowDown: -1 }[event.key];
    if (!direction) return;
    event.preventDefault();
    commit(Number(typed(value + direction * (step ?? (integer ? 1 : (max - min) / 100)))));
  };
  return (
    <TextInput
      size="xs"
      {...(hideLabel ? { 'aria-label': label } : { label })}
      inputMode={integer ? 'numeric' : 'decimal'}
      value={draft}
      onChange={(event) => setDraft(event.currentTarget.value)}
      onBlur={fromDraft}
      onKeyDown={onKeyDown}
      maxLength={24}
      disabled={disabled}
    />
  );
}

interface SliderFieldProps extends NumberFieldProps {
  /** Maps to and from the slider's own 0..1. */
  readonly toShare: (value: number) => number;
  readonly fromShare: (share: number) => number;
  /** Share of one arrow key press: enough to reach the next value. */
  readonly grain: number;
}

/** A slider with the exact number beside it. Reports while dragging. */
export function SliderField({ toShare, fromShare, grain, ...props }: SliderFieldProps) {
  const { label, value, onChange, help, disabled = false } = props;
  const id = useId();
  return (
    <div className="field-slider">
      <FieldLabel id={id} label={label} help={help} />
      <NumberField {...props} hideLabel />
      <Slider
        size={4}
        thumbSize={14}
        label={null}
        min={0}
        max={1}
        step={grain}
        value={toShare(value)}
        onChange={(share) => {
          const next = fromShare(share);
          if (next !== value) onChange(next);
        }}
        thumbLabel={label}
        thumbProps={{ 'aria-valuetext': String(value) }}
        disabled={disabled}
      />
    </div>
  );
}

function FieldLabel({ id, label, help }: { id: string; label: string; help?: ReactNode }) {
  return (
    <span className="field-label" id={id} {...(typeof help === 'string' ? { title: help } : {})}>
      {label}
    </span>
  );
}

interface SelectFieldProps extends FieldProps<string> {
  readonly options: readonly {
    readonly value: string;
    readonly label: string;
    readonly disabled?: boolean;
  }[];
  readonly hideLabel?: boolean;
}

export function SelectField({
  label,
  value,
  onChange,
  options,
  hideLabel,
  help,
  disabled = false,
}: SelectFieldProps) {
  return (
    <NativeSelect
      size="xs"
      {...(hideLabel ? { 'aria-label': label } : { label })}
      {...(typeof help === 'string' ? { title: help } : {})}
      value={value}
      data={options.map((option) => ({ ...option }))}
      onChange={(event) => onChange(event.currentTarget.value)}
      disabled={disabled}
    />
  );
}

export function SwitchField({ label, value, onChange, help, disabled = false }: FieldProps<boolean>) {
  return (
    <Switch
      size="xs"
      label={label}
      labelPosition="left"
      className="field-switch"
      checked={value}
      {...(typeof help === 'string' ? { title: help } : {})}
      onChange={(event) => onChange(event.currentTarget.checked)}
      disabled={disabled}
    />
  );
}

interface TextFieldProps extends FieldProps<string> {
  readonly placeholder?: string;
  readonly hideLabel?: boolean;
  readonly className?: string;
  readonly autoFocus?: boolean;
  readonly maxLength?: number;
}

export function TextField(props: TextFieldProps) {
  const {
    label,
    value,
    onChange,
    hideLabel,
    placeholder = '',
    className = '',
    autoFocus,
    maxLength = 80,
  } = props;
  return (
    <TextInput
      size="xs"
      className={className}
      {...(hideLabel ? { 'aria-label': label } : { label })}
      value={value}
      placeholder={placeholder}
      maxLength={maxLength}
      {...(autoFocus ? { 'data-autofocus': true } : {})}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}

interface SegmentsProps<T extends string> {
  readonly label: string;
  readonly value: T;
  readonly options: readonly { readonly value: T; readonly label: string }[];
  readonly onChange: (value: T) => void;
  readonly disabled?: boolean;
  readonly wide?: boolean;
}

export function Segments<T extends string>({
  label,
  value,
  options,
  onChange,
  disabled = false,
  wide = false,
}: SegmentsProps<T>) {
  return (
    <SegmentedControl
      size="xs"
      aria-label={label}
      value={value}
      data={options.map((option) => ({ ...option }))}
      onChange={(next) => onChange(next as T)}
      disabled={disabled}
      fullWidth={wide}
      transitionDuration={0}
    />
  );
}
